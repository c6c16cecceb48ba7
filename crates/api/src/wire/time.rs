//! Times in JSON: RFC 3339 both ways. A stamp is one too, exact to its counter.

use std::borrow::Cow;

use acopio_ledger::ids::{Millis, Stamp};
use jiff::Timestamp;
use serde::ser::{Serialize, Serializer};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{KnownFormat, Object, ObjectBuilder, Schema, SchemaFormat, SchemaType, Type};
use utoipa::{PartialSchema, ToSchema};

use super::{Checked, FromText};

/// What one count of a stamp's counter is shown as: 65,535 of them stay within the millisecond.
const NANOS_PER_COUNT: i128 = 10;
const NANOS_PER_MILLI: i128 = 1_000_000;

/// A wall-clock time on the wire.
pub(crate) type Time = Checked<Millis>;

impl FromText for Millis {
    const NAME: &'static str = "Time";

    fn read(text: &str) -> Result<Millis, (&'static str, String)> {
        let rule = || "must be a time of RFC 3339, as 2026-11-23T06:28:36Z".to_owned();
        let time: Timestamp = text.parse().map_err(|_| ("invalid_time", rule()))?;
        Ok(Millis(time.as_millisecond()))
    }

    fn schema() -> Object {
        date_time("A time of RFC 3339. Answers are in UTC, to the millisecond.")
    }
}

/// A wall-clock time that leaves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeText(pub(crate) Millis);

impl std::fmt::Display for TimeText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let clamped = self.0.0.clamp(Timestamp::MIN.as_millisecond(), Timestamp::MAX.as_millisecond());
        let time = Timestamp::from_millisecond(clamped).expect("clamped to what can be shown");
        write!(f, "{time:.3}")
    }
}

impl Serialize for TimeText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl PartialSchema for TimeText {
    fn schema() -> RefOr<Schema> {
        RefOr::T(Schema::Object(Millis::schema()))
    }
}

impl ToSchema for TimeText {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Time")
    }
}

/// A stamp that leaves: an RFC 3339 time with 8 decimals, the last five of which are the counter. Stamps sort as texts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StampText(pub(crate) Stamp);

impl std::fmt::Display for StampText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let count = i128::from(self.0.0 & 0xffff) * NANOS_PER_COUNT;
        let nanos = i128::from(self.0.millis().0) * NANOS_PER_MILLI + count;
        let time = Timestamp::from_nanosecond(nanos.min(Timestamp::MAX.as_nanosecond()));
        write!(f, "{:.8}", time.expect("stamps begin in 1970"))
    }
}

impl Serialize for StampText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl PartialSchema for StampText {
    fn schema() -> RefOr<Schema> {
        let description = "When it was recorded, by the log's hybrid clock: a time of RFC 3339 with 8 decimals, of \
                           which the last five count what was recorded in the same millisecond. All histories sort \
                           by it, as a text too.";
        RefOr::T(Schema::Object(date_time(description)))
    }
}

impl ToSchema for StampText {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Stamp")
    }
}

fn date_time(description: &str) -> Object {
    ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
        .description(Some(description))
        .build()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_and_shown_in_utc() {
        let time = Millis::read("2026-11-23T07:28:36.5+01:00").unwrap();
        assert_eq!(TimeText(time).to_string(), "2026-11-23T06:28:36.500Z");
        for text in ["", "yesterday", "2026-11-23", "2026-11-23 06:28", "1764000000"] {
            assert!(Millis::read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn stamps_sort_as_texts_and_keep_their_counter() {
        let first = Stamp::at(Millis(1_795_415_316_123));
        let texts: Vec<_> =
            [0, 4, 65_535, 65_536].map(|count| StampText(first.plus(count)).to_string()).into();
        assert_eq!(texts[1], "2026-11-23T06:28:36.12300004Z");
        assert!(texts.is_sorted(), "{texts:?}");
        assert!(texts[2] < texts[3], "{texts:?}");
    }
}

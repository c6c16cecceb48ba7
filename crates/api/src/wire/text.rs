//! Texts with a rule, read without a copy, and what serde is told when they break it.

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::marker::PhantomData;

use acopio_ledger::gtin::{Barcode, BarcodeError};
use acopio_ledger::names::{Currency, Line, Sku, Title, Username, WarehouseCode, ZoneName};
use serde::de::{Deserialize, Deserializer, Error, Visitor};
use serde::ser::{Serialize, Serializer};
use utoipa::openapi::schema::{Object, ObjectBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{RefOr, schema};
use utoipa::{PartialSchema, ToSchema};

/// Separates the rule from the code inside the message of a serde error: both go into the answer.
pub(crate) const CODE_MARK: char = '\u{1f}';

/// The most characters that are searched for.
const WORDS_CHARS_MAX: usize = 200;

/// A serde error that carries a rule, as in "must be …", and a stable code.
pub(crate) fn invalid<E: Error>(code: &str, rule: impl Display) -> E {
    E::custom(format_args!("{rule}{CODE_MARK}{code}"))
}

/// What is read from a text by a rule of its own.
pub(crate) trait FromText: Sized {
    /// The name of its schema.
    const NAME: &'static str;

    /// Reads it.
    ///
    /// # Errors
    ///
    /// The code and the rule that the text breaks.
    fn read(text: &str) -> Result<Self, (&'static str, String)>;

    /// Its schema. Patterns may allow a little more than [`FromText::read`] does, never less.
    fn schema() -> Object;
}

/// A value that was read from a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Checked<T>(pub(crate) T);

impl<'de, T: FromText> Deserialize<'de> for Checked<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(TextVisitor(PhantomData))
    }
}

struct TextVisitor<T>(PhantomData<T>);

impl<T: FromText> Visitor<'_> for TextVisitor<T> {
    type Value = Checked<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Checked<T>, E> {
        T::read(text).map(Checked).map_err(|(code, rule)| invalid(code, rule))
    }
}

impl<T: Display> Serialize for Checked<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<T: FromText> PartialSchema for Checked<T> {
    fn schema() -> RefOr<Schema> {
        RefOr::T(Schema::Object(T::schema()))
    }
}

impl<T: FromText> ToSchema for Checked<T> {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed(T::NAME)
    }
}

fn string(least: usize, most: usize, description: &str) -> ObjectBuilder {
    schema::ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .min_length(Some(least))
        .max_length(Some(most))
        .description(Some(description))
}

impl FromText for Sku {
    const NAME: &'static str = "Sku";

    fn read(text: &str) -> Result<Sku, (&'static str, String)> {
        Sku::new(text).map_err(|error| ("invalid_sku", error.to_string()))
    }

    fn schema() -> Object {
        string(1, 64, "A product's code: letters, digits, inner spaces or -_.+#&():,*")
            .pattern(Some(r#"^[^/\\"'<>@|]{1,64}$"#))
            .examples(["85123A"])
            .build()
    }
}

impl FromText for WarehouseCode {
    const NAME: &'static str = "WarehouseCode";

    fn read(text: &str) -> Result<WarehouseCode, (&'static str, String)> {
        WarehouseCode::new(text).map_err(|error| ("invalid_warehouse", error.to_string()))
    }

    fn schema() -> Object {
        string(1, 16, "A warehouse's code: capital letters A-Z, digits, - or _")
            .pattern(Some("^[A-Z0-9_-]{1,16}$"))
            .examples(["LON"])
            .build()
    }
}

impl FromText for Line {
    const NAME: &'static str = "Line";

    fn read(text: &str) -> Result<Line, (&'static str, String)> {
        Line::new(text).map_err(|error| ("invalid_text", error.to_string()))
    }

    fn schema() -> Object {
        string(1, 500, "One line of free text, without control characters").build()
    }
}

impl FromText for Title {
    const NAME: &'static str = "Title";

    fn read(text: &str) -> Result<Title, (&'static str, String)> {
        Title::new(text).map_err(|error| ("invalid_name", error.to_string()))
    }

    fn schema() -> Object {
        string(1, 200, "A name, without control characters").build()
    }
}

/// Words to search for, or a name to filter by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Words(pub(crate) String);

impl FromText for Currency {
    const NAME: &'static str = "Currency";

    fn read(text: &str) -> Result<Currency, (&'static str, String)> {
        Currency::new(text).map_err(|error| ("invalid_currency", error.to_string()))
    }

    fn schema() -> Object {
        string(3, 3, "A currency by its ISO 4217 code").pattern(Some("^[A-Z]{3}$")).examples(["EUR"]).build()
    }
}

/// Such a zone there must be: in whatever case it is written, its proper name is taken.
impl FromText for ZoneName {
    const NAME: &'static str = "TimeZone";

    fn read(text: &str) -> Result<ZoneName, (&'static str, String)> {
        let rule = || ("invalid_time_zone", "must be the name of a time zone, as Europe/Madrid".to_owned());
        let name = ZoneName::new(text).map_err(|_| rule())?;
        let zone = jiff::tz::TimeZone::get(name.as_str()).map_err(|_| rule())?;
        ZoneName::new(zone.iana_name().ok_or_else(rule)?).map_err(|_| rule())
    }

    fn schema() -> Object {
        string(1, 64, "The name of a time zone in the IANA database").examples(["Europe/Madrid"]).build()
    }
}

impl FromText for Words {
    const NAME: &'static str = "Words";

    fn read(text: &str) -> Result<Words, (&'static str, String)> {
        if text.chars().count() <= WORDS_CHARS_MAX {
            return Ok(Words(text.to_owned()));
        }
        Err(("invalid_text", format!("must be at most {WORDS_CHARS_MAX} characters")))
    }

    fn schema() -> Object {
        string(0, WORDS_CHARS_MAX, "Words, in any case, with or without accents").build()
    }
}

impl FromText for Username {
    const NAME: &'static str = "Username";

    fn read(text: &str) -> Result<Username, (&'static str, String)> {
        Username::new(text).map_err(|error| ("invalid_username", error.to_string()))
    }

    fn schema() -> Object {
        string(1, 64, "A login name: letters, digits or ._-@+")
            .pattern(Some(r#"^[^\s/\\"'<>|]{1,64}$"#))
            .build()
    }
}

impl FromText for Barcode {
    const NAME: &'static str = "Barcode";

    fn read(text: &str) -> Result<Barcode, (&'static str, String)> {
        Barcode::new(text).map_err(|error| {
            let code = match error {
                BarcodeError::Form => "invalid_barcode",
                BarcodeError::CheckDigit { .. } => "wrong_check_digit",
            };
            (code, error.to_string())
        })
    }

    fn schema() -> Object {
        string(1, 48, "A barcode; 8, 12, 13 or 14 digits must end in their GTIN check digit")
            .pattern(Some("^[!-~]{1,48}$"))
            .examples(["4006381333931"])
            .build()
    }
}

//! How times are written, and which moments they are.

use acopio_ledger::ids::Millis;
use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::fmt::strtime::{self, BrokenDownTime};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::texts::Texts;

/// How times are written.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TimeRules {
    /// Forms such as `%d/%m/%Y %H:%M`, tried in order before ISO 8601. A form without a time means midnight.
    pub format: Texts,
    /// The time zone, as in `Europe/Madrid`.
    pub zone: String,
}

/// No goods that anybody counts today moved before: an earlier year is a short one that was read as if it were whole.
const YEAR_MIN: i16 = 1900;

impl Default for TimeRules {
    fn default() -> TimeRules {
        TimeRules { format: Texts::default(), zone: "UTC".to_owned() }
    }
}

/// Time rules that have been checked.
#[derive(Clone, Debug)]
pub struct TimeForm {
    formats: Vec<String>,
    zone: TimeZone,
}

impl TimeRules {
    /// Looks up the zone and tries the forms.
    ///
    /// # Errors
    ///
    /// Which word is wrong, and why.
    pub fn compile(&self) -> Result<TimeForm, String> {
        let zone = TimeZone::get(&self.zone).map_err(|_| {
            format!("zone must be a time zone such as \"Europe/Madrid\", got {:?}", self.zone)
        })?;
        for format in &self.format.0 {
            let sample = Timestamp::UNIX_EPOCH.to_zoned(TimeZone::UTC);
            let written = strtime::format(format, &sample);
            let is_read_back = written.is_ok_and(|text| moment(format, &text, &TimeZone::UTC).is_some());
            if !is_read_back {
                return Err(format!("format must have at least %Y, %m and %d, or the like, got {format:?}"));
            }
        }
        Ok(TimeForm { formats: self.format.0.clone(), zone })
    }
}

impl TimeForm {
    /// Reads a time. What has no offset is local; of a local time that comes twice, the first counts.
    ///
    /// # Errors
    ///
    /// The rule that the text breaks.
    pub fn millis(&self, text: &str) -> Result<Millis, String> {
        let by_form = self.formats.iter().find_map(|format| moment(format, text, &self.zone));
        // With its offset first: read as a local time, the offset would be passed over.
        let exact = || text.parse::<Timestamp>().ok();
        let local = || text.parse::<DateTime>().ok().and_then(|local| in_zone(local, &self.zone));
        let found = by_form.or_else(exact).or_else(local).filter(is_plausible);
        found.map(|time| Millis(time.as_millisecond())).ok_or_else(|| self.rule())
    }

    fn rule(&self) -> String {
        let form = self.formats.first().map_or("YYYY-MM-DD hh:mm:ss", String::as_str);
        format!("must be a date and time of the form {form}, not before {YEAR_MIN}")
    }
}

fn moment(format: &str, text: &str, zone: &TimeZone) -> Option<Timestamp> {
    let parts = BrokenDownTime::parse(format, text).ok()?;
    if parts.offset().is_some() {
        return parts.to_timestamp().ok().filter(is_plausible);
    }
    let date = parts.to_date().ok()?;
    let time = parts.to_time().unwrap_or(Time::midnight());
    in_zone(date.to_datetime(time), zone).filter(is_plausible)
}

fn is_plausible(time: &Timestamp) -> bool {
    YEAR_MIN <= time.to_zoned(TimeZone::UTC).year()
}

fn in_zone(local: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_ambiguous_timestamp(local).compatible().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(formats: &[&str], zone: &str) -> Result<TimeForm, String> {
        let format = Texts(formats.iter().map(|format| (*format).to_owned()).collect());
        TimeRules { format, zone: zone.to_owned() }.compile()
    }

    #[test]
    fn times_are_moments() {
        let iso = form(&[], "UTC").unwrap();
        let spanish = form(&["%d/%m/%Y %H:%M", "%d/%m/%Y"], "UTC").unwrap();
        let either = form(&["%d/%m/%Y %H:%M", "%d/%m/%y %H:%M"], "UTC").unwrap();
        let cases = [
            (&iso, "2010-12-01 08:26:00", Some(1_291_191_960_000)),
            (&iso, "2010-12-01T08:26:00", Some(1_291_191_960_000)),
            (&iso, "2010-12-01T09:26:00+01:00", Some(1_291_191_960_000)),
            (&iso, "2010-12-01", Some(1_291_161_600_000)),
            (&iso, "2010-02-30", None),
            (&iso, "yesterday", None),
            (&spanish, "01/12/2010 08:26", Some(1_291_191_960_000)),
            (&spanish, "01/12/2010", Some(1_291_161_600_000)),
            (&spanish, "2010-12-01 08:26:00", Some(1_291_191_960_000)),
            (&spanish, "12/13/2010", None),
            (&spanish, "01/12/10", None),
            (&either, "01/12/10 08:26", Some(1_291_191_960_000)),
            (&either, "01/12/2010 08:26", Some(1_291_191_960_000)),
            (&iso, "0010-12-01", None),
            (&iso, "0010-12-01T00:00:00Z", None),
            (&iso, "1899-12-31", None),
            (&iso, "1900-01-01", Some(-2_208_988_800_000)),
        ];
        for (form, text, millis) in cases {
            assert_eq!(form.millis(text).ok(), millis.map(Millis), "{text:?}");
        }
    }

    #[test]
    fn local_times_have_a_zone() {
        // Skipped where the machine has no time zone database.
        let Ok(madrid) = form(&[], "Europe/Madrid") else { return };
        let utc = form(&[], "UTC").unwrap();
        assert_eq!(madrid.millis("2024-07-01 12:00:00"), utc.millis("2024-07-01 10:00:00"));
        assert_eq!(madrid.millis("2024-01-01 12:00:00"), utc.millis("2024-01-01 11:00:00"));
    }

    #[test]
    fn wrong_rules_are_refused() {
        assert!(form(&[], "Mars/Olympus").unwrap_err().contains("Mars"));
        assert!(form(&["%H:%M"], "UTC").unwrap_err().contains("%H:%M"));
        assert!(form(&["%!"], "UTC").is_err());
    }
}

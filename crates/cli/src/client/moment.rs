//! Moments as people write them: `2026-11-23`, `2026-11-23 08:30`, `2026-11-23T08:30:00Z`.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

/// Reads a moment; without a time zone it is in the person's own. Answers as the server takes it.
///
/// # Errors
///
/// When the text is no moment.
pub(super) fn moment(text: &str) -> Result<String, String> {
    read(text, &TimeZone::system()).map(|moment| moment.to_string()).ok_or_else(|| {
        "must be a moment such as 2026-11-23, \"2026-11-23 08:30\" or 2026-11-23T08:30:00Z".to_owned()
    })
}

fn read(text: &str, zone: &TimeZone) -> Option<Timestamp> {
    if let Ok(moment) = text.parse::<Timestamp>() {
        return Some(moment);
    }
    let local = match text.parse::<Date>() {
        Ok(day) if text.len() <= "2026-11-23".len() => day.to_datetime(jiff::civil::Time::midnight()),
        _ => text.parse::<DateTime>().ok()?,
    };
    local.to_zoned(zone.clone()).ok().map(|moment| moment.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_without_a_zone_are_local() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        let shown = |text| read(text, &zone).map(|moment| moment.to_string());
        assert_eq!(shown("2026-11-23").as_deref(), Some("2026-11-22T23:00:00Z"));
        assert_eq!(shown("2026-11-23 08:30").as_deref(), Some("2026-11-23T07:30:00Z"));
        assert_eq!(shown("2026-11-23T08:30:00+03:00").as_deref(), Some("2026-11-23T05:30:00Z"));
        assert_eq!(shown("yesterday"), None);
    }
}

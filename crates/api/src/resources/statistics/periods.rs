//! Parts of time as people count them: hours, and days of the company's time zone.

use acopio_ledger::ids::Millis;
use acopio_ledger::tally::Quarter;
use jiff::tz::TimeZone;
use jiff::{RoundMode, Span, Timestamp, Unit, Zoned, ZonedRound};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::problem::Problem;

/// How long a part of time is.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum StepName {
    /// 60 minutes.
    Hour,
    /// A day of the company's time zone, of 23 to 25 hours.
    Day,
}

impl StepName {
    fn span(self, count: usize) -> Span {
        let count = i64::try_from(count).unwrap_or(i64::MAX);
        match self {
            StepName::Hour => Span::new().hours(count),
            StepName::Day => Span::new().days(count),
        }
    }

    fn unit(self) -> Unit {
        match self {
            StepName::Hour => Unit::Hour,
            StepName::Day => Unit::Day,
        }
    }
}

/// Parts of time that follow one another.
pub(super) struct Periods {
    bounds: Vec<Quarter>,
}

impl Periods {
    /// So many periods from a moment on, or up to the one of now.
    ///
    /// # Errors
    ///
    /// When the moment lies so far away that there are no such days.
    pub(super) fn new(
        zone: &str,
        from: Option<Millis>,
        step: StepName,
        steps: usize,
    ) -> Result<Periods, Problem> {
        // A zone that this machine does not know any more is none that a chart should fail for.
        let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let shown = |from: Option<Millis>| from.map(|from| from.to_string()).unwrap_or_default();
        let beyond = || Problem::parameter("from", shown(from), "must be a time that a calendar has");
        let begin = match from {
            Some(from) => Timestamp::from_millisecond(from.0).ok().map(|from| from.to_zoned(zone)),
            None => up_to(&Timestamp::now().to_zoned(zone), step, steps),
        };
        let begin = begin.ok_or_else(beyond)?;
        let bound = |index| begin.checked_add(step.span(index)).ok();
        let bounds = (0..=steps).map(|index| bound(index).map(|bound| quarter(&bound)));
        let bounds = bounds.collect::<Option<Vec<Quarter>>>().ok_or_else(beyond)?;
        Ok(Periods { bounds })
    }

    /// Where they begin, and where the last of them ends.
    pub(super) fn bounds(&self) -> &[Quarter] {
        &self.bounds
    }

    /// The period in which a moment lies.
    pub(super) fn index_of(&self, time: Millis) -> Option<usize> {
        let after = self.bounds.partition_point(|bound| *bound <= Quarter::of(time));
        after.checked_sub(1).filter(|index| *index + 1 < self.bounds.len())
    }
}

/// Where the first of so many periods begins of which the last one is that of now.
fn up_to(now: &Zoned, step: StepName, steps: usize) -> Option<Zoned> {
    let present = now.round(ZonedRound::new().smallest(step.unit()).mode(RoundMode::Trunc)).ok()?;
    present.checked_sub(step.span(steps - 1)).ok()
}

fn quarter(moment: &Zoned) -> Quarter {
    Quarter::of(Millis(moment.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn begins(zone: &str, from: &str, step: StepName, steps: usize) -> Vec<String> {
        let from = Millis(from.parse::<Timestamp>().unwrap().as_millisecond());
        let periods = Periods::new(zone, Some(from), step, steps).unwrap();
        let shown = |bound: &Quarter| Timestamp::from_millisecond(bound.begins().0).unwrap().to_string();
        periods.bounds().iter().map(shown).collect()
    }

    #[test]
    fn days_are_those_of_the_zone_also_where_clocks_change() {
        let bounds = begins("Europe/Madrid", "2026-10-24T22:00:00Z", StepName::Day, 2);
        assert_eq!(bounds, ["2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", "2026-10-26T23:00:00Z"]);
        let bounds = begins("Asia/Kathmandu", "2026-01-01T18:15:00Z", StepName::Day, 1);
        assert_eq!(bounds, ["2026-01-01T18:15:00Z", "2026-01-02T18:15:00Z"]);
    }

    #[test]
    fn the_last_period_is_that_of_now() {
        for step in [StepName::Hour, StepName::Day] {
            let periods = Periods::new("America/New_York", None, step, 30).unwrap();
            let now = Millis(Timestamp::now().as_millisecond());
            assert!([Some(29), None].contains(&periods.index_of(now)), "a period may just have ended");
            assert_eq!(periods.bounds().len(), 31);
        }
    }
}

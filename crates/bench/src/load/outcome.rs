//! What a load has come to: how many were answered, how fast, and what was refused.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use super::Latency;

/// Counts while a load is under way.
#[derive(Debug)]
pub(super) struct Tally {
    begin: Instant,
    end: Instant,
    latency: Latency,
    refused: BTreeMap<u16, u64>,
    first_refusal: Option<String>,
}

impl Tally {
    /// Counts what is answered from `begin` to `end`.
    pub(super) fn between(begin: Instant, end: Instant) -> Tally {
        let (latency, refused) = (Latency::default(), BTreeMap::new());
        Tally { begin, end, latency, refused, first_refusal: None }
    }

    /// Counts an answer; tells whether to go on.
    pub(super) fn count(&mut self, sent: Instant, answered: Instant) -> bool {
        if self.end <= answered {
            return false;
        }
        if self.begin <= answered {
            self.latency.record(answered - sent);
        }
        true
    }

    /// Counts an answer that was not a success, warm-up included, and keeps the text of the first.
    pub(super) fn refuse(&mut self, status: u16, text: impl FnOnce() -> String) {
        *self.refused.entry(status).or_default() += 1;
        self.first_refusal.get_or_insert_with(text);
    }

    /// Closes the count at the end of the load.
    pub(super) fn close(self, now: Instant, busy: Busy) -> Outcome {
        let elapsed = now.min(self.end).saturating_duration_since(self.begin);
        let Tally { latency, refused, first_refusal, .. } = self;
        Outcome { elapsed, latency, busy, refused, first_refusal }
    }
}

/// How many cores each side kept busy, warm-up included. Where they add up to all cores, processor time is the limit.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Busy {
    /// The load generator.
    pub(crate) generator: f64,
    /// The server.
    pub(crate) server: f64,
}

/// What a load has come to.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// How long was counted.
    pub(crate) elapsed: Duration,
    /// How long each request took.
    pub(crate) latency: Latency,
    /// How busy both sides were.
    pub(crate) busy: Busy,
    refused: BTreeMap<u16, u64>,
    first_refusal: Option<String>,
}

impl Outcome {
    /// How many were answered in a second.
    pub(crate) fn per_second(&self) -> f64 {
        self.latency.count() as f64 / self.elapsed.as_secs_f64()
    }

    /// The outcome, if every single request was a success.
    ///
    /// # Errors
    ///
    /// The text of the first that was not: a figure made of refusals would be a lie.
    pub(crate) fn clean(self) -> Result<Outcome> {
        if self.latency.count() == 0 {
            bail!("nothing was answered in {:?}", self.elapsed);
        }
        match self.first_refusal {
            None => Ok(self),
            Some(text) => bail!("not all were answered with success: {:?}, the first: {text}", self.refused),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn second(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    #[test]
    fn only_what_is_answered_between_warm_up_and_end_counts() {
        let start = Instant::now();
        let mut tally = Tally::between(start + second(1), start + second(3));
        assert!(tally.count(start, start + second(0)), "in the warm-up");
        assert!(tally.count(start, start + second(1)));
        assert!(tally.count(start, start + second(2)));
        assert!(!tally.count(start, start + second(3)), "past the end");
        let outcome = tally.close(start + second(4), Busy::default());
        assert_eq!(outcome.elapsed, second(2));
        assert_eq!(outcome.latency.count(), 2);
        assert!((outcome.per_second() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_load_that_ends_early_is_divided_by_its_own_time() {
        let start = Instant::now();
        let mut tally = Tally::between(start, start + second(100));
        (0..10).for_each(|_| assert!(tally.count(start, start + second(1))));
        let outcome = tally.close(start + second(2), Busy::default());
        assert!((outcome.per_second() - 5.0).abs() < 1e-9);
    }

    #[test]
    fn a_refusal_spoils_the_figure_and_says_why() {
        let start = Instant::now();
        let mut tally = Tally::between(start, start + second(1));
        tally.count(start, start);
        tally.refuse(409, || "insufficient_stock".to_owned());
        tally.refuse(503, || "busy".to_owned());
        let error = tally.close(start + second(1), Busy::default()).clean().unwrap_err().to_string();
        assert!(error.contains("409: 1, 503: 1") && error.ends_with("insufficient_stock"), "{error}");
    }
}

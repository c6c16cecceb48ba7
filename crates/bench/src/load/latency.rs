//! Latencies as a histogram with two significant digits, so that a million of them take no memory and no sorting.

use std::time::Duration;

use hdrhistogram::Histogram;

/// The longest latency that is told apart; what takes longer counts as this.
const LONGEST_US: u64 = 600_000_000;
/// A figure is right to one in a thousand.
const SIGNIFICANT_DIGITS: u8 = 3;

/// How long requests took.
#[derive(Clone, Debug)]
pub(crate) struct Latency {
    micros: Histogram<u64>,
}

impl Default for Latency {
    fn default() -> Latency {
        let micros = Histogram::new_with_bounds(1, LONGEST_US, SIGNIFICANT_DIGITS);
        Latency { micros: micros.expect("the bounds are in order") }
    }
}

impl Latency {
    /// Counts one request.
    pub(crate) fn record(&mut self, took: Duration) {
        self.micros.saturating_record(u64::try_from(took.as_micros()).unwrap_or(u64::MAX));
    }

    /// How many were counted.
    pub(crate) fn count(&self) -> u64 {
        self.micros.len()
    }

    /// The time within which so many of a thousand were answered: 500 is the median, 990 the 99th percentile.
    pub(crate) fn per_mille(&self, share: u32) -> Duration {
        Duration::from_micros(self.micros.value_at_quantile(f64::from(share) / 1_000.0))
    }

    /// The median.
    pub(crate) fn p50(&self) -> Duration {
        self.per_mille(500)
    }

    /// What all but one in a hundred stay within.
    pub(crate) fn p99(&self) -> Duration {
        self.per_mille(990)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(found: Duration, expected_us: u64) -> bool {
        let found = u64::try_from(found.as_micros()).unwrap();
        found.abs_diff(expected_us) * 1_000 <= expected_us
    }

    #[test]
    fn percentiles_are_right_to_one_in_a_thousand() {
        let mut latency = Latency::default();
        for micros in 1..=100_000 {
            latency.record(Duration::from_micros(micros));
        }
        assert_eq!(latency.count(), 100_000);
        assert!(close(latency.p50(), 50_000), "{:?}", latency.p50());
        assert!(close(latency.p99(), 99_000), "{:?}", latency.p99());
        assert!(close(latency.per_mille(1_000), 100_000));
    }

    #[test]
    fn one_slow_request_in_a_hundred_is_not_the_99th_percentile_and_two_are() {
        let mut latency = Latency::default();
        (0..99).for_each(|_| latency.record(Duration::from_micros(100)));
        latency.record(Duration::from_secs(1));
        assert!(close(latency.p99(), 100));
        latency.record(Duration::from_secs(1));
        assert!(close(latency.p99(), 1_000_000));
    }

    #[test]
    fn what_is_out_of_bounds_counts_at_the_bound() {
        let mut latency = Latency::default();
        latency.record(Duration::ZERO);
        latency.record(Duration::from_secs(100_000));
        assert_eq!(latency.count(), 2);
        assert!(close(latency.per_mille(1_000), LONGEST_US));
    }
}

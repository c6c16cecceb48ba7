//! The demo's clock: it lives through the weeks of trade before it shows the time of day, so that what was recorded then
//! stands where it belongs in every history and chart.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use acopio_ledger::ids::Millis;
use acopio_node::Clock;

/// How far back the clock is, in milliseconds.
#[derive(Clone, Debug, Default)]
pub(super) struct Past(Arc<AtomicI64>);

impl Past {
    /// The clock, for the node that founds the company.
    pub(super) fn clock(&self) -> Clock {
        let back = Arc::clone(&self.0);
        Clock::new(move || Millis(Clock::system().now().0 - back.load(Ordering::Relaxed)))
    }

    /// It goes on from this time, which has passed.
    pub(super) fn go_to(&self, time: Millis) {
        self.0.store((Clock::system().now().0 - time.0).max(0), Ordering::Relaxed);
    }

    /// It shows the time of day from now on.
    pub(super) fn end(&self) {
        self.0.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_goes_on_from_where_it_was_set_and_returns() {
        let past = Past::default();
        let (clock, began) = (past.clock(), Millis(1_000));
        past.go_to(began);
        assert!(began <= clock.now() && clock.now() < Millis(1_000_000));
        past.end();
        assert!(Millis(1_700_000_000_000) < clock.now());
    }
}

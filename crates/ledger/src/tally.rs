//! Tallies: how many movements of each kind there were in a quarter of an hour, and by how many products more or fewer became
//! available. Quarters, since every time zone is some of them away from UTC: days of any zone are sums of quarters.
//!
//! They count; they do not add up quantities, for those of different units are no sum.

use serde::{Deserialize, Serialize};

use crate::entry::{Body, Kind};
use crate::ids::{Millis, Stamp};
use crate::names::WarehouseCode;
use crate::quantity::Quantity;

/// How long a quarter of an hour is.
const QUARTER_MS: i64 = 15 * 60 * 1_000;

/// A quarter of an hour, counted from 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quarter(pub i64);

impl Quarter {
    /// The quarter in which a moment lies.
    pub fn of(time: Millis) -> Quarter {
        Quarter(time.0.div_euclid(QUARTER_MS))
    }

    /// When it begins.
    pub fn begins(self) -> Millis {
        Millis(self.0 * QUARTER_MS)
    }
}

/// What happened in one warehouse in some time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "each field but the last counts the movements of the kind of its name")]
pub struct Tally {
    pub receipt: u64,
    pub issue: u64,
    pub r#return: u64,
    pub adjustment: u64,
    pub dispatch: u64,
    pub arrival: u64,
    pub loss: u64,
    /// How many products more were available after it than before.
    pub available: i64,
}

impl Tally {
    /// Adds what happened in another time or place.
    pub fn add(&mut self, other: &Tally) {
        self.receipt += other.receipt;
        self.issue += other.issue;
        self.r#return += other.r#return;
        self.adjustment += other.adjustment;
        self.dispatch += other.dispatch;
        self.arrival += other.arrival;
        self.loss += other.loss;
        self.available += other.available;
    }

    /// Counts a movement.
    pub fn count(&mut self, kind: Kind) {
        *match kind {
            Kind::Receipt => &mut self.receipt,
            Kind::Issue => &mut self.issue,
            Kind::Return => &mut self.r#return,
            Kind::Adjustment => &mut self.adjustment,
            Kind::Dispatch => &mut self.dispatch,
            Kind::Arrival => &mut self.arrival,
            Kind::Loss => &mut self.loss,
        } += 1;
    }
}

/// Calls back with what an entry adds to the tallies of a warehouse. A movement counts when the goods moved; what is
/// available changes when that is recorded.
pub(crate) fn each(
    stamp: Stamp,
    body: &Body,
    mut add: impl FnMut(Quarter, &WarehouseCode, &dyn Fn(&mut Tally)),
) {
    let (warehouse, before, after) = match body {
        Body::Moved(moved) => {
            let at = Quarter::of(moved.occurred_at.unwrap_or(stamp.millis()));
            add(at, &moved.key.warehouse, &|tally| tally.count(moved.kind));
            let after = moved.after.available();
            (&moved.key.warehouse, after - moved.on_hand_change(), after)
        }
        Body::Held(held) => {
            let after = held.after.available();
            (&held.key.warehouse, after + held.quantity, after)
        }
        Body::Released(released) => {
            let after = released.after.available();
            (&released.key.warehouse, after - released.quantity, after)
        }
        _ => return,
    };
    let [was, is] = [before, after].map(|available| i64::from(Quantity::ZERO < available));
    if was != is {
        add(Quarter::of(stamp.millis()), warehouse, &|tally| tally.available += is - was);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quarters_of_any_time_begin_before_it() {
        for (time, quarter) in [(0, 0), (899_999, 0), (900_000, 1), (-1, -1), (-900_000, -1)] {
            assert_eq!(Quarter::of(Millis(time)), Quarter(quarter));
            assert!(Quarter(quarter).begins().0 <= time);
        }
    }
}

//! Opening stock: the least that must have been there before a history began, so that it never goes below zero.

use std::collections::BTreeMap;

use acopio_ledger::ids::Millis;
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::StockKey;

/// The histories of many stocks, as far as opening stock depends on them.
#[derive(Clone, Debug, Default)]
pub struct Openings {
    runs: BTreeMap<StockKey, Run>,
}

/// What must be posted before the first row of a stock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Need {
    /// Where and what.
    pub key: StockKey,
    /// How much, more than 0.
    pub quantity: Quantity,
    /// The earliest time of its rows, if they have any.
    pub occurred_at: Option<Millis>,
}

/// One history. Sums are wider than a quantity: single rows are within limits, sums of a million need not be.
#[derive(Clone, Copy, Debug, Default)]
struct Run {
    sum: i128,
    /// The lowest sum of the first rows, none included.
    lowest: i128,
    earliest: Option<Millis>,
}

impl Openings {
    /// Nothing has happened yet.
    pub fn new() -> Openings {
        Openings::default()
    }

    /// Adds the next row of a stock, in the order in which rows will be posted.
    pub fn push(&mut self, key: &StockKey, change: Quantity, occurred_at: Option<Millis>) {
        let run = match self.runs.get_mut(key) {
            Some(run) => run,
            None => self.runs.entry(key.clone()).or_default(),
        };
        run.sum += i128::from(change.0);
        run.lowest = run.lowest.min(run.sum);
        run.earliest = match (run.earliest, occurred_at) {
            (Some(known), Some(time)) => Some(known.min(time)),
            (known, time) => known.or(time),
        };
    }

    /// What must be posted first, where `available_now` is what the ledger has available before any of the rows.
    /// In the order of SKUs; stocks that need nothing are left out.
    ///
    /// A need beyond [`Quantity::MAX`] becomes that: the ledger then refuses the rows that do not fit.
    pub fn needs(&self, mut available_now: impl FnMut(&StockKey) -> Quantity) -> impl Iterator<Item = Need> {
        self.runs.iter().filter_map(move |(key, run)| {
            let missing = -(i128::from(available_now(key).0) + run.lowest);
            let quantity = Quantity(missing.clamp(0, i128::from(Quantity::MAX.0)) as i64);
            let need = || Need { key: key.clone(), quantity, occurred_at: run.earliest };
            (Quantity::ZERO < quantity).then(need)
        })
    }
}

#[cfg(test)]
mod tests {
    use acopio_ledger::names::{Sku, WarehouseCode};
    use proptest::prelude::*;

    use super::*;

    fn key(sku: &str) -> StockKey {
        StockKey { sku: Sku::new(sku).unwrap(), warehouse: WarehouseCode::new("LON").unwrap() }
    }

    #[test]
    fn the_least_opening_stock_is_found() {
        let cases: &[(&[i64], i64, Option<i64>)] = &[
            (&[], 0, None),
            (&[5, -5], 0, None),
            (&[-5, 5], 0, Some(5)),
            (&[-5, 5], 3, Some(2)),
            (&[-5, 5], 5, None),
            (&[2, -7, 10, -1], 0, Some(5)),
            (&[-1, -1, -1], 1, Some(2)),
        ];
        for (changes, available, expected) in cases {
            let mut openings = Openings::new();
            changes.iter().for_each(|change| openings.push(&key("A"), Quantity(*change), None));
            let needs: Vec<_> = openings.needs(|_| Quantity(*available)).collect();
            let quantity = needs.first().map(|need| need.quantity.0);
            assert_eq!(quantity, *expected, "{changes:?} with {available}");
        }
    }

    #[test]
    fn the_earliest_time_counts() {
        let mut openings = Openings::new();
        for time in [None, Some(Millis(7)), Some(Millis(3)), None, Some(Millis(9))] {
            openings.push(&key("A"), Quantity(-1), time);
        }
        let need = openings.needs(|_| Quantity::ZERO).next().unwrap();
        assert_eq!((need.quantity, need.occurred_at), (Quantity(5), Some(Millis(3))));
    }

    #[test]
    fn sums_beyond_every_limit_do_not_overflow() {
        let mut openings = Openings::new();
        (0..20_000).for_each(|_| openings.push(&key("A"), -Quantity::MAX, None));
        assert_eq!(openings.needs(|_| Quantity::ZERO).next().unwrap().quantity, Quantity::MAX);
    }

    proptest! {
        #[test]
        fn no_stock_goes_below_zero_and_less_would_not_do(
            rows in prop::collection::vec((0..3_usize, -1_000..1_000_i64), 0..60),
            available in prop::collection::vec(0..500_i64, 3),
        ) {
            let keys = ["A", "B", "C"].map(key);
            let index = |key: &StockKey| keys.iter().position(|it| it == key).unwrap();
            let mut openings = Openings::new();
            rows.iter().for_each(|(at, change)| openings.push(&keys[*at], Quantity(*change), None));
            let mut opening = [0; 3];
            for need in openings.needs(|key| Quantity(available[index(key)])) {
                opening[index(&need.key)] = need.quantity.0;
            }
            let mut stock = [0, 1, 2].map(|at| available[at] + opening[at]);
            let mut lowest = stock;
            for (at, change) in rows {
                stock[at] += change;
                lowest[at] = lowest[at].min(stock[at]);
            }
            for at in 0..3 {
                prop_assert!(0 <= lowest[at]);
                prop_assert!(opening[at] == 0 || lowest[at] == 0);
            }
        }
    }
}

//! Balances in bytes: each is the distance of its key from the one before, then its figures, all as varints.

use acopio_ledger::ids::Version;
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::Balance;
use prost::encoding::{decode_varint, encode_varint};

use super::super::balances::Stored;
use super::super::fault::{Fault, Outcome};
use super::super::place::Place;

/// How many bytes fit a page beside a row's header: a longer row would need a page more.
const ROW_BYTES_MAX: usize = 960;
/// How many varints are a balance.
const FIGURES: usize = 6;
/// The most bytes of one balance.
const BALANCE_BYTES_MAX: usize = 10 * FIGURES;

/// The rows of balances that are in the order of their keys.
pub(super) fn encode(balances: &[(i64, Stored)]) -> Vec<Vec<u8>> {
    let (mut rows, mut row, mut before) = (Vec::new(), Vec::new(), 0);
    for (key, stored) in balances {
        if ROW_BYTES_MAX < row.len() + BALANCE_BYTES_MAX {
            rows.push(std::mem::take(&mut row));
            before = 0;
        }
        let Balance { on_hand, reserved, on_hold, version, .. } = stored.balance;
        let figures = [on_hand.0, reserved.0, on_hold.0, version.0 as i64, stored.last.number()];
        encode_varint((key - before) as u64, &mut row);
        figures.iter().for_each(|figure| encode_varint(*figure as u64, &mut row));
        before = *key;
    }
    if !row.is_empty() {
        rows.push(row);
    }
    rows
}

/// Hands on the balances of a row, in the order of their keys.
pub(super) fn decode(mut row: &[u8], mut each: impl FnMut(i64, Stored)) -> Outcome<()> {
    let damaged = |reason: &str| Fault::damaged("row of unflushed balances", reason);
    let mut key = 0_i64;
    while !row.is_empty() {
        let [distance, on_hand, reserved, on_hold, version, last] =
            figures(&mut row).ok_or_else(|| damaged("it is cut off"))?;
        key = key.checked_add(distance).ok_or_else(|| damaged("it names a key that cannot be"))?;
        let promised = reserved.checked_add(on_hold).filter(|_| 0 <= reserved && 0 <= on_hold);
        if promised.is_none_or(|promised| on_hand < promised) {
            return Err(damaged("less is on hand than is promised and held"));
        }
        let balance = Balance {
            on_hand: Quantity(on_hand),
            reserved: Quantity(reserved),
            on_hold: Quantity(on_hold),
            version: Version(version as u64),
            ..Balance::default()
        };
        each(key, Stored::at(balance, Place::stored(last)));
    }
    Ok(())
}

/// The next balance's varints; nothing where the row ends before.
fn figures(row: &mut &[u8]) -> Option<[i64; FIGURES]> {
    let mut figures = [0; FIGURES];
    for figure in &mut figures {
        *figure = decode_varint(row).ok()? as i64;
    }
    Some(figures)
}

#[cfg(test)]
mod tests {
    use acopio_ledger::ids::Seq;
    use proptest::prelude::*;

    use super::super::super::place::LogNumber;
    use super::*;

    fn stored() -> impl Strategy<Value = Stored> {
        let quantity = || prop_oneof![0..100_i64, 0..=i64::MAX / 4];
        (quantity(), quantity(), quantity(), 0..u64::MAX / 2, 0_usize..9, 0..=Seq::MAX.0).prop_map(
            |(available, reserved, on_hold, version, log, seq)| {
                let balance = Balance {
                    on_hand: Quantity(available + reserved + on_hold),
                    reserved: Quantity(reserved),
                    on_hold: Quantity(on_hold),
                    version: Version(version),
                    last: Seq(0),
                };
                Stored::at(balance, Place::new(LogNumber::of(log), Seq(seq)))
            },
        )
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            balances in prop::collection::btree_map(prop_oneof![0..1_000_i64, 0..=i64::MAX], stored(), 0..200)
        ) {
            let balances: Vec<_> = balances.into_iter().collect();
            let rows = encode(&balances);
            let mut read = Vec::new();
            for row in &rows {
                prop_assert!(row.len() <= ROW_BYTES_MAX);
                decode(row, |key, stored| read.push((key, stored))).unwrap();
            }
            prop_assert_eq!(read, balances);
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _: Outcome<()> = decode(&bytes, |_, _| ());
        }
    }
}

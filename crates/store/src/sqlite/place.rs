//! Where an entry stands among all logs of a database: one number, so that a table keeps one integer of it.

use acopio_ledger::ids::Seq;
use rusqlite::ToSql;
use rusqlite::types::{FromSql, FromSqlResult, ToSqlOutput, ValueRef};

/// How many bits of a place are the position.
const SEQ_BITS: u32 = Seq::MAX.0.count_ones();
/// The numbers of logs fill what a positive number of 64 bits has left.
const NUMBER_MAX: u32 = (1 << (63 - SEQ_BITS)) - 1;

/// Which log of the database. Never leaves it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct LogNumber(u32);

impl LogNumber {
    /// The log that a database begins with: its node's own, unless it was copied from another node.
    pub(super) const FIRST: LogNumber = LogNumber(0);

    /// The log that was met as the `index`th, from 0.
    pub(super) fn of(index: usize) -> LogNumber {
        let number = u32::try_from(index).ok().filter(|number| *number < NUMBER_MAX);
        LogNumber(number.expect("a company has fewer nodes than there are numbers"))
    }

    /// The index of which [`LogNumber::of`] makes it.
    pub(super) fn index(self) -> usize {
        self.0 as usize
    }
}

/// The number of a log in the upper bits, a position of it in the lower: places of the first log are its positions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place(i64);

impl Place {
    /// A position of a log.
    pub(super) fn new(log: LogNumber, seq: Seq) -> Place {
        assert!(seq <= Seq::MAX, "a log has no position {seq}");
        Place(i64::from(log.0) << SEQ_BITS | seq.0 as i64)
    }

    /// The last place that a log can have.
    pub(super) fn last_of(log: LogNumber) -> Place {
        Place::new(log, Seq::MAX)
    }

    /// In which log it is.
    pub(super) fn log(self) -> LogNumber {
        LogNumber((self.0 >> SEQ_BITS) as u32)
    }

    /// The position there; 0 where it is no entry's.
    pub(super) fn seq(self) -> Seq {
        Seq(self.0 as u64 & Seq::MAX.0)
    }

    /// The place of another position in the same log.
    pub(super) fn with(self, seq: Seq) -> Place {
        Place::new(self.log(), seq)
    }

    /// The place as a database says it. What a damaged one says otherwise is no entry's place, and so is told where it is
    /// looked up.
    pub(super) fn stored(number: i64) -> Place {
        Place(number.max(0))
    }

    /// The place as a database keeps it.
    pub(super) fn number(self) -> i64 {
        self.0
    }

    /// Whether it is an entry's.
    pub(super) fn is_some(self) -> bool {
        self.seq() != Seq(0)
    }
}

impl ToSql for Place {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

impl FromSql for Place {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Place> {
        i64::column_result(value).map(Place::stored)
    }
}

impl ToSql for LogNumber {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        self.0.to_sql()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_the_first_log_are_its_positions() {
        let place = Place::new(LogNumber::FIRST, Seq(77));
        assert_eq!((place.0, place.log(), place.seq()), (77, LogNumber::FIRST, Seq(77)));
    }

    #[test]
    fn places_sort_by_log_then_position() {
        let log = LogNumber::of(3);
        let place = Place::new(log, Seq(5));
        assert_eq!((place.log(), place.seq(), place.is_some()), (log, Seq(5), true));
        assert!(Place::last_of(LogNumber::of(2)) < Place::new(log, Seq(0)));
        assert!(place < Place::last_of(log));
        assert!(!Place::new(log, Seq(0)).is_some());
        assert!(0 < Place::last_of(LogNumber::of(NUMBER_MAX as usize - 1)).0);
    }
}

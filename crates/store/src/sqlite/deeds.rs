//! Reads deeds out of their table.

use acopio_ledger::deed::{Deed, DeedKind};
use acopio_ledger::ids::{Seq, Stamp, UserId};
use acopio_ledger::names::NodeName;
use rusqlite::Row;

use super::fault::{Fault, Outcome};
use super::logs::Logs;
use super::place::Place;

/// What a deed is read from: its table is called `d`.
pub(super) const COLUMNS: &str = "d.stamp, d.node, d.seq, d.kind, u.key, d.subject";
/// Where these are found.
pub(super) const USERS: &str = "LEFT JOIN user u ON u.id = d.actor";

/// A deed out of these columns, and where it stands.
pub(super) fn from_row(row: &Row<'_>, logs: &Logs) -> Outcome<(Deed, Place)> {
    let damaged = |reason: &str| Fault::damaged("a deed", reason);
    let node = NodeName::recorded(text(row, 1)?.unwrap_or_default());
    let number = logs.number(&node).ok_or_else(|| damaged("its log is missing"))?;
    let place = Place::new(number, Seq(row.get::<_, i64>(2)? as u64));
    let word = text(row, 3)?;
    let kind = DeedKind::ALL.into_iter().find(|kind| Some(kind.as_str()) == word);
    let actor: Option<[u8; 16]> = row.get(4)?;
    let deed = Deed {
        id: logs.id(place)?,
        stamp: Stamp(row.get::<_, i64>(0)? as u64),
        actor: UserId(actor.ok_or_else(|| damaged("its user is missing"))?),
        kind: kind.ok_or_else(|| damaged("its kind is none"))?,
        subject: text(row, 5)?.map(str::to_owned),
    };
    Ok((deed, place))
}

fn text<'r>(row: &'r Row<'_>, column: usize) -> Outcome<Option<&'r str>> {
    row.get_ref(column)?.as_str_or_null().map_err(|error| Fault::damaged("a deed", error))
}

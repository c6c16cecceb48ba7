//! The history: movements newest first, by the chains of one SKU or backwards along the logs, and entries in order.

use std::cell::RefCell;
use std::collections::BTreeMap;

use acopio_contract::query::{Entries, EntryRow, HistoryTime, Movement, MovementRow, Movements, Page};
use acopio_ledger::entry::Moved;
use acopio_ledger::ids::{Seq, Stamp, UserId};
use acopio_ledger::{Body, Nothing};
use rusqlite::Connection;

use crate::filters::{is_wanted, passes};
use crate::sqlite::balances::Balances;
use crate::sqlite::fault::Outcome;
use crate::sqlite::log::Log;
use crate::sqlite::lookups;
use crate::sqlite::piece::Piece;
use crate::sqlite::place::Place;
use crate::sqlite::source::import_of;
use crate::sqlite::voids::VoidMarks;

/// Goods may be said to have moved this much later than was recorded, and a little more.
const OCCURRED_AHEAD_MAX_MS: i64 = 60 * 60 * 1_000;

/// The history as one request reads it.
pub(super) struct History<'a, 'c> {
    pub(super) connection: &'c Connection,
    pub(super) log: &'a Log<'c>,
    pub(super) balances: &'a Balances<'c>,
    pub(super) query: &'a Movements,
    marks: VoidMarks<'c>,
    user_names: RefCell<BTreeMap<UserId, String>>,
}

pub(super) fn list<'c>(
    connection: &'c Connection,
    log: &Log<'c>,
    balances: &Balances<'c>,
    query: &Movements,
) -> Outcome<Page<MovementRow>> {
    let marks = VoidMarks::of(connection)?;
    let history = History { connection, log, balances, query, marks, user_names: RefCell::default() };
    match &query.sku {
        Some(sku) => history.of_sku(sku),
        None => history.of_all(),
    }
}

impl History<'_, '_> {
    /// Whether nothing before this stamp can be wanted.
    pub(super) fn is_too_old(&self, stamp: Stamp) -> bool {
        let ahead = match self.query.time {
            HistoryTime::Recorded => 0,
            HistoryTime::Occurred => OCCURRED_AHEAD_MAX_MS,
        };
        self.query.from.is_some_and(|from| stamp.millis().0.saturating_add(ahead) < from.0)
    }

    /// The row of an entry, if it is a movement that is wanted.
    pub(super) fn row(
        &self,
        piece: &Piece,
        place: Place,
        moved: Option<Moved>,
    ) -> Outcome<Option<MovementRow>> {
        let seq = place.seq();
        let origin = self.log.origin(piece, seq)?;
        let (actor, stamp) = (origin.command.user, piece.stamp_of(seq));
        if !passes(&self.query.actor, &actor) {
            return Ok(None);
        }
        let moved = match moved {
            Some(moved) => moved,
            None => match piece.entry(seq)?.body {
                Body::Moved(moved) => moved,
                _ => return Ok(None),
            },
        };
        let is_wanted = is_wanted(self.query, &actor, stamp, &moved);
        if !is_wanted || self.marks.is_void(self.log, piece, place, &moved.key.warehouse)? {
            return Ok(None);
        }
        let id = self.log.id(place)?;
        let undone_by = lookups::undone(self.connection, &id)?;
        let (actor_name, import) = (self.user_name(&actor)?, import_of(&origin));
        Ok(Some(MovementRow { id, stamp, actor, actor_name, import, moved, undone_by }))
    }

    fn user_name(&self, id: &UserId) -> Outcome<String> {
        if let Some(name) = self.user_names.borrow().get(id) {
            return Ok(name.clone());
        }
        let name = user_name(self.connection, id)?;
        self.user_names.borrow_mut().insert(*id, name.clone());
        Ok(name)
    }
}

/// The login name of a user; empty if there is no such user.
fn user_name(connection: &Connection, id: &UserId) -> Outcome<String> {
    Ok(lookups::user(connection, id)?.map(|user| user.username).unwrap_or_default())
}

pub(super) fn one(connection: &Connection, log: &Log<'_>, query: &Movement) -> Outcome<Option<MovementRow>> {
    let Some((place, piece)) = log.find(&query.id)? else { return Ok(None) };
    let seq = place.seq();
    let Body::Moved(moved) = piece.entry(seq)?.body else { return Ok(None) };
    if VoidMarks::of(connection)?.is_void(log, &piece, place, &moved.key.warehouse)? {
        return Ok(None);
    }
    let origin = log.origin(&piece, seq)?;
    let actor = origin.command.user;
    Ok(Some(MovementRow {
        stamp: piece.stamp_of(seq),
        actor,
        actor_name: user_name(connection, &actor)?,
        import: import_of(&origin),
        moved,
        undone_by: lookups::undone(connection, &query.id)?,
        id: query.id.clone(),
    }))
}

pub(super) fn entries(connection: &Connection, log: &Log<'_>, query: &Entries) -> Outcome<Vec<EntryRow>> {
    let (marks, mut rows) = (VoidMarks::of(connection)?, Vec::new());
    for (node, number) in log.logs().by_node() {
        let after = query.after.get(node);
        if after < Seq::MAX {
            entries_from(log, &marks, Place::new(number, after.plus(1)), query.limit, &mut rows)?;
        }
    }
    Ok(rows)
}

/// Adds the entries of a log from a place on, up to so many rows in all.
fn entries_from(
    log: &Log<'_>,
    marks: &VoidMarks<'_>,
    from: Place,
    limit: usize,
    rows: &mut Vec<EntryRow>,
) -> Outcome<()> {
    let mut next = from.seq();
    while rows.len() < limit
        && let Some(piece) = log.piece(from.with(next))?
    {
        while next < piece.end() && rows.len() < limit {
            let actor = log.origin(&piece, next)?.command.user;
            let (id, stamp) = (log.id(from.with(next))?, piece.stamp_of(next));
            let body = piece.entry(next)?.body;
            let void = match body.warehouse(&Nothing) {
                Some(warehouse) => marks.is_void(log, &piece, from.with(next), &warehouse)?,
                None => false,
            };
            rows.push(EntryRow { id, stamp, actor, body, void });
            next = next.plus(1);
        }
    }
    Ok(())
}

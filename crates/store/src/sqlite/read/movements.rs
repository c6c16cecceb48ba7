//! The history: movements newest first, by the chains of one SKU or backwards along the log, and entries in order.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use acopio_contract::QueryError;
use acopio_contract::query::{Entries, EntryRow, HistoryTime, Movement, MovementRow, Movements, Page};
use acopio_ledger::Body;
use acopio_ledger::entry::Moved;
use acopio_ledger::ids::{Seq, Stamp, UserId};
use acopio_ledger::names::{Sku, WarehouseCode};
use rusqlite::Connection;

use crate::cursor;
use crate::filters::{is_wanted, passes};
use crate::sqlite::fault::{Fault, Outcome};
use crate::sqlite::log::Log;
use crate::sqlite::lookups::{self, balances_of, sites_in};
use crate::sqlite::piece::Piece;
use crate::sqlite::source::import_of;

/// How many movements of one SKU one request looks at.
const STEPS_MAX: usize = 1_000;
/// How many entries of the log one request looks at.
const ENTRIES_MAX: usize = 10_000;
/// Goods may be said to have moved this much later than was recorded, and a little more.
const OCCURRED_AHEAD_MAX_MS: i64 = 60 * 60 * 1_000;

/// The history as one request reads it.
struct History<'a, 'c> {
    connection: &'c Connection,
    log: &'a Log<'c>,
    query: &'a Movements,
    user_names: RefCell<BTreeMap<UserId, String>>,
}

pub(super) fn list(connection: &Connection, log: &Log<'_>, query: &Movements) -> Outcome<Page<MovementRow>> {
    let history = History { connection, log, query, user_names: RefCell::default() };
    match &query.sku {
        Some(sku) => history.of_sku(sku),
        None => history.of_all(),
    }
}

impl History<'_, '_> {
    /// Follows the chains of a SKU's warehouses, always the latest movement next.
    fn of_sku(&self, sku: &Sku) -> Outcome<Page<MovementRow>> {
        let list = "movements of a sku";
        let mut ahead: BTreeSet<(Seq, WarehouseCode)> = match cursor::decode(list, &self.query.page)? {
            Some(ahead) => ahead,
            None => self.chains(sku)?,
        };
        let (mut items, mut steps) = (Vec::new(), 0);
        while steps < STEPS_MAX
            && let Some((seq, warehouse)) = ahead.pop_last()
        {
            steps += 1;
            let (piece, moved) = self.link(sku, seq, &warehouse)?;
            if self.is_too_old(piece.stamp_of(seq)) {
                continue;
            }
            let previous = moved.previous;
            if let Some(row) = self.row(&piece, seq, Some(moved))? {
                if items.len() == self.query.page.limit {
                    ahead.insert((seq, warehouse));
                    break;
                }
                items.push(row);
            }
            if previous != Seq(0) {
                ahead.insert((previous, warehouse));
            }
        }
        let next = (!ahead.is_empty()).then(|| cursor::encode(list, &ahead));
        Ok(Page { items, next })
    }

    /// The last movement in each warehouse.
    fn chains(&self, sku: &Sku) -> Outcome<BTreeSet<(Seq, WarehouseCode)>> {
        let Some(product) = lookups::product_id(self.connection, sku.as_str())? else {
            return Ok(BTreeSet::new());
        };
        let sites = sites_in(self.connection, &self.query.scope, self.query.warehouse.as_ref())?;
        let codes: BTreeMap<i64, WarehouseCode> = sites.into_iter().collect();
        let balances = balances_of(self.connection, product)?;
        let moved = balances.iter().filter(|(_, balance)| balance.last != Seq(0));
        Ok(moved.filter_map(|(site, balance)| Some((balance.last, codes.get(site)?.clone()))).collect())
    }

    /// A movement of a chain, and the piece that holds it.
    fn link(&self, sku: &Sku, seq: Seq, warehouse: &WarehouseCode) -> Outcome<(Rc<Piece>, Moved)> {
        if let Some(piece) = self.log.piece(seq)?
            && let Body::Moved(moved) = piece.entry(seq)?.body
            && moved.key.sku == *sku
            && moved.key.warehouse == *warehouse
        {
            return Ok((piece, moved));
        }
        // Only a cursor that we did not make can lead anywhere else.
        Err(match &self.query.page.cursor {
            Some(cursor) => QueryError::Cursor { cursor: cursor.clone() }.into(),
            None => {
                Fault::damaged(format!("log at {seq}"), format!("it is no movement of {sku} in {warehouse}"))
            }
        })
    }

    /// Goes backwards along the log.
    fn of_all(&self) -> Outcome<Page<MovementRow>> {
        let list = "movements";
        let mut at = match cursor::decode(list, &self.query.page)? {
            Some(at) => at,
            None => self.last()?,
        };
        let (mut items, mut examined) = (Vec::new(), 0);
        'pieces: while Seq(0) < at && examined < ENTRIES_MAX {
            let Some(piece) = self.log.piece_before(at)? else { break };
            at = at.min(Seq(piece.end().0 - 1));
            while piece.first <= at {
                examined += 1;
                if self.is_too_old(piece.stamp_of(at)) {
                    at = Seq(0);
                    break 'pieces;
                }
                if let Some(row) = self.row(&piece, at, None)? {
                    if items.len() == self.query.page.limit {
                        break 'pieces;
                    }
                    items.push(row);
                }
                at = Seq(at.0 - 1);
            }
        }
        let next = (at != Seq(0)).then(|| cursor::encode(list, &at));
        Ok(Page { items, next })
    }

    /// The last entry that can be wanted.
    fn last(&self) -> Outcome<Seq> {
        match (self.query.time, self.query.to) {
            (HistoryTime::Recorded, Some(to)) if to.0 < i64::MAX >> 17 => self.log.last_before(Stamp::at(to)),
            _ => Ok(Seq(i64::MAX as u64)),
        }
    }

    /// Whether nothing before this stamp can be wanted.
    fn is_too_old(&self, stamp: Stamp) -> bool {
        let ahead = match self.query.time {
            HistoryTime::Recorded => 0,
            HistoryTime::Occurred => OCCURRED_AHEAD_MAX_MS,
        };
        self.query.from.is_some_and(|from| stamp.millis().0.saturating_add(ahead) < from.0)
    }

    /// The row of an entry, if it is a movement that is wanted.
    fn row(&self, piece: &Piece, seq: Seq, moved: Option<Moved>) -> Outcome<Option<MovementRow>> {
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
        if !is_wanted(self.query, &actor, stamp, &moved) {
            return Ok(None);
        }
        let id = self.log.id(seq);
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
    let Some(seq) = log.seq(&query.id) else { return Ok(None) };
    let Some(piece) = log.piece(seq)? else { return Ok(None) };
    let Body::Moved(moved) = piece.entry(seq)?.body else { return Ok(None) };
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

pub(super) fn entries(_: &Connection, log: &Log<'_>, query: &Entries) -> Outcome<Vec<EntryRow>> {
    let mut rows = Vec::new();
    let mut next = Seq(query.after.0.saturating_add(1));
    while rows.len() < query.limit
        && let Some(piece) = log.piece(next)?
    {
        while next < piece.end() && rows.len() < query.limit {
            let actor = log.origin(&piece, next)?.command.user;
            let (id, stamp, body) = (log.id(next), piece.stamp_of(next), piece.entry(next)?.body);
            rows.push(EntryRow { id, stamp, actor, body });
            next = next.plus(1);
        }
    }
    Ok(rows)
}

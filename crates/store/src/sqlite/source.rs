//! What decisions are made upon: the caches, and below them the database. An error is kept for the next commit.

use std::collections::BTreeMap;
use std::sync::Arc;

use acopio_ledger::codec::Origin;
use acopio_ledger::conflict::{Conflict, ConflictId};
use acopio_ledger::entry::Moved;
use acopio_ledger::gtin::Barcode;
use acopio_ledger::holders::Holders;
use acopio_ledger::ids::{CommandId, EntryId, ImportId, SessionId, SourceId, UserId};
use acopio_ledger::names::{Sku, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{
    Alert, Balance, Category, Hold, Import, Product, Rule, Session, StockKey, Stockable, User, Warehouse,
};
use acopio_ledger::settings::Settings;
use acopio_ledger::transfer::Transfer;
use acopio_ledger::void::Void;
use acopio_ledger::{Body, Cause, Record, Source};
use rusqlite::Connection;

use super::SqliteStore;
use super::fault::{Fault, Outcome};
use super::log::Log;
use super::lookups;
use super::place::{LogNumber, Place};
use super::voids::{self, VoidMarks};

impl SqliteStore {
    /// The answer, or nothing when it could not be read: then the next commit fails.
    pub(super) fn kept<T: Default>(&self, outcome: Outcome<T>) -> T {
        outcome.unwrap_or_else(|fault| {
            self.failed_read.borrow_mut().get_or_insert(fault);
            T::default()
        })
    }
}

impl Source for SqliteStore {
    fn product(&self, sku: &Sku) -> Option<Arc<Product>> {
        self.kept(lookups::product(&self.connection, sku)).map(Arc::new)
    }

    fn stockable(&self, sku: &Sku) -> Option<Stockable> {
        let product = self.caches.borrow_mut().product(&self.connection, sku);
        self.kept(product).and_then(|(_, stockable)| stockable)
    }

    fn barcode(&self, barcode: &Barcode) -> Holders<Sku> {
        self.kept(lookups::barcode(&self.connection, barcode))
    }

    fn category(&self, id: &EntryId) -> Option<Category> {
        self.kept(lookups::category(&self.connection, id))
    }

    fn category_named(&self, name: &str) -> Holders<EntryId> {
        self.kept(lookups::named(&self.connection, "category_names", name))
    }

    fn warehouse(&self, code: &WarehouseCode) -> Option<Arc<Warehouse>> {
        self.caches.borrow().warehouse(code)
    }

    fn warehouses(&self) -> Vec<WarehouseCode> {
        self.caches.borrow().warehouse_codes()
    }

    fn settings(&self) -> Arc<Settings> {
        Arc::clone(&self.caches.borrow().settings)
    }

    fn balance(&self, key: &StockKey) -> Balance {
        let balance = self.caches.borrow_mut().balance(&self.connection, key);
        self.kept(balance)
    }

    fn rule(&self, key: &StockKey) -> Option<Rule> {
        let rule = self.caches.borrow_mut().rule(&self.connection, key);
        self.kept(rule)
    }

    fn alert(&self, id: &EntryId) -> Option<Alert> {
        self.kept(lookups::alert(&self.connection, id))
    }

    fn hold(&self, id: &EntryId) -> Option<Hold> {
        self.kept(lookups::hold(&self.connection, id))
    }

    fn user(&self, id: &UserId) -> Option<User> {
        self.kept(lookups::user(&self.connection, id))
    }

    fn user_named(&self, username: &str) -> Holders<UserId> {
        self.kept(lookups::named(&self.connection, "usernames", username))
    }

    fn user_mailed(&self, email: &str) -> Holders<UserId> {
        self.kept(lookups::named(&self.connection, "emails", email))
    }

    fn users(&self) -> Vec<UserId> {
        self.kept(user_ids(&self.connection))
    }

    fn session(&self, id: &SessionId) -> Option<Session> {
        self.kept(lookups::session(&self.connection, id))
    }

    fn import(&self, id: &ImportId) -> Option<Import> {
        self.kept(lookups::import(&self.connection, id))
    }

    fn source(&self, id: &SourceId) -> Option<ImportId> {
        self.kept(lookups::source(&self.connection, id))
    }

    fn undone(&self, movement: &EntryId) -> Option<EntryId> {
        self.kept(lookups::undone(&self.connection, movement))
    }

    fn movement(&self, id: &EntryId) -> Option<(Moved, Option<ImportId>)> {
        self.kept(movement(&self.connection, &Log::new(&self.connection, &self.known), id))
    }

    fn import_net(&self, import: &Import) -> BTreeMap<StockKey, Quantity> {
        self.kept(import_net(&self.connection, self.own, &Log::new(&self.connection, &self.known), import))
    }

    fn command(&self, id: &CommandId) -> Option<EntryId> {
        let user = self.caches.borrow_mut().known_user_id(&self.connection, &id.user);
        let user = self.kept(user)?;
        let first = answer(&self.connection, self.own, user, id);
        let first = first.and_then(|first| first.map(|first| self.known.get().id(first)).transpose());
        self.kept(first)
    }

    fn transfer(&self, id: &EntryId) -> Option<Transfer> {
        self.kept(lookups::transfer(&self.connection, id))
    }

    fn incoming(&self, key: &StockKey) -> Quantity {
        self.kept(lookups::incoming(&self.connection, key))
    }

    fn founded(&self) -> bool {
        self.kept(lookups::meta::<Vec<u8>>(&self.connection, "company")).is_some()
    }

    fn record(&self, first: &EntryId) -> Option<Record> {
        self.kept(Log::new(&self.connection, &self.known).record_at(first))
    }

    fn void(&self, id: &EntryId) -> Option<Void> {
        self.kept(voids::void(&self.connection, id))
    }

    fn conflict(&self, id: &ConflictId) -> Option<Conflict> {
        self.kept(voids::conflict(&self.connection, id))
    }
}

/// Where the answer to a command stands: in the own log, or else at the least place.
fn answer(connection: &Connection, own: LogNumber, user: i64, id: &CommandId) -> Outcome<Option<Place>> {
    let sql = "SELECT first FROM command WHERE user = ?1 AND key = ?2 ORDER BY first";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query((user, id.key_bytes()))?;
    let mut least = None;
    while let Some(row) = rows.next()? {
        let first: Place = row.get(0)?;
        if first.log() == own {
            return Ok(Some(first));
        }
        least = least.or(Some(first));
    }
    Ok(least)
}

fn user_ids(connection: &Connection) -> Outcome<Vec<UserId>> {
    let mut statement =
        connection.prepare_cached("SELECT key FROM user WHERE doc IS NOT NULL ORDER BY key")?;
    let ids = statement.query_map([], |row| row.get(0).map(UserId))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

fn movement(
    connection: &Connection,
    log: &Log<'_>,
    id: &EntryId,
) -> Outcome<Option<(Moved, Option<ImportId>)>> {
    let Some((place, piece)) = log.find(id)? else { return Ok(None) };
    match piece.entry(place.seq())?.body {
        Body::Moved(moved)
            if !VoidMarks::of(connection)?.is_void(log, &piece, place, &moved.key.warehouse)? =>
        {
            Ok(Some((moved, import_of(&*log.origin(&piece, place.seq())?))))
        }
        _ => Ok(None),
    }
}

/// The import that led to a command.
pub(super) fn import_of(origin: &Origin) -> Option<ImportId> {
    match origin.cause {
        Some(Cause::Import(import)) => Some(import),
        _ => None,
    }
}

fn import_net(
    connection: &Connection,
    own: LogNumber,
    log: &Log<'_>,
    import: &Import,
) -> Outcome<BTreeMap<StockKey, Quantity>> {
    let mut net: BTreeMap<StockKey, Quantity> = BTreeMap::new();
    let marks = VoidMarks::of(connection)?;
    let mut next = import.first;
    while next <= import.last {
        let place = Place::new(own, next);
        let missing = || Fault::damaged(format!("log at {next}"), "it is missing");
        let piece = log.piece(place)?.ok_or_else(missing)?;
        while next < piece.end() && next <= import.last {
            let (seq, is_own) = (next, import_of(&*log.origin(&piece, next)?) == Some(import.id));
            next = next.plus(1);
            if is_own
                && let Body::Moved(moved) = piece.entry(seq)?.body
                && lookups::undone(connection, &log.id(place.with(seq))?)?.is_none()
                && !marks.is_void(log, &piece, place.with(seq), &moved.key.warehouse)?
            {
                let sum = net.entry(moved.key).or_default();
                *sum = *sum + moved.change;
            }
        }
    }
    Ok(net)
}

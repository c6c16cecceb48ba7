//! Folds entries into the books. An entry is a fact: nothing here says no.

mod catalogue;
mod people;
mod stock;
mod transfer;

use crate::books::{Books, Source};
use crate::command::Cause;
use crate::entry::{Body, Record};
use crate::ids::{EntryId, Stamp, UserId};
use crate::writes::Write;

/// What all bodies of a record share, as seen from one of its entries.
#[derive(Clone, Debug)]
pub struct Meta {
    /// The entry's id.
    pub id: EntryId,
    /// When it was recorded.
    pub stamp: Stamp,
    /// Who caused it.
    pub actor: UserId,
    /// What led to the command, if not a person.
    pub cause: Option<Cause>,
}

impl Meta {
    /// The entry as a write of what it sets.
    fn write(&self) -> Write {
        Write { stamp: self.stamp, node: self.id.node.clone() }
    }
}

/// Folds a whole record: its entries, and that its command is known.
pub fn record<S: Source>(books: &mut Books<S>, record: &Record) {
    let mut meta = Meta {
        id: record.first.clone(),
        stamp: record.stamp,
        actor: record.command.user,
        cause: record.cause.clone(),
    };
    for (index, entry) in record.entries.iter().enumerate() {
        meta.id.seq = record.first.seq.plus(index as u64);
        meta.stamp = record.stamp(index);
        body(books, &meta, &entry.body);
    }
    command(books, record);
}

/// Notes that a record's command is known.
pub fn command<S: Source>(books: &mut Books<S>, record: &Record) {
    books.changes_mut().commands.insert(record.command.clone(), record.first.seq);
}

/// Folds one entry.
pub fn body<S: Source>(books: &mut Books<S>, meta: &Meta, body: &Body) {
    match body {
        Body::Moved(moved) => stock::moved(books, meta, moved),
        Body::Held(held) => stock::held(books, meta, held),
        Body::Released(released) => stock::released(books, released),
        Body::AlertRaised(raised) => stock::alert_raised(books, meta, raised),
        Body::AlertResolved(resolved) => stock::alert_resolved(books, meta, resolved),
        Body::AlertHandled(handled) => stock::alert_handled(books, meta, handled),
        Body::RuleSet(set) => stock::rule_set(books, set),
        Body::ProductSet(set) => catalogue::product_set(books, meta, set),
        Body::CategorySet(set) => catalogue::category_set(books, meta, set),
        Body::WarehouseSet(set) => catalogue::warehouse_set(books, meta, set),
        Body::UserSet(set) => people::user_set(books, meta, set),
        Body::SessionOpened(opened) => people::session_opened(books, meta, opened),
        Body::SessionClosed(closed) => people::session_closed(books, closed),
        Body::ImportBegun(begun) => stock::import_begun(books, meta, begun),
        Body::ImportUndone(undone) => stock::import_undone(books, undone),
        Body::Founded(founded) => people::founded(books, founded),
        Body::KeyPublished(published) => people::key_published(books, meta, published),
        Body::TransferDrafted(drafted) => transfer::drafted(books, meta, drafted),
        Body::TransferCancelled(cancelled) => transfer::cancelled(books, meta, cancelled),
        Body::TransferDispatched(dispatched) => transfer::dispatched(books, meta, dispatched),
        Body::TransferReceived(received) => transfer::received(books, meta, received),
        Body::TransferSettled(settled) => transfer::settled(books, meta, settled),
        Body::Refused(_) | Body::BatchRefused(_) => {}
    }
}

/// An id of 16 bytes from the log; a damaged one is all zeros, which is nobody's.
fn id16(bytes: &[u8]) -> [u8; 16] {
    bytes.try_into().unwrap_or_default()
}

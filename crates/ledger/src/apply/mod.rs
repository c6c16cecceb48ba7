//! Folds entries into the books. An entry is a fact: nothing here says no. What was written about a warehouse that was
//! no longer the writer's is left out and listed.

mod catalogue;
mod conflict;
mod ownership;
mod people;
mod product;
mod sessions;
mod settings;
mod stock;
mod transfer;
mod users;
mod void;

use crate::body::BasedOn;
use crate::books::{Books, Source};
use crate::command::Cause;
use crate::deed::Deed;
use crate::entry::{Body, Record};
use crate::ids::{EntryId, Seq, Stamp, UserId};
use crate::names::NodeName;
use crate::ownership::Ownership;
use crate::tally;
use crate::writes::{Edit, Write};

pub use void::Verdict;

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
    /// The entry as a write of what it sets, upon what its writer knew.
    ///
    /// A write is later than all that it is based on, even where a clock was set back by more than stamps make up for: else
    /// it would lose to what it meant to replace, and which values stand beside one another would depend on the order of
    /// folding.
    fn edit(&self, based_on: &[BasedOn]) -> Edit {
        let known =
            |known: &BasedOn| Write { stamp: Stamp(known.stamp), node: NodeName::recorded(&known.node) };
        let based_on: Vec<Write> = based_on.iter().map(known).collect();
        let later = based_on.iter().map(|known| known.stamp.plus(1));
        let stamp = later.fold(self.stamp, Stamp::max);
        Edit { write: Write { stamp, node: self.id.node.clone() }, based_on }
    }
}

/// Folds a whole record: its entries, and that its command is known. What of it is void is listed instead.
pub fn record<S: Source>(books: &mut Books<S>, record: &Record) {
    let verdict = judge(books, None, record);
    let mut meta = Meta {
        id: record.first.clone(),
        stamp: record.stamp,
        actor: record.command.user,
        cause: record.cause.clone(),
    };
    for (index, entry) in record.entries.iter().enumerate().filter(|(index, _)| verdict.counts(*index)) {
        meta.id.seq = record.first.seq.plus(index as u64);
        meta.stamp = record.stamp(index);
        name(books, &entry.body);
        body(books, &meta, &entry.body);
    }
    if verdict != Verdict::Void {
        command(books, record);
    }
}

/// Judges what of a record counts, and lists what does not: by the ownership that the books know, or by one that was
/// known before.
pub fn judge<S: Source>(books: &mut Books<S>, known: Option<&Ownership>, record: &Record) -> Verdict {
    let verdict = match known {
        Some(known) => void::judge(books, |code| known.get(code).cloned(), record),
        None => void::judge(books, |code| books.warehouse(code), record),
    };
    if verdict != Verdict::Counts {
        void::note(books, record, &verdict);
    }
    verdict
}

/// Makes a stub of the product that an entry about stock names, where it is not known. What a node itself decides names
/// known products only.
pub fn name<S: Source>(books: &mut Books<S>, body: &Body) {
    product::name(books, body);
}

/// Notes that a record's command is known, and so is another that it answers.
pub fn command<S: Source>(books: &mut Books<S>, record: &Record) {
    let also = record.answers_also().map(|(id, _)| id);
    for id in also.into_iter().chain([record.command.clone()]) {
        books.changes_mut().commands.insert(id, record.first.clone());
    }
}

/// The position of another log that must be folded before a record is: up to there, what a taking node builds upon was
/// written by the owner before it. So entries of one warehouse are folded in the order of its owners on every node.
pub fn waits_for(record: &Record) -> Option<(NodeName, Seq)> {
    record.entries.iter().find_map(|entry| match &entry.body {
        // Who takes back what it has handed over builds upon its own log.
        Body::WarehouseTaken(taken) if taken.from != record.first.node.as_str() => {
            Some((NodeName::recorded(&taken.from), Seq(taken.cut)))
        }
        _ => None,
    })
}

/// Adds an entry to the tallies: a part of [`body`], for whoever folds the rest by itself.
pub fn tally<S: Source>(books: &mut Books<S>, stamp: Stamp, body: &Body) {
    let tallies = &mut books.changes_mut().tallies;
    tally::each(stamp, body, |quarter, warehouse, add| {
        add(tallies.entry((quarter, warehouse.clone())).or_default());
    });
}

/// Folds one entry.
pub fn body<S: Source>(books: &mut Books<S>, meta: &Meta, body: &Body) {
    tally(books, meta.stamp, body);
    books.changes_mut().deeds.extend(Deed::of(&meta.id, meta.stamp, meta.actor, body));
    match body {
        Body::Moved(moved) => stock::moved(books, meta, moved),
        Body::Held(held) => stock::held(books, meta, held),
        Body::Released(released) => stock::released(books, released),
        Body::AlertRaised(raised) => stock::alert_raised(books, meta, raised),
        Body::AlertResolved(resolved) => stock::alert_resolved(books, meta, resolved),
        Body::AlertHandled(handled) => stock::alert_handled(books, meta, handled),
        Body::RuleSet(set) => stock::rule_set(books, set),
        Body::ProductSet(set) => product::product_set(books, meta, set),
        Body::CategorySet(set) => catalogue::category_set(books, meta, set),
        Body::WarehouseSet(set) => ownership::warehouse_set(books, meta, set),
        Body::UserSet(set) => users::user_set(books, meta, set),
        Body::SessionOpened(opened) => sessions::opened(books, meta, opened),
        Body::SessionClosed(closed) => sessions::closed(books, closed),
        Body::ImportBegun(begun) => stock::import_begun(books, meta, begun),
        Body::ImportUndone(undone) => stock::import_undone(books, undone),
        Body::Founded(founded) => people::founded(books, founded),
        Body::KeyPublished(published) => people::key_published(books, meta, published),
        Body::TransferDrafted(drafted) => transfer::drafted(books, meta, drafted),
        Body::TransferCancelled(cancelled) => transfer::cancelled(books, meta, cancelled),
        Body::TransferDispatched(dispatched) => transfer::dispatched(books, meta, dispatched),
        Body::TransferReceived(received) => transfer::received(books, meta, received),
        Body::TransferSettled(settled) => transfer::settled(books, meta, settled),
        Body::WarehouseHandedOver(handed) => ownership::handed_over(books, meta, handed),
        Body::WarehouseTaken(taken) => ownership::taken(books, meta, taken),
        Body::VoidSettled(settled) => void::settled(books, meta, settled),
        Body::SettingsSet(set) => settings::settings_set(books, meta, set),
        // These change nothing but what is known to have been done.
        Body::StatementRun(_) | Body::Refused(_) | Body::BatchRefused(_) => {}
    }
}

/// An id of 16 bytes from the log; a damaged one is all zeros, which is nobody's.
fn id16(bytes: &[u8]) -> [u8; 16] {
    bytes.try_into().unwrap_or_default()
}

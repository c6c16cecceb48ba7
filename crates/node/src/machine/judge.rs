//! What to do when a node hears late that a warehouse had changed hands: what its former owner wrote about it since is
//! void, and may be among what this node has folded.

use std::sync::Arc;

use acopio_ledger::codec::{Frame, decode_frame};
use acopio_ledger::ids::{LogId, Seq};
use acopio_ledger::names::NodeName;
use acopio_ledger::records::Warehouse;
use acopio_ledger::{Changes, Record};
use acopio_store::{Store, StoreError};

use crate::proof;

/// How many bytes of frames are looked through at a time.
const READ_BYTES: usize = 4 << 20;

/// Whether anything that counted before some changes does not any more, or the other way, among what was folded before
/// them or in the records that they fold.
pub(super) fn is_misjudged(
    store: &dyn Store,
    records: &[Record],
    changes: &Changes,
) -> Result<bool, StoreError> {
    for (code, judged) in &changes.judged {
        let (before, after) = (store.source().warehouse(code), changes.warehouses.get(code).cloned());
        let Some(turn) = before.zip(after).map(|(before, after)| Turn { store, before, after }) else {
            continue;
        };
        for (node, from) in judged {
            let later = records.iter().filter(|record| record.first.node == *node);
            if later.into_iter().any(|record| turn.concerns(record)) || turn.was_met(node, *from)? {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// One warehouse's ownership, as it was known and as it is known now.
struct Turn<'a> {
    store: &'a dyn Store,
    before: Arc<Warehouse>,
    after: Arc<Warehouse>,
}

impl Turn<'_> {
    /// Whether a record has an entry about the warehouse that is judged otherwise now.
    fn concerns(&self, record: &Record) -> bool {
        let (node, seq) = (&record.first.node, record.first.seq);
        record.entries.iter().any(|entry| {
            let is_about = || entry.body.warehouse(self.store.source()).as_ref() == Some(&self.before.code);
            self.before.is_void(node, entry.epoch, seq) != self.after.is_void(node, entry.epoch, seq)
                && is_about()
        })
    }

    /// Whether a log has such an entry after a position, as far as it is here.
    fn was_met(&self, node: &NodeName, mut after: Seq) -> Result<bool, StoreError> {
        let reader = self.store.reader();
        loop {
            let frames = reader.frames(node, after, READ_BYTES)?;
            let Some(last) = frames.last() else { return Ok(false) };
            after = last.first;
            for frame in &frames {
                let decoded = decode_frame(&frame.bytes);
                let (_, records) = decoded.map_err(|error| StoreError::Damaged {
                    what: format!("log of {node} at {}", frame.first),
                    reason: error.to_string(),
                })?;
                if records.iter().any(|record| self.concerns(record)) {
                    return Ok(true);
                }
            }
        }
    }
}

/// Writes frames without views, and makes all views anew. The views are dropped first: should the node be stopped
/// meanwhile, it is known that they are not whole. Of its own log if `copied` is nothing.
pub(super) fn fold_anew(
    store: &mut dyn Store,
    copied: Option<&LogId>,
    frames: &[Frame],
) -> Result<(), StoreError> {
    tracing::info!("entries that were folded turn out to be void, or to count: all views are made anew");
    store.drop_views()?;
    match copied {
        Some(log) => store.follow(log, frames, &Changes::default())?,
        None => store.commit(frames, &Changes::default())?,
    }
    proof::rebuild(store, &mut |_| {}).map(drop)
}

//! The writer's side of a store.

use std::collections::BTreeMap;
use std::sync::Arc;

use acopio_ledger::codec::Frame;
use acopio_ledger::ids::{EntryId, LogId};
use acopio_ledger::names::NodeName;
use acopio_ledger::{Changes, Record, Source};

use crate::{Head, LogHead, Note, Reader, StoreError};

/// The writer's side of a store: one owner, one thread.
pub trait Store: Send {
    /// Which log is its own, in its present life.
    fn identity(&self) -> LogId;

    /// Where its own log ends.
    fn head(&self) -> Head;

    /// Where all logs end, its own included.
    fn heads(&self) -> BTreeMap<NodeName, LogHead>;

    /// What decisions are made upon. A read that fails answers with nothing and is kept for [`Store::commit`].
    fn source(&self) -> &dyn Source;

    /// The record whose first entry this is, in whichever log: the answer to a repeated command.
    ///
    /// # Errors
    ///
    /// When there is none, or it cannot be read.
    fn record(&self, first: &EntryId) -> Result<Record, StoreError>;

    /// Writes frames of the own log and what they have changed in one transaction, durable when this returns.
    ///
    /// # Errors
    ///
    /// When anything failed, a read before it included: then nothing is written, and the store must be reopened before
    /// it is used again.
    fn commit(&mut self, frames: &[Frame], changes: &Changes) -> Result<(), StoreError>;

    /// Appends frames of another node's log and what they have changed, in one transaction: the position of the copy
    /// is the frames themselves, so that each is followed once. Of its own log a node follows what others have of it
    /// when it has lost it, before it writes anything itself.
    ///
    /// # Errors
    ///
    /// As [`Store::commit`].
    ///
    /// # Panics
    ///
    /// When the frames do not continue the copy, or the incarnation is earlier than the copy's.
    fn follow(&mut self, log: &LogId, frames: &[Frame], changes: &Changes) -> Result<(), StoreError>;

    /// Begins the next incarnation of the own log after its end: what others have of an earlier one never meets what is
    /// written from now on.
    ///
    /// # Errors
    ///
    /// As [`Store::commit`].
    fn begin_next_life(&mut self) -> Result<(), StoreError>;

    /// Keeps notes, all in one transaction, durable when this returns.
    ///
    /// # Errors
    ///
    /// As [`Store::commit`].
    fn keep(&mut self, notes: &[Note]) -> Result<(), StoreError>;

    /// Drops all views and begins to fold the logs anew: [`Store::refold`] follows for each frame of each log, then
    /// [`Store::end_refold`]. Logs and notes stay.
    ///
    /// # Errors
    ///
    /// When the views cannot be dropped.
    fn drop_views(&mut self) -> Result<(), StoreError>;

    /// Writes views alone, for frames of that node's log which are here already.
    ///
    /// # Errors
    ///
    /// As [`Store::commit`].
    fn refold(&mut self, node: &NodeName, changes: &Changes) -> Result<(), StoreError>;

    /// Says that all logs have been folded, so that the views are whole again.
    ///
    /// # Errors
    ///
    /// As [`Store::commit`].
    fn end_refold(&mut self) -> Result<(), StoreError>;

    /// The readers' side.
    fn reader(&self) -> Arc<dyn Reader>;
}

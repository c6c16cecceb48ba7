//! The node by itself, without its neighbours: its writer's queue and its store's readers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use acopio_contract::{News, QueryError, Receipt, SubmitError};
use acopio_ledger::ids::{CommandId, EntryId, Epoch, LogId, Positions, Seq};
use acopio_ledger::names::{NodeName, WarehouseCode};
use acopio_ledger::{Record, Submission};
use acopio_store::{LogHead, Note, Reader, StoreError, StoredFrame};
use tokio::sync::{mpsc, oneshot, watch};

use crate::clock::Clock;
use crate::machine::{FollowError, Followed};
use crate::watched::Watched;
use crate::writer::{Arrived, Awaited, Input, Waiting};

/// How many notes are read at a time.
const NOTES_READ: usize = 1_000;

/// See the file's document.
pub(crate) struct Core {
    pub(crate) identity: LogId,
    pub(crate) reader: Arc<dyn Reader>,
    pub(crate) clock: Clock,
    pub(crate) queue: Mutex<Option<mpsc::Sender<Input>>>,
    pub(crate) queue_commands_max: usize,
    pub(crate) news: watch::Receiver<News>,
    /// Wakes whoever follows the news although nothing was written; nothing once the node is closing.
    pub(crate) waker: Mutex<Option<watch::Sender<News>>>,
    /// How far each log is folded.
    pub(crate) positions: Arc<Watched<Positions>>,
    /// The warehouses about which nothing is told before a majority of the hub's machines has it.
    pub(crate) replicated: Arc<Watched<Arc<BTreeSet<WarehouseCode>>>>,
    pub(crate) stopped: watch::Receiver<Option<String>>,
    pub(crate) awaited: Arc<Awaited>,
}

impl Core {
    /// Has a command decided here, or answers that it is not for this node to decide.
    pub(crate) async fn submit(&self, submission: Submission) -> Result<Receipt, SubmitError> {
        let queue = self.sender().ok_or_else(|| self.gone())?;
        let (answer, answered) = oneshot::channel();
        match queue.try_send(Input::Command(Waiting { submission, answer })) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(_)) => {
                return Err(SubmitError::Busy { waiting: self.queue_commands_max });
            }
            Err(mpsc::error::TrySendError::Closed(_)) => return Err(self.gone()),
        }
        drop(queue);
        answered.await.unwrap_or_else(|_| Err(self.gone()))
    }

    /// Has frames of another node's log folded; waits for room in the queue.
    pub(crate) async fn follow(&self, log: LogId, frames: Vec<Arrived>) -> Result<Followed, FollowError> {
        let stopped = || FollowError::Stopped { reason: self.gone().to_string() };
        let queue = self.sender().ok_or_else(stopped)?;
        let (answer, answered) = oneshot::channel();
        queue.send(Input::Frames { log, frames, answer }).await.map_err(|_| stopped())?;
        answered.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Has notes kept; they are durable when this returns.
    pub(crate) async fn keep(&self, notes: Vec<Note>) -> Result<(), SubmitError> {
        let queue = self.sender().ok_or_else(|| self.gone())?;
        let (answer, answered) = oneshot::channel();
        queue.send(Input::Notes { notes, answer }).await.map_err(|_| self.gone())?;
        answered.await.unwrap_or_else(|_| Err(self.gone()))
    }

    /// Lets another node decide about a warehouse from now on, until its ownership is later than this one.
    pub(crate) async fn fence(
        &self,
        warehouse: WarehouseCode,
        by: NodeName,
        epoch: Epoch,
    ) -> Result<(), SubmitError> {
        let queue = self.sender().ok_or_else(|| self.gone())?;
        let (answer, answered) = oneshot::channel();
        queue.send(Input::Fence { warehouse, by, epoch, answer }).await.map_err(|_| self.gone())?;
        answered.await.map_err(|_| self.gone())
    }

    /// All notes of a kind, by their keys.
    pub(crate) fn notes(&self, kind: &str) -> Result<Vec<(String, String)>, QueryError> {
        let (mut all, mut after) = (Vec::new(), String::new());
        loop {
            let read = self.some_notes(kind, &after, NOTES_READ)?;
            let Some((last, _)) = read.last() else { return Ok(all) };
            after.clone_from(last);
            all.extend(read);
        }
    }

    /// Notes of a kind whose keys are above `after`.
    pub(crate) fn some_notes(
        &self,
        kind: &str,
        after: &str,
        limit: usize,
    ) -> Result<Vec<(String, String)>, QueryError> {
        self.reader.notes(kind, after, limit).map_err(|error| storage("notes", &error))
    }

    /// One note.
    pub(crate) fn note(&self, kind: &str, key: &str) -> Result<Option<String>, QueryError> {
        self.reader.note(kind, key).map_err(|error| storage("a note", &error))
    }

    /// Where all logs end here.
    pub(crate) fn heads(&self) -> Result<BTreeMap<NodeName, LogHead>, QueryError> {
        self.reader.heads().map_err(|error| storage("where the logs end", &error))
    }

    /// The record whose first entry stands there, of any log that is here.
    pub(crate) fn record(&self, first: &EntryId) -> Result<Option<Record>, QueryError> {
        self.reader.record(first).map_err(|error| storage("a record", &error))
    }

    /// Where that begins which a command has led to, if it is known here.
    pub(crate) fn outcome(&self, command: &CommandId) -> Result<Option<EntryId>, QueryError> {
        self.reader.outcome(command).map_err(|error| storage("a command", &error))
    }

    /// Frames of any log that is here, behind a position.
    pub(crate) fn frames(
        &self,
        node: &NodeName,
        after: Seq,
        bytes_max: usize,
    ) -> Result<Vec<StoredFrame>, QueryError> {
        self.reader.frames(node, after, bytes_max).map_err(|error| storage("frames", &error))
    }

    /// Takes no more into the queue; what is in it is still done.
    pub(crate) fn close(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        drop(self.waker.lock().unwrap_or_else(PoisonError::into_inner).take());
    }

    /// Has whoever follows the news look again: what is there may be told by now.
    pub(crate) fn wake(&self) {
        if let Some(news) = &*self.waker.lock().unwrap_or_else(PoisonError::into_inner) {
            news.send_modify(|news| news.changes += 1);
        }
    }

    /// Why the node has stopped writing, if it has.
    pub(crate) fn stopped(&self) -> Option<String> {
        self.stopped.borrow().clone()
    }

    /// How many commands are waiting.
    pub(crate) fn waiting(&self) -> usize {
        let queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.as_ref().map_or(0, |queue| self.queue_commands_max - queue.capacity())
    }

    fn sender(&self) -> Option<mpsc::Sender<Input>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn gone(&self) -> SubmitError {
        let reason = self.stopped().unwrap_or_else(|| "the node is shutting down".to_owned());
        SubmitError::Stopped { reason }
    }
}

/// Storage failed while a query was answered.
pub(crate) fn storage(what: &'static str, error: &StoreError) -> QueryError {
    let cause = std::error::Error::source(error).map(|cause| format!(": {cause}")).unwrap_or_default();
    QueryError::Storage { what, reason: format!("{error}{cause}") }
}

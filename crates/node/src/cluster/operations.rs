//! Operations: what became of commands that were accepted here for other nodes.
//!
//! A waiting one stands in the outbox; a decided one is a note with the place of its outcome, kept for a while.

use std::sync::Arc;

use acopio_contract::query::{Operation, OperationById, OperationState, Operations, Page};
use acopio_contract::{QueryError, Receipt, SubmitError};
use acopio_ledger::Refusal;
use acopio_ledger::ids::{CommandId, EntryId, Millis, UserId};
use acopio_ledger::names::{NodeName, WarehouseCode};
use acopio_store::Note;
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc;

use super::Cluster;
use super::outbox::Waiting;

/// How the notes of decided operations are called, newest first by their keys.
const NOTE: &str = "operation";
/// How the notes are called that find them by their ids.
const PLACE: &str = "operation_place";

/// How long a decided operation can be asked for.
const KEPT_MS: i64 = 30 * 24 * 60 * 60 * 1_000;

/// How many old ones are thrown away with each new one.
const SWEPT_MAX: usize = 16;

/// A decided operation, as it is noted.
#[derive(Debug, Serialize, Deserialize)]
struct Decided {
    id: String,
    user: UserId,
    key: String,
    command: String,
    warehouse: WarehouseCode,
    owner: NodeName,
    accepted: Millis,
    expires: Millis,
    state: String,
    /// The first entry of what it has led to.
    first: EntryId,
}

/// What settling a command has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Settled {
    /// Its outcome is told, or it does not wait here.
    Told,
    /// It is decided here, and told when other machines have it.
    InDoubt,
    /// Its outcome is not known here.
    Waits,
}

/// An operation's id follows from its command's, so that the same command has the same one.
pub(super) fn id_of(command: &CommandId) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&command.user.0);
    hasher.update(&command.key_bytes());
    let bytes: [u8; 16] = hasher.finalize().as_bytes()[..16].try_into().expect("a hash has 32 bytes");
    UserId(bytes).to_string()
}

/// Notes outcomes as they are folded, for as long as the node works.
pub(super) async fn settle(cluster: Arc<Cluster>, mut folded: mpsc::Receiver<CommandId>) {
    let waiting: Vec<_> = cluster.outbox().iter().map(|waiting| waiting.errand.id()).collect();
    for command in waiting {
        cluster.settle(&command).await;
    }
    while let Some(command) = folded.recv().await {
        cluster.settle(&command).await;
    }
}

impl Cluster {
    /// Moves a command from the outbox to the decided operations, if its outcome is folded here.
    pub(super) async fn settle(&self, command: &CommandId) -> Settled {
        let Some(submission) = self.outbox().get(command).map(|waiting| waiting.errand.submission()) else {
            return Settled::Told;
        };
        // Awaited first: an outcome that is folded from now on is told, one before is found. What was told may have been
        // void, so that another one follows.
        self.core.awaited.add(command.clone());
        let receipt = match self.core.submit(submission).await {
            Ok(receipt) if self.awaits_confirmation(command, &receipt) => return Settled::InDoubt,
            Ok(receipt) => Receipt { repeated: false, ..receipt },
            Err(SubmitError::NotHere { .. }) => {
                tracing::debug!(key = %command.key, "its outcome is not known here yet");
                return Settled::Waits;
            }
            Err(error) => {
                tracing::warn!(key = %command.key, %error, "the outcome of a command cannot be told");
                return Settled::Waits;
            }
        };
        self.core.awaited.remove(command);
        let Some((waiting, removed, listeners)) = self.outbox().take(command) else { return Settled::Told };
        let mut notes = vec![removed];
        notes.extend(decided_notes(&waiting, &receipt));
        notes.extend(self.old_notes());
        if let Err(error) = self.core.keep(notes).await {
            tracing::warn!(%error, "a decided operation is not noted: it is found again at the next start");
        }
        for listener in listeners {
            // Whoever waited may have gone.
            let _: Result<(), _> = listener.send(receipt.clone());
        }
        Settled::Told
    }

    /// Removes a few operations that are too old.
    fn old_notes(&self) -> Vec<Note> {
        let oldest = newest_first(Millis(self.now().0 - KEPT_MS));
        let rows = self.core.some_notes(NOTE, &oldest, SWEPT_MAX).unwrap_or_default();
        let gone = |(key, doc): (String, String)| {
            let id = serde_json::from_str::<Decided>(&doc).map(|decided| decided.id).unwrap_or_default();
            [Note { kind: NOTE, key, doc: None }, Note { kind: PLACE, key: id, doc: None }]
        };
        rows.into_iter().flat_map(gone).collect()
    }

    /// One operation.
    pub(super) fn operation(&self, query: &OperationById) -> Result<Option<Operation>, QueryError> {
        let waiting = {
            let outbox = self.outbox();
            outbox.iter().find(|waiting| id_of(&waiting.errand.id()) == query.id).cloned()
        };
        if let Some(waiting) = waiting {
            return Ok(Some(self.queued(&waiting)));
        }
        let Some(place) = self.core.note(PLACE, &query.id)? else { return Ok(None) };
        let doc = self.core.note(NOTE, &place)?;
        doc.map(|doc| self.decided(&doc)).transpose()
    }

    /// Operations, newest first: those that wait, then those that are decided.
    pub(super) fn operations(&self, query: &Operations) -> Result<Page<Operation>, QueryError> {
        let wanted = |operation: &Operation| {
            query.state.is_none_or(|state| state == operation.state)
                && query.user.is_none_or(|user| user == operation.user)
        };
        let mut rows: Vec<(String, Operation)> = Vec::new();
        if query.state.is_none_or(|state| state == OperationState::Queued) {
            let waiting: Vec<_> = self.outbox().iter().cloned().collect();
            let row = |waiting: &Waiting| (place_of(waiting), self.queued(waiting));
            rows.extend(waiting.iter().map(row).filter(|(_, operation)| wanted(operation)));
        }
        if query.state != Some(OperationState::Queued) {
            let mut after = query.page.cursor.clone().unwrap_or_default();
            let mut left = query.page.limit + 1;
            while 0 < left {
                let found = self.core.some_notes(NOTE, &after, left)?;
                let Some((last, _)) = found.last() else { break };
                after.clone_from(last);
                for (key, doc) in found {
                    let operation = self.decided(&doc)?;
                    if wanted(&operation) {
                        rows.push((key, operation));
                        left = left.saturating_sub(1);
                    }
                }
            }
        }
        rows.retain(|(place, _)| query.page.cursor.as_ref().is_none_or(|cursor| cursor < place));
        rows.sort_by(|(one, _), (other, _)| one.cmp(other));
        let has_more = query.page.limit < rows.len();
        rows.truncate(query.page.limit);
        let next = if has_more { rows.last().map(|(place, _)| place.clone()) } else { None };
        Ok(Page { items: rows.into_iter().map(|(_, operation)| operation).collect(), next })
    }

    fn queued(&self, waiting: &Waiting) -> Operation {
        let errand = &waiting.errand;
        Operation {
            id: id_of(&errand.id()),
            user: errand.user,
            key: errand.key.clone(),
            command: errand.command.name(),
            warehouse: errand.warehouse.clone(),
            owner: self.owner(&errand.warehouse).ok().flatten().unwrap_or_else(|| errand.from.clone()),
            state: OperationState::Queued,
            accepted: waiting.accepted,
            expires: errand.expires,
            outcome: None,
        }
    }

    fn decided(&self, doc: &str) -> Result<Operation, QueryError> {
        let unreadable = |reason: String| QueryError::Storage { what: "an operation", reason };
        let decided: Decided = serde_json::from_str(doc).map_err(|error| unreadable(error.to_string()))?;
        let record = self.core.record(&decided.first)?;
        let state = match decided.state.as_str() {
            "done" => OperationState::Done,
            "refused" => OperationState::Refused,
            "expired" => OperationState::Expired,
            other => return Err(unreadable(format!("unknown state {other}"))),
        };
        Ok(Operation {
            id: decided.id,
            user: decided.user,
            key: decided.key,
            command: decided.command,
            warehouse: decided.warehouse,
            owner: decided.owner,
            state,
            accepted: decided.accepted,
            expires: decided.expires,
            outcome: record.map(Arc::new),
        })
    }
}

fn decided_notes(waiting: &Waiting, receipt: &Receipt) -> [Note; 2] {
    let errand = &waiting.errand;
    let state = match receipt.refusal() {
        None => OperationState::Done,
        Some(Refusal::Expired { .. }) => OperationState::Expired,
        Some(_) => OperationState::Refused,
    };
    let decided = Decided {
        id: id_of(&errand.id()),
        user: errand.user,
        key: errand.key.clone(),
        command: errand.command.name(),
        warehouse: errand.warehouse.clone(),
        owner: receipt.record.first.node.clone(),
        accepted: waiting.accepted,
        expires: errand.expires,
        state: state.as_str().to_owned(),
        first: receipt.record.first.clone(),
    };
    let doc = serde_json::to_string(&decided).expect("an operation has string keys only");
    let place = place_of(waiting);
    [
        Note { kind: PLACE, key: decided.id, doc: Some(place.clone()) },
        Note { kind: NOTE, key: place, doc: Some(doc) },
    ]
}

/// Where an operation stands in the list of all.
fn place_of(waiting: &Waiting) -> String {
    format!("{}-{}", newest_first(waiting.accepted), id_of(&waiting.errand.id()))
}

/// A time as a key by which later ones come first.
fn newest_first(time: Millis) -> String {
    format!("{:016x}", u64::MAX - time.0.max(0) as u64)
}

//! Operations as they leave.

use acopio_contract::query::{Operation, OperationState};
use acopio_ledger::ids::{EntryId, UserId};
use acopio_ledger::{Body, Record};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::{Problem, ProblemBody};
use crate::resources::movements::{LineResult, lines, refused_whole};
use crate::wire::{StampText, TimeText};

/// A command that was accepted here and is decided by another node.
#[derive(Serialize, ToSchema)]
#[schema(as = Operation)]
pub(super) struct OperationView {
    /// Its id.
    #[schema(format = "uuid")]
    id: String,
    /// How far it is.
    state: OperationStateName,
    /// What was asked, in a word, as `move`.
    command: String,
    /// Where.
    warehouse: String,
    /// The node that decides there, as is known now.
    owner: String,
    /// The login name of whoever asked.
    actor: Option<String>,
    /// Their permanent id.
    #[schema(value_type = String, format = "uuid")]
    actor_id: UserId,
    /// Their idempotency key: the same request with it is answered with the outcome.
    key: String,
    /// When it was accepted.
    accepted_at: TimeText,
    /// When it is refused if it has not been decided by then.
    expires_at: TimeText,
    /// What it has led to in the log, once that is known here; refusals stand there too.
    result: Option<ResultView>,
    /// Why it was refused, if it was.
    #[schema(value_type = Option<ProblemBody>)]
    problem: Option<Problem>,
    /// What became of each line of a batch; for a single operation only.
    #[serde(skip_serializing_if = "Option::is_none")]
    results: Option<Vec<LineResult>>,
}

/// Entries of a log: the first, and how many follow each other.
#[derive(Serialize, ToSchema)]
#[schema(as = OperationResult)]
struct ResultView {
    /// The id of the first entry: of a movement, hold or transfer, its own.
    #[schema(value_type = String, example = "lon.1.1042")]
    id: EntryId,
    /// Its position in the log of the node that decided.
    seq: u64,
    /// When it was recorded.
    stamp: StampText,
    /// How many entries there are, in positions that follow each other.
    entries: usize,
}

/// How far an operation is.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = OperationState)]
pub(super) enum OperationStateName {
    /// It waits for the warehouse's owner.
    Queued,
    /// It is done.
    Done,
    /// It was refused.
    Refused,
    /// It came too late.
    Expired,
}

impl From<OperationState> for OperationStateName {
    fn from(state: OperationState) -> OperationStateName {
        match state {
            OperationState::Queued => OperationStateName::Queued,
            OperationState::Done => OperationStateName::Done,
            OperationState::Refused => OperationStateName::Refused,
            OperationState::Expired => OperationStateName::Expired,
        }
    }
}

impl From<OperationStateName> for OperationState {
    fn from(state: OperationStateName) -> OperationState {
        match state {
            OperationStateName::Queued => OperationState::Queued,
            OperationStateName::Done => OperationState::Done,
            OperationStateName::Refused => OperationState::Refused,
            OperationStateName::Expired => OperationState::Expired,
        }
    }
}

impl OperationView {
    /// An operation among others; `actor` is the login name of its user.
    ///
    /// # Errors
    ///
    /// When its outcome cannot be written: a fault of ours.
    pub(super) fn new(operation: Operation, actor: Option<String>) -> Result<OperationView, Problem> {
        let outcome = operation.outcome.as_deref();
        Ok(OperationView {
            state: operation.state.into(),
            command: operation.command,
            warehouse: operation.warehouse.to_string(),
            owner: operation.owner.to_string(),
            actor,
            actor_id: operation.user,
            key: operation.key,
            accepted_at: TimeText(operation.accepted),
            expires_at: TimeText(operation.expires),
            result: outcome.map(ResultView::of),
            problem: outcome.map_or(Ok(None), problem)?,
            results: None,
            id: operation.id,
        })
    }

    /// One operation, with the lines of a batch.
    ///
    /// # Errors
    ///
    /// As [`OperationView::new`].
    pub(super) fn with_lines(operation: Operation, actor: Option<String>) -> Result<OperationView, Problem> {
        let outcome = operation.outcome.clone();
        let results = outcome.map(|record| lines(&record)).filter(|lines| 1 < lines.len());
        Ok(OperationView { results, ..OperationView::new(operation, actor)? })
    }
}

impl ResultView {
    fn of(record: &Record) -> ResultView {
        ResultView {
            id: record.first.clone(),
            seq: record.first.seq.0,
            stamp: StampText(record.stamp),
            entries: record.entries.len(),
        }
    }
}

/// Why the command was refused as a whole, if it was.
fn problem(record: &Record) -> Result<Option<Problem>, Problem> {
    match record.entries.as_slice() {
        [entry] => match &entry.body {
            Body::Refused(refused) => Ok(Some(Problem::from(&refused.refusal))),
            _ => refused_whole(record, false),
        },
        _ => Ok(None),
    }
}

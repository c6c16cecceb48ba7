//! The one trait behind REST, gRPC, CLI and UI.

use std::time::Duration;

use acopio_ledger::Submission;
use acopio_ledger::ids::Seq;
use acopio_ledger::names::{NodeName, WarehouseCode};
use tokio::sync::watch;

use crate::manage::{Manage, ManageError, Managed};
use crate::query::{Query, View};
use crate::receipt::Receipt;

/// How long a caller waits for another node's answer if it does not say.
pub const WAIT_DEFAULT: Duration = Duration::from_secs(2);

/// An inventory: takes commands, answers queries, tells of news.
#[async_trait::async_trait]
pub trait Inventory: Send + Sync {
    /// Executes a command once, however often it is sent, and answers when that is durable.
    ///
    /// # Errors
    ///
    /// As [`Inventory::submit_within`], waiting for [`WAIT_DEFAULT`].
    async fn submit(&self, submission: Submission) -> Result<Receipt, SubmitError> {
        self.submit_within(submission, WAIT_DEFAULT).await
    }

    /// The same, but waits no longer than `wait` for another node that decides about it.
    ///
    /// # Errors
    ///
    /// When it was not decided: the queue is full, the node has stopped writing, or the key was used for something
    /// else; or not yet decided: [`SubmitError::Accepted`]. A refusal is not an error but a receipt.
    async fn submit_within(&self, submission: Submission, wait: Duration) -> Result<Receipt, SubmitError>;

    /// Does something about the cluster.
    ///
    /// # Errors
    ///
    /// When it was not done.
    async fn manage(&self, manage: Manage) -> Result<Managed, ManageError>;

    /// Answers a query. Never waits for commands.
    ///
    /// # Errors
    ///
    /// When the cursor is none of ours, or storage fails.
    async fn query(&self, query: Query) -> Result<View, QueryError>;

    /// Tells of what was committed, from now on.
    fn watch(&self) -> watch::Receiver<News>;
}

/// What has been committed lately.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct News {
    /// The last position of the node's log.
    pub head: Seq,
    /// Rises whenever entries were committed, the node's own or another's.
    pub changes: u64,
    /// Rises whenever users, sessions or keys have changed, so that whoever caches them knows.
    pub people: u64,
}

/// Why a command was not decided.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SubmitError {
    /// The key was used for another request.
    #[error("the idempotency key was used for another request: {key}")]
    KeyReused {
        /// The key.
        key: String,
    },
    /// Too much is waiting; try again in a moment.
    #[error("the node is busy: {waiting} commands are waiting")]
    Busy {
        /// How many are waiting.
        waiting: usize,
    },
    /// What it would lead to does not fit a frame.
    #[error("the command is too large: its record has {bytes} bytes, the most is {most}")]
    TooLarge {
        /// How large it is at most.
        bytes: usize,
        /// How large it may be.
        most: usize,
    },
    /// It is safe here and waits for the node that decides about it; the operation tells what becomes of it.
    #[error("the command is accepted and waits for the node that decides about it: operation {operation}")]
    Accepted {
        /// The operation's id.
        operation: String,
    },
    /// It is written here, but not yet where its warehouse's durability demands: the same key will give its answer.
    #[error("the command is written here, but other machines have not confirmed it")]
    InDoubt,
    /// Too few machines keep copies for a warehouse to be replicated.
    #[error("a replicated warehouse needs a hub of at least {least} machines, here there are {machines}")]
    TooFewMachines {
        /// How many there are.
        machines: usize,
        /// How many are needed.
        least: usize,
    },
    /// Another node decides about the warehouse. Nothing was written, so the same command may be sent there.
    #[error("{owner} decides about the warehouse {warehouse}, not this node")]
    NotHere {
        /// The warehouse.
        warehouse: WarehouseCode,
        /// The node that owns it, or is about to.
        owner: NodeName,
    },
    /// A batch names warehouses of several nodes: each warehouse's lines must be sent by themselves.
    #[error("the batch names warehouses that several nodes decide about")]
    SeveralOwners,
    /// The node has stopped writing since a commit failed; it must be restarted.
    #[error("the node has stopped writing: {reason}")]
    Stopped {
        /// What failed.
        reason: String,
    },
}

/// Why a query was not answered.
#[derive(Clone, Debug, thiserror::Error)]
pub enum QueryError {
    /// The cursor does not come from this list.
    #[error("the cursor does not come from this list: {cursor}")]
    Cursor {
        /// The cursor.
        cursor: String,
    },
    /// Storage failed, or what it holds cannot be read.
    #[error("cannot read {what}: {reason}")]
    Storage {
        /// What was being read.
        what: &'static str,
        /// Why it failed.
        reason: String,
    },
}

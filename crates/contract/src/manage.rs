//! What people do about the cluster that is no command of the ledger, and so stands in no log by itself.

use acopio_ledger::ids::CommandId;
use acopio_ledger::names::{NodeName, WarehouseCode};

use crate::inventory::SubmitError;
use crate::receipt::Receipt;

/// What is to be done at the node that is asked.
#[derive(Clone, Debug)]
pub enum Manage {
    /// Tries a dead letter again.
    RequeueLetter {
        /// Which one.
        id: String,
    },
    /// Throws a dead letter away.
    DiscardLetter {
        /// Which one.
        id: String,
    },
    /// Takes a warehouse from a node that is gone, whose machine is stopped, as whoever asks has made sure.
    TakeOver {
        /// Identity of the command that will say so in the log.
        command: CommandId,
        /// Which warehouse.
        warehouse: WarehouseCode,
    },
    /// Folds what is held of a log because its clock is too far ahead, without waiting.
    ReleaseLog {
        /// Whose log.
        node: NodeName,
    },
    /// Lets a node come back on another machine, with nothing but its name.
    Replace {
        /// Which one.
        node: NodeName,
    },
}

/// What it came to.
#[derive(Clone, Debug)]
pub enum Managed {
    /// It is done.
    Done,
    /// It is written in the log.
    Written(Receipt),
}

/// Why it was not done.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ManageError {
    /// There is no such thing.
    #[error("there is no {what} {id}")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// By which id.
        id: String,
    },
    /// The node works by itself.
    #[error("this node works by itself: it has not joined other nodes")]
    Alone,
    /// The cluster is not in the state for it.
    #[error("{reason}")]
    Conflict {
        /// Why not.
        reason: String,
    },
    /// The fabric did not do its part.
    #[error("the fabric does not answer: {reason}")]
    Unreachable {
        /// What went wrong.
        reason: String,
    },
    /// The command that follows was not decided.
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

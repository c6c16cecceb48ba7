//! What the fabric carries.

use std::time::Duration;

use acopio_ledger::ids::{LogId, Seq};
use acopio_ledger::names::NodeName;
use bytes::Bytes;

/// A whole frame of a log on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// Whose log.
    pub log: LogId,
    /// The position of its first entry.
    pub first: Seq,
    /// The position of its last entry.
    pub last: Seq,
    /// The frame's bytes, as they lie in the owner's store.
    pub frame: Bytes,
}

/// What of a log the fabric holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// The position of the first entry; 0 when it holds nothing.
    pub first: Seq,
    /// The position of the last entry; 0 when it holds nothing.
    pub last: Seq,
    /// In how many messages its frames lie: at most one for each.
    pub messages: u64,
}

/// What another node has put behind the end of a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fence {
    /// Which one; later ones have higher numbers.
    pub number: u64,
    /// Why it stands there.
    pub about: Bytes,
}

/// What a node says of itself to all others, again and again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Presence {
    /// Who says it.
    pub node: NodeName,
    /// What it says.
    pub about: Bytes,
}

/// How the fabric itself is, as this node sees it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Whether it can be reached now.
    pub connected: bool,
    /// How long a message there and back last took.
    pub round_trip: Option<Duration>,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// Why the fabric did not do what was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FabricError {
    /// The log ends elsewhere there: publish from there on. Nothing was published.
    #[error("the log ends at {last} there")]
    Elsewhere {
        /// The last position there; 0 when it is empty.
        last: Seq,
    },
    /// Another node has fenced the log off, or a later incarnation of it has begun.
    #[error("the log was fenced off")]
    Fenced,
    /// Nobody listens for that node.
    #[error("nobody answers for {node}")]
    Absent {
        /// Which node.
        node: NodeName,
    },
    /// It may have happened or not: the same may be asked again.
    #[error("cannot reach the fabric: {reason}")]
    InDoubt {
        /// What went wrong.
        reason: String,
    },
    /// Whoever answers there cannot prove to be the hub.
    #[error("the hub's certificate is not trusted: {reason}")]
    Untrusted {
        /// What is wrong with it.
        reason: String,
    },
    /// It must not be asked again: credentials, an old server, a name that is taken.
    #[error("the fabric refuses: {reason}")]
    Refused {
        /// Why.
        reason: String,
    },
}

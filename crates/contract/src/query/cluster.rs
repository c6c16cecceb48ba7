//! Queries about the cluster: its nodes, their logs as they are known here, and commands on their way to other nodes.

use std::sync::Arc;

use acopio_ledger::Record;
use acopio_ledger::ids::{Millis, Seq, UserId};
use acopio_ledger::names::{NodeName, WarehouseCode};

use super::PageRequest;

/// The cluster as the answering node sees it.
#[derive(Clone, Copy, Debug)]
pub struct Cluster;

/// See [`Cluster`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterView {
    /// The node that answers.
    pub node: NodeName,
    /// The company, once founded or joined.
    pub company: Option<[u8; 16]>,
    /// What connects the nodes; nothing where this node works by itself.
    pub fabric: Option<FabricView>,
    /// All nodes that are known, by name, the answering one included.
    pub nodes: Vec<NodeView>,
    /// Their logs, by node.
    pub logs: Vec<LogView>,
    /// How many commands that were accepted here wait for other nodes.
    pub commands_waiting: u64,
    /// How many letters could not be delivered and wait for somebody to look.
    pub dead_letters: u64,
}

/// How the fabric is, as this node sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FabricView {
    /// Whether it can be reached now.
    pub connected: bool,
    /// How long a message there and back last took, in microseconds.
    pub round_trip_us: Option<u64>,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// The position up to which the node's own log is published.
    pub published: Seq,
}

/// One node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeView {
    /// Its name.
    pub name: NodeName,
    /// The incarnation of its log.
    pub incarnation: u32,
    /// How it is.
    pub state: NodeState,
    /// The version of the program that it runs; empty if not known.
    pub version: String,
    /// Where people reach it, as it says; empty if not known.
    pub address: String,
    /// The warehouses that it decides for.
    pub owns: Vec<WarehouseCode>,
    /// How long ago it was last heard of, in milliseconds; 0 for the answering node.
    pub heard_ms: Option<u64>,
    /// How far its clock is ahead of this node's, in milliseconds; negative when it is behind.
    pub skew_ms: Option<i64>,
    /// What its own writer, log or link last complained of.
    pub last_error: Option<String>,
}

/// How a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeState {
    /// It was heard of a moment ago.
    Up,
    /// It should have been heard of by now.
    Suspect,
    /// It has not been heard of for long.
    Down,
    /// It is new or was wiped, and is still getting the company's logs.
    Filling,
    /// It has left for good.
    Left,
}

/// One log as it is known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogView {
    /// Whose it is.
    pub node: NodeName,
    /// Its latest incarnation that is known here.
    pub incarnation: u32,
    /// The last position that is folded here.
    pub position: Seq,
    /// The last position that its owner has told of.
    pub head: Seq,
    /// How old the figures from it are, in milliseconds; 0 for the answering node's own. Nothing when its end has never
    /// been known.
    pub age_ms: Option<u64>,
    /// How it is.
    pub state: LogState,
    /// Why it goes no further here, where it is held.
    pub held: Option<String>,
}

/// How a log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogState {
    /// The answering node's own.
    Own,
    /// All that its owner has told of is folded here.
    Current,
    /// Some of it is still on its way.
    Behind,
    /// It goes no further here until somebody helps, or until another log has come.
    Held,
}

/// Commands that were accepted here for other nodes, newest first.
#[derive(Clone, Debug)]
pub struct Operations {
    /// In which state; all if not said.
    pub state: Option<OperationState>,
    /// Whose; everybody's if not said.
    pub user: Option<UserId>,
    /// Which part.
    pub page: PageRequest,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct OperationById {
    /// Its id.
    pub id: String,
}

/// A command that was accepted here for a warehouse that another node decides for.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its id, a UUID.
    pub id: String,
    /// Whose command it is.
    pub user: UserId,
    /// Their key for it.
    pub key: String,
    /// What is asked, in a word, as `move`.
    pub command: String,
    /// Where.
    pub warehouse: WarehouseCode,
    /// Who decides there, as is known now.
    pub owner: NodeName,
    /// How far it is.
    pub state: OperationState,
    /// When it was accepted.
    pub accepted: Millis,
    /// When it is refused if it has not been decided by then.
    pub expires: Millis,
    /// What it has led to, once that is known here.
    pub outcome: Option<Arc<Record>>,
}

/// How far an operation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OperationState {
    /// It waits for the warehouse's owner.
    Queued,
    /// It is done.
    Done,
    /// The ledger said no.
    Refused,
    /// It came too late.
    Expired,
}

impl OperationState {
    /// The word for it in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            OperationState::Queued => "queued",
            OperationState::Done => "done",
            OperationState::Refused => "refused",
            OperationState::Expired => "expired",
        }
    }
}

/// Letters for this node that could not be executed, oldest first.
#[derive(Clone, Debug)]
pub struct DeadLetters {
    /// Which part.
    pub page: PageRequest,
}

/// A letter that could not be executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeadLetter {
    /// Its id.
    pub id: String,
    /// Which node accepted the command; nothing when the letter cannot be read.
    pub from: Option<NodeName>,
    /// When it was laid aside.
    pub laid_aside: Millis,
    /// How often it was tried.
    pub deliveries: u64,
    /// Why it could not be executed.
    pub reason: String,
    /// What it says, as text, shortened.
    pub body: String,
}

//! The cluster as it leaves.

use acopio_contract::query::{ClusterView, FabricView, LogState, LogView, NodeState, NodeView};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::wire::some_text;

/// The nodes of the company, as the one that answers sees them.
#[derive(Serialize, ToSchema)]
#[schema(as = Cluster)]
pub(super) struct ClusterReport {
    /// The node that answers.
    node: String,
    /// The company's permanent id.
    #[schema(value_type = Option<String>, format = "uuid")]
    company: Option<Uuid>,
    /// What connects the nodes; nothing where this one works by itself.
    fabric: Option<FabricReport>,
    /// All nodes that are known, by name, the answering one included.
    nodes: Vec<NodeReport>,
    /// Their logs, by node.
    logs: Vec<LogReport>,
    /// How many commands that were accepted here wait for other nodes.
    commands_waiting: u64,
    /// How many letters for this node could not be executed and wait for somebody to look.
    dead_letters: u64,
}

/// What connects the nodes, as the one that answers sees it.
#[derive(Serialize, ToSchema)]
#[schema(as = Fabric)]
struct FabricReport {
    /// Whether it can be reached now.
    connected: bool,
    /// How long a message there and back last took, in microseconds.
    round_trip_us: Option<u64>,
    /// What went wrong last.
    last_error: Option<String>,
    /// The position up to which the node's own log is published.
    published: u64,
}

/// One node.
#[derive(Serialize, ToSchema)]
#[schema(as = Node)]
struct NodeReport {
    /// Its name.
    name: String,
    /// How often its log was reopened after a wipe or a restore.
    incarnation: u32,
    /// How it is.
    state: NodeStateName,
    /// The version of the program that it runs.
    version: Option<String>,
    /// Where people reach it, as it says.
    address: Option<String>,
    /// The warehouses that it decides for.
    owns: Vec<String>,
    /// How long ago it was last heard of, in milliseconds; 0 for the node that answers.
    heard_ms: Option<u64>,
    /// How far its clock is ahead, in milliseconds; negative when it is behind.
    skew_ms: Option<i64>,
    /// What it last complained of.
    last_error: Option<String>,
}

/// How a node is.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = NodeState)]
enum NodeStateName {
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
#[derive(Serialize, ToSchema)]
#[schema(as = Log)]
struct LogReport {
    /// Whose it is.
    node: String,
    /// Its latest incarnation that is known here.
    incarnation: u32,
    /// The last position that is known here.
    position: u64,
    /// The last position that its owner has told of.
    head: u64,
    /// How many entries are still on their way.
    behind: u64,
    /// How old the figures from it are, in milliseconds; 0 for the answering node's own. Nothing when its end has never
    /// been known.
    age_ms: Option<u64>,
    /// How it is.
    state: LogStateName,
    /// Why it goes no further here, where it is held.
    held: Option<String>,
}

/// How a log is.
#[derive(Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = LogState)]
enum LogStateName {
    /// The answering node's own.
    Own,
    /// All that its owner has told of is known here.
    Current,
    /// Some of it is still on its way.
    Behind,
    /// It goes no further here until somebody helps, or until another log has come.
    Held,
}

impl From<ClusterView> for ClusterReport {
    fn from(cluster: ClusterView) -> ClusterReport {
        ClusterReport {
            node: cluster.node.to_string(),
            company: cluster.company.map(Uuid::from_bytes),
            fabric: cluster.fabric.map(FabricReport::from),
            nodes: cluster.nodes.into_iter().map(NodeReport::from).collect(),
            logs: cluster.logs.into_iter().map(LogReport::from).collect(),
            commands_waiting: cluster.commands_waiting,
            dead_letters: cluster.dead_letters,
        }
    }
}

impl From<FabricView> for FabricReport {
    fn from(fabric: FabricView) -> FabricReport {
        FabricReport {
            connected: fabric.connected,
            round_trip_us: fabric.round_trip_us,
            last_error: fabric.last_error,
            published: fabric.published.0,
        }
    }
}

impl From<NodeView> for NodeReport {
    fn from(node: NodeView) -> NodeReport {
        let known = |text: &str| some_text(text).map(str::to_owned);
        NodeReport {
            name: node.name.to_string(),
            incarnation: node.incarnation,
            state: node.state.into(),
            version: known(&node.version),
            address: known(&node.address),
            owns: node.owns.iter().map(ToString::to_string).collect(),
            heard_ms: node.heard_ms,
            skew_ms: node.skew_ms,
            last_error: node.last_error,
        }
    }
}

impl From<NodeState> for NodeStateName {
    fn from(state: NodeState) -> NodeStateName {
        match state {
            NodeState::Up => NodeStateName::Up,
            NodeState::Suspect => NodeStateName::Suspect,
            NodeState::Down => NodeStateName::Down,
            NodeState::Filling => NodeStateName::Filling,
            NodeState::Left => NodeStateName::Left,
        }
    }
}

impl From<LogView> for LogReport {
    fn from(log: LogView) -> LogReport {
        LogReport {
            node: log.node.to_string(),
            incarnation: log.incarnation,
            position: log.position.0,
            head: log.head.0,
            behind: log.head.0.saturating_sub(log.position.0),
            age_ms: log.age_ms,
            state: log.state.into(),
            held: log.held,
        }
    }
}

impl From<LogState> for LogStateName {
    fn from(state: LogState) -> LogStateName {
        match state {
            LogState::Own => LogStateName::Own,
            LogState::Current => LogStateName::Current,
            LogState::Behind => LogStateName::Behind,
            LogState::Held => LogStateName::Held,
        }
    }
}

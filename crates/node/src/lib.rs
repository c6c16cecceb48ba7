//! Runs one warehouse node: a state machine with a thin driver around it.
//!
//! [`Machine`] is the state machine: time and commands go in, answers and frames come out; it has no clock, thread or
//! socket. [`Node`] drives it with a thread, a clock and a bounded queue, and is an `Inventory`. What is decided stands
//! in `ledger`, how it is kept in `store`.

mod answers;
mod clock;
mod cluster;
mod core;
mod machine;
mod node;
mod proof;
mod query;
mod quorum;
mod watched;
mod writer;

pub use clock::Clock;
pub use cluster::{ClusterOptions, Fill, NoDuplicate};
pub use machine::{
    FollowError, Followed, Machine, STAMP_AHEAD_MAX_MS, Step, begin_again, begin_recovery, read_frame,
};
pub use node::{Node, NodeConfig, WriterKind};
pub use proof::{Progress, rebuild, verify};

//! Runs one warehouse node: a state machine with a thin driver around it.
//!
//! [`Machine`] is the state machine: time and commands go in, answers and frames come out; it has no clock, thread or
//! socket. [`Node`] drives it with a thread, a clock and a bounded queue, and is an `Inventory`. What is decided stands
//! in `ledger`, how it is kept in `store`.

mod driver;
mod machine;
mod node;
mod proof;
mod query;

pub use machine::{Machine, Step};
pub use node::{Node, NodeConfig};
pub use proof::{Progress, rebuild, verify};

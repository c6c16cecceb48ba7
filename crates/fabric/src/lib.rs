//! Carries what nodes tell one another. Decides nothing and keeps nothing that could not be told again.
//!
//! The owner's database is the truth; a fabric delivers. Nothing above this crate knows which fabric it has. Within one
//! process only the log has anybody to talk to; queue, leases, members and records come with other machines.

pub mod local;

use acopio_ledger::codec::Frame;
use acopio_ledger::ids::Seq;
use tokio::sync::watch;

/// The way of one node's frames to whoever follows them.
pub trait Log: Send + Sync {
    /// Publishes frames that are committed. May be told again of the same frames, and may forget them: followers find
    /// gaps by position and ask the owner.
    fn publish(&self, frames: &[Frame]);

    /// Tells of the last published position from now on.
    fn follow(&self) -> watch::Receiver<Seq>;
}

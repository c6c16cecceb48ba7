//! A fabric in memory: nodes of one process, and whatever may go wrong between them on demand.

mod faults;
mod node;
mod state;

use std::sync::{Arc, Mutex, MutexGuard};

use acopio_ledger::ids::{LogId, Seq};
use acopio_ledger::names::NodeName;
use tokio::sync::{Notify, broadcast};

use self::faults::Chance;
pub use self::faults::Faults;
pub use self::node::LocalFabric;
use self::state::State;
use crate::{Link, Presence};

/// How many announcements wait for a slow listener before it misses some.
const PRESENCES_MAX: usize = 1_024;

/// What all nodes of a process share. It keeps logs and letters for as long as it lives.
#[derive(Clone, Debug)]
pub struct LocalHub {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    /// Told with every change, so that whoever waits looks again, in the order in which they began to wait.
    changed: Notify,
    presences: broadcast::Sender<Presence>,
}

impl LocalHub {
    /// A hub that holds nothing.
    pub fn new() -> LocalHub {
        let shared = Shared {
            state: Mutex::new(State::new()),
            changed: Notify::new(),
            presences: broadcast::Sender::new(PRESENCES_MAX),
        };
        LocalHub { shared: Arc::new(shared) }
    }

    /// One node's view of it. A node that comes again finds its log and letters.
    pub fn join(&self, node: NodeName) -> LocalFabric {
        self.change(|state| {
            let there = state.node(&node);
            there.calls = None;
            there.passed = 0;
        });
        LocalFabric::new(self.clone(), node)
    }

    /// Cuts a node off: whatever it asks is in doubt, and nothing reaches it.
    pub fn cut(&self, node: &NodeName) {
        self.set_cut(node, true);
    }

    /// Ends what [`LocalHub::cut`] began.
    pub fn mend(&self, node: &NodeName) {
        self.set_cut(node, false);
    }

    fn set_cut(&self, node: &NodeName, is_cut: bool) {
        let last_error = is_cut.then(|| CUT.to_owned());
        self.change(|state| {
            let node = state.node(node);
            node.is_cut = is_cut;
            node.link.send_replace(Link { connected: !is_cut, round_trip: None, last_error });
        });
    }

    /// Makes deliveries go wrong from now on.
    pub fn disturb(&self, faults: Faults) {
        self.change(|state| {
            state.chance = Chance::new(faults.seed);
            state.faults = faults;
        });
    }

    /// Makes it say that it keeps so many copies, instead of three.
    pub fn set_replicas(&self, replicas: usize) {
        self.change(|state| state.replicas = replicas);
    }

    /// Forgets the last frames of a node's log, like a server that lost power before it wrote them.
    pub fn forget_tail(&self, node: &NodeName, frames: usize) {
        self.change(|state| state.node(node).forget_tail(frames));
    }

    /// Forgets the frame that holds a position: a hole in the middle.
    pub fn forget_frame(&self, log: &LogId, holding: Seq) {
        self.change(|state| state.node(&log.node).forget_frame(log, holding));
    }

    /// Forgets the log of a node whole.
    pub fn forget_log(&self, node: &NodeName) {
        self.change(|state| state.node(node).forget_log());
    }

    /// Forgets all logs and all letters, like a hub that comes back with an empty disk.
    pub fn forget_everything(&self) {
        self.change(|state| {
            for node in state.nodes.values_mut() {
                node.forget_log();
                node.forget_letters();
            }
        });
    }

    fn change<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        let done = work(&mut self.state());
        self.shared.changed.notify_waiters();
        done
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().expect("nothing panics while it holds the hub")
    }
}

impl Default for LocalHub {
    fn default() -> LocalHub {
        LocalHub::new()
    }
}

const CUT: &str = "cut off";

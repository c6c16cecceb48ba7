//! One site of a simulated company: a node that can crash and come back, with a clock that may be wrong.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use acopio_fabric::LocalHub;
use acopio_ledger::ids::{Incarnation, LogId, Millis};
use acopio_ledger::names::NodeName;
use acopio_node::{Clock, ClusterOptions, Fill, Node, NodeConfig, WriterKind, begin_again, begin_recovery};
use acopio_store::{Faults, MemoryStore, Reader, Store};
use tokio::time::Instant;

/// When worlds begin: any day will do, as long as it is the same.
const EPOCH_MS: i64 = 1_800_000_000_000;

/// The company of all worlds.
pub(crate) const COMPANY: [u8; 16] = *b"simulated-trades";

/// See the file's document.
pub(crate) struct Site {
    pub(crate) name: NodeName,
    /// What the disk holds: it outlives crashes.
    disk: MemoryStore,
    skew_ms: Arc<AtomicI64>,
    began: Instant,
    is_founder: bool,
    pub(crate) node: Option<Arc<Node>>,
}

impl Site {
    pub(crate) fn new(name: &str, began: Instant, is_founder: bool) -> Site {
        let name = NodeName::recorded(name);
        let identity = LogId { node: name.clone(), incarnation: Incarnation(1) };
        let disk = MemoryStore::new(identity, Faults::default());
        Site { name, disk, skew_ms: Arc::default(), began, is_founder, node: None }
    }

    /// Starts the node on what its disk holds.
    pub(crate) fn start(&mut self, hub: &LocalHub) {
        let (skew, began) = (Arc::clone(&self.skew_ms), self.began);
        let clock = Clock::new(move || {
            Millis(EPOCH_MS + began.elapsed().as_millis() as i64 + skew.load(Ordering::Relaxed))
        });
        let config = NodeConfig { writer: WriterKind::Task, ..NodeConfig::default() };
        let node = Node::start(Box::new(self.disk.reopened()), config, clock).expect("a task is started");
        let options = ClusterOptions {
            company: COMPANY,
            is_founder: self.is_founder,
            address: String::new(),
            recover_without: Vec::new(),
            duplicates: None,
        };
        let fabric = Arc::new(hub.join(self.name.clone()));
        node.join(fabric, options).expect("notes in memory can be read");
        self.node = Some(node);
    }

    /// Ends the node as a power cut does: what is not committed is gone, and nobody is told.
    pub(crate) fn crash(&mut self) {
        if let Some(node) = self.node.take() {
            node.crash();
        }
    }

    /// The disk is lost with all that it held.
    pub(crate) fn wipe(&mut self) {
        self.crash();
        let identity = LogId { node: self.name.clone(), incarnation: Incarnation(1) };
        self.disk = MemoryStore::new(identity, Faults::default());
        begin_recovery(&mut self.disk.reopened()).expect("memory can be written");
        self.is_founder = false;
    }

    /// Starts the node again in the next incarnation of its log, if it has got that back.
    pub(crate) fn go_on(&mut self, hub: &LocalHub) -> bool {
        let fill = self.node.as_ref().and_then(|node| node.fill());
        let is_recovered = fill.is_some_and(|fill| *fill.borrow() == Fill::Recovered);
        if is_recovered {
            self.crash();
            begin_again(&mut self.disk.reopened()).expect("memory can be written");
            self.start(hub);
        }
        is_recovered
    }

    /// Sets the clock wrong.
    pub(crate) fn skew(&self, ms: i64) {
        self.skew_ms.store(ms, Ordering::Relaxed);
    }

    /// What the disk holds.
    pub(crate) fn disk(&self) -> &MemoryStore {
        &self.disk
    }

    /// What the disk says.
    pub(crate) fn reader(&self) -> Arc<dyn Reader> {
        self.disk.reader()
    }
}

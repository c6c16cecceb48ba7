//! The backends.

use std::sync::Arc;

use acopio_fabric::{Fabric, LocalHub};
use acopio_ledger::ids::{LogId, Seq};
use acopio_ledger::names::NodeName;
use async_trait::async_trait;

use crate::world::World;

pub(crate) use crate::nats::{hub, three};

pub(crate) async fn local() -> Option<Box<dyn World>> {
    Some(Box::new(LocalHub::new()))
}

#[async_trait]
impl World for LocalHub {
    async fn join(&self, node: &NodeName) -> Arc<dyn Fabric> {
        Arc::new(LocalHub::join(self, node.clone()))
    }

    async fn lose_tail(&self, node: &NodeName, frames: usize) {
        self.forget_tail(node, frames);
    }

    async fn lose_frame(&self, log: &LogId, holding: Seq) {
        self.forget_frame(log, holding);
    }

    /// Its memory cannot crash alone.
    async fn crash(&self) {}

    async fn lose_everything(&self) {
        self.forget_everything();
    }
}

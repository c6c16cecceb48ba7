//! What is done when a node is gone: it comes back on another machine, or never.

use acopio_contract::query::NodeState;
use acopio_contract::{ManageError, SubmitError};
use acopio_fabric::FabricError;
use acopio_ledger::names::NodeName;

use super::Cluster;

impl Cluster {
    /// Lets a node come back on another machine.
    pub(super) async fn replace(&self, node: &NodeName) -> Result<(), ManageError> {
        self.check_gone(node)?;
        self.fabric.readmit(node).await.map_err(undone)
    }

    /// Takes note that a node has left for good. What it has decided stays as it is; what it would decide about must be
    /// another one's by now.
    pub(super) async fn remove(&self, node: &NodeName) -> Result<(), ManageError> {
        self.check_gone(node)?;
        let warehouses = self.warehouses()?;
        let owned = warehouses.iter().filter(|warehouse| warehouse.decider() == node);
        let owned: Vec<&str> = owned.map(|warehouse| warehouse.code.as_str()).collect();
        if !owned.is_empty() {
            let reason = format!("{node} decides for {}: take them over first", owned.join(", "));
            return Err(ManageError::Conflict { reason });
        }
        self.fabric.expel(node).await.map_err(undone)?;
        self.has_left(node).await?;
        Ok(())
    }

    /// Remembers that a node has left, which the others hear from this one.
    pub(super) async fn has_left(&self, node: &NodeName) -> Result<(), SubmitError> {
        let note = self.members().leave(node, self.now());
        match note {
            Some(note) => {
                tracing::info!(%node, "the node has left for good");
                self.core.keep(vec![note]).await
            }
            None => Ok(()),
        }
    }

    /// Another node, which nobody hears.
    fn check_gone(&self, node: &NodeName) -> Result<(), ManageError> {
        let conflict = |reason: String| Err(ManageError::Conflict { reason });
        if node == self.name() {
            return conflict(format!("this is {node}: ask another node"));
        }
        let state = self.members().get(node).map(|member| member.state(self.now()));
        match state {
            None => Err(ManageError::NotFound { what: "node", id: node.to_string() }),
            Some(NodeState::Up | NodeState::Suspect | NodeState::Filling) => {
                conflict(format!("{node} is still heard of: stop its machine first"))
            }
            Some(NodeState::Down | NodeState::Left) => Ok(()),
        }
    }
}

fn undone(error: FabricError) -> ManageError {
    match error {
        FabricError::Refused { reason } => ManageError::Conflict { reason },
        error => ManageError::Unreachable { reason: error.to_string() },
    }
}

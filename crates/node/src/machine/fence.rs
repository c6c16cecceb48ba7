//! Warehouses that another node takes over by force: this one decides about them no more, although its views do not say
//! so yet.

use std::collections::BTreeMap;

use acopio_ledger::ids::Epoch;
use acopio_ledger::names::{NodeName, WarehouseCode};

use super::Machine;

/// Who decides instead, and the last ownership of the warehouse that is meant: a later one is not.
pub(super) type Fences = BTreeMap<WarehouseCode, (Epoch, NodeName)>;

impl Machine {
    /// Lets another node decide about a warehouse until its ownership is later than this one.
    pub fn fence(&mut self, warehouse: WarehouseCode, by: NodeName, epoch: Epoch) {
        if self.fences.get(&warehouse).is_none_or(|(known, _)| *known <= epoch) {
            self.fences.insert(warehouse, (epoch, by));
        }
    }
}

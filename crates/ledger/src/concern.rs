//! Which warehouse an entry concerns: under whose epoch it is written, and with whose ownership it counts.

use std::collections::BTreeSet;

use crate::books::{Nothing, Source};
use crate::entry::{Body, Record};
use crate::ids::EntryId;
use crate::names::WarehouseCode;

impl Body {
    /// The warehouse whose owner alone may write this; nothing for what any node may write, and for taking
    /// a warehouse: that is not judged by the line of owners, it makes it.
    pub fn warehouse<S: Source + ?Sized>(&self, source: &S) -> Option<WarehouseCode> {
        Some(match self {
            Body::Moved(moved) => moved.key.warehouse.clone(),
            Body::Held(held) => held.key.warehouse.clone(),
            Body::Released(released) => released.key.warehouse.clone(),
            Body::AlertRaised(raised) => raised.key.warehouse.clone(),
            Body::AlertResolved(resolved) => resolved.key.warehouse.clone(),
            Body::AlertHandled(handled) => {
                let alert: EntryId = handled.alert.parse().ok()?;
                source.alert(&alert)?.key.warehouse
            }
            Body::RuleSet(set) => WarehouseCode::recorded(&set.warehouse),
            Body::TransferDrafted(drafted) => WarehouseCode::recorded(&drafted.from),
            Body::TransferCancelled(cancelled) => WarehouseCode::recorded(&cancelled.from),
            Body::TransferDispatched(dispatched) => WarehouseCode::recorded(&dispatched.from),
            Body::TransferReceived(received) => WarehouseCode::recorded(&received.to),
            Body::TransferSettled(settled) => WarehouseCode::recorded(&settled.to),
            Body::VoidSettled(settled) => WarehouseCode::recorded(&settled.warehouse),
            Body::WarehouseHandedOver(handed) => WarehouseCode::recorded(&handed.code),
            Body::DurabilitySet(set) => WarehouseCode::recorded(&set.code),
            Body::Refused(refused) => refused.warehouse.clone()?,
            Body::BatchRefused(refused) => refused.warehouse.clone()?,
            Body::ProductSet(_)
            | Body::CategorySet(_)
            | Body::WarehouseSet(_)
            | Body::WarehouseTaken(_)
            | Body::UserSet(_)
            | Body::SessionOpened(_)
            | Body::SessionClosed(_)
            | Body::ImportBegun(_)
            | Body::ImportUndone(_)
            | Body::Founded(_)
            | Body::KeyPublished(_)
            | Body::StatementRun(_)
            | Body::SettingsSet(_) => return None,
        })
    }

    /// The warehouse under whose epoch this is written.
    pub(crate) fn warehouse_of_epoch<S: Source + ?Sized>(&self, source: &S) -> Option<WarehouseCode> {
        match self {
            Body::WarehouseTaken(taken) => Some(WarehouseCode::recorded(&taken.code)),
            _ => self.warehouse(source),
        }
    }
}

impl Record {
    /// The first of these warehouses that anything of it was written about. Whose alert was handled is not looked up: that
    /// may be about any of them.
    pub fn about_any(&self, warehouses: &BTreeSet<WarehouseCode>) -> Option<WarehouseCode> {
        let any = warehouses.first()?;
        self.entries.iter().find_map(|entry| match &entry.body {
            Body::AlertHandled(_) => Some(any.clone()),
            body => body.warehouse_of_epoch(&Nothing).filter(|code| warehouses.contains(code)),
        })
    }
}

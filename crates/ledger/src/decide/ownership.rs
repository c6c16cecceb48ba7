//! Decides who owns a warehouse.

use std::sync::Arc;

use super::{Decision, Now};
use crate::body;
use crate::books::{Books, Source};
use crate::command::{HandOverWarehouse, SetDurability, TakeWarehouse};
use crate::entry::Body;
use crate::ids::{Epoch, Seq};
use crate::names::WarehouseCode;
use crate::records::{Durability, Warehouse};
use crate::refusal::Refusal;

/// The owner says who is to take the warehouse.
pub(super) fn hand_over<S: Source>(books: &Books<S>, hand_over: &HandOverWarehouse) -> Decision {
    let warehouse = known(books, &hand_over.warehouse)?;
    if warehouse.owner == hand_over.to {
        return Err(already_owner(&warehouse));
    }
    Ok(vec![Body::WarehouseHandedOver(body::WarehouseHandedOver {
        code: hand_over.warehouse.to_string(),
        to: hand_over.to.to_string(),
        epoch: warehouse.epoch_named().0 + 1,
    })])
}

/// The owner says what must have happened before anything about the warehouse counts as done.
pub(super) fn set_durability<S: Source>(books: &Books<S>, set: &SetDurability) -> Decision {
    let code = known(books, &set.warehouse)?.code.to_string();
    let replicated = set.durability == Durability::Replicated;
    Ok(vec![Body::DurabilitySet(body::DurabilitySet { code, replicated })])
}

/// This node takes a warehouse: as the owner before it has said, or by force.
pub(super) fn take<S: Source>(books: &Books<S>, now: &Now, take: &TakeWarehouse) -> Decision {
    let (warehouse, own) = (known(books, &take.warehouse)?, &now.next.node);
    if warehouse.is_decided_by(own) {
        return Err(already_owner(&warehouse));
    }
    if warehouse.owner != take.from {
        return Err(Refusal::NotTheOwner {
            warehouse: take.warehouse.clone(),
            owner: warehouse.owner.clone(),
        });
    }
    let planned = warehouse.handed.as_ref().filter(|handed| {
        warehouse.handed_to.as_ref() == Some(own) && handed.by == take.from && handed.seq == take.cut
    });
    let epoch = planned.map_or(Epoch(warehouse.epoch_named().0 + 1), |handed| handed.epoch);
    // Who takes back what it has handed over builds upon all that it has written itself.
    let cut = if take.from == *own { Seq(now.next.seq.0 - 1) } else { take.cut };
    Ok(vec![Body::WarehouseTaken(body::WarehouseTaken {
        code: take.warehouse.to_string(),
        epoch: epoch.0,
        from: take.from.to_string(),
        cut: cut.0,
    })])
}

fn known<S: Source>(books: &Books<S>, code: &WarehouseCode) -> Result<Arc<Warehouse>, Refusal> {
    books.warehouse(code).ok_or_else(|| Refusal::UnknownWarehouse { warehouse: code.clone() })
}

fn already_owner(warehouse: &Warehouse) -> Refusal {
    Refusal::AlreadyOwner { warehouse: warehouse.code.clone(), owner: warehouse.owner.clone() }
}

//! Folds who makes, names, hands over and takes warehouses.

use std::sync::Arc;

use super::{Meta, conflict};
use crate::body;
use crate::books::{Books, Source};
use crate::conflict::{ConflictId, RecordKind, Side};
use crate::ids::{Epoch, Seq};
use crate::names::{NodeName, WarehouseCode};
use crate::ownership::{HandOver, Taken, Tenure};
use crate::records::{Durability, Warehouse};
use crate::writes::Edit;

/// A warehouse was made, which claims its ownership, or renamed.
pub(super) fn warehouse_set<S: Source>(books: &mut Books<S>, meta: &Meta, set: &body::WarehouseSet) {
    let edit = meta.edit(&set.based_on);
    weigh_name(books, set, &edit);
    change(books, meta, &set.code, |warehouse| {
        if warehouse.writes.take_last(&edit, Warehouse::NAME) != 0 {
            warehouse.name.clone_from(&set.name);
        }
        if edit.based_on.is_empty() {
            warehouse.claim(&edit);
        }
    });
}

fn weigh_name<S: Source>(books: &mut Books<S>, set: &body::WarehouseSet, edit: &Edit) {
    let Some(warehouse) = books.warehouse(&WarehouseCode::recorded(&set.code)) else { return };
    let present = conflict::present(&warehouse.writes, Warehouse::NAME, &warehouse.name);
    let id = ConflictId { kind: RecordKind::Warehouse, record: set.code.clone(), field: "name".to_owned() };
    conflict::weigh(books, id, present, Side::new(edit, &set.name));
}

pub(super) fn handed_over<S: Source>(books: &mut Books<S>, meta: &Meta, handed: &body::WarehouseHandedOver) {
    let hand_over = HandOver {
        epoch: Epoch(handed.epoch),
        at: meta.stamp,
        by: meta.id.node.clone(),
        seq: meta.id.seq,
        to: NodeName::recorded(&handed.to),
    };
    change(books, meta, &handed.code, |warehouse| warehouse.hand_over(hand_over));
}

pub(super) fn taken<S: Source>(books: &mut Books<S>, meta: &Meta, taken: &body::WarehouseTaken) {
    let tenure = Tenure {
        epoch: Epoch(taken.epoch),
        since: meta.stamp,
        node: meta.id.node.clone(),
        began: meta.id.seq,
        taken: Some(Taken { from: NodeName::recorded(&taken.from), cut: Seq(taken.cut) }),
    };
    change(books, meta, &taken.code, |warehouse| warehouse.taken(tenure));
}

/// The owner of the time said it: the last word counts, and owners follow one another.
pub(super) fn durability_set<S: Source>(books: &mut Books<S>, meta: &Meta, set: &body::DurabilitySet) {
    let durability = if set.replicated { Durability::Replicated } else { Durability::Local };
    change(books, meta, &set.code, |warehouse| {
        if warehouse.writes.take_last(&meta.edit(&[]), Warehouse::DURABILITY) != 0 {
            warehouse.durability = durability;
        }
    });
}

/// Changes a warehouse, made where it is unknown, and notes which entries are judged anew because of it.
fn change<S: Source>(books: &mut Books<S>, meta: &Meta, code: &str, work: impl FnOnce(&mut Warehouse)) {
    let code = WarehouseCode::recorded(code);
    let before = books.warehouse(&code);
    let mut after = match &before {
        Some(present) => Warehouse::clone(present),
        None => Warehouse::unnamed(code.clone(), meta.id.node.clone()),
    };
    work(&mut after);
    after.version = after.version.next();
    if let Some(before) = before {
        books.changes_mut().judge(&code, after.judged_anew(&before));
    }
    books.changes_mut().warehouses.insert(code, Arc::new(after));
}

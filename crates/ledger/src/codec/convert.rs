//! Between the inner types and their wire twins, by hand.

use super::{DecodeError, wire};
use crate::command::Cause;
use crate::entry::{
    AlertRaised, AlertResolved, BatchRefused, Body, Entry, Held, Kind, Moved, Refused, Released, Undone,
};
use crate::ids::{EntryId, Epoch, ImportId, Incarnation, Millis, Seq, SourceId, Version};
use crate::names::{NodeName, Sku, WarehouseCode};
use crate::quantity::Quantity;
use crate::records::{Balance, StockKey};
use crate::refusal::Refusal;

type Decoded<T> = Result<T, DecodeError>;

pub(super) fn entry_to_wire(entry: &Entry) -> wire::Entry {
    wire::Entry { later_epoch: entry.epoch.0 - 1, body: Some(body_to_wire(&entry.body)) }
}

pub(super) fn entry_from_wire(entry: wire::Entry, seq: Seq) -> Decoded<Entry> {
    let body = entry.body.ok_or(DecodeError::Missing { what: "entry body" })?;
    Ok(Entry { epoch: Epoch(entry.later_epoch.saturating_add(1)), body: body_from_wire(body, seq)? })
}

fn body_to_wire(body: &Body) -> wire::Body {
    match body {
        Body::Moved(moved) => wire::Body::Moved(moved_to_wire(moved)),
        Body::Refused(refused) => {
            wire::Body::Refused(refusal_to_wire(0, &refused.refusal, &refused.warehouse))
        }
        Body::BatchRefused(batch) => wire::Body::BatchRefused(batch_to_wire(batch)),
        Body::Held(held) => wire::Body::Held(held_to_wire(held)),
        Body::Released(released) => wire::Body::Released(released_to_wire(released)),
        Body::AlertRaised(raised) => wire::Body::AlertRaised(wire::AlertRaised {
            warehouse: raised.key.warehouse.to_string(),
            sku: raised.key.sku.to_string(),
            available: raised.available.0,
            minimum: raised.minimum.0,
        }),
        Body::AlertResolved(resolved) => wire::Body::AlertResolved(wire::AlertResolved {
            alert: Some(id_to_wire(&resolved.alert)),
            warehouse: resolved.key.warehouse.to_string(),
            sku: resolved.key.sku.to_string(),
        }),
        Body::AlertHandled(body) => wire::Body::AlertHandled(body.clone()),
        Body::ProductSet(body) => wire::Body::ProductSet(body.clone()),
        Body::CategorySet(body) => wire::Body::CategorySet(body.clone()),
        Body::WarehouseSet(body) => wire::Body::WarehouseSet(body.clone()),
        Body::RuleSet(body) => wire::Body::RuleSet(body.clone()),
        Body::UserSet(body) => wire::Body::UserSet(body.clone()),
        Body::SessionOpened(body) => wire::Body::SessionOpened(body.clone()),
        Body::SessionClosed(body) => wire::Body::SessionClosed(body.clone()),
        Body::ImportBegun(body) => wire::Body::ImportBegun(body.clone()),
        Body::ImportUndone(body) => wire::Body::ImportUndone(body.clone()),
        Body::Founded(body) => wire::Body::Founded(body.clone()),
        Body::KeyPublished(body) => wire::Body::KeyPublished(body.clone()),
        Body::TransferSettled(body) => wire::Body::TransferSettled(body.clone()),
        Body::TransferReceived(body) => wire::Body::TransferReceived(body.clone()),
        Body::TransferDispatched(body) => wire::Body::TransferDispatched(body.clone()),
        Body::TransferCancelled(body) => wire::Body::TransferCancelled(body.clone()),
        Body::TransferDrafted(body) => wire::Body::TransferDrafted(body.clone()),
        Body::WarehouseHandedOver(body) => wire::Body::WarehouseHandedOver(body.clone()),
        Body::DurabilitySet(body) => wire::Body::DurabilitySet(body.clone()),
        Body::WarehouseTaken(body) => wire::Body::WarehouseTaken(body.clone()),
        Body::VoidSettled(body) => wire::Body::VoidSettled(body.clone()),
        Body::StatementRun(body) => wire::Body::StatementRun(body.clone()),
        Body::SettingsSet(body) => wire::Body::SettingsSet(body.clone()),
    }
}

fn body_from_wire(body: wire::Body, seq: Seq) -> Decoded<Body> {
    Ok(match body {
        wire::Body::Moved(moved) => Body::Moved(moved_from_wire(moved, seq)?),
        wire::Body::Refused(refused) => Body::Refused(Refused {
            refusal: refusal_from_wire(&refused)?,
            warehouse: place_from_wire(&refused.warehouse),
        }),
        wire::Body::BatchRefused(batch) => Body::BatchRefused(batch_from_wire(&batch)?),
        wire::Body::Held(held) => Body::Held(Held {
            key: key(&held.warehouse, &held.sku),
            quantity: Quantity(held.quantity),
            after: balance_from_wire(held.after)?,
            reason: held.reason,
            reference: held.reference,
        }),
        wire::Body::Released(released) => Body::Released(Released {
            hold: id_from_wire(released.hold)?,
            key: key(&released.warehouse, &released.sku),
            quantity: Quantity(released.quantity),
            after: balance_from_wire(released.after)?,
        }),
        wire::Body::AlertRaised(raised) => Body::AlertRaised(AlertRaised {
            key: key(&raised.warehouse, &raised.sku),
            available: Quantity(raised.available),
            minimum: Quantity(raised.minimum),
        }),
        wire::Body::AlertResolved(resolved) => Body::AlertResolved(AlertResolved {
            alert: id_from_wire(resolved.alert)?,
            key: key(&resolved.warehouse, &resolved.sku),
        }),
        wire::Body::AlertHandled(body) => Body::AlertHandled(body),
        wire::Body::ProductSet(body) => Body::ProductSet(body),
        wire::Body::CategorySet(body) => Body::CategorySet(body),
        wire::Body::WarehouseSet(body) => Body::WarehouseSet(body),
        wire::Body::RuleSet(body) => Body::RuleSet(body),
        wire::Body::UserSet(body) => Body::UserSet(body),
        wire::Body::SessionOpened(body) => Body::SessionOpened(body),
        wire::Body::SessionClosed(body) => Body::SessionClosed(body),
        wire::Body::ImportBegun(body) => Body::ImportBegun(body),
        wire::Body::ImportUndone(body) => Body::ImportUndone(body),
        wire::Body::Founded(body) => Body::Founded(body),
        wire::Body::KeyPublished(body) => Body::KeyPublished(body),
        wire::Body::TransferSettled(body) => Body::TransferSettled(body),
        wire::Body::TransferReceived(body) => Body::TransferReceived(body),
        wire::Body::TransferDispatched(body) => Body::TransferDispatched(body),
        wire::Body::TransferCancelled(body) => Body::TransferCancelled(body),
        wire::Body::TransferDrafted(body) => Body::TransferDrafted(body),
        wire::Body::WarehouseHandedOver(body) => Body::WarehouseHandedOver(body),
        wire::Body::DurabilitySet(body) => Body::DurabilitySet(body),
        wire::Body::WarehouseTaken(body) => Body::WarehouseTaken(body),
        wire::Body::VoidSettled(body) => Body::VoidSettled(body),
        wire::Body::StatementRun(body) => Body::StatementRun(body),
        wire::Body::SettingsSet(body) => Body::SettingsSet(body),
    })
}

fn moved_to_wire(moved: &Moved) -> wire::Moved {
    wire::Moved {
        kind: kind_to_wire(moved.kind),
        warehouse: moved.key.warehouse.to_string(),
        sku: moved.key.sku.to_string(),
        change: moved.change.0,
        on_hand: moved.after.on_hand.0,
        reserved: moved.after.reserved.0,
        on_hold: moved.after.on_hold.0,
        version: moved.after.version.0,
        previous: moved.previous.0,
        reason: moved.reason.clone(),
        reference: moved.reference.clone(),
        occurred_at: moved.occurred_at.map(|at| at.0),
        undoes: moved.undoes.as_ref().map(|undone| id_to_wire(&undone.movement)),
        undoes_kind: moved.undoes.as_ref().map_or(0, |undone| kind_to_wire(undone.kind)),
        source: moved.source.map_or(Vec::new(), |source| source.0.to_vec()),
    }
}

fn moved_from_wire(moved: wire::Moved, seq: Seq) -> Decoded<Moved> {
    let undoes = match moved.undoes {
        Some(id) => {
            Some(Undone { movement: id_from_wire(Some(id))?, kind: kind_from_wire(moved.undoes_kind)? })
        }
        None => None,
    };
    Ok(Moved {
        kind: kind_from_wire(moved.kind)?,
        key: key(&moved.warehouse, &moved.sku),
        change: Quantity(moved.change),
        after: Balance {
            on_hand: Quantity(moved.on_hand),
            reserved: Quantity(moved.reserved),
            on_hold: Quantity(moved.on_hold),
            version: Version(moved.version),
            last: seq,
        },
        previous: Seq(moved.previous),
        reason: moved.reason,
        reference: moved.reference,
        occurred_at: moved.occurred_at.map(Millis),
        undoes,
        source: if moved.source.is_empty() { None } else { Some(SourceId(bytes16(&moved.source)?)) },
    })
}

fn held_to_wire(held: &Held) -> wire::Held {
    wire::Held {
        warehouse: held.key.warehouse.to_string(),
        sku: held.key.sku.to_string(),
        quantity: held.quantity.0,
        after: Some(balance_to_wire(&held.after)),
        reason: held.reason.clone(),
        reference: held.reference.clone(),
    }
}

fn released_to_wire(released: &Released) -> wire::Released {
    wire::Released {
        hold: Some(id_to_wire(&released.hold)),
        warehouse: released.key.warehouse.to_string(),
        sku: released.key.sku.to_string(),
        quantity: released.quantity.0,
        after: Some(balance_to_wire(&released.after)),
    }
}

fn refusal_to_wire(line: u32, refusal: &Refusal, warehouse: &Option<WarehouseCode>) -> wire::Refused {
    let (code, warehouse) = (refusal.code().to_owned(), place_to_wire(warehouse));
    wire::Refused { line, code, values: refusal.values(), warehouse }
}

fn place_to_wire(warehouse: &Option<WarehouseCode>) -> String {
    warehouse.as_ref().map(ToString::to_string).unwrap_or_default()
}

fn place_from_wire(warehouse: &str) -> Option<WarehouseCode> {
    (!warehouse.is_empty()).then(|| WarehouseCode::recorded(warehouse))
}

fn refusal_from_wire(refused: &wire::Refused) -> Decoded<Refusal> {
    Refusal::from_values(&refused.code, &refused.values).ok_or(DecodeError::Unknown { what: "refusal" })
}

fn batch_to_wire(batch: &BatchRefused) -> wire::BatchRefused {
    let refusals = batch.refusals.iter().map(|(line, refusal)| refusal_to_wire(*line, refusal, &None));
    let warehouse = place_to_wire(&batch.warehouse);
    wire::BatchRefused { lines: batch.lines, refusals: refusals.collect(), warehouse }
}

fn batch_from_wire(batch: &wire::BatchRefused) -> Decoded<BatchRefused> {
    let refusals = batch.refusals.iter().map(|refused| Ok((refused.line, refusal_from_wire(refused)?)));
    let warehouse = place_from_wire(&batch.warehouse);
    Ok(BatchRefused { lines: batch.lines, refusals: refusals.collect::<Decoded<_>>()?, warehouse })
}

pub(super) fn cause_to_wire(cause: &Cause) -> wire::Cause {
    match cause {
        Cause::Import(import) => wire::Cause { import: import.0.to_vec(), entry: None },
        Cause::Entry(entry) => wire::Cause { import: Vec::new(), entry: Some(id_to_wire(entry)) },
    }
}

pub(super) fn cause_from_wire(cause: wire::Cause) -> Decoded<Cause> {
    match cause.entry {
        Some(entry) => Ok(Cause::Entry(id_from_wire(Some(entry))?)),
        None => Ok(Cause::Import(ImportId(bytes16(&cause.import)?))),
    }
}

fn key(warehouse: &str, sku: &str) -> StockKey {
    StockKey { sku: Sku::recorded(sku), warehouse: WarehouseCode::recorded(warehouse) }
}

fn balance_to_wire(balance: &Balance) -> wire::Balance {
    wire::Balance {
        on_hand: balance.on_hand.0,
        reserved: balance.reserved.0,
        on_hold: balance.on_hold.0,
        version: balance.version.0,
        last: balance.last.0,
    }
}

fn balance_from_wire(balance: Option<wire::Balance>) -> Decoded<Balance> {
    let balance = balance.ok_or(DecodeError::Missing { what: "balance" })?;
    Ok(Balance {
        on_hand: Quantity(balance.on_hand),
        reserved: Quantity(balance.reserved),
        on_hold: Quantity(balance.on_hold),
        version: Version(balance.version),
        last: Seq(balance.last),
    })
}

fn id_to_wire(id: &EntryId) -> wire::EntryId {
    wire::EntryId { node: id.node.to_string(), incarnation: id.incarnation.0, seq: id.seq.0 }
}

fn id_from_wire(id: Option<wire::EntryId>) -> Decoded<EntryId> {
    let id = id.ok_or(DecodeError::Missing { what: "entry id" })?;
    Ok(EntryId {
        node: NodeName::recorded(&id.node),
        incarnation: Incarnation(id.incarnation),
        seq: Seq(id.seq),
    })
}

fn kind_to_wire(kind: Kind) -> u32 {
    kind as u32 + 1
}

fn kind_from_wire(number: u32) -> Decoded<Kind> {
    let index = (number as usize).checked_sub(1);
    index
        .and_then(|index| Kind::ALL.get(index).copied())
        .ok_or(DecodeError::Unknown { what: "kind of movement" })
}

pub(super) fn bytes16(bytes: &[u8]) -> Decoded<[u8; 16]> {
    bytes.try_into().map_err(|_| DecodeError::Missing { what: "16 bytes of an id" })
}

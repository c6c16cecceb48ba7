//! One entry as an event: what of it may be known, and in which words.

use acopio_contract::query::EntryRow;
use acopio_ledger::Body;
use acopio_ledger::body::ProductSet;
use acopio_ledger::ids::{ImportId, Millis};
use acopio_ledger::names::WarehouseCode;
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{Role, StockKey};
use serde_json::{Value, json};

use crate::auth::{Identity, is_seen};
use crate::resources::movements::MovementDone;
use crate::wire::{Amount, StampText, TimeText, some_text};

/// The name and data of an entry's event; nothing when it is none, or none for this reader.
pub(super) fn of(row: &EntryRow, actor: Option<&str>, reader: &Identity) -> Option<(&'static str, Value)> {
    let (name, mut data) = named(row, reader)?;
    data["id"] = json!(row.id);
    data["seq"] = json!(row.id.seq);
    data["stamp"] = json!(StampText(row.stamp));
    data["actor"] = json!(actor);
    Some((name, data))
}

/// Whether an entry may become an event for this reader: asked first, before anybody's name is looked up. What is void
/// has not happened.
pub(super) fn concerns(row: &EntryRow, reader: &Identity) -> bool {
    !row.void && named(row, reader).is_some()
}

fn named(row: &EntryRow, reader: &Identity) -> Option<(&'static str, Value)> {
    let at = |key: &StockKey| is_seen(&reader.scope, &key.warehouse).then(|| place(key));
    Some(match &row.body {
        Body::Moved(moved) => {
            at(&moved.key)?;
            ("movement", json!(MovementDone::new(row.id.clone(), row.stamp, moved)))
        }
        Body::Held(held) => (
            "hold",
            with(
                at(&held.key)?,
                &[
                    ("quantity", json!(Amount(held.quantity))),
                    ("available", json!(Amount(held.after.available()))),
                    ("version", json!(held.after.version)),
                    ("reason", json!(held.reason)),
                    ("reference", json!(some_text(&held.reference))),
                ],
            ),
        ),
        Body::Released(released) => (
            "release",
            with(
                at(&released.key)?,
                &[
                    ("hold", json!(released.hold)),
                    ("quantity", json!(Amount(released.quantity))),
                    ("available", json!(Amount(released.after.available()))),
                    ("version", json!(released.after.version)),
                ],
            ),
        ),
        Body::AlertRaised(raised) => (
            "alert_raised",
            with(
                at(&raised.key)?,
                &[("available", json!(Amount(raised.available))), ("minimum", json!(Amount(raised.minimum)))],
            ),
        ),
        Body::AlertResolved(resolved) => {
            ("alert_resolved", with(at(&resolved.key)?, &[("alert", json!(resolved.alert))]))
        }
        // It names no warehouse: only those who see all of them are told.
        Body::AlertHandled(handled) if reader.scope.is_none() => {
            let until = (handled.snoozed_until != 0).then_some(TimeText(Millis(handled.snoozed_until)));
            ("alert_handled", json!({ "alert": handled.alert, "snoozed_until": until }))
        }
        Body::RuleSet(set) => {
            let warehouse = WarehouseCode::recorded(&set.warehouse);
            is_seen(&reader.scope, &warehouse).then_some(())?;
            let figure = |figure| Amount(Quantity(figure));
            let removed = set.multiple == 0;
            (
                "reorder_rule",
                json!({
                    "warehouse": set.warehouse, "sku": set.sku, "minimum": figure(set.minimum),
                    "target": figure(set.target), "multiple": figure(set.multiple), "removed": removed,
                }),
            )
        }
        Body::ProductSet(set) => ("product", product(set, reader)?),
        Body::CategorySet(set) => {
            let category = if set.id.is_empty() { row.id.to_string() } else { set.id.clone() };
            ("category", json!({ "category": category, "name": some_text(&set.name) }))
        }
        Body::WarehouseSet(set) => ("warehouse", json!({ "code": set.code, "name": set.name })),
        Body::WarehouseHandedOver(handed) => {
            ("warehouse", json!({ "code": handed.code, "handed_to": handed.to, "epoch": handed.epoch }))
        }
        Body::WarehouseTaken(taken) => (
            "warehouse",
            json!({ "code": taken.code, "owner": row.id.node, "from": taken.from, "epoch": taken.epoch }),
        ),
        Body::DurabilitySet(set) => {
            let durability = if set.replicated { "replicated" } else { "local" };
            ("warehouse", json!({ "code": set.code, "durability": durability }))
        }
        Body::SettingsSet(_) => ("settings", json!({})),
        Body::ImportBegun(begun) => import(reader, &begun.id, "begun")?,
        Body::ImportUndone(undone) => import(reader, &undone.id, "undone")?,
        // Who looks into the database is seen by those who may do it themselves.
        Body::StatementRun(run) => {
            reader.principal.need_everywhere(Role::Admin).ok()?;
            ("statement", json!({ "sql": run.sql }))
        }
        _ => ("transfer", super::transfer::of(row, reader)?),
    })
}

fn place(key: &StockKey) -> Value {
    json!({ "warehouse": key.warehouse, "sku": key.sku })
}

fn with(mut data: Value, fields: &[(&str, Value)]) -> Value {
    for (name, value) in fields {
        data[*name] = value.clone();
    }
    data
}

/// Which fields of a product have changed, not to what: whoever may see them asks for them.
fn product(set: &ProductSet, reader: &Identity) -> Option<Value> {
    let fields = [
        ("name", set.name.is_some()),
        ("description", set.description.is_some()),
        ("category", set.category.is_some()),
        ("unit", set.unit.is_some()),
        ("barcodes", set.barcodes.is_some()),
        ("attributes", set.attributes.is_some()),
        ("price", set.price.is_some()),
        ("cost", set.cost.is_some() && reader.sees_cost),
        ("retired", set.retired.is_some()),
    ];
    let changed: Vec<_> = fields.iter().filter(|(_, is_set)| *is_set).map(|(name, _)| *name).collect();
    // What has only changed in cost has not changed for those who do not see it.
    (!changed.is_empty()).then(|| json!({ "sku": set.sku, "changed": changed }))
}

fn import(reader: &Identity, id: &[u8], what: &str) -> Option<(&'static str, Value)> {
    reader.principal.need_everywhere(Role::Manager).ok()?;
    let id = ImportId(id.try_into().ok()?);
    Some(("import", json!({ "import": id, "state": what })))
}

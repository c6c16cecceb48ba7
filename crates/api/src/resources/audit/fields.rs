//! What an entry sets, field by field, in the words of the API. Secrets were taken out before it came here.

use acopio_ledger::Body;
use acopio_ledger::body;
use acopio_ledger::ids::Millis;
use acopio_ledger::money::Money;
use acopio_ledger::quantity::Quantity;
use serde::Serialize;
use serde_json::{Value, json};

use crate::resources::users::GrantView;
use crate::wire::{Amount, Price, TimeText, some_text};

/// Fields with their values, in the order in which people read them.
pub(super) type Fields = Vec<(&'static str, Value)>;

/// What an entry sets. What it removes has no fields.
pub(super) fn fields(body: &Body) -> Fields {
    match body {
        Body::ProductSet(set) => product(set),
        Body::UserSet(set) => user(set),
        Body::SettingsSet(set) => settings(set),
        Body::CategorySet(set) if set.name.is_empty() => Fields::new(),
        Body::CategorySet(set) => vec![("name", json!(set.name))],
        Body::WarehouseSet(set) => vec![("name", json!(set.name))],
        Body::DurabilitySet(set) => {
            vec![("durability", json!(if set.replicated { "replicated" } else { "local" }))]
        }
        Body::WarehouseHandedOver(handed) => {
            vec![("owner", json!(handed.to)), ("epoch", json!(handed.epoch))]
        }
        Body::WarehouseTaken(taken) => {
            vec![("taken_from", json!(taken.from)), ("cut", json!(taken.cut)), ("epoch", json!(taken.epoch))]
        }
        Body::RuleSet(set) if set.multiple == 0 => Fields::new(),
        Body::RuleSet(set) => vec![
            ("minimum", amount(set.minimum)),
            ("target", amount(set.target)),
            ("multiple", amount(set.multiple)),
        ],
        Body::AlertHandled(handled) if handled.snoozed_until != 0 => {
            vec![("snoozed_until", value(&TimeText(Millis(handled.snoozed_until))))]
        }
        Body::Held(held) => vec![
            ("warehouse", json!(held.key.warehouse)),
            ("sku", json!(held.key.sku)),
            ("quantity", amount(held.quantity.0)),
            ("reference", json!(some_text(&held.reference))),
        ],
        Body::Released(released) => vec![
            ("warehouse", json!(released.key.warehouse)),
            ("sku", json!(released.key.sku)),
            ("quantity", amount(released.quantity.0)),
        ],
        Body::SessionOpened(opened) => vec![
            ("token", json!(opened.token)),
            ("label", json!(opened.label)),
            ("expires_at", value(&TimeText(Millis(opened.expires)))),
        ],
        Body::ImportBegun(begun) => vec![("profile", json!(begun.profile)), ("file", json!(begun.file))],
        Body::VoidSettled(settled) => vec![("warehouse", json!(settled.warehouse))],
        Body::StatementRun(run) => vec![("sql", json!(run.sql))],
        body => transfer(body),
    }
}

fn product(set: &body::ProductSet) -> Fields {
    let money = |units: i64| Some(units).filter(|units| 0 <= *units).map(|units| Price(Money(units)));
    let unit = set.unit.as_ref().map(|name| json!({"name": name, "decimals": set.decimals.unwrap_or(0)}));
    let all = [
        ("name", set.name.as_ref().map(value)),
        ("description", set.description.as_ref().map(value)),
        ("category", set.category.as_ref().map(|id| value(&some_text(id)))),
        ("unit", unit),
        ("barcodes", set.barcodes.as_ref().map(|barcodes| value(&barcodes.texts))),
        ("attributes", set.attributes.as_ref().map(|attributes| value(&attributes.values))),
        ("price", set.price.map(|price| value(&money(price)))),
        ("cost", set.cost.map(|cost| value(&money(cost)))),
        ("retired", set.retired.map(|retired| value(&retired))),
    ];
    given(all)
}

fn user(set: &body::UserSet) -> Fields {
    let grants = |set: &body::GrantsSet| {
        let grants: Vec<GrantView> = set.grants.iter().map(|grant| GrantView::from(grant.grant())).collect();
        value(&grants)
    };
    let all = [
        ("username", set.username.as_ref().map(value)),
        ("email", set.email.as_ref().map(|email| value(&some_text(email)))),
        ("full_name", set.full_name.as_ref().map(value)),
        // That it was set, and no more.
        ("password", set.password_hash.as_ref().map(|_| value(&true))),
        ("must_change_password", set.must_change_password.map(|must| value(&must))),
        ("disabled", set.disabled.map(|disabled| value(&disabled))),
        ("grants", set.grants.as_ref().map(grants)),
    ];
    given(all)
}

fn settings(set: &body::SettingsSet) -> Fields {
    let text = |text: &String| value(&some_text(text));
    given([
        ("company_name", set.company_name.as_ref().map(text)),
        ("currency", set.currency.as_ref().map(text)),
        ("time_zone", set.time_zone.as_ref().map(text)),
        ("alerts_count_incoming", set.alerts_count_incoming.map(|count| value(&count))),
    ])
}

fn transfer(body: &Body) -> Fields {
    let ends = |from: &str, to: &str| vec![("from", json!(from)), ("to", json!(to))];
    let items = |lines: &[body::TransferItem]| -> Value {
        lines.iter().map(|line| json!({"sku": line.sku, "quantity": amount(line.quantity)})).collect()
    };
    let with = |mut fields: Fields, more: Fields| {
        fields.extend(more);
        fields
    };
    match body {
        Body::TransferDrafted(step) => with(
            ends(&step.from, &step.to),
            vec![("reference", json!(some_text(&step.reference))), ("lines", items(&step.lines))],
        ),
        Body::TransferDispatched(step) => {
            with(ends(&step.from, &step.to), vec![("lines", items(&step.lines))])
        }
        Body::TransferCancelled(step) => ends(&step.from, &step.to),
        Body::TransferReceived(step) => {
            let line = |line: &body::ReceivedItem| {
                json!({
                    "sku": line.sku, "accepted": amount(line.accepted), "rejected": amount(line.rejected),
                    "missing": amount(line.missing),
                })
            };
            with(ends(&step.from, &step.to), vec![("lines", step.lines.iter().map(line).collect())])
        }
        Body::TransferSettled(step) => {
            let line = |line: &body::SettledItem| json!({"sku": line.sku, "found": amount(line.found), "lost": amount(line.lost)});
            with(ends(&step.from, &step.to), vec![("lines", step.lines.iter().map(line).collect())])
        }
        _ => Fields::new(),
    }
}

fn given<const N: usize>(fields: [(&'static str, Option<Value>); N]) -> Fields {
    fields.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn amount(thousandths: i64) -> Value {
    value(&Amount(Quantity(thousandths)))
}

fn value<T: Serialize + ?Sized>(of: &T) -> Value {
    serde_json::to_value(of).expect("fields have string keys only")
}

//! Decides that a conflict has been looked at: the value that counts is written once more, in the knowledge of all.

use super::people::grants_set;
use super::{Decision, based_on, not_found};
use crate::body::{Attributes, ProductSet, SettingsSet, Texts, UserSet, WarehouseSet};
use crate::books::{Books, Source};
use crate::command::SettleConflict;
use crate::conflict::{ConflictId, RecordKind};
use crate::entry::Body;
use crate::ids::UserId;
use crate::money::Money;
use crate::names::{Sku, WarehouseCode};
use crate::records::{Product, User};
use crate::settings::Settings;

pub(super) fn settle<S: Source>(books: &Books<S>, settle: &SettleConflict) -> Decision {
    let id = &settle.conflict;
    let body = books.conflict(id).and_then(|_| match id.kind {
        RecordKind::Product => product(&*books.product(&Sku::recorded(&id.record))?, id),
        RecordKind::User => user(&books.user(&id.record.parse::<UserId>().ok()?)?, id),
        RecordKind::Warehouse => {
            let warehouse = books.warehouse(&WarehouseCode::recorded(&id.record))?;
            let (code, name) = (id.record.clone(), warehouse.name.clone());
            Some(Body::WarehouseSet(WarehouseSet { code, name, based_on: based_on(&warehouse.writes) }))
        }
        RecordKind::Settings => settings(&books.settings(), id),
    });
    body.map(|body| vec![body]).ok_or_else(|| not_found("conflict", id))
}

fn product(product: &Product, id: &ConflictId) -> Option<Body> {
    let mut set = ProductSet { sku: id.record.clone(), ..ProductSet::default() };
    set.based_on = based_on(&product.writes);
    let amount = |money: Option<Money>| Some(money.map_or(-1, |money| money.0));
    match id.field.as_str() {
        "name" => set.name = Some(product.name.clone()),
        "description" => set.description = Some(product.description.clone()),
        "category" => {
            set.category = Some(product.category.as_ref().map(ToString::to_string).unwrap_or_default());
        }
        "unit" => {
            set.unit = Some(product.unit.name.clone());
            set.decimals = Some(u32::from(product.unit.decimals));
        }
        "barcodes" => {
            let texts = product.barcodes.iter().map(|barcode| barcode.as_str().to_owned()).collect();
            set.barcodes = Some(Texts { texts });
        }
        "attributes" => set.attributes = Some(Attributes { values: product.attributes.clone() }),
        "price" => set.price = amount(product.price),
        "cost" => set.cost = amount(product.cost),
        "retired" => set.retired = Some(product.retired),
        _ => return None,
    }
    Some(Body::ProductSet(set))
}

fn user(user: &User, id: &ConflictId) -> Option<Body> {
    let mut set = UserSet { id: user.id.0.to_vec(), ..UserSet::default() };
    set.based_on = based_on(&user.writes);
    match id.field.as_str() {
        "username" => set.username = Some(user.username.clone()),
        "email" => set.email = Some(user.email.clone()),
        "full_name" => set.full_name = Some(user.full_name.clone()),
        "disabled" => set.disabled = Some(user.disabled),
        "grants" => set.grants = Some(grants_set(&user.grants)),
        _ => return None,
    }
    Some(Body::UserSet(set))
}

fn settings(settings: &Settings, id: &ConflictId) -> Option<Body> {
    let mut set = SettingsSet { based_on: based_on(&settings.writes), ..SettingsSet::default() };
    match id.field.as_str() {
        "company_name" => set.company_name = Some(settings.company_name.clone()),
        "currency" => set.currency = Some(settings.currency.clone()),
        "time_zone" => set.time_zone = Some(settings.time_zone.clone()),
        "alerts_count_incoming" => set.alerts_count_incoming = Some(settings.alerts_count_incoming),
        _ => return None,
    }
    Some(Body::SettingsSet(set))
}

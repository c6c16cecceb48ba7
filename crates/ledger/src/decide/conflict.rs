//! Decides which value of a conflict counts: the one that does is written once more, in the knowledge of all, or another one
//! is given to the field by an ordinary change.

use super::people::grants_set;
use super::{Decision, Now, based_on, catalogue, not_found, people, settings as company};
use crate::body::{Attributes, ProductSet, SettingsSet, Texts, UserSet, WarehouseSet};
use crate::books::{Books, Source};
use crate::command::{
    ChangeProduct, ChangeSettings, ChangeUser, NameWarehouse, ProductPatch, SettingsPatch, SettleConflict,
    UserPatch,
};
use crate::conflict::{ConflictId, RecordKind, Side};
use crate::entry::Body;
use crate::ids::{EntryId, UserId};
use crate::money::Money;
use crate::names::{Currency, Sku, Title, Username, WarehouseCode, ZoneName};
use crate::records::{Product, User};
use crate::refusal::Refusal;
use crate::settings::Settings;

pub(super) fn settle<S: Source>(books: &Books<S>, now: &Now, settle: &SettleConflict) -> Decision {
    let id = &settle.conflict;
    let conflict = books.conflict(id).ok_or_else(|| not_found("conflict", id))?;
    let Some(node) = &settle.node else { return confirm(books, id) };
    let of_node = |side: &&Side| side.write.node == *node;
    let unknown = || Refusal::UnknownSide { conflict: id.to_string(), node: node.clone() };
    let side = conflict.sides.iter().find(of_node).ok_or_else(unknown)?;
    if conflict.winning() == Some(side) { confirm(books, id) } else { choose(books, now, id, side) }
}

/// The value that counts stays.
fn confirm<S: Source>(books: &Books<S>, id: &ConflictId) -> Decision {
    let body = match id.kind {
        RecordKind::Product => {
            books.product(&Sku::recorded(&id.record)).and_then(|product| self::product(&product, id))
        }
        RecordKind::User => {
            user_of(id).and_then(|user| books.user(&user)).and_then(|user| self::user(&user, id))
        }
        RecordKind::Warehouse => books.warehouse(&WarehouseCode::recorded(&id.record)).map(|warehouse| {
            let (code, name) = (id.record.clone(), warehouse.name.clone());
            Body::WarehouseSet(WarehouseSet { code, name, based_on: based_on(&warehouse.writes) })
        }),
        RecordKind::Settings => settings(&books.settings(), id),
    };
    body.map(|body| vec![body]).ok_or_else(|| not_found("conflict", id))
}

/// Another value counts: whatever may stand against giving it to the field now does.
fn choose<S: Source>(books: &Books<S>, now: &Now, id: &ConflictId, side: &Side) -> Decision {
    let unknown = || not_found("conflict", id);
    match id.kind {
        RecordKind::Product => {
            let sku = Sku::recorded(&id.record);
            // All quantities are counted in the first one.
            if id.field == "unit" {
                return Err(Refusal::UnitFixed { sku });
            }
            let patch = product_patch(books, &id.field, side).ok_or_else(unknown)?;
            catalogue::change_product(books, now, &ChangeProduct { sku, patch, expected: None })
        }
        RecordKind::User => {
            let (user, patch) = (user_of(id), user_patch(&id.field, side));
            let (id, patch) = user.zip(patch).ok_or_else(unknown)?;
            people::change_user(books, &ChangeUser { id, patch, expected: None })
        }
        RecordKind::Warehouse => {
            let code = WarehouseCode::recorded(&id.record);
            let name = side.read::<String>().map(|name| Title::recorded(&name)).ok_or_else(unknown)?;
            catalogue::rename_warehouse(books, &NameWarehouse { code, name, expected: None })
        }
        RecordKind::Settings => {
            let patch = settings_patch(&id.field, side).ok_or_else(unknown)?;
            company::change(books, &ChangeSettings { patch, expected: None })
        }
    }
}

fn user_of(id: &ConflictId) -> Option<UserId> {
    id.record.parse().ok()
}

fn product_patch<S: Source>(books: &Books<S>, field: &str, side: &Side) -> Option<ProductPatch> {
    let mut patch = ProductPatch::default();
    match field {
        "name" => patch.name = Some(Title::recorded(&side.read::<String>()?)),
        "description" => patch.description = Some(side.read()?),
        "category" => {
            // One that is gone counts as none.
            let known = side.read::<Option<EntryId>>()?.and_then(|id| books.category(&id));
            let named = known.filter(|category| !category.is_removed());
            patch.category = Some(named.map(|category| Title::recorded(&category.name)));
        }
        "barcodes" => patch.barcodes = Some(side.read()?),
        "attributes" => patch.attributes = Some(side.read()?),
        "price" => patch.price = Some(side.read()?),
        "cost" => patch.cost = Some(side.read()?),
        "retired" => patch.retired = Some(side.read()?),
        _ => return None,
    }
    Some(patch)
}

fn user_patch(field: &str, side: &Side) -> Option<UserPatch> {
    let mut patch = UserPatch::default();
    match field {
        "username" => patch.username = Some(Username::recorded(&side.read::<String>()?)),
        "email" => patch.email = Some(side.read()?),
        "full_name" => patch.full_name = Some(side.read()?),
        "disabled" => patch.disabled = Some(side.read()?),
        "grants" => patch.grants = Some(side.read()?),
        _ => return None,
    }
    Some(patch)
}

fn settings_patch(field: &str, side: &Side) -> Option<SettingsPatch> {
    let text = || side.read::<String>();
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let mut patch = SettingsPatch::default();
    match field {
        "company_name" => patch.company_name = Some(some(text()?).map(|name| Title::recorded(&name))),
        "currency" => patch.currency = Some(some(text()?).map(|code| Currency::recorded(&code))),
        "time_zone" => patch.time_zone = Some(ZoneName::recorded(&text()?)),
        "alerts_count_incoming" => patch.alerts_count_incoming = Some(side.read()?),
        _ => return None,
    }
    Some(patch)
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

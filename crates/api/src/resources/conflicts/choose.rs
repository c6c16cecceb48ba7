//! The change by which another value of a conflict counts: an ordinary one, made in the knowledge of all of them.

use acopio_contract::query::Categories;
use acopio_ledger::Refusal;
use acopio_ledger::command::{
    ChangeProduct, ChangeSettings, ChangeUser, Command, NameWarehouse, ProductPatch, SettingsPatch, UserPatch,
};
use acopio_ledger::conflict::{ConflictId, RecordKind};
use acopio_ledger::ids::EntryId;
use acopio_ledger::names::{Currency, Sku, Title, Username, WarehouseCode, ZoneName};
use serde::de::DeserializeOwned;

use crate::auth::Session;
use crate::extract::record_id;
use crate::problem::Problem;
use crate::wire::some_text;

/// The command that gives a field a value, which is JSON as the conflict has it.
///
/// # Errors
///
/// When the field cannot be changed, or the value is none of it.
pub(super) async fn command(session: &Session, id: &ConflictId, value: &str) -> Result<Command, Problem> {
    match id.kind {
        RecordKind::Product => {
            let sku = Sku::recorded(&id.record);
            let patch = product(session, id, &sku, value).await?;
            Ok(Command::ChangeProduct(ChangeProduct { sku, patch, expected: None }))
        }
        RecordKind::User => {
            let user = record_id("user", &id.record)?;
            Ok(Command::ChangeUser(ChangeUser { id: user, patch: self::user(id, value)?, expected: None }))
        }
        RecordKind::Warehouse => Ok(Command::RenameWarehouse(NameWarehouse {
            code: WarehouseCode::recorded(&id.record),
            name: Title::recorded(&read::<String>(id, value)?),
            expected: None,
        })),
        RecordKind::Settings => {
            let patch = settings(id, value)?;
            Ok(Command::ChangeSettings(ChangeSettings { patch, expected: None }))
        }
    }
}

async fn product(
    session: &Session,
    id: &ConflictId,
    sku: &Sku,
    value: &str,
) -> Result<ProductPatch, Problem> {
    let mut patch = ProductPatch::default();
    match id.field.as_str() {
        "name" => patch.name = Some(Title::recorded(&read::<String>(id, value)?)),
        "description" => patch.description = Some(read(id, value)?),
        "category" => patch.category = Some(category(session, read(id, value)?).await?),
        "barcodes" => patch.barcodes = Some(read(id, value)?),
        "attributes" => patch.attributes = Some(read(id, value)?),
        "price" => patch.price = Some(read(id, value)?),
        "cost" => patch.cost = Some(read(id, value)?),
        "retired" => patch.retired = Some(read(id, value)?),
        // All quantities are counted in the first one.
        "unit" => return Err(Problem::from(&Refusal::UnitFixed { sku: sku.clone() })),
        _ => return Err(unknown(id)),
    }
    Ok(patch)
}

/// The name of a category; one that is gone counts as none.
async fn category(session: &Session, id: Option<EntryId>) -> Result<Option<Title>, Problem> {
    let Some(id) = id else { return Ok(None) };
    let known = session.app.ask(Categories).await?.into_iter().find(|category| category.id == id);
    Ok(known.map(|category| Title::recorded(&category.name)))
}

fn user(id: &ConflictId, value: &str) -> Result<UserPatch, Problem> {
    let mut patch = UserPatch::default();
    match id.field.as_str() {
        "username" => patch.username = Some(Username::recorded(&read::<String>(id, value)?)),
        "email" => patch.email = Some(read(id, value)?),
        "full_name" => patch.full_name = Some(read(id, value)?),
        "disabled" => patch.disabled = Some(read(id, value)?),
        "grants" => patch.grants = Some(read(id, value)?),
        _ => return Err(unknown(id)),
    }
    Ok(patch)
}

fn settings(id: &ConflictId, value: &str) -> Result<SettingsPatch, Problem> {
    let text = || read::<String>(id, value);
    let mut patch = SettingsPatch::default();
    match id.field.as_str() {
        "company_name" => patch.company_name = Some(some_text(&text()?).map(Title::recorded)),
        "currency" => patch.currency = Some(some_text(&text()?).map(Currency::recorded)),
        "time_zone" => patch.time_zone = Some(ZoneName::recorded(&text()?)),
        "alerts_count_incoming" => patch.alerts_count_incoming = Some(read(id, value)?),
        _ => return Err(unknown(id)),
    }
    Ok(patch)
}

fn read<T: DeserializeOwned>(id: &ConflictId, value: &str) -> Result<T, Problem> {
    serde_json::from_str(value)
        .map_err(|error| Problem::internal(format_args!("cannot read a value of the conflict {id}: {error}")))
}

fn unknown(id: &ConflictId) -> Problem {
    Problem::internal(format_args!("nobody has said how the field of a conflict is changed: {id}"))
}

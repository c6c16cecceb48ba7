//! What a node's company needs before anybody can log in: its founding, the node's key, and its warehouses.

use acopio_contract::query::{Status, Warehouses, ask};
use acopio_contract::{Inventory, Receipt};
use acopio_ledger::command::{Found, NameWarehouse, NewUser, PublishKey};
use acopio_ledger::ids::{CommandId, UserId};
use acopio_ledger::names::{IdempotencyKey, Title, Username, WarehouseCode};
use acopio_ledger::records::{Grant, Role};
use acopio_ledger::{Command, Submission};
use anyhow::Context;
use uuid::Uuid;

use crate::failure::{Failure, Result};

/// Who acts when nobody has logged in: the node itself, at its start.
pub(crate) const THE_NODE: UserId = UserId([0; 16]);

/// Whether the company exists.
///
/// # Errors
///
/// When storage fails.
pub(crate) async fn is_founded(inventory: &dyn Inventory) -> Result<bool> {
    let status = ask(inventory, Status).await.context("cannot read the company")?;
    Ok(status.company.is_some())
}

/// Founds the company with its first administrator.
///
/// # Errors
///
/// When it cannot be written.
pub(crate) async fn found(
    inventory: &dyn Inventory,
    company: [u8; 16],
    username: &str,
    password: &str,
) -> Result<()> {
    let admin =
        user(username, "Administrator", password, vec![Grant { role: Role::Admin, warehouses: vec![] }])?;
    let command = Command::Found(Found { company, admin });
    submit(inventory, THE_NODE, "found", command).await?;
    Ok(())
}

/// A user who may log in with a password.
///
/// # Errors
///
/// When the system has no randomness.
pub(crate) fn user(username: &str, full_name: &str, password: &str, grants: Vec<Grant>) -> Result<NewUser> {
    let username = Username::new(username).map_err(|error| Failure::new(format!("the username {error}")))?;
    Ok(NewUser {
        id: UserId(Uuid::now_v7().into_bytes()),
        username,
        email: None,
        full_name: full_name.to_owned(),
        password_hash: acopio_api::credentials::hash(password),
        must_change_password: false,
        grants,
    })
}

/// Makes the node's public key known, where it is not yet.
///
/// # Errors
///
/// When it cannot be written.
pub(crate) async fn publish_key(inventory: &dyn Inventory, node: &str, public_key: [u8; 32]) -> Result<()> {
    let query = acopio_contract::query::SigningKey { node: node.to_owned() };
    let known = ask(inventory, query).await.context("cannot read the node's key")?;
    if known == Some(public_key) {
        return Ok(());
    }
    let key = format!("key-{}", Uuid::now_v7());
    submit(inventory, THE_NODE, &key, Command::PublishKey(PublishKey { public_key })).await?;
    Ok(())
}

/// Adds the warehouses that are missing; those that exist keep their names.
///
/// # Errors
///
/// When they cannot be written.
pub(crate) async fn add_warehouses(
    inventory: &dyn Inventory,
    wanted: &[(WarehouseCode, Title)],
) -> Result<()> {
    let present = ask(inventory, Warehouses).await.context("cannot read the warehouses")?;
    for (code, name) in wanted {
        if present.iter().any(|warehouse| warehouse.code == *code) {
            continue;
        }
        let command = NameWarehouse { code: code.clone(), name: name.clone(), expected: None };
        let key = format!("warehouse-{code}");
        submit(inventory, THE_NODE, &key, Command::CreateWarehouse(command)).await?;
        tracing::info!(warehouse = %code, "the warehouse is added");
    }
    Ok(())
}

/// Has a command executed that must succeed.
///
/// # Errors
///
/// The refusal, or that it was not decided.
pub(crate) async fn submit(
    inventory: &dyn Inventory,
    user: UserId,
    key: &str,
    command: Command,
) -> Result<Receipt> {
    let id = CommandId { user, key: IdempotencyKey::recorded(key) };
    let submission = Submission { id, cause: None, command, expires: None, place: None };
    let receipt = inventory.submit(submission).await.map_err(|error| Failure::new(error.to_string()))?;
    match receipt.refusal() {
        Some(refusal) => Err(Failure::new(refusal.to_string())),
        None => Ok(receipt),
    }
}

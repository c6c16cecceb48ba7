//! Makes an administrator where nobody can log in as one any more: on a stopped node, by whoever has its machine.
//!
//! What is done is written into the node's log like all else: the other nodes learn of it, and the audit shows it.

use std::path::PathBuf;

use acopio_contract::Inventory;
use acopio_contract::query::{UserByName, ask};
use acopio_ledger::Command;
use acopio_ledger::command::{ChangeUser, UserPatch};
use acopio_ledger::names::Username;
use acopio_ledger::records::{Grant, Role, User};
use acopio_node::{Clock, Node, NodeConfig};
use anyhow::Context;
use uuid::Uuid;

use super::folder::DataFolder;
use super::{assemble, company, serve};
use crate::failure::{Failure, Result};
use crate::passwords;

/// Who is rescued, and where.
#[derive(Debug, clap::Args)]
pub(crate) struct RescueArgs {
    /// Login name; a user of that name is made if there is none
    #[arg(value_name = "USERNAME", default_value = serve::ADMIN, value_parser = Username::new)]
    username: Username,
    /// The data folder of a stopped server
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// File that holds the new password; asked for if not given
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// Makes a user an administrator everywhere, with a new password, who is let in.
///
/// # Errors
///
/// When a server has the folder, the password is too weak, or it cannot be written.
pub(crate) fn run(args: &RescueArgs) -> Result<()> {
    let folder =
        DataFolder::with_database(&args.data).map_err(|failure| failure.hint("stop the server first"))?;
    let password = passwords::from_file_or_typed(args.password_file.as_deref(), "new password")?;
    if let Err(rule) = acopio_api::credentials::check_new(args.username.as_str(), &password) {
        return Err(Failure::new(format!("the password {rule}")));
    }
    let store = assemble::store_of_owner(folder.path())?;
    serve::runtime()?.block_on(async {
        let node = Node::start(store, NodeConfig::default(), Clock::system());
        let node = node.context("cannot start the node's writer")?;
        let rescued = rescue(&*node, &args.username, &password).await;
        node.stop();
        rescued
    })?;
    println!("{} is an administrator, with the new password: {}", args.username, args.data.display());
    Ok(())
}

async fn rescue(node: &dyn Inventory, username: &Username, password: &str) -> Result<()> {
    if !company::is_founded(node).await? {
        return Err(Failure::new("nobody has founded the company: its first start makes an administrator"));
    }
    let query = UserByName { username: username.to_string() };
    let command = match ask(node, query).await.context("cannot read the users")? {
        Some(user) => Command::ChangeUser(let_in(&user, password)),
        None => {
            Command::CreateUser(company::user(username.as_str(), "Administrator", password, vec![ADMIN])?)
        }
    };
    company::submit(node, company::THE_NODE, &format!("rescue-{}", Uuid::now_v7()), command).await?;
    Ok(())
}

/// Everywhere.
const ADMIN: Grant = Grant { role: Role::Admin, warehouses: Vec::new() };

fn let_in(user: &User, password: &str) -> ChangeUser {
    let others = user.grants.iter().filter(|grant| **grant != ADMIN).cloned();
    let patch = UserPatch {
        password_hash: Some(acopio_api::credentials::hash(password)),
        must_change_password: Some(false),
        disabled: Some(false),
        grants: Some([ADMIN].into_iter().chain(others).collect()),
        ..UserPatch::default()
    };
    ChangeUser { id: user.id, patch, expected: None }
}

//! `acopio user`: people who may log in, and what they may do.

use std::path::PathBuf;

use clap::Subcommand;
use serde_json::{Map, Value, json};

use super::page::PageArgs;
use super::request::Request;
use super::table::{Column, cell};
use super::{Client, output};
use crate::failure::{Failure, Result};
use crate::passwords;

/// What to do about users.
#[derive(Debug, Subcommand)]
pub(crate) enum UserCommand {
    /// List users
    List(PageArgs),
    /// Show a user
    Show {
        /// Login name
        username: String,
    },
    /// Add a user
    Add(AddArgs),
    /// Change a user's fields, those that are given
    Set(SetArgs),
    /// Refuse a user's logins and end their tokens
    Disable {
        /// Login name
        username: String,
    },
    /// Let a disabled user log in again
    Enable {
        /// Login name
        username: String,
    },
    /// Give a user a new password; it ends all their logins
    Password {
        /// Login name
        username: String,
        /// File that holds the password; asked for if not given
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
    },
}

/// A new user.
#[derive(Debug, clap::Args)]
pub(crate) struct AddArgs {
    /// Login name
    username: String,
    /// E-mail address
    #[arg(long)]
    email: Option<String>,
    /// The person's name
    #[arg(long, value_name = "NAME")]
    full_name: Option<String>,
    /// Role, everywhere or in named warehouses: admin, manager, operator or viewer, as in operator@LON,MAD
    #[arg(long = "grant", value_name = "ROLE[@CODE,…]", required = true, value_parser = grant)]
    grants: Vec<Value>,
    /// File that holds the password; asked for if not given
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Let the user keep this password: for programs. Else it must be changed at the first login
    #[arg(long)]
    keep_password: bool,
}

/// What changes about a user.
#[derive(Debug, clap::Args)]
pub(crate) struct SetArgs {
    /// Login name
    username: String,
    /// New login name
    #[arg(long, value_name = "NAME")]
    rename: Option<String>,
    /// E-mail address; empty for none
    #[arg(long)]
    email: Option<String>,
    /// The person's name
    #[arg(long, value_name = "NAME")]
    full_name: Option<String>,
    /// All roles, in place of the present ones
    #[arg(long = "grant", value_name = "ROLE[@CODE,…]", value_parser = grant)]
    grants: Vec<Value>,
}

const LISTED: &[Column] = &[
    Column::text("username", "username"),
    Column::text("full_name", "name"),
    Column::text("email", "e-mail"),
    Column::with("grants", "roles", roles),
    Column::text("disabled", "disabled"),
];

const SHOWN: &[Column] = &[
    Column::text("id", "id"),
    Column::text("username", "username"),
    Column::text("full_name", "name"),
    Column::text("email", "e-mail"),
    Column::with("grants", "roles", roles),
    Column::text("disabled", "disabled"),
    Column::text("version", "version"),
];

impl Client {
    /// Runs `acopio user`.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn user(&self, command: &UserCommand) -> Result<()> {
        match command {
            UserCommand::List(page) => self.list(Request::get("v1/users"), page, LISTED).await,
            UserCommand::Show { username } => {
                let id = self.user_id(username).await?;
                let answer = self.server.send(&Request::get("v1/users").then(&id)).await?;
                self.output.record(&answer, SHOWN)
            }
            UserCommand::Add(args) => self.add_user(args).await,
            UserCommand::Set(args) => self.change_user(&args.username, args.body()).await,
            UserCommand::Disable { username } => self.change_user(username, json!({"disabled": true})).await,
            UserCommand::Enable { username } => self.change_user(username, json!({"disabled": false})).await,
            UserCommand::Password { username, password_file } => {
                let password = passwords::from_file_or_typed(password_file.as_deref(), "new password")?;
                self.change_user(username, json!({"password": password})).await
            }
        }
    }

    async fn add_user(&self, args: &AddArgs) -> Result<()> {
        let password =
            passwords::from_file_or_typed(args.password_file.as_deref(), "password of the new user")?;
        let mut body = json!({"username": args.username, "password": password, "grants": args.grants});
        set(&mut body, "email", args.email.as_ref());
        set(&mut body, "full_name", args.full_name.as_ref());
        set(&mut body, "must_change_password", args.keep_password.then_some(false));
        let answer = self.server.send(&Request::post("v1/users").json(body)).await?;
        self.output.record(&answer, SHOWN)
    }

    async fn change_user(&self, username: &str, body: Value) -> Result<()> {
        let id = self.user_id(username).await?;
        let answer = self.server.send(&Request::patch("v1/users").then(&id).json(body)).await?;
        self.output.record(&answer, SHOWN)
    }

    /// The id of a login name. A name may change, so the server knows users by their ids.
    async fn user_id(&self, username: &str) -> Result<String> {
        let mut cursor: Option<String> = None;
        loop {
            let request =
                Request::get("v1/users").filter("limit", Some(1_000)).filter("cursor", cursor.as_ref());
            let page = self.server.send(&request).await?.value;
            let users = page["items"].as_array().cloned().unwrap_or_default();
            let same = |user: &&Value| cell(&user["username"]).to_lowercase() == username.to_lowercase();
            if let Some(user) = users.iter().find(same) {
                return Ok(cell(&user["id"]));
            }
            cursor = page["next_cursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                return Err(Failure::new(format!("no user with the name: {username}"))
                    .hint("`acopio user list` shows them"));
            }
        }
    }
}

impl SetArgs {
    fn body(&self) -> Value {
        let mut body = Value::Object(Map::new());
        set(&mut body, "username", self.rename.as_ref());
        set(&mut body, "email", self.email.as_ref());
        set(&mut body, "full_name", self.full_name.as_ref());
        if !self.grants.is_empty() {
            body["grants"] = json!(self.grants);
        }
        if body == json!({}) {
            output::note("nothing to change was given");
        }
        body
    }
}

/// Sets a field of a body, where it is given.
pub(super) fn set(body: &mut Value, field: &str, value: Option<impl serde::Serialize>) {
    if let Some(value) = value {
        body[field] = json!(value);
    }
}

/// Reads `operator@LON,MAD`.
fn grant(text: &str) -> std::result::Result<Value, String> {
    let (role, places) = text.split_once('@').unwrap_or((text, ""));
    if !["admin", "manager", "operator", "viewer"].contains(&role) {
        return Err("the role must be admin, manager, operator or viewer".to_owned());
    }
    let warehouses: Vec<&str> = places.split(',').filter(|code| !code.is_empty()).collect();
    Ok(json!({"role": role, "warehouses": warehouses}))
}

fn roles(grants: &Value) -> String {
    let role = |grant: &Value| match cell(&grant["warehouses"]) {
        places if places.is_empty() => cell(&grant["role"]),
        places => format!("{} in {places}", cell(&grant["role"])),
    };
    grants.as_array().into_iter().flatten().map(role).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grant_is_read_and_shown() {
        let grants = json!([grant("operator@LON,MAD").expect("a grant"), grant("viewer").expect("a grant")]);
        assert_eq!(roles(&grants), "operator in LON, MAD; viewer");
        assert!(grant("boss").is_err());
    }
}

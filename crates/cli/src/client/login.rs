//! `acopio login`, `logout` and `password`.

use std::path::PathBuf;

use anyhow::Context;
use serde_json::json;

use super::http::Answer;
use super::request::Request;
use super::{Client, credentials, output, table};
use crate::failure::Result;
use crate::passwords;

/// Who logs in.
#[derive(Debug, clap::Args)]
pub(crate) struct LoginArgs {
    /// Login name; asked for if not given
    #[arg(long, value_name = "NAME")]
    username: Option<String>,
    /// File that holds the password; asked for without showing it if not given
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// How one's own password is changed.
#[derive(Debug, clap::Args)]
pub(crate) struct PasswordArgs {
    /// File that holds the present password; asked for if not given
    #[arg(long, value_name = "FILE")]
    current_file: Option<PathBuf>,
    /// File that holds the new password; asked for if not given
    #[arg(long, value_name = "FILE")]
    new_file: Option<PathBuf>,
}

impl Client {
    /// Logs in and saves the token.
    ///
    /// # Errors
    ///
    /// A wrong password, no way to ask for it, or a config folder that cannot be written.
    pub(crate) async fn login(&self, args: &LoginArgs) -> Result<()> {
        if self.server.is_exposed() {
            output::note(
                "warning: http:// to another machine sends the password readable for everyone on the way",
            );
        }
        let username = match &args.username {
            Some(username) => username.clone(),
            None => output::ask("username")?,
        };
        let password = passwords::from_file_or_typed(args.password_file.as_deref(), "password")?;
        let request = Request::post("v1/sessions").json(json!({"username": username, "password": password}));
        let answer = self.server.send(&request).await?;
        self.keep(&answer)?;
        self.output.answer(&answer, |session| {
            let until = table::time(&session["expires_at"]);
            format!("logged in to {} as {username} until {until}", self.server.name())
        })?;
        if answer.value["user"]["must_change_password"] == true {
            output::note("choose your own password before anything else: `acopio password`");
        }
        Ok(())
    }

    /// Changes one's own password; the new login's token replaces the saved one.
    ///
    /// # Errors
    ///
    /// A wrong password, a new one that breaks the rule, or no way to ask for them.
    pub(crate) async fn password(&self, args: &PasswordArgs) -> Result<()> {
        let current = passwords::from_file_or_typed(args.current_file.as_deref(), "present password")?;
        let new = passwords::from_file_or_typed(args.new_file.as_deref(), "new password")?;
        let request = Request::post("v1/users/me/password").json(json!({"current": current, "new": new}));
        let answer = self.server.send_once_only(&request).await?;
        self.keep(&answer)?;
        self.output.answer(&answer, |_| "the password is changed; all other logins are ended".to_owned())
    }

    /// Saves the token of a login.
    fn keep(&self, answer: &Answer) -> Result<()> {
        let token = answer.value["token"].as_str().context("the server's answer has no token")?;
        let file = credentials::save(self.server.base(), token)?;
        output::note(&format!("the token is saved in {}", file.display()));
        Ok(())
    }

    /// Ends the login at the server, and forgets the token here in any case.
    ///
    /// # Errors
    ///
    /// When the server cannot be told, or the token's file cannot be removed.
    pub(crate) async fn logout(&self) -> Result<()> {
        let told = self.server.send(&Request::delete("v1/sessions/current")).await;
        credentials::forget(self.server.base())?;
        let answer = told?;
        self.output.done(&answer, &format!("logged out of {}", self.server.name()))
    }
}

//! `acopio login` and `logout`.

use std::path::PathBuf;

use anyhow::Context;
use serde_json::json;

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
        let token = answer.value["token"].as_str().context("the server's answer has no token")?;
        let file = credentials::save(self.server.base(), token)?;
        self.output.answer(&answer, |session| {
            let until = table::time(&session["expires_at"]);
            format!("logged in to {} as {username} until {until}", self.server.name())
        })?;
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

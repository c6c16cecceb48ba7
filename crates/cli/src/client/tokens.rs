//! `acopio token`: API tokens for programs.

use clap::Subcommand;
use serde_json::json;

use super::page::PageArgs;
use super::request::Request;
use super::table::{Column, cell, time};
use super::users::set;
use super::{Client, output};
use crate::failure::Result;

/// What to do about tokens.
#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// List your tokens
    List(PageArgs),
    /// Make a token that may do what you may do; it is shown once
    Add {
        /// What it is for
        label: String,
        /// After how many days it ends
        #[arg(long, value_name = "N")]
        days: Option<u32>,
    },
    /// End a token
    Revoke {
        /// Its id
        id: String,
    },
}

const LISTED: &[Column] = &[
    Column::text("id", "id"),
    Column::text("label", "label"),
    Column::time("opened_at", "made"),
    Column::time("expires_at", "ends"),
    Column::text("closed", "revoked"),
];

impl Client {
    /// Runs `acopio token`.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn token(&self, command: &TokenCommand) -> Result<()> {
        match command {
            TokenCommand::List(page) => self.list(Request::get("v1/tokens"), page, LISTED).await,
            TokenCommand::Add { label, days } => {
                let mut body = json!({"label": label});
                set(&mut body, "days", *days);
                let answer = self.server.send(&Request::post("v1/tokens").json(body)).await?;
                self.output.answer(&answer, |token| cell(&token["token"]))?;
                let until = time(&answer.value["expires_at"]);
                output::note(&format!("this is shown once; it holds until {until}: use it as ACOPIO_TOKEN"));
                Ok(())
            }
            TokenCommand::Revoke { id } => {
                let answer = self.server.send(&Request::delete("v1/tokens").then(id)).await?;
                self.output.done(&answer, &format!("revoked {id}"))
            }
        }
    }
}

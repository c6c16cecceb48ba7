//! `acopio dead-letters`: what other nodes sent and the server could not execute.

use clap::Subcommand;

use super::Client;
use super::page::PageArgs;
use super::request::Request;
use super::table::Column;
use crate::failure::Result;

/// What to do about dead letters.
#[derive(Debug, Subcommand)]
pub(crate) enum DeadLetterCommand {
    /// List them, oldest first
    List(PageArgs),
    /// Try one again
    Requeue {
        /// The letter's id
        id: String,
    },
    /// Throw one away
    Discard {
        /// The letter's id
        id: String,
    },
}

const COLUMNS: &[Column] = &[
    Column::text("id", "id"),
    Column::text("from", "from"),
    Column::time("laid_aside_at", "laid aside"),
    Column::figure("deliveries", "tries"),
    Column::text("reason", "why"),
    Column::text("body", "says"),
];

impl Client {
    /// Runs `acopio dead-letters`.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn dead_letters(&self, command: &DeadLetterCommand) -> Result<()> {
        let (request, done) = match command {
            DeadLetterCommand::List(page) => {
                return self.list(Request::get("v1/dead-letters"), page, COLUMNS).await;
            }
            DeadLetterCommand::Requeue { id } => {
                (Request::post("v1/dead-letters").then(id).then("requeue"), format!("{id} is tried again"))
            }
            DeadLetterCommand::Discard { id } => {
                (Request::delete("v1/dead-letters").then(id), format!("{id} is thrown away"))
            }
        };
        let answer = self.server.send(&request).await?;
        self.output.done(&answer, &done)
    }
}

//! `acopio operation`: commands that wait for the node that decides about them.

use clap::{Subcommand, ValueEnum};
use serde_json::Value;

use super::Client;
use super::page::PageArgs;
use super::request::Request;
use super::table::{Column, draw, draw_record};
use crate::failure::{Failure, Result};

/// How long the server may hold back one answer.
const WAIT_SECONDS: u64 = 30;

/// What to do about operations.
#[derive(Debug, Subcommand)]
pub(crate) enum OperationCommand {
    /// List operations, newest first
    List {
        /// Only those in this state
        #[arg(long)]
        state: Option<State>,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Show an operation, and what it has led to
    Show {
        /// The operation's id
        id: String,
        /// Wait until it is decided
        #[arg(long)]
        wait: bool,
    },
}

/// How far an operation is.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum State {
    /// It waits for the node that decides
    Queued,
    /// It is done
    Done,
    /// It was refused
    Refused,
    /// It came too late
    Expired,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Done => "done",
            State::Refused => "refused",
            State::Expired => "expired",
        }
    }
}

const LISTED: &[Column] = &[
    Column::text("id", "id"),
    Column::text("state", "state"),
    Column::text("command", "command"),
    Column::text("warehouse", "warehouse"),
    Column::text("owner", "decided by"),
    Column::text("actor", "by"),
    Column::time("accepted_at", "accepted"),
    Column::time("expires_at", "expires"),
    Column::text("problem.code", "refused"),
];

const SHOWN: &[Column] = &[
    Column::text("id", "id"),
    Column::text("state", "state"),
    Column::text("command", "command"),
    Column::text("warehouse", "warehouse"),
    Column::text("owner", "decided by"),
    Column::text("actor", "by"),
    Column::text("key", "key"),
    Column::time("accepted_at", "accepted"),
    Column::time("expires_at", "expires"),
    Column::text("result.id", "first entry"),
    Column::time("result.stamp", "recorded"),
    Column::figure("result.entries", "entries"),
    Column::text("problem.detail", "refused"),
];

const LINES: &[Column] = &[
    Column::figure("index", "line"),
    Column::figure("status", "status"),
    Column::text("id", "entry"),
    Column::text("code", "refused"),
    Column::text("detail", "why"),
];

impl Client {
    /// Runs `acopio operation`.
    ///
    /// # Errors
    ///
    /// The server's refusal; after waiting, also that the operation was refused or came too late.
    pub(crate) async fn operation(&self, command: &OperationCommand) -> Result<()> {
        match command {
            OperationCommand::List { state, page } => {
                let request = Request::get("v1/operations").filter("state", state.map(State::name));
                self.list(request, page, LISTED).await
            }
            OperationCommand::Show { id, wait: false } => {
                let answer = self.server.send(&Request::get("v1/operations").then(id)).await?;
                self.output.answer(&answer, whole)
            }
            OperationCommand::Show { id, wait: true } => self.await_operation(id).await,
        }
    }

    async fn await_operation(&self, id: &str) -> Result<()> {
        let request = Request::get("v1/operations").then(id).wait(WAIT_SECONDS);
        loop {
            let answer = self.server.send(&request).await?;
            let state = answer.value["state"].as_str().unwrap_or_default();
            if state == State::Queued.name() {
                continue;
            }
            self.output.answer(&answer, whole)?;
            return match state == State::Done.name() {
                true => Ok(()),
                false => Err(Failure::new(format!("the operation is {state}"))),
            };
        }
    }
}

/// An operation, with what became of each line of a batch.
fn whole(operation: &Value) -> String {
    let head = draw_record(SHOWN, operation);
    match operation["results"].as_array() {
        Some(lines) => format!("{head}\n{}", draw(LINES, lines, None)),
        None => head,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_refused_operation_says_why() {
        let operation = json!({
            "id": "0193", "state": "refused", "command": "move", "warehouse": "MAD", "owner": "mad",
            "result": { "id": "mad.1.7", "entries": 1 }, "problem": { "detail": "insufficient stock" },
        });
        expect![[r#"
            id           0193
            state        refused
            command      move
            warehouse    MAD
            decided by   mad
            first entry  mad.1.7
            entries      1
            refused      insufficient stock
        "#]]
        .assert_eq(&whole(&operation));
    }
}

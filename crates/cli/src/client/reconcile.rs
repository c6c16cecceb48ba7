//! `acopio reconcile`: what a node wrote about a warehouse after another had taken it.

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::Client;
use super::page::PageArgs;
use super::request::Request;
use super::table::{Column, cell};
use super::users::set;
use crate::failure::Result;

/// What to do about void records.
#[derive(Debug, Subcommand)]
pub(crate) enum ReconcileCommand {
    /// List void records, newest first
    List {
        /// What has been done about them
        #[arg(long, default_value = "open")]
        state: State,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Post one again, upon the stock as it is now
    Post {
        /// The void record's id
        id: String,
        /// Idempotency key
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
    /// Discard one: nothing of it will ever count
    Discard {
        /// The void record's id
        id: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
        /// Idempotency key
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
}

/// What has been done about void records.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum State {
    /// Nothing yet
    Open,
    /// They were posted again
    Posted,
    /// They were discarded
    Discarded,
    /// Whatever
    All,
}

impl State {
    fn name(self) -> Option<&'static str> {
        match self {
            State::Open => Some("open"),
            State::Posted => Some("posted"),
            State::Discarded => Some("discarded"),
            State::All => None,
        }
    }
}

const COLUMNS: &[Column] = &[
    Column::text("id", "id"),
    Column::text("warehouse", "warehouse"),
    Column::text("kind", "what"),
    Column::text("sku", "sku"),
    Column::figure("quantity", "quantity"),
    Column::text("actor", "by"),
    Column::time("stamp", "recorded"),
    Column::text("state", "state"),
];

impl Client {
    /// Runs `acopio reconcile`.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn reconcile(&self, command: &ReconcileCommand) -> Result<()> {
        let request = match command {
            ReconcileCommand::List { state, page } => {
                let request = Request::get("v1/reconcile").filter("state", state.name());
                return self.list(request, page, COLUMNS).await;
            }
            ReconcileCommand::Post { id, key } => {
                Request::post("v1/reconcile").then(id).then("post").key(key.as_deref())
            }
            ReconcileCommand::Discard { id, reason, key } => {
                let mut body = json!({});
                set(&mut body, "reason", reason.as_ref());
                Request::post("v1/reconcile").then(id).then("discard").json(body).key(key.as_deref())
            }
        };
        let answer = self.server.send(&request).await?;
        self.output.answer(&answer, settled)
    }
}

fn settled(settled: &Value) -> String {
    let field = |name: &str| cell(&settled[name]);
    let done = if settled["posted"] == true { "posted again" } else { "discarded" };
    format!("{} in {} is {done} ({})", field("id"), field("warehouse"), field("by"))
}

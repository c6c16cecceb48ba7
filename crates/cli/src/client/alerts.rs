//! `acopio alerts`: stock that has run low.

use clap::{Subcommand, ValueEnum};
use serde_json::json;

use super::Client;
use super::moment::moment;
use super::page::PageArgs;
use super::request::Request;
use super::table::Column;
use crate::failure::Result;

/// Lists alerts, or does something about one.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct AlertsArgs {
    #[command(subcommand)]
    command: Option<AlertsCommand>,
    #[command(flatten)]
    list: ListArgs,
}

/// What to do about alerts.
#[derive(Debug, Subcommand)]
pub(crate) enum AlertsCommand {
    /// List alerts, newest first
    List(ListArgs),
    /// Say that you see to an alert
    Ack {
        /// The alert's id
        id: String,
    },
    /// Put an alert to sleep
    Snooze {
        /// The alert's id
        id: String,
        /// Until when, as in 2026-11-24 or "2026-11-24 08:00"
        #[arg(long, value_name = "TIME", value_parser = moment)]
        until: String,
    },
}

/// Which alerts.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    /// In which state
    #[arg(long, default_value = "open")]
    state: State,
    /// Only in this warehouse
    #[arg(long, value_name = "CODE")]
    warehouse: Option<String>,
    /// Only of this product
    #[arg(long, value_name = "CODE")]
    sku: Option<String>,
    #[command(flatten)]
    page: PageArgs,
}

/// The state of an alert.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum State {
    /// Nobody has seen to it
    Open,
    /// Somebody sees to it
    Acknowledged,
    /// It sleeps
    Snoozed,
    /// It is over
    Resolved,
    /// It is not over
    Unresolved,
    /// Whatever
    All,
}

impl State {
    fn name(self) -> Option<&'static str> {
        match self {
            State::Open => Some("open"),
            State::Acknowledged => Some("acknowledged"),
            State::Snoozed => Some("snoozed"),
            State::Resolved => Some("resolved"),
            State::Unresolved => Some("unresolved"),
            State::All => None,
        }
    }
}

const COLUMNS: &[Column] = &[
    Column::text("id", "id"),
    Column::text("warehouse", "warehouse"),
    Column::text("sku", "sku"),
    Column::figure("available", "available"),
    Column::figure("minimum", "minimum"),
    Column::text("state", "state"),
    Column::time("raised_at", "raised"),
];

impl Client {
    /// Runs `acopio alerts`.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn alerts(&self, args: &AlertsArgs) -> Result<()> {
        match &args.command {
            None => self.list_alerts(&args.list).await,
            Some(AlertsCommand::List(list)) => self.list_alerts(list).await,
            Some(AlertsCommand::Ack { id }) => {
                let request = Request::post("v1/alerts").then(id).then("acknowledge");
                let answer = self.server.send(&request).await?;
                self.output.done(&answer, &format!("acknowledged {id}"))
            }
            Some(AlertsCommand::Snooze { id, until }) => {
                let request =
                    Request::post("v1/alerts").then(id).then("snooze").json(json!({"until": until}));
                let answer = self.server.send(&request).await?;
                self.output.done(&answer, &format!("{id} sleeps until {until}"))
            }
        }
    }

    async fn list_alerts(&self, args: &ListArgs) -> Result<()> {
        let request = Request::get("v1/alerts")
            .filter("state", args.state.name())
            .filter("warehouse", args.warehouse.as_ref())
            .filter("sku", args.sku.as_ref());
        self.list(request, &args.page, COLUMNS).await
    }
}

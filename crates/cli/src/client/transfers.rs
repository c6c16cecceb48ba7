//! `acopio transfer`: goods on their way from one warehouse to another.

use std::collections::BTreeMap;

use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

use super::Client;
use super::http::Answer;
use super::movements::quantity;
use super::output::note;
use super::page::PageArgs;
use super::request::Request;
use super::table::{Column, cell, draw, draw_record};
use super::users::set;
use crate::failure::Result;

/// What to do about transfers.
#[derive(Debug, Subcommand)]
pub(crate) enum TransferCommand {
    /// Draft a transfer; with --dispatch, send it at once
    New {
        /// The warehouse that sends
        from: String,
        /// The warehouse that receives
        to: String,
        /// What goes, as in TEA-1=12.5
        #[arg(required = true, value_name = "SKU=N", value_parser = item)]
        lines: Vec<Item>,
        /// What it refers to
        #[arg(long, value_name = "TEXT")]
        reference: Option<String>,
        /// Send it at once, all or nothing
        #[arg(long)]
        dispatch: bool,
        /// Idempotency key
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
    /// List transfers, newest first
    List {
        #[command(flatten)]
        filters: TransferFilters,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Show a transfer with its lines
    Show {
        /// The transfer's id
        id: String,
    },
    /// Send a draft on the road, all or nothing
    Dispatch(StepArgs),
    /// Receive goods: all that is on the road, unless it is said what came
    Receive {
        #[command(flatten)]
        step: StepArgs,
        /// What arrived and is good
        #[arg(long, value_name = "SKU=N", value_parser = item)]
        accept: Vec<Item>,
        /// What arrived and is put on hold
        #[arg(long, value_name = "SKU=N", value_parser = item)]
        reject: Vec<Item>,
        /// What is missing: it stays on the road until it is settled
        #[arg(long, value_name = "SKU=N", value_parser = item)]
        missing: Vec<Item>,
        /// Why something was rejected or is missing
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Settle what became of goods that did not come
    Settle {
        #[command(flatten)]
        step: StepArgs,
        /// What turned up and arrives now
        #[arg(long, value_name = "SKU=N", value_parser = item, required_unless_present = "lost")]
        found: Vec<Item>,
        /// What is lost for good
        #[arg(long, value_name = "SKU=N", value_parser = item)]
        lost: Vec<Item>,
        /// Why, or how that is known
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
    /// Give a draft up
    Cancel {
        #[command(flatten)]
        step: StepArgs,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
}

/// The filters of transfers, the same for the list and for its export.
#[derive(Debug, clap::Args)]
pub(crate) struct TransferFilters {
    /// How far they are
    #[arg(long)]
    state: Option<State>,
    /// Only those that this warehouse sends
    #[arg(long, value_name = "CODE")]
    from: Option<String>,
    /// Only those that this warehouse receives
    #[arg(long, value_name = "CODE")]
    to: Option<String>,
    /// Only those with this product
    #[arg(long, value_name = "CODE")]
    sku: Option<String>,
}

impl TransferFilters {
    /// The request with these filters.
    pub(super) fn apply(&self, request: Request) -> Request {
        request
            .filter("state", self.state.map(State::name))
            .filter("from", self.from.as_ref())
            .filter("to", self.to.as_ref())
            .filter("sku", self.sku.as_ref())
    }
}

/// A step of one transfer.
#[derive(Debug, clap::Args)]
pub(crate) struct StepArgs {
    /// The transfer's id
    id: String,
    /// Idempotency key
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

/// How far a transfer is.
#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum State {
    /// Nothing has left yet
    Draft,
    /// It was given up
    Cancelled,
    /// All is on the road
    Dispatched,
    /// Something has come, something has not
    PartiallyReceived,
    /// Nothing is on the road any more
    Closed,
    /// Something has come, but it is not known yet what was sent
    Pending,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            State::Draft => "draft",
            State::Cancelled => "cancelled",
            State::Dispatched => "dispatched",
            State::PartiallyReceived => "partially_received",
            State::Closed => "closed",
            State::Pending => "pending",
        }
    }
}

/// A SKU and a quantity.
type Item = (String, Value);

/// Reads `TEA-1=12.5`.
fn item(text: &str) -> std::result::Result<Item, String> {
    let (sku, amount) = text.rsplit_once('=').ok_or("must have the form SKU=N, as TEA-1=12.5")?;
    if sku.is_empty() || amount.is_empty() {
        return Err("must have the form SKU=N, as TEA-1=12.5".to_owned());
    }
    Ok((sku.to_owned(), quantity(amount)))
}

/// One line for each SKU, out of the items of each field.
fn lines(fields: &[(&str, &[Item])]) -> Vec<Value> {
    let mut lines: BTreeMap<&str, Value> = BTreeMap::new();
    for (field, items) in fields {
        for (sku, amount) in *items {
            lines.entry(sku).or_insert_with(|| json!({ "sku": sku }))[*field] = amount.clone();
        }
    }
    lines.into_values().collect()
}

const LISTED: &[Column] = &[
    Column::text("id", "id"),
    Column::text("from", "from"),
    Column::text("to", "to"),
    Column::text("state", "state"),
    Column::with("lines", "lines", |lines| lines.as_array().map_or(0, Vec::len).to_string()),
    Column::text("reference", "reference"),
    Column::time("drafted_at", "drafted"),
    Column::time("dispatched_at", "dispatched"),
    Column::time("received_at", "received"),
];

const HEAD: &[Column] = &[
    Column::text("id", "id"),
    Column::text("from", "from"),
    Column::text("to", "to"),
    Column::text("state", "state"),
    Column::text("reference", "reference"),
    Column::time("drafted_at", "drafted"),
    Column::text("drafted_by", "by"),
    Column::time("dispatched_at", "dispatched"),
    Column::text("dispatched_by", "by"),
    Column::time("received_at", "last received"),
    Column::text("received_by", "by"),
    Column::time("cancelled_at", "cancelled"),
    Column::text("cancelled_by", "by"),
];

const LINES: &[Column] = &[
    Column::text("sku", "sku"),
    Column::figure("asked", "asked"),
    Column::figure("dispatched", "dispatched"),
    Column::figure("accepted", "accepted"),
    Column::figure("rejected", "rejected"),
    Column::figure("on_the_road", "on the road"),
    Column::figure("missing", "missing"),
    Column::figure("found", "found"),
    Column::figure("lost", "lost"),
];

impl Client {
    /// Runs `acopio transfer`.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn transfer(&self, command: &TransferCommand) -> Result<()> {
        match command {
            TransferCommand::New { from, to, lines, reference, dispatch, key } => {
                let lines: Vec<Value> =
                    lines.iter().map(|(sku, amount)| json!({ "sku": sku, "quantity": amount })).collect();
                let mut body = json!({ "from": from, "to": to, "lines": lines, "dispatch": dispatch });
                set(&mut body, "reference", reference.as_ref());
                let request = Request::post("v1/transfers").json(body).key(key.as_deref());
                self.tell(&self.server.send(&request).await?)
            }
            TransferCommand::List { filters, page } => {
                self.list(filters.apply(Request::get("v1/transfers")), page, LISTED).await
            }
            TransferCommand::Show { id } => {
                let answer = self.server.send(&Request::get("v1/transfers").then(id)).await?;
                self.output.answer(&answer, whole)
            }
            TransferCommand::Dispatch(step) => self.step(step, "dispatch", json!({})).await,
            TransferCommand::Receive { step, accept, reject, missing, reason } => {
                let lines = lines(&[("accepted", accept), ("rejected", reject), ("missing", missing)]);
                let mut body = json!({});
                set(&mut body, "lines", (!lines.is_empty()).then_some(lines));
                set(&mut body, "reason", reason.as_ref());
                self.step(step, "receive", body).await
            }
            TransferCommand::Settle { step, found, lost, reason } => {
                let mut body = json!({ "lines": lines(&[("found", found), ("lost", lost)]) });
                set(&mut body, "reason", reason.as_ref());
                self.step(step, "settle", body).await
            }
            TransferCommand::Cancel { step, reason } => {
                let mut body = json!({});
                set(&mut body, "reason", reason.as_ref());
                self.step(step, "cancel", body).await
            }
        }
    }

    async fn step(&self, step: &StepArgs, name: &str, body: Value) -> Result<()> {
        let request =
            Request::post("v1/transfers").then(&step.id).then(name).json(body).key(step.key.as_deref());
        let answer = self.server.send(&request).await?;
        self.tell(&answer)
    }

    /// What became of the transfer, and which movements that made.
    fn tell(&self, answer: &Answer) -> Result<()> {
        self.output.answer(answer, |done| {
            let field = |name: &str| cell(&done[name]);
            format!("{} from {} to {}: {}", field("id"), field("from"), field("to"), field("state"))
        })?;
        let movements = answer.value["movements"].as_array().map_or(0, Vec::len);
        if !self.output.json && 0 < movements {
            note(&format!("{movements} movements: see `acopio history --reference ID`"));
        }
        Ok(())
    }
}

/// A transfer with its lines.
fn whole(transfer: &Value) -> String {
    let lines = transfer["lines"].as_array().cloned().unwrap_or_default();
    format!("{}\n{}", draw_record(HEAD, transfer), draw(LINES, &lines, None))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_gathered_by_sku() {
        let items = |texts: &[&str]| texts.iter().map(|text| item(text).unwrap()).collect::<Vec<_>>();
        let (found, lost) = (items(&["B=1", "A=2"]), items(&["A=0.5", "a=b=3"]));
        let expected = json!([
            { "sku": "A", "found": 2, "lost": "0.5" }, { "sku": "B", "found": 1 }, { "sku": "a=b", "lost": 3 },
        ]);
        assert_eq!(json!(lines(&[("found", &found), ("lost", &lost)])), expected);
        for wrong in ["A", "=1", "A="] {
            assert!(item(wrong).is_err(), "{wrong}");
        }
    }
}

//! `acopio hold`: stock set aside.

use clap::Subcommand;
use serde_json::json;

use super::Client;
use super::movements::quantity;
use super::page::PageArgs;
use super::request::Request;
use super::table::{Column, cell};
use super::users::set;
use crate::failure::Result;

/// What to do about holds.
#[derive(Debug, Subcommand)]
pub(crate) enum HoldCommand {
    /// List holds, newest first
    List {
        /// Only in this warehouse
        #[arg(long, value_name = "CODE")]
        warehouse: Option<String>,
        /// Only of this product
        #[arg(long, value_name = "CODE")]
        sku: Option<String>,
        #[command(flatten)]
        page: PageArgs,
    },
    /// Set stock aside: it stays on hand, but is not available
    Add {
        /// Where
        warehouse: String,
        /// Of what
        sku: String,
        /// How much
        quantity: String,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// What it refers to
        #[arg(long, value_name = "TEXT")]
        reference: Option<String>,
        /// Idempotency key
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
    /// End a hold, in whole or in part
    Release {
        /// The hold's id
        id: String,
        /// How much of it; all if not given
        #[arg(long, value_name = "N")]
        quantity: Option<String>,
        /// Idempotency key
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
}

const COLUMNS: &[Column] = &[
    Column::text("id", "id"),
    Column::text("warehouse", "warehouse"),
    Column::text("sku", "sku"),
    Column::figure("quantity", "quantity"),
    Column::text("reason", "reason"),
    Column::text("reference", "reference"),
    Column::text("actor", "by"),
];

impl Client {
    /// Runs `acopio hold`.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn hold(&self, command: &HoldCommand) -> Result<()> {
        match command {
            HoldCommand::List { warehouse, sku, page } => {
                let request = Request::get("v1/holds").filter("warehouse", warehouse.as_ref());
                self.list(request.filter("sku", sku.as_ref()), page, COLUMNS).await
            }
            HoldCommand::Add { warehouse, sku, quantity: amount, reason, reference, key } => {
                let mut body = json!({
                    "warehouse": warehouse, "sku": sku, "quantity": quantity(amount), "reason": reason,
                });
                set(&mut body, "reference", reference.as_ref());
                let request = Request::post("v1/holds").json(body).key(key.as_deref());
                let answer = self.server.send(&request).await?;
                let what = format!("{amount} of {sku} in {warehouse} are on hold");
                self.output.answer(&answer, |hold| format!("{what} ({})", cell(&hold["id"])))
            }
            HoldCommand::Release { id, quantity: amount, key } => {
                let mut body = json!({});
                set(&mut body, "quantity", amount.as_deref().map(quantity));
                let request =
                    Request::post("v1/holds").then(id).then("release").json(body).key(key.as_deref());
                let answer = self.server.send(&request).await?;
                self.output.done(&answer, &format!("released {}", amount.as_deref().unwrap_or(id)))
            }
        }
    }
}

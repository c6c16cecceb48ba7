//! `acopio rule`: when to reorder.

use clap::Subcommand;
use serde_json::json;

use super::Client;
use super::movements::quantity;
use super::page::PageArgs;
use super::request::Request;
use super::table::Column;
use crate::failure::Result;

/// What to do about reorder rules.
#[derive(Debug, Subcommand)]
pub(crate) enum RuleCommand {
    /// List reorder rules
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
    /// Set the rule of a product in a warehouse
    Set {
        /// Where
        warehouse: String,
        /// Of what
        sku: String,
        /// An alert is raised when available stock reaches this
        #[arg(long, value_name = "N")]
        minimum: String,
        /// What to fill up to
        #[arg(long, value_name = "N")]
        target: String,
        /// Order in multiples of this
        #[arg(long, value_name = "N", default_value = "1")]
        multiple: String,
    },
    /// Remove the rule of a product in a warehouse
    Remove {
        /// Where
        warehouse: String,
        /// Of what
        sku: String,
    },
}

const COLUMNS: &[Column] = &[
    Column::text("warehouse", "warehouse"),
    Column::text("sku", "sku"),
    Column::figure("minimum", "minimum"),
    Column::figure("target", "target"),
    Column::figure("multiple", "multiple"),
];

impl Client {
    /// Runs `acopio rule`.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn rule(&self, command: &RuleCommand) -> Result<()> {
        match command {
            RuleCommand::List { warehouse, sku, page } => {
                let request = Request::get("v1/reorder-rules").filter("warehouse", warehouse.as_ref());
                self.list(request.filter("sku", sku.as_ref()), page, COLUMNS).await
            }
            RuleCommand::Set { warehouse, sku, minimum, target, multiple } => {
                let body = json!({
                    "minimum": quantity(minimum), "target": quantity(target), "multiple": quantity(multiple),
                });
                let request = at(Request::put("v1/warehouses"), warehouse, sku).json(body);
                self.output.record(&self.server.send(&request).await?, COLUMNS)
            }
            RuleCommand::Remove { warehouse, sku } => {
                let answer = self.server.send(&at(Request::delete("v1/warehouses"), warehouse, sku)).await?;
                self.output.done(&answer, &format!("removed the rule of {sku} in {warehouse}"))
            }
        }
    }
}

fn at(request: Request, warehouse: &str, sku: &str) -> Request {
    request.then(warehouse).then("reorder-rules").then(sku)
}

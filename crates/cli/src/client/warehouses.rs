//! `acopio warehouse`.

use clap::Subcommand;
use serde_json::json;

use super::Client;
use super::request::Request;
use super::table::Column;
use crate::failure::Result;

/// What to do about warehouses.
#[derive(Debug, Subcommand)]
pub(crate) enum WarehouseCommand {
    /// List warehouses
    List,
    /// Add a warehouse
    Add {
        /// Its code, the key: capital letters, digits, - and _
        code: String,
        /// Its name
        name: String,
    },
    /// Give a warehouse another name; its code stays
    Rename {
        /// Its code
        code: String,
        /// Its new name
        name: String,
    },
    /// Say what must have happened before anything about a warehouse counts as done
    Durability {
        /// Its code
        code: String,
        /// `local`: its node's disk has it; `replicated`: a majority of the hub's machines has it too
        #[arg(value_parser = ["local", "replicated"])]
        durability: String,
        /// Idempotency key
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
    /// Hand a warehouse to another node; nobody decides about its stock until that one has heard
    HandOver {
        /// Its code
        code: String,
        /// The node that is to decide about its stock
        #[arg(long, value_name = "NODE")]
        to: String,
        /// Idempotency key
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
}

const COLUMNS: &[Column] = &[
    Column::text("code", "code"),
    Column::text("name", "name"),
    Column::text("owner", "decided by"),
    Column::text("handed_to", "handed to"),
    Column::text("durability", "durability"),
    Column::figure("version", "version"),
];

impl Client {
    /// Runs `acopio warehouse`.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn warehouse(&self, command: &WarehouseCommand) -> Result<()> {
        let request = match command {
            WarehouseCommand::List => return self.whole_list(Request::get("v1/warehouses"), COLUMNS).await,
            WarehouseCommand::Add { code, name } => {
                Request::post("v1/warehouses").json(json!({"code": code, "name": name}))
            }
            WarehouseCommand::Rename { code, name } => {
                Request::patch("v1/warehouses").then(code).json(json!({"name": name}))
            }
            WarehouseCommand::Durability { code, durability, key } => {
                let request = Request::post("v1/warehouses").then(code).then("durability");
                let request = request.json(json!({"durability": durability})).key(key.as_deref());
                let answer = self.server.send(&request).await?;
                return self.output.answer(&answer, |_| format!("{code} is {durability} from now on"));
            }
            WarehouseCommand::HandOver { code, to, key } => {
                let request = Request::post("v1/warehouses").then(code).then("hand-over");
                let request = request.json(json!({"to": to})).key(key.as_deref());
                let answer = self.server.send(&request).await?;
                return self
                    .output
                    .answer(&answer, |_| format!("{code} is handed to {to}, which takes it when it hears"));
            }
        };
        let answer = self.server.send(&request).await?;
        self.output.record(&answer, COLUMNS)
    }
}

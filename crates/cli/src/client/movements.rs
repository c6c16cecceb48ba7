//! `acopio receive`, `issue`, `return`, `adjust` and `undo`.

use serde_json::{Value, json};

use super::Client;
use super::http::Answer;
use super::moment::moment;
use super::request::Request;
use super::table::{cell, look_up};
use super::users::set;
use crate::failure::{Failure, Result};

/// One movement.
#[derive(Debug, clap::Args)]
pub(crate) struct MoveArgs {
    /// Where
    warehouse: String,
    /// Of what
    sku: String,
    /// How much, as in 12 or 1.5
    quantity: String,
    #[command(flatten)]
    about: About,
}

/// What is noted beside a movement.
#[derive(Debug, clap::Args)]
pub(crate) struct About {
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// What it refers to, as an invoice
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
    /// When the goods really moved, as in "2026-11-23 08:30"; now if not given
    #[arg(long, value_name = "TIME", value_parser = moment)]
    occurred_at: Option<String>,
    /// Idempotency key: the same key is executed once, however often it is sent
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

/// One correction.
#[derive(Debug, clap::Args)]
#[group(id = "amount", required = true, multiple = false, args = ["by", "counted"])]
pub(crate) struct AdjustArgs {
    /// Where
    warehouse: String,
    /// Of what
    sku: String,
    /// The difference, as in -3
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    by: Option<String>,
    /// What was counted
    #[arg(long, value_name = "N")]
    counted: Option<String>,
    /// The balance's version when it was counted; the present one if not given
    #[arg(long, value_name = "V", requires = "counted")]
    expected_version: Option<u64>,
    #[command(flatten)]
    about: About,
}

/// Which movement to take back.
#[derive(Debug, clap::Args)]
pub(crate) struct UndoArgs {
    /// The movement's id, as in main.1.42
    id: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Idempotency key
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

impl Client {
    /// Books one movement of the kind `receipt`, `issue` or `return`.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn book(&self, kind: &'static str, done: &str, args: &MoveArgs) -> Result<()> {
        let body = json!({
            "kind": kind, "warehouse": args.warehouse, "sku": args.sku, "quantity": quantity(&args.quantity),
        });
        let answer = self.post_movement(body, &args.about).await?;
        let what = format!("{done} {} of {} in {}", args.quantity, args.sku, args.warehouse);
        self.output.answer(&answer, |movement| outcome(&what, movement))
    }

    /// Corrects the books.
    ///
    /// # Errors
    ///
    /// The server's refusal, as that the balance has changed since it was counted.
    pub(crate) async fn adjust(&self, args: &AdjustArgs) -> Result<()> {
        let mut body = json!({"kind": "adjustment", "warehouse": args.warehouse, "sku": args.sku});
        let what = match (&args.by, &args.counted) {
            (Some(by), None) => {
                body["quantity"] = quantity(by);
                format!("adjusted {} in {} by {by}", args.sku, args.warehouse)
            }
            (None, Some(counted)) => {
                let version = match args.expected_version {
                    Some(version) => version,
                    None => self.version_of(&args.warehouse, &args.sku).await?,
                };
                body["counted"] = quantity(counted);
                body["expected_version"] = json!(version);
                format!("adjusted {} in {} to {counted}", args.sku, args.warehouse)
            }
            _ => return Err(Failure::usage("either --by or --counted must be given")),
        };
        let answer = self.post_movement(body, &args.about).await?;
        self.output.answer(&answer, |movement| outcome(&what, movement))
    }

    /// Takes one movement back.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn undo(&self, args: &UndoArgs) -> Result<()> {
        let mut body = json!({});
        set(&mut body, "reason", args.reason.as_ref());
        let request =
            Request::post("v1/movements").then(&args.id).then("undo").json(body).key(args.key.as_deref());
        let answer = self.server.send(&request).await?;
        self.output.answer(&answer, |movement| outcome(&format!("undid {}", args.id), movement))
    }

    async fn post_movement(&self, mut body: Value, about: &About) -> Result<Answer> {
        set(&mut body, "reason", about.reason.as_ref());
        set(&mut body, "reference", about.reference.as_ref());
        set(&mut body, "occurred_at", about.occurred_at.as_ref());
        self.server.send(&Request::post("v1/movements").json(body).key(about.key.as_deref())).await
    }

    /// The balance's present version: 0 where there never was any stock.
    async fn version_of(&self, warehouse: &str, sku: &str) -> Result<u64> {
        let request = Request::get("v1/stock").filter("warehouse", Some(warehouse)).filter("sku", Some(sku));
        let stock = self.server.send(&request).await?.value;
        Ok(stock["items"][0]["version"].as_u64().unwrap_or(0))
    }
}

/// A quantity as the server takes it: an integer, or a decimal string, which the server judges.
pub(super) fn quantity(text: &str) -> Value {
    match text.parse::<i64>() {
        Ok(whole) if !text.starts_with('+') => json!(whole),
        _ => json!(text),
    }
}

fn outcome(what: &str, movement: &Value) -> String {
    let field = |name| cell(look_up(movement, name));
    format!("{what}: on hand {}, available {} ({})", field("on_hand"), field("available"), field("id"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_travel_as_integers_or_as_decimal_texts() {
        assert_eq!(quantity("12"), json!(12));
        assert_eq!(quantity("-3"), json!(-3));
        assert_eq!(quantity("1.50"), json!("1.50"));
        assert_eq!(quantity("a dozen"), json!("a dozen"));
    }
}

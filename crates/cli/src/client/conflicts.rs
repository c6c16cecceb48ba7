//! `acopio conflicts`: fields to which two nodes gave different values, neither knowing of the other's.

use clap::Subcommand;
use serde_json::{Value, json};

use super::Client;
use super::page::PageArgs;
use super::request::Request;
use super::table::{Column, cell};
use super::users::set;
use crate::failure::Result;

/// Lists conflicts, or settles one.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct ConflictArgs {
    #[command(subcommand)]
    command: Option<ConflictCommand>,
    #[command(flatten)]
    page: PageArgs,
}

/// What to do about conflicts.
#[derive(Debug, Subcommand)]
pub(crate) enum ConflictCommand {
    /// List them, with the value that counts and the others
    List(PageArgs),
    /// Settle one: one value counts, the others are seen no more
    Settle {
        /// The conflict's id, as in product/A-1/name
        id: String,
        /// The node whose value is to count; the one that counts already, if not given
        #[arg(long, value_name = "NODE")]
        node: Option<String>,
        /// Idempotency key
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
}

const COLUMNS: &[Column] = &[
    Column::text("id", "id"),
    Column::with("sides", "counts", |sides| values(sides, true)),
    Column::with("sides", "does not", |sides| values(sides, false)),
];

impl Client {
    /// Runs `acopio conflicts`.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn conflicts(&self, args: &ConflictArgs) -> Result<()> {
        match &args.command {
            None => self.list(Request::get("v1/conflicts"), &args.page, COLUMNS).await,
            Some(ConflictCommand::List(page)) => self.list(Request::get("v1/conflicts"), page, COLUMNS).await,
            Some(ConflictCommand::Settle { id, node, key }) => {
                let mut body = json!({});
                set(&mut body, "node", node.as_ref());
                let request = Request::post("v1/conflicts").then(id).then("settle").json(body);
                let answer = self.server.send(&request.key(key.as_deref())).await?;
                self.output.done(&answer, &format!("{id} is settled"))
            }
        }
    }
}

/// The values that count, or do not, with the nodes that wrote them.
fn values(sides: &Value, counts: bool) -> String {
    let sides = sides.as_array().into_iter().flatten().filter(|side| side["counts"] == counts);
    let shown = sides.map(|side| format!("{} ({})", cell(&side["value"]), cell(&side["node"])));
    shown.collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_value_is_shown_with_its_node() {
        let sides = json!([
            { "node": "lon", "value": "Cup", "counts": false }, { "node": "mad", "value": "Mug", "counts": true },
        ]);
        assert_eq!((values(&sides, true), values(&sides, false)), ("Mug (mad)".into(), "Cup (lon)".into()));
    }
}

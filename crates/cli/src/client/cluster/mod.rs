//! `acopio cluster`: the nodes of the company, and what is done when one of them is gone.

mod words;

use clap::Subcommand;
use serde_json::{Value, json};

use super::Client;
use super::output::note;
use super::request::Request;
use super::table::cell;
use crate::failure::{Failure, Result};

/// Shows the cluster, or does something about it.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct ClusterArgs {
    #[command(subcommand)]
    command: Option<ClusterCommand>,
}

/// What to do about the cluster.
#[derive(Debug, Subcommand)]
pub(crate) enum ClusterCommand {
    /// Show the nodes, what each decides for, and how far its log is known
    Show,
    /// Take a warehouse from a node that is gone: the node that is asked decides for it from then on
    TakeOver {
        /// The warehouse's code
        warehouse: String,
        /// Say that the old machine is stopped: what it has decided and not passed on is void then
        #[arg(long)]
        old_machine_is_stopped: bool,
        /// Idempotency key
        #[arg(long, value_name = "KEY")]
        key: Option<String>,
    },
    /// Let a log go on that is held because its clock is too far ahead
    Release {
        /// Whose log
        node: String,
    },
    /// Let a node come back on another machine, or with an empty data folder: its log comes back from the others
    Replace {
        /// Its name
        node: String,
    },
}

impl Client {
    /// Runs `acopio cluster`.
    ///
    /// # Errors
    ///
    /// The server's refusal, or a take-over without the word that the old machine is stopped.
    pub(crate) async fn cluster(&self, args: &ClusterArgs) -> Result<()> {
        match &args.command {
            None | Some(ClusterCommand::Show) => {
                let answer = self.server.send(&Request::get("v1/cluster")).await?;
                self.output.answer(&answer, words::whole)
            }
            Some(ClusterCommand::TakeOver { warehouse, old_machine_is_stopped: false, .. }) => {
                let cluster = self.server.send(&Request::get("v1/cluster")).await?;
                note(&words::owner_of(&cluster.value, warehouse));
                Err(Failure::usage("nothing is taken over without the word that the old machine is stopped")
                    .hint("stop it, make sure that it stays off, and say so with --old-machine-is-stopped"))
            }
            Some(ClusterCommand::TakeOver { warehouse, key, .. }) => {
                let body = json!({ "warehouse": warehouse, "old_machine_is_stopped": true });
                let request = Request::post("v1/cluster/take-over").json(body).key(key.as_deref());
                let answer = self.server.send(&request).await?;
                self.output.answer(&answer, taken)
            }
            Some(ClusterCommand::Release { node }) => {
                let request = Request::post("v1/cluster/logs").then(node).then("release");
                let answer = self.server.send(&request).await?;
                self.output.done(&answer, &format!("the log of {node} goes on"))
            }
            Some(ClusterCommand::Replace { node }) => {
                let request = Request::post("v1/cluster/nodes").then(node).then("replace");
                let answer = self.server.send(&request).await?;
                self.output.done(&answer, &replaced(node))
            }
        }
    }
}

fn replaced(node: &str) -> String {
    format!(
        "{node} may come back now. On its machine, with an empty data folder:\n\n  \
         acopio serve --node {node} --data DIR --join HUB --join-token-file FILE\n\n\
         It gets its log back from the other nodes before it opens its port. The old machine stays shut out."
    )
}

fn taken(taken: &Value) -> String {
    let field = |name: &str| cell(&taken[name]);
    format!("{} decides for {} now ({})", field("owner"), field("warehouse"), field("id"))
}

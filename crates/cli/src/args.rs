//! The command line: every command with its options. What a command does is in the file of its name.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

use crate::client::{
    alerts, audit, categories, cluster, conflicts, dead_letters, events, exports, history, holds, imports,
    login, movements, operations, products, reconcile, rules, settings, stock, tokens, transfers, upkeep,
    users, warehouses,
};
use crate::server::{ca, demo, hub, offline, rescue, serve};

/// Real-time inventory for many warehouses: serves a node, and talks to one.
#[derive(Debug, Parser)]
#[command(name = "acopio", version, max_term_width = 100)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(crate) client: ClientOptions,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options of all commands that talk to a server.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Options for talking to a server")]
pub(crate) struct ClientOptions {
    /// The server to talk to
    #[arg(
        long,
        value_name = "URL",
        global = true,
        env = "ACOPIO_SERVER",
        default_value = "http://127.0.0.1:8080"
    )]
    pub(crate) server: String,
    /// API token or login token; without it, the one saved by `acopio login`
    #[arg(long, value_name = "TOKEN", global = true, env = "ACOPIO_TOKEN", hide_env_values = true)]
    pub(crate) token: Option<String>,
    /// Certificate of the authority to trust in PEM, where the system does not know it, and no other
    #[arg(long, value_name = "FILE", global = true, env = "ACOPIO_CA_CERT")]
    pub(crate) ca_cert: Option<PathBuf>,
    /// Print the server's JSON instead of tables
    #[arg(long, global = true)]
    pub(crate) json: bool,
}

/// Every command, in the order of the help.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a node: the server with its database
    Serve(serve::ServeArgs),
    /// Run a hub where nodes on many machines meet
    Hub(hub::HubArgs),
    /// Make a company's own authority, and certificates for its servers
    #[command(subcommand)]
    Ca(ca::CaCommand),
    /// Serve a generated company to look around in
    Demo(demo::DemoArgs),
    /// Prove that log and balances agree: through the server, or with --data on a stopped one's folder
    Verify(upkeep::VerifyArgs),
    /// Make all views anew from the log of a stopped server
    Rebuild(offline::RebuildArgs),
    /// Copy the database while the server goes on
    Backup(upkeep::BackupArgs),
    /// Put a backup into an empty data folder
    Restore(offline::RestoreArgs),
    /// Make an administrator on a stopped server, where nobody can log in as one any more
    Rescue(rescue::RescueArgs),
    /// Log in and save the token for this server
    Login(login::LoginArgs),
    /// Change your own password
    Password(login::PasswordArgs),
    /// End the login and forget its token
    Logout,
    /// People who may log in, and what they may do
    #[command(subcommand)]
    User(users::UserCommand),
    /// API tokens for programs
    #[command(subcommand)]
    Token(tokens::TokenCommand),
    /// Warehouses
    #[command(subcommand)]
    Warehouse(warehouses::WarehouseCommand),
    /// Categories of products
    #[command(subcommand)]
    Category(categories::CategoryCommand),
    /// Settings of the company: its name, currency, time zone, how alerts count
    Settings(settings::SettingsArgs),
    /// Products
    #[command(subcommand)]
    Product(products::ProductCommand),
    /// Show stock: on hand, reserved, on hold, available, incoming
    Stock(stock::StockArgs),
    /// Book goods that came from a supplier
    Receive(movements::MoveArgs),
    /// Book goods that went to a customer
    Issue(movements::MoveArgs),
    /// Book goods that a customer brought back
    Return(movements::MoveArgs),
    /// Correct the books by a difference, or to what was counted
    Adjust(movements::AdjustArgs),
    /// Take one movement back by a counter-movement
    Undo(movements::UndoArgs),
    /// Stock set aside
    #[command(subcommand)]
    Hold(holds::HoldCommand),
    /// Goods on their way from one warehouse to another
    #[command(subcommand)]
    Transfer(transfers::TransferCommand),
    /// Reorder rules
    #[command(subcommand)]
    Rule(rules::RuleCommand),
    /// Alerts of stock that has run low
    Alerts(alerts::AlertsArgs),
    /// Show movements, newest first
    History(history::HistoryArgs),
    /// Show what people did, but for movements, newest first
    Audit(audit::AuditArgs),
    /// Import a file by a profile, list imports, undo one
    Import(imports::ImportArgs),
    /// Download stock, products, movements, transfers or the audit as a file
    Export(exports::ExportArgs),
    /// Follow what happens, until Ctrl-C
    Events(events::EventsArgs),
    /// The nodes of the company, and what is done when one is gone
    Cluster(cluster::ClusterArgs),
    /// Commands that wait for another node, and what became of them
    #[command(subcommand)]
    Operation(operations::OperationCommand),
    /// What other nodes sent and the server could not execute
    #[command(subcommand)]
    DeadLetters(dead_letters::DeadLetterCommand),
    /// What a node wrote about a warehouse after another had taken it
    #[command(subcommand)]
    Reconcile(reconcile::ReconcileCommand),
    /// Fields to which two nodes gave different values
    Conflicts(conflicts::ConflictArgs),
    /// Show how the server is
    Status,
    /// Print the completions for a shell
    Completions {
        /// Which shell
        shell: clap_complete::Shell,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Args::command().debug_assert();
    }
}

//! `acopio serve`: runs a node.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use acopio_ledger::ids::Millis;
use acopio_ledger::names::{NodeName, Title, WarehouseCode};
use acopio_node::Clock;
use acopio_store::Faults;
use anyhow::Context;
use tracing_subscriber::EnvFilter;

use super::joining::{JoinArgs, Joined};
use super::service::{Service, Setup};
use super::tls::TlsArgs;
use super::{company, secrets};
use crate::failure::{Failure, Result};
use crate::passwords;

/// The first administrator's login name.
pub(crate) const ADMIN: &str = "admin";

/// How a node runs.
#[derive(Debug, clap::Args)]
pub(crate) struct ServeArgs {
    /// Name of the node, part of every id that it makes; it stays for ever
    #[arg(long, value_name = "NAME", env = "ACOPIO_NODE", default_value = "main", value_parser = NodeName::new)]
    node: NodeName,
    /// Folder of the database; it is made at the first start
    #[arg(long, value_name = "DIR", env = "ACOPIO_DATA", default_value = "acopio-data")]
    data: PathBuf,
    /// Address to listen on; port 0 picks a free one
    #[arg(long, value_name = "ADDR", env = "ACOPIO_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// A warehouse to add if it is missing; may be given several times
    #[arg(long = "warehouse", value_name = "CODE=NAME", value_parser = warehouse)]
    warehouses: Vec<(WarehouseCode, Title)>,
    /// File with the password of the first administrator, for the first start; else one is made up and shown once
    #[arg(long, value_name = "FILE", env = "ACOPIO_ADMIN_PASSWORD_FILE")]
    admin_password_file: Option<PathBuf>,
    #[command(flatten)]
    tls: TlsArgs,
    /// Serve plain HTTP beyond this machine: only behind a proxy that adds TLS
    #[arg(long, env = "ACOPIO_INSECURE_HTTP")]
    insecure_http: bool,
    #[command(flatten)]
    joining: JoinArgs,
    /// For tests: the commit after so many fails as if its fsync had
    #[arg(long, hide = true, env = "ACOPIO_FAIL_COMMIT_AFTER", value_name = "N")]
    fail_commit_after: Option<u64>,
    /// For tests: the clock is so many milliseconds ahead
    #[arg(
        long,
        hide = true,
        env = "ACOPIO_CLOCK_AHEAD_MS",
        value_name = "MS",
        default_value_t = 0,
        allow_negative_numbers = true
    )]
    clock_ahead_ms: i64,
}

/// Serves until SIGTERM or Ctrl-C.
///
/// # Errors
///
/// When the service cannot be started, or fails.
pub(crate) fn run(args: &ServeArgs) -> Result<()> {
    log_to_stderr("info");
    runtime()?.block_on(async {
        let mut service = Service::open(Setup {
            node: args.node.clone(),
            data: args.data.clone(),
            listen: args.listen,
            tls: args.tls.load()?,
            insecure_http: args.insecure_http,
            faults: Faults { fail_commit_after: args.fail_commit_after },
            clock: ahead(args.clock_ahead_ms),
            joins: args.joining.is_asked_for(),
        })?;
        let joined = service.join(&args.joining).await?;
        let inventory = service.inventory();
        if !company::is_founded(&*inventory).await? {
            found(&*inventory, joined, args.admin_password_file.as_deref()).await?;
        }
        company::add_warehouses(&*inventory, &args.warehouses).await?;
        drop(inventory);
        service.run().await
    })
}

/// A clock that is so far ahead of this machine's.
fn ahead(by_ms: i64) -> Clock {
    Clock::new(move || Millis(Clock::system().now().0 + by_ms))
}

/// Logs go to stderr, as `ACOPIO_LOG` filters them, or else `usually`.
pub(crate) fn log_to_stderr(usually: &str) {
    let filter = EnvFilter::try_from_env("ACOPIO_LOG").unwrap_or_else(|_| EnvFilter::new(usually));
    let colours = console::colors_enabled_stderr();
    tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours).with_writer(std::io::stderr).init();
}

/// The runtime that serves.
///
/// # Errors
///
/// When the system has no threads left.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    Ok(runtime.context("cannot start the runtime")?)
}

async fn found(
    inventory: &dyn acopio_contract::Inventory,
    joined: Option<Joined>,
    password_file: Option<&Path>,
) -> Result<()> {
    let company = joined.map_or_else(secrets::random, |joined| Ok(joined.company))?;
    let Some(file) = password_file else {
        let password = secrets::password()?;
        company::found(inventory, company, ADMIN, &password).await?;
        print!("{}", company_box(&[("username", ADMIN), ("password", &password)]));
        return Ok(());
    };
    let password = passwords::from_file(file)?;
    if let Err(rule) = acopio_api::credentials::check_new(ADMIN, &password) {
        return Err(Failure::new(format!("the password in {} {rule}", file.display())));
    }
    company::found(inventory, company, ADMIN, &password).await
}

fn company_box(lines: &[(&str, &str)]) -> String {
    let mut text = vec!["A new company is founded. Its first administrator:".to_owned(), String::new()];
    text.extend(lines.iter().map(|(name, value)| format!("  {name}  {value}")));
    text.extend([String::new(), "This is shown once and stored nowhere: note it now.".to_owned()]);
    crate::frame::framed(&text)
}

/// Reads `LON=London`.
fn warehouse(text: &str) -> std::result::Result<(WarehouseCode, Title), String> {
    let (code, name) = text.split_once('=').ok_or("must have the form CODE=NAME")?;
    let code = WarehouseCode::new(code).map_err(|error| format!("the code {error}"))?;
    let name = Title::new(name).map_err(|error| format!("the name {error}"))?;
    Ok((code, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warehouse_has_code_and_name() {
        let (code, name) = warehouse("LON=London = the old one").expect("a warehouse");
        assert_eq!((code.as_str(), name.as_str()), ("LON", "London = the old one"));
        assert!(warehouse("LON").is_err());
        assert!(warehouse("lon=London").is_err());
        assert!(warehouse("LON=").is_err());
    }
}

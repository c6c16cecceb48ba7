//! `acopio hub`: where the nodes of a company meet.

use std::path::PathBuf;

use acopio_fabric::nats::{Hub, HubOptions};
use anyhow::Context;

use super::serve::log_to_stderr;
use super::shutdown::Shutdown;
use crate::failure::Result;

/// Options of `acopio hub`.
#[derive(Debug, clap::Args)]
pub(crate) struct HubArgs {
    /// The hub's folder: keys, the list of nodes, and copies of their logs
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Where nodes connect to
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:4222")]
    listen: String,
    /// The program nats-server, 2.12.8 or newer
    #[arg(long, value_name = "PATH", env = "ACOPIO_NATS_SERVER", default_value = "nats-server")]
    nats_server: PathBuf,
    /// Certificate chain in PEM: nodes then connect with TLS alone
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// Private key of the certificate in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Certificates to trust in PEM, when the system does not know who signed the hub's
    #[arg(long, value_name = "FILE")]
    tls_ca: Option<PathBuf>,
}

/// Runs a hub until SIGTERM or Ctrl-C.
pub(crate) fn run(args: &HubArgs) -> Result<()> {
    log_to_stderr("info,async_nats=warn");
    // The server ends with the thread that started it, and this one lasts.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.context("cannot start the runtime")?.block_on(serve(args))
}

async fn serve(args: &HubArgs) -> Result<()> {
    let mut shutdown = Shutdown::listen()?;
    let absolute =
        |file: &PathBuf| file.canonicalize().with_context(|| format!("cannot read {}", file.display()));
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(cert), Some(key)) => Some((absolute(cert)?, absolute(key)?)),
        _ => None,
    };
    let hub = Hub::start(HubOptions {
        data: args.data.clone(),
        listen: args.listen.clone(),
        server: args.nats_server.clone(),
        tls,
        ca: args.tls_ca.clone(),
    });
    let hub = tokio::select! {
        hub = hub => hub.with_context(|| format!("cannot run a hub in {}", args.data.display()))?,
        () = shutdown.wished() => return Ok(()),
    };
    eprintln!("hub at {}", hub.address().urls.join(","));
    eprintln!("nodes join with the token in {}", args.data.join("join-token").display());
    shutdown.wished().await;
    hub.stop().await;
    Ok(())
}

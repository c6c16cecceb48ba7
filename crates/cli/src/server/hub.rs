//! `acopio hub`: where the nodes of a company meet; alone, or as one of three.

use std::collections::BTreeMap;
use std::path::PathBuf;

use acopio_fabric::nats::{Hub, HubError, HubOptions, Membership};
use acopio_ledger::names::NodeName;
use anyhow::Context;

use super::serve::log_to_stderr;
use super::shutdown::Shutdown;
use crate::failure::{Failure, Result};

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
    /// One of the three servers of a hub that outlives the loss of one, and where the other two reach it; three times
    #[arg(long = "member", value_name = "NAME=HOST:PORT", value_parser = member, requires = "name")]
    members: Vec<(NodeName, String)>,
    /// Which of the members this one is
    #[arg(long, value_name = "NAME", value_parser = NodeName::new, requires = "members")]
    name: Option<NodeName>,
    /// The secrets that the members have in common, carried here from the first one, which makes them in its folder
    #[arg(long, value_name = "FILE", requires = "members")]
    secret_file: Option<PathBuf>,
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
    let hub = Hub::start(options(args)?);
    let hub = tokio::select! {
        hub = hub => hub.map_err(|error| failure(args, &error))?,
        () = shutdown.wished() => return Ok(()),
    };
    eprintln!("hub at {}", hub.address().urls.join(","));
    eprintln!("nodes join with the token in {}", args.data.join("join-token").display());
    shutdown.wished().await;
    hub.stop().await;
    Ok(())
}

fn options(args: &HubArgs) -> Result<HubOptions> {
    let absolute =
        |file: &PathBuf| file.canonicalize().with_context(|| format!("cannot read {}", file.display()));
    let tls = match (&args.tls_cert, &args.tls_key) {
        (Some(cert), Some(key)) => Some((absolute(cert)?, absolute(key)?)),
        _ => None,
    };
    Ok(HubOptions {
        data: args.data.clone(),
        listen: args.listen.clone(),
        server: args.nats_server.clone(),
        tls,
        ca: args.tls_ca.as_ref().map(absolute).transpose()?,
        membership: membership(args)?,
    })
}

fn membership(args: &HubArgs) -> Result<Option<Membership>> {
    let Some(name) = &args.name else { return Ok(None) };
    let mut routes = BTreeMap::new();
    for (member, address) in &args.members {
        if routes.insert(member.clone(), address.clone()).is_some() {
            return Err(Failure::usage(format!("two members have the same name: {member}")));
        }
    }
    let membership = Membership::new(name.clone(), routes, args.secret_file.clone());
    let usage = |error: HubError| {
        Failure::usage(error.to_string()).hint("name all three of them with --member, the same at each")
    };
    membership.map(Some).map_err(usage)
}

fn member(text: &str) -> std::result::Result<(NodeName, String), String> {
    let (name, address) = text.split_once('=').ok_or("a name, = and an address are expected")?;
    let name = NodeName::new(name).map_err(|error| error.to_string())?;
    Ok((name, address.to_owned()))
}

fn failure(args: &HubArgs, error: &HubError) -> Failure {
    let failure = Failure::new(format!("cannot run a hub in {}: {error}", args.data.display()));
    match error {
        HubError::OtherShape { store, .. } => failure.hint(format!(
            "start it as it was; or move {} away first: what is there are copies, which the nodes publish again",
            store.display()
        )),
        HubError::NoSecret { .. } => failure.hint(
            "the member that is started first, without --secret-file, makes hub-secret in its folder: carry it here",
        ),
        HubError::Members { .. } | HubError::Io(_) => failure,
    }
}

//! `acopio`: the one program. Serves a node, and is the client of its REST API.
//!
//! `client` knows only REST; `server` is the only place that names concrete backends.

mod args;
mod client;
mod failure;
mod frame;
mod passwords;
mod progress;
mod server;

use std::io::Write;
use std::process::ExitCode;

use anyhow::Context;
use clap::{CommandFactory, Parser};

use args::{Args, Command};
use client::Client;
use failure::Result;
use server::{ca, demo, hub, offline, rescue, serve};

/// Requests are made by one thread and freed by another, which glibc's arenas answer with contended locks.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    // One provider of cryptography for everything that speaks TLS, chosen before anything asks for it.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        eprintln!("error: cannot prepare TLS: another provider is installed");
        return ExitCode::FAILURE;
    }
    match run(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

/// Commands that serve or work on a data folder; all others are the client's.
fn run(args: Args) -> Result<()> {
    match args.command {
        Command::Serve(serve) => serve::run(&serve),
        Command::Hub(hub) => hub::run(&hub),
        Command::Ca(command) => ca::run(&command),
        Command::Demo(demo) => demo::run(&demo),
        Command::Verify(client::upkeep::VerifyArgs { data: Some(data) }) => {
            offline::verify(&data, args.client.json)
        }
        Command::Rebuild(rebuild) => offline::rebuild(&rebuild),
        Command::Backup(client::upkeep::BackupArgs { data: Some(data), out }) => offline::backup(&data, &out),
        Command::Restore(restore) => offline::restore(&restore),
        Command::Rescue(args) => rescue::run(&args),
        Command::Completions { shell } => completions(shell),
        command => {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let client = Client::new(&args.client)?;
            runtime.context("cannot start the runtime")?.block_on(ask(&client, command))
        }
    }
}

async fn ask(client: &Client, command: Command) -> Result<()> {
    match command {
        Command::Verify(_) => client.verify().await,
        Command::Backup(args) => client.backup(&args).await,
        Command::Login(args) => client.login(&args).await,
        Command::Password(args) => client.password(&args).await,
        Command::Logout => client.logout().await,
        Command::User(command) => client.user(&command).await,
        Command::Token(command) => client.token(&command).await,
        Command::Warehouse(command) => client.warehouse(&command).await,
        Command::Category(command) => client.category(&command).await,
        Command::Product(command) => client.product(&command).await,
        Command::Stock(args) => client.stock(&args).await,
        Command::Receive(args) => client.book("receipt", "received", &args).await,
        Command::Issue(args) => client.book("issue", "issued", &args).await,
        Command::Return(args) => client.book("return", "took back", &args).await,
        Command::Adjust(args) => client.adjust(&args).await,
        Command::Undo(args) => client.undo(&args).await,
        Command::Hold(command) => client.hold(&command).await,
        Command::Transfer(command) => client.transfer(&command).await,
        Command::Rule(command) => client.rule(&command).await,
        Command::Alerts(args) => client.alerts(&args).await,
        Command::History(args) => client.history(&args).await,
        Command::Audit(args) => client.audit(&args).await,
        Command::Settings(args) => client.settings(&args).await,
        Command::Import(args) => client.import(&args).await,
        Command::Export(args) => client.export(&args).await,
        Command::Events(args) => client.events(&args).await,
        Command::Cluster(args) => client.cluster(&args).await,
        Command::Operation(command) => client.operation(&command).await,
        Command::DeadLetters(command) => client.dead_letters(&command).await,
        Command::Reconcile(command) => client.reconcile(&command).await,
        Command::Conflicts(args) => client.conflicts(&args).await,
        Command::Status => client.status().await,
        Command::Serve(_)
        | Command::Hub(_)
        | Command::Ca(_)
        | Command::Demo(_)
        | Command::Rebuild(_)
        | Command::Restore(_)
        | Command::Rescue(_)
        | Command::Completions { .. } => unreachable!("`run` takes what needs no server"),
    }
}

fn completions(shell: clap_complete::Shell) -> Result<()> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), "acopio", &mut script);
    match std::io::stdout().write_all(&script) {
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        written => Ok(written.context("cannot write to stdout")?),
    }
}

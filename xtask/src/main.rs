//! `cargo xtask`: everything that is done to this repository, one file per task.
//!
//! Tasks only start programs, read files and report. What the product does lives in `crates/`.

mod bench;
mod demo;
mod nats;
mod outcome;
mod process;
mod retail;
mod schemathesis;
mod server;
mod sim;
mod test;
mod tidy;
mod web;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Builds, checks, shows and measures acopio.
#[derive(Parser)]
#[command(name = "xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Builds acopio and serves a generated company until Ctrl-C
    Demo(demo::Options),
    /// Runs every check and test; the last line counts them
    Test(test::Options),
    /// The same as `test --ci`
    Ci,
    /// Checks the rules of this repository that no other tool knows
    Tidy,
    /// Builds in release mode and measures; arguments go to the bench program
    Bench(bench::Options),
    /// Builds the web application into web/dist
    Web,
    /// Gets the pinned nats-server that hubs are tested with, when none is there
    Nats,
    /// Runs schemathesis against a live server
    Schemathesis,
    /// Simulates whole clusters from seeds and checks what acopio promises; replays one by its seed
    Sim(sim::Options),
    /// Imports nine months of a real wholesaler's trade and compares with an independent computation
    Retail,
}

fn main() -> ExitCode {
    match run(Cli::parse().task) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<ExitCode> {
    match task {
        Task::Demo(options) => demo::run(&options),
        Task::Web => web::run(),
        Task::Test(options) => test::run(&options),
        Task::Ci => test::run(&test::Options { ci: true, filter: None }),
        Task::Tidy => Ok(tidy::step()?.report_alone()),
        Task::Bench(options) => bench::run(&options),
        Task::Nats => Ok(nats::step()?.report_alone()),
        Task::Schemathesis => Ok(schemathesis::step()?.report_alone()),
        Task::Sim(options) => sim::run(&options),
        Task::Retail => Ok(retail::step()?.report_alone()),
    }
}

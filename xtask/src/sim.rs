//! `cargo xtask sim SEED`: replays one simulated world; without a seed it is a step of the tests and runs some hundred.
//!
//! What is simulated and checked is decided in `crates/sim`.

use std::ffi::OsString;
use std::process::ExitCode;

use anyhow::Result;

use crate::outcome::Outcome;
use crate::process::{become_command, cargo, run as run_command};

/// How many seeds the tests run, always the same ones.
const SEEDS_IN_TESTS: &str = "200";

#[derive(clap::Args)]
pub(crate) struct Options {
    /// The seed, and more arguments of the simulator, as `7 --verbose` or `1 --seeds 20000`
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    arguments: Vec<OsString>,
}

/// Builds the simulator and becomes it: its exit code tells wrong (1), stuck (2) and crashed (101) apart.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    let mut sim = cargo();
    sim.args(["run", "--locked", "--profile", "sim", "-p", "acopio-sim", "--"]).args(&options.arguments);
    match become_command(&mut sim)? {}
}

/// Some hundred worlds.
///
/// # Errors
///
/// One of them breaks a promise; the output names its seed.
pub(crate) fn step() -> Result<Outcome> {
    let mut sim = cargo();
    sim.args(["run", "--locked", "-p", "acopio-sim", "--", "1", "--seeds", SEEDS_IN_TESTS]);
    run_command(&mut sim).map(|()| Outcome::Passed)
}

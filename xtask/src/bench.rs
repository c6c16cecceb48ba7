//! `cargo xtask bench`: builds in release mode and becomes the bench program.
//!
//! What is measured, and against which figures, is decided in `crates/bench`.

use std::ffi::OsString;
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::nats;
use crate::process::{become_command, cargo, root, run as run_command, target_dir};

#[derive(clap::Args)]
pub(crate) struct Options {
    /// Arguments for the bench program
    #[arg(value_name = "ARGS", trailing_var_arg = true, allow_hyphen_values = true)]
    arguments: Vec<OsString>,
}

/// Builds and measures. The program itself is built too: the bench starts it as a server.
pub(crate) fn run(options: &Options) -> Result<ExitCode> {
    run_command(cargo().args(["build", "--release", "--locked", "-p", "acopio-bench", "-p", "acopio"]))?;
    nats::step()?;
    let mut bench = Command::new(target_dir().join("release/acopio-bench"));
    bench.env("ACOPIO_NATS_SERVER", nats::found());
    bench.args(&options.arguments).current_dir(root());
    match become_command(&mut bench)? {}
}

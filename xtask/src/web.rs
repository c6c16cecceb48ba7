//! `cargo xtask web`: builds the web application into `web/dist`, and tests it in a browser.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::outcome::{Missing, Outcome};
use crate::process::{cargo, root, run as run_command, succeeds, target_dir};

/// Where Debian puts it.
const CHROMIUM: &str = "/usr/bin/chromium";

/// Installs what package-lock.json names, and builds.
///
/// # Errors
///
/// npm is missing, or fails.
pub(crate) fn run() -> Result<ExitCode> {
    run_command(npm().arg("ci"))?;
    run_command(npm().args(["run", "build"]))?;
    Ok(ExitCode::SUCCESS)
}

/// Builds it where Node is there; without, the program says how to.
///
/// # Errors
///
/// The build fails.
pub(crate) fn build_if_possible() -> Result<()> {
    if has_node() {
        run()?;
    } else {
        eprintln!("note: Node is missing, so the web application is not built into the program");
    }
    Ok(())
}

/// Checks its sources and runs its tests, those in a browser against a server of their own.
///
/// # Errors
///
/// A program cannot be started.
pub(crate) fn step() -> Result<Outcome> {
    if !has_node() {
        return Ok(missing("Node", "nodejs npm"));
    }
    if !Path::new(CHROMIUM).exists() {
        return Ok(missing("Chromium", "chromium"));
    }
    run()?;
    run_command(npm().args(["run", "check"]))?;
    run_command(npm().args(["test"]))?;
    run_command(cargo().args(["build", "--locked", "-p", "acopio"]))?;
    let binary = target_dir().join("debug/acopio");
    run_command(npm().args(["run", "test:browser"]).env("ACOPIO_BINARY", binary))?;
    Ok(Outcome::Passed)
}

fn missing(what: &str, package: &str) -> Outcome {
    Outcome::Skipped(Missing {
        what: format!("{what} is missing"),
        install: format!("apt-get install {package}"),
    })
}

fn has_node() -> bool {
    succeeds(Command::new("npm").arg("--version"))
}

fn folder() -> PathBuf {
    root().join("web")
}

fn npm() -> Command {
    let mut npm = Command::new("npm");
    npm.current_dir(folder());
    npm
}

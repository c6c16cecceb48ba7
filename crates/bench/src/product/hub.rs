//! One `acopio hub` on a free port, where measured nodes meet.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::thread;

use anyhow::{Context, Result};

use crate::process::{Running, tied};

/// What the hub says once nodes can join.
const READY: &str = "hub at ";

/// A hub under way. The engine that it starts is found as users find it, by `ACOPIO_NATS_SERVER` or on the path.
#[derive(Debug)]
pub(crate) struct Hub {
    running: Running,
    /// Where it is, as nodes are told.
    pub(crate) url: String,
    /// The file with the token that nodes join with.
    pub(crate) token: PathBuf,
}

impl Hub {
    /// Starts a hub with an empty folder and waits until nodes can join.
    ///
    /// # Errors
    ///
    /// When it cannot be started; what it said is part of the error.
    pub(crate) fn start(program: &Path, data: &Path) -> Result<Hub> {
        fs::create_dir_all(data).with_context(|| format!("cannot make {}", data.display()))?;
        let mut command = tied(program);
        command.args(["hub", "--listen", "127.0.0.1:0"]).arg("--data").arg(data);
        let mut running = Running::start(command.stdout(Stdio::null()).stderr(Stdio::piped()))?;
        let stderr = running.child().stderr.take().context("the hub has no stderr")?;
        let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
        let mut said = Vec::new();
        let url = lines.by_ref().find_map(|line| {
            let url = line.strip_prefix(READY).map(str::to_owned);
            said.push(line);
            url
        });
        let url = url.with_context(|| format!("the hub did not start: {}", said.join("; ")))?;
        // Read to the end, so that a full pipe never stops it.
        thread::spawn(move || lines.for_each(drop));
        Ok(Hub { running, url, token: data.join("join-token") })
    }

    /// Ends it in peace.
    ///
    /// # Errors
    ///
    /// When it does not end in time.
    pub(crate) fn stop(self) -> Result<()> {
        self.running.end("TERM").map(drop)
    }
}

//! A hub of three `acopio hub` on free ports of this machine, where measured nodes meet.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context, Result};

use super::server::free_address;
use crate::process::{Running, tied};

/// What a hub says once nodes can connect.
const READY: &str = "hub at ";

/// Its servers.
const MEMBERS: [&str; 3] = ["h1", "h2", "h3"];

/// A hub under way. The engine that it starts is found as users find it, by `ACOPIO_NATS_SERVER` or on the path.
#[derive(Debug)]
pub(crate) struct Hub {
    members: Vec<Running>,
    /// Where its servers are, as nodes are told.
    pub(crate) url: String,
    /// The file with the token that nodes join with.
    pub(crate) token: PathBuf,
}

impl Hub {
    /// Starts a hub with empty folders and waits until nodes can connect.
    ///
    /// # Errors
    ///
    /// When it cannot be started; what it said is part of the error.
    pub(crate) fn start(program: &Path, data: &Path) -> Result<Hub> {
        let mut named = Vec::new();
        for name in MEMBERS {
            named.push(format!("--member={name}={}", free_address()?));
        }
        let secrets = data.join(MEMBERS[0]).join("hub-secret");
        let (mut members, mut urls) = (Vec::new(), Vec::new());
        for name in MEMBERS {
            let folder = data.join(name);
            fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
            let mut command = tied(program);
            command.args(["hub", "--listen", "127.0.0.1:0", "--name", name]).args(&named);
            command.arg("--data").arg(&folder);
            // The first one makes what the others are told.
            if name != MEMBERS[0] {
                command.arg("--secret-file").arg(&secrets);
            }
            let (running, url) = start(&mut command)?;
            members.push(running);
            urls.push(url);
        }
        Ok(Hub { members, url: urls.join(","), token: data.join(MEMBERS[0]).join("join-token") })
    }

    /// Ends it in peace.
    ///
    /// # Errors
    ///
    /// When it does not end in time.
    pub(crate) fn stop(self) -> Result<()> {
        self.members.into_iter().try_for_each(|member| member.end("TERM").map(drop))
    }
}

/// Starts a server and waits until nodes can connect to it; answers with where it is.
fn start(command: &mut Command) -> Result<(Running, String)> {
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
    Ok((running, url))
}

//! The floor: what the HTTP framework alone can do, with the generator on the same cores.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result};

use super::{Effort, echo};
use crate::http;
use crate::load::{Load, Requests};
use crate::process::{Running, tied};

/// What the echo server came to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Floor {
    /// Requests per second.
    pub(crate) per_second: f64,
    /// The median.
    pub(crate) p50: Duration,
}

/// The same request again and again.
struct Same(Vec<u8>);

impl Requests for Same {
    fn next(&mut self) -> Option<&[u8]> {
        Some(&self.0)
    }
}

/// Measures the echo server with so many connections.
pub(super) fn measure(effort: &Effort, connections: usize) -> Result<Floor> {
    let program = std::env::current_exe().context("cannot find our own program")?;
    let mut server = Running::start(tied(&program).arg(echo::SUBCOMMAND).stdout(Stdio::piped()))?;
    let stdout = server.child().stdout.take().context("its output is piped")?;
    let mut line = String::new();
    BufReader::new(stdout).read_line(&mut line)?;
    let address = line.trim().parse().context("the echo server does not say where it listens")?;
    let body = br#"{"kind":"receipt","warehouse":"LON","sku":"P0000123","quantity":1}"#;
    let request = http::keep_alive("POST", "/echo", &[], body);
    let load =
        Load { address, pid: server.pid(), connections, warm_up: effort.warm_up, duration: effort.duration };
    let outcome = load.run(|_| Same(request.clone()))?.clean()?;
    crate::progress::told(&format!("axum echo, {connections} conn."), &outcome);
    Ok(Floor { per_second: outcome.per_second(), p50: outcome.latency.p50() })
}

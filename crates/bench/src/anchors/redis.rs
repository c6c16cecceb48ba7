//! Redis with `appendfsync always`: a script that checks, moves and appends. redis-benchmark generates.

use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};

use super::{Effort, Job};
use crate::figure::Value;
use crate::process::{self, Running};

/// What has to be installed.
const PACKAGE: &str = "redis-server";
const PROGRAMS: [&str; 3] = ["redis-server", "redis-benchmark", "redis-cli"];
/// How long a start may take.
const START_MAX: Duration = Duration::from_secs(30);
/// How many calls find out how fast it is, before so many are made as take the time that we have.
const TRIAL_CALLS: u64 = 20_000;

/// One way of using Redis.
#[derive(Debug)]
pub(super) struct RedisJob {
    /// What the anchor is called.
    pub(super) name: &'static str,
    clients: usize,
}

/// All that is measured.
pub(super) const JOBS: &[RedisJob] = &[
    RedisJob { name: "Redis script, fsync always, 64 clients", clients: 64 },
    RedisJob { name: "Redis script, fsync always, 256 clients", clients: 256 },
];

/// Measures all jobs on one server.
pub(super) fn measure_all(effort: &Effort) -> Result<Vec<Job>> {
    if !PROGRAMS.into_iter().all(process::is_there) {
        return Ok(JOBS.iter().map(|job| (job.name, Err(PACKAGE.to_owned()))).collect());
    }
    let folder = tempfile::tempdir_in(&effort.scratch).context("cannot make a folder")?;
    // Redis cannot choose a port itself. Somebody else may take this one before it does; the start fails then.
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port().to_string();
    let mut command = process::tied(Path::new("redis-server"));
    command.args(["--port", &port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "yes"]);
    command.args(["--appendfsync", "always", "--dir"]).arg(folder.path());
    let mut server = Running::start(command.stdout(Stdio::null()))?;
    let client = |words: &[&str]| process::output(Command::new("redis-cli").args(["-p", &port]).args(words));
    server.wait_until(START_MAX, || client(&["PING"]).is_ok_and(|answer| answer.trim() == "PONG"))?;
    let script = client(&["SCRIPT", "LOAD", include_str!("redis_move.lua")])?;
    let script = script.trim();
    let mut measured: Vec<Job> = Vec::new();
    for job in JOBS {
        let trial = benchmark(&port, script, job.clients, TRIAL_CALLS, effort)?;
        let calls = (trial * effort.duration.as_secs_f64()) as u64;
        let rate = Value::PerSecond(benchmark(&port, script, job.clients, calls.max(TRIAL_CALLS), effort)?);
        crate::progress::say(&format!("{}: {rate}", job.name));
        measured.push((job.name, Ok(rate)));
    }
    server.end("TERM")?;
    Ok(measured)
}

/// Calls per second.
fn benchmark(port: &str, script: &str, clients: usize, calls: u64, effort: &Effort) -> Result<f64> {
    let mut command = Command::new("redis-benchmark");
    command.args(["-p", port, "--csv", "-c", &clients.to_string(), "-n", &calls.to_string()]);
    command.args(["-r", &(3 * effort.products).to_string()]);
    // Quantity 1, and what is on hand of a key that was never moved.
    command.args(["evalsha", script, "2", "stock:__rand_int__", "log", "1", "1000000"]);
    let report = process::output(&mut command)?;
    rate(&report).with_context(|| format!("cannot read what redis-benchmark says: {report}"))
}

/// The second column of the last line; the first is the command.
fn rate(report: &str) -> Option<f64> {
    let line = report.trim().lines().next_back()?;
    let mut columns = line.trim_matches('"').split("\",\"");
    columns.nth(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_read_from_csv() {
        let report = "\"test\",\"rps\",\"avg_latency_ms\"\n\"evalsha 1f 2 log\",\"65789.47\",\"3.8\"\n";
        assert_eq!(rate(report), Some(65_789.47));
        assert_eq!(rate("Could not connect"), None);
    }
}

//! PostgreSQL: a function with row lock and check for single movements, and `unnest` for batches. pgbench generates.

mod cluster;

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{Effort, Job};
use crate::figure::Value;
use crate::traffic::{Keys, Spread};
use cluster::Cluster;

/// What has to be installed.
const PACKAGE: &str = "postgresql";
/// More than is ever issued, so that nothing is refused.
const ON_HAND: u64 = 1_000_000_000;
/// How many different batches are sent in turn.
const BATCHES: usize = 8;

/// One way of using PostgreSQL.
#[derive(Debug)]
pub(super) struct PostgresJob {
    /// What the anchor is called.
    pub(super) name: &'static str,
    clients: usize,
    /// Movements in one call; 1 calls the function for single ones.
    movements: usize,
}

/// All that is measured.
pub(super) const JOBS: &[PostgresJob] = &[
    PostgresJob { name: "PostgreSQL function, 16 clients", clients: 16, movements: 1 },
    PostgresJob { name: "PostgreSQL function, 64 clients", clients: 64, movements: 1 },
    PostgresJob { name: "PostgreSQL unnest, 1,000 × 4 clients", clients: 4, movements: 1_000 },
    PostgresJob { name: "PostgreSQL unnest, 8,000 × 4 clients", clients: 4, movements: 8_000 },
];

/// Measures all jobs on one server, each for as long as other anchors.
pub(super) fn measure_all(effort: &Effort) -> Result<Vec<Job>> {
    let Some(programs) = cluster::programs() else {
        return Ok(JOBS.iter().map(|job| (job.name, Err(PACKAGE.to_owned()))).collect());
    };
    let cluster = Cluster::start(&programs, &effort.scratch)?;
    cluster.run(include_str!("schema.sql"))?;
    let count = 3 * effort.products;
    cluster.run(&format!(
        "INSERT INTO balance SELECT key, {ON_HAND}, 0 FROM generate_series(0, {count} - 1) AS key"
    ))?;
    let mut measured: Vec<Job> = Vec::new();
    for job in JOBS {
        let scripts = scripts(job, effort, &cluster)?;
        cluster.pgbench(job.clients, effort.warm_up, &scripts)?;
        let calls = cluster.pgbench(job.clients, effort.duration, &scripts)?;
        let movements = Value::PerSecond(calls * job.movements as f64);
        crate::progress::say(&format!("{}: {movements}", job.name));
        measured.push((job.name, Ok(movements)));
    }
    Ok(measured)
}

fn scripts(job: &PostgresJob, effort: &Effort, cluster: &Cluster) -> Result<Vec<PathBuf>> {
    if job.movements == 1 {
        let last = 3 * effort.products - 1;
        let text = format!(
            "\\set key random(0, {last})\n\\set delta 2 * random(0, 1) - 1\nSELECT move(:key, :delta);\n"
        );
        return Ok(vec![script(cluster, "one".to_owned(), &text)?]);
    }
    let keys = Keys::draw(effort.products, Spread::Zipf, 1);
    let batch = |batch: usize| {
        let (mut asked, mut deltas) = (String::new(), String::new());
        for line in batch * job.movements..(batch + 1) * job.movements {
            let delta = if line % 2 == 0 { 1 } else { -1 };
            write!(asked, "{},", keys.at(line).0)?;
            write!(deltas, "{delta},")?;
        }
        let (asked, deltas) = (asked.trim_end_matches(','), deltas.trim_end_matches(','));
        let text = format!("SELECT move_all('{{{asked}}}', '{{{deltas}}}');\n");
        script(cluster, format!("{}-{batch}", job.movements), &text)
    };
    (0..BATCHES).map(batch).collect()
}

fn script(cluster: &Cluster, name: String, text: &str) -> Result<PathBuf> {
    let path = cluster.folder().join(name);
    fs::write(&path, text).context("cannot write a script")?;
    Ok(path)
}

//! Anchors: other programs doing comparable work, measured in the same run on the same disk and cores.
//!
//! Speed drifts from machine to machine and hour to hour; a ratio of two figures of one run drifts less. Each anchor is
//! measured once, when first asked for, and remembered. One whose programs are not installed is named with its package.

pub(crate) mod echo;
mod floor;
mod fsync;
mod postgres;
mod redis;
mod sqlite;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::Result;

use crate::figure::{Anchor, Value};
pub(crate) use floor::Floor;

/// What TigerBeetle's own benchmark comes to, as a share of bare SQLite with integer keys, no index and 8,000 rows per
/// transaction. Both were measured side by side on one machine: 342k and 1.04 M per second (release build, one replica,
/// 8,190 transfers per batch, Zipf over 300,000 accounts). TigerBeetle itself is not run here.
const TIGERBEETLE_OF_SQLITE: f64 = 0.33;

/// How thoroughly anchors are measured, and where.
#[derive(Clone, Debug)]
pub(crate) struct Effort {
    /// How long each is measured.
    pub(crate) duration: Duration,
    /// How long before that it runs uncounted.
    pub(crate) warm_up: Duration,
    /// How many products the keys are of.
    pub(crate) products: u32,
    /// Where databases are made: on the disk that the product is measured on.
    pub(crate) scratch: PathBuf,
}

/// All anchors of a run.
#[derive(Debug)]
pub(crate) struct Anchors {
    effort: Effort,
    floors: BTreeMap<usize, Floor>,
    figures: BTreeMap<&'static str, Anchor>,
}

impl Anchors {
    /// Anchors of which none has been measured.
    pub(crate) fn new(effort: Effort) -> Anchors {
        Anchors { effort, floors: BTreeMap::new(), figures: BTreeMap::new() }
    }

    /// The least that an HTTP request costs, with so many connections.
    ///
    /// # Errors
    ///
    /// When the echo server cannot be started or fails.
    pub(crate) fn floor(&mut self, connections: usize) -> Result<Floor> {
        if let Some(floor) = self.floors.get(&connections) {
            return Ok(*floor);
        }
        let floor = floor::measure(&self.effort, connections)?;
        self.floors.insert(connections, floor);
        Ok(floor)
    }

    /// The floor as an anchor of requests per second.
    ///
    /// # Errors
    ///
    /// As [`Anchors::floor`].
    pub(crate) fn floor_rate(&mut self, connections: usize) -> Result<Anchor> {
        let floor = self.floor(connections)?;
        Ok(Anchor::measured(format!("axum echo, {connections} conn."), Value::PerSecond(floor.per_second)))
    }

    /// One append of 16 kB with fsync.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub(crate) fn fsync(&mut self) -> Result<Anchor> {
        self.once("fsync", fsync::measure)
    }

    /// Bare SQLite, rows per second with so many per transaction: one of [`sqlite::SIZES`].
    ///
    /// # Errors
    ///
    /// When SQLite fails, or that size is not measured.
    pub(crate) fn sqlite(&mut self, per_transaction: usize) -> Result<Anchor> {
        let (_, name) = *sqlite::SIZES
            .iter()
            .find(|(size, _)| *size == per_transaction)
            .ok_or_else(|| anyhow::anyhow!("no such anchor: SQLite with {per_transaction} rows"))?;
        self.once(name, |effort| sqlite::measure(effort, per_transaction))
    }

    /// TigerBeetle's own benchmark, derived from SQLite's figure.
    ///
    /// # Errors
    ///
    /// As [`Anchors::sqlite`].
    pub(crate) fn tigerbeetle(&mut self) -> Result<Anchor> {
        let value = self.sqlite(8_000)?.value;
        let value = value.map(|value| Value::PerSecond(TIGERBEETLE_OF_SQLITE * value.amount()));
        Ok(Anchor { name: format!("TigerBeetle (derived: {TIGERBEETLE_OF_SQLITE} × SQLite 8,000)"), value })
    }

    /// PostgreSQL at one of its [`postgres::JOBS`].
    ///
    /// # Errors
    ///
    /// When PostgreSQL is there but fails.
    pub(crate) fn postgres(&mut self, job: &'static str) -> Result<Anchor> {
        self.all(job, postgres::measure_all)
    }

    /// Redis at one of its [`redis::JOBS`].
    ///
    /// # Errors
    ///
    /// When Redis is there but fails.
    pub(crate) fn redis(&mut self, job: &'static str) -> Result<Anchor> {
        self.all(job, redis::measure_all)
    }

    /// Every anchor, measured now if not before.
    ///
    /// # Errors
    ///
    /// When one fails.
    pub(crate) fn every(&mut self) -> Result<Vec<Anchor>> {
        let mut every = vec![self.fsync()?];
        for connections in [1, 16, 64, 256] {
            every.push(self.floor_rate(connections)?);
        }
        for (size, _) in sqlite::SIZES {
            every.push(self.sqlite(*size)?);
        }
        every.push(self.tigerbeetle()?);
        for job in postgres::JOBS {
            every.push(self.postgres(job.name)?);
        }
        for job in redis::JOBS {
            every.push(self.redis(job.name)?);
        }
        Ok(every)
    }

    fn once(&mut self, name: &'static str, measure: impl FnOnce(&Effort) -> Result<Value>) -> Result<Anchor> {
        if let Some(anchor) = self.figures.get(name) {
            return Ok(anchor.clone());
        }
        let anchor = Anchor::measured(name, measure(&self.effort)?);
        self.figures.insert(name, anchor.clone());
        Ok(anchor)
    }

    /// Measures all jobs of one server, so that it need not stand beside the product afterwards.
    fn all(&mut self, job: &'static str, measure: fn(&Effort) -> Result<Vec<Job>>) -> Result<Anchor> {
        if !self.figures.contains_key(job) {
            for (name, value) in measure(&self.effort)? {
                self.figures.insert(name, Anchor { name: name.to_owned(), value });
            }
        }
        self.figures.get(job).cloned().ok_or_else(|| anyhow::anyhow!("no such anchor: {job}"))
    }
}

/// A job's name, and what it came to or the package that is missing.
type Job = (&'static str, Result<Value, String>);

//! What the disk needs to keep 16 kB for good.

use std::fs::File;
use std::io::Write;
use std::time::Instant;

use anyhow::{Context, Result};

use super::Effort;
use crate::figure::Value;
use crate::load::Latency;

/// How much is appended before each fsync: what a group of some dozens of movements takes.
const APPENDED_BYTES: usize = 16 << 10;

/// The median of appends with fsync, one after the other.
pub(super) fn measure(effort: &Effort) -> Result<Value> {
    let folder = tempfile::tempdir_in(&effort.scratch).context("cannot make a folder")?;
    let mut file = File::create(folder.path().join("appended")).context("cannot make a file")?;
    let (bytes, mut latency) = (vec![7; APPENDED_BYTES], Latency::default());
    let start = Instant::now();
    while start.elapsed() < effort.duration {
        let before = Instant::now();
        file.write_all(&bytes).context("cannot append")?;
        file.sync_all().context("cannot fsync")?;
        latency.record(before.elapsed());
    }
    Ok(Value::time(latency.p50()))
}

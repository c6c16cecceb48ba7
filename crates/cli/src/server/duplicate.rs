//! A node with an empty database begins with a duplicate of another node's: received beside the database, made this node's
//! own and proved there, and only then put in its place.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use acopio_fabric::Fabric;
use acopio_ledger::ids::{Incarnation, LogId};
use acopio_ledger::names::NodeName;
use acopio_node::{ClusterOptions, Node, Progress};
use acopio_store::{Reader, database_file};
use anyhow::Context;

use super::assemble;
use super::offline::{judge, remove, remove_side_files, sync};
use crate::failure::Result;

/// How often it is said how far the proof is.
const SAY_EVERY: Duration = Duration::from_secs(2);

/// Where duplicates are made for others.
pub(crate) fn lent(folder: &Path) -> PathBuf {
    folder.join("duplicates")
}

/// Where one is received.
fn received(folder: &Path) -> PathBuf {
    folder.join("receiving.db")
}

/// Removes what is left of one that was not received to its end.
///
/// # Errors
///
/// When it cannot be removed.
pub(crate) fn forget(folder: &Path) -> Result<()> {
    let file = received(folder);
    remove_side_files(&file)?;
    remove(&file)
}

/// Gets a duplicate of the database of any node of the company, proved and this node's own; answers whether that was done.
/// `is_lost` says that this node has lost its own log, which it must get back to its end in any case.
pub(crate) async fn get(
    node: &Node,
    fabric: &dyn Fabric,
    options: &ClusterOptions,
    (name, folder): (&NodeName, &Path),
    is_lost: bool,
) -> bool {
    let (file, name) = (received(folder), name.clone());
    let prove = move |file: &Path| own(file, name, is_lost).map_err(|failure| failure.message().to_owned());
    let gotten = match node.get_duplicate(fabric, options, &file, prove).await {
        Ok(from) => finish(&file).map(|()| from).map_err(|failure| failure.message().to_owned()),
        Err(error) => Err(error.to_string()),
    };
    match gotten {
        Ok(from) => {
            tracing::info!(%from, "the node begins with a duplicate of another node's database");
            true
        }
        Err(reason) => {
            tracing::warn!(
                reason,
                "no duplicate of another node's database: the logs are followed from their beginning"
            );
            if let Err(failure) = forget(folder) {
                tracing::warn!(reason = failure.message(), "what was received stays in the data folder");
            }
            false
        }
    }
}

/// Makes a duplicate this node's own and proves it.
fn own(file: &Path, node: NodeName, is_lost: bool) -> Result<Arc<dyn Reader>> {
    let has_written = assemble::adopt(file, &LogId { node, incarnation: Incarnation(1) })?;
    if has_written || is_lost {
        // Before it can be taken for the database: what others have of the own log may go on behind this.
        assemble::change(file, acopio_node::begin_recovery)?;
    }
    let (_, reader) = assemble::read(file)?;
    let reading = || format!("cannot read {}", file.display());
    let mut said = Instant::now();
    let mut say = |Progress { at, end }: Progress| {
        if SAY_EVERY <= said.elapsed() {
            tracing::info!(entries = at, total = end, "proving the duplicate");
            said = Instant::now();
        }
    };
    let audit = reader.audit().with_context(reading)?;
    let report = acopio_node::verify(&*audit, &mut say).with_context(reading)?;
    drop(audit);
    judge(&report)?;
    Ok(reader)
}

/// Leaves one file, which survives a loss of power.
fn finish(file: &Path) -> Result<()> {
    remove_side_files(file)?;
    sync(file)
}

/// Puts a duplicate in the place of the empty database, which nobody has open.
///
/// # Errors
///
/// When it cannot be put there.
pub(crate) fn put(folder: &Path) -> Result<()> {
    let database = database_file(folder);
    remove_side_files(&database)?;
    let file = received(folder);
    fs::rename(&file, &database).with_context(|| format!("cannot write {}", database.display()))?;
    sync(folder)
}

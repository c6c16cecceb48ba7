//! Chooses the backends: the only file that names one. Another backend is one more arm here.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use acopio_ledger::ids::{Incarnation, LogId};
use acopio_ledger::names::NodeName;
use acopio_node::Progress;
use acopio_store::{Faults, OpenOptions, Reader, SqliteStore, Store, StoreError, database_file};

use crate::failure::{Failure, Result};

/// Reading connections of a program that reads in one thread.
const READERS_OFFLINE: usize = 2;

/// How often it is said how far the views are.
const SAY_EVERY: Duration = Duration::from_secs(2);

/// A database, as it was found.
pub(crate) enum Opened {
    /// It can be used.
    Sound(Box<dyn Store>),
    /// It cannot be read.
    Damaged {
        /// Why.
        reason: String,
        /// The same, for people.
        failure: Failure,
    },
}

impl Opened {
    /// The store.
    ///
    /// # Errors
    ///
    /// When it is damaged.
    pub(crate) fn sound(self) -> Result<Box<dyn Store>> {
        match self {
            Opened::Sound(store) => Ok(store),
            Opened::Damaged { failure, .. } => Err(failure),
        }
    }
}

/// For whoever makes views that are not whole.
const REBUILDING: OpenOptions = OpenOptions { rebuild: true, ..OpenOptions::USUAL };

/// Opens the store of a node for writing, making it if there is none. Where its views are not whole, as after a later
/// version of the program has brought new ones, they are made from the log first.
///
/// # Errors
///
/// When it belongs to another node or to a later program, or storage fails otherwise than by damage.
pub(crate) fn store(folder: &Path, node: &NodeName, faults: Faults) -> Result<Opened> {
    let file = database_file(folder);
    let identity = LogId { node: node.clone(), incarnation: Incarnation(1) };
    match SqliteStore::open(&file, identity, OpenOptions { faults, ..REBUILDING }).and_then(whole) {
        Ok(store) => Ok(Opened::Sound(Box::new(store))),
        Err(error @ StoreError::Damaged { .. }) => {
            Ok(Opened::Damaged { reason: error.to_string(), failure: opening(&file, error) })
        }
        Err(StoreError::OtherNode { found, asked }) => Err(Failure::new(format!(
            "the data folder {} belongs to the node {found}, not to {asked}",
            folder.display()
        ))
        .hint(format!("start it with --node {found}, or choose another folder with --data"))),
        Err(error) => Err(opening(&file, error)),
    }
}

/// Opens a database for making its views anew, whosever it is; also when that was begun and cut off.
///
/// # Errors
///
/// When it was made by another version of the program, or storage fails.
pub(crate) fn store_to_rebuild(folder: &Path) -> Result<Box<dyn Store>> {
    Ok(Box::new(to_rebuild(&database_file(folder))?))
}

/// Brings a database to the present schema, its views included, whosever it is.
///
/// # Errors
///
/// When it was made by a later version of the program, or storage fails.
pub(crate) fn upgrade(file: &Path) -> Result<()> {
    whole(to_rebuild(file)?).map(drop).map_err(|error| opening(file, error))
}

/// Opens the store of whichever node it is, for working on it without serving; with all its views.
///
/// # Errors
///
/// When it was made by a later version of the program, or storage fails.
pub(crate) fn store_of_owner(folder: &Path) -> Result<Box<dyn Store>> {
    let file = database_file(folder);
    Ok(Box::new(whole(to_rebuild(&file)?).map_err(|error| opening(&file, error))?))
}

fn to_rebuild(file: &Path) -> Result<SqliteStore> {
    let store = SqliteStore::owner(file).and_then(|owner| SqliteStore::open(file, owner, REBUILDING));
    store.map_err(|error| opening(file, error))
}

/// The store with all its views.
fn whole(mut store: SqliteStore) -> std::result::Result<SqliteStore, StoreError> {
    if !store.is_whole()? {
        tracing::info!("the views are not whole: they are made anew from the log");
        let mut said = Instant::now();
        acopio_node::rebuild(&mut store, &mut |Progress { at, end }| {
            if SAY_EVERY <= said.elapsed() {
                said = Instant::now();
                tracing::info!(entries = at, of = end, "making the views anew");
            }
        })?;
    }
    Ok(store)
}

/// Does some writing in a database that no node has open.
///
/// # Errors
///
/// As [`store_to_rebuild`], or when that writing fails.
pub(crate) fn change(
    file: &Path,
    work: impl FnOnce(&mut dyn Store) -> std::result::Result<(), StoreError>,
) -> Result<()> {
    let (log, _) = read(file)?;
    let store = SqliteStore::open(file, log, OpenOptions::default());
    store.and_then(|mut store| work(&mut store)).map_err(|error| opening(file, error))
}

/// Makes a copy of another node's database this node's own; answers whether entries of this node's log are there.
///
/// # Errors
///
/// When it is not a whole database of this version of the program, or storage fails.
pub(crate) fn adopt(file: &Path, log: &LogId) -> Result<bool> {
    SqliteStore::adopt(file, log).map_err(|error| opening(file, error))
}

/// Opens a database for reading, whosever it is, also while its node writes.
///
/// # Errors
///
/// As [`store_to_rebuild`].
pub(crate) fn read(file: &Path) -> Result<(LogId, Arc<dyn Reader>)> {
    SqliteStore::open_to_read(file, READERS_OFFLINE).map_err(|error| opening(file, error))
}

fn opening(file: &Path, error: StoreError) -> Failure {
    anyhow::Error::new(error).context(format!("cannot open {}", file.display())).into()
}

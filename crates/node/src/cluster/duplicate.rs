//! Hands out a duplicate of the database to nodes that begin with it: see [`super::newcomer`].
//!
//! There is at most one at a time, for all that ask. It is a file, which is removed when all have got it or have not asked
//! for a part for a while, and at the next start.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use acopio_contract::query::Backup;
use acopio_ledger::names::NodeName;
use bytes::Bytes;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, sleep, timeout};

use super::words::Offered;
use super::{Cluster, lock};

/// How many bytes a part has, but for the last one: far less than the fabric carries.
pub(super) const PART_BYTES: u64 = 512 << 10;

/// After so long without a question nobody is there any more who wants the rest of a duplicate.
const ABANDONED_AFTER: Duration = Duration::from_secs(180);

/// How often it is looked whether that is so.
const LOOK_EVERY: Duration = Duration::from_secs(20);

/// For so long nobody tries again what has failed.
const FAILED_FOR: Duration = Duration::from_secs(30);

/// How long the hub may take to confirm what a duplicate tells of replicated warehouses.
const CONFIRMED_WITHIN: Duration = Duration::from_secs(10);

/// The duplicate that there is, if any.
pub(super) struct Lent {
    folder: Option<PathBuf>,
    state: Mutex<State>,
}

enum State {
    None,
    Making,
    Ready(Duplicate),
    Failed { reason: String, at: Instant },
}

/// A whole database in a file of its own.
struct Duplicate {
    file: Arc<File>,
    path: PathBuf,
    bytes: u64,
    /// Of all its bytes, as text.
    hash: String,
    /// Who has asked for it and not returned it.
    borrowers: BTreeSet<NodeName>,
    /// When anybody last asked for it or a part of it.
    asked: Instant,
}

impl Drop for Duplicate {
    fn drop(&mut self) {
        remove(&self.path);
    }
}

impl Lent {
    /// Nothing yet, and nothing of earlier times.
    pub(super) fn in_folder(folder: Option<PathBuf>) -> Lent {
        if let Some(folder) = &folder
            && let Err(error) = fs::remove_dir_all(folder)
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, "what is left of duplicates of the database cannot be removed");
        }
        Lent { folder, state: Mutex::new(State::None) }
    }

    /// One node has got it, or gives it up.
    pub(super) fn returned(&self, by: &NodeName, hash: &str) {
        self.drop_if(|duplicate| {
            duplicate.hash == hash && duplicate.borrowers.remove(by) && duplicate.borrowers.is_empty()
        });
    }

    /// Removes the duplicate if it is so; answers whether there is none now.
    fn drop_if(&self, is_over: impl FnOnce(&mut Duplicate) -> bool) -> bool {
        let mut state = lock(&self.state);
        if let State::Ready(duplicate) = &mut *state
            && is_over(duplicate)
        {
            *state = State::None;
        }
        matches!(*state, State::None)
    }

    /// The file that has a part, where it begins and how long it is.
    fn find(&self, hash: &str, at: u64) -> Option<(Arc<File>, usize)> {
        let mut state = lock(&self.state);
        let State::Ready(duplicate) = &mut *state else { return None };
        let left = duplicate.bytes.checked_sub(at).filter(|_| duplicate.hash == hash)?;
        duplicate.asked = Instant::now();
        Some((Arc::clone(&duplicate.file), left.min(PART_BYTES) as usize))
    }
}

impl Cluster {
    /// Offers a duplicate to a node, begun to be made if there is none.
    pub(super) fn offer(self: &Arc<Self>, by: NodeName, version: &str, form: &str) -> Offered {
        let folder = match self.may_lend(version, form) {
            Ok(folder) => folder,
            Err(reason) => return Offered::No { reason },
        };
        let mut state = lock(&self.duplicate.state);
        match &mut *state {
            State::Ready(duplicate) => {
                duplicate.asked = Instant::now();
                duplicate.borrowers.insert(by);
                Offered::Ready { hash: duplicate.hash.clone(), bytes: duplicate.bytes }
            }
            State::Failed { reason, at } if at.elapsed() < FAILED_FOR => {
                Offered::No { reason: reason.clone() }
            }
            State::Making => Offered::Making,
            State::None | State::Failed { .. } => {
                *state = State::Making;
                let (cluster, path) = (Arc::clone(self), folder.join("duplicate.db"));
                self.spawn(async move { cluster.lend(path).await });
                Offered::Making
            }
        }
    }

    /// Where a duplicate may be made, or why none is handed out.
    fn may_lend(&self, version: &str, form: &str) -> Result<&Path, String> {
        let own_form = self.core.reader.form();
        let folder = self.duplicate.folder.as_deref().filter(|_| own_form.is_some());
        let folder = folder.ok_or("it hands out no duplicates of its database")?;
        if version != env!("CARGO_PKG_VERSION") || own_form.as_deref() != Some(form) {
            return Err("its program or its database is of another version".to_owned());
        }
        if !self.fill.borrow().is_done() || self.is_recovering() {
            return Err("it is still getting the company's logs itself".to_owned());
        }
        match self.core.stopped().or_else(|| self.core.reader.damage()) {
            Some(reason) => Err(reason),
            None => Ok(folder),
        }
    }

    /// Makes a duplicate, and keeps it for as long as somebody wants it.
    async fn lend(&self, path: PathBuf) {
        match self.make(path).await {
            Ok(duplicate) => {
                tracing::info!(
                    bytes = duplicate.bytes,
                    "a duplicate of the database is there for a new node"
                );
                *lock(&self.duplicate.state) = State::Ready(duplicate);
            }
            Err(reason) => {
                tracing::warn!(reason, "no duplicate of the database can be handed out");
                *lock(&self.duplicate.state) = State::Failed { reason, at: Instant::now() };
                return;
            }
        }
        loop {
            sleep(LOOK_EVERY).await;
            if self.duplicate.drop_if(|duplicate| ABANDONED_AFTER <= duplicate.asked.elapsed()) {
                return;
            }
        }
    }

    async fn make(&self, path: PathBuf) -> Result<Duplicate, String> {
        let reader = Arc::clone(&self.core.reader);
        let made = spawn_blocking(move || {
            let made = copy(&path, |file| {
                let copied = reader.backup(&Backup { file: file.to_owned() });
                copied.map(drop).map_err(|error| error.to_string())
            });
            made.inspect_err(|_| remove(&path))
        });
        let duplicate = made.await.map_err(|error| error.to_string())??;
        self.until_it_may_be_told().await?;
        Ok(duplicate)
    }

    /// Waits until all of the own log that is here now may be told, and so what was copied of it before.
    async fn until_it_may_be_told(&self) -> Result<(), String> {
        let heads = self.core.heads().map_err(|error| error.to_string())?;
        let end = heads.get(self.name()).map(|own| own.head.seq).unwrap_or_default();
        let told = async {
            // What the writer tells of a commit comes after it.
            self.core.positions.wait_for(|positions| end <= positions.get(self.name())).await;
            self.published.wait_for(|_| end <= self.may_be_told()).await;
        };
        let late = |_| "the hub does not confirm what replicated warehouses have done".to_owned();
        timeout(CONFIRMED_WITHIN, told).await.map_err(late)
    }

    /// A part of the duplicate; no bytes where there is none. Nothing where it cannot be read.
    pub(super) async fn part(&self, hash: &str, at: u64) -> Option<Bytes> {
        let Some((file, length)) = self.duplicate.find(hash, at) else { return Some(Bytes::new()) };
        let read = spawn_blocking(move || {
            let mut bytes = vec![0; length];
            file.read_exact_at(&mut bytes, at).map(|()| Bytes::from(bytes))
        });
        match read.await {
            Ok(Ok(bytes)) => Some(bytes),
            Ok(Err(error)) => {
                tracing::error!(%error, "a duplicate of the database cannot be read");
                None
            }
            Err(_) => None,
        }
    }
}

/// Has a database copied to a file that nobody else has asked for yet.
fn copy(path: &Path, backup: impl FnOnce(&Path) -> Result<(), String>) -> Result<Duplicate, String> {
    let failed = |error: io::Error| format!("{}: {error}", path.display());
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(failed)?;
    }
    remove(path);
    backup(path)?;
    let mut file = File::open(path).map_err(failed)?;
    let (hash, bytes) = hashed(&mut file).map_err(failed)?;
    let (path, borrowers) = (path.to_owned(), BTreeSet::new());
    Ok(Duplicate { file: Arc::new(file), path, bytes, hash, borrowers, asked: Instant::now() })
}

fn hashed(file: &mut File) -> io::Result<(String, u64)> {
    let (mut hasher, mut part) = (blake3::Hasher::new(), vec![0; PART_BYTES as usize]);
    loop {
        match file.read(&mut part)? {
            0 => return Ok((hasher.finalize().to_hex().to_string(), hasher.count())),
            length => _ = hasher.update(&part[..length]),
        }
    }
}

fn remove(path: &Path) {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            tracing::warn!(%error, "a duplicate of the database cannot be removed");
        }
        _ => {}
    }
}

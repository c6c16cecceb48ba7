//! All imports of this server: finds them, starts their work, and brings them through a restart.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use acopio_contract::Inventory;
use acopio_ledger::ids::{ImportId, UserId};
use acopio_sheets::ReadError;
use axum::http::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::commit;
use super::halt::Halt;
use super::link::Link;
use super::record::{Figures, Folder, ImportRecord, ImportState};
use super::work::{Job, Work};
use crate::problem::Problem;

/// How many imports are kept. Beyond that the oldest that is over goes; the ledger still knows what it posted.
const IMPORTS_KEPT_MAX: usize = 1_000;
/// How many files are checked at the same time: each takes some memory. Others wait.
const CHECKS_MAX: usize = 2;
/// How many are committed at the same time: rows of two files on the same stock would come in no order.
const COMMITS_MAX: usize = 1;

/// All imports of this server.
pub(crate) struct Imports {
    root: PathBuf,
    inventory: Arc<dyn Inventory>,
    jobs: Mutex<BTreeMap<ImportId, Arc<Job>>>,
    checks: Arc<Semaphore>,
    commits: Arc<Semaphore>,
}

/// What is done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    Check,
    Commit,
}

impl Imports {
    /// Finds the imports of earlier runs of the server in the folder `root`. Those that were interrupted can be
    /// committed: that checks every row anew, and goes on where it ended.
    pub(crate) fn load(root: PathBuf, inventory: Arc<dyn Inventory>) -> Imports {
        let jobs = jobs(&root).unwrap_or_else(|error| {
            tracing::warn!("cannot read earlier imports in {}: {error}", root.display());
            BTreeMap::new()
        });
        Imports {
            root,
            inventory,
            jobs: Mutex::new(jobs),
            checks: Arc::new(Semaphore::new(CHECKS_MAX)),
            commits: Arc::new(Semaphore::new(COMMITS_MAX)),
        }
    }

    /// The folder of all imports.
    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// An import.
    pub(super) fn find(&self, id: &ImportId) -> Option<Arc<Job>> {
        self.lock().get(id).cloned()
    }

    /// At most `limit` imports, newest first, those older than `before` if that is given; and whether there are more.
    pub(super) fn list(&self, before: Option<ImportId>, limit: usize) -> (Vec<Arc<Job>>, bool) {
        let jobs = self.lock();
        // Ids are made in the order of time.
        let mut older = jobs.iter().rev().filter(|(id, _)| before.is_none_or(|before| **id < before));
        let page = older.by_ref().take(limit).map(|(_, job)| job.clone()).collect();
        (page, older.next().is_some())
    }

    /// Takes over an upload and starts to check it. The same upload under the same key is the same import.
    ///
    /// # Errors
    ///
    /// When the key was used for another upload, there are too many imports, or the disk fails.
    pub(super) fn begin(&self, upload: tempfile::TempDir, record: ImportRecord) -> Result<Arc<Job>, Problem> {
        let mut jobs = self.lock();
        if let Some(job) = uploaded_before(&jobs, &record)? {
            return Ok(job);
        }
        let over = make_room(&mut jobs)?;
        let folder = Folder::new(self.root.join(record.id.to_string()));
        Folder::new(upload.path().to_owned()).save(&record).map_err(Problem::internal)?;
        std::fs::rename(upload.keep(), folder.path()).map_err(Problem::internal)?;
        let (id, user) = (record.id, record.actor);
        let job = Job::new(folder, record);
        jobs.insert(id, job.clone());
        drop(jobs);
        if let Some(over) = over {
            remove_folder(&over);
        }
        self.start(&job, Run::Check, user);
        Ok(job)
    }

    /// Starts to commit, unless that is being or has been done.
    ///
    /// # Errors
    ///
    /// In states that do not allow it, or when the disk fails.
    pub(super) fn commit(&self, job: &Arc<Job>, user: UserId) -> Result<(), Problem> {
        let begin = |record: &mut ImportRecord| {
            let starts = record.starts_commit()?;
            if starts {
                record.state = ImportState::Committing;
                record.run += 1;
                record.detail = None;
            }
            Ok::<_, Problem>(starts)
        };
        if job.update(begin).map_err(Problem::internal)?? {
            self.start(job, Run::Commit, user);
        }
        Ok(())
    }

    /// Removes an import of which nothing is posted, with its file.
    ///
    /// # Errors
    ///
    /// When something may have been posted.
    pub(super) fn discard(&self, job: &Arc<Job>) -> Result<(), Problem> {
        let mut jobs = self.lock();
        let record = job.record();
        record.check_discard()?;
        jobs.remove(&record.id);
        drop(jobs);
        job.cancel();
        remove_folder(job);
        Ok(())
    }

    /// Keeps imports from being committed while something else is done to them.
    pub(super) async fn pause_commits(&self) -> Option<OwnedSemaphorePermit> {
        self.commits.clone().acquire_owned().await.ok()
    }

    /// Ends all work at the next chunk of rows, for the server is to end.
    pub(crate) fn stop(&self) {
        self.checks.close();
        self.commits.close();
        self.lock().values().for_each(|job| job.cancel());
    }

    /// Works on an import in the background, when its turn has come.
    fn start(&self, job: &Arc<Job>, run: Run, user: UserId) {
        let turns = match run {
            Run::Check => self.checks.clone(),
            Run::Commit => self.commits.clone(),
        };
        let link = Link::new(self.inventory.clone(), job.clone());
        let job = job.clone();
        tokio::spawn(async move {
            let turn = turns.acquire_owned().await;
            let worker = job.clone();
            let work = move || {
                let worked =
                    if turn.is_ok() { do_work(&worker, link, run, user) } else { Err(Halt::Cancelled) };
                settle(&worker, run, worked);
            };
            if let Err(error) = tokio::task::spawn_blocking(work).await {
                // The thread has panicked, and the import must not look as if it went on.
                settle(&job, run, Err(Halt::Files(io::Error::other(error.to_string()))));
            }
        });
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<ImportId, Arc<Job>>> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn do_work(job: &Arc<Job>, link: Link, run: Run, user: UserId) -> Result<Figures, Halt> {
    let work = Work::new(job.clone(), link, user)?;
    match run {
        Run::Check => commit::check(&work),
        Run::Commit => commit::commit(&work),
    }
}

/// Keeps what a run has come to.
fn settle(job: &Job, run: Run, worked: Result<Figures, Halt>) {
    let kept = job.update(|record| match worked {
        Ok(figures) => {
            record.state = if run == Run::Check { ImportState::Checked } else { ImportState::Committed };
            record.figures = figures;
            record.is_resumable = true;
        }
        Err(halt) => {
            let is_undone = matches!(halt, Halt::Refused(acopio_ledger::Refusal::ImportUndone { .. }));
            record.state = if is_undone { ImportState::Undone } else { ImportState::Failed };
            // A commit can always go on; a check of what is no good file cannot.
            record.is_resumable = run == Run::Commit || !is_fault_of_file(&halt);
            record.detail = Some(halt.detail());
            tracing::info!("the import {} has ended: {}", record.id, halt.detail());
        }
    });
    match kept {
        Ok(()) if job.record().is_over() => remove_file(&job.folder.data()),
        Ok(()) => {}
        // It was discarded: its folder is gone.
        Err(_) if job.is_cancelled() => {}
        Err(error) => tracing::error!("cannot keep the state of an import: {error}"),
    }
}

fn is_fault_of_file(halt: &Halt) -> bool {
    match halt {
        Halt::Read(ReadError::Open(_)) => false,
        Halt::Read(_) | Halt::Header(_) | Halt::Profile(_) => true,
        _ => false,
    }
}

fn uploaded_before(
    jobs: &BTreeMap<ImportId, Arc<Job>>,
    record: &ImportRecord,
) -> Result<Option<Arc<Job>>, Problem> {
    let mut all = jobs.values().map(|job| (job, job.record()));
    let same = all.find(|(_, known)| known.actor == record.actor && known.key == record.key);
    match same {
        Some((job, known)) if known.content == record.content => Ok(Some(job.clone())),
        Some(_) => {
            let detail = format!("the idempotency key was used for another request: {}", record.key);
            Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail))
        }
        None => Ok(None),
    }
}

/// Takes the oldest import that is over out of a full list.
fn make_room(jobs: &mut BTreeMap<ImportId, Arc<Job>>) -> Result<Option<Arc<Job>>, Problem> {
    if jobs.len() < IMPORTS_KEPT_MAX {
        return Ok(None);
    }
    let oldest = jobs.iter().find(|(_, job)| job.record().is_over()).map(|(id, _)| *id);
    match oldest {
        Some(id) => Ok(jobs.remove(&id)),
        None => {
            let detail = format!("{IMPORTS_KEPT_MAX} imports wait to be committed: discard some");
            Err(Problem::new(StatusCode::CONFLICT, "too_many_imports", detail))
        }
    }
}

/// Reads the records of all imports, and removes what uploads that broke off have left.
fn jobs(root: &Path) -> io::Result<BTreeMap<ImportId, Arc<Job>>> {
    let mut jobs = BTreeMap::new();
    std::fs::create_dir_all(root)?;
    for entry in std::fs::read_dir(root)? {
        let path = entry?.path();
        let folder = Folder::new(path.clone());
        match folder.load() {
            Ok(record) => {
                jobs.insert(record.id, Job::new(folder, after_restart(record)));
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => remove_tree(&path),
            Err(error) => tracing::warn!("cannot read the import in {}: {error}", path.display()),
        }
    }
    Ok(jobs)
}

fn after_restart(record: ImportRecord) -> ImportRecord {
    match record.state {
        ImportState::Checking | ImportState::Committing => ImportRecord {
            state: ImportState::Failed,
            is_resumable: true,
            detail: Some(
                "interrupted by a restart: commit again, or import the file again, to go on".to_owned(),
            ),
            ..record
        },
        _ => record,
    }
}

fn remove_folder(job: &Job) {
    remove_tree(job.folder.path());
}

fn remove_tree(path: &Path) {
    if let Err(error) = std::fs::remove_dir_all(path) {
        tracing::warn!("cannot remove {}: {error}", path.display());
    }
}

fn remove_file(path: &Path) {
    if let Err(error) = std::fs::remove_file(path).or_else(ignore_missing) {
        tracing::warn!("cannot remove {}: {error}", path.display());
    }
}

fn ignore_missing(error: io::Error) -> io::Result<()> {
    if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

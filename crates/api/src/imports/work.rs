//! What every run over a file has at hand: the import, its files, the inventory, and where progress is shown.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use acopio_ledger::Submission;
use acopio_ledger::command::{Cause, Command};
use acopio_ledger::ids::{CommandId, UserId};
use acopio_ledger::names::IdempotencyKey;
use acopio_sheets::Profile;

use super::halt::Halt;
use super::link::Link;
use super::pass::Verdict;
use super::record::{Figures, Folder, ImportRecord};
use super::report::{ReportLine, ReportWriter};

/// One import, shared by the thread that works on it and everybody who looks at it.
pub(crate) struct Job {
    pub(crate) folder: Folder,
    record: Mutex<ImportRecord>,
    /// Rows that the present pass has done.
    done: AtomicU64,
    cancelled: AtomicBool,
}

impl Job {
    pub(crate) fn new(folder: Folder, record: ImportRecord) -> Arc<Job> {
        let (record, done, cancelled) = (Mutex::new(record), AtomicU64::new(0), AtomicBool::new(false));
        Arc::new(Job { folder, record, done, cancelled })
    }

    /// The record, as it is now.
    pub(crate) fn record(&self) -> ImportRecord {
        self.lock().clone()
    }

    /// Changes the record and keeps it on disk. What cannot be kept is not changed.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub(crate) fn update<T>(&self, change: impl FnOnce(&mut ImportRecord) -> T) -> io::Result<T> {
        let mut record = self.lock();
        let mut changed = record.clone();
        let answer = change(&mut changed);
        self.folder.save(&changed)?;
        *record = changed;
        Ok(answer)
    }

    /// How many rows the present pass has done.
    pub(crate) fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }

    /// Ends the work at the next chunk of rows.
    pub(crate) fn cancel(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
    }

    /// Whether the work is to end.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// Shows figures without keeping them on disk: after a crash the next run counts anew.
    fn show(&self, figures: Figures) {
        self.lock().figures = figures;
    }

    fn lock(&self) -> MutexGuard<'_, ImportRecord> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One run over one import's file.
pub(super) struct Work {
    pub(super) job: Arc<Job>,
    pub(super) profile: Profile,
    pub(super) link: Link,
    /// Who commits.
    user: UserId,
    record: ImportRecord,
}

impl Work {
    /// Begins to work for a user.
    ///
    /// # Errors
    ///
    /// When the profile cannot be read.
    pub(super) fn new(job: Arc<Job>, link: Link, user: UserId) -> Result<Work, Halt> {
        let profile = Profile::parse(&std::fs::read_to_string(job.folder.profile())?)?;
        let record = job.record();
        job.done.store(0, Ordering::Relaxed);
        Ok(Work { job, profile, link, user, record })
    }

    /// The import as it was when the run began.
    pub(super) fn record(&self) -> &ImportRecord {
        &self.record
    }

    /// The report of this run, empty.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub(super) fn report(&self) -> Result<Tally, Halt> {
        let report = ReportWriter::create(&self.job.folder.problems(self.record.run))?;
        Ok(Tally { report: Some(report), figures: Figures::default(), rows_in_all: 0 })
    }

    /// Shows how far the run is, unless only its result counts.
    ///
    /// # Errors
    ///
    /// When the work is to end.
    pub(super) fn progress(&self, tally: &Tally) -> Result<(), Halt> {
        if tally.report.is_some() {
            self.job.done.store(tally.figures.rows, Ordering::Relaxed);
            let rows = tally.figures.rows.max(tally.rows_in_all);
            self.job.show(Figures { rows, ..tally.figures });
        }
        if self.job.is_cancelled() { Err(Halt::Cancelled) } else { Ok(()) }
    }

    /// A command of this import. `part` is unique within the run: a later run's commands are new ones, and the rows that
    /// an earlier run has posted are kept from being posted again by their sources, not by keys.
    pub(super) fn command(&self, part: &str, command: Command) -> Submission {
        let ImportRecord { id, run, .. } = &self.record;
        let key = IdempotencyKey::recorded(&format!("import:{id}:{run}:{part}"));
        Submission {
            id: CommandId { user: self.user, key },
            cause: Some(Cause::Import(*id)),
            command,
            expires: None,
            place: None,
        }
    }

    /// Who commits.
    pub(super) fn user(&self) -> UserId {
        self.user
    }
}

/// Counts rows and writes the report.
pub(super) struct Tally {
    /// Nothing where only the figures are wanted.
    report: Option<ReportWriter>,
    pub(super) figures: Figures,
    /// How many rows there are, when that is known from an earlier pass.
    pub(super) rows_in_all: u64,
}

impl Tally {
    /// Counts without a report.
    pub(super) fn quiet() -> Tally {
        Tally { report: None, figures: Figures::default(), rows_in_all: 0 }
    }

    /// Counts a row that was posted.
    pub(super) fn posted(&mut self) {
        self.figures.rows += 1;
        self.figures.posted += 1;
    }

    /// Counts a row that is read, by what it comes to, and reports it if it is not posted. Rows to be posted are counted
    /// as planned.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub(super) fn count(&mut self, verdict: Verdict) -> Result<(), Halt> {
        self.figures.rows += 1;
        match verdict {
            Verdict::Post(_) => self.figures.planned += 1,
            Verdict::Known => self.figures.known += 1,
            Verdict::Skipped(problem) => {
                self.figures.skipped += 1;
                self.push(&ReportLine::skipped(problem))?;
            }
            Verdict::Refused(problems) => {
                self.figures.problems += 1;
                for problem in problems {
                    self.note(problem)?;
                }
            }
        }
        Ok(())
    }

    /// Adds a problem without counting a row.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub(super) fn note(&mut self, problem: acopio_sheets::Problem) -> Result<(), Halt> {
        self.push(&ReportLine::problem(problem))
    }

    fn push(&mut self, line: &ReportLine) -> Result<(), Halt> {
        Ok(self.report.as_mut().map_or(Ok(()), |report| report.push(line))?)
    }

    /// Ends the report.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub(super) fn finish(self) -> Result<Figures, Halt> {
        self.report.map_or(Ok(()), ReportWriter::finish)?;
        Ok(self.figures)
    }
}

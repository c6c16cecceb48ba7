//! Imports as they leave.

use acopio_ledger::ids::ImportId;
use acopio_ledger::records::Import;
use serde::Serialize;
use utoipa::ToSchema;

use super::record::{Figures, ImportState};
use super::work::Job;
use crate::wire::TimeText;

/// An import. Every row is counted once: `rows` is the sum of `known`, `skipped`, `problems`, and of `planned` once it is
/// checked or `posted` once it is committed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Import)]
pub(super) struct ImportView {
    /// Its id, which its movements carry.
    #[schema(value_type = String, format = "uuid")]
    id: ImportId,
    /// The profile's name.
    profile: String,
    /// What the sender called the file.
    file: String,
    /// Where it stands.
    state: ImportState,
    /// Rows read so far.
    rows: u64,
    /// Rows that a commit would post, by the last check.
    planned: u64,
    /// Rows that are not posted because something is wrong with them: see the list of problems.
    problems: u64,
    /// Rows that were posted before.
    known: u64,
    /// Rows that the profile passes over: in the list of problems too, with the reason.
    skipped: u64,
    /// Rows that the last commit has posted; of one that was cut off, all movements in the ledger, opening stock included.
    posted: u64,
    /// Products that are, or would be, created.
    products_new: u64,
    /// Stocks for which opening stock is, or would be, posted.
    openings: u64,
    /// How far the work is.
    progress: ProgressView,
    /// Why it failed.
    detail: Option<String>,
    /// When it was uploaded.
    created_at: TimeText,
    /// The login name of whoever uploaded it.
    actor: String,
}

/// How far the work on an import is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ImportProgress)]
struct ProgressView {
    /// Rows done.
    done: u64,
    /// Rows in all, once that is known.
    total: Option<u64>,
}

impl ImportView {
    /// An import of this server.
    pub(super) fn of(job: &Job) -> ImportView {
        let record = job.record();
        let Figures { rows, planned, problems, known, skipped, posted, products_new, openings } =
            record.figures;
        let total = (record.state != ImportState::Checking && 0 < rows).then_some(rows);
        let is_running = matches!(record.state, ImportState::Checking | ImportState::Committing);
        let done = if is_running { job.done() } else { rows };
        ImportView {
            id: record.id,
            profile: record.profile,
            file: record.file,
            state: record.state,
            rows,
            planned,
            problems,
            known,
            skipped,
            posted,
            products_new,
            openings,
            progress: ProgressView { done, total },
            detail: record.detail,
            created_at: TimeText(record.created_at),
            actor: record.actor_name,
        }
    }

    /// Says how many movements the ledger has of it, opening stock included.
    pub(super) fn has_posted(&mut self, movements: u64) {
        self.posted = movements;
    }

    /// An import of which only the ledger knows: another server's, or one whose file was removed long ago.
    pub(super) fn of_ledger(import: Import, actor: String) -> ImportView {
        let Import { id, profile, file, began, posted, undone, .. } = import;
        ImportView {
            id,
            profile,
            file,
            state: if undone { ImportState::Undone } else { ImportState::Committed },
            rows: posted,
            planned: 0,
            problems: 0,
            known: 0,
            skipped: 0,
            posted,
            products_new: 0,
            openings: 0,
            progress: ProgressView { done: posted, total: Some(posted) },
            detail: None,
            created_at: TimeText(began.millis()),
            actor,
        }
    }
}

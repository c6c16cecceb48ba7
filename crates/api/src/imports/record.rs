//! What is known of one import: its figures, the states it goes through, and the small file in which it outlives the
//! server.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use acopio_ledger::ids::{ImportId, Millis, UserId};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Problem;

/// Where an import stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ImportState {
    /// Every row is being looked at; nothing is posted.
    Checking,
    /// Every row was looked at: it can be committed.
    Checked,
    /// Rows are being posted.
    Committing,
    /// Every row is posted, or in the list of problems.
    Committed,
    /// It ended before its time; `detail` says why.
    Failed,
    /// All that it posted was taken back.
    Undone,
}

/// How many rows came to what. Every row is counted once: `rows` is the sum of `known`, `skipped`, `problems`, and of
/// `planned` after a check or `posted` after a commit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Figures {
    /// Rows read so far.
    pub(crate) rows: u64,
    /// Rows that a commit would post.
    pub(crate) planned: u64,
    /// Rows that are not posted because something is wrong with them.
    pub(crate) problems: u64,
    /// Rows that were posted before.
    pub(crate) known: u64,
    /// Rows that the profile passes over.
    pub(crate) skipped: u64,
    /// Rows that the last commit posted.
    pub(crate) posted: u64,
    /// Products that are, or would be, created.
    pub(crate) products_new: u64,
    /// Stocks for which opening stock is, or would be, posted.
    pub(crate) openings: u64,
}

/// One import.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct ImportRecord {
    /// Its id, in the ledger too.
    pub(crate) id: ImportId,
    /// The profile's name.
    pub(crate) profile: String,
    /// Whether its rows are products; otherwise they move stock.
    pub(crate) is_of_products: bool,
    /// What the sender calls the file: a text, never a path.
    pub(crate) file: String,
    /// Where it stands.
    pub(crate) state: ImportState,
    /// Whether a failed one can be committed: it was checked, or only a restart came between.
    pub(crate) is_resumable: bool,
    /// How often it was checked or committed. Part of the keys of commands, so that a later run's commands are new ones.
    pub(crate) run: u32,
    /// How many rows came to what.
    pub(crate) figures: Figures,
    /// Why it failed.
    pub(crate) detail: Option<String>,
    /// When it was uploaded.
    pub(crate) created_at: Millis,
    /// Who uploaded it.
    pub(crate) actor: UserId,
    /// The login name of whoever uploaded it.
    pub(crate) actor_name: String,
    /// The key of the request that uploaded it.
    pub(crate) key: String,
    /// A hash of profile and file, by which a repeated upload is told from another one under the same key.
    pub(crate) content: String,
}

impl ImportRecord {
    /// Whether it is to be committed; not when it is being or has been, so that asking twice does no harm.
    ///
    /// # Errors
    ///
    /// In states that lead nowhere.
    pub(crate) fn starts_commit(&self) -> Result<bool, Problem> {
        match self.state {
            ImportState::Checked => Ok(true),
            ImportState::Failed if self.is_resumable => Ok(true),
            ImportState::Committing | ImportState::Committed => Ok(false),
            ImportState::Checking => Err(conflict("import_not_checked", "the import is still being checked")),
            ImportState::Failed => Err(conflict(
                "import_not_checked",
                "the check has failed: correct the file or profile, upload again",
            )),
            ImportState::Undone => {
                Err(conflict("import_undone", "the import is undone: upload the file again"))
            }
        }
    }

    /// Checks that it can be taken back, as far as is known here; the ledger has the last word.
    ///
    /// # Errors
    ///
    /// While it runs, and for products, which are retired one by one.
    pub(crate) fn check_undo(&self) -> Result<(), Problem> {
        match self.state {
            ImportState::Checking | ImportState::Committing => {
                Err(conflict("import_running", "the import is running: wait until it has ended"))
            }
            _ if self.is_of_products => Err(conflict(
                "import_of_products",
                "products are not taken back: retire those that are not wanted",
            )),
            _ => Ok(()),
        }
    }

    /// Checks that it can be discarded: nothing of it is posted, or will be.
    ///
    /// # Errors
    ///
    /// When something may have been posted.
    pub(crate) fn check_discard(&self) -> Result<(), Problem> {
        let never_committed = self.run <= 1 && self.state != ImportState::Committing;
        if never_committed || self.state == ImportState::Undone {
            Ok(())
        } else {
            Err(conflict("import_committed", "the import was committed: it can be undone, not discarded"))
        }
    }

    /// Whether its file is needed no more.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.state, ImportState::Committed | ImportState::Undone)
    }
}

fn conflict(code: &'static str, detail: &str) -> Problem {
    Problem::new(StatusCode::CONFLICT, code, detail)
}

/// The folder of one import.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new(path: PathBuf) -> Folder {
        Folder(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// The profile, as it was sent.
    pub(crate) fn profile(&self) -> PathBuf {
        self.0.join("profile.toml")
    }

    /// The file, as it was sent.
    pub(crate) fn data(&self) -> PathBuf {
        self.0.join("data")
    }

    /// The problems that a run has found.
    pub(crate) fn problems(&self, run: u32) -> PathBuf {
        self.0.join(format!("problems-{run}.jsonl"))
    }

    fn record(&self) -> PathBuf {
        self.0.join("import.json")
    }

    /// Reads the record.
    ///
    /// # Errors
    ///
    /// When there is none, or it is damaged.
    pub(crate) fn load(&self) -> io::Result<ImportRecord> {
        let bytes = std::fs::read(self.record())?;
        serde_json::from_slice(&bytes).map_err(io::Error::from)
    }

    /// Writes the record: after a crash there is the old one or the new one, whole.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub(crate) fn save(&self, record: &ImportRecord) -> io::Result<()> {
        let mut file = tempfile::NamedTempFile::new_in(&self.0)?;
        file.write_all(&serde_json::to_vec(record)?)?;
        file.as_file().sync_all()?;
        file.persist(self.record())?;
        File::open(&self.0)?.sync_all()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn record(state: ImportState) -> ImportRecord {
        ImportRecord {
            id: ImportId([7; 16]),
            profile: "p".to_owned(),
            is_of_products: false,
            file: "f.csv".to_owned(),
            state,
            is_resumable: false,
            run: 1,
            figures: Figures::default(),
            detail: None,
            created_at: Millis(0),
            actor: UserId([1; 16]),
            actor_name: "u".to_owned(),
            key: "k".to_owned(),
            content: "c".to_owned(),
        }
    }

    #[test]
    fn states_say_what_may_be_done() {
        let of = |state, is_resumable, run| {
            let record = ImportRecord { is_resumable, run, ..record(state) };
            let said = |problem: Problem| problem.code().to_owned();
            let commit = record.starts_commit().map_or_else(said, |starts| starts.to_string());
            let undo = record.check_undo().map_or_else(said, |()| "ok".to_owned());
            let discard = record.check_discard().map_or_else(said, |()| "ok".to_owned());
            format!("{commit} {undo} {discard}")
        };
        assert_eq!(of(ImportState::Checking, false, 1), "import_not_checked import_running ok");
        assert_eq!(of(ImportState::Checked, true, 1), "true ok ok");
        assert_eq!(of(ImportState::Committing, true, 2), "false import_running import_committed");
        assert_eq!(of(ImportState::Committed, true, 2), "false ok import_committed");
        assert_eq!(of(ImportState::Failed, false, 1), "import_not_checked ok ok");
        assert_eq!(of(ImportState::Failed, true, 2), "true ok import_committed");
        assert_eq!(of(ImportState::Undone, true, 2), "import_undone ok ok");
    }

    #[test]
    fn a_record_survives() {
        let folder = tempfile::tempdir().unwrap();
        let folder = Folder::new(folder.path().to_owned());
        let record = record(ImportState::Checked);
        folder.save(&record).unwrap();
        assert_eq!(
            serde_json::to_string(&folder.load().unwrap()).unwrap(),
            serde_json::to_string(&record).unwrap()
        );
    }
}

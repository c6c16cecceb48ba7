//! Why work on an import ends before its time.

use std::io;

use acopio_contract::{QueryError, SubmitError};
use acopio_ledger::Refusal;
use acopio_sheets::{Problem as RowProblem, ReadError};

/// What stopped a check or a commit. What was posted before stays; another commit goes on from there.
#[derive(Debug, thiserror::Error)]
pub(super) enum Halt {
    /// The file cannot be read, or not to its end.
    #[error("{0}")]
    Read(#[from] ReadError),
    /// The file lacks columns that the profile names.
    #[error("the header does not fit the profile: {}", .0.first().map(ToString::to_string).unwrap_or_default())]
    Header(Vec<RowProblem>),
    /// The inventory does not answer.
    #[error("{0}")]
    Query(#[from] QueryError),
    /// The inventory takes no commands.
    #[error("{0}")]
    Submit(#[from] SubmitError),
    /// The ledger refuses the import as a whole.
    #[error("{0}")]
    Refused(Refusal),
    /// The import's own files cannot be read or written.
    #[error("cannot use the import's files: {0}")]
    Files(#[from] io::Error),
    /// The profile is no profile any more.
    #[error("{0}")]
    Profile(#[from] acopio_sheets::ProfileError),
    /// The import was discarded, or the server is to end.
    #[error("interrupted: commit again, or import the file again, to go on")]
    Cancelled,
}

impl Halt {
    /// The message with its causes, in one line.
    pub(super) fn detail(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let more = error.to_string();
            if !text.ends_with(&more) {
                text = format!("{text}: {more}");
            }
            cause = error.source();
        }
        text
    }
}

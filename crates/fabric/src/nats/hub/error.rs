//! Why a hub does not run.

use std::io;
use std::path::PathBuf;

/// Why a hub cannot be started.
#[derive(Debug, thiserror::Error)]
pub enum HubError {
    /// The members that were named are none.
    #[error("these are not the members of a hub: {reason}")]
    Members {
        /// What is wrong with them.
        reason: String,
    },
    /// The file that a member was told to use is not there.
    #[error("the hub's secrets are not there: {}", file.display())]
    NoSecret {
        /// Which file.
        file: PathBuf,
    },
    /// What is in the folder would be deleted.
    #[error("{} was filled by {was}; as {is} the server would delete what is there", store.display())]
    OtherShape {
        /// The folder.
        store: PathBuf,
        /// Who filled it.
        was: String,
        /// What was to be started.
        is: String,
    },
    /// A file cannot be used, the program is missing or too old, or it does not come up.
    #[error(transparent)]
    Io(#[from] io::Error),
}

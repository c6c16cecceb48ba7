//! What can go wrong with storage.

/// Storage failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or failed.
    #[error("cannot {doing}")]
    Database {
        /// What was being done.
        doing: &'static str,
        /// Why it failed.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// What is stored cannot be read.
    #[error("damaged {what}: {reason}")]
    Damaged {
        /// What cannot be read, and where it stands.
        what: String,
        /// Why.
        reason: String,
    },
    /// The views are not whole: a rebuild was cut off.
    #[error("the views are not whole: a rebuild has not come to its end, rebuild again")]
    NotRebuilt,
    /// An earlier commit failed; the store must be reopened.
    #[error("the store has stopped since a commit failed")]
    Poisoned,
    /// The database was made by a later version of the program.
    #[error("the database has schema {found}, this program knows up to {known}; use the later program")]
    TooNew {
        /// The schema of the database.
        found: u32,
        /// The latest schema that this program knows.
        known: u32,
    },
    /// The database belongs to another node.
    #[error("the database belongs to the node {found}, not to {asked}")]
    OtherNode {
        /// Whose it is.
        found: String,
        /// Whose it should be.
        asked: String,
    },
}

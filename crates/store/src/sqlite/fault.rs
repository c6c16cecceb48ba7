//! What stops a piece of work on the database, and what becomes of it outside.

use acopio_contract::QueryError;

use crate::StoreError;

/// Why a piece of work failed.
#[derive(Debug)]
pub(super) enum Fault {
    /// The database.
    Database(rusqlite::Error),
    /// What is stored cannot be read.
    Damaged {
        /// What.
        what: String,
        /// Why.
        reason: String,
    },
    /// The cursor comes from another list.
    Query(QueryError),
}

/// The outcome of a piece of work.
pub(super) type Outcome<T> = Result<T, Fault>;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Fault {
        Fault::Database(error)
    }
}

impl From<QueryError> for Fault {
    fn from(error: QueryError) -> Fault {
        Fault::Query(error)
    }
}

impl Fault {
    /// A fault of what is stored.
    pub(super) fn damaged(what: impl ToString, reason: impl ToString) -> Fault {
        Fault::Damaged { what: what.to_string(), reason: reason.to_string() }
    }

    /// What is damaged, if that is what is wrong.
    pub(super) fn damage(&self) -> Option<String> {
        match self {
            Fault::Database(error) => is_damage(error).then(|| error.to_string()),
            Fault::Damaged { what, reason } => Some(format!("damaged {what}: {reason}")),
            Fault::Query(_) => None,
        }
    }

    /// The fault as a store says it.
    pub(super) fn while_doing(self, doing: &'static str) -> StoreError {
        match self {
            Fault::Database(error) if is_damage(&error) => StoreError::Damaged {
                what: format!("database, found out while trying to {doing}"),
                reason: error.to_string(),
            },
            Fault::Database(error) => StoreError::Database { doing, source: Box::new(error) },
            Fault::Damaged { what, reason } => StoreError::Damaged { what, reason },
            Fault::Query(error) => StoreError::Database { doing, source: Box::new(error) },
        }
    }

    /// The fault as the answer to a query.
    pub(super) fn while_reading(self, what: &'static str) -> QueryError {
        match self {
            Fault::Database(error) => QueryError::Storage { what, reason: error.to_string() },
            Fault::Damaged { what: part, reason } => {
                QueryError::Storage { what, reason: format!("damaged {part}: {reason}") }
            }
            Fault::Query(error) => error,
        }
    }
}

/// Whether SQLite found that the file is no sound database.
fn is_damage(error: &rusqlite::Error) -> bool {
    use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
    matches!(error.sqlite_error_code(), Some(DatabaseCorrupt | NotADatabase))
}

/// Reads a stored record.
pub(super) fn record<T: serde::de::DeserializeOwned>(what: &str, doc: &str) -> Outcome<T> {
    serde_json::from_str(doc).map_err(|error| Fault::damaged(what, error))
}

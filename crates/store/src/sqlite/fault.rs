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

    /// The fault as a store says it.
    pub(super) fn while_doing(self, doing: &'static str) -> StoreError {
        match self {
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

/// Reads a stored record.
pub(super) fn record<T: serde::de::DeserializeOwned>(what: &str, doc: &str) -> Outcome<T> {
    serde_json::from_str(doc).map_err(|error| Fault::damaged(what, error))
}

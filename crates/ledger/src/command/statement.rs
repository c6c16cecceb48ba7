//! The command about looking into a node's database.

use serde::{Deserialize, Serialize};

/// See [`super::Command::RunStatement`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct RunStatement {
    /// The statement.
    pub sql: String,
}

//! The command about conflicting values.

use serde::{Deserialize, Serialize};

use crate::conflict::ConflictId;

/// See [`super::Command::SettleConflict`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SettleConflict {
    /// Which conflict.
    pub conflict: ConflictId,
}

//! The command about conflicting values.

use serde::{Deserialize, Serialize};

use crate::conflict::ConflictId;
use crate::names::NodeName;

/// See [`super::Command::SettleConflict`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SettleConflict {
    /// Which conflict.
    pub conflict: ConflictId,
    /// The node whose value is to count; the one that counts already, if not said. Left out of the fingerprint then, so that
    /// a request of before it was there is known again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub node: Option<NodeName>,
}

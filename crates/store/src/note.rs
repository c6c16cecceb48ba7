//! Notes: what a node keeps for itself beside its logs and views.

/// A fact of this node alone, which stands in no log: what it still has to send, whom it has met.
///
/// Notes are no views: folding the logs anew leaves them, and a proof does not look at them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub kind: &'static str,
    /// Which one of its kind.
    pub key: String,
    /// What it says; nothing to remove it.
    pub doc: Option<String>,
}

//! Queries about void records and conflicting values: what waits for a person since nodes have worked apart.

use acopio_ledger::conflict::{ConflictId, RecordKind};
use acopio_ledger::ids::EntryId;

use super::{PageRequest, Scope};

/// Void records by filter, newest first; all filters must hold. Those whose own log is not known so far are left out.
#[derive(Clone, Debug)]
pub struct Voids {
    /// What has been done about them; all if not said.
    pub state: Option<VoidFilter>,
    /// Whose rows may be seen.
    pub scope: Scope,
    /// Which part.
    pub page: PageRequest,
}

/// What has been done about void records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoidFilter {
    /// Nothing yet.
    Open,
    /// They were posted again.
    Posted,
    /// They were discarded.
    Discarded,
}

/// One void record.
#[derive(Clone, Debug)]
pub struct VoidById {
    /// Its id.
    pub id: EntryId,
}

/// Fields to which nodes gave different values, neither knowing of the other's, by the kind, key and field of the
/// record.
#[derive(Clone, Debug)]
pub struct Conflicts {
    /// Of which kind of record; of all if not said.
    pub kind: Option<RecordKind>,
    /// Which part.
    pub page: PageRequest,
}

/// One conflict.
#[derive(Clone, Debug)]
pub struct ConflictById {
    /// Its id.
    pub id: ConflictId,
}

//! Queries about the log: movements and entries.

use acopio_ledger::ids::{EntryId, ImportId, Millis, Seq, Stamp, UserId};
use acopio_ledger::names::{Sku, WarehouseCode};
use acopio_ledger::{Body, entry};

use super::{PageRequest, Scope};

/// Movements by filter, newest first by stamp; all filters must hold.
#[derive(Clone, Debug)]
pub struct Movements {
    /// Where.
    pub warehouse: Option<WarehouseCode>,
    /// Of what.
    pub sku: Option<Sku>,
    /// Of which kind.
    pub kind: Option<entry::Kind>,
    /// By whom.
    pub actor: Option<UserId>,
    /// With exactly this reference.
    pub reference: Option<String>,
    /// At or after this time.
    pub from: Option<Millis>,
    /// Before this time.
    pub to: Option<Millis>,
    /// Which time is meant by `from` and `to`.
    pub time: HistoryTime,
    /// Whose rows may be seen.
    pub scope: Scope,
    /// Which part.
    pub page: PageRequest,
}

/// Which time of a movement counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HistoryTime {
    /// When it was recorded.
    #[default]
    Recorded,
    /// When goods really moved.
    Occurred,
}

/// A movement as it is seen.
#[derive(Clone, Debug, PartialEq)]
pub struct MovementRow {
    /// Its id.
    pub id: EntryId,
    /// When it was recorded.
    pub stamp: Stamp,
    /// Who caused it.
    pub actor: UserId,
    /// The login name of whoever caused it.
    pub actor_name: String,
    /// The import that posted it.
    pub import: Option<ImportId>,
    /// What moved.
    pub moved: entry::Moved,
    /// By which entry it was undone, if it was.
    pub undone_by: Option<EntryId>,
}

/// One movement.
#[derive(Clone, Debug)]
pub struct Movement {
    /// Its id.
    pub id: EntryId,
}

/// Entries of the log, in its order.
#[derive(Clone, Debug)]
pub struct Entries {
    /// Those after this position.
    pub after: Seq,
    /// At most so many.
    pub limit: usize,
}

/// An entry as it is seen.
#[derive(Clone, Debug)]
pub struct EntryRow {
    /// Its id.
    pub id: EntryId,
    /// When it was recorded.
    pub stamp: Stamp,
    /// Who caused it.
    pub actor: UserId,
    /// What happened.
    pub body: Body,
}

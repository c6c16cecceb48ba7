//! Queries about the log: movements and entries.

use acopio_ledger::ids::{EntryId, ImportId, Millis, Positions, Stamp, UserId};
use acopio_ledger::names::{Sku, WarehouseCode};
use acopio_ledger::{Body, entry};

use super::{PageRequest, Scope};

/// Movements by filter, of all logs, newest first by stamp and node; all filters must hold.
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

/// Entries of all logs: one log after the other in the order of their nodes, each in its own order.
#[derive(Clone, Debug)]
pub struct Entries {
    /// Those after its position in each log.
    pub after: Positions,
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
    /// Whether it does not count: written about a warehouse that was no longer the writer's.
    pub void: bool,
}

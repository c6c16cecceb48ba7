//! Movements as they leave.

use acopio_contract::query::MovementRow;
use acopio_ledger::entry::{Kind, Moved};
use acopio_ledger::ids::{EntryId, Millis, Stamp};
use acopio_ledger::{Body, Record};
use serde::Serialize;
use utoipa::ToSchema;

use crate::wire::{Amount, StampText, TimeText, some_text};

/// A movement that was posted, as its entry has it: the same for ever.
#[derive(Serialize, ToSchema)]
pub(crate) struct MovementDone<'a> {
    /// Its id.
    #[schema(value_type = String, example = "main.1.1042")]
    id: EntryId,
    /// Its position in the log of its node.
    seq: u64,
    /// When it was recorded.
    stamp: StampText,
    /// What kind of movement.
    #[schema(value_type = KindName)]
    kind: Kind,
    /// Where.
    warehouse: &'a str,
    /// Of what.
    sku: &'a str,
    /// How much: positive, but for an adjustment the signed difference.
    quantity: Amount,
    /// What is on hand afterwards.
    on_hand: Amount,
    /// What of it is promised to orders.
    reserved: Amount,
    /// What of it may not be used.
    on_hold: Amount,
    /// What of it may still be issued.
    available: Amount,
    /// The version of the balance afterwards.
    version: u64,
    /// Why.
    reason: Option<&'a str>,
    /// What it refers to.
    reference: Option<&'a str>,
    /// When the goods really moved.
    occurred_at: TimeText,
    /// The movement that it takes back.
    #[schema(value_type = Option<String>)]
    undoes: Option<&'a EntryId>,
}

/// The kinds of movement in the history.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case", as = MovementKind)]
#[expect(dead_code, reason = "only its document is used")]
pub(crate) enum KindName {
    /// Supplier to warehouse.
    Receipt,
    /// Warehouse to customer.
    Issue,
    /// Customer to warehouse.
    Return,
    /// The books follow what is there, either way; every undo is one too.
    Adjustment,
    /// Warehouse to the road.
    Dispatch,
    /// The road to a warehouse.
    Arrival,
    /// The road to nowhere.
    Loss,
}

impl<'a> MovementDone<'a> {
    /// The movement of an entry.
    pub(crate) fn new(id: EntryId, stamp: Stamp, moved: &'a Moved) -> MovementDone<'a> {
        MovementDone {
            seq: id.seq.0,
            id,
            stamp: StampText(stamp),
            kind: moved.kind,
            warehouse: moved.key.warehouse.as_str(),
            sku: moved.key.sku.as_str(),
            quantity: Amount(moved.shown_quantity()),
            on_hand: Amount(moved.after.on_hand),
            reserved: Amount(moved.after.reserved),
            on_hold: Amount(moved.after.on_hold),
            available: Amount(moved.after.available()),
            version: moved.after.version.0,
            reason: some_text(&moved.reason),
            reference: some_text(&moved.reference),
            occurred_at: TimeText(occurred(stamp, moved)),
            undoes: moved.undoes.as_ref().map(|undone| &undone.movement),
        }
    }

    /// The movement of a record that has one; an alert may stand beside it.
    pub(super) fn of(record: &'a Record) -> Option<MovementDone<'a>> {
        record.entries.iter().enumerate().find_map(|(index, entry)| match &entry.body {
            Body::Moved(moved) => Some(MovementDone::new(record.id(index), record.stamp(index), moved)),
            _ => None,
        })
    }
}

fn occurred(stamp: Stamp, moved: &Moved) -> Millis {
    moved.occurred_at.unwrap_or(stamp.millis())
}

/// A movement of the history.
#[derive(Serialize, ToSchema)]
#[schema(as = Movement)]
pub(crate) struct MovementView {
    /// Its id.
    #[schema(value_type = String, example = "main.1.1042")]
    id: EntryId,
    /// Its position in the log of its node.
    seq: u64,
    /// When it was recorded.
    stamp: StampText,
    /// What kind of movement.
    #[schema(value_type = KindName)]
    kind: Kind,
    /// Where.
    warehouse: String,
    /// Of what.
    sku: String,
    /// How much: positive, but for an adjustment the signed difference.
    quantity: Amount,
    /// What was on hand afterwards.
    on_hand: Amount,
    /// What of it could still be issued.
    available: Amount,
    /// The version of the balance afterwards.
    version: u64,
    /// Why.
    reason: Option<String>,
    /// What it refers to.
    reference: Option<String>,
    /// The login name of whoever posted it.
    actor: String,
    /// Their permanent id.
    #[schema(value_type = String, format = "uuid")]
    actor_id: acopio_ledger::ids::UserId,
    /// The import that posted it.
    #[schema(value_type = Option<String>)]
    import: Option<acopio_ledger::ids::ImportId>,
    /// When the goods really moved.
    occurred_at: TimeText,
    /// The movement that took it back.
    #[schema(value_type = Option<String>)]
    undone_by: Option<EntryId>,
    /// The movement that it takes back.
    #[schema(value_type = Option<String>)]
    undoes: Option<EntryId>,
}

impl From<MovementRow> for MovementView {
    fn from(row: MovementRow) -> MovementView {
        let moved = row.moved;
        MovementView {
            seq: row.id.seq.0,
            id: row.id,
            stamp: StampText(row.stamp),
            kind: moved.kind,
            warehouse: moved.key.warehouse.to_string(),
            sku: moved.key.sku.to_string(),
            quantity: Amount(moved.shown_quantity()),
            on_hand: Amount(moved.after.on_hand),
            available: Amount(moved.after.available()),
            version: moved.after.version.0,
            actor: row.actor_name,
            actor_id: row.actor,
            import: row.import,
            occurred_at: TimeText(occurred(row.stamp, &moved)),
            undone_by: row.undone_by,
            undoes: moved.undoes.map(|undone| undone.movement),
            reason: Some(moved.reason).filter(|reason| !reason.is_empty()),
            reference: Some(moved.reference).filter(|reference| !reference.is_empty()),
        }
    }
}

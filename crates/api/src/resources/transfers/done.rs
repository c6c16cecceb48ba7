//! What a command about a transfer has led to, as its entries have it: the same for ever.

use acopio_ledger::quantity::Quantity;
use acopio_ledger::transfer::TransferState;
use acopio_ledger::{Body, Record, body};
use serde::Serialize;
use utoipa::ToSchema;

use super::view::StateName;
use crate::resources::movements::MovementDone;
use crate::wire::{Amount, StampText, some_text};

/// What was drafted, dispatched, received, settled or cancelled, and the movements that it led to.
#[derive(Serialize, ToSchema)]
pub(super) struct TransferDone<'a> {
    /// The transfer's id.
    #[schema(example = "main.1.1042")]
    pub(super) id: String,
    /// The warehouse that sends.
    from: &'a str,
    /// The warehouse that receives.
    to: &'a str,
    /// What it refers to; of a new transfer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reference: Option<&'a str>,
    /// How far it was then.
    #[schema(value_type = StateName)]
    state: TransferState,
    /// When it was recorded.
    stamp: StampText,
    /// The lines that it was about.
    lines: Vec<LineDone<'a>>,
    /// The movements of stock, and of what was lost.
    movements: Vec<MovementDone<'a>>,
}

/// What was done about one SKU: the quantity asked for or sent, or what came of it, or what became of it.
#[derive(Default, Serialize, ToSchema)]
pub(super) struct LineDone<'a> {
    /// Of what.
    sku: &'a str,
    /// What was asked for or sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    quantity: Option<Amount>,
    /// What arrived and was good.
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<Amount>,
    /// What arrived and was put on hold.
    #[serde(skip_serializing_if = "Option::is_none")]
    rejected: Option<Amount>,
    /// What was reported missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    missing: Option<Amount>,
    /// What turned up.
    #[serde(skip_serializing_if = "Option::is_none")]
    found: Option<Amount>,
    /// What is lost.
    #[serde(skip_serializing_if = "Option::is_none")]
    lost: Option<Amount>,
}

impl<'a> TransferDone<'a> {
    /// What a record says about a transfer, if it is about one.
    pub(super) fn of(record: &'a Record) -> Option<TransferDone<'a>> {
        let Body::TransferDrafted(drafted) = &record.entries.first()?.body else {
            return TransferDone::later(record);
        };
        let lines = drafted.lines.iter().map(asked).collect();
        let ends = (record.first.to_string(), drafted.from.as_str(), drafted.to.as_str());
        let state = if is_dispatched(record) { TransferState::Dispatched } else { TransferState::Draft };
        let done = TransferDone::new(record, ends, state, lines);
        Some(TransferDone { reference: some_text(&drafted.reference), ..done })
    }

    fn later(record: &'a Record) -> Option<TransferDone<'a>> {
        let open = |closed| if closed { TransferState::Closed } else { TransferState::PartiallyReceived };
        Some(match &record.entries.first()?.body {
            Body::TransferCancelled(body) => {
                let ends = (body.transfer.clone(), body.from.as_str(), body.to.as_str());
                TransferDone::new(record, ends, TransferState::Cancelled, Vec::new())
            }
            Body::TransferDispatched(body) => {
                let ends = (body.transfer.clone(), body.from.as_str(), body.to.as_str());
                TransferDone::new(
                    record,
                    ends,
                    TransferState::Dispatched,
                    body.lines.iter().map(asked).collect(),
                )
            }
            Body::TransferReceived(body) => {
                let ends = (body.transfer.clone(), body.from.as_str(), body.to.as_str());
                let lines = body.lines.iter().map(received).collect();
                TransferDone::new(record, ends, open(body.closed), lines)
            }
            Body::TransferSettled(body) => {
                let ends = (body.transfer.clone(), body.from.as_str(), body.to.as_str());
                let lines = body.lines.iter().map(settled).collect();
                TransferDone::new(record, ends, open(body.closed), lines)
            }
            _ => return None,
        })
    }

    fn new(
        record: &'a Record,
        (id, from, to): (String, &'a str, &'a str),
        state: TransferState,
        lines: Vec<LineDone<'a>>,
    ) -> TransferDone<'a> {
        let moved = |(index, entry): (usize, &'a acopio_ledger::Entry)| match &entry.body {
            Body::Moved(moved) => Some(MovementDone::new(record.id(index), record.stamp(index), moved)),
            _ => None,
        };
        TransferDone {
            id,
            from,
            to,
            reference: None,
            state,
            stamp: StampText(record.stamp),
            lines,
            movements: record.entries.iter().enumerate().filter_map(moved).collect(),
        }
    }
}

/// Whether a record has sent goods on the road.
pub(super) fn is_dispatched(record: &Record) -> bool {
    record.entries.iter().any(|entry| matches!(entry.body, Body::TransferDispatched(_)))
}

fn amount(thousandths: i64) -> Option<Amount> {
    Some(Amount(Quantity(thousandths)))
}

fn asked(item: &body::TransferItem) -> LineDone<'_> {
    LineDone { sku: &item.sku, quantity: amount(item.quantity), ..LineDone::default() }
}

fn received(item: &body::ReceivedItem) -> LineDone<'_> {
    LineDone {
        sku: &item.sku,
        accepted: amount(item.accepted),
        rejected: amount(item.rejected),
        missing: amount(item.missing),
        ..LineDone::default()
    }
}

fn settled(item: &body::SettledItem) -> LineDone<'_> {
    LineDone { sku: &item.sku, found: amount(item.found), lost: amount(item.lost), ..LineDone::default() }
}

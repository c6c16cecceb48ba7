//! Steps of transfers as events: for those who have a role at either end.

use acopio_contract::query::EntryRow;
use acopio_ledger::Body;
use acopio_ledger::names::WarehouseCode;
use acopio_ledger::transfer::TransferState;
use serde_json::{Value, json};

use crate::auth::{Identity, is_seen};

/// The data of a step's event; nothing when the entry is none, or none for this reader.
pub(super) fn of(row: &EntryRow, reader: &Identity) -> Option<Value> {
    let open = |closed| if closed { TransferState::Closed } else { TransferState::PartiallyReceived };
    let drafted = row.id.to_string();
    let (transfer, from, to, state) = match &row.body {
        Body::TransferDrafted(body) => (&drafted, &body.from, &body.to, TransferState::Draft),
        Body::TransferCancelled(body) => (&body.transfer, &body.from, &body.to, TransferState::Cancelled),
        Body::TransferDispatched(body) => (&body.transfer, &body.from, &body.to, TransferState::Dispatched),
        Body::TransferReceived(body) => (&body.transfer, &body.from, &body.to, open(body.closed)),
        Body::TransferSettled(body) => (&body.transfer, &body.from, &body.to, open(body.closed)),
        _ => return None,
    };
    let is_seen = |code: &str| is_seen(&reader.scope, &WarehouseCode::recorded(code));
    let data = || json!({ "transfer": transfer, "from": from, "to": to, "state": state });
    (is_seen(from) || is_seen(to)).then(data)
}

//! Reads from a record what was asked, so that it can be asked once more.

use crate::body;
use crate::books::{Books, Source};
use crate::command::*;
use crate::entry::{Body, Held, Kind, Moved, Record, Released};
use crate::ids::{EntryId, Millis, Stamp};
use crate::names::{Line, Sku, WarehouseCode};
use crate::quantity::Quantity;
use crate::records::{Durability, StockKey};

/// The command that the entries of a record in one warehouse have come from; nothing where they cannot be asked for
/// again. Alerts beside them follow by themselves.
pub(super) fn command<S: Source>(
    books: &Books<S>,
    record: &Record,
    warehouse: &WarehouseCode,
) -> Option<Command> {
    let entries = record.entries.iter().enumerate();
    let own = entries.filter(|(_, entry)| entry.body.warehouse(books).as_ref() == Some(warehouse));
    let mut own = own.map(|(index, entry)| (record.stamp(index), &entry.body));
    let is_follower = |body: &Body| matches!(body, Body::AlertRaised(_) | Body::AlertResolved(_));
    let (stamp, first) = own.by_ref().find(|(_, body)| !is_follower(body))?;
    Some(match first {
        Body::Moved(Moved { undoes: Some(undone), reason, .. }) => {
            Command::Undo(Undo { movement: undone.movement.clone(), reason: text(reason) })
        }
        Body::Moved(moved) if record.entries.iter().any(is_undone_import) || line(stamp, moved).is_none() => {
            return None;
        }
        Body::Moved(moved) => {
            let rest = own.filter_map(|(stamp, body)| match body {
                Body::Moved(moved) => line(stamp, moved),
                _ => None,
            });
            let lines = line(stamp, moved).into_iter().chain(rest).collect();
            Command::Move(Moves { lines, atomic: true })
        }
        Body::Held(held) => Command::Hold(hold(held)),
        Body::Released(released) => Command::Release(release(released)),
        Body::RuleSet(set) => rule(set),
        Body::DurabilitySet(set) => Command::SetDurability(SetDurability {
            warehouse: WarehouseCode::recorded(&set.code),
            durability: if set.replicated { Durability::Replicated } else { Durability::Local },
        }),
        Body::AlertHandled(handled) => alert(handled)?,
        Body::TransferDrafted(drafted) => {
            let dispatch = own.any(|(_, body)| matches!(body, Body::TransferDispatched(_)));
            Command::DraftTransfer(DraftTransfer { dispatch, ..draft(drafted) })
        }
        Body::TransferCancelled(cancelled) => {
            let (transfer, reason) = (cancelled.transfer.parse().ok()?, text(&cancelled.reason));
            Command::CancelTransfer(CancelTransfer { transfer, reason })
        }
        Body::TransferDispatched(dispatched) => {
            Command::DispatchTransfer(DispatchTransfer { transfer: dispatched.transfer.parse().ok()? })
        }
        Body::TransferReceived(received) => Command::ReceiveTransfer(receive(received)?),
        Body::TransferSettled(settled) => Command::SettleTransfer(settle(settled)?),
        _ => return None,
    })
}

/// A whole import is undone anew, by a command of its own.
fn is_undone_import(entry: &crate::entry::Entry) -> bool {
    matches!(entry.body, Body::ImportUndone(_))
}

fn text(text: &str) -> Option<Line> {
    (!text.is_empty()).then(|| Line::recorded(text))
}

/// The line that a movement has come from. The goods moved when they did, so that is said now.
fn line(stamp: Stamp, moved: &Moved) -> Option<MoveLine> {
    let kind = match moved.kind {
        Kind::Receipt => MoveKind::Receipt,
        Kind::Issue => MoveKind::Issue,
        Kind::Return => MoveKind::Return,
        Kind::Adjustment => MoveKind::Adjustment,
        Kind::Dispatch | Kind::Arrival | Kind::Loss => return None,
    };
    Some(MoveLine {
        kind,
        warehouse: moved.key.warehouse.clone(),
        sku: moved.key.sku.clone(),
        amount: Amount::By(moved.shown_quantity()),
        reason: text(&moved.reason),
        reference: text(&moved.reference),
        occurred_at: Some(moved.occurred_at.unwrap_or(stamp.millis())),
        source: moved.source,
    })
}

fn hold(held: &Held) -> HoldStock {
    HoldStock {
        key: held.key.clone(),
        quantity: held.quantity,
        reason: Line::recorded(&held.reason),
        reference: text(&held.reference),
    }
}

fn release(released: &Released) -> ReleaseHold {
    ReleaseHold { hold: released.hold.clone(), quantity: Some(released.quantity) }
}

fn rule(set: &body::RuleSet) -> Command {
    let key = StockKey { sku: Sku::recorded(&set.sku), warehouse: WarehouseCode::recorded(&set.warehouse) };
    if set.multiple == 0 {
        return Command::RemoveRule(RemoveRule { key, expected: None });
    }
    Command::SetRule(SetRule {
        key,
        minimum: Quantity(set.minimum),
        target: Quantity(set.target),
        multiple: Quantity(set.multiple),
        expected: None,
    })
}

fn alert(handled: &body::AlertHandled) -> Option<Command> {
    let alert: EntryId = handled.alert.parse().ok()?;
    Some(match handled.snoozed_until {
        0 => Command::AcknowledgeAlert(AcknowledgeAlert { alert }),
        until => Command::SnoozeAlert(SnoozeAlert { alert, until: Millis(until) }),
    })
}

fn draft(drafted: &body::TransferDrafted) -> DraftTransfer {
    let line = |item: &body::TransferItem| DraftLine {
        sku: Sku::recorded(&item.sku),
        quantity: Quantity(item.quantity),
    };
    DraftTransfer {
        from: WarehouseCode::recorded(&drafted.from),
        to: WarehouseCode::recorded(&drafted.to),
        lines: drafted.lines.iter().map(line).collect(),
        reference: text(&drafted.reference),
        dispatch: false,
    }
}

fn receive(received: &body::TransferReceived) -> Option<ReceiveTransfer> {
    let line = |item: &body::ReceivedItem| ReceiveLine {
        sku: Sku::recorded(&item.sku),
        accepted: Quantity(item.accepted),
        rejected: Quantity(item.rejected),
        missing: Quantity(item.missing),
    };
    let lines = Some(received.lines.iter().map(line).collect());
    Some(ReceiveTransfer { transfer: received.transfer.parse().ok()?, lines, reason: None })
}

fn settle(settled: &body::TransferSettled) -> Option<SettleTransfer> {
    let line = |item: &body::SettledItem| SettleLine {
        sku: Sku::recorded(&item.sku),
        found: Quantity(item.found),
        lost: Quantity(item.lost),
    };
    let lines = settled.lines.iter().map(line).collect();
    Some(SettleTransfer { transfer: settled.transfer.parse().ok()?, lines, reason: None })
}

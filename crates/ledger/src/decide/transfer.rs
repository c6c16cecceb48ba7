//! Decides about transfers. Before the dispatch the sender's node decides, after it the receiver's: each command
//! touches the stock of one warehouse.

use std::collections::BTreeSet;

use super::{Decision, Now, alert, movement, not_found};
use crate::body;
use crate::books::{Books, Source};
use crate::command::{
    CancelTransfer, DispatchTransfer, DraftLine, DraftTransfer, ReceiveLine, ReceiveTransfer,
};
use crate::command::{SettleLine, SettleTransfer};
use crate::entry::{Body, Held, Kind, Moved};
use crate::ids::{EntryId, Version};
use crate::names::{Line, Sku};
use crate::quantity::Quantity;
use crate::records::{Balance, StockKey};
use crate::refusal::Refusal;
use crate::transfer::{Transfer, TransferLine, TransferState};

pub(super) fn draft<S: Source>(books: &Books<S>, now: &Now, draft: &DraftTransfer) -> Decision {
    for code in [&draft.from, &draft.to] {
        if books.warehouse(code).is_none() {
            return Err(Refusal::UnknownWarehouse { warehouse: code.clone() });
        }
    }
    if draft.from == draft.to {
        return Err(Refusal::SameWarehouse { warehouse: draft.from.clone() });
    }
    check_once(draft.lines.iter().map(|line| &line.sku))?;
    let mut lines = Vec::with_capacity(draft.lines.len());
    for line in &draft.lines {
        if books.stockable(&line.sku).is_none() {
            return Err(Refusal::UnknownSku { sku: line.sku.clone() });
        }
        check_sum(books, &line.sku, &[line.quantity])?;
        lines.push(item(&line.sku, line.quantity));
    }
    let mut bodies = vec![Body::TransferDrafted(body::TransferDrafted {
        from: draft.from.to_string(),
        to: draft.to.to_string(),
        reference: shown(draft.reference.as_ref()),
        lines,
    })];
    if draft.dispatch {
        send(books, now, &drafted(now, draft), &mut bodies)?;
    }
    Ok(bodies)
}

/// The transfer that a draft makes.
fn drafted(now: &Now, draft: &DraftTransfer) -> Transfer {
    let line = |line: &DraftLine| TransferLine { asked: line.quantity, ..TransferLine::of(line.sku.clone()) };
    Transfer {
        id: now.next.clone(),
        from: draft.from.clone(),
        to: draft.to.clone(),
        reference: String::new(),
        opened: now.stamp,
        changed: now.stamp,
        version: Version(0),
        drafted: None,
        cancelled: None,
        dispatched: None,
        received: None,
        lines: draft.lines.iter().map(line).collect(),
    }
}

pub(super) fn cancel<S: Source>(books: &Books<S>, cancel: &CancelTransfer) -> Decision {
    let transfer = undispatched(books, &cancel.transfer)?;
    Ok(vec![Body::TransferCancelled(body::TransferCancelled {
        transfer: transfer.id.to_string(),
        from: transfer.from.to_string(),
        to: transfer.to.to_string(),
        reason: shown(cancel.reason.as_ref()),
    })])
}

/// All lines leave the sender, or none.
pub(super) fn dispatch<S: Source>(books: &Books<S>, now: &Now, dispatch: &DispatchTransfer) -> Decision {
    let transfer = undispatched(books, &dispatch.transfer)?;
    let mut bodies = Vec::new();
    send(books, now, &transfer, &mut bodies)?;
    Ok(bodies)
}

/// All goods of a transfer leave the sender.
fn send<S: Source>(
    books: &Books<S>,
    now: &Now,
    transfer: &Transfer,
    bodies: &mut Vec<Body>,
) -> Result<(), Refusal> {
    bodies.push(Body::TransferDispatched(body::TransferDispatched {
        transfer: transfer.id.to_string(),
        from: transfer.from.to_string(),
        to: transfer.to.to_string(),
        lines: transfer.lines.iter().map(|line| item(&line.sku, line.asked)).collect(),
    }));
    for line in &transfer.lines {
        let key = StockKey { sku: line.sku.clone(), warehouse: transfer.from.clone() };
        let balance = books.balance(&key);
        let after = movement::change_on_hand(&key, &balance, -line.asked, &now.after(bodies.len()))?;
        let moved = moved(Kind::Dispatch, transfer, key, &balance, -line.asked, after, &None);
        bodies.extend(movement::with_alert(books, moved));
    }
    Ok(())
}

pub(super) fn receive<S: Source>(books: &Books<S>, now: &Now, receive: &ReceiveTransfer) -> Decision {
    let transfer = on_its_way(books, now, &receive.transfer)?;
    let all = || transfer.lines.iter().map(all_of).filter(|line| line.accepted != Quantity::ZERO).collect();
    let lines: Vec<ReceiveLine> = receive.lines.clone().unwrap_or_else(all);
    check_once(lines.iter().map(|line| &line.sku))?;
    let mut after = transfer.clone();
    for line in &lines {
        check_sum(books, &line.sku, &[line.accepted, line.rejected, line.missing])?;
        let known = line_of(&mut after, &line.sku)?;
        let arrived = line.accepted + line.rejected;
        // What was reported missing before may turn up, but cannot go missing twice.
        let at_most = match line.missing {
            Quantity::ZERO => known.on_the_road(),
            _ => known.on_the_road() - known.missing_now(),
        };
        check_road(&line.sku, arrived + line.missing, at_most)?;
        known.accepted = known.accepted + arrived;
    }
    let mut bodies = vec![Body::TransferReceived(body::TransferReceived {
        transfer: transfer.id.to_string(),
        from: transfer.from.to_string(),
        to: transfer.to.to_string(),
        lines: lines.iter().map(received).collect(),
        closed: after.state() == TransferState::Closed,
    })];
    for line in &lines {
        let change = line.accepted + line.rejected;
        arrive(books, now, &transfer, &line.sku, (change, line.rejected), &receive.reason, &mut bodies)?;
        judge(books, &transfer, &line.sku, change, &mut bodies);
    }
    Ok(bodies)
}

pub(super) fn settle<S: Source>(books: &Books<S>, now: &Now, settle: &SettleTransfer) -> Decision {
    let transfer = on_its_way(books, now, &settle.transfer)?;
    check_once(settle.lines.iter().map(|line| &line.sku))?;
    let mut after = transfer.clone();
    for line in &settle.lines {
        check_sum(books, &line.sku, &[line.found, line.lost])?;
        let known = line_of(&mut after, &line.sku)?;
        check_road(&line.sku, line.found + line.lost, known.on_the_road())?;
        known.found = known.found + line.found;
        known.lost = known.lost + line.lost;
    }
    let mut bodies = vec![Body::TransferSettled(body::TransferSettled {
        transfer: transfer.id.to_string(),
        from: transfer.from.to_string(),
        to: transfer.to.to_string(),
        lines: settle.lines.iter().map(settled).collect(),
        closed: after.state() == TransferState::Closed,
    })];
    for line in &settle.lines {
        let nothing = Quantity::ZERO;
        arrive(books, now, &transfer, &line.sku, (line.found, nothing), &settle.reason, &mut bodies)?;
        lose(books, now, &transfer, line, &settle.reason, &mut bodies);
        judge(books, &transfer, &line.sku, line.found + line.lost, &mut bodies);
    }
    Ok(bodies)
}

/// Goods come from the road; a part of them is put on hold.
fn arrive<S: Source>(
    books: &Books<S>,
    now: &Now,
    transfer: &Transfer,
    sku: &Sku,
    (change, rejected): (Quantity, Quantity),
    reason: &Option<Line>,
    bodies: &mut Vec<Body>,
) -> Result<(), Refusal> {
    if change == Quantity::ZERO {
        return Ok(());
    }
    let key = StockKey { sku: sku.clone(), warehouse: transfer.to.clone() };
    let before = books.balance(&key);
    let mut after = movement::change_on_hand(&key, &before, change, &now.after(bodies.len()))?;
    bodies.push(Body::Moved(moved(Kind::Arrival, transfer, key.clone(), &before, change, after, reason)));
    if rejected != Quantity::ZERO {
        after = Balance { on_hold: after.on_hold + rejected, version: after.version.next(), ..after };
        bodies.push(Body::Held(Held {
            key: key.clone(),
            quantity: rejected,
            after,
            reason: reason.as_ref().map_or("rejected".to_owned(), ToString::to_string),
            reference: transfer.id.to_string(),
        }));
    }
    Ok(())
}

/// The alert that begins or ends once so much has left the road: it follows from what is available in the end.
fn judge<S: Source>(
    books: &Books<S>,
    transfer: &Transfer,
    sku: &Sku,
    off_the_road: Quantity,
    bodies: &mut Vec<Body>,
) {
    let key = StockKey { sku: sku.clone(), warehouse: transfer.to.clone() };
    let after = bodies.iter().rev().find_map(|body| match body {
        Body::Moved(moved) if moved.key == key => Some(moved.after),
        Body::Held(held) if held.key == key => Some(held.after),
        _ => None,
    });
    if let Some(after) = after {
        bodies.extend(alert::off_the_road(books, &key, after.available(), off_the_road));
    }
}

/// Goods leave the road to nowhere. The movement stands in the receiver's history and leaves what is on hand there as
/// it is.
fn lose<S: Source>(
    books: &Books<S>,
    now: &Now,
    transfer: &Transfer,
    line: &SettleLine,
    reason: &Option<Line>,
    bodies: &mut Vec<Body>,
) {
    if line.lost == Quantity::ZERO {
        return;
    }
    let key = StockKey { sku: line.sku.clone(), warehouse: transfer.to.clone() };
    // What was found of the same SKU has changed the balance in this very command.
    let latest = bodies.iter().rev().find_map(|body| match body {
        Body::Moved(moved) if moved.key == key => Some(moved.after),
        _ => None,
    });
    let before = latest.unwrap_or_else(|| books.balance(&key));
    let next = now.after(bodies.len()).next;
    let after = Balance { version: before.version.next(), last: next.seq, ..before };
    bodies.push(Body::Moved(moved(Kind::Loss, transfer, key, &before, -line.lost, after, reason)));
}

fn moved(
    kind: Kind,
    transfer: &Transfer,
    key: StockKey,
    before: &Balance,
    change: Quantity,
    after: Balance,
    reason: &Option<Line>,
) -> Moved {
    Moved {
        kind,
        key,
        change,
        after,
        previous: before.last,
        reason: shown(reason.as_ref()),
        reference: transfer.id.to_string(),
        occurred_at: None,
        undoes: None,
        source: None,
    }
}

/// A transfer of which nothing has left yet.
fn undispatched<S: Source>(books: &Books<S>, id: &EntryId) -> Result<Transfer, Refusal> {
    let transfer = books.transfer(id).ok_or_else(|| not_found("transfer", id))?;
    match transfer.state() {
        TransferState::Draft => Ok(transfer),
        TransferState::Cancelled => Err(Refusal::TransferCancelled { transfer: id.clone() }),
        _ => Err(Refusal::AlreadyDispatched { transfer: id.clone() }),
    }
}

/// A transfer of which something is on the road. The sender's node may have dispatched it without this node knowing.
fn on_its_way<S: Source>(books: &Books<S>, now: &Now, id: &EntryId) -> Result<Transfer, Refusal> {
    let transfer = books.transfer(id).ok_or_else(|| not_found("transfer", id))?;
    match transfer.state() {
        TransferState::Dispatched | TransferState::PartiallyReceived => Ok(transfer),
        TransferState::Cancelled => Err(Refusal::TransferCancelled { transfer: id.clone() }),
        TransferState::Closed => Err(Refusal::TransferClosed { transfer: id.clone() }),
        TransferState::Draft | TransferState::Pending => {
            let sender = books.warehouse(&transfer.from);
            let is_own = sender.is_none_or(|sender| sender.is_decided_by(&now.next.node));
            let transfer = id.clone();
            Err(if is_own {
                Refusal::NotDispatched { transfer }
            } else {
                Refusal::DispatchNotHere { transfer }
            })
        }
    }
}

fn line_of<'a>(transfer: &'a mut Transfer, sku: &Sku) -> Result<&'a mut TransferLine, Refusal> {
    let id = transfer.id.clone();
    let line = transfer.lines.iter_mut().find(|line| line.sku == *sku);
    line.ok_or_else(|| Refusal::NotInTransfer { sku: sku.clone(), transfer: id })
}

fn check_once<'a>(skus: impl Iterator<Item = &'a Sku>) -> Result<(), Refusal> {
    let mut seen = BTreeSet::new();
    for sku in skus {
        if !seen.insert(sku) {
            return Err(Refusal::DuplicateLine { sku: sku.clone() });
        }
    }
    Ok(())
}

/// Checks the quantities of one line: none negative, their sum more than 0, and as fine as the unit allows.
fn check_sum<S: Source>(books: &Books<S>, sku: &Sku, parts: &[Quantity]) -> Result<(), Refusal> {
    if let Some(part) = parts.iter().find(|part| **part < Quantity::ZERO) {
        return Err(Refusal::QuantityNotPositive { quantity: *part });
    }
    let too_large = |quantity| Refusal::QuantityTooLarge { sku: sku.clone(), quantity };
    let mut sum = Quantity::ZERO;
    for part in parts {
        sum = sum.plus(*part).ok_or_else(|| too_large(*part))?;
    }
    if sum == Quantity::ZERO {
        return Err(Refusal::EmptyLine { sku: sku.clone() });
    }
    let decimals = books.stockable(sku).map_or(3, |stockable| stockable.decimals);
    match parts.iter().find(|part| !part.fits(decimals)) {
        Some(part) => Err(Refusal::TooManyDecimals {
            sku: sku.clone(),
            quantity: *part,
            unit: books.product(sku).map(|product| product.unit.name.clone()).unwrap_or_default(),
            decimals,
        }),
        None => Ok(()),
    }
}

fn check_road(sku: &Sku, asked: Quantity, on_the_road: Quantity) -> Result<(), Refusal> {
    if on_the_road < asked {
        return Err(Refusal::MoreThanOnTheRoad { sku: sku.clone(), asked, on_the_road });
    }
    Ok(())
}

fn all_of(line: &TransferLine) -> ReceiveLine {
    let (sku, accepted) = (line.sku.clone(), line.on_the_road());
    ReceiveLine { sku, accepted, rejected: Quantity::ZERO, missing: Quantity::ZERO }
}

fn item(sku: &Sku, quantity: Quantity) -> body::TransferItem {
    body::TransferItem { sku: sku.to_string(), quantity: quantity.0 }
}

fn received(line: &ReceiveLine) -> body::ReceivedItem {
    body::ReceivedItem {
        sku: line.sku.to_string(),
        accepted: line.accepted.0,
        rejected: line.rejected.0,
        missing: line.missing.0,
    }
}

fn settled(line: &SettleLine) -> body::SettledItem {
    body::SettledItem { sku: line.sku.to_string(), found: line.found.0, lost: line.lost.0 }
}

fn shown(text: Option<&Line>) -> String {
    text.map(ToString::to_string).unwrap_or_default()
}

//! Decides a single movement, and its undoing.

use super::{Decision, Now, alert, not_found};
use crate::books::{Books, Source};
use crate::command::{Amount, MoveKind, MoveLine, Undo};
use crate::entry::{Body, Kind, Moved, Undone};
use crate::ids::Millis;
use crate::quantity::Quantity;
use crate::records::{Balance, StockKey, Stockable};
use crate::refusal::Refusal;

/// How far ahead of the recorded time goods may be said to have moved.
const AHEAD_MAX_MS: i64 = 5 * 60 * 1_000;

/// Decides one line.
pub(super) fn line<S: Source>(books: &Books<S>, now: &Now, line: &MoveLine) -> Decision {
    let key = StockKey { sku: line.sku.clone(), warehouse: line.warehouse.clone() };
    if books.warehouse(&key.warehouse).is_none() {
        return Err(Refusal::UnknownWarehouse { warehouse: key.warehouse });
    }
    let Some(stockable) = books.stockable(&key.sku) else {
        return Err(Refusal::UnknownSku { sku: key.sku });
    };
    check_amount(books, line, stockable)?;
    check_occurred(now, line.occurred_at)?;
    if stockable.retired && line.kind == MoveKind::Receipt {
        return Err(Refusal::ProductRetired { sku: key.sku });
    }
    let balance = books.balance(&key);
    let change = change(&balance, line)?;
    check_source(books, line)?;
    let after = change_on_hand(&key, &balance, change, now)?;
    let moved = Moved {
        kind: line.kind.into(),
        key,
        change,
        after,
        previous: balance.last,
        reason: line.reason.as_ref().map(ToString::to_string).unwrap_or_default(),
        reference: line.reference.as_ref().map(ToString::to_string).unwrap_or_default(),
        occurred_at: line.occurred_at,
        undoes: None,
        source: line.source,
    };
    Ok(with_alert(books, moved))
}

fn check_amount<S: Source>(books: &Books<S>, line: &MoveLine, stockable: Stockable) -> Result<(), Refusal> {
    let sku = || line.sku.clone();
    let quantity = match line.amount {
        Amount::By(quantity) => quantity,
        Amount::Counted { on_hand, .. } => on_hand,
    };
    let signed = line.kind == MoveKind::Adjustment;
    match line.amount {
        Amount::By(_) if signed && quantity == Quantity::ZERO => Err(Refusal::QuantityZero { sku: sku() }),
        Amount::By(_) if !signed && quantity <= Quantity::ZERO => {
            Err(Refusal::QuantityNotPositive { quantity })
        }
        Amount::Counted { .. } if quantity < Quantity::ZERO => Err(Refusal::QuantityNotPositive { quantity }),
        _ if !quantity.fits(stockable.decimals) => Err(Refusal::TooManyDecimals {
            sku: sku(),
            quantity,
            unit: books.product(&line.sku).map(|product| product.unit.name.clone()).unwrap_or_default(),
            decimals: stockable.decimals,
        }),
        _ if !quantity.in_range() => Err(Refusal::QuantityTooLarge { sku: sku(), quantity }),
        _ => Ok(()),
    }
}

fn check_occurred(now: &Now, occurred_at: Option<Millis>) -> Result<(), Refusal> {
    match occurred_at {
        Some(at) if now.stamp.millis().0 + AHEAD_MAX_MS < at.0 => {
            Err(Refusal::OccurredInFuture { occurred_at: format!("{} ms since 1970", at.0) })
        }
        _ => Ok(()),
    }
}

/// What the movement does to the stock on hand.
fn change(balance: &Balance, line: &MoveLine) -> Result<Quantity, Refusal> {
    match (line.amount, line.kind) {
        (Amount::Counted { expected, .. }, _) if expected != balance.version => {
            Err(Refusal::VersionChanged { expected, actual: balance.version })
        }
        (Amount::Counted { on_hand, .. }, _) => Ok(on_hand - balance.on_hand),
        (Amount::By(quantity), MoveKind::Issue) => Ok(-quantity),
        (Amount::By(quantity), _) => Ok(quantity),
    }
}

fn check_source<S: Source>(books: &Books<S>, line: &MoveLine) -> Result<(), Refusal> {
    let posted =
        line.source.and_then(|source| books.source(&source)).and_then(|import| books.import(&import));
    match (line.source, posted) {
        (Some(source), Some(import)) if !import.undone => {
            Err(Refusal::AlreadyImported { source_row: source.to_string() })
        }
        _ => Ok(()),
    }
}

/// The balance after a change of the stock on hand that is the next entry.
pub(super) fn change_on_hand(
    key: &StockKey,
    balance: &Balance,
    change: Quantity,
    now: &Now,
) -> Result<Balance, Refusal> {
    if change < Quantity::ZERO && balance.available() < -change {
        return Err(Refusal::InsufficientStock {
            warehouse: key.warehouse.clone(),
            sku: key.sku.clone(),
            asked: -change,
            available: balance.available(),
        });
    }
    let Some(on_hand) = balance.on_hand.plus(change) else {
        return Err(Refusal::QuantityTooLarge { sku: key.sku.clone(), quantity: change });
    };
    let after = Balance { on_hand, version: balance.version.next(), last: now.next.seq, ..*balance };
    assert!(after.is_sound(), "the stock of {} went wrong at {}", key.sku, now.next);
    Ok(after)
}

/// A movement, and the alert that it raises or ends.
pub(super) fn with_alert<S: Source>(books: &Books<S>, moved: Moved) -> Vec<Body> {
    let alert = alert::after(books, &moved.key, moved.after.available());
    let mut bodies = Vec::with_capacity(1 + usize::from(alert.is_some()));
    bodies.push(Body::Moved(moved));
    bodies.extend(alert);
    bodies
}

/// Decides a counter-movement: an adjustment by the opposite amount, between the same accounts.
pub(super) fn undo<S: Source>(books: &Books<S>, now: &Now, undo: &Undo) -> Decision {
    let movement = undo.movement.clone();
    let Some((moved, import)) = books.movement(&movement) else {
        return Err(not_found("movement", movement));
    };
    if moved.undoes.is_some() {
        return Err(Refusal::UndoOfUndo { movement });
    }
    if matches!(moved.kind, Kind::Dispatch | Kind::Arrival | Kind::Loss) {
        return Err(Refusal::MovementOfTransfer { movement, transfer: moved.reference });
    }
    let import_undone = import.and_then(|id| books.import(&id)).is_some_and(|import| import.undone);
    if books.undone(&movement).is_some() || import_undone {
        return Err(Refusal::AlreadyUndone { movement });
    }
    let balance = books.balance(&moved.key);
    let counter = Moved {
        kind: Kind::Adjustment,
        change: -moved.change,
        after: change_on_hand(&moved.key, &balance, -moved.change, now)?,
        previous: balance.last,
        reason: undo.reason.as_ref().map(ToString::to_string).unwrap_or_else(|| "undo".to_owned()),
        reference: movement.to_string(),
        occurred_at: None,
        undoes: Some(Undone { movement, kind: moved.kind }),
        source: None,
        key: moved.key,
    };
    Ok(with_alert(books, counter))
}

//! Filters that every backend applies in the same words.

use std::time::{SystemTime, UNIX_EPOCH};

use acopio_contract::query::{
    AlertFilter, Availability, Deeds, HistoryTime, Movements, Scope, Transfers, VoidFilter, Voids,
};
use acopio_ledger::deed::Deed;
use acopio_ledger::entry::Moved;
use acopio_ledger::ids::{Millis, Stamp, UserId};
use acopio_ledger::names::WarehouseCode;
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::AlertState;
use acopio_ledger::transfer::Transfer;
use acopio_ledger::void::{Void, VoidState};

/// Whether a warehouse's rows may be seen.
pub(crate) fn in_scope(scope: &Scope, warehouse: &WarehouseCode) -> bool {
    scope.as_ref().is_none_or(|codes| codes.contains(warehouse))
}

/// Whether an optional filter lets a value pass.
pub(crate) fn passes<T: PartialEq>(filter: &Option<T>, value: &T) -> bool {
    filter.as_ref().is_none_or(|wanted| wanted == value)
}

/// Whether stock is available as asked.
pub(crate) fn is_available(filter: Option<Availability>, available: Quantity) -> bool {
    match filter {
        None => true,
        Some(Availability::Available) => Quantity::ZERO < available,
        Some(Availability::OutOfStock) => available <= Quantity::ZERO,
    }
}

/// The wall clock: only for "is the snooze over?", which changes nothing that is stored.
pub(crate) fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// Whether an alert counts as being in the state at that time.
pub(crate) fn is_in_state(filter: Option<AlertFilter>, state: &AlertState, now: Millis) -> bool {
    let sleeps = matches!(state, AlertState::Snoozed { until } if now < *until);
    let is_over = matches!(state, AlertState::Resolved { .. });
    match filter {
        None => true,
        Some(AlertFilter::Acknowledged) => *state == AlertState::Acknowledged,
        Some(AlertFilter::Snoozed) => sleeps,
        Some(AlertFilter::Resolved) => is_over,
        Some(AlertFilter::Unresolved) => !is_over,
        Some(AlertFilter::Open) => !is_over && !sleeps && *state != AlertState::Acknowledged,
    }
}

/// Whether a movement passes all filters but the recorded time's and the key's.
pub(crate) fn is_wanted(query: &Movements, actor: &UserId, stamp: Stamp, moved: &Moved) -> bool {
    let occurred = moved.occurred_at.unwrap_or(stamp.millis());
    let in_time = match query.time {
        HistoryTime::Recorded => is_between(query, stamp.millis()),
        HistoryTime::Occurred => is_between(query, occurred),
    };
    in_time
        && passes(&query.warehouse, &moved.key.warehouse)
        && passes(&query.sku, &moved.key.sku)
        && passes(&query.kind, &moved.kind)
        && passes(&query.actor, actor)
        && passes(&query.reference, &moved.reference)
        && in_scope(&query.scope, &moved.key.warehouse)
}

fn is_between(query: &Movements, time: Millis) -> bool {
    query.from.is_none_or(|from| from <= time) && query.to.is_none_or(|to| time < to)
}

/// Whether a deed passes all filters.
pub(crate) fn is_wanted_deed(query: &Deeds, deed: &Deed) -> bool {
    let at = deed.stamp.millis();
    passes(&query.actor, &deed.actor)
        && passes(&query.kind, &deed.kind)
        && passes(&query.node, &deed.id.node)
        && query.subject.as_ref().is_none_or(|subject| deed.subject.as_ref() == Some(subject))
        && query.from.is_none_or(|from| from <= at)
        && query.to.is_none_or(|to| at < to)
}

/// Whether a void record passes all filters.
pub(crate) fn is_wanted_void(query: &Voids, void: &Void) -> bool {
    let is_in_state = match query.state {
        None => true,
        Some(VoidFilter::Open) => void.state == VoidState::Open,
        Some(VoidFilter::Posted) => matches!(void.state, VoidState::Posted { .. }),
        Some(VoidFilter::Discarded) => matches!(void.state, VoidState::Discarded { .. }),
    };
    is_in_state && in_scope(&query.scope, &void.warehouse)
}

/// Whether a transfer passes all filters.
pub(crate) fn is_wanted_transfer(query: &Transfers, transfer: &Transfer) -> bool {
    passes(&query.state, &transfer.state())
        && passes(&query.from, &transfer.from)
        && passes(&query.to, &transfer.to)
        && query.sku.as_ref().is_none_or(|sku| transfer.line(sku).is_some())
        && (in_scope(&query.scope, &transfer.from) || in_scope(&query.scope, &transfer.to))
}

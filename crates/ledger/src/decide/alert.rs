//! Decides when a shortage begins and ends, and what people do about it.
//!
//! A state machine with hysteresis: an alert is raised once when available stock reaches the rule's minimum, ends when
//! it rises above, and is raised again only after that.

use super::{Decision, Now, not_found};
use crate::body;
use crate::books::{Books, Source};
use crate::command::{AcknowledgeAlert, SnoozeAlert};
use crate::entry::{AlertRaised, AlertResolved, Body};
use crate::ids::EntryId;
use crate::quantity::Quantity;
use crate::records::{Alert, AlertState, Rule, StockKey};
use crate::refusal::Refusal;

/// The alert that begins or ends when `available` becomes the available stock.
pub(super) fn after<S: Source>(books: &Books<S>, key: &StockKey, available: Quantity) -> Option<Body> {
    off_the_road(books, key, available, Quantity::ZERO)
}

/// The same when so much of what was incoming is not any more.
pub(super) fn off_the_road<S: Source>(
    books: &Books<S>,
    key: &StockKey,
    available: Quantity,
    gone: Quantity,
) -> Option<Body> {
    let rule = books.rule(key)?;
    under(&rule, key, available, incoming(books, key) - gone)
}

/// What counts beside the available stock: what is on the road to the warehouse, where the company's settings say so. What
/// changes there is looked at with the next entry about the stock itself.
pub(super) fn incoming<S: Source>(books: &Books<S>, key: &StockKey) -> Quantity {
    if books.settings().alerts_count_incoming { books.incoming(key) } else { Quantity::ZERO }
}

/// The alert that begins or ends under a rule.
pub(super) fn under(rule: &Rule, key: &StockKey, available: Quantity, incoming: Quantity) -> Option<Body> {
    let is_short = available + incoming.max(Quantity::ZERO) <= rule.minimum;
    match &rule.alert {
        None if is_short => {
            Some(Body::AlertRaised(AlertRaised { key: key.clone(), available, minimum: rule.minimum }))
        }
        Some(alert) if !is_short => {
            Some(Body::AlertResolved(AlertResolved { alert: alert.clone(), key: key.clone() }))
        }
        _ => None,
    }
}

pub(super) fn acknowledge<S: Source>(books: &Books<S>, acknowledge: &AcknowledgeAlert) -> Decision {
    let alert = unresolved(books, &acknowledge.alert)?;
    Ok(vec![Body::AlertHandled(body::AlertHandled { alert: alert.id.to_string(), snoozed_until: 0 })])
}

pub(super) fn snooze<S: Source>(books: &Books<S>, now: &Now, snooze: &SnoozeAlert) -> Decision {
    let alert = unresolved(books, &snooze.alert)?;
    if snooze.until <= now.stamp.millis() {
        return Err(Refusal::SnoozeInPast { until: format!("{} ms since 1970", snooze.until) });
    }
    let handled = body::AlertHandled { alert: alert.id.to_string(), snoozed_until: snooze.until.0 };
    Ok(vec![Body::AlertHandled(handled)])
}

fn unresolved<S: Source>(books: &Books<S>, id: &EntryId) -> Result<Alert, Refusal> {
    let alert = books.alert(id).ok_or_else(|| not_found("alert", id))?;
    match alert.state {
        AlertState::Resolved { .. } => Err(Refusal::AlertResolved { alert: id.clone() }),
        _ => Ok(alert),
    }
}

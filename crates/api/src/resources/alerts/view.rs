//! Alerts as they leave, and what they propose.

use acopio_contract::query::{PageRequest, RuleByKey, Stock, UserById};
use acopio_ledger::ids::{EntryId, Millis};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{Alert, AlertState, Rule, StockKey};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{Session, now};
use crate::problem::Problem;
use crate::wire::{Amount, StampText, TimeText};

/// One shortage, from its beginning to its end.
#[derive(Serialize, ToSchema)]
#[schema(as = Alert)]
pub(super) struct AlertView {
    /// Its id.
    #[schema(value_type = String, example = "main.1.1042")]
    id: EntryId,
    /// Where.
    warehouse: String,
    /// Of what.
    sku: String,
    /// What has been done about it.
    state: AlertStateName,
    /// Until when it sleeps, while it does.
    snoozed_until: Option<TimeText>,
    /// When it ended.
    resolved_at: Option<StampText>,
    /// What was available when it was raised.
    available: Amount,
    /// The rule's minimum then.
    minimum: Amount,
    /// When it was raised.
    raised_at: StampText,
    /// The login name of whoever last saw to it.
    by: Option<String>,
    /// What to do about it, by the rule and the stock as they are now. Nothing when it is over.
    proposal: Option<Proposal>,
}

/// What has been done about an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AlertState)]
pub(super) enum AlertStateName {
    /// Nobody has seen to it, or its sleep is over.
    Open,
    /// Somebody sees to it.
    Acknowledged,
    /// It sleeps.
    Snoozed,
    /// It is over.
    Resolved,
}

/// What to do about a shortage.
#[derive(Serialize, ToSchema)]
pub(super) struct Proposal {
    /// `purchase`.
    action: &'static str,
    /// How much: from what is available to the rule's target, in whole multiples.
    quantity: Amount,
}

/// The state as it is at a time: sleep ends by itself.
fn state_at(state: AlertState, now: Millis) -> AlertStateName {
    match state {
        AlertState::Snoozed { until } if now < until => AlertStateName::Snoozed,
        AlertState::Open | AlertState::Snoozed { .. } => AlertStateName::Open,
        AlertState::Acknowledged => AlertStateName::Acknowledged,
        AlertState::Resolved { .. } => AlertStateName::Resolved,
    }
}

/// What to buy so that the target is reached, in whole multiples.
fn to_buy(rule: &Rule, available: Quantity) -> Quantity {
    let missing = (rule.target - available).0.max(0).unsigned_abs();
    let multiple = rule.multiple.0.max(1).unsigned_abs();
    // Target and multiple are at most 10^15 each, so their sum fits.
    Quantity(missing.next_multiple_of(multiple) as i64)
}

/// An alert as it is now.
///
/// # Errors
///
/// When storage fails.
pub(super) async fn view(session: &Session, alert: Alert) -> Result<AlertView, Problem> {
    let state = state_at(alert.state, now());
    let by = match alert.by {
        Some(id) => session.app.ask(UserById { id }).await?.map(|user| user.username),
        None => None,
    };
    let proposal = match state {
        AlertStateName::Resolved => None,
        _ => propose(session, &alert.key).await?,
    };
    Ok(AlertView {
        id: alert.id,
        warehouse: alert.key.warehouse.to_string(),
        sku: alert.key.sku.to_string(),
        state,
        snoozed_until: match alert.state {
            AlertState::Snoozed { until } if state == AlertStateName::Snoozed => Some(TimeText(until)),
            _ => None,
        },
        resolved_at: match alert.state {
            AlertState::Resolved { at } => Some(StampText(at)),
            _ => None,
        },
        available: Amount(alert.available),
        minimum: Amount(alert.minimum),
        raised_at: StampText(alert.raised),
        by,
        proposal,
    })
}

async fn propose(session: &Session, key: &StockKey) -> Result<Option<Proposal>, Problem> {
    let Some(row) = session.app.ask(RuleByKey { key: key.clone() }).await? else { return Ok(None) };
    let query = Stock {
        warehouse: Some(key.warehouse.clone()),
        sku: Some(key.sku.clone()),
        text: None,
        category: None,
        availability: None,
        low: false,
        scope: None,
        page: PageRequest { limit: 1, cursor: None },
    };
    let stock = session.app.ask(query).await?;
    let available = stock.items.first().map(|row| row.balance.available()).unwrap_or_default();
    let quantity = to_buy(&row.rule, available);
    let is_needed = Quantity::ZERO < quantity;
    Ok(is_needed.then_some(Proposal { action: "purchase", quantity: Amount(quantity) }))
}

#[cfg(test)]
mod tests {
    use acopio_ledger::ids::Version;

    use super::*;

    #[test]
    fn what_is_proposed_reaches_the_target_in_whole_multiples() {
        let rule = |target, multiple| Rule {
            minimum: Quantity(10_000),
            target: Quantity(target),
            multiple: Quantity(multiple),
            version: Version(1),
            alert: None,
        };
        assert_eq!(to_buy(&rule(50_000, 1_000), Quantity(7_000)), Quantity(43_000));
        assert_eq!(to_buy(&rule(50_000, 12_000), Quantity(7_000)), Quantity(48_000));
        assert_eq!(to_buy(&rule(50_000, 12_000), Quantity(60_000)), Quantity(0));
    }

    #[test]
    fn sleep_ends_by_itself() {
        let asleep = AlertState::Snoozed { until: Millis(100) };
        assert_eq!(state_at(asleep, Millis(99)), AlertStateName::Snoozed);
        assert_eq!(state_at(asleep, Millis(100)), AlertStateName::Open);
    }
}

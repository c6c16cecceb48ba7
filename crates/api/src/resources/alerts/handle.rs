//! Seeing to alerts, and putting them to sleep.

use acopio_ledger::Body;
use acopio_ledger::command::{AcknowledgeAlert, Command, SnoozeAlert};
use acopio_ledger::ids::Millis;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::view::AlertStateName;
use crate::auth::{Done, NotDone, Session, now};
use crate::extract::{JsonBody, Key, KeyParam, PathText, PatienceParam, record_id};
use crate::problem::Problem;
use crate::wire::{StampText, Time, TimeText};

const HOUR_MS: i64 = 60 * 60 * 1_000;
const MINUTE_MS: i64 = 60 * 1_000;
const HOURS_MAX: u64 = 24 * 366;

/// How long an alert sleeps: exactly one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SnoozeRequest {
    /// Until then.
    until: Option<Time>,
    /// For so many hours.
    #[schema(minimum = 1, maximum = 8784)]
    hours: Option<u64>,
}

/// What was done about an alert, as its entry has it: the same for ever.
#[derive(Serialize, ToSchema)]
pub(super) struct AlertHandled<'a> {
    /// The alert's id.
    id: &'a str,
    /// What it was put to.
    state: AlertStateName,
    /// Until when it sleeps.
    snoozed_until: Option<TimeText>,
    /// When that was recorded.
    stamp: StampText,
}

/// Says that somebody sees to an alert
#[utoipa::path(
    post, path = "/v1/alerts/{id}/acknowledge", tag = "alerts", params(("id" = String, Path), KeyParam, PatienceParam),
    responses((status = 200, body = AlertHandled)),
)]
pub(super) async fn acknowledge_alert(
    session: Session,
    key: Key,
    PathText(id): PathText,
) -> Result<Response, NotDone> {
    let acknowledge = AcknowledgeAlert { alert: record_id("alert", &id)? };
    Ok(answer(&session.submit(key, Command::AcknowledgeAlert(acknowledge)).await?)?)
}

/// Puts an alert to sleep
#[utoipa::path(
    post, path = "/v1/alerts/{id}/snooze", tag = "alerts", params(("id" = String, Path), KeyParam, PatienceParam),
    request_body = SnoozeRequest,
    responses((status = 200, body = AlertHandled)),
)]
pub(super) async fn snooze_alert(
    session: Session,
    key: Key,
    PathText(id): PathText,
    JsonBody(request): JsonBody<SnoozeRequest>,
) -> Result<Response, NotDone> {
    let snooze = SnoozeAlert { alert: record_id("alert", &id)?, until: request.until()? };
    Ok(answer(&session.submit(key, Command::SnoozeAlert(snooze)).await?)?)
}

impl SnoozeRequest {
    fn until(self) -> Result<Millis, Problem> {
        match (self.until, self.hours) {
            (Some(until), None) => Ok(until.0),
            // Whole minutes, so that the same request sent again a moment later is the same command.
            (None, Some(hours @ 1..=HOURS_MAX)) => {
                Ok(Millis((now().0 / MINUTE_MS) * MINUTE_MS + hours as i64 * HOUR_MS))
            }
            (None, Some(hours)) => Err(Problem::invalid(
                "invalid_field",
                "hours",
                hours,
                format!("must be from 1 to {HOURS_MAX}"),
            )),
            (Some(_), Some(hours)) => Err(Problem::invalid(
                "invalid_field",
                "hours",
                hours,
                "must not be given together with until",
            )),
            (None, None) => {
                Err(Problem::invalid("missing_field", "until", "nothing", "must be given, or hours instead"))
            }
        }
    }
}

fn answer(done: &Done) -> Result<Response, Problem> {
    let record = done.record();
    let handled = record.entries.iter().find_map(|entry| match &entry.body {
        Body::AlertHandled(handled) => Some(handled),
        _ => None,
    });
    let handled = handled.ok_or_else(|| Problem::internal("an alert's record has none"))?;
    let snoozed_until = (handled.snoozed_until != 0).then_some(TimeText(Millis(handled.snoozed_until)));
    let view = AlertHandled {
        id: &handled.alert,
        state: match snoozed_until {
            Some(_) => AlertStateName::Snoozed,
            None => AlertStateName::Acknowledged,
        },
        snoozed_until,
        stamp: StampText(record.stamp),
    };
    Ok(done.answer(StatusCode::OK, &view))
}

//! What happens to a transfer after it is drafted.

use acopio_ledger::command::{
    CancelTransfer, Command, DispatchTransfer, ReceiveLine, ReceiveTransfer, SettleLine, SettleTransfer,
};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::done::TransferDone;
use super::draft::{check_count, no_transfer};
use crate::auth::{NotDone, Session};
use crate::extract::{JsonBody, Key, KeyParam, OptionalBody, PathText, PatienceParam, record_id};
use crate::wire::{Amount, LineText, Object, SkuText};

/// What came of a transfer.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TransferReceipt {
    /// What came, each SKU once; if not said, all that is on the road came and is good.
    #[schema(min_items = 1, max_items = 1_000, value_type = Option<Vec<ReceiptLine>>)]
    lines: Option<Vec<Object<ReceiptLine>>>,
    /// Why something was rejected or is missing.
    reason: Option<LineText>,
}

/// What came of one SKU; not all three may be 0.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReceiptLine {
    /// Of what.
    sku: SkuText,
    /// What arrived and is good, 0 or more.
    #[serde(default)]
    accepted: Amount,
    /// What arrived and is put on hold, 0 or more.
    #[serde(default)]
    rejected: Amount,
    /// What is missing, 0 or more: it stays on the road until it is settled.
    #[serde(default)]
    missing: Amount,
}

/// What became of goods that did not come.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Settlement {
    /// What became of what, each SKU once.
    #[schema(min_items = 1, max_items = 1_000, value_type = Vec<SettlementLine>)]
    lines: Vec<Object<SettlementLine>>,
    /// Why, or how that is known.
    reason: Option<LineText>,
}

/// What became of goods of one SKU; not both may be 0.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SettlementLine {
    /// Of what.
    sku: SkuText,
    /// What turned up and arrives now, 0 or more.
    #[serde(default)]
    found: Amount,
    /// What is lost for good, 0 or more.
    #[serde(default)]
    lost: Amount,
}

/// Why a draft is given up.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Cancellation {
    /// Why.
    reason: Option<LineText>,
}

/// Dispatches a draft: all of it leaves the sender, or nothing
#[utoipa::path(
    post, path = "/v1/transfers/{id}/dispatch", tag = "transfers", params(("id" = String, Path), KeyParam, PatienceParam),
    responses((status = 200, body = TransferDone)),
)]
pub(super) async fn dispatch_transfer(
    session: Session,
    key: Key,
    PathText(id): PathText,
) -> Result<Response, NotDone> {
    let dispatch = DispatchTransfer { transfer: record_id("transfer", &id)? };
    answer(&session, key, Command::DispatchTransfer(dispatch)).await
}

/// Receives goods of a transfer, in one go or in several
///
/// What is rejected arrives on hold, and goes back by a new transfer.
#[utoipa::path(
    post, path = "/v1/transfers/{id}/receive", tag = "transfers", params(("id" = String, Path), KeyParam, PatienceParam),
    request_body(content = Option<TransferReceipt>, content_type = "application/json"),
    responses((status = 200, body = TransferDone)),
)]
pub(super) async fn receive_transfer(
    session: Session,
    key: Key,
    PathText(id): PathText,
    OptionalBody(request): OptionalBody<TransferReceipt>,
) -> Result<Response, NotDone> {
    let transfer = record_id("transfer", &id)?;
    if let Some(lines) = &request.lines {
        check_count(lines.len())?;
    }
    let line = |Object(line): Object<ReceiptLine>| ReceiveLine {
        sku: line.sku.0,
        accepted: line.accepted.0,
        rejected: line.rejected.0,
        missing: line.missing.0,
    };
    let lines = request.lines.map(|lines| lines.into_iter().map(line).collect());
    let reason = request.reason.map(|reason| reason.0);
    answer(&session, key, Command::ReceiveTransfer(ReceiveTransfer { transfer, lines, reason })).await
}

/// Settles what became of goods that did not come: found, or lost
#[utoipa::path(
    post, path = "/v1/transfers/{id}/settle", tag = "transfers", params(("id" = String, Path), KeyParam, PatienceParam),
    request_body = Settlement,
    responses((status = 200, body = TransferDone)),
)]
pub(super) async fn settle_transfer(
    session: Session,
    key: Key,
    PathText(id): PathText,
    JsonBody(request): JsonBody<Settlement>,
) -> Result<Response, NotDone> {
    let transfer = record_id("transfer", &id)?;
    check_count(request.lines.len())?;
    let line = |Object(line): Object<SettlementLine>| SettleLine {
        sku: line.sku.0,
        found: line.found.0,
        lost: line.lost.0,
    };
    let lines = request.lines.into_iter().map(line).collect();
    let reason = request.reason.map(|reason| reason.0);
    answer(&session, key, Command::SettleTransfer(SettleTransfer { transfer, lines, reason })).await
}

/// Cancels a draft
#[utoipa::path(
    post, path = "/v1/transfers/{id}/cancel", tag = "transfers", params(("id" = String, Path), KeyParam, PatienceParam),
    request_body(content = Option<Cancellation>, content_type = "application/json"),
    responses((status = 200, body = TransferDone)),
)]
pub(super) async fn cancel_transfer(
    session: Session,
    key: Key,
    PathText(id): PathText,
    OptionalBody(request): OptionalBody<Cancellation>,
) -> Result<Response, NotDone> {
    let reason = request.reason.map(|reason| reason.0);
    let cancel = CancelTransfer { transfer: record_id("transfer", &id)?, reason };
    answer(&session, key, Command::CancelTransfer(cancel)).await
}

async fn answer(session: &Session, key: Key, command: Command) -> Result<Response, NotDone> {
    let done = session.submit(key, command).await?;
    let view = TransferDone::of(done.record()).ok_or_else(no_transfer)?;
    Ok(done.answer(StatusCode::OK, &view))
}

//! Drafting a transfer, and sending it at once.

use acopio_ledger::command::{
    CancelTransfer, Command, DispatchTransfer, DraftLine, DraftTransfer, TRANSFER_LINES_MAX,
};
use acopio_ledger::ids::{EntryId, Version};
use acopio_ledger::names::{IdempotencyKey, Line};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::done::{TransferDone, is_dispatched};
use crate::auth::{Done, NotDone, Session};
use crate::extract::{JsonBody, Key, KeyParam, PatienceParam};
use crate::problem::Problem;
use crate::wire::{Amount, CodeText, LineText, Object, SkuText};

/// A transfer to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TransferRequest {
    /// The warehouse that sends.
    from: CodeText,
    /// The warehouse that receives.
    to: CodeText,
    /// 1 to 1,000 lines, each SKU once.
    #[schema(min_items = 1, max_items = 1_000, value_type = Vec<TransferLineRequest>)]
    lines: Vec<Object<TransferLineRequest>>,
    /// What it refers to.
    reference: Option<LineText>,
    /// Whether it is dispatched at once. Where stock is short then, nothing is drafted, and it is refused with 409.
    #[serde(default)]
    dispatch: bool,
}

/// What is asked for of one SKU.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct TransferLineRequest {
    /// Of what.
    sku: SkuText,
    /// How much, more than 0.
    quantity: Amount,
}

/// Drafts a transfer, or dispatches it at once
///
/// A draft moves nothing. With `dispatch` the goods leave the sender in the same request, all or nothing.
#[utoipa::path(
    post, path = "/v1/transfers", tag = "transfers", params(KeyParam, PatienceParam),
    request_body = TransferRequest,
    responses((status = 201, body = TransferDone)),
)]
pub(super) async fn draft_transfer(
    session: Session,
    key: Key,
    JsonBody(request): JsonBody<TransferRequest>,
) -> Result<Response, NotDone> {
    check_count(request.lines.len())?;
    let dispatch = request.dispatch;
    let lines = request
        .lines
        .into_iter()
        .map(|Object(line)| DraftLine { sku: line.sku.0, quantity: line.quantity.0 });
    let draft = DraftTransfer {
        from: request.from.0,
        to: request.to.0,
        lines: lines.collect(),
        reference: request.reference.map(|reference| reference.0),
        dispatch,
    };
    let drafted = session.submit(key, Command::DraftTransfer(draft)).await?;
    let view = TransferDone::of(drafted.record()).ok_or_else(no_transfer)?;
    let location = format!("/v1/transfers/{}", view.id);
    if !dispatch {
        return Ok(drafted.created(&location, Version(1), &view));
    }
    if is_dispatched(drafted.record()) {
        return Ok(drafted.created(&location, Version(2), &view));
    }
    // A request of before, when the dispatch was a command of its own: it gets the answer of the first time.
    let dispatched = send(&session, &drafted).await?;
    let mut sent = TransferDone::of(dispatched.record()).ok_or_else(no_transfer)?;
    sent.reference = view.reference;
    Ok(drafted.created(&location, Version(2), &sent))
}

/// Dispatches what was drafted; gives it up where that is refused, so that nothing is left of the request. Both are
/// commands of their own, whose keys follow from the draft: they too are done once.
async fn send(session: &Session, drafted: &Done) -> Result<Done, NotDone> {
    let id = drafted.record().first.clone();
    let dispatch = Command::DispatchTransfer(DispatchTransfer { transfer: id.clone() });
    let dispatched = session.follow(&id, key_of("dispatch", &id), dispatch).await?;
    match dispatched.refusal() {
        None => Ok(dispatched),
        Some(refusal) => {
            let reason = Some(Line::recorded(refusal.code()));
            let cancel = Command::CancelTransfer(CancelTransfer { transfer: id.clone(), reason });
            session.follow(&id, key_of("cancel", &id), cancel).await?;
            Err(drafted.refused(Problem::from(refusal)).into())
        }
    }
}

fn key_of(step: &str, transfer: &EntryId) -> Key {
    Key(IdempotencyKey::recorded(&format!("{step}:{transfer}")))
}

/// Checks how many lines there are.
///
/// # Errors
///
/// When there are none or too many.
pub(super) fn check_count(count: usize) -> Result<(), Problem> {
    if (1..=TRANSFER_LINES_MAX).contains(&count) {
        return Ok(());
    }
    let rule = format!("must have 1 to {TRANSFER_LINES_MAX} lines");
    Err(Problem::invalid("invalid_field", "lines", format!("{count} lines"), rule))
}

/// A record that is not what it was asked for.
pub(super) fn no_transfer() -> Problem {
    Problem::internal("a transfer's record has none")
}

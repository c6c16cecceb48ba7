//! `/v1/holds`: stock set aside, on hand but not available.

use acopio_contract::query::{HoldById, Holds, UserById};
use acopio_ledger::command::{Command, HoldStock, ReleaseHold};
use acopio_ledger::entry::{Held, Released};
use acopio_ledger::ids::{EntryId, Version};
use acopio_ledger::records::{Balance, Hold, StockKey};
use acopio_ledger::{Body, Record};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::{NotDone, Session, json, tagged};
use crate::extract::{JsonBody, Key, KeyParam, OptionalBody, Params, PathText, PatienceParam, record_id};
use crate::problem::Problem;
use crate::wire::{Amount, CodeText, Items, LineText, SkuText, StampText, page, some_text};

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_holds, hold_stock))
        .routes(routes!(get_hold))
        .routes(routes!(release_hold))
}

/// Stock to be set aside.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct HoldRequest {
    /// Where.
    warehouse: CodeText,
    /// Of what.
    sku: SkuText,
    /// How much, more than 0.
    quantity: Amount,
    /// Why.
    reason: LineText,
    /// What it refers to.
    reference: Option<LineText>,
}

/// How much is released.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ReleaseRequest {
    /// How much; all, if not said.
    quantity: Option<Amount>,
}

/// A hold, as it is now.
#[derive(Serialize, ToSchema)]
#[schema(as = Hold)]
struct HoldView {
    /// Its id.
    #[schema(value_type = String, example = "main.1.1042")]
    id: EntryId,
    /// Where.
    warehouse: String,
    /// Of what.
    sku: String,
    /// How much is still held; 0 when released.
    quantity: Amount,
    /// Why.
    reason: String,
    /// What it refers to.
    reference: Option<String>,
    /// The login name of whoever made it.
    actor: Option<String>,
    /// When it was made.
    held_at: StampText,
    /// How often it has changed; also its `ETag`.
    version: u64,
}

/// What was held or released, and the balance afterwards, as its entry has it: the same for ever.
#[derive(Serialize, ToSchema)]
struct HoldDone<'a> {
    /// The hold's id.
    #[schema(value_type = String, example = "main.1.1042")]
    id: EntryId,
    /// Where.
    warehouse: &'a str,
    /// Of what.
    sku: &'a str,
    /// How much was held or released.
    quantity: Amount,
    /// Why; of a new hold.
    reason: Option<&'a str>,
    /// What it refers to; of a new hold.
    reference: Option<&'a str>,
    /// When it was recorded.
    stamp: StampText,
    /// What is on hand.
    on_hand: Amount,
    /// What of it is promised to orders.
    reserved: Amount,
    /// What of it may not be used.
    on_hold: Amount,
    /// What of it may still be issued.
    available: Amount,
    /// The version of the balance.
    version: u64,
}

/// Sets stock aside
///
/// Refused with 409 when less is available.
#[utoipa::path(
    post, path = "/v1/holds", tag = "holds", params(KeyParam, PatienceParam),
    request_body = HoldRequest,
    responses((status = 201, body = HoldDone)),
)]
async fn hold_stock(
    session: Session,
    key: Key,
    JsonBody(request): JsonBody<HoldRequest>,
) -> Result<Response, NotDone> {
    let hold = HoldStock {
        key: StockKey { sku: request.sku.0, warehouse: request.warehouse.0 },
        quantity: request.quantity.0,
        reason: request.reason.0,
        reference: request.reference.map(|reference| reference.0),
    };
    let done = session.submit(key, Command::Hold(hold)).await?;
    let view = HoldDone::of(done.record()).ok_or_else(|| Problem::internal("a hold's record has none"))?;
    Ok(done.created(&format!("/v1/holds/{}", view.id), Version(1), &view))
}

/// Releases a hold, in whole or in part
#[utoipa::path(
    post, path = "/v1/holds/{id}/release", tag = "holds", params(("id" = String, Path), KeyParam, PatienceParam),
    request_body(content = Option<ReleaseRequest>, content_type = "application/json"),
    responses((status = 200, body = HoldDone)),
)]
async fn release_hold(
    session: Session,
    key: Key,
    PathText(id): PathText,
    OptionalBody(request): OptionalBody<ReleaseRequest>,
) -> Result<Response, NotDone> {
    let quantity = request.quantity.map(|quantity| quantity.0);
    let release = ReleaseHold { hold: record_id("hold", &id)?, quantity };
    let done = session.submit(key, Command::Release(release)).await?;
    let view = HoldDone::of(done.record()).ok_or_else(|| Problem::internal("a release's record has none"))?;
    Ok(done.answer(StatusCode::OK, &view))
}

impl<'a> HoldDone<'a> {
    fn of(record: &'a Record) -> Option<HoldDone<'a>> {
        record.entries.iter().enumerate().find_map(|(index, entry)| {
            let stamp = StampText(record.stamp(index));
            match &entry.body {
                Body::Held(held) => Some(HoldDone::held(record.id(index), stamp, held)),
                Body::Released(released) => Some(HoldDone::released(stamp, released)),
                _ => None,
            }
        })
    }

    fn held(id: EntryId, stamp: StampText, held: &'a Held) -> HoldDone<'a> {
        let reason = some_text(&held.reason);
        let reference = some_text(&held.reference);
        HoldDone { reason, reference, ..HoldDone::new(id, stamp, &held.key, held.quantity, &held.after) }
    }

    fn released(stamp: StampText, released: &'a Released) -> HoldDone<'a> {
        HoldDone::new(released.hold.clone(), stamp, &released.key, released.quantity, &released.after)
    }

    fn new(
        id: EntryId,
        stamp: StampText,
        key: &'a StockKey,
        quantity: acopio_ledger::quantity::Quantity,
        after: &Balance,
    ) -> HoldDone<'a> {
        HoldDone {
            id,
            warehouse: key.warehouse.as_str(),
            sku: key.sku.as_str(),
            quantity: Amount(quantity),
            reason: None,
            reference: None,
            stamp,
            on_hand: Amount(after.on_hand),
            reserved: Amount(after.reserved),
            on_hold: Amount(after.on_hold),
            available: Amount(after.available()),
            version: after.version.0,
        }
    }
}

/// Filters of holds; all must hold.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct HoldFilter {
    /// Where.
    #[param(inline)]
    warehouse: Option<CodeText>,
    /// Of what.
    #[param(inline)]
    sku: Option<SkuText>,
    /// Those that still hold something, or those that do not; both if not said.
    #[param(inline)]
    state: Option<HoldState>,
    /// The most rows.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u64>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// Whether a hold still holds something.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum HoldState {
    /// It does.
    Held,
    /// It does not.
    Released,
}

/// Lists holds, newest first
#[utoipa::path(
    get, path = "/v1/holds", tag = "holds", params(HoldFilter),
    responses((status = 200, body = Items<HoldView>)),
)]
async fn list_holds(session: Session, Params(filter): Params<HoldFilter>) -> Result<Response, Problem> {
    let query = Holds {
        warehouse: filter.warehouse.map(|code| code.0),
        sku: filter.sku.map(|sku| sku.0),
        held: filter.state.map(|state| state == HoldState::Held),
        scope: None,
        page: page(filter.limit, filter.cursor)?,
    };
    let page = session.ask(query).await?;
    let mut items = Vec::with_capacity(page.items.len());
    for hold in page.items {
        items.push(view(&session, hold).await?);
    }
    Ok(json(StatusCode::OK, &Items { items, next_cursor: page.next }))
}

/// Shows a hold
#[utoipa::path(
    get, path = "/v1/holds/{id}", tag = "holds", params(("id" = String, Path)),
    responses((status = 200, body = HoldView), (status = 304)),
)]
async fn get_hold(session: Session, headers: HeaderMap, PathText(id): PathText) -> Result<Response, Problem> {
    let hold = session.ask(HoldById { id: record_id("hold", &id)? }).await?;
    let hold = hold.ok_or_else(|| Problem::not_found("hold", &id))?;
    Ok(tagged(&headers, hold.version, &view(&session, hold).await?))
}

async fn view(session: &Session, hold: Hold) -> Result<HoldView, Problem> {
    let actor = session.app.ask(UserById { id: hold.actor }).await?;
    Ok(HoldView {
        id: hold.id,
        warehouse: hold.key.warehouse.to_string(),
        sku: hold.key.sku.to_string(),
        quantity: Amount(hold.quantity),
        reason: hold.reason,
        reference: Some(hold.reference).filter(|reference| !reference.is_empty()),
        actor: actor.map(|user| user.username),
        held_at: StampText(hold.held),
        version: hold.version.0,
    })
}

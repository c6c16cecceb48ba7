//! The list, and single void records.

use acopio_contract::query::{VoidById, VoidFilter, Voids};
use acopio_ledger::ids::EntryId;
use acopio_ledger::void::{Void, VoidEntries, VoidKind, VoidState};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::{Session, json};
use crate::extract::{Params, PathText, record_id};
use crate::problem::Problem;
use crate::resources::names::Names;
use crate::wire::{Amount, Items, StampText, page};

/// What one command has led to, all of it void.
#[derive(Serialize, ToSchema)]
#[schema(as = Void)]
pub(super) struct VoidView {
    /// Its id: the first of the void entries.
    #[schema(value_type = String, example = "mad.1.1042")]
    id: EntryId,
    /// The warehouse that was no longer the writer's.
    warehouse: String,
    /// What has been done about it.
    state: VoidStateName,
    /// What kind of thing it was. Nothing here and below while the log that it stands in is not known so far.
    #[schema(value_type = Option<VoidKindName>)]
    kind: Option<VoidKind>,
    /// Of what, if of one product.
    sku: Option<String>,
    /// By how much it changed the stock, or how much was held or released; 0 otherwise.
    quantity: Option<Amount>,
    /// How many entries are void.
    entries: Option<u32>,
    /// The login name of whoever caused it.
    actor: Option<String>,
    /// When it was recorded.
    stamp: Option<StampText>,
    /// The entry that posted it again or discarded it.
    #[schema(value_type = Option<String>)]
    settled_by: Option<EntryId>,
}

/// What has been done about a void record.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = VoidState)]
enum VoidStateName {
    /// Nothing yet.
    Open,
    /// It was posted again.
    Posted,
    /// It was discarded.
    Discarded,
}

impl From<VoidStateName> for VoidFilter {
    fn from(state: VoidStateName) -> VoidFilter {
        match state {
            VoidStateName::Open => VoidFilter::Open,
            VoidStateName::Posted => VoidFilter::Posted,
            VoidStateName::Discarded => VoidFilter::Discarded,
        }
    }
}

/// What kind of thing is void.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case", as = VoidKind)]
#[expect(dead_code, reason = "only its document is used")]
enum VoidKindName {
    /// A movement from a supplier.
    Receipt,
    /// A movement to a customer.
    Issue,
    /// A movement from a customer.
    Return,
    /// The books followed what is there, or something was undone.
    Adjustment,
    /// Stock was set aside.
    Hold,
    /// Stock set aside came back.
    Release,
    /// A reorder rule was set or removed.
    Rule,
    /// Something was done about an alert.
    Alert,
    /// A transfer was drafted.
    TransferDraft,
    /// A draft was given up.
    TransferCancel,
    /// Goods went on the road.
    Dispatch,
    /// Goods came from the road.
    Arrival,
    /// It was settled what became of goods on the road.
    Settlement,
    /// Another void record was posted again or discarded.
    Reconciliation,
}

/// Filters of void records; all must hold.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct VoidParams {
    /// What has been done about them; all if not said.
    #[param(inline)]
    state: Option<VoidStateName>,
    /// The most rows.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u64>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// Lists void records, newest first
///
/// What a node wrote about a warehouse after another had taken it.
#[utoipa::path(
    get, path = "/v1/reconcile", tag = "reconcile", params(VoidParams),
    responses((status = 200, body = Items<VoidView>)),
)]
pub(super) async fn list_reconcile(
    session: Session,
    Params(filter): Params<VoidParams>,
) -> Result<Response, Problem> {
    let query = Voids {
        state: filter.state.map(VoidFilter::from),
        scope: None,
        page: page(filter.limit, filter.cursor)?,
    };
    let page = session.ask(query).await?;
    let mut names = Names::new(&session);
    let mut items = Vec::with_capacity(page.items.len());
    for void in page.items {
        items.push(view(&mut names, void).await?);
    }
    Ok(json(StatusCode::OK, &Items { items, next_cursor: page.next }))
}

/// Shows a void record
#[utoipa::path(
    get, path = "/v1/reconcile/{id}", tag = "reconcile", params(("id" = String, Path)),
    responses((status = 200, body = VoidView)),
)]
pub(super) async fn get_void(session: Session, PathText(id): PathText) -> Result<Response, Problem> {
    let void = session.ask(VoidById { id: record_id("void record", &id)? }).await?;
    let void = void.ok_or_else(|| Problem::not_found("void record", &id))?;
    Ok(json(StatusCode::OK, &view(&mut Names::new(&session), void).await?))
}

async fn view(names: &mut Names<'_>, void: Void) -> Result<VoidView, Problem> {
    let actor = match &void.what {
        Some(what) => names.of(what.actor).await?,
        None => None,
    };
    let what = void.what.as_ref();
    let (state, settled_by) = match void.state {
        VoidState::Open => (VoidStateName::Open, None),
        VoidState::Posted { by } => (VoidStateName::Posted, Some(by)),
        VoidState::Discarded { by } => (VoidStateName::Discarded, Some(by)),
    };
    let of = |what: &VoidEntries| what.sku.as_ref().map(ToString::to_string);
    Ok(VoidView {
        kind: what.map(|what| what.kind),
        sku: what.and_then(of),
        quantity: what.map(|what| Amount(what.quantity)),
        entries: what.map(|what| what.entries),
        actor,
        stamp: what.map(|what| StampText(what.stamp)),
        id: void.id,
        warehouse: void.warehouse.to_string(),
        state,
        settled_by,
    })
}

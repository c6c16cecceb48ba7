//! The list.

use acopio_contract::query::Conflicts;
use acopio_ledger::conflict::{Conflict, ConflictId, RecordKind, Side};
use acopio_ledger::records::Role;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::{Session, json};
use crate::extract::Params;
use crate::problem::Problem;
use crate::wire::{Items, StampText, page};

/// Values of one field, of which none was written in the knowledge of another.
#[derive(Serialize, ToSchema)]
#[schema(as = Conflict)]
pub(super) struct ConflictView {
    /// Which field of which record.
    #[schema(value_type = String, example = "product/A-1/name")]
    id: ConflictId,
    /// The kind of record.
    kind: ConflictKindName,
    /// The record's key: a SKU, a warehouse's code, or the id of a user.
    record: String,
    /// The field.
    field: String,
    /// The values, in the order in which they were written.
    sides: Vec<SideView>,
}

/// A value, and by whom it was written.
#[derive(Serialize, ToSchema)]
#[schema(as = ConflictSide)]
struct SideView {
    /// The node that wrote it.
    node: String,
    /// When it was recorded.
    stamp: StampText,
    /// The value.
    value: serde_json::Value,
    /// Whether it is the one that counts.
    counts: bool,
}

/// What kind of record a conflict is about.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ConflictKind)]
enum ConflictKindName {
    /// A product.
    Product,
    /// A user.
    User,
    /// A warehouse.
    Warehouse,
    /// The settings of the company.
    Settings,
}

impl From<RecordKind> for ConflictKindName {
    fn from(kind: RecordKind) -> ConflictKindName {
        match kind {
            RecordKind::Product => ConflictKindName::Product,
            RecordKind::User => ConflictKindName::User,
            RecordKind::Warehouse => ConflictKindName::Warehouse,
            RecordKind::Settings => ConflictKindName::Settings,
        }
    }
}

impl From<ConflictKindName> for RecordKind {
    fn from(kind: ConflictKindName) -> RecordKind {
        match kind {
            ConflictKindName::Product => RecordKind::Product,
            ConflictKindName::User => RecordKind::User,
            ConflictKindName::Warehouse => RecordKind::Warehouse,
            ConflictKindName::Settings => RecordKind::Settings,
        }
    }
}

impl From<Conflict> for ConflictView {
    fn from(conflict: Conflict) -> ConflictView {
        let winning = conflict.winning().map(|side| side.write.clone());
        let view = |side: Side| SideView {
            counts: winning.as_ref() == Some(&side.write),
            node: side.write.node.to_string(),
            stamp: StampText(side.write.stamp),
            // It was written as JSON; should it ever not be, people see it as it stands.
            value: serde_json::from_str(&side.value).unwrap_or(serde_json::Value::String(side.value)),
        };
        ConflictView {
            kind: conflict.id.kind.into(),
            record: conflict.id.record.clone(),
            field: conflict.id.field.clone(),
            sides: conflict.sides.into_iter().map(view).collect(),
            id: conflict.id,
        }
    }
}

/// Filters of conflicts; all must hold.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ConflictFilter {
    /// Of which kind of record; of all that the caller may see, if not said.
    #[param(inline)]
    kind: Option<ConflictKindName>,
    /// The most rows.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u64>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// Lists fields to which nodes gave different values, neither knowing of the other's
///
/// Those of products for managers, all others for administrators.
#[utoipa::path(
    get, path = "/v1/conflicts", tag = "reconcile", params(ConflictFilter),
    responses((status = 200, body = Items<ConflictView>)),
)]
pub(super) async fn list_conflicts(
    session: Session,
    Params(filter): Params<ConflictFilter>,
) -> Result<Response, Problem> {
    let is_admin = session.identity.principal.need_everywhere(Role::Admin).is_ok();
    let seen = if is_admin { None } else { Some(RecordKind::Product) };
    let kind = filter.kind.map(RecordKind::from).or(seen);
    let page = session.ask(Conflicts { kind, page: page(filter.limit, filter.cursor)? }).await?;
    Ok(json(StatusCode::OK, &Items::of(page, ConflictView::from)))
}

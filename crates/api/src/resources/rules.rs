//! Reorder rules: when to buy more of a product for a warehouse, and how much.

use acopio_contract::query::{RuleByKey, RuleRow, Rules};
use acopio_ledger::command::{Command, RemoveRule, SetRule};
use acopio_ledger::names::Sku;
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::StockKey;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::warehouses::path_code;
use crate::app::App;
use crate::auth::{NotDone, Session, json, tagged};
use crate::extract::{IfMatch, IfMatchParam, JsonBody, Key, KeyParam, Params, PathTexts, PatienceParam};
use crate::problem::Problem;
use crate::wire::{Amount, CodeText, Items, SkuText, page};

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list_reorder_rules)).routes(routes!(
        get_reorder_rule,
        set_reorder_rule,
        remove_reorder_rule
    ))
}

/// A reorder rule to be set.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct RuleRequest {
    /// An alert is raised when available stock reaches this; 0 or more.
    minimum: Amount,
    /// What to fill up to; at least the minimum.
    target: Amount,
    /// Orders are made in multiples of this, more than 0; 1, if not said.
    multiple: Option<Amount>,
}

/// A reorder rule.
#[derive(Serialize, ToSchema)]
#[schema(as = ReorderRule)]
struct RuleView {
    /// Where.
    warehouse: String,
    /// Of what.
    sku: String,
    /// An alert is raised when available stock reaches this.
    minimum: Amount,
    /// What to fill up to.
    target: Amount,
    /// Orders are made in multiples of this.
    multiple: Amount,
    /// How often the rule has changed; also its `ETag`.
    version: u64,
}

impl From<RuleRow> for RuleView {
    fn from(row: RuleRow) -> RuleView {
        RuleView {
            warehouse: row.key.warehouse.to_string(),
            sku: row.key.sku.to_string(),
            minimum: Amount(row.rule.minimum),
            target: Amount(row.rule.target),
            multiple: Amount(row.rule.multiple),
            version: row.rule.version.0,
        }
    }
}

/// Filters of reorder rules; all must hold.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct RuleFilter {
    /// Where.
    #[param(inline)]
    warehouse: Option<CodeText>,
    /// Of what.
    #[param(inline)]
    sku: Option<SkuText>,
    /// The most rows.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u64>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// Lists reorder rules, by SKU and warehouse
#[utoipa::path(
    get, path = "/v1/reorder-rules", tag = "reorder rules", params(RuleFilter),
    responses((status = 200, body = Items<RuleView>)),
)]
async fn list_reorder_rules(
    session: Session,
    Params(filter): Params<RuleFilter>,
) -> Result<Response, Problem> {
    let query = Rules {
        warehouse: filter.warehouse.map(|code| code.0),
        sku: filter.sku.map(|sku| sku.0),
        scope: None,
        page: page(filter.limit, filter.cursor)?,
    };
    let page = session.ask(query).await?;
    Ok(json(StatusCode::OK, &Items::of(page, RuleView::from)))
}

/// Shows a reorder rule
#[utoipa::path(
    get, path = "/v1/warehouses/{code}/reorder-rules/{sku}", tag = "reorder rules",
    params(("code" = String, Path), ("sku" = String, Path)),
    responses((status = 200, body = RuleView), (status = 304)),
)]
async fn get_reorder_rule(
    session: Session,
    headers: HeaderMap,
    PathTexts(code, sku): PathTexts,
) -> Result<Response, Problem> {
    let row = find(&session, path_key(&code, &sku)?).await?;
    Ok(tagged(&headers, row.rule.version, &RuleView::from(row)))
}

/// Sets a reorder rule
///
/// Raises an alert at once when the stock is short already. With `If-Match: "0"` only where there is none yet.
#[utoipa::path(
    put, path = "/v1/warehouses/{code}/reorder-rules/{sku}", tag = "reorder rules",
    params(("code" = String, Path), ("sku" = String, Path), KeyParam, PatienceParam, IfMatchParam),
    request_body = RuleRequest,
    responses((status = 200, body = RuleView)),
)]
async fn set_reorder_rule(
    session: Session,
    key: Key,
    IfMatch(expected): IfMatch,
    PathTexts(code, sku): PathTexts,
    JsonBody(request): JsonBody<RuleRequest>,
) -> Result<Response, NotDone> {
    let stock_key = path_key(&code, &sku)?;
    let set = SetRule {
        key: stock_key.clone(),
        minimum: request.minimum.0,
        target: request.target.0,
        multiple: request.multiple.map_or(Quantity(1_000), |multiple| multiple.0),
        expected,
    };
    let done = session.submit(key, Command::SetRule(set)).await?;
    let row = find(&session, stock_key).await?;
    let mut response = tagged(&HeaderMap::new(), row.rule.version, &RuleView::from(row));
    done.stamp(&mut response);
    Ok(response)
}

/// Removes a reorder rule, and ends its alert
#[utoipa::path(
    delete, path = "/v1/warehouses/{code}/reorder-rules/{sku}", tag = "reorder rules",
    params(("code" = String, Path), ("sku" = String, Path), KeyParam, PatienceParam, IfMatchParam),
    responses((status = 204)),
)]
async fn remove_reorder_rule(
    session: Session,
    key: Key,
    IfMatch(expected): IfMatch,
    PathTexts(code, sku): PathTexts,
) -> Result<Response, NotDone> {
    let remove = RemoveRule { key: path_key(&code, &sku)?, expected };
    Ok(session.submit(key, Command::RemoveRule(remove)).await?.no_content())
}

fn path_key(code: &str, sku: &str) -> Result<StockKey, Problem> {
    let sku = Sku::new(sku).map_err(|_| Problem::not_found("product", sku))?;
    Ok(StockKey { sku, warehouse: path_code(code)? })
}

async fn find(session: &Session, key: StockKey) -> Result<RuleRow, Problem> {
    let id = format!("{}/{}", key.warehouse, key.sku);
    session.ask(RuleByKey { key }).await?.ok_or_else(|| Problem::not_found("reorder rule", id))
}

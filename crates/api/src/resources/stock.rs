//! `/v1/stock`: balances.

use acopio_contract::query::{Availability, Stock, StockRow};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::{Session, json};
use crate::extract::Params;
use crate::problem::Problem;
use crate::wire::{Amount, CodeText, Items, SkuText, WordsText, page};

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list_stock))
}

/// Filters of balances; all must hold.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct StockFilter {
    /// Where.
    #[param(inline)]
    warehouse: Option<CodeText>,
    /// Of what.
    #[param(inline)]
    sku: Option<SkuText>,
    /// Words that must all occur in name, SKU, description, category or barcodes.
    #[param(inline)]
    q: Option<WordsText>,
    /// The name of the category, in any case.
    #[param(inline)]
    category: Option<WordsText>,
    /// Whether something is available.
    #[param(inline)]
    status: Option<StatusName>,
    /// Only balances at or below their reorder minimum.
    low: Option<bool>,
    /// The most rows.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u64>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// Whether something is there to be issued.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StatusName {
    /// More than nothing is available.
    Available,
    /// Nothing is.
    OutOfStock,
}

impl From<StatusName> for Availability {
    fn from(status: StatusName) -> Availability {
        match status {
            StatusName::Available => Availability::Available,
            StatusName::OutOfStock => Availability::OutOfStock,
        }
    }
}

impl StockFilter {
    /// The query.
    ///
    /// # Errors
    ///
    /// When a filter is out of range.
    pub(crate) fn into_query(self) -> Result<Stock, Problem> {
        Ok(Stock {
            warehouse: self.warehouse.map(|code| code.0),
            sku: self.sku.map(|sku| sku.0),
            text: self.q.map(|words| words.0.0),
            category: self.category.map(|name| name.0.0),
            availability: self.status.map(Availability::from),
            low: self.low.unwrap_or_default(),
            scope: None,
            page: page(self.limit, self.cursor)?,
        })
    }
}

/// A balance.
#[derive(Serialize, ToSchema)]
#[schema(as = StockRow)]
pub(crate) struct StockView {
    /// Where.
    warehouse: String,
    /// Of what.
    sku: String,
    /// The product's name.
    name: String,
    /// What is on hand.
    on_hand: Amount,
    /// What of it is promised to orders.
    reserved: Amount,
    /// What of it may not be used.
    on_hold: Amount,
    /// What of it may still be issued.
    available: Amount,
    /// What is on its way here.
    incoming: Amount,
    /// How often the balance has changed.
    version: u64,
    /// Age of the figures in milliseconds: 0 where the warehouse is the answering node's own.
    age_ms: u64,
    /// Whether the figures can be taken as those of now: the warehouse's node was heard of a moment ago.
    is_live: bool,
}

impl From<StockRow> for StockView {
    fn from(row: StockRow) -> StockView {
        StockView {
            warehouse: row.key.warehouse.to_string(),
            sku: row.key.sku.to_string(),
            name: row.name,
            on_hand: Amount(row.balance.on_hand),
            reserved: Amount(row.balance.reserved),
            on_hold: Amount(row.balance.on_hold),
            available: Amount(row.balance.available()),
            incoming: Amount(row.incoming),
            version: row.balance.version.0,
            age_ms: row.age_ms,
            is_live: row.is_live,
        }
    }
}

/// Lists balances, by SKU and warehouse
#[utoipa::path(
    get, path = "/v1/stock", tag = "stock", params(StockFilter),
    responses((status = 200, body = Items<StockView>)),
)]
async fn list_stock(session: Session, Params(filter): Params<StockFilter>) -> Result<Response, Problem> {
    let page = session.ask(filter.into_query()?).await?;
    Ok(json(StatusCode::OK, &Items::of(page, StockView::from)))
}

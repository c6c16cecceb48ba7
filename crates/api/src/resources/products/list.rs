//! Searching the catalogue.

use acopio_contract::query::{Availability, ProductSort, Products};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::view::ProductView;
use crate::auth::{Session, json};
use crate::extract::Params;
use crate::problem::Problem;
use crate::resources::stock::StatusName;
use crate::wire::{CodeText, Items, WordsText, page};

/// Filters of the catalogue; all must hold.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct ProductFilter {
    /// Words that must all occur in name, SKU, description, category or barcodes, without regard to case and accents.
    #[param(inline)]
    q: Option<WordsText>,
    /// The name of the category, in any case.
    #[param(inline)]
    category: Option<WordsText>,
    /// Whether something is available, in `warehouse` or else anywhere.
    #[param(inline)]
    status: Option<StatusName>,
    /// The warehouse whose stock counts.
    #[param(inline)]
    warehouse: Option<CodeText>,
    /// Retired products only, or only others; both if not said.
    retired: Option<bool>,
    /// In which order. With `q` and without this, best matches first.
    #[param(inline)]
    sort: Option<SortName>,
    /// The most rows.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u64>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// Orders of products; with `-` backwards.
#[derive(Clone, Copy, Deserialize, ToSchema)]
pub(crate) enum SortName {
    /// By SKU.
    #[serde(rename = "sku")]
    Sku,
    /// By SKU, backwards.
    #[serde(rename = "-sku")]
    SkuDescending,
    /// By name.
    #[serde(rename = "name")]
    Name,
    /// By name, backwards.
    #[serde(rename = "-name")]
    NameDescending,
    /// In the order of creation.
    #[serde(rename = "created")]
    Created,
    /// The latest first.
    #[serde(rename = "-created")]
    CreatedDescending,
}

impl From<SortName> for ProductSort {
    fn from(sort: SortName) -> ProductSort {
        match sort {
            SortName::Sku => ProductSort::Sku,
            SortName::SkuDescending => ProductSort::SkuDescending,
            SortName::Name => ProductSort::Name,
            SortName::NameDescending => ProductSort::NameDescending,
            SortName::Created => ProductSort::Created,
            SortName::CreatedDescending => ProductSort::CreatedDescending,
        }
    }
}

impl ProductFilter {
    /// The query.
    ///
    /// # Errors
    ///
    /// When a filter is out of range.
    pub(crate) fn into_query(self) -> Result<Products, Problem> {
        Ok(Products {
            text: self.q.map(|words| words.0.0),
            category: self.category.map(|name| name.0.0),
            availability: self.status.map(Availability::from),
            warehouse: self.warehouse.map(|code| code.0),
            retired: self.retired,
            sort: self.sort.map(ProductSort::from),
            scope: None,
            page: page(self.limit, self.cursor)?,
        })
    }
}

/// Lists products
#[utoipa::path(
    get, path = "/v1/products", tag = "products", params(ProductFilter),
    responses((status = 200, body = Items<ProductView>)),
)]
pub(super) async fn list_products(
    session: Session,
    Params(filter): Params<ProductFilter>,
) -> Result<Response, Problem> {
    let page = session.ask(filter.into_query()?).await?;
    let sees_cost = session.identity.sees_cost;
    Ok(json(StatusCode::OK, &Items::of(page, |row| ProductView::new(row, sees_cost))))
}

//! Lists and single transfers.

use acopio_contract::query::{TransferById, Transfers};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::{StateName, TransferView, Views};
use crate::auth::{Session, json, tagged};
use crate::extract::{Params, PathText, record_id};
use crate::problem::Problem;
use crate::wire::{CodeText, Items, SkuText, page};

/// Filters of transfers; all must hold.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct TransferFilter {
    /// How far they are.
    #[param(inline)]
    state: Option<StateName>,
    /// The warehouse that sends.
    #[param(inline)]
    from: Option<CodeText>,
    /// The warehouse that receives.
    #[param(inline)]
    to: Option<CodeText>,
    /// A SKU that they have a line of.
    #[param(inline)]
    sku: Option<SkuText>,
    /// The most rows.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u64>,
    /// Where the page before ended.
    cursor: Option<String>,
}

impl TransferFilter {
    /// The query.
    ///
    /// # Errors
    ///
    /// When a filter is out of range.
    pub(crate) fn into_query(self) -> Result<Transfers, Problem> {
        Ok(Transfers {
            state: self.state.map(|state| state.into()),
            from: self.from.map(|code| code.0),
            to: self.to.map(|code| code.0),
            sku: self.sku.map(|sku| sku.0),
            scope: None,
            page: page(self.limit, self.cursor)?,
        })
    }
}

/// Lists transfers, newest first
///
/// Shown are those that begin or end where the caller has a role.
#[utoipa::path(
    get, path = "/v1/transfers", tag = "transfers", params(TransferFilter),
    responses((status = 200, body = Items<TransferView>)),
)]
pub(super) async fn list_transfers(
    session: Session,
    Params(filter): Params<TransferFilter>,
) -> Result<Response, Problem> {
    let page = session.ask(filter.into_query()?).await?;
    let mut views = Views::new(&session);
    let mut items = Vec::with_capacity(page.items.len());
    for transfer in page.items {
        items.push(views.of(transfer).await?);
    }
    Ok(json(StatusCode::OK, &Items { items, next_cursor: page.next }))
}

/// Shows a transfer
#[utoipa::path(
    get, path = "/v1/transfers/{id}", tag = "transfers", params(("id" = String, Path)),
    responses((status = 200, body = TransferView), (status = 304)),
)]
pub(super) async fn get_transfer(
    session: Session,
    headers: HeaderMap,
    PathText(id): PathText,
) -> Result<Response, Problem> {
    let transfer = session.ask(TransferById { id: record_id("transfer", &id)? }).await?;
    let transfer = transfer.ok_or_else(|| Problem::not_found("transfer", &id))?;
    let version = transfer.version;
    Ok(tagged(&headers, version, &Views::new(&session).of(transfer).await?))
}

//! One product: created, shown, changed, retired.

use acopio_contract::query::ProductBySku;
use acopio_ledger::command::{ChangeProduct, Command, ProductPatch};
use acopio_ledger::ids::Version;
use acopio_ledger::names::Sku;
use axum::http::StatusCode;
use axum::http::header::ETAG;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::request::{ProductChange, ProductRequest};
use super::view::ProductView;
use crate::auth::{NotDone, Session, etag, json};
use crate::extract::{IfMatch, IfMatchParam, JsonBody, Key, KeyParam, Params, PathText};
use crate::problem::Problem;
use crate::wire::LineText;

/// Creates a product
#[utoipa::path(
    post, path = "/v1/products", tag = "products", params(KeyParam),
    request_body = ProductRequest,
    responses((status = 201, body = ProductView)),
)]
pub(super) async fn create_product(
    session: Session,
    key: Key,
    JsonBody(request): JsonBody<ProductRequest>,
) -> Result<Response, NotDone> {
    let product = request.check()?;
    let done = session.submit(key, Command::CreateProduct(product.clone())).await?;
    let view = ProductView::created(&product, done.record().stamp, session.identity.sees_cost);
    Ok(done.created(&location(&product.sku), Version(1), &view))
}

/// Shows a product
#[utoipa::path(
    get, path = "/v1/products/{sku}", tag = "products", params(("sku" = String, Path)),
    responses((status = 200, body = ProductView)),
)]
pub(super) async fn get_product(session: Session, PathText(sku): PathText) -> Result<Response, Problem> {
    shown(&session, path_sku(&sku)?).await
}

/// Changes a product
///
/// What is left out stays as it is; `null` takes away.
#[utoipa::path(
    patch, path = "/v1/products/{sku}", tag = "products",
    params(("sku" = String, Path), KeyParam, IfMatchParam),
    request_body = ProductChange,
    responses((status = 200, body = ProductView)),
)]
pub(super) async fn change_product(
    session: Session,
    key: Key,
    IfMatch(expected): IfMatch,
    PathText(sku): PathText,
    JsonBody(request): JsonBody<ProductChange>,
) -> Result<Response, NotDone> {
    let sku = path_sku(&sku)?;
    let change = ChangeProduct { sku: sku.clone(), patch: request.check()?, expected };
    let done = session.submit(key, Command::ChangeProduct(change)).await?;
    let mut response = shown(&session, sku).await?;
    done.stamp(&mut response);
    Ok(response)
}

/// Why a product is retired.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RetireParams {
    /// Why: kept in the log, and seen in the audit.
    #[param(inline)]
    reason: Option<LineText>,
}

/// Retires a product
///
/// What has history is never deleted. Refused with 409 while there is stock.
#[utoipa::path(
    delete, path = "/v1/products/{sku}", tag = "products",
    params(("sku" = String, Path), RetireParams, KeyParam, IfMatchParam),
    responses((status = 204)),
)]
pub(super) async fn retire_product(
    session: Session,
    key: Key,
    IfMatch(expected): IfMatch,
    PathText(sku): PathText,
    Params(RetireParams { reason }): Params<RetireParams>,
) -> Result<Response, NotDone> {
    let reason = reason.map(|reason| reason.0);
    let patch = ProductPatch { retired: Some(true), reason, ..ProductPatch::default() };
    let change = ChangeProduct { sku: path_sku(&sku)?, patch, expected };
    Ok(session.submit(key, Command::ChangeProduct(change)).await?.no_content())
}

/// The SKU in a path.
pub(super) fn path_sku(text: &str) -> Result<Sku, Problem> {
    Sku::new(text).map_err(|_| Problem::not_found("product", text))
}

/// The product as it is now. It has an `ETag` for changing it, but is never answered with 304: its stock and the name
/// of its category change without its version.
async fn shown(session: &Session, sku: Sku) -> Result<Response, Problem> {
    let row = session.ask(ProductBySku { sku: sku.clone(), scope: None }).await?;
    let row = row.ok_or_else(|| Problem::not_found("product", &sku))?;
    let version = row.product.version;
    let mut response = json(StatusCode::OK, &ProductView::new(row, session.identity.sees_cost));
    response.headers_mut().insert(ETAG, etag(version));
    Ok(response)
}

/// Where a product is found: its SKU may hold what a path must not.
fn location(sku: &Sku) -> String {
    let mut path = "/v1/products/".to_owned();
    for byte in sku.as_str().bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.".contains(&byte) {
            path.push(char::from(byte));
        } else {
            path.push_str(&format!("%{byte:02X}"));
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_encoded() {
        let sku = Sku::new("A+B #1 ñ").unwrap();
        assert_eq!(location(&sku), "/v1/products/A%2BB%20%231%20%C3%B1");
    }
}

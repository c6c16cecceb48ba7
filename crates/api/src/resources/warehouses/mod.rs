//! `/v1/warehouses`: places with stock of their own. They are never deleted.

mod durability;
mod hand_over;

use acopio_contract::query::Warehouses;
use acopio_ledger::command::{Command, NameWarehouse};
use acopio_ledger::ids::Version;
use acopio_ledger::names::WarehouseCode;
use acopio_ledger::records::{Durability, Warehouse};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::durability::DurabilityText;
use crate::app::App;
use crate::auth::{NotDone, Session, json, tagged};
use crate::extract::{IfMatch, IfMatchParam, JsonBody, Key, KeyParam, PathText};
use crate::problem::Problem;
use crate::wire::{CodeText, Items, TitleText};

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(list_warehouses, create_warehouse))
        .routes(routes!(get_warehouse, rename_warehouse))
        .routes(routes!(hand_over::hand_over_warehouse))
        .routes(routes!(durability::set_durability))
}

/// A warehouse.
#[derive(Serialize, ToSchema)]
#[schema(as = Warehouse)]
struct WarehouseView {
    /// Its code, the key.
    code: String,
    /// Its name.
    name: String,
    /// The node that decides about its stock.
    owner: String,
    /// How often that has changed hands, from 1.
    epoch: u64,
    /// The node that is to take it: until it does, nobody decides about its stock.
    handed_to: Option<String>,
    /// What must have happened before anything about it is told as done.
    durability: DurabilityText,
    /// How often it has changed; also its `ETag`.
    version: u64,
}

impl From<Warehouse> for WarehouseView {
    fn from(warehouse: Warehouse) -> WarehouseView {
        WarehouseView {
            code: warehouse.code.to_string(),
            name: warehouse.name,
            owner: warehouse.owner.to_string(),
            epoch: warehouse.epoch.0,
            handed_to: warehouse.handed_to.map(|node| node.to_string()),
            durability: warehouse.durability.into(),
            version: warehouse.version.0,
        }
    }
}

/// A warehouse to be created.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WarehouseRequest {
    /// Its code, the key: for ever.
    code: CodeText,
    /// Its name.
    name: TitleText,
}

/// What changes of a warehouse.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct WarehouseChange {
    /// Its name.
    name: TitleText,
}

/// Lists all warehouses, by code
#[utoipa::path(
    get, path = "/v1/warehouses", tag = "warehouses",
    responses((status = 200, body = Items<WarehouseView>)),
)]
async fn list_warehouses(session: Session) -> Result<Response, Problem> {
    let warehouses = session.ask(Warehouses).await?.into_iter().map(WarehouseView::from).collect();
    Ok(json(StatusCode::OK, &Items::all(warehouses)))
}

/// Creates a warehouse
#[utoipa::path(
    post, path = "/v1/warehouses", tag = "warehouses", params(KeyParam),
    request_body = WarehouseRequest,
    responses((status = 201, body = WarehouseView)),
)]
async fn create_warehouse(
    session: Session,
    key: Key,
    JsonBody(request): JsonBody<WarehouseRequest>,
) -> Result<Response, NotDone> {
    let new = NameWarehouse { code: request.code.0, name: request.name.0, expected: None };
    let (code, name) = (new.code.to_string(), new.name.to_string());
    let done = session.submit(key, Command::CreateWarehouse(new)).await?;
    let owner = done.record().first.node.to_string();
    let durability = Durability::default().into();
    let view = WarehouseView { code, name, owner, epoch: 1, handed_to: None, durability, version: 1 };
    Ok(done.created(&format!("/v1/warehouses/{}", view.code), Version(1), &view))
}

/// Shows a warehouse
#[utoipa::path(
    get, path = "/v1/warehouses/{code}", tag = "warehouses", params(("code" = String, Path)),
    responses((status = 200, body = WarehouseView), (status = 304)),
)]
async fn get_warehouse(
    session: Session,
    headers: HeaderMap,
    PathText(code): PathText,
) -> Result<Response, Problem> {
    let warehouse = find(&session, &path_code(&code)?).await?;
    Ok(tagged(&headers, warehouse.version, &WarehouseView::from(warehouse)))
}

/// Renames a warehouse
#[utoipa::path(
    patch, path = "/v1/warehouses/{code}", tag = "warehouses",
    params(("code" = String, Path), KeyParam, IfMatchParam),
    request_body = WarehouseChange,
    responses((status = 200, body = WarehouseView)),
)]
async fn rename_warehouse(
    session: Session,
    key: Key,
    IfMatch(expected): IfMatch,
    PathText(code): PathText,
    JsonBody(request): JsonBody<WarehouseChange>,
) -> Result<Response, NotDone> {
    let code = path_code(&code)?;
    let rename = NameWarehouse { code: code.clone(), name: request.name.0, expected };
    let done = session.submit(key, Command::RenameWarehouse(rename)).await?;
    let warehouse = find(&session, &code).await?;
    let mut response = tagged(&HeaderMap::new(), warehouse.version, &WarehouseView::from(warehouse));
    done.stamp(&mut response);
    Ok(response)
}

/// The warehouse's code in a path.
pub(crate) fn path_code(text: &str) -> Result<WarehouseCode, Problem> {
    WarehouseCode::new(text).map_err(|_| Problem::not_found("warehouse", text))
}

async fn find(session: &Session, code: &WarehouseCode) -> Result<Warehouse, Problem> {
    let mut all = session.ask(Warehouses).await?.into_iter();
    all.find(|warehouse| warehouse.code == *code).ok_or_else(|| Problem::not_found("warehouse", code))
}

//! `/v1/categories`: groups of products. Renaming and removal carry to the products.

use acopio_contract::query::Categories;
use acopio_ledger::command::{Command, CreateCategory, RemoveCategory, RenameCategory};
use acopio_ledger::ids::{EntryId, Version};
use acopio_ledger::records::Category;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::{NotDone, Session, json, tagged};
use crate::extract::{IfMatch, IfMatchParam, JsonBody, Key, KeyParam, PathText, record_id};
use crate::problem::Problem;
use crate::wire::{Items, TitleText};

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(list_categories, create_category)).routes(routes!(
        get_category,
        rename_category,
        remove_category
    ))
}

/// A category.
#[derive(Serialize, ToSchema)]
#[schema(as = Category)]
struct CategoryView {
    /// Its permanent id.
    #[schema(value_type = String, example = "main.1.7")]
    id: EntryId,
    /// Its name, unique without regard to case.
    name: String,
    /// How often it has changed; also its `ETag`.
    version: u64,
}

impl From<Category> for CategoryView {
    fn from(category: Category) -> CategoryView {
        CategoryView { id: category.id, name: category.name, version: category.version.0 }
    }
}

/// A category's name.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct CategoryRequest {
    /// Unique without regard to case.
    name: TitleText,
}

/// Lists all categories, by name
#[utoipa::path(
    get, path = "/v1/categories", tag = "categories",
    responses((status = 200, body = Items<CategoryView>)),
)]
async fn list_categories(session: Session) -> Result<Response, Problem> {
    let categories = session.ask(Categories).await?.into_iter().map(CategoryView::from).collect();
    Ok(json(StatusCode::OK, &Items::all(categories)))
}

/// Creates a category
#[utoipa::path(
    post, path = "/v1/categories", tag = "categories", params(KeyParam),
    request_body = CategoryRequest,
    responses((status = 201, body = CategoryView)),
)]
async fn create_category(
    session: Session,
    key: Key,
    JsonBody(request): JsonBody<CategoryRequest>,
) -> Result<Response, NotDone> {
    let name = request.name.0;
    let done = session.submit(key, Command::CreateCategory(CreateCategory { name: name.clone() })).await?;
    let view = CategoryView { id: done.record().first.clone(), name: name.to_string(), version: 1 };
    Ok(done.created(&format!("/v1/categories/{}", view.id), Version(1), &view))
}

/// Shows a category
#[utoipa::path(
    get, path = "/v1/categories/{id}", tag = "categories", params(("id" = String, Path)),
    responses((status = 200, body = CategoryView), (status = 304)),
)]
async fn get_category(
    session: Session,
    headers: HeaderMap,
    PathText(id): PathText,
) -> Result<Response, Problem> {
    let category = find(&session, &record_id("category", &id)?).await?;
    Ok(tagged(&headers, category.version, &CategoryView::from(category)))
}

/// Renames a category; its products follow
#[utoipa::path(
    patch, path = "/v1/categories/{id}", tag = "categories",
    params(("id" = String, Path), KeyParam, IfMatchParam),
    request_body = CategoryRequest,
    responses((status = 200, body = CategoryView)),
)]
async fn rename_category(
    session: Session,
    key: Key,
    IfMatch(expected): IfMatch,
    PathText(id): PathText,
    JsonBody(request): JsonBody<CategoryRequest>,
) -> Result<Response, NotDone> {
    let id: EntryId = record_id("category", &id)?;
    let rename = RenameCategory { id: id.clone(), name: request.name.0, expected };
    let done = session.submit(key, Command::RenameCategory(rename)).await?;
    let category = find(&session, &id).await?;
    let mut response = tagged(&HeaderMap::new(), category.version, &CategoryView::from(category));
    done.stamp(&mut response);
    Ok(response)
}

/// Removes a category; its products have none then
#[utoipa::path(
    delete, path = "/v1/categories/{id}", tag = "categories",
    params(("id" = String, Path), KeyParam, IfMatchParam),
    responses((status = 204)),
)]
async fn remove_category(
    session: Session,
    key: Key,
    IfMatch(expected): IfMatch,
    PathText(id): PathText,
) -> Result<Response, NotDone> {
    let remove = RemoveCategory { id: record_id("category", &id)?, expected };
    Ok(session.submit(key, Command::RemoveCategory(remove)).await?.no_content())
}

async fn find(session: &Session, id: &EntryId) -> Result<Category, Problem> {
    let mut all = session.ask(Categories).await?.into_iter();
    all.find(|category| category.id == *id).ok_or_else(|| Problem::not_found("category", id))
}

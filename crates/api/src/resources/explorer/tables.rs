//! What there is to look into.

use acopio_contract::query::{ExplorerTable, ExplorerTables};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::{Session, json};
use crate::problem::Problem;
use crate::wire::Items;

/// A table of the node's database.
#[derive(Serialize, ToSchema)]
#[schema(as = ExplorerTable)]
pub(super) struct TableView {
    /// Its name.
    name: String,
    /// What it holds.
    about: &'static str,
    /// The columns that may be read.
    columns: Vec<ColumnView>,
}

/// A column of a table.
#[derive(Serialize, ToSchema)]
#[schema(as = ExplorerColumn)]
struct ColumnView {
    /// Its name.
    name: String,
    /// The type that it was declared with, as `INTEGER`.
    #[serde(rename = "type")]
    kind: String,
}

impl From<ExplorerTable> for TableView {
    fn from(table: ExplorerTable) -> TableView {
        let column = |column: acopio_contract::query::ExplorerColumn| ColumnView {
            name: column.name,
            kind: column.kind,
        };
        TableView {
            name: table.name,
            about: table.about,
            columns: table.columns.into_iter().map(column).collect(),
        }
    }
}

/// Lists the tables that statements may read
///
/// For administrators. They differ from version to version: programs use the other routes.
#[utoipa::path(
    get, path = "/v1/explorer/tables", tag = "explorer",
    responses((status = 200, body = Items<TableView>)),
)]
pub(super) async fn list_tables(session: Session) -> Result<Response, Problem> {
    let tables = session.ask(ExplorerTables).await?;
    Ok(json(StatusCode::OK, &Items::all(tables.into_iter().map(TableView::from).collect())))
}

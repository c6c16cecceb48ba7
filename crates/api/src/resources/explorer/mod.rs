//! `/v1/explorer`: administrators look into the node's database by statements of their own, which only read.
//!
//! Every statement is written in the log before it runs, and does not run where that fails.

mod csv;
mod query;
mod run;
mod tables;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) use run::STATEMENTS_MAX;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(tables::list_tables))
        .routes(routes!(query::run_statement))
        .routes(routes!(csv::run_statement_csv))
}

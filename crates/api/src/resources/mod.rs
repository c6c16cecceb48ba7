//! The resources of `/v1` and beside it: one file each, one line each in [`all`].

mod alerts;
pub(crate) mod audit;
mod backups;
mod categories;
mod cluster;
mod conflicts;
mod dead_letters;
mod events;
mod explorer;
mod holds;
pub(crate) mod movements;
mod names;
mod operations;
pub(crate) mod products;
mod reconcile;
mod rules;
mod sessions;
mod settings;
mod statistics;
pub(crate) mod stock;
mod system;
mod tokens;
pub(crate) mod transfers;
mod users;
mod verify;
mod warehouses;

use utoipa_axum::router::OpenApiRouter;

use crate::app::App;

pub(crate) use explorer::STATEMENTS_MAX;

/// All routes that are in the document.
pub(crate) fn all() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .merge(sessions::routes())
        .merge(tokens::routes())
        .merge(users::routes())
        .merge(products::routes())
        .merge(categories::routes())
        .merge(warehouses::routes())
        .merge(stock::routes())
        .merge(movements::routes())
        .merge(statistics::routes())
        .merge(holds::routes())
        .merge(transfers::routes())
        .merge(rules::routes())
        .merge(alerts::routes())
        .merge(events::routes())
        .merge(cluster::routes())
        .merge(operations::routes())
        .merge(dead_letters::routes())
        .merge(reconcile::routes())
        .merge(conflicts::routes())
        .merge(explorer::routes())
        .merge(settings::routes())
        .merge(audit::routes())
        .merge(verify::routes())
        .merge(backups::routes())
        .merge(system::routes())
        .merge(crate::imports::routes())
        .merge(crate::exports::routes())
}

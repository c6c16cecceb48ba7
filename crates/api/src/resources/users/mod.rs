//! `/v1/users`: who may log in, and what they may do.

mod manage;
mod own;
mod request;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;

pub(crate) use view::{GrantView, UserView};

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        .routes(routes!(manage::list_users, manage::create_user))
        .routes(routes!(own::get_own_user))
        .routes(routes!(own::change_own_password))
        .routes(routes!(manage::get_user, manage::change_user, manage::disable_user))
}

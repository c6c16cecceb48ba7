//! The HTTP side of acopio: REST, events, authentication, OpenAPI. Serves any [`Inventory`] and names no backend.
//!
//! `request → extract → Session (who may) → Command or Query → Inventory → view → response`. Handlers are thin: stock
//! rules live in the ledger, and who may ask what in `acopio_contract::access`. See [`Api`] and [`serve`].

mod app;
mod auth;
mod config;
mod exports;
mod extract;
mod imports;
mod observe;
mod openapi;
mod pages;
mod problem;
mod resources;
mod server;
mod web;
mod wire;

use std::io;
use std::sync::Arc;

use acopio_contract::Inventory;
use axum::Router;
use axum::http::StatusCode;

use crate::app::App;
use crate::observe::{Metrics, Observe};
use crate::problem::Problem;

pub use config::ApiConfig;
pub use server::{Tls, TlsError, serve};

/// Passwords and keys, for whoever founds a company or starts a node.
pub mod credentials {
    pub use crate::auth::passwords::{check_new, hash};

    /// The public half of a signing key: what the node publishes in its log.
    pub fn public_key(signing_key: &[u8; 32]) -> [u8; 32] {
        crate::auth::Signer::new(signing_key).public_key()
    }
}

/// The API of an inventory. A copy serves the same.
#[derive(Clone)]
pub struct Api {
    app: App,
    router: Router,
}

impl Api {
    /// Assembles the API of an inventory, and makes its staging folder.
    ///
    /// # Errors
    ///
    /// When the folder cannot be made.
    pub fn new(inventory: Arc<dyn Inventory>, config: ApiConfig) -> io::Result<Api> {
        std::fs::create_dir_all(&config.staging)?;
        let (routes, document) = documented();
        let pages = pages::routes(&document);
        let templates = document.paths.paths.keys().cloned().chain(pages::PATHS.map(str::to_owned));
        let app = App::new(inventory, config, Metrics::new(templates));
        let router = routes
            .merge(pages)
            .fallback(web::file_or_unknown)
            .method_not_allowed_fallback(wrong_method)
            .layer(Observe(app.clone()))
            .with_state(app.clone());
        Ok(Api { app, router })
    }

    /// The routes, to be served or to be called in a test.
    pub fn router(&self) -> Router {
        self.router.clone()
    }
}

/// The OpenAPI document of all routes.
pub fn openapi() -> utoipa::openapi::OpenApi {
    documented().1
}

fn documented() -> (Router<App>, utoipa::openapi::OpenApi) {
    let base = utoipa_axum::router::OpenApiRouter::with_openapi(openapi::base());
    let (routes, document) = base.merge(resources::all()).split_for_parts();
    (routes, openapi::complete(document))
}

async fn wrong_method(method: axum::http::Method) -> Problem {
    let detail = format!("the route does not take {method}: see the header Allow");
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method_not_allowed", detail)
}

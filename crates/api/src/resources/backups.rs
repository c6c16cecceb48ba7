//! `/v1/backups`: copies of the whole database, taken while the server works.

use acopio_contract::query::Backup;
use acopio_ledger::records::Role;
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use tokio::fs::File;
use tokio::sync::Mutex;
use tokio_util::io::ReaderStream;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::app::App;
use crate::auth::Session;
use crate::problem::Problem;

/// How much of a copy is read at once.
const PIECE_BYTES: usize = 256 * 1024;

/// One copy is made at a time: it takes as much room as the database.
static TURN: Mutex<()> = Mutex::const_new(());

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(back_up))
}

/// Downloads a copy of the database
///
/// For administrators. The copy is as of one moment, and `acopio restore` takes it. Nothing waits for it.
#[utoipa::path(
    post, path = "/v1/backups", tag = "system",
    responses((status = 200, body = Vec<u8>, content_type = "application/vnd.sqlite3")),
)]
async fn back_up(session: Session) -> Result<Response, Problem> {
    session.identity.principal.need_everywhere(Role::Admin)?;
    let copy = {
        let _turn = TURN.try_lock().map_err(|_| Problem::busy("another backup is being made", 10))?;
        make_copy(&session).await?
    };
    let length = copy.metadata().await.map_err(Problem::internal)?.len();
    let name = format!("attachment; filename=\"acopio-{}.db\"", session.app.config.node);
    let mut response = Body::from_stream(ReaderStream::with_capacity(copy, PIECE_BYTES)).into_response();
    *response.status_mut() = StatusCode::OK;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/vnd.sqlite3"));
    headers.insert(CONTENT_LENGTH, length.into());
    headers.insert(CONTENT_DISPOSITION, HeaderValue::try_from(name).map_err(Problem::internal)?);
    Ok(response)
}

/// Makes a copy and opens it. Its name goes at once, its content when it is closed, however the download ends.
async fn make_copy(session: &Session) -> Result<File, Problem> {
    let path = session.app.config.staging.join(format!("backup-{}.db", Uuid::now_v7()));
    let made = session.ask(Backup { file: path.clone() }).await;
    let opened = match made {
        Ok(_) => File::open(&path).await.map_err(Problem::internal),
        Err(problem) => Err(problem),
    };
    // What is not there need not go.
    let _ = tokio::fs::remove_file(&path).await;
    opened
}

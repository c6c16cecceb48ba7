//! The handlers of `/v1/imports`: thin; the work is done elsewhere.

use std::sync::Arc;

use acopio_contract::query::{ImportById, UserById};
use acopio_ledger::command::{Command, UndoImport};
use acopio_ledger::ids::ImportId;
use acopio_ledger::records::Role;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouterExt};
use utoipa_axum::routes;
use uuid::Uuid;

use super::record::{Figures, ImportRecord, ImportState};
use super::report::{self, ReportLine};
use super::upload::{self, Upload};
use super::view::ImportView;
use super::work::Job;
use crate::app::App;
use crate::auth::{NotDone, Session, json, now};
use crate::exports::{attachment, stream_csv};
use crate::extract::{IDEMPOTENCY_KEY, Key, KeyParam, OptionalBody, Params, PathText, record_id};
use crate::problem::Problem;
use crate::wire::{Items, LineText, page};

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default()
        // The upload counts its own bytes, part by part.
        .routes(routes!(list_imports, upload_import).layer(DefaultBodyLimit::disable()))
        .routes(routes!(get_import, discard_import))
        .routes(routes!(list_import_problems))
        .routes(routes!(download_import_problems))
        .routes(routes!(commit_import))
        .routes(routes!(undo_import))
}

/// A file and what its columns mean.
#[derive(ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "only its document is used")]
struct ImportUpload {
    /// The profile, a TOML text of at most 256 KiB.
    profile: String,
    /// The file: CSV (also gzipped), XLSX or ODS, at most 256 MiB.
    #[schema(value_type = String, format = Binary, content_media_type = "application/octet-stream")]
    file: Vec<u8>,
}

/// Which part of a list is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct ListParams {
    /// The most rows.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u64>,
    /// Where the page before ended.
    cursor: Option<String>,
}

/// How an import is undone.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UndoRequest {
    /// Why.
    reason: Option<LineText>,
}

/// Imports concern every warehouse: only those may touch them who may post them.
fn check_role(session: &Session) -> Result<(), Problem> {
    Ok(session.identity.principal.need_everywhere(Role::Manager)?)
}

/// Uploads a file with its profile, and starts to check it
///
/// The check posts nothing. It lists every problem of every row; see `/v1/imports/{id}` for how far it is.
#[utoipa::path(
    post, path = "/v1/imports", tag = "imports", params(KeyParam),
    request_body(content = ImportUpload, content_type = "multipart/form-data"),
    responses((status = 201, body = ImportView)),
)]
async fn upload_import(session: Session, key: Key, request: Request) -> Result<Response, Problem> {
    if let Err(problem) = check_role(&session) {
        crate::extract::drain(request.into_body()).await;
        return Err(problem);
    }
    let imports = &session.app.imports;
    let Upload { folder, profile, file, content } = upload::take(imports.root(), request).await?;
    let who = &session.identity.principal;
    let record = ImportRecord {
        id: ImportId(Uuid::now_v7().into_bytes()),
        is_of_products: profile.kind == acopio_sheets::profile::ProfileKind::Products,
        profile: profile.name,
        file,
        state: ImportState::Checking,
        is_resumable: false,
        run: 1,
        figures: Figures::default(),
        detail: None,
        created_at: now(),
        actor: who.user,
        actor_name: who.username.clone(),
        key: key.0.to_string(),
        content,
    };
    let app = session.app.clone();
    let job = on_disk(move || app.imports.begin(folder, record)).await?;
    let mut response = json(StatusCode::CREATED, &ImportView::of(&job));
    let headers = response.headers_mut();
    let location = format!("/v1/imports/{}", job.record().id);
    headers.extend(HeaderValue::from_str(&location).map(|location| (LOCATION, location)));
    headers.extend(HeaderValue::from_str(key.0.as_str()).map(|key| (IDEMPOTENCY_KEY, key)));
    Ok(response)
}

/// Lists the imports of this server, newest first
#[utoipa::path(
    get, path = "/v1/imports", tag = "imports", params(ListParams),
    responses((status = 200, body = Items<ImportView>)),
)]
async fn list_imports(session: Session, Params(params): Params<ListParams>) -> Result<Response, Problem> {
    check_role(&session)?;
    let page = page(params.limit, params.cursor)?;
    let before = page.cursor.map(|cursor| cursor.parse().map_err(|_| Problem::cursor(&cursor)));
    let (jobs, has_more) = session.app.imports.list(before.transpose()?, page.limit);
    let next_cursor = jobs.last().filter(|_| has_more).map(|job| job.record().id.to_string());
    let mut items = Vec::with_capacity(jobs.len());
    for job in jobs {
        items.push(view_of(&session, &job).await?);
    }
    Ok(json(StatusCode::OK, &Items { items, next_cursor }))
}

/// An import of this server. A commit that was cut off has no figures of its own: what it posted the ledger knows.
async fn view_of(session: &Session, job: &Job) -> Result<ImportView, Problem> {
    let mut view = ImportView::of(job);
    let record = job.record();
    if record.state == ImportState::Failed
        && let Some(import) = session.ask(ImportById { id: record.id }).await?
    {
        view.has_posted(import.posted);
    }
    Ok(view)
}

/// Shows an import, and how far the work on it is
#[utoipa::path(
    get, path = "/v1/imports/{id}", tag = "imports", params(("id" = String, Path)),
    responses((status = 200, body = ImportView)),
)]
async fn get_import(session: Session, PathText(id): PathText) -> Result<Response, Problem> {
    check_role(&session)?;
    let id: ImportId = record_id("import", &id)?;
    let view = match session.app.imports.find(&id) {
        Some(job) => view_of(&session, &job).await?,
        None => of_ledger(&session, id).await?,
    };
    Ok(json(StatusCode::OK, &view))
}

/// Lists the rows that are not posted, and why
#[utoipa::path(
    get, path = "/v1/imports/{id}/problems", tag = "imports", params(("id" = String, Path), ListParams),
    responses((status = 200, body = Items<ReportLine>)),
)]
async fn list_import_problems(
    session: Session,
    PathText(id): PathText,
    Params(params): Params<ListParams>,
) -> Result<Response, Problem> {
    check_role(&session)?;
    let job = staged(&session, &id)?;
    let page = page(params.limit, params.cursor)?;
    let lines = on_disk(move || {
        let run = job.record().run;
        report::page(&job.folder.problems(run), run, page.limit, page.cursor.as_deref())
    });
    Ok(json(StatusCode::OK, &Items::of(lines.await?, |line| line)))
}

/// Downloads the rows that are not posted, and why, as CSV with the columns `row,column,value,reason`
#[utoipa::path(
    get, path = "/v1/imports/{id}/problems.csv", tag = "imports", params(("id" = String, Path)),
    responses((status = 200, content_type = "text/csv", body = String)),
)]
async fn download_import_problems(session: Session, PathText(id): PathText) -> Result<Response, Problem> {
    check_role(&session)?;
    let job = staged(&session, &id)?;
    let run = job.record().run;
    let body = stream_csv(move |output| report::write_csv(&job.folder.problems(run), output));
    let headers =
        [(CONTENT_TYPE, HeaderValue::from_static("text/csv; charset=utf-8")), attachment("problems.csv")];
    Ok((headers, body).into_response())
}

/// Posts every row that is right and was not posted before
///
/// Rows with problems do not stand in the way: they are listed. What an earlier commit has posted is not posted again,
/// so a commit that was interrupted is simply sent again.
#[utoipa::path(
    post, path = "/v1/imports/{id}/commit", tag = "imports", params(("id" = String, Path), KeyParam),
    responses((status = 202, body = ImportView)),
)]
async fn commit_import(session: Session, PathText(id): PathText) -> Result<Response, Problem> {
    check_role(&session)?;
    let job = staged(&session, &id)?;
    let (app, user, started) = (session.app.clone(), session.identity.principal.user, job.clone());
    on_disk(move || app.imports.commit(&started, user)).await?;
    Ok(json(StatusCode::ACCEPTED, &ImportView::of(&job)))
}

/// Takes back all that an import has posted, or nothing of it
///
/// Refused when some of its goods have gone since. Products that it created stay.
#[utoipa::path(
    post, path = "/v1/imports/{id}/undo", tag = "imports", params(("id" = String, Path), KeyParam),
    request_body = Option<UndoRequest>,
    responses((status = 200, body = ImportView)),
)]
async fn undo_import(
    session: Session,
    key: Key,
    PathText(id): PathText,
    OptionalBody(request): OptionalBody<UndoRequest>,
) -> Result<Response, NotDone> {
    check_role(&session)?;
    let id: ImportId = record_id("import", &id)?;
    let job = session.app.imports.find(&id);
    let _pause = session.app.imports.pause_commits().await;
    if let Some(job) = &job {
        job.record().check_undo()?;
    }
    let known = session.ask(ImportById { id }).await?;
    if job.is_some() && known.is_none() {
        let detail = "the import has posted nothing";
        return Err(Problem::new(StatusCode::CONFLICT, "import_not_committed", detail).into());
    }
    let reason = request.reason.map(|reason| reason.0);
    let done = session.submit(key, Command::UndoImport(UndoImport { id, reason })).await?;
    let view = match job {
        Some(job) => {
            let undone = job.clone();
            on_disk(move || {
                undone.update(|record| record.state = ImportState::Undone).map_err(Problem::internal)
            })
            .await?;
            ImportView::of(&job)
        }
        None => of_ledger(&session, id).await?,
    };
    Ok(done.answer(StatusCode::OK, &view))
}

/// Discards an import of which nothing is posted, with its file
#[utoipa::path(
    delete, path = "/v1/imports/{id}", tag = "imports", params(("id" = String, Path)),
    responses((status = 204)),
)]
async fn discard_import(session: Session, PathText(id): PathText) -> Result<Response, Problem> {
    check_role(&session)?;
    let job = staged(&session, &id)?;
    let app = session.app.clone();
    on_disk(move || app.imports.discard(&job)).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// An import of this server.
fn staged(session: &Session, id: &str) -> Result<Arc<Job>, Problem> {
    let found = session.app.imports.find(&record_id("import", id)?);
    found.ok_or_else(|| Problem::not_found("import", id))
}

/// An import of which only the ledger knows.
async fn of_ledger(session: &Session, id: ImportId) -> Result<ImportView, Problem> {
    let import = session.ask(ImportById { id }).await?;
    let import = import.ok_or_else(|| Problem::not_found("import", id))?;
    // Who may see imports need not be one who may see users; a name is no secret beside what the user has done.
    let user = session.app.ask(UserById { id: import.actor }).await?;
    let actor = user.map_or_else(|| import.actor.to_string(), |user| user.username);
    Ok(ImportView::of_ledger(import, actor))
}

/// Does what may wait for the disk on a thread that may.
async fn on_disk<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    tokio::task::spawn_blocking(work).await.map_err(Problem::internal)?
}

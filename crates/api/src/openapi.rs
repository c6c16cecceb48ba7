//! The OpenAPI document: what the handlers declare, and what holds for all of them.

use utoipa::openapi::path::{Operation, Parameter, ParameterIn};
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{
    Components, Content, Info, License, OpenApi, OpenApiBuilder, Ref, RefOr, Response, ResponseBuilder,
    SecurityRequirement,
};
use utoipa::{PartialSchema, ToSchema};

use crate::auth::LaterBody;
use crate::problem::{PROBLEM_JSON, ProblemBody};

const BEARER: &str = "bearer";
const COOKIE: &str = "cookie";

const ABOUT: &str = "Real-time inventory for many warehouses. Every refusal is a problem (RFC 9457) with a stable \
`code`. Quantities are exact: whole ones are integers, others decimal strings. Lists are read page by page: pass \
`next_cursor` of one page as `cursor` of the next. Every POST that changes something takes an `Idempotency-Key`.";

/// The document before any route is added to it.
pub(crate) fn base() -> OpenApi {
    let mut info = Info::new("acopio", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.to_owned());
    info.license = Some(License::new("MIT"));
    OpenApiBuilder::new().info(info).components(Some(components())).build()
}

fn components() -> Components {
    let mut components = Components::new();
    let bearer =
        Http::builder().scheme(HttpAuthScheme::Bearer).description(Some("A token of `POST /v1/sessions`."));
    components.add_security_scheme(BEARER, SecurityScheme::Http(bearer.build()));
    let cookie = ApiKeyValue::with_description(
        "acopio_session",
        "Set by `POST /v1/sessions`. Requests that change something must come from a page of this server.",
    );
    components.add_security_scheme(COOKIE, SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    components.schemas.insert(ProblemBody::name().into_owned(), ProblemBody::schema());
    components.schemas.insert(LaterBody::name().into_owned(), LaterBody::schema());
    components
}

/// Adds to every operation what follows from its kind: who may call it, and how it may be refused.
pub(crate) fn complete(mut document: OpenApi) -> OpenApi {
    for (path, item) in &mut document.paths.paths {
        let reads = [&mut item.get];
        for operation in reads.into_iter().flatten() {
            refusals(path, operation, false);
        }
        let writes = [&mut item.post, &mut item.put, &mut item.patch, &mut item.delete];
        for operation in writes.into_iter().flatten() {
            refusals(path, operation, true);
        }
    }
    document
}

fn refusals(path: &str, operation: &mut Operation, writes: bool) {
    let is_open = operation.security.as_ref().is_some_and(|security| security.len() == 1);
    let mut statuses = vec![(400, "Malformed: JSON, a query parameter or a header")];
    if is_open {
        if writes {
            statuses.push((401, "Username or password is wrong"));
            statuses.push((403, "Another site sent it"));
            statuses.push((429, "Too many failures: see Retry-After"));
        }
    } else {
        let either = || [BEARER, COOKIE].map(|name| SecurityRequirement::new(name, [""; 0])).into();
        operation.security.get_or_insert_with(either);
        statuses.push((401, "No token, or one that is not good any more"));
        statuses.push((403, "The user's roles do not allow it"));
    }
    if path.contains('{') {
        statuses.push((404, "The path leads to no record"));
    }
    if writes {
        statuses.push((409, "The state of stock or catalogue does not allow it"));
        statuses.push((413, "The body is too large"));
    }
    if writes || has(operation, |parameter| parameter.parameter_in == ParameterIn::Query) {
        statuses.push((422, "A field or parameter is invalid, or names something unknown"));
    }
    if operation.request_body.is_some() {
        statuses.push((415, "The body is not JSON"));
    }
    if has(operation, |parameter| parameter.name == "If-Match") {
        statuses.push((412, "The record has changed since it was read"));
    }
    if path.ends_with("/password") {
        statuses.push((412, "Somebody else has changed the user at the same moment"));
        statuses.push((429, "Too many failures: see Retry-After"));
    }
    statuses.push((500, "The server failed"));
    statuses.push((503, "The server is busy or has stopped: see Retry-After"));
    let is_waited_for = has(operation, |parameter| parameter.name == "Prefer");
    if writes && (is_waited_for || path.ends_with("/take-over")) {
        operation.responses.responses.insert("202".to_owned(), RefOr::T(later()));
    }
    for (status, description) in statuses {
        let responses = &mut operation.responses.responses;
        responses.entry(status.to_string()).or_insert_with(|| RefOr::T(problem(description)));
    }
}

fn has(operation: &Operation, is_it: impl Fn(&Parameter) -> bool) -> bool {
    let mut parameters = operation.parameters.iter().flatten();
    parameters.any(|parameter| matches!(parameter, RefOr::T(parameter) if is_it(parameter)))
}

/// The answer where another node decides and has not yet.
fn later() -> Response {
    let content = Content::new(Some(Ref::from_schema_name(LaterBody::name())));
    let description =
        "Accepted: it waits for the node that decides about it. `Location` leads to the operation.";
    ResponseBuilder::new().description(description).content("application/json", content).build()
}

fn problem(description: &str) -> Response {
    let schema = Ref::from_schema_name(ProblemBody::name());
    let content = Content::new(Some(schema));
    ResponseBuilder::new().description(description).content(PROBLEM_JSON, content).build()
}

//! What handlers take from a request: body, query, path and headers, each refusing with problem details.

mod body;
mod headers;
mod path;
mod patience;
mod query;

pub(crate) use body::{BATCH_BYTES_MAX, JsonBody, OptionalBody, drain};
pub(crate) use headers::{IDEMPOTENCY_KEY, IfMatch, IfMatchParam, Key, KeyParam, accepts, is_unchanged};
pub(crate) use path::{PathText, PathTexts, record_id};
pub(crate) use patience::{Patience, PatienceParam, WaitParam};
pub(crate) use query::Params;

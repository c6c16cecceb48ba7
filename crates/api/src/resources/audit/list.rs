//! The list.

use acopio_contract::query::Deeds;
use acopio_ledger::deed::DeedKind;
use acopio_ledger::names::NodeName;
use acopio_ledger::records::Role;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::IntoParams;

use super::view::{DeedKindName, DeedView};
use crate::auth::{Session, json};
use crate::extract::Params;
use crate::problem::Problem;
use crate::resources::movements::user_id;
use crate::wire::{Items, Time, WordsText, page};

/// Filters of the audit; all must hold.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeedFilter {
    /// By whom: a username or the id of a user.
    #[param(inline)]
    actor: Option<WordsText>,
    /// Of which kind.
    #[param(inline, value_type = Option<DeedKindName>)]
    kind: Option<DeedKind>,
    /// About which record, as `product/A-1`.
    #[param(inline)]
    subject: Option<WordsText>,
    /// Recorded by which node.
    #[param(inline)]
    node: Option<WordsText>,
    /// Recorded at or after this time.
    #[param(inline)]
    from: Option<Time>,
    /// Recorded before this time.
    #[param(inline)]
    to: Option<Time>,
    /// The most rows.
    #[param(minimum = 1, maximum = 1000, default = 50)]
    limit: Option<u64>,
    /// Where the page before ended.
    cursor: Option<String>,
}

impl DeedFilter {
    /// The query; nothing when it can have no answer, as the actor or the node is unknown.
    ///
    /// # Errors
    ///
    /// When a filter is out of range, or the caller may not see the audit.
    pub(crate) async fn into_query(self, session: &Session) -> Result<Option<Deeds>, Problem> {
        let mut query = Deeds {
            actor: None,
            kind: self.kind,
            subject: self.subject.map(|subject| subject.0.0),
            node: None,
            from: self.from.map(|time| time.0),
            to: self.to.map(|time| time.0),
            page: page(self.limit, self.cursor)?,
        };
        if let Some(actor) = &self.actor {
            match user_id(session, &actor.0.0).await? {
                Some(id) => query.actor = Some(id),
                None => return Ok(None),
            }
        }
        if let Some(node) = &self.node {
            match NodeName::new(&node.0.0) {
                Ok(name) => query.node = Some(name),
                Err(_) => return Ok(None),
            }
        }
        Ok(Some(query))
    }
}

/// Lists what people did, but for movements, newest first
///
/// Of all nodes, for administrators. A page looks at a bounded number of deeds: where several filters leave few of them it
/// may be short, and has a cursor all the same.
#[utoipa::path(
    get, path = "/v1/audit", tag = "audit", params(DeedFilter),
    responses((status = 200, body = Items<DeedView>)),
)]
pub(super) async fn list_audit(
    session: Session,
    Params(filter): Params<DeedFilter>,
) -> Result<Response, Problem> {
    session.identity.principal.need_everywhere(Role::Admin)?;
    let items = match filter.into_query(&session).await? {
        Some(query) => Items::of(session.ask(query).await?, DeedView::from),
        None => Items::all(Vec::new()),
    };
    Ok(json(StatusCode::OK, &items))
}

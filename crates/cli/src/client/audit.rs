//! `acopio audit`: what people did, but for movements, newest first.

use serde_json::Value;

use super::Client;
use super::moment::moment;
use super::page::PageArgs;
use super::request::Request;
use super::table::{Column, cell};
use crate::failure::Result;

/// Which deeds.
#[derive(Debug, clap::Args)]
pub(crate) struct AuditArgs {
    #[command(flatten)]
    filters: AuditFilters,
    #[command(flatten)]
    page: PageArgs,
}

/// The filters of the audit, the same for the list and for its export.
#[derive(Debug, clap::Args)]
pub(crate) struct AuditFilters {
    /// Only by this user, named by login name
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
    /// Only of this kind, as product, user, session, refusal
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Only about this record, as product/A-1 or warehouse/LON
    #[arg(long, value_name = "RECORD")]
    subject: Option<String>,
    /// Only recorded by this node
    #[arg(long, value_name = "NAME")]
    node: Option<String>,
    /// At or after this time, as in 2026-11-01 or "2026-11-01 08:00"
    #[arg(long, value_name = "TIME", value_parser = moment)]
    from: Option<String>,
    /// Before this time
    #[arg(long, value_name = "TIME", value_parser = moment)]
    to: Option<String>,
}

const COLUMNS: &[Column] = &[
    Column::time("stamp", "when"),
    Column::text("actor", "by"),
    Column::text("kind", "kind"),
    Column::text("action", "done"),
    Column::text("subject", "about"),
    Column::text("subject_name", "name"),
    Column::with("changes", "what", changes),
    Column::with("refusals", "why not", refusals),
    Column::text("reason", "reason"),
    Column::text("id", "id"),
];

impl Client {
    /// Runs `acopio audit`.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn audit(&self, args: &AuditArgs) -> Result<()> {
        self.list(args.filters.apply(Request::get("v1/audit")), &args.page, COLUMNS).await
    }
}

impl AuditFilters {
    /// Adds the filters to a request for the audit.
    pub(super) fn apply(&self, request: Request) -> Request {
        request
            .filter("actor", self.actor.as_ref())
            .filter("kind", self.kind.as_ref())
            .filter("subject", self.subject.as_ref())
            .filter("node", self.node.as_ref())
            .filter("from", self.from.as_ref())
            .filter("to", self.to.as_ref())
    }
}

/// Fields as they were and as they are.
fn changes(changes: &Value) -> String {
    let change = |change: &Value| {
        let (field, after) = (cell(&change["field"]), cell(&change["after"]));
        match cell(&change["before"]) {
            before if before.is_empty() => format!("{field}: {after}"),
            before => format!("{field}: {before} → {after}"),
        }
    };
    listed(changes, change)
}

fn refusals(refusals: &Value) -> String {
    listed(refusals, |refusal| cell(&refusal["problem"]["detail"]))
}

fn listed(values: &Value, show: impl Fn(&Value) -> String) -> String {
    values.as_array().into_iter().flatten().map(show).collect::<Vec<_>>().join("; ")
}

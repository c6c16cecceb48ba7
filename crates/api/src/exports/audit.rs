//! The audit as a file: one row for each field that was set.

use acopio_contract::query::{DeedRow, Deeds, PAGE_MAX, PageRequest};
use acopio_ledger::ids::UserId;
use acopio_ledger::records::Role;
use acopio_sheets::{Cell, Sheet, WriteError};
use axum::response::Response;
use serde_json::Value;

use super::file;
use super::table::Table;
use crate::auth::{Identity, Session};
use crate::extract::Params;
use crate::problem::Problem;
use crate::resources::audit::{Change, DeedFilter, action, changes, reason, refusals};
use crate::wire::{StampText, some_text};

impl Table for Deeds {
    type Row = DeedRow;
    const NAME: &'static str = "audit";

    fn columns(_identity: &Identity) -> Vec<&'static str> {
        vec![
            "id",
            "stamp",
            "node",
            "actor",
            "actor_id",
            "kind",
            "action",
            "subject",
            "subject_name",
            "import",
            "reason",
            "field",
            "before",
            "after",
        ]
    }

    fn write(row: &DeedRow, _identity: &Identity, sheet: &mut dyn Sheet) -> Result<(), WriteError> {
        let mut lines: Vec<[String; 3]> = changes(row).into_iter().map(line).collect();
        lines.extend(refusals(&row.body).into_iter().map(|refusal| {
            let line = refusal.line.map(|line| line.to_string()).unwrap_or_default();
            [
                format!("refusal {line}").trim_end().to_owned(),
                String::new(),
                refusal.problem.detail().to_owned(),
            ]
        }));
        if lines.is_empty() {
            lines.push(Default::default());
        }
        let deed = &row.deed;
        let (id, stamp, actor) =
            (deed.id.to_string(), StampText(deed.stamp).to_string(), deed.actor.to_string());
        let import = row.import.map(|id| id.to_string());
        let action = shown(&serde_json::to_value(action(row)).unwrap_or_default());
        for [field, before, after] in &lines {
            sheet.row(&[
                Cell::Text(&id),
                Cell::Text(&stamp),
                Cell::Text(deed.id.node.as_str()),
                Cell::text(some_text(&row.actor_name)),
                Cell::Text(&actor),
                Cell::Text(deed.kind.as_str()),
                Cell::Text(&action),
                Cell::text(deed.subject.as_deref()),
                Cell::text(row.subject_name.as_deref()),
                Cell::text(import.as_deref()),
                Cell::text(reason(&row.body)),
                Cell::text(some_text(field)),
                Cell::text(some_text(before)),
                Cell::text(some_text(after)),
            ])?;
        }
        Ok(())
    }

    fn part(&mut self) -> &mut PageRequest {
        &mut self.page
    }
}

fn line(change: Change) -> [String; 3] {
    [change.field.to_owned(), shown(&change.before), shown(&change.after)]
}

/// A value in a cell: texts as they are, nothing as nothing, the rest in JSON.
fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// The deeds of an actor who does not exist: none.
fn of_nobody() -> Deeds {
    Deeds {
        actor: Some(UserId::default()),
        kind: None,
        subject: None,
        node: None,
        from: None,
        to: None,
        page: PageRequest { limit: PAGE_MAX, cursor: None },
    }
}

async fn query(session: &Session, filter: DeedFilter) -> Result<Deeds, Problem> {
    session.identity.principal.need_everywhere(Role::Admin)?;
    Ok(filter.into_query(session).await?.unwrap_or_else(of_nobody))
}

/// Downloads the audit as CSV, one row for each field that was set
///
/// Takes the filters of the list. `limit` and `cursor` say nothing here: a file has all rows.
#[utoipa::path(
    get, path = "/v1/audit.csv", tag = "files", params(DeedFilter),
    responses((status = 200, content_type = "text/csv", body = String)),
)]
pub(super) async fn export_audit_csv(
    session: Session,
    Params(filter): Params<DeedFilter>,
) -> Result<Response, Problem> {
    let query = query(&session, filter).await?;
    file::csv(session, query).await
}

/// Downloads the audit as a workbook for Excel, one row for each field that was set
///
/// Takes the filters of the list. `limit` and `cursor` say nothing here: a file has all rows.
#[utoipa::path(
    get, path = "/v1/audit.xlsx", tag = "files", params(DeedFilter),
    responses((
        status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = String,
    )),
)]
pub(super) async fn export_audit_xlsx(
    session: Session,
    Params(filter): Params<DeedFilter>,
) -> Result<Response, Problem> {
    let query = query(&session, filter).await?;
    file::xlsx(session, query).await
}

//! The history as a file.

use acopio_contract::query::{HistoryTime, MovementRow, Movements, PAGE_MAX, PageRequest};
use acopio_ledger::ids::UserId;
use acopio_sheets::{Cell, Sheet, WriteError};
use axum::response::Response;

use super::file;
use super::table::Table;
use crate::auth::{Identity, Session};
use crate::extract::Params;
use crate::problem::Problem;
use crate::resources::movements::MovementFilter;
use crate::wire::{StampText, TimeText, some_text};

impl Table for Movements {
    type Row = MovementRow;
    const NAME: &'static str = "movements";

    fn columns(_identity: &Identity) -> Vec<&'static str> {
        vec![
            "id",
            "seq",
            "stamp",
            "kind",
            "warehouse",
            "sku",
            "quantity",
            "on_hand",
            "available",
            "version",
            "reason",
            "reference",
            "actor",
            "actor_id",
            "import",
            "occurred_at",
            "undone_by",
            "undoes",
        ]
    }

    fn write(row: &MovementRow, _identity: &Identity, sheet: &mut dyn Sheet) -> Result<(), WriteError> {
        let moved = &row.moved;
        let shown = |id: &dyn ToString| id.to_string();
        let (id, stamp, actor_id) = (shown(&row.id), StampText(row.stamp).to_string(), shown(&row.actor));
        let occurred_at = TimeText(moved.occurred_at.unwrap_or(row.stamp.millis())).to_string();
        let import = row.import.as_ref().map(|id| shown(id));
        let undone_by = row.undone_by.as_ref().map(|id| shown(id));
        let undoes = moved.undoes.as_ref().map(|undone| shown(&undone.movement));
        sheet.row(&[
            Cell::Text(&id),
            Cell::Integer(row.id.seq.0 as i64),
            Cell::Text(&stamp),
            Cell::Text(moved.kind.as_str()),
            Cell::Text(moved.key.warehouse.as_str()),
            Cell::Text(moved.key.sku.as_str()),
            Cell::Quantity(moved.shown_quantity()),
            Cell::Quantity(moved.after.on_hand),
            Cell::Quantity(moved.after.available()),
            Cell::Integer(moved.after.version.0 as i64),
            Cell::text(some_text(&moved.reason)),
            Cell::text(some_text(&moved.reference)),
            Cell::Text(&row.actor_name),
            Cell::Text(&actor_id),
            Cell::text(import.as_deref()),
            Cell::Text(&occurred_at),
            Cell::text(undone_by.as_deref()),
            Cell::text(undoes.as_deref()),
        ])
    }

    fn part(&mut self) -> &mut PageRequest {
        &mut self.page
    }
}

/// The movements of an actor who does not exist: none.
fn of_nobody() -> Movements {
    Movements {
        warehouse: None,
        sku: None,
        kind: None,
        actor: Some(UserId::default()),
        reference: None,
        from: None,
        to: None,
        time: HistoryTime::Recorded,
        scope: None,
        page: PageRequest { limit: PAGE_MAX, cursor: None },
    }
}

/// Downloads the history as CSV
///
/// Takes the filters of the list. `limit` and `cursor` say nothing here: a file has all rows.
#[utoipa::path(
    get, path = "/v1/movements.csv", tag = "files", params(MovementFilter),
    responses((status = 200, content_type = "text/csv", body = String)),
)]
pub(super) async fn export_movements_csv(
    session: Session,
    Params(filter): Params<MovementFilter>,
) -> Result<Response, Problem> {
    let query = filter.into_query(&session).await?.unwrap_or_else(of_nobody);
    file::csv(session, query).await
}

/// Downloads the history as a workbook for Excel
///
/// Takes the filters of the list. `limit` and `cursor` say nothing here: a file has all rows.
#[utoipa::path(
    get, path = "/v1/movements.xlsx", tag = "files", params(MovementFilter),
    responses((
        status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = String,
    )),
)]
pub(super) async fn export_movements_xlsx(
    session: Session,
    Params(filter): Params<MovementFilter>,
) -> Result<Response, Problem> {
    let query = filter.into_query(&session).await?.unwrap_or_else(of_nobody);
    file::xlsx(session, query).await
}

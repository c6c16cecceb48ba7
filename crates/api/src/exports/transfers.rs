//! Transfers as a file: one row for each line.

use acopio_contract::query::{PageRequest, Transfers};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::transfer::{Moment, Transfer};
use acopio_sheets::{Cell, Sheet, WriteError};
use axum::response::Response;

use super::file;
use super::table::Table;
use crate::auth::{Identity, Session};
use crate::extract::Params;
use crate::problem::Problem;
use crate::resources::transfers::TransferFilter;
use crate::wire::{StampText, some_text};

impl Table for Transfers {
    type Row = Transfer;
    const NAME: &'static str = "transfers";

    fn columns(_identity: &Identity) -> Vec<&'static str> {
        vec![
            "id",
            "from",
            "to",
            "reference",
            "state",
            "drafted_at",
            "dispatched_at",
            "received_at",
            "cancelled_at",
            "sku",
            "asked",
            "dispatched",
            "accepted",
            "rejected",
            "on_the_road",
            "missing",
            "found",
            "lost",
        ]
    }

    fn write(transfer: &Transfer, _identity: &Identity, sheet: &mut dyn Sheet) -> Result<(), WriteError> {
        let id = transfer.id.to_string();
        let at = |moment: Option<Moment>| moment.map(|moment| StampText(moment.at).to_string());
        let moments = [transfer.drafted, transfer.dispatched, transfer.received, transfer.cancelled].map(at);
        let [drafted, dispatched, received, cancelled] = &moments;
        for line in &transfer.lines {
            sheet.row(&[
                Cell::Text(&id),
                Cell::Text(transfer.from.as_str()),
                Cell::Text(transfer.to.as_str()),
                Cell::text(some_text(&transfer.reference)),
                Cell::Text(transfer.state().as_str()),
                Cell::text(drafted.as_deref()),
                Cell::text(dispatched.as_deref()),
                Cell::text(received.as_deref()),
                Cell::text(cancelled.as_deref()),
                Cell::Text(line.sku.as_str()),
                Cell::Quantity(line.asked),
                Cell::Quantity(line.dispatched),
                Cell::Quantity(line.accepted),
                Cell::Quantity(line.rejected),
                Cell::Quantity(line.on_the_road().max(Quantity::ZERO)),
                Cell::Quantity(line.missing_now()),
                Cell::Quantity(line.found),
                Cell::Quantity(line.lost),
            ])?;
        }
        Ok(())
    }

    fn part(&mut self) -> &mut PageRequest {
        &mut self.page
    }
}

/// Downloads transfers as CSV, one row for each line
///
/// Takes the filters of the list. `limit` and `cursor` say nothing here: a file has all rows.
#[utoipa::path(
    get, path = "/v1/transfers.csv", tag = "files", params(TransferFilter),
    responses((status = 200, content_type = "text/csv", body = String)),
)]
pub(super) async fn export_transfers_csv(
    session: Session,
    Params(filter): Params<TransferFilter>,
) -> Result<Response, Problem> {
    file::csv(session, filter.into_query()?).await
}

/// Downloads transfers as a workbook for Excel, one row for each line
///
/// Takes the filters of the list. `limit` and `cursor` say nothing here: a file has all rows.
#[utoipa::path(
    get, path = "/v1/transfers.xlsx", tag = "files", params(TransferFilter),
    responses((
        status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = String,
    )),
)]
pub(super) async fn export_transfers_xlsx(
    session: Session,
    Params(filter): Params<TransferFilter>,
) -> Result<Response, Problem> {
    file::xlsx(session, filter.into_query()?).await
}

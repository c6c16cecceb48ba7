//! Balances as a file.

use acopio_contract::query::{PageRequest, Stock, StockRow};
use acopio_sheets::{Cell, Sheet, WriteError};
use axum::response::Response;

use super::file;
use super::table::Table;
use crate::auth::{Identity, Session};
use crate::extract::Params;
use crate::problem::Problem;
use crate::resources::stock::StockFilter;

impl Table for Stock {
    type Row = StockRow;
    const NAME: &'static str = "stock";

    fn columns(_identity: &Identity) -> Vec<&'static str> {
        vec![
            "warehouse",
            "sku",
            "name",
            "on_hand",
            "reserved",
            "on_hold",
            "available",
            "incoming",
            "version",
            "age_ms",
            "is_live",
        ]
    }

    fn write(row: &StockRow, _identity: &Identity, sheet: &mut dyn Sheet) -> Result<(), WriteError> {
        let balance = &row.balance;
        sheet.row(&[
            Cell::Text(row.key.warehouse.as_str()),
            Cell::Text(row.key.sku.as_str()),
            Cell::Text(&row.name),
            Cell::Quantity(balance.on_hand),
            Cell::Quantity(balance.reserved),
            Cell::Quantity(balance.on_hold),
            Cell::Quantity(balance.available()),
            Cell::Quantity(row.incoming),
            Cell::Integer(balance.version.0 as i64),
            Cell::Integer(row.age_ms as i64),
            Cell::Text(if row.is_live { "true" } else { "false" }),
        ])
    }

    fn part(&mut self) -> &mut PageRequest {
        &mut self.page
    }
}

/// Downloads balances as CSV
///
/// Takes the filters of the list. `limit` and `cursor` say nothing here: a file has all rows.
#[utoipa::path(
    get, path = "/v1/stock.csv", tag = "files", params(StockFilter),
    responses((status = 200, content_type = "text/csv", body = String)),
)]
pub(super) async fn export_stock_csv(
    session: Session,
    Params(filter): Params<StockFilter>,
) -> Result<Response, Problem> {
    file::csv(session, filter.into_query()?).await
}

/// Downloads balances as a workbook for Excel
///
/// Takes the filters of the list. `limit` and `cursor` say nothing here: a file has all rows.
#[utoipa::path(
    get, path = "/v1/stock.xlsx", tag = "files", params(StockFilter),
    responses((
        status = 200, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", body = String,
    )),
)]
pub(super) async fn export_stock_xlsx(
    session: Session,
    Params(filter): Params<StockFilter>,
) -> Result<Response, Problem> {
    file::xlsx(session, filter.into_query()?).await
}

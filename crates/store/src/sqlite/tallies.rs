//! Adds to tallies, and reads them by period.

use std::collections::BTreeMap;

use acopio_contract::query::{Tallies, WarehouseTally};
use acopio_ledger::names::WarehouseCode;
use acopio_ledger::tally::{Quarter, Tally};
use rusqlite::{Connection, Row, params};

use super::fault::Outcome;
use super::log::Log;
use super::lookups::sites_in;
use super::write::Desk;
use crate::tallies::Sums;

/// The bits of a key that are the warehouse's id.
const WAREHOUSE_BITS: u32 = 16;

fn key(quarter: Quarter, warehouse: i64) -> i64 {
    quarter.0 << WAREHOUSE_BITS | warehouse
}

/// Adds what has changed. Tallies are added to, not replaced: whoever folds entries need not know what was there before.
pub(super) fn add(desk: &mut Desk<'_>, tallies: &BTreeMap<(Quarter, WarehouseCode), Tally>) -> Outcome<()> {
    let mut statement = desk.connection.prepare_cached(
        "INSERT INTO tally VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT (key) DO UPDATE SET
         receipt = receipt + excluded.receipt, issue = issue + excluded.issue, return = return + excluded.return,
         adjustment = adjustment + excluded.adjustment, dispatch = dispatch + excluded.dispatch,
         arrival = arrival + excluded.arrival, loss = loss + excluded.loss, available = available + excluded.available",
    )?;
    for ((quarter, code), tally) in tallies {
        let warehouse = desk.caches.warehouse_id(desk.connection, code)?;
        let Tally { receipt, issue, r#return, adjustment, dispatch, arrival, loss, available } = *tally;
        let counts =
            [receipt, issue, r#return, adjustment, dispatch, arrival, loss].map(|count| count as i64);
        let [receipt, issue, r#return, adjustment, dispatch, arrival, loss] = counts;
        let key = key(*quarter, warehouse);
        statement.execute((key, receipt, issue, r#return, adjustment, dispatch, arrival, loss, available))?;
        if available != 0 {
            let sql = "INSERT INTO assortment VALUES (?1, ?2) ON CONFLICT (warehouse) DO UPDATE SET
                       available = available + excluded.available";
            desk.connection.prepare_cached(sql)?.execute(params![warehouse, available])?;
        }
    }
    Ok(())
}

/// Tallies by period: all from the beginning of the first one on are read, however long ago that is.
pub(super) fn list(connection: &Connection, _: &Log<'_>, query: &Tallies) -> Outcome<Vec<WarehouseTally>> {
    let sites = sites_in(connection, &query.scope, query.warehouse.as_ref())?;
    let mut sums: BTreeMap<i64, Sums<'_>> = sites.iter().map(|(id, _)| (*id, Sums::of(query))).collect();
    let from = query.bounds.first().map_or(i64::MAX, |first| key(*first, 0));
    let sql = "SELECT key, receipt, issue, return, adjustment, dispatch, arrival, loss, available FROM tally
               WHERE ?1 <= key ORDER BY key";
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query([from])?;
    while let Some(row) = rows.next()? {
        let key: i64 = row.get(0)?;
        if let Some(sums) = sums.get_mut(&(key & ((1 << WAREHOUSE_BITS) - 1))) {
            sums.add(Quarter(key >> WAREHOUSE_BITS), &tally(row)?);
        }
    }
    let mut all = Vec::with_capacity(sites.len());
    for (id, code) in sites {
        let sql = "SELECT available FROM assortment WHERE warehouse = ?1";
        let now = super::lookups::one(connection, sql, [id], |row| row.get(0))?;
        all.extend(sums.remove(&id).map(|sums| sums.finish(code, now.unwrap_or(0))));
    }
    Ok(all)
}

fn tally(row: &Row<'_>) -> rusqlite::Result<Tally> {
    let count = |column| row.get::<_, i64>(column).map(|count| count as u64);
    Ok(Tally {
        receipt: count(1)?,
        issue: count(2)?,
        r#return: count(3)?,
        adjustment: count(4)?,
        dispatch: count(5)?,
        arrival: count(6)?,
        loss: count(7)?,
        available: row.get(8)?,
    })
}

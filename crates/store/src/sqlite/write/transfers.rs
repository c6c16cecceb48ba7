//! Writes transfers, what they are found by, and what is on the road to each warehouse.

use acopio_ledger::Changes;
use acopio_ledger::quantity::Quantity;
use acopio_ledger::transfer::Transfer;
use rusqlite::params;

use super::Desk;
use crate::sqlite::fault::Outcome;
use crate::sqlite::lookups::one;
use crate::view_rows::json;

pub(super) fn write(desk: &mut Desk<'_>, changes: &Changes) -> Outcome<()> {
    changes.transfers.values().try_for_each(|transfer| write_transfer(desk, transfer))?;
    for (key, quantity) in &changes.incoming {
        let (sku, warehouse) = (key.sku.as_str(), key.warehouse.as_str());
        if *quantity == Quantity::ZERO {
            let sql = "DELETE FROM incoming WHERE sku = ?1 AND warehouse = ?2";
            desk.connection.prepare_cached(sql)?.execute([sku, warehouse])?;
        } else {
            let sql = "REPLACE INTO incoming VALUES (?1, ?2, ?3)";
            desk.connection.prepare_cached(sql)?.execute(params![sku, warehouse, quantity.0])?;
        }
    }
    Ok(())
}

fn write_transfer(desk: &Desk<'_>, transfer: &Transfer) -> Outcome<()> {
    let (key, stamp) = (transfer.id.to_string(), transfer.opened.0 as i64);
    let sql = "SELECT stamp FROM transfer WHERE key = ?1";
    let before: Option<i64> = one(desk.connection, sql, [&key], |row| row.get(0))?;
    let sql = "REPLACE INTO transfer VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let (state, from, to) = (transfer.state().as_str(), transfer.from.as_str(), transfer.to.as_str());
    desk.connection.prepare_cached(sql)?.execute(params![key, stamp, state, from, to, json(transfer)])?;
    // An earlier entry of another log may have come to light.
    let moved = before.filter(|before| *before != stamp);
    let mut insert =
        desk.connection.prepare_cached("INSERT OR IGNORE INTO transfer_line VALUES (?1, ?2, ?3)")?;
    for line in &transfer.lines {
        if let Some(before) = moved {
            let sql = "DELETE FROM transfer_line WHERE sku = ?1 AND stamp = ?2 AND transfer = ?3";
            desk.connection.prepare_cached(sql)?.execute(params![line.sku.as_str(), before, key])?;
        }
        insert.execute(params![line.sku.as_str(), stamp, key])?;
    }
    Ok(())
}

//! Writes balances and what is about them: rules, alerts, holds, imports, and what was done before.

use std::collections::BTreeMap;

use acopio_ledger::Changes;
use acopio_ledger::ids::{ImportId, Seq, SourceId};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{Alert, AlertState, Hold, Import, Rule, StockKey};
use rusqlite::{Connection, params};

use super::Desk;
use crate::sqlite::balances::Stored;
use crate::sqlite::caches::local_id;
use crate::sqlite::fault::Outcome;
use crate::sqlite::place::Place;
use crate::view_rows::json;

pub(super) fn write(desk: &mut Desk<'_>, changes: &Changes) -> Outcome<()> {
    write_balances(desk, changes)?;
    changes.rules.iter().try_for_each(|(key, rule)| write_rule(desk, key, rule.as_ref()))?;
    changes.alerts.values().try_for_each(|alert| write_alert(desk, alert))?;
    changes.holds.values().try_for_each(|hold| write_hold(desk, hold))?;
    changes.imports.values().try_for_each(|import| write_import(desk, import))?;
    write_sources(desk, &changes.sources)?;
    for (movement, by) in &changes.undone {
        let sql = "REPLACE INTO undone VALUES (?1, ?2)";
        desk.connection.prepare_cached(sql)?.execute(params![movement.to_string(), by.to_string()])?;
    }
    write_commands(desk, changes)
}

/// Balances go in the order of their keys.
fn write_balances(desk: &mut Desk<'_>, changes: &Changes) -> Outcome<()> {
    let mut rows = Vec::with_capacity(changes.balances.len());
    for (key, balance) in &changes.balances {
        let begun = if desk.has_others { changes.begun.get(key) } else { None };
        rows.push((desk.caches.key_to_write(desk.connection, key)?, *balance, begun));
    }
    rows.sort_unstable_by_key(|(key, ..)| *key);
    let mut changed = Vec::with_capacity(rows.len());
    let Desk { connection, log, has_others, .. } = *desk;
    for (key, balance, begun) in rows {
        desk.caches.change_balance(connection, key, |before| {
            let mut last = Place::new(log, balance.last);
            if has_others {
                last = last_movement(connection, key, before.last, last, begun)?;
            }
            let after = Stored::at(balance, last);
            changed.push((key, after));
            Ok(after)
        })?;
    }
    desk.flusher.append(desk.connection, changed)
}

/// Where the last movement of a changed balance stands, of which `place` is told. One that says none has not moved since
/// its warehouse changed hands; where it has, the history goes over from the log of the owner before.
fn last_movement(
    connection: &Connection,
    key: i64,
    before: Place,
    place: Place,
    begun: Option<&Seq>,
) -> Outcome<Place> {
    if !place.is_some() {
        return Ok(before);
    }
    if let Some(begun) = begun.filter(|_| before.is_some() && before.log() != place.log()) {
        let sql = "REPLACE INTO crossing VALUES (?1, ?2, ?3)";
        connection.prepare_cached(sql)?.execute((key, place.with(*begun), before))?;
    }
    Ok(place)
}

fn write_rule(desk: &mut Desk<'_>, key: &StockKey, rule: Option<&Rule>) -> Outcome<()> {
    let (sku, warehouse) = (key.sku.as_str(), key.warehouse.as_str());
    let sql = "DELETE FROM rule WHERE sku = ?1 AND warehouse = ?2";
    let removed = desk.connection.prepare_cached(sql)?.execute([sku, warehouse])? as i64;
    if let Some(rule) = rule {
        let sql = "INSERT INTO rule VALUES (?1, ?2, ?3, ?4)";
        desk.connection.prepare_cached(sql)?.execute(params![sku, warehouse, rule.minimum.0, json(rule)])?;
    }
    let id = desk.caches.key_to_write(desk.connection, key)?;
    desk.caches.put_rule(id, rule.cloned(), i64::from(rule.is_some()) - removed);
    Ok(())
}

fn write_alert(desk: &Desk<'_>, alert: &Alert) -> Outcome<()> {
    let sql = "REPLACE INTO alert VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let is_over = matches!(alert.state, AlertState::Resolved { .. });
    let (sku, warehouse) = (alert.key.sku.as_str(), alert.key.warehouse.as_str());
    let row = params![alert.id.to_string(), alert.raised.0 as i64, sku, warehouse, is_over, json(alert)];
    desk.connection.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

fn write_hold(desk: &Desk<'_>, hold: &Hold) -> Outcome<()> {
    let sql = "REPLACE INTO hold VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    let holds_something = hold.quantity != Quantity::ZERO;
    let (sku, warehouse) = (hold.key.sku.as_str(), hold.key.warehouse.as_str());
    let row = params![hold.id.to_string(), hold.held.0 as i64, sku, warehouse, holds_something, json(hold)];
    desk.connection.prepare_cached(sql)?.execute(row)?;
    Ok(())
}

fn write_import(desk: &Desk<'_>, import: &Import) -> Outcome<()> {
    let id = local_id(desk.connection, "import", import.id.0)?;
    let sql = "UPDATE import SET stamp = ?2, doc = ?3 WHERE id = ?1";
    desk.connection.prepare_cached(sql)?.execute(params![id, import.began.0 as i64, json(import)])?;
    Ok(())
}

fn write_sources(desk: &Desk<'_>, sources: &BTreeMap<SourceId, ImportId>) -> Outcome<()> {
    let mut statement = desk.connection.prepare_cached("REPLACE INTO source VALUES (?1, ?2)")?;
    let mut known: Option<(ImportId, i64)> = None;
    for (source, import) in sources {
        let id = match known {
            Some((last, id)) if last == *import => id,
            _ => local_id(desk.connection, "import", import.0)?,
        };
        known = Some((*import, id));
        statement.execute(params![source.0, id])?;
    }
    Ok(())
}

fn write_commands(desk: &mut Desk<'_>, changes: &Changes) -> Outcome<()> {
    let mut statement = desk.connection.prepare_cached("REPLACE INTO command VALUES (?1, ?2, ?3)")?;
    for (command, first) in &changes.commands {
        let user = desk.caches.user_id(desk.connection, &command.user)?;
        statement.execute(params![user, command.key_bytes(), Place::new(desk.log, first.seq)])?;
    }
    Ok(())
}

//! Reorder rules, alerts and holds.

use acopio_contract::query::{
    AlertById, AlertFilter, Alerts, HoldById, Holds, Page, PageRequest, RuleByKey, RuleRow, Rules,
};
use acopio_ledger::ids::Stamp;
use acopio_ledger::names::{Sku, WarehouseCode};
use acopio_ledger::records::{Alert, Hold, StockKey};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::de::DeserializeOwned;

use crate::cursor;
use crate::filters::{in_scope, is_in_state, now, passes};
use crate::sqlite::fault::{Fault, Outcome, record};
use crate::sqlite::log::Log;
use crate::sqlite::lookups;

/// Where a list that is sorted by time stands: stamp and id.
type Moment = (Stamp, String);

pub(super) fn rule(connection: &Connection, _: &Log<'_>, query: &RuleByKey) -> Outcome<Option<RuleRow>> {
    let rule = lookups::rule(connection, &query.key)?;
    Ok(rule.map(|rule| RuleRow { key: query.key.clone(), rule }))
}

pub(super) fn rules(connection: &Connection, _: &Log<'_>, query: &Rules) -> Outcome<Page<RuleRow>> {
    let after: Option<(String, String)> = cursor::decode("rules", &query.page)?;
    let (after_sku, after_warehouse) = after.unwrap_or_default();
    let (condition, sku) = match &query.sku {
        Some(sku) => ("sku = ?1 AND warehouse > ?2", sku.to_string()),
        None => ("(sku, warehouse) > (?1, ?2)", after_sku),
    };
    let sql = format!("SELECT sku, warehouse, doc FROM rule WHERE {condition} ORDER BY sku, warehouse");
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query([sku, after_warehouse])?;
    let mut items = Vec::new();
    while items.len() <= query.page.limit
        && let Some(row) = rows.next()?
    {
        let (sku, warehouse): (String, String) = (row.get(0)?, row.get(1)?);
        let key = StockKey { sku: Sku::recorded(&sku), warehouse: WarehouseCode::recorded(&warehouse) };
        if passes(&query.warehouse, &key.warehouse) && in_scope(&query.scope, &key.warehouse) {
            let doc = row.get_ref(2)?.as_str().map_err(|error| Fault::damaged("reorder rule", error))?;
            items.push(RuleRow { key, rule: record("reorder rule", doc)? });
        }
    }
    let place = |row: &RuleRow| (row.key.sku.to_string(), row.key.warehouse.to_string());
    Ok(cursor::page("rules", query.page.limit, items, place))
}

pub(super) fn alert(connection: &Connection, _: &Log<'_>, query: &AlertById) -> Outcome<Option<Alert>> {
    lookups::alert(connection, &query.id)
}

pub(super) fn alerts(connection: &Connection, _: &Log<'_>, query: &Alerts) -> Outcome<Page<Alert>> {
    let condition = match query.state {
        None => "",
        Some(AlertFilter::Resolved) => " AND resolved = 1",
        Some(_) => " AND resolved = 0",
    };
    let now = now();
    let list = Timed {
        name: "alerts",
        table: "alert",
        condition,
        sku: &query.sku,
        warehouse: &query.warehouse,
        page: &query.page,
    };
    list.read(
        connection,
        |alert: &Alert| {
            in_scope(&query.scope, &alert.key.warehouse) && is_in_state(query.state, &alert.state, now)
        },
        |alert| (alert.raised, alert.id.to_string()),
    )
}

pub(super) fn hold(connection: &Connection, _: &Log<'_>, query: &HoldById) -> Outcome<Option<Hold>> {
    lookups::hold(connection, &query.id)
}

pub(super) fn holds(connection: &Connection, _: &Log<'_>, query: &Holds) -> Outcome<Page<Hold>> {
    let condition = match query.held {
        None => "",
        Some(true) => " AND held = 1",
        Some(false) => " AND held = 0",
    };
    let list = Timed {
        name: "holds",
        table: "hold",
        condition,
        sku: &query.sku,
        warehouse: &query.warehouse,
        page: &query.page,
    };
    list.read(
        connection,
        |hold: &Hold| in_scope(&query.scope, &hold.key.warehouse),
        |hold| (hold.held, hold.id.to_string()),
    )
}

/// A list of records about stock keys, newest first.
struct Timed<'a> {
    name: &'static str,
    table: &'static str,
    /// What the table's rows must fulfil beside the filters.
    condition: &'static str,
    sku: &'a Option<Sku>,
    warehouse: &'a Option<WarehouseCode>,
    page: &'a PageRequest,
}

impl Timed<'_> {
    fn read<T: DeserializeOwned>(
        &self,
        connection: &Connection,
        fits: impl Fn(&T) -> bool,
        moment: impl Fn(&T) -> Moment,
    ) -> Outcome<Page<T>> {
        let before: Option<Moment> = cursor::decode(self.name, self.page)?;
        let (stamp, key) = before.map_or((i64::MAX, String::new()), |(stamp, key)| (stamp.0 as i64, key));
        let mut params: Vec<Value> = vec![stamp.into(), key.into()];
        let mut sql = format!("SELECT doc FROM {} WHERE (stamp, key) < (?, ?){}", self.table, self.condition);
        if let Some(sku) = self.sku {
            sql += " AND sku = ?";
            params.push(sku.to_string().into());
        }
        if let Some(warehouse) = self.warehouse {
            sql += " AND warehouse = ?";
            params.push(warehouse.to_string().into());
        }
        sql += " ORDER BY stamp DESC, key DESC";
        let mut statement = connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(params))?;
        let mut items = Vec::new();
        while items.len() <= self.page.limit
            && let Some(row) = rows.next()?
        {
            let doc = row.get_ref(0)?.as_str().map_err(|error| Fault::damaged(self.name, error))?;
            let found = record(self.name, doc)?;
            if fits(&found) {
                items.push(found);
            }
        }
        Ok(cursor::page(self.name, self.page.limit, items, moment))
    }
}

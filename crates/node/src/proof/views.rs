//! Compares stored views with what the log comes to; names the first row that differs.

use std::collections::{BTreeSet, HashMap};
use std::hash::BuildHasher;

use acopio_ledger::Changes;
use acopio_ledger::ids::Seq;
use acopio_ledger::names::NodeName;
use acopio_ledger::records::StockKey;
use acopio_store::{Audit, Crossing, StoreError, view_rows};

use super::fold::{Fold, RowsDigest, shown};

type Fault = Option<String>;

/// The first difference between the stored views and the fold, if any; counts the balances.
pub(super) fn compare(audit: &dyn Audit, fold: &Fold, balances: &mut u64) -> Result<Fault, StoreError> {
    let faults = [
        compare_balances(audit, fold, balances),
        audit.check_indexes(),
        compare_crossings(audit, fold),
        compare_records(audit, fold),
        compare_keys(audit, fold),
        compare_deeds(audit, fold),
    ];
    for fault in faults {
        if let Some(fault) = fault? {
            return Ok(Some(fault));
        }
    }
    Ok(None)
}

fn compare_balances(audit: &dyn Audit, fold: &Fold, count: &mut u64) -> Result<Fault, StoreError> {
    let mut fault = None;
    audit.each_balance(&mut |key, stored, node| {
        *count += 1;
        let expected = fold.balances.get(key).cloned().unwrap_or_default();
        if expected.balance != *stored || expected.node.as_ref() != node {
            let log = |node: Option<_>| node.map_or("no log".to_owned(), |node| format!("the log of {node}"));
            fault = Some(format!(
                "balance of {} in {}: the logs come to {} in {}, the view says {} in {}",
                key.sku,
                key.warehouse,
                shown(&expected.balance),
                log(expected.node.as_ref()),
                shown(stored),
                log(node)
            ));
        }
        fault.is_none()
    })?;
    if fault.is_none() && *count != fold.balances.len() as u64 {
        let mut missing: BTreeSet<_> = fold.balances.keys().collect();
        audit.each_balance(&mut |key, _, _| {
            missing.remove(key);
            true
        })?;
        fault = missing.first().map(|key| format!("balance of {} in {}: missing", key.sku, key.warehouse));
    }
    Ok(fault)
}

/// Compares where histories go over from one log to another.
fn compare_crossings(audit: &dyn Audit, fold: &Fold) -> Result<Fault, StoreError> {
    let (mut fault, mut expected) = (None, fold.crossings.clone());
    let named = |key: &StockKey, (node, seq): &(NodeName, Seq), what: &str| {
        Some(format!("history of {} in {}, at {seq} of {node}: {what}", key.sku, key.warehouse))
    };
    audit.each_crossing(&mut |stored| {
        let Crossing { key, at, before } = stored;
        if expected.remove(&(key.clone(), at.clone())).as_ref() != Some(before) {
            fault = named(key, at, "the logs do not go over there");
        }
        fault.is_none()
    })?;
    if let (None, Some(((key, at), _))) = (&fault, expected.first_key_value()) {
        fault = named(key, at, "how the logs go over there is missing");
    }
    Ok(fault)
}

/// Compares all small views by the hashes of their rows, so that only one side is in memory.
fn compare_records(audit: &dyn Audit, fold: &Fold) -> Result<Fault, StoreError> {
    let mut expected = HashMap::new();
    view_rows(fold.changes(), &mut |table, key, row| {
        expected.insert(fold.hasher.hash_one((table, key)), fold.hasher.hash_one(row));
        true
    });
    let mut fault = None;
    audit.each_record(&mut |table, key, row| {
        let named = |what: &str| Some(format!("{table} {key}: {what}"));
        fault = match expected.remove(&fold.hasher.hash_one((table, key))) {
            None => named("the view has a row that the log does not know"),
            Some(hash) if hash != fold.hasher.hash_one(row) => {
                named("the row differs from what the log comes to")
            }
            Some(_) => None,
        };
        fault.is_none()
    })?;
    if fault.is_none() && !expected.is_empty() {
        view_rows(fold.changes(), &mut |table, key, _| {
            if expected.contains_key(&fold.hasher.hash_one((table, key))) {
                fault = Some(format!("{table} {key}: missing"));
            }
            fault.is_none()
        });
    }
    Ok(fault)
}

/// Compares what is known to have been done.
fn compare_deeds(audit: &dyn Audit, fold: &Fold) -> Result<Fault, StoreError> {
    let mut deeds = RowsDigest::default();
    audit.each_deed(&mut |deed| {
        deeds.add(&fold.hasher, deed);
        true
    })?;
    let (stored, logged) = (deeds.rows, fold.deeds.rows);
    let differ = deeds != fold.deeds;
    Ok(differ.then(|| format!("deeds: the logs have {logged}, the view has {stored} or other ones")))
}

/// Compares the views that answer "was this done before?".
fn compare_keys(audit: &dyn Audit, fold: &Fold) -> Result<Fault, StoreError> {
    let mut commands = RowsDigest::default();
    audit.each_command(&mut |user, key, node, first| {
        commands.add(&fold.hasher, (*user, key.to_vec(), node, first));
        true
    })?;
    if commands != fold.commands {
        let (stored, logged) = (commands.rows, fold.commands.rows);
        return Ok(Some(format!(
            "known commands: the logs have {logged}, the view has {stored} or other ones"
        )));
    }
    let Changes { sources, undone, .. } = fold.changes();
    let (mut fault, mut count) = (None, 0);
    audit.each_source(&mut |source, import| {
        count += 1;
        if sources.get(&source) != Some(&import) {
            fault = Some(format!("imported row {source}: the log does not say that {import} posted it"));
        }
        fault.is_none()
    })?;
    if fault.is_none() && count != sources.len() {
        fault = Some(format!("imported rows: the log has {}, the view {count}", sources.len()));
    }
    let mut count = 0;
    audit.each_undone(&mut |movement, by| {
        count += 1;
        if fault.is_none() && undone.get(movement) != Some(by) {
            fault = Some(format!("undone movement {movement}: the log does not say that {by} undid it"));
        }
        fault.is_none()
    })?;
    if fault.is_none() && count != undone.len() {
        fault = Some(format!("undone movements: the log has {}, the view {count}", undone.len()));
    }
    Ok(fault)
}

//! Decides about reorder rules.

use super::{Decision, alert, check_version, not_found};
use crate::body;
use crate::books::{Books, Source};
use crate::command::{RemoveRule, SetRule};
use crate::entry::{AlertResolved, Body};
use crate::ids::Version;
use crate::quantity::Quantity;
use crate::records::{Rule, StockKey};
use crate::refusal::Refusal;

pub(super) fn set<S: Source>(books: &Books<S>, set: &SetRule) -> Decision {
    let key = &set.key;
    if books.warehouse(&key.warehouse).is_none() {
        return Err(not_found("warehouse", &key.warehouse));
    }
    let Some(stockable) = books.stockable(&key.sku) else {
        return Err(not_found("product", &key.sku));
    };
    check_figures(set, stockable.decimals)?;
    let present = books.rule(key);
    check_version(set.expected, present.as_ref().map(|rule| rule.version).unwrap_or_default())?;
    let rule = Rule {
        minimum: set.minimum,
        target: set.target,
        multiple: set.multiple,
        version: Version(0),
        alert: present.and_then(|rule| rule.alert),
    };
    let alert = alert::under(&rule, key, books.balance(key).available(), alert::incoming(books, key));
    Ok([Some(body(key, &rule)), alert].into_iter().flatten().collect())
}

fn check_figures(set: &SetRule, decimals: u8) -> Result<(), Refusal> {
    let figures = [("minimum", set.minimum), ("target", set.target), ("multiple", set.multiple)];
    let invalid = |rule: String| Err(Refusal::InvalidRule { rule });
    for (name, figure) in figures {
        if figure < Quantity::ZERO || !figure.in_range() {
            return invalid(format!("{name} must be from 0 to {}, got {figure}", Quantity::MAX));
        }
        if !figure.fits(decimals) {
            return invalid(format!("{name} must have at most {decimals} decimals, got {figure}"));
        }
    }
    if set.multiple == Quantity::ZERO {
        return invalid("multiple must be more than 0, got 0".to_owned());
    }
    if set.target < set.minimum {
        return invalid(format!("target must be at least the minimum {}, got {}", set.minimum, set.target));
    }
    Ok(())
}

pub(super) fn remove<S: Source>(books: &Books<S>, remove: &RemoveRule) -> Decision {
    let key = &remove.key;
    let rule =
        books.rule(key).ok_or_else(|| not_found("reorder rule", format!("{}/{}", key.warehouse, key.sku)))?;
    check_version(remove.expected, rule.version)?;
    let gone = Rule { multiple: Quantity::ZERO, ..rule.clone() };
    let resolved = rule.alert.map(|alert| Body::AlertResolved(AlertResolved { alert, key: key.clone() }));
    Ok(resolved.into_iter().chain([body(key, &gone)]).collect())
}

fn body(key: &StockKey, rule: &Rule) -> Body {
    Body::RuleSet(body::RuleSet {
        warehouse: key.warehouse.to_string(),
        sku: key.sku.to_string(),
        minimum: rule.minimum.0,
        target: rule.target.0,
        multiple: rule.multiple.0,
    })
}

//! Folds what happens to stock: movements, holds, rules, alerts, imports.

use super::{Meta, id16};
use crate::body;
use crate::books::{Books, Source};
use crate::command::Cause;
use crate::entry::{AlertRaised, AlertResolved, Held, Moved, Released};
use crate::ids::{ImportId, Millis, Seq};
use crate::names::{Sku, WarehouseCode};
use crate::quantity::Quantity;
use crate::records::{Alert, AlertState, Hold, Import, Rule, StockKey};

pub(super) fn moved<S: Source>(books: &mut Books<S>, meta: &Meta, moved: &Moved) {
    let changes = books.changes_mut();
    changes.balances.insert(moved.key.clone(), moved.after);
    if moved.previous == Seq(0) {
        changes.begun.entry(moved.key.clone()).or_insert(meta.id.seq);
    }
    if let Some(undone) = &moved.undoes {
        books.changes_mut().undone.insert(undone.movement.clone(), meta.id.clone());
    }
    if let Some(Cause::Import(id)) = &meta.cause {
        posted_by_import(books, meta, *id, moved);
    }
}

/// The movements of an import may stand in several logs, of which that of its beginning may be folded later.
fn posted_by_import<S: Source>(books: &mut Books<S>, meta: &Meta, id: ImportId, moved: &Moved) {
    if let Some(source) = moved.source {
        books.changes_mut().sources.insert(source, id);
    }
    let mut import = books.import(&id).unwrap_or_else(|| Import::unknown(id));
    import.posted += 1;
    if import.node.as_ref() == Some(&meta.id.node) {
        import.last = meta.id.seq;
    } else {
        import.elsewhere.insert(meta.id.node.clone());
    }
    books.changes_mut().imports.insert(id, import);
}

pub(super) fn held<S: Source>(books: &mut Books<S>, meta: &Meta, held: &Held) {
    let hold = Hold {
        id: meta.id.clone(),
        key: held.key.clone(),
        quantity: held.quantity,
        reason: held.reason.clone(),
        reference: held.reference.clone(),
        actor: meta.actor,
        held: meta.stamp,
        version: crate::ids::Version(1),
    };
    books.changes_mut().holds.insert(meta.id.clone(), hold);
    books.changes_mut().balances.insert(held.key.clone(), held.after);
}

pub(super) fn released<S: Source>(books: &mut Books<S>, released: &Released) {
    if let Some(mut hold) = books.hold(&released.hold) {
        hold.quantity = hold.quantity - released.quantity;
        hold.version = hold.version.next();
        books.changes_mut().holds.insert(released.hold.clone(), hold);
    }
    books.changes_mut().balances.insert(released.key.clone(), released.after);
}

pub(super) fn rule_set<S: Source>(books: &mut Books<S>, set: &body::RuleSet) {
    let key = StockKey { sku: Sku::recorded(&set.sku), warehouse: WarehouseCode::recorded(&set.warehouse) };
    let present = books.rule(&key);
    let rule = (set.multiple != 0).then(|| Rule {
        minimum: Quantity(set.minimum),
        target: Quantity(set.target),
        multiple: Quantity(set.multiple),
        version: present.as_ref().map(|rule| rule.version).unwrap_or_default().next(),
        alert: present.and_then(|rule| rule.alert),
    });
    books.changes_mut().rules.insert(key, rule);
}

pub(super) fn alert_raised<S: Source>(books: &mut Books<S>, meta: &Meta, raised: &AlertRaised) {
    let alert = Alert {
        id: meta.id.clone(),
        key: raised.key.clone(),
        available: raised.available,
        minimum: raised.minimum,
        raised: meta.stamp,
        state: AlertState::Open,
        by: None,
    };
    books.changes_mut().alerts.insert(meta.id.clone(), alert);
    if let Some(mut rule) = books.rule(&raised.key) {
        rule.alert = Some(meta.id.clone());
        books.changes_mut().rules.insert(raised.key.clone(), Some(rule));
    }
}

pub(super) fn alert_resolved<S: Source>(books: &mut Books<S>, meta: &Meta, resolved: &AlertResolved) {
    if let Some(mut alert) = books.alert(&resolved.alert) {
        alert.state = AlertState::Resolved { at: meta.stamp };
        books.changes_mut().alerts.insert(resolved.alert.clone(), alert);
    }
    if let Some(mut rule) = books.rule(&resolved.key) {
        rule.alert = None;
        books.changes_mut().rules.insert(resolved.key.clone(), Some(rule));
    }
}

pub(super) fn alert_handled<S: Source>(books: &mut Books<S>, meta: &Meta, handled: &body::AlertHandled) {
    let alert = handled.alert.parse().ok().and_then(|id| books.alert(&id));
    if let Some(mut alert) = alert {
        alert.by = Some(meta.actor);
        alert.state = match handled.snoozed_until {
            0 => AlertState::Acknowledged,
            until => AlertState::Snoozed { until: Millis(until) },
        };
        books.changes_mut().alerts.insert(alert.id.clone(), alert);
    }
}

pub(super) fn import_begun<S: Source>(books: &mut Books<S>, meta: &Meta, begun: &body::ImportBegun) {
    let id = ImportId(id16(&begun.id));
    let import = Import {
        profile: begun.profile.clone(),
        file: begun.file.clone(),
        actor: meta.actor,
        began: meta.stamp,
        first: meta.id.seq,
        last: meta.id.seq,
        node: Some(meta.id.node.clone()),
        ..books.import(&id).unwrap_or_else(|| Import::unknown(id))
    };
    books.changes_mut().imports.insert(id, import);
}

pub(super) fn import_undone<S: Source>(books: &mut Books<S>, undone: &body::ImportUndone) {
    let id = ImportId(id16(&undone.id));
    let mut import = books.import(&id).unwrap_or_else(|| Import::unknown(id));
    import.undone = true;
    books.changes_mut().imports.insert(id, import);
}

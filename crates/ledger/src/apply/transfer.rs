//! Folds what happens to transfers. Nothing here depends on which of two logs is folded first.

use super::Meta;
use crate::body;
use crate::books::{Books, Source};
use crate::ids::{EntryId, Version};
use crate::names::{Sku, WarehouseCode};
use crate::quantity::Quantity;
use crate::records::StockKey;
use crate::transfer::{Moment, Transfer, TransferLine};

pub(super) fn drafted<S: Source>(books: &mut Books<S>, meta: &Meta, drafted: &body::TransferDrafted) {
    let ends = (drafted.from.as_str(), drafted.to.as_str());
    change(books, meta, &meta.id.clone(), ends, |transfer| {
        transfer.reference.clone_from(&drafted.reference);
        transfer.drafted = Some(moment(meta));
        for item in &drafted.lines {
            line(transfer, &item.sku).asked = Quantity(item.quantity);
        }
    });
}

pub(super) fn cancelled<S: Source>(books: &mut Books<S>, meta: &Meta, cancelled: &body::TransferCancelled) {
    let ends = (cancelled.from.as_str(), cancelled.to.as_str());
    named(books, meta, &cancelled.transfer, ends, |transfer| transfer.cancelled = Some(moment(meta)));
}

pub(super) fn dispatched<S: Source>(
    books: &mut Books<S>,
    meta: &Meta,
    dispatched: &body::TransferDispatched,
) {
    let ends = (dispatched.from.as_str(), dispatched.to.as_str());
    named(books, meta, &dispatched.transfer, ends, |transfer| {
        transfer.dispatched = Some(moment(meta));
        for item in &dispatched.lines {
            line(transfer, &item.sku).dispatched = Quantity(item.quantity);
        }
    });
}

pub(super) fn received<S: Source>(books: &mut Books<S>, meta: &Meta, received: &body::TransferReceived) {
    let ends = (received.from.as_str(), received.to.as_str());
    named(books, meta, &received.transfer, ends, |transfer| {
        transfer.received = transfer.received.max(Some(moment(meta)));
        for item in &received.lines {
            let line = line(transfer, &item.sku);
            line.accepted = line.accepted + Quantity(item.accepted);
            line.rejected = line.rejected + Quantity(item.rejected);
            line.missing = line.missing + Quantity(item.missing);
        }
    });
}

pub(super) fn settled<S: Source>(books: &mut Books<S>, meta: &Meta, settled: &body::TransferSettled) {
    let ends = (settled.from.as_str(), settled.to.as_str());
    named(books, meta, &settled.transfer, ends, |transfer| {
        transfer.received = transfer.received.max(Some(moment(meta)));
        for item in &settled.lines {
            let line = line(transfer, &item.sku);
            line.found = line.found + Quantity(item.found);
            line.lost = line.lost + Quantity(item.lost);
        }
    });
}

fn moment(meta: &Meta) -> Moment {
    Moment { at: meta.stamp, by: meta.actor }
}

/// The line of a SKU, made where it is missing.
fn line<'a>(transfer: &'a mut Transfer, sku: &str) -> &'a mut TransferLine {
    let sku = Sku::recorded(sku);
    let index = match transfer.lines.binary_search_by(|line| line.sku.cmp(&sku)) {
        Ok(index) => index,
        Err(index) => {
            transfer.lines.insert(index, TransferLine::of(sku));
            index
        }
    };
    &mut transfer.lines[index]
}

/// Changes the transfer of an id that an entry names; a damaged id is nobody's.
fn named<S: Source>(
    books: &mut Books<S>,
    meta: &Meta,
    id: &str,
    ends: (&str, &str),
    work: impl FnOnce(&mut Transfer),
) {
    if let Ok(id) = id.parse() {
        change(books, meta, &id, ends, work);
    }
}

/// Changes a transfer, made as a stub where it is unknown, and what is incoming because of it.
fn change<S: Source>(
    books: &mut Books<S>,
    meta: &Meta,
    id: &EntryId,
    (from, to): (&str, &str),
    work: impl FnOnce(&mut Transfer),
) {
    let before = books.transfer(id);
    let mut after = before.clone().unwrap_or_else(|| Transfer {
        id: id.clone(),
        from: WarehouseCode::recorded(from),
        to: WarehouseCode::recorded(to),
        reference: String::new(),
        opened: meta.stamp,
        changed: meta.stamp,
        version: Version(0),
        drafted: None,
        cancelled: None,
        dispatched: None,
        received: None,
        lines: Vec::new(),
    });
    work(&mut after);
    after.opened = after.opened.min(meta.stamp);
    after.changed = after.changed.max(meta.stamp);
    after.version = after.version.next();
    for line in &after.lines {
        let was = before.as_ref().and_then(|before| Some(before.incoming(before.line(&line.sku)?)));
        let difference = after.incoming(line) - was.unwrap_or_default();
        if difference != Quantity::ZERO {
            let key = StockKey { sku: line.sku.clone(), warehouse: after.to.clone() };
            let sum = books.incoming(&key) + difference;
            books.changes_mut().incoming.insert(key, sum);
        }
    }
    books.changes_mut().transfers.insert(id.clone(), after);
}

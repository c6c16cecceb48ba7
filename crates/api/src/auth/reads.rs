//! What each role may read: the one place where queries are confined to a scope and answers are thinned out.

use std::sync::Arc;

use acopio_contract::access::{Denied, Principal};
use acopio_contract::query::{ProductRow, Query, Scope, View};
use acopio_ledger::conflict::RecordKind;
use acopio_ledger::names::WarehouseCode;
use acopio_ledger::records::Role;

use super::Identity;

/// Confines a query to what may be seen.
///
/// # Errors
///
/// When nothing of it may be.
pub(crate) fn confine(query: &mut Query, identity: &Identity) -> Result<(), Denied> {
    let who = &identity.principal;
    match query {
        Query::Products(query) => scoped(who, &mut query.scope, identity, query.warehouse.as_ref()),
        Query::ProductBySku(query) => scoped(who, &mut query.scope, identity, None),
        Query::Stock(query) => scoped(who, &mut query.scope, identity, query.warehouse.as_ref()),
        Query::StockOf(query) => scoped(who, &mut query.scope, identity, None),
        Query::Movements(query) => scoped(who, &mut query.scope, identity, query.warehouse.as_ref()),
        Query::Holds(query) => scoped(who, &mut query.scope, identity, query.warehouse.as_ref()),
        Query::Rules(query) => scoped(who, &mut query.scope, identity, query.warehouse.as_ref()),
        Query::Alerts(query) => scoped(who, &mut query.scope, identity, query.warehouse.as_ref()),
        Query::Transfers(query) => scoped(who, &mut query.scope, identity, None),
        Query::Tallies(query) => scoped(who, &mut query.scope, identity, query.warehouse.as_ref()),
        Query::Voids(query) => scoped(who, &mut query.scope, identity, None),
        Query::Conflicts(query) => may_see_conflicts(who, query.kind),
        Query::ConflictById(query) => may_see_conflicts(who, Some(query.id.kind)),
        Query::RuleByKey(query) => who.need_in(&query.key.warehouse, Role::Viewer),
        Query::Categories(_)
        | Query::Warehouses(_)
        | Query::Movement(_)
        | Query::HoldById(_)
        | Query::AlertById(_)
        | Query::TransferById(_)
        | Query::VoidById(_)
        | Query::Entries(_)
        | Query::UserByName(_) => who.need_somewhere(Role::Viewer),
        Query::UserById(query) if query.id == who.user => Ok(()),
        Query::Sessions(query) if query.user == who.user => Ok(()),
        Query::Operations(query) => {
            let sees_all = who.need_everywhere(Role::Manager).is_ok();
            query.user = if sees_all { query.user } else { Some(who.user) };
            Ok(())
        }
        Query::IsKnown(query) if query.command.user == who.user => Ok(()),
        Query::SessionById(_)
        | Query::Status(_)
        | Query::Cluster(_)
        | Query::OperationById(_)
        | Query::CompanySettings(_) => Ok(()),
        Query::Imports(_) | Query::ImportById(_) | Query::Posted(_) => who.need_everywhere(Role::Manager),
        Query::Deeds(_)
        | Query::IsKnown(_)
        | Query::Users(_)
        | Query::UserById(_)
        | Query::Sessions(_)
        | Query::Access(_)
        | Query::SigningKey(_)
        | Query::Verify(_)
        | Query::DeadLetters(_)
        | Query::ExplorerTables(_)
        | Query::Explore(_)
        | Query::Backup(_) => who.need_everywhere(Role::Admin),
    }
}

/// Managers keep the catalogue; who else there is, and what the warehouses are called, is for administrators.
fn may_see_conflicts(who: &Principal, kind: Option<RecordKind>) -> Result<(), Denied> {
    match kind {
        Some(RecordKind::Product) => who.need_somewhere(Role::Manager),
        _ => who.need_everywhere(Role::Admin),
    }
}

fn scoped(
    who: &Principal,
    scope: &mut Scope,
    identity: &Identity,
    warehouse: Option<&WarehouseCode>,
) -> Result<(), Denied> {
    scope.clone_from(&identity.scope);
    match warehouse {
        Some(warehouse) => who.need_in(warehouse, Role::Viewer),
        None => who.need_somewhere(Role::Viewer),
    }
}

/// Takes out of an answer what may not be seen: single records of other warehouses and users, and cost.
pub(crate) fn hide(view: &mut View, identity: &Identity) {
    let seen = |warehouse: &WarehouseCode| is_seen(&identity.scope, warehouse);
    match view {
        View::Movement(row) => keep_if(row, |row| seen(&row.moved.key.warehouse)),
        View::HoldById(hold) => keep_if(hold, |hold| seen(&hold.key.warehouse)),
        View::AlertById(alert) => keep_if(alert, |alert| seen(&alert.key.warehouse)),
        View::TransferById(transfer) => {
            keep_if(transfer, |transfer| seen(&transfer.from) || seen(&transfer.to))
        }
        View::VoidById(void) => keep_if(void, |void| seen(&void.warehouse)),
        View::SessionById(session) => keep_if(session, |session| {
            session.user == identity.principal.user || identity.principal.need_everywhere(Role::Admin).is_ok()
        }),
        View::OperationById(operation) => {
            keep_if(operation, |operation| identity.principal.sees_operation_of(operation.user));
        }
        View::Products(page) if !identity.sees_cost => page.items.iter_mut().for_each(hide_cost),
        View::ProductBySku(Some(row)) if !identity.sees_cost => hide_cost(row),
        _ => {}
    }
}

/// Whether rows of a warehouse are in the scope.
pub(crate) fn is_seen(scope: &Scope, warehouse: &WarehouseCode) -> bool {
    scope.as_ref().is_none_or(|codes| codes.contains(warehouse))
}

fn keep_if<T>(record: &mut Option<T>, keep: impl FnOnce(&T) -> bool) {
    if record.as_ref().is_some_and(|record| !keep(record)) {
        *record = None;
    }
}

fn hide_cost(row: &mut ProductRow) {
    if row.product.cost.is_some() {
        Arc::make_mut(&mut row.product).cost = None;
    }
}

//! Copies changes: a store keeps its own.

use std::collections::BTreeMap;

use acopio_ledger::Changes;

/// The same changes again.
pub(super) fn changes(changes: &Changes) -> Changes {
    Changes {
        products: changes.products.clone(),
        barcodes: changes.barcodes.clone(),
        categories: changes.categories.clone(),
        category_names: changes.category_names.clone(),
        warehouses: changes.warehouses.clone(),
        balances: changes.balances.clone(),
        rules: changes.rules.clone(),
        alerts: changes.alerts.clone(),
        holds: changes.holds.clone(),
        users: changes.users.clone(),
        usernames: changes.usernames.clone(),
        emails: changes.emails.clone(),
        sessions: changes.sessions.clone(),
        imports: changes.imports.clone(),
        sources: changes.sources.clone(),
        undone: changes.undone.clone(),
        commands: changes.commands.clone(),
        company: changes.company,
        keys: changes.keys.clone(),
        transfers: changes.transfers.clone(),
        incoming: changes.incoming.clone(),
        voids: changes.voids.clone(),
        conflicts: changes.conflicts.clone(),
        settings: changes.settings.clone(),
        tallies: changes.tallies.clone(),
        deeds: changes.deeds.clone(),
        // No views.
        judged: BTreeMap::new(),
        begun: BTreeMap::new(),
    }
}

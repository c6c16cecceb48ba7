//! Checks that nothing vanishes between two warehouses: what left one by its movements, and has neither arrived nor been
//! lost by others, is what the transfer says is on the road.

use std::collections::HashMap;

use acopio_ledger::Changes;
use acopio_ledger::entry::{Kind, Moved};
use acopio_ledger::names::Sku;
use acopio_ledger::quantity::Quantity;

/// What movements have put on the road and not taken from it, by the transfer's id and SKU.
#[derive(Default)]
pub(super) struct Transit {
    accounts: HashMap<(String, Sku), Quantity>,
}

impl Transit {
    /// Posts a movement, if it begins or ends on the road.
    pub(super) fn post(&mut self, moved: &Moved) {
        if !matches!(moved.kind, Kind::Dispatch | Kind::Arrival | Kind::Loss) {
            return;
        }
        // A dispatch leaves a warehouse and a loss the road: both are negative.
        let onto_the_road = if moved.kind == Kind::Loss { moved.change } else { -moved.change };
        let sum = self.accounts.entry((moved.reference.clone(), moved.key.sku.clone())).or_default();
        *sum = *sum + onto_the_road;
    }

    /// The first transfer that says something else, or that no movement knows.
    pub(super) fn fault(&self, changes: &Changes) -> Option<String> {
        let mut known = 0;
        for transfer in changes.transfers.values() {
            let id = transfer.id.to_string();
            for line in &transfer.lines {
                let account = self.accounts.get(&(id.clone(), line.sku.clone()));
                known += usize::from(account.is_some());
                let moved = account.copied().unwrap_or_default();
                if moved != line.on_the_road() {
                    return Some(format!(
                        "transfer {id}: it says that {} of {} are on the road, its movements come to {moved}",
                        line.on_the_road(),
                        line.sku
                    ));
                }
            }
        }
        (known != self.accounts.len()).then(|| "a movement names a transfer that has no such line".to_owned())
    }
}

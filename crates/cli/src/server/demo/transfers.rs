//! Transfers of the demo, some of each state: drafted, given up, on the road, come in part, come, and partly lost.

use std::collections::BTreeMap;
use std::sync::Arc;

use acopio_contract::Inventory;
use acopio_ledger::Command;
use acopio_ledger::command::{
    CancelTransfer, DispatchTransfer, DraftLine, DraftTransfer, ReceiveLine, ReceiveTransfer, SettleLine,
    SettleTransfer,
};
use acopio_ledger::ids::{EntryId, UserId};
use acopio_ledger::names::{Line, Sku, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::StockKey;

use super::WAREHOUSES;
use super::random::Chance;
use crate::failure::Result;
use crate::server::company;

const TRANSFERS: usize = 24;
/// A place must have so many whole units to send from.
const ENOUGH_UNITS: i64 = 12;

/// Makes the transfers.
///
/// # Errors
///
/// When a command is refused, which none of these should be.
pub(super) async fn make(
    inventory: &Arc<dyn Inventory>,
    actor: UserId,
    places: &[(StockKey, Quantity)],
    chance: &mut Chance,
) -> Result<()> {
    let mut stock: BTreeMap<&str, Vec<&Sku>> = BTreeMap::new();
    for (key, _) in places.iter().filter(|(_, on_hand)| units(ENOUGH_UNITS) <= *on_hand) {
        stock.entry(key.warehouse.as_str()).or_default().push(&key.sku);
    }
    for index in 0..TRANSFERS {
        let (from, to) = (index % WAREHOUSES.len(), (index + 1 + index / 9 % 2) % WAREHOUSES.len());
        let (from, to) = (WAREHOUSES[from].0, WAREHOUSES[to].0);
        let Some(skus) = stock.get_mut(from) else { continue };
        // Each product is sent once from a place, so that it never runs short.
        let rest = skus.len().saturating_sub(1 + chance.below(4));
        let lines: Vec<DraftLine> = skus
            .split_off(rest)
            .into_iter()
            .map(|sku| DraftLine { sku: sku.clone(), quantity: units(chance.between(3, 8)) })
            .collect();
        if lines.is_empty() {
            continue;
        }
        let draft = DraftTransfer {
            from: WarehouseCode::recorded(from),
            to: WarehouseCode::recorded(to),
            lines: lines.clone(),
            reference: Some(Line::recorded(&format!("TR-{}", 1_001 + index))),
            dispatch: false,
        };
        let key = |step: usize| format!("demo-transfer-{index:05}-{step}");
        let drafted = company::submit(&**inventory, actor, &key(0), Command::DraftTransfer(draft)).await?;
        let steps = fate(index % 6, &drafted.record.first, &lines[0].sku);
        for (step, command) in steps.into_iter().enumerate() {
            company::submit(&**inventory, actor, &key(step + 1), command).await?;
        }
    }
    Ok(())
}

/// What becomes of a draft, one way for each number from 0 to 5. At least three of the first SKU are sent.
fn fate(number: usize, transfer: &EntryId, first: &Sku) -> Vec<Command> {
    let id = || transfer.clone();
    let dispatch = Command::DispatchTransfer(DispatchTransfer { transfer: id() });
    let receive = |lines| Command::ReceiveTransfer(ReceiveTransfer { transfer: id(), lines, reason: None });
    let short = || {
        let line =
            ReceiveLine { sku: first.clone(), accepted: units(1), rejected: units(1), missing: units(1) };
        let reason = Some(Line::recorded("a carton was torn open"));
        Command::ReceiveTransfer(ReceiveTransfer { transfer: id(), lines: Some(vec![line]), reason })
    };
    let lost = || {
        let lines = vec![SettleLine { sku: first.clone(), found: units(0), lost: units(1) }];
        let reason = Some(Line::recorded("the carrier has paid for it"));
        Command::SettleTransfer(SettleTransfer { transfer: id(), lines, reason })
    };
    match number {
        0 => Vec::new(),
        1 => vec![dispatch],
        2 => vec![dispatch, short()],
        3 => vec![dispatch, receive(None)],
        4 => {
            let reason = Some(Line::recorded("no longer needed"));
            vec![Command::CancelTransfer(CancelTransfer { transfer: id(), reason })]
        }
        // The one that was lost is settled before the rest comes, or the receipt would take it for come.
        _ => vec![dispatch, short(), lost(), receive(None)],
    }
}

/// Whole base units.
fn units(count: i64) -> Quantity {
    Quantity::whole(count).expect("the demo's figures are small")
}

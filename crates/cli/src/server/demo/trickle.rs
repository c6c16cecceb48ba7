//! Trade that goes on while the demo serves, so that its screens live: a few movements a second.

use std::sync::Arc;
use std::time::Duration;

use acopio_contract::Inventory;
use acopio_contract::query::{PageRequest, Products, StockOf, UserByName, ask};
use acopio_ledger::Command;
use acopio_ledger::command::Moves;
use acopio_ledger::ids::UserId;
use acopio_ledger::names::{Sku, WarehouseCode};
use uuid::Uuid;

use super::random::Chance;
use super::{staff, trade, wares};
use crate::server::company;

/// Between two movements, in milliseconds: from, to.
const PAUSE_MS: (i64, i64) = (150, 650);
/// Among so many products the trade goes on.
const PRODUCTS_TRADED: usize = 500;

/// Trades until it is dropped, or until the node takes no more; in some warehouses, or in all.
pub(super) async fn run(inventory: Arc<dyn Inventory>, warehouses: Option<Vec<WarehouseCode>>) {
    let Some((actor, skus)) = prepare(&*inventory).await else {
        tracing::warn!("the demo's trade does not go on: nobody is there to do it, or nothing to trade");
        return;
    };
    // Seeded by the clock: a company that goes on must not repeat what it did after its last start.
    let mut chance = Chance::new(wares::now().0 as u64);
    loop {
        let pause = chance.between(PAUSE_MS.0, PAUSE_MS.1);
        tokio::time::sleep(Duration::from_millis(pause.unsigned_abs())).await;
        let sku = chance.pick(&skus).clone();
        let scope = warehouses.clone();
        let Ok(Some(rows)) = ask(&*inventory, StockOf { sku, scope }).await else { continue };
        let rows: Vec<_> = rows.into_iter().filter(|row| 0 < row.balance.version.0).collect();
        if rows.is_empty() {
            continue;
        }
        let row = chance.pick(&rows);
        let place = (row.key.sku.clone(), row.key.warehouse.clone());
        let line =
            trade::step_of_trade(&place, row.balance.available(), trade::step(row.decimals), &mut chance);
        let command = Command::Move(Moves { lines: vec![line], atomic: false });
        // Somebody else may have been faster; a refusal is part of the picture.
        let key = Uuid::now_v7().to_string();
        if let Err(failure) = company::submit(&*inventory, actor, &key, command).await {
            tracing::debug!(?failure, "a movement of the demo was refused");
        }
    }
}

/// Who trades, and with what; nothing when the company is not ours.
async fn prepare(inventory: &dyn Inventory) -> Option<(UserId, Vec<Sku>)> {
    let operator = ask(inventory, UserByName { username: staff::OPERATOR.to_owned() }).await.ok()??;
    let products = Products {
        text: None,
        category: None,
        availability: None,
        warehouse: None,
        retired: Some(false),
        sort: None,
        scope: None,
        page: PageRequest { limit: PRODUCTS_TRADED, cursor: None },
    };
    let page = ask(inventory, products).await.ok()?;
    let skus: Vec<Sku> = page.items.iter().map(|row| row.product.sku.clone()).collect();
    (!skus.is_empty()).then_some((operator.id, skus))
}

//! Fills the demo's ledger: catalogue, trade, holds, reorder rules, transfers.

use std::sync::Arc;

use acopio_contract::Inventory;
use acopio_ledger::Command;
use acopio_ledger::command::{HoldStock, MoveLine, Moves, SetRule};
use acopio_ledger::ids::{Millis, UserId};
use acopio_ledger::names::Line;
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::StockKey;
use acopio_node::Clock;
use anyhow::Context;
use tokio::task::JoinSet;

use super::past::Past;
use super::random::Chance;
use super::{WAREHOUSES, catalogue, trade, transfers};
use crate::failure::Result;
use crate::server::company;

/// How many commands are sent before their answers are waited for: as many share one commit.
const TOGETHER: usize = 512;
const LINES_PER_BATCH: usize = 2_000;
const HOLDS: usize = 40;
const RULES: usize = 300;
/// How many rules in a hundred have a minimum above the stock, so that there are alerts to see.
const RULES_ALERTING_PERCENT: u64 = 8;

/// Fills the ledger of a new company; its trade is recorded when it happened.
///
/// # Errors
///
/// When a command is refused, which none of these should be.
pub(super) async fn fill(
    inventory: &Arc<dyn Inventory>,
    actor: UserId,
    products: usize,
    seed: u64,
    past: &Past,
) -> Result<()> {
    let mut chance = Chance::new(seed);
    let products = catalogue::products(products, &mut chance);
    let commands = products.iter().cloned().map(Command::CreateProduct).collect();
    submit_all(inventory, actor, "product", commands).await?;
    let (lines, stock) = trade::movements(&products, WAREHOUSES, now(), &mut chance);
    let batch = |lines: &[MoveLine]| Command::Move(Moves { lines: lines.to_vec(), atomic: false });
    for (number, day) in trade::days(&lines).enumerate() {
        if let Some(closing) = day.last().and_then(|line| line.occurred_at) {
            past.go_to(closing);
        }
        let batches = day.chunks(LINES_PER_BATCH).map(batch).collect();
        submit_all(inventory, actor, &format!("trade-{number:02}"), batches).await?;
    }
    past.end();
    let mut places: Vec<(StockKey, Quantity)> =
        stock.into_iter().map(|((sku, warehouse), on_hand)| (StockKey { sku, warehouse }, on_hand)).collect();
    chance.shuffle(&mut places);
    let held = holds(&places, &mut chance);
    submit_all(inventory, actor, "hold", held).await?;
    // From the other end, so that no rule is about stock on hold.
    places.reverse();
    submit_all(inventory, actor, "rule", rules(&places, &mut chance)).await?;
    transfers::make(inventory, actor, &places, &mut chance).await
}

fn holds(places: &[(StockKey, Quantity)], chance: &mut Chance) -> Vec<Command> {
    const REASONS: &[&str] =
        &["damaged packaging", "awaiting inspection", "recalled by the maker", "water damage"];
    let enough = places.iter().filter(|(_, on_hand)| units(2) <= *on_hand).take(HOLDS);
    enough
        .map(|(key, _)| {
            let reason = Line::recorded(chance.pick::<&str>(REASONS));
            let quantity = units(chance.between(1, 2));
            Command::Hold(HoldStock { key: key.clone(), quantity, reason, reference: None })
        })
        .collect()
}

fn rules(places: &[(StockKey, Quantity)], chance: &mut Chance) -> Vec<Command> {
    let rule = |(key, on_hand): &(StockKey, Quantity)| {
        let whole = on_hand.0 / units(1).0;
        let minimum = match chance.percent(RULES_ALERTING_PERCENT) {
            true => whole + chance.between(1, 10),
            false => whole * chance.between(20, 60) / 100,
        };
        Command::SetRule(SetRule {
            key: key.clone(),
            minimum: units(minimum),
            target: units(minimum + chance.between(40, 160)),
            multiple: units(*chance.pick(&[1, 5, 6, 10, 12])),
            expected: None,
        })
    };
    places.iter().take(RULES).map(rule).collect()
}

/// Whole base units.
fn units(count: i64) -> Quantity {
    Quantity::whole(count).expect("the demo's figures are small")
}

/// Sends commands, many at a time, in their order.
async fn submit_all(
    inventory: &Arc<dyn Inventory>,
    actor: UserId,
    what: &str,
    commands: Vec<Command>,
) -> Result<()> {
    let mut rest = commands.into_iter().enumerate();
    loop {
        let mut sent = JoinSet::new();
        for (index, command) in rest.by_ref().take(TOGETHER) {
            let (inventory, key) = (inventory.clone(), format!("demo-{what}-{index:05}"));
            sent.spawn(async move { company::submit(&*inventory, actor, &key, command).await });
        }
        if sent.is_empty() {
            return Ok(());
        }
        while let Some(answer) = sent.join_next().await {
            let answered = answer.context("a command of the demo was lost")?;
            answered.map_err(|failure| failure.while_doing("cannot make the demo company"))?;
        }
    }
}

/// The wall clock.
pub(super) fn now() -> Millis {
    Clock::system().now()
}

//! What people do in a simulated company: receive, issue, count, transfer, hold, keep the catalogue, move warehouses.

use std::time::Duration;

use acopio_contract::query::{Operation, OperationState, Operations, PageRequest, Transfers, ask};
use acopio_contract::{Inventory, Manage, Managed, Receipt, SubmitError};
use acopio_ledger::command::{
    Amount, ChangeProduct, DispatchTransfer, DraftLine, DraftTransfer, Found, HandOverWarehouse, HoldStock,
    MoveKind, MoveLine, Moves, NameWarehouse, NewProduct, NewUser, ProductPatch, ReceiveLine,
    ReceiveTransfer, SetDurability, SetRule, SettleLine, SettleTransfer,
};
use acopio_ledger::ids::{CommandId, UserId};
use acopio_ledger::names::{IdempotencyKey, Line, Sku, Title, Username, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{Durability, Grant, Role, StockKey, Unit};
use acopio_ledger::transfer::{TransferLine, TransferState};
use acopio_ledger::{Command, Submission};

use crate::site::{COMPANY, Site};
use crate::world::World;

/// What is traded.
const SKUS: [&str; 4] = ["CUP", "LAMP", "RUG", "TEA"];
/// Where, by site.
pub(crate) const WAREHOUSES: [&str; 3] = ["LON", "MAD", "ROT"];
/// Who trades.
const TRADER: UserId = UserId(*b"simulated-trader");
/// How long callers wait for another node.
const WAIT: Duration = Duration::from_secs(2);

/// Founds the company and makes its products.
pub(crate) async fn found(world: &mut World) -> Result<(), String> {
    let admin = NewUser {
        id: TRADER,
        username: Username::recorded("trader"),
        email: None,
        full_name: "Trader".to_owned(),
        password_hash: "none".to_owned(),
        must_change_password: false,
        grants: vec![Grant { role: Role::Admin, warehouses: Vec::new() }],
    };
    must(world, 0, Command::Found(Found { company: COMPANY, admin })).await?;
    for sku in SKUS {
        must(world, 0, Command::CreateProduct(product(sku))).await?;
    }
    Ok(())
}

/// Gives a site its warehouse.
pub(crate) async fn open_warehouse(world: &mut World, site: usize) -> Result<(), String> {
    let code = WarehouseCode::recorded(WAREHOUSES[site]);
    let name = NameWarehouse { code, name: Title::recorded(WAREHOUSES[site]), expected: None };
    must(world, site, Command::CreateWarehouse(name)).await
}

fn product(sku: &str) -> NewProduct {
    NewProduct {
        sku: Sku::recorded(sku),
        name: Title::recorded(sku),
        description: String::new(),
        category: None,
        unit: Unit { name: "each".to_owned(), decimals: 0 },
        barcodes: Vec::new(),
        attributes: Default::default(),
        price: None,
        cost: None,
    }
}

async fn must(world: &mut World, site: usize, command: Command) -> Result<(), String> {
    let submission = submission(world, command);
    let node = world.node(site).ok_or("the node does not run")?;
    let answer = node.submit_within(submission, WAIT).await.map_err(|error| error.to_string())?;
    answer.refusal().map_or(Ok(()), |refusal| Err(refusal.to_string()))
}

fn submission(world: &mut World, command: Command) -> Submission {
    world.next_command += 1;
    let key = IdempotencyKey::recorded(&format!("command-{:06}", world.next_command));
    world.counts.commands += 1;
    Submission { id: CommandId { user: TRADER, key }, cause: None, command, expires: None, place: None }
}

/// Sends a command to a site; whatever is answered is noted whenever it comes.
fn send(world: &mut World, site: usize, command: Command) {
    let submission = submission(world, command);
    send_again(world, site, submission);
}

fn send_again(world: &mut World, site: usize, submission: Submission) {
    let Some(node) = world.node(site) else { return };
    world.say(|| format!("{}: {} {:?}", world.sites[site].name, submission.id.key, submission.command));
    world.sent.push(submission.clone());
    let history = world.history.clone();
    tokio::spawn(async move {
        let id = submission.id.clone();
        let answer = node.submit_within(submission, WAIT).await;
        history.tell(&id, &answer);
    });
}

/// Somebody does something at a site, for any warehouse.
pub(crate) fn command(world: &mut World, site: usize) {
    let command = match world.chance.below(100) {
        0..=34 => moves(world, MoveKind::Receipt),
        35..=64 => moves(world, MoveKind::Issue),
        65..=71 => Command::Hold(HoldStock {
            key: key(world),
            quantity: pieces(1 + world.chance.below(3)),
            reason: Line::recorded("damaged"),
            reference: None,
        }),
        72..=77 => {
            let (minimum, key) = (world.chance.below(20), key(world));
            let (minimum, target) = (pieces(minimum), pieces(minimum + 20));
            Command::SetRule(SetRule { key, minimum, target, multiple: pieces(1), expected: None })
        }
        78..=83 => {
            let (sku, number) = (world.chance.pick::<&str>(&SKUS), world.chance.below(100));
            let name = Title::recorded(&format!("{sku} of kind {number}"));
            let patch = ProductPatch { name: Some(name), ..ProductPatch::default() };
            Command::ChangeProduct(ChangeProduct { sku: Sku::recorded(sku), patch, expected: None })
        }
        84..=89 => return transfer(world, site),
        _ => return step_of_transfer(world, site),
    };
    send(world, site, command);
}

fn key(world: &mut World) -> StockKey {
    let (sku, warehouse) = (world.chance.pick::<&str>(&SKUS), world.chance.pick::<&str>(&WAREHOUSES));
    StockKey { sku: Sku::recorded(sku), warehouse: WarehouseCode::recorded(warehouse) }
}

fn pieces(count: usize) -> Quantity {
    Quantity::whole(count as i64).expect("few pieces")
}

fn moves(world: &mut World, kind: MoveKind) -> Command {
    let StockKey { sku, warehouse } = key(world);
    let quantity = pieces(1 + world.chance.below(12));
    let line = MoveLine {
        kind,
        warehouse,
        sku,
        amount: Amount::By(quantity),
        reason: None,
        reference: None,
        occurred_at: None,
        source: None,
    };
    Command::Move(Moves { lines: vec![line], atomic: false })
}

/// Many commands at once, for one product in one warehouse.
pub(crate) fn burst(world: &mut World, site: usize) {
    for _ in 0..1 + world.chance.below(12) {
        let kind = if world.chance.strikes(500) { MoveKind::Issue } else { MoveKind::Receipt };
        let command = moves(world, kind);
        send(world, site, command);
    }
}

/// A command that was sent before is sent again, perhaps at another site.
pub(crate) fn repeat(world: &mut World, site: usize) {
    if !world.sent.is_empty() {
        let submission = world.chance.pick(&world.sent).clone();
        // Catalogue and people are decided wherever they are said: only stock has one place that knows.
        if matches!(submission.command, Command::Move(_) | Command::Hold(_)) {
            send_again(world, site, submission);
        }
    }
}

fn transfer(world: &mut World, site: usize) {
    let (from, to) = (world.chance.below(3), world.chance.below(3));
    if from == to {
        return;
    }
    let line = DraftLine {
        sku: Sku::recorded(world.chance.pick::<&str>(&SKUS)),
        quantity: pieces(1 + world.chance.below(6)),
    };
    let code = |index: usize| WarehouseCode::recorded(WAREHOUSES[index]);
    let draft =
        DraftTransfer { from: code(from), to: code(to), reference: None, lines: vec![line], dispatch: false };
    send(world, site, Command::DraftTransfer(draft));
}

/// A transfer that is known at the site goes one step further.
fn step_of_transfer(world: &mut World, site: usize) {
    let page = PageRequest { limit: 20, cursor: None };
    let query = Transfers { state: None, from: None, to: None, sku: None, scope: None, page };
    let known = world.sites[site].reader().transfers(&query).map(|page| page.items).unwrap_or_default();
    if known.is_empty() {
        return;
    }
    let transfer = world.chance.pick(&known).clone();
    let id = transfer.id.clone();
    let command = match transfer.state() {
        TransferState::Draft => Command::DispatchTransfer(DispatchTransfer { transfer: id }),
        TransferState::Dispatched | TransferState::PartiallyReceived if world.chance.strikes(700) => {
            let lines = world.chance.strikes(500).then(|| transfer.lines.iter().map(one_good).collect());
            Command::ReceiveTransfer(ReceiveTransfer { transfer: id, lines, reason: None })
        }
        TransferState::PartiallyReceived => {
            let lines = transfer.lines.iter().map(one_lost).collect();
            Command::SettleTransfer(SettleTransfer { transfer: id, lines, reason: None })
        }
        _ => return,
    };
    send(world, site, command);
}

fn one_good(line: &TransferLine) -> ReceiveLine {
    ReceiveLine {
        sku: line.sku.clone(),
        accepted: pieces(1),
        rejected: Quantity::ZERO,
        missing: Quantity::ZERO,
    }
}

fn one_lost(line: &TransferLine) -> SettleLine {
    SettleLine { sku: line.sku.clone(), found: Quantity::ZERO, lost: pieces(1) }
}

/// A warehouse is handed to another node.
pub(crate) fn hand_over(world: &mut World, site: usize) {
    let warehouse = WarehouseCode::recorded(world.chance.pick::<&str>(&WAREHOUSES));
    let to = world.sites[world.chance.below(3)].name.clone();
    world.counts.hand_overs += 1;
    send(world, site, Command::HandOver(HandOverWarehouse { warehouse, to }));
}

/// From now on a warehouse tells only what a majority has, or what one disk has.
pub(crate) fn set_durability(world: &mut World, site: usize) {
    let warehouse = WarehouseCode::recorded(world.chance.pick::<&str>(&WAREHOUSES));
    let durability = if world.chance.strikes(600) { Durability::Replicated } else { Durability::Local };
    send(world, site, Command::SetDurability(SetDurability { warehouse, durability }));
}

/// A warehouse is taken over by force.
pub(crate) fn take_over(world: &mut World, site: usize) {
    let Some(node) = world.node(site) else { return };
    let warehouse = WarehouseCode::recorded(world.chance.pick::<&str>(&WAREHOUSES));
    world.next_command += 1;
    let key = IdempotencyKey::recorded(&format!("command-{:06}", world.next_command));
    let command = CommandId { user: TRADER, key };
    world.say(|| format!("{} takes {warehouse}", world.sites[site].name));
    world.counts.take_overs += 1;
    let history = world.history.clone();
    tokio::spawn(async move {
        if let Ok(Managed::Written(receipt)) =
            node.manage(Manage::TakeOver { command: command.clone(), warehouse }).await
        {
            let answer: Result<Receipt, SubmitError> = Ok(receipt);
            history.tell(&command, &answer);
        }
    });
}

/// Commands that wait at a site for others, in words.
pub(crate) async fn waiting(site: &Site) -> Vec<String> {
    let Some(node) = &site.node else { return Vec::new() };
    let page = PageRequest { limit: 20, cursor: None };
    let query = Operations { state: Some(OperationState::Queued), user: None, page };
    let waiting = ask(&**node, query).await.map(|page| page.items).unwrap_or_default();
    let row = |operation: &Operation| {
        format!("{} for {} of {}", operation.key, operation.warehouse, operation.owner)
    };
    waiting.iter().map(row).collect()
}

//! Four weeks of trade: what came in, what went out, what came back, what was found missing.

use std::collections::BTreeMap;

use acopio_ledger::command::{Amount, MoveKind, MoveLine, NewProduct};
use acopio_ledger::ids::Millis;
use acopio_ledger::names::{Line, Sku, WarehouseCode};
use acopio_ledger::quantity::Quantity;

use super::random::Chance;

const DAYS: i64 = 28;
const MINUTES_PER_DAY: i64 = 24 * 60;
const MILLIS_PER_MINUTE: i64 = 60_000;
const MILLIS_PER_DAY: i64 = MINUTES_PER_DAY * MILLIS_PER_MINUTE;
/// People work from eight to eight.
const OPENING_MINUTE: i64 = 8 * 60;
const CLOSING_MINUTE: i64 = 20 * 60;
/// How many movements there are for each product beside its opening stock.
const MOVEMENTS_PER_PRODUCT: usize = 8;

/// What lies where after the trade, as far as it was ever more than nothing.
pub(super) type Stock = BTreeMap<(Sku, WarehouseCode), Quantity>;

/// What is traded: a product of the demo and whole steps of its quantities.
struct Goods {
    sku: Sku,
    /// One piece, or the tenth of a metre, kilogram or litre.
    step: i64,
}

/// Movements in the order of their time, none of which takes more than there is, and the stock they leave.
pub(super) fn movements(
    products: &[NewProduct],
    warehouses: &[(&str, &str)],
    now: Millis,
    chance: &mut Chance,
) -> (Vec<MoveLine>, Stock) {
    let codes: Vec<WarehouseCode> =
        warehouses.iter().map(|(code, _)| WarehouseCode::recorded(code)).collect();
    let goods: Vec<Goods> = products.iter().map(goods).collect();
    let mut stock = Stock::new();
    let began = began(now);
    let mut lines = opening(&goods, &codes, began, &mut stock, chance);
    let mut minutes: Vec<i64> =
        (0..goods.len() * MOVEMENTS_PER_PRODUCT).map(|_| working_minute(chance)).collect();
    minutes.sort_unstable();
    let places: Vec<(Sku, WarehouseCode)> = stock.keys().cloned().collect();
    let steps: BTreeMap<&Sku, i64> = goods.iter().map(|goods| (&goods.sku, goods.step)).collect();
    for minute in minutes {
        // Some sell much, most sell little: the square of chance favours the first places.
        let (near, far) = (chance.below(places.len()), chance.below(places.len()));
        let place = &places[near * far / places.len()];
        let on_hand = stock.get_mut(place).expect("every place was opened");
        let mut line = step_of_trade(place, *on_hand, steps[&place.0], chance);
        line.occurred_at = Some(Millis(began.0 + minute * MILLIS_PER_MINUTE));
        *on_hand = *on_hand + change(&line);
        lines.push(line);
    }
    (lines, stock)
}

/// When the trade began, as seen from now.
pub(super) fn began(now: Millis) -> Millis {
    Millis((now.0 / MILLIS_PER_DAY - DAYS) * MILLIS_PER_DAY)
}

/// Movements in the order of their time, by the days on which they were.
pub(super) fn days(lines: &[MoveLine]) -> impl Iterator<Item = &[MoveLine]> {
    let day = |line: &MoveLine| line.occurred_at.map(|at| at.0 / MILLIS_PER_DAY);
    lines.chunk_by(move |one, other| day(one) == day(other))
}

/// One movement for the trickle that goes on while the demo serves.
pub(super) fn step_of_trade(
    (sku, warehouse): &(Sku, WarehouseCode),
    on_hand: Quantity,
    step: i64,
    chance: &mut Chance,
) -> MoveLine {
    let mut some = |low, high| Quantity(step * chance.between(low, high));
    let (sold, bought, found) = (some(1, 12), some(24, 120), some(1, 2));
    let number = chance.between(10_000, 99_999);
    let (kind, quantity, reason, reference) = match chance.below(100) {
        0..=3 => (MoveKind::Return, found, "customer return", format!("RMA-{number}")),
        4..=5 if found <= on_hand => {
            (MoveKind::Adjustment, -found, "damaged in storage", format!("CC-{number}"))
        }
        6..=85 if sold <= on_hand => (MoveKind::Issue, sold, "sale", format!("SO-{number}")),
        _ => (MoveKind::Receipt, bought, "purchase", format!("PO-{number}")),
    };
    line(kind, (sku, warehouse), quantity, reason, Some(&reference))
}

/// The stock that the company began with: most products lie in London, fewer elsewhere.
fn opening(
    goods: &[Goods],
    codes: &[WarehouseCode],
    began: Millis,
    stock: &mut Stock,
    chance: &mut Chance,
) -> Vec<MoveLine> {
    let mut lines = Vec::new();
    for goods in goods {
        for (code, share) in codes.iter().zip([85, 60, 50].into_iter().cycle()) {
            if chance.percent(share) {
                let quantity = Quantity(goods.step * chance.between(12, 240));
                let line = line(MoveKind::Receipt, (&goods.sku, code), quantity, "opening", None);
                lines.push(MoveLine { occurred_at: Some(began), ..line });
                stock.insert((goods.sku.clone(), code.clone()), quantity);
            }
        }
    }
    lines
}

fn line(
    kind: MoveKind,
    (sku, warehouse): (&Sku, &WarehouseCode),
    quantity: Quantity,
    reason: &str,
    reference: Option<&str>,
) -> MoveLine {
    MoveLine {
        kind,
        warehouse: warehouse.clone(),
        sku: sku.clone(),
        amount: Amount::By(quantity),
        reason: Some(Line::recorded(reason)),
        reference: reference.map(Line::recorded),
        occurred_at: None,
        source: None,
    }
}

fn goods(product: &NewProduct) -> Goods {
    Goods { sku: product.sku.clone(), step: step(product.unit.decimals) }
}

/// One piece, or the tenth of what has decimals.
pub(super) fn step(decimals: u8) -> i64 {
    if decimals == 0 { 1_000 } else { 100 }
}

/// What a movement changes on hand.
pub(super) fn change(line: &MoveLine) -> Quantity {
    match (line.kind, line.amount) {
        (MoveKind::Issue, Amount::By(quantity)) => -quantity,
        (_, Amount::By(quantity)) => quantity,
        (_, Amount::Counted { .. }) => Quantity::ZERO,
    }
}

fn working_minute(chance: &mut Chance) -> i64 {
    let day = chance.between(0, DAYS - 1); // The day after that is today, which may just have begun.
    day * MINUTES_PER_DAY + chance.between(OPENING_MINUTE, CLOSING_MINUTE)
}

//! What else must not get slower with more data: movements, batches and balances.

use std::rc::Rc;

use anyhow::Result;

use super::{balance, catalogues, count, ledgers, slower};
use crate::context::Context;
use crate::figure::{Figure, Value};
use crate::product::DataSet;
use crate::traffic::{Batches, InTurn, Keys, Singles, Spread};

/// What is measured on each data set.
const WORK: [&str; 3] =
    ["movement, 256 connections", "movement in batches of 8,000", "balance, 256 connections"];

pub(super) fn run(context: &mut Context) -> Result<Vec<Figure>> {
    let movements = context.scale.ledger_movements;
    let products = context.scale.catalogue_products.map(u64::from);
    let mut figures = compared(context, ledgers(context), movements, "movements")?;
    figures.extend(compared(context, catalogues(context), products, "products")?);
    Ok(figures)
}

fn compared(context: &Context, sets: [DataSet; 2], sizes: [u64; 2], unit: &str) -> Result<Vec<Figure>> {
    let (before, after) = (times(context, sets[0])?, times(context, sets[1])?);
    let figure = |((work, before), after): ((&str, Value), Value)| {
        slower(
            &format!("time for a {work}, {} to {} {unit}", count(sizes[1]), count(sizes[0])),
            before,
            after,
        )
    };
    Ok(WORK.into_iter().zip(before).zip(after).map(figure).collect())
}

/// The time that each piece of work takes, in the order of [`WORK`].
fn times(context: &Context, set: DataSet) -> Result<[Value; 3]> {
    let (server, _copy) = set.serve(context)?;
    let uniform = Rc::new(Keys::draw(set.products(), Spread::Uniform, 12));
    let zipf = Rc::new(Keys::draw(set.products(), Spread::Zipf, 13));
    let pages = Rc::new(balance::requests(&server, set.products()));
    let scale = &context.scale;
    let singles = server.load(WORK[0], scale, 256, |n| Singles::new(&server, &uniform, n))?;
    let batches = server.load(WORK[1], scale, 4, |n| Batches::endless(&server, &zipf, 8_000, n))?;
    let balances = server.load(WORK[2], scale, 256, |n| InTurn::new(&pages, n))?;
    server.stop()?;
    let rates = [singles.per_second(), batches.per_second(), balances.per_second()];
    Ok(rates.map(|rate| Value::Seconds(1.0 / rate)))
}

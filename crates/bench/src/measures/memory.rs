//! Memory of a server on the large ledger: idle, and the most while it serves everything at once.

use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;

use super::{balance, count, ledgers};
use crate::context::Context;
use crate::figure::{Figure, Target, Value};
use crate::traffic::{Batches, InTurn, Keys, Singles, Spread};

/// How long a server is left alone before it counts as idle.
const QUIET: Duration = Duration::from_secs(2);

pub(super) fn run(context: &mut Context) -> Result<Vec<Figure>> {
    let [_, large] = ledgers(context);
    let (server, copy) = large.serve(context)?;
    // A server that has just made or checked its files is not idle: start again in peace.
    server.stop()?;
    let server = crate::product::Server::start(&context.program, &copy.path())?;
    std::thread::sleep(QUIET);
    let idle = server.memory()?.now;
    server.forget_peak()?;
    let keys = Rc::new(Keys::draw(large.products(), Spread::Zipf, 10));
    let pages = Rc::new(balance::requests(&server, large.products()));
    server.load("movements", &context.scale, 256, |n| Singles::new(&server, &keys, n))?;
    server.load("balances", &context.scale, 256, |n| InTurn::new(&pages, n))?;
    server.load("batches of 8,000", &context.scale, 4, |n| Batches::endless(&server, &keys, 8_000, n))?;
    let peak = server.memory()?.peak;
    std::thread::sleep(QUIET);
    let after = server.memory()?.now;
    server.stop()?;
    let name = count(context.scale.ledger_movements[1]);
    let bytes = |bytes: u64| Value::Bytes(bytes as f64);
    Ok(vec![
        Figure::new(format!("idle, {name} movements"), bytes(idle)).target(Target::AtMost(bytes(40_000_000))),
        Figure::new(format!("peak while serving, {name} movements"), bytes(peak))
            .target(Target::AtMost(bytes(300_000_000))),
        Figure::new("idle again", bytes(after)),
    ])
}

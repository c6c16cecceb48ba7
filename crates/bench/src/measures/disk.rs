//! Bytes on disk for each movement, all views included, after the server was stopped.

use std::rc::Rc;

use anyhow::Result;

use super::{count, ledgers};
use crate::context::Context;
use crate::figure::{Figure, Target, Value};
use crate::product::folder_bytes;
use crate::traffic::{Keys, Singles, Spread};

/// All views included, a movement may take so much.
const BYTES_MAX: Value = Value::Bytes(120.0);
/// How many movements are posted one by one, and by how many connections.
const SINGLES: (u64, usize) = (200_000, 64);

pub(super) fn run(context: &mut Context) -> Result<Vec<Figure>> {
    let [small, large] = ledgers(context);
    let movements = context.scale.ledger_movements;
    let sizes = [folder_bytes(&small.kept(context)?)?, folder_bytes(&large.kept(context)?)?];
    let (server, copy) = small.serve(context)?;
    server.stop()?;
    let before = folder_bytes(&copy.path())?;
    let server = crate::product::Server::start(&context.program, &copy.path())?;
    let keys = Rc::new(Keys::draw(small.products(), Spread::Uniform, 11));
    let (count_singles, connections) = SINGLES;
    let each = count_singles / connections as u64;
    server.send_all("single movements", connections, |n| Singles::new(&server, &keys, n).only(each))?;
    server.stop()?;
    let grown = folder_bytes(&copy.path())?.saturating_sub(before);
    let added = sizes[1].saturating_sub(sizes[0]) as f64 / (movements[1] - movements[0]) as f64;
    let name = count(movements[1]);
    let products = count(small.products().into());
    Ok(vec![
        Figure::new(
            format!("a movement of {name}, in batches, {products} products included"),
            Value::Bytes(sizes[1] as f64 / movements[1] as f64),
        )
        .target(Target::AtMost(BYTES_MAX)),
        Figure::new("one more movement, in batches", Value::Bytes(added)).target(Target::AtMost(BYTES_MAX)),
        Figure::new(
            format!("one more movement, by itself, {connections} connections"),
            Value::Bytes(grown as f64 / (each * connections as u64) as f64),
        )
        .target(Target::AtMost(BYTES_MAX)),
    ])
}

//! From the start of the program to its first "ready", on the large ledger.

use std::rc::Rc;

use anyhow::Result;

use super::{count, ledgers, slower};
use crate::context::Context;
use crate::figure::{Figure, Target, Value};
use crate::product::{DataSet, Server};
use crate::traffic::{Keys, Singles, Spread};

pub(super) fn run(context: &mut Context) -> Result<Vec<Figure>> {
    let [small, large] = ledgers(context);
    let name = count(context.scale.ledger_movements[1]);
    let before = in_peace(context, small)?;
    let after = in_peace(context, large)?;
    let crashed = after_a_crash(context, large)?;
    let most = Target::AtMost(Value::Seconds(1.0));
    let growth = format!("{name} to {} movements", count(context.scale.ledger_movements[0]));
    Ok(vec![
        Figure::new(format!("{name} movements"), after).target(most),
        Figure::new(format!("{name} movements, killed while writing"), crashed).target(most),
        slower(&growth, before, after),
    ])
}

/// The second start of a copy: the first one has read the files into memory.
fn in_peace(context: &Context, set: DataSet) -> Result<Value> {
    let (server, copy) = set.serve(context)?;
    server.stop()?;
    let server = Server::start(&context.program, &copy.path())?;
    let took = Value::time(server.started_in);
    server.stop()?;
    Ok(took)
}

fn after_a_crash(context: &Context, set: DataSet) -> Result<Value> {
    let (server, copy) = set.serve(context)?;
    let keys = Rc::new(Keys::draw(set.products(), Spread::Uniform, 9));
    server.load("before the crash", &context.scale, 64, |n| Singles::new(&server, &keys, n))?;
    server.kill()?;
    let server = Server::start(&context.program, &copy.path())?;
    let took = Value::time(server.started_in);
    server.stop()?;
    Ok(took)
}

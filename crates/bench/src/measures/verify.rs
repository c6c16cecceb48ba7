//! `acopio verify` on the folder of a stopped server: every frame, every hash, every balance.

use std::process::Command;
use std::time::Instant;

use anyhow::Result;

use super::{count, ledgers};
use crate::context::Context;
use crate::figure::{Figure, Target, Value};
use crate::process;

pub(super) fn run(context: &mut Context) -> Result<Vec<Figure>> {
    let sets = ledgers(context);
    let movements = context.scale.ledger_movements;
    let mut rates = Vec::new();
    for (set, movements) in sets.into_iter().zip(movements) {
        let copy = set.copy(context)?;
        let start = Instant::now();
        process::output(Command::new(&context.program).args(["verify", "--data"]).arg(copy.path()))?;
        rates.push(movements as f64 / start.elapsed().as_secs_f64());
    }
    let name = count(movements[1]);
    let growth = format!("time for a movement, {name} to {}", count(movements[0]));
    Ok(vec![
        Figure::new(format!("{name} movements"), Value::PerSecond(rates[1]))
            .target(Target::AtLeast(Value::PerSecond(1e6))),
        super::slower(&growth, Value::Seconds(1.0 / rates[0]), Value::Seconds(1.0 / rates[1])),
    ])
}

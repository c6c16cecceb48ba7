//! Single durable movements: authenticated, validated, idempotent, each in a request of its own.

use std::rc::Rc;

use anyhow::Result;

use super::{connected, ledgers};
use crate::context::Context;
use crate::figure::{Anchor, Figure, Target, Value};
use crate::load::Outcome;
use crate::traffic::{Keys, Singles, Spread};

/// With one connection, a movement may take so many times one fsync, and the floor's time.
const FSYNCS: f64 = 1.5;

pub(super) fn run(context: &mut Context) -> Result<Vec<Figure>> {
    let [small, _] = ledgers(context);
    let (server, _copy) = small.serve(context)?;
    let keys = Rc::new(Keys::draw(small.products(), Spread::Uniform, 3));
    let mut figures = Vec::new();
    for connections in [1, 16, 64, 256] {
        // Side by side with its anchor, since machines drift.
        let floor = context.anchors.floor_rate(connections)?;
        let what = connected(connections);
        let outcome = server.load(&what, &context.scale, connections, |n| Singles::new(&server, &keys, n))?;
        let rate = Figure::new(&what, Value::PerSecond(outcome.per_second())).against(floor);
        figures.push(match connections {
            64 => rate.target(Target::TimesAtLeast(0.45)),
            256 => rate.target(Target::TimesAtLeast(0.55)),
            _ => rate,
        });
        match connections {
            1 => figures.push(alone(context, &outcome)?),
            256 => figures.extend(crowded(context, &outcome)?),
            _ => {}
        }
    }
    server.stop()?;
    Ok(figures)
}

fn alone(context: &mut Context, outcome: &Outcome) -> Result<Figure> {
    let floor = context.anchors.floor(1)?.p50.as_secs_f64();
    let fsync = context.anchors.fsync()?.value.map(|fsync| Value::Seconds(FSYNCS * fsync.amount() + floor));
    let anchor = Anchor { name: format!("{FSYNCS} × fsync + axum echo"), value: fsync };
    let p50 = Value::time(outcome.latency.p50());
    Ok(Figure::new("1 connection, p50", p50).against(anchor).target(Target::TimesAtMost(1.0)))
}

fn crowded(context: &mut Context, outcome: &Outcome) -> Result<[Figure; 3]> {
    let p99 = Figure::new("256 connections, p99", Value::time(outcome.latency.p99()));
    let rate = Figure::new("256 connections", Value::PerSecond(outcome.per_second()));
    let redis = context.anchors.redis("Redis script, fsync always, 256 clients")?;
    let postgres = fastest(context, ["PostgreSQL function, 16 clients", "PostgreSQL function, 64 clients"])?;
    Ok([
        p99.target(Target::AtMost(Value::Seconds(0.015))),
        rate.clone().against(redis).target(Target::TimesAtLeast(1.0)),
        rate.against(postgres).target(Target::TimesAtLeast(5.0)),
    ])
}

/// PostgreSQL with as many clients as serve it best.
fn fastest(context: &mut Context, [few, many]: [&'static str; 2]) -> Result<Anchor> {
    let (few, many) = (context.anchors.postgres(few)?, context.anchors.postgres(many)?);
    let rate = |anchor: &Anchor| anchor.value.as_ref().map_or(0.0, |value| value.amount());
    Ok(if rate(&many) < rate(&few) { few } else { many })
}

//! Batches: receipts and issues over many keys, all views up to date when answered.

use std::rc::Rc;

use anyhow::{Context as _, Result, ensure};
use serde_json::json;

use super::ledgers;
use crate::context::Context;
use crate::figure::{Figure, Target, Value};
use crate::product::{Server, sku};
use crate::traffic::{Batches, Keys, Spread, StockKey};

/// How many batches are under way at any time.
const CONNECTIONS: usize = 4;

pub(super) fn run(context: &mut Context) -> Result<Vec<Figure>> {
    let [small, _] = ledgers(context);
    let (server, _copy) = small.serve(context)?;
    lines_are_posted(&server)?;
    let mut figures = Vec::new();
    for (spread, spread_name) in [(Spread::Zipf, "Zipf"), (Spread::Uniform, "uniform")] {
        let keys = Rc::new(Keys::draw(small.products(), spread, 4));
        for (size, postgres) in
            [(1_000, "PostgreSQL unnest, 1,000 × 4 clients"), (8_000, "PostgreSQL unnest, 8,000 × 4 clients")]
        {
            let what = format!("{size} per batch, {spread_name}");
            let batches = |n| Batches::endless(&server, &keys, size, n);
            let outcome = server.load(&what, &context.scale, CONNECTIONS, batches)?;
            let rate = Figure::new(&what, Value::PerSecond(outcome.per_second() * size as f64));
            if spread == Spread::Zipf {
                let tigerbeetle = context.anchors.tigerbeetle()?;
                figures.push(rate.clone().against(tigerbeetle).target(Target::TimesAtLeast(1.0)));
                let postgres = context.anchors.postgres(postgres)?;
                figures.push(rate.against(postgres).target(Target::TimesAtLeast(4.0)));
            } else {
                figures.push(rate);
            }
            let p99 = Value::time(outcome.latency.p99());
            figures.push(Figure::new(format!("{what}, p99 of a batch"), p99));
        }
    }
    server.stop()?;
    Ok(figures)
}

/// A batch is answered with 200 whatever becomes of its lines, so that one of them is looked into.
fn lines_are_posted(server: &Server) -> Result<()> {
    let line = |key: StockKey, kind: &str| json!({"kind": kind, "warehouse": key.warehouse(), "sku": sku(key.product()), "quantity": 1});
    let lines = ["receipt", "issue"].map(|kind| line(StockKey(5), kind));
    let answer = server.post("/v1/movements/batch", &json!({"movements": lines}))?;
    let results = answer["results"].as_array().context("the answer to a batch has no results")?;
    ensure!(results.len() == lines.len(), "a batch has {} results: {answer}", results.len());
    ensure!(results.iter().all(|result| result["status"] == 201), "a line was refused: {answer}");
    Ok(())
}

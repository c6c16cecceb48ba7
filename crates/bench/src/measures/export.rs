//! The stock list as an Excel file, streamed: how long it takes, and that memory does not grow with it.

use std::time::Instant;

use anyhow::Result;

use super::{count, ledgers};
use crate::context::Context;
use crate::figure::{Figure, Target, Value};
use crate::product::Server;
use crate::traffic::WAREHOUSES;

/// The peak of memory with three times the rows may be so many times as high and still be called flat.
const FLAT: f64 = 1.3;

pub(super) fn run(context: &mut Context) -> Result<Vec<Figure>> {
    let [small, _] = ledgers(context);
    let (server, _copy) = small.serve(context)?;
    let one = export(&server, &format!("/v1/stock.xlsx?warehouse={}", WAREHOUSES[0]))?;
    let all = export(&server, "/v1/stock.xlsx")?;
    server.stop()?;
    let rows = count(u64::from(small.products()) * WAREHOUSES.len() as u64);
    Ok(vec![
        Figure::new(format!("{rows} rows"), all.took).target(Target::AtMost(Value::Seconds(5.0))),
        Figure::new(format!("{rows} rows, size of the file"), all.file),
        Figure::new(format!("{rows} rows, peak of memory"), all.peak),
        Figure::new(
            "the same to that of a third of the rows",
            Value::Times(all.peak.amount() / one.peak.amount()),
        )
        .target(Target::AtMost(Value::Times(FLAT))),
    ])
}

struct Exported {
    took: Value,
    file: Value,
    peak: Value,
}

fn export(server: &Server, target: &str) -> Result<Exported> {
    server.forget_peak()?;
    let start = Instant::now();
    let bytes = server.download(target)?;
    Ok(Exported {
        took: Value::time(start.elapsed()),
        file: Value::Bytes(bytes as f64),
        peak: Value::Bytes(server.memory()?.peak as f64),
    })
}

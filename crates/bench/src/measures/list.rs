//! Pages of the catalogue with filters, as the list screen asks for them.

use anyhow::Result;

use super::{catalogues, count, encoded, read, slower};
use crate::context::Context;
use crate::figure::{Figure, Target, Value};
use crate::product::{DataSet, Server, Ware};
use crate::traffic::{Random, WAREHOUSES};

/// How many different pages are asked for.
const DIFFERENT: usize = 2_000;

/// Filters that people use together; `{category}` and `{warehouse}` are filled in.
const FILTERS: &[(&str, &str)] = &[
    ("category, available", "category={category}&status=available"),
    (
        "category, out of stock in a warehouse",
        "category={category}&status=out_of_stock&warehouse={warehouse}",
    ),
    ("out of stock in a warehouse, by name", "status=out_of_stock&warehouse={warehouse}&sort=name"),
];

/// The most that one of a hundred pages may take.
const P99_MAX: Value = Value::Seconds(0.010);

pub(super) fn run(context: &mut Context) -> Result<Vec<Figure>> {
    let [small, large] = catalogues(context);
    let before = pages(context, small)?;
    let after = pages(context, large)?;
    let mut figures = Vec::new();
    for (((filters, _), before), after) in FILTERS.iter().zip(before).zip(after) {
        let of = count(large.products().into());
        figures.push(Figure::new(format!("{filters}, of {of}, p50"), after.p50));
        let p99 = Figure::new(format!("{filters}, of {of}, p99"), after.p99);
        figures.push(p99.target(Target::AtMost(P99_MAX)));
        let growth = format!("{filters}, p50 of {of} to {}", count(small.products().into()));
        figures.push(slower(&growth, before.p50, after.p50));
    }
    Ok(figures)
}

/// What pages take.
struct Took {
    p50: Value,
    p99: Value,
}

fn pages(context: &Context, set: DataSet) -> Result<Vec<Took>> {
    let (server, _copy) = set.serve(context)?;
    let mut took = Vec::new();
    for (name, filters) in FILTERS {
        let requests = requests(&server, filters);
        let what = format!("{name}, of {}", count(set.products().into()));
        let latency = read(&server, context, &what, requests)?.latency;
        took.push(Took { p50: Value::time(latency.p50()), p99: Value::time(latency.p99()) });
    }
    server.stop()?;
    Ok(took)
}

fn requests(server: &Server, filters: &str) -> Vec<Vec<u8>> {
    let mut random = Random::new(6);
    let mut request = || {
        let category = encoded(&Ware::category_name(random.below(1_000) as u32));
        let warehouse = WAREHOUSES[random.below(WAREHOUSES.len() as u64) as usize];
        let filters = filters.replace("{category}", &category).replace("{warehouse}", warehouse);
        server.request("GET", &format!("/v1/products?{filters}&limit=50"), &[], b"")
    };
    (0..DIFFERENT).map(|_| request()).collect()
}

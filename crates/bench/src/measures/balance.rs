//! The balance of one SKU in one warehouse, another one in each request.

use std::rc::Rc;

use anyhow::Result;

use super::{connected, ledgers};
use crate::context::Context;
use crate::figure::{Figure, Target, Value};
use crate::product::{Server, sku};
use crate::traffic::{InTurn, Keys, Spread};

/// How many different balances are asked for.
const DIFFERENT: usize = 20_000;

pub(super) fn run(context: &mut Context) -> Result<Vec<Figure>> {
    let [small, _] = ledgers(context);
    let (server, _copy) = small.serve(context)?;
    let requests = Rc::new(requests(&server, small.products()));
    let mut figures = Vec::new();
    for connections in [1, 64, 256] {
        let floor = context.anchors.floor_rate(connections)?;
        let what = connected(connections);
        let outcome = server.load(&what, &context.scale, connections, |n| InTurn::new(&requests, n))?;
        let rate = Figure::new(&what, Value::PerSecond(outcome.per_second())).against(floor);
        figures.push(rate.target(Target::TimesAtLeast(0.7)));
        figures.push(Figure::new(format!("{what}, p99"), Value::time(outcome.latency.p99())));
    }
    server.stop()?;
    Ok(figures)
}

/// Requests for balances of random keys.
pub(super) fn requests(server: &Server, products: u32) -> Vec<Vec<u8>> {
    let keys = Keys::draw(products, Spread::Uniform, 5);
    let request = |place| {
        let key = keys.at(place);
        let target = format!("/v1/stock?warehouse={}&sku={}", key.warehouse(), sku(key.product()));
        server.request("GET", &target, &[], b"")
    };
    (0..DIFFERENT).map(request).collect()
}

//! The history of one SKU: its first page, and pages deep in the past of the busiest SKUs.

use anyhow::{Result, ensure};

use super::{count, ledgers, read, slower};
use crate::context::Context;
use crate::figure::{Figure, Target, Value};
use crate::product::{DataSet, Server, sku};
use crate::traffic::{Keys, Random, Spread};

/// How many first pages are asked for.
const FIRST_PAGES: usize = 5_000;
/// How many of the busiest SKUs are asked for where the first page shall be full in both ledgers.
const BUSIEST: usize = 300;
/// Of how many of those the past is walked through, page by page.
const WALKED: usize = 20;
/// How many pages are walked at most; the second half of them is measured.
const PAGES_MAX: usize = 60;

/// The most that one of a hundred pages may take.
const P99_MAX: Value = Value::Seconds(0.005);

/// What pages take: median and 99th percentile.
struct Took {
    first: [Value; 2],
    busy: [Value; 2],
    deep: [Value; 2],
}

pub(super) fn run(context: &mut Context) -> Result<Vec<Figure>> {
    let sets = ledgers(context);
    let [small, large] = context.scale.ledger_movements.map(count);
    let [before, after] = [pages(context, sets[0])?, pages(context, sets[1])?];
    let figures = |name: &str, [p50, p99]: [Value; 2]| {
        let p50 = Figure::new(format!("{name}, {large} movements, p50"), p50);
        let p99 = Figure::new(format!("{name}, {large} movements, p99"), p99);
        [p50, p99.target(Target::AtMost(P99_MAX))]
    };
    let growth = |name: &str, before: [Value; 2], after: [Value; 2]| {
        slower(&format!("{name}, p50 of {large} to {small}"), before[0], after[0])
    };
    // No growth of the first row: with a tenth of the movements, most SKUs do not fill a page.
    let mut all = Vec::from(figures("first page of any SKU", after.first));
    all.extend(figures("first page of a busy SKU", after.busy));
    all.push(growth("first page of a busy SKU", before.busy, after.busy));
    all.extend(figures("page deep in the past", after.deep));
    all.push(growth("page deep in the past", before.deep, after.deep));
    Ok(all)
}

fn pages(context: &Context, set: DataSet) -> Result<Took> {
    let (server, _copy) = set.serve(context)?;
    let busiest = busiest(set.products());
    let mut random = Random::new(8);
    let any: Vec<u32> = (0..FIRST_PAGES).map(|_| random.below(u64::from(set.products())) as u32).collect();
    let took = |what: &str, requests: Vec<Vec<u8>>| -> Result<[Value; 2]> {
        let latency = read(&server, context, what, requests)?.latency;
        Ok([latency.p50(), latency.p99()].map(Value::time))
    };
    let took = Took {
        first: took("first pages of any SKU", first_pages(&server, &any))?,
        busy: took("first pages of busy SKUs", first_pages(&server, &busiest))?,
        deep: took("pages deep in the past", deep_pages(&server, &busiest)?)?,
    };
    server.stop()?;
    Ok(took)
}

fn first_pages(server: &Server, products: &[u32]) -> Vec<Vec<u8>> {
    let request =
        |product: &u32| server.request("GET", &format!("/v1/movements?sku={}", sku(*product)), &[], b"");
    products.iter().map(request).collect()
}

fn deep_pages(server: &Server, busiest: &[u32]) -> Result<Vec<Vec<u8>>> {
    let mut requests = Vec::new();
    for product in busiest.iter().take(WALKED) {
        let list = format!("/v1/movements?sku={}", sku(*product));
        let (mut target, mut pages) = (list.clone(), Vec::new());
        while pages.len() < PAGES_MAX {
            let page = server.get(&target)?;
            let Some(cursor) = page["next_cursor"].as_str() else { break };
            target = format!("{list}&cursor={}", super::encoded(cursor));
            pages.push(server.request("GET", &target, &[], b""));
        }
        let half = pages.len() / 2;
        requests.extend(pages.into_iter().skip(half));
    }
    ensure!(!requests.is_empty(), "no SKU has a second page of history");
    Ok(requests)
}

/// The products that most movements of the data sets are of.
fn busiest(products: u32) -> Vec<u32> {
    let keys = Keys::draw(products, Spread::Zipf, 2);
    let mut counts = vec![0_usize; products as usize];
    for place in 0..keys.len() {
        counts[keys.at(place).product() as usize] += 1;
    }
    let mut order: Vec<u32> = (0..products).collect();
    order.sort_by_key(|product| std::cmp::Reverse(counts[*product as usize]));
    order.truncate(BUSIEST);
    order
}

//! All that is measured: one file each, and one line here.

mod anchors;
mod balance;
mod batches;
mod disk;
mod export;
mod growth;
mod history;
mod import;
mod list;
mod memory;
mod replication;
mod search;
mod singles;
mod startup;
mod verify;

use std::rc::Rc;

use anyhow::Result;

use crate::context::Context;
use crate::figure::{Figure, Target, Value};
use crate::load::Outcome;
use crate::product::{DataSet, Server};
use crate::traffic::InTurn;

/// One measurement.
#[derive(Debug)]
pub(crate) struct Measure {
    /// By which it is chosen.
    pub(crate) name: &'static str,
    /// What it is, for people.
    pub(crate) what: &'static str,
    /// Makes it.
    pub(crate) run: fn(&mut Context) -> Result<Vec<Figure>>,
}

/// All measurements, in the order of the report.
pub(crate) const ALL: &[Measure] = &[
    Measure { name: "anchors", what: "Anchors: other programs on the same machine", run: anchors::run },
    Measure { name: "singles", what: "Single durable movements over HTTP", run: singles::run },
    Measure { name: "batches", what: "Batches of movements over HTTP, 4 connections", run: batches::run },
    Measure { name: "balance", what: "Balance of one SKU over HTTP", run: balance::run },
    Measure { name: "list", what: "List pages of 50 products with filters", run: list::run },
    Measure { name: "search", what: "Search while typing", run: search::run },
    Measure { name: "history", what: "History of one SKU", run: history::run },
    Measure { name: "startup", what: "Start-up", run: startup::run },
    Measure { name: "memory", what: "Memory", run: memory::run },
    Measure { name: "verify", what: "Proof of the whole log", run: verify::run },
    Measure { name: "disk", what: "Disk", run: disk::run },
    Measure { name: "export", what: "Excel export", run: export::run },
    Measure { name: "import", what: "Import of a real file", run: import::run },
    Measure { name: "replication", what: "Three nodes at a hub of three", run: replication::run },
    Measure { name: "growth", what: "Growth of the rest", run: growth::run },
];

/// The names of all measurements.
pub(crate) fn names() -> String {
    ALL.iter().map(|measure| measure.name).collect::<Vec<_>>().join(", ")
}

/// What the command line says about them.
pub(crate) fn help() -> String {
    let lines = ALL.iter().map(|measure| format!("  {:<12} {}\n", measure.name, measure.what));
    format!("Measurements:\n{}", lines.collect::<String>())
}

/// How much worse a figure may be with ten or a hundred times the data.
const GROWTH_MAX: f64 = 1.3;

/// How many people read pages at the same time.
const READERS: usize = 4;

/// The small and the large ledger.
fn ledgers(context: &Context) -> [DataSet; 2] {
    let products = context.scale.ledger_products;
    context.scale.ledger_movements.map(|movements| DataSet::Ledger { products, movements })
}

/// The small and the large catalogue.
fn catalogues(context: &Context) -> [DataSet; 2] {
    context.scale.catalogue_products.map(|products| DataSet::Catalogue { products })
}

/// Lets some people read pages in turn.
fn read(server: &Server, context: &Context, what: &str, requests: Vec<Vec<u8>>) -> Result<Outcome> {
    let requests = Rc::new(requests);
    server.load(what, &context.scale, READERS, |connection| InTurn::new(&requests, connection))
}

/// How many times as long it takes with more data.
fn slower(what: &str, small: Value, large: Value) -> Figure {
    let times = Value::Times(large.amount() / small.amount());
    Figure::new(what, times).target(Target::AtMost(Value::Times(GROWTH_MAX)))
}

/// A count as people say it: 10 M, 300 k.
fn count(n: u64) -> String {
    match n {
        n if 1_000_000 <= n && n.is_multiple_of(1_000_000) => format!("{} M", n / 1_000_000),
        n if 1_000 <= n && n.is_multiple_of(1_000) => format!("{} k", n / 1_000),
        n => n.to_string(),
    }
}

/// How a load's size is said.
fn connected(connections: usize) -> String {
    if connections == 1 { "1 connection".to_owned() } else { format!("{connections} connections") }
}

/// A text as a value in the query of a URL.
fn encoded(text: &str) -> String {
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-._~".contains(byte);
    let encode = |byte: u8| if plain(&byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(encode).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_measurements_are_told_apart() {
        let mut names: Vec<&str> = ALL.iter().map(|measure| measure.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }

    #[test]
    fn texts_are_encoded_and_counts_are_short() {
        assert_eq!(encoded("Ópalo 7%"), "%C3%93palo%207%25");
        assert_eq!([count(10_000_000), count(300_000), count(320_705)], ["10 M", "300 k", "320705"]);
    }
}

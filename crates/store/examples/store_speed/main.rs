//! Measures a SQLite store: commits, opening, lists, search and history on generated data.
//!
//! `cargo run --release -p acopio-store --example store_speed -- FOLDER [PRODUCTS [MOVEMENTS]]`; a folder that holds
//! such a store already is used as it is.

mod company;
mod queries;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use acopio_ledger::Command;
use acopio_ledger::ids::{Incarnation, LogId};
use acopio_ledger::names::NodeName;
use acopio_store::{OpenOptions, SqliteStore, Store, database_file};

use company::{Clerk, Dice, batch, founding, product};

/// Times of the same thing, done often.
#[derive(Default)]
pub(crate) struct Times {
    times: Vec<Duration>,
    /// Time on a processor: what counts where others use the machine too.
    busy: Duration,
}

impl Times {
    pub(crate) fn measure<T>(&mut self, work: impl FnOnce() -> T) -> T {
        let (busy, begin) = (busy(), Instant::now());
        let done = work();
        self.times.push(begin.elapsed());
        self.busy += busy_since(busy);
        done
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.times.is_empty()
    }

    pub(crate) fn report(mut self, what: &str) {
        self.times.sort();
        let count = self.times.len();
        let at = |percent: usize| self.times[(count - 1) * percent / 100];
        let (mean, p50, p99) = (self.busy / count as u32, at(50), at(99));
        println!("{what:<62} n {count:>5}  busy {mean:>9.2?}  p50 {p50:>9.2?}  p99 {p99:>9.2?}");
    }
}

fn busy() -> Duration {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(stat.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or(0))
}

fn busy_since(before: Duration) -> Duration {
    busy().saturating_sub(before)
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let folder = PathBuf::from(arguments.first().expect("a folder"));
    let number = |index: usize, otherwise| {
        arguments.get(index).map_or(otherwise, |text: &String| text.parse().expect("a number"))
    };
    let (products, movements) = (number(1, 10_000), number(2, 400_000));
    std::fs::create_dir_all(&folder).expect("a folder to write to");
    fill(&folder, products, movements);
    let mut times = Times::default();
    let store = times.measure(|| open(&folder));
    times.report("open");
    println!(
        "{} entries, {} bytes",
        store.head().seq,
        database_file(&folder).metadata().map_or(0, |file| file.len())
    );
    queries::measure(&*store.reader(), products);
    drop(store);
    singles(&folder, products);
    println!("memory: {}", memory());
}

fn open(folder: &Path) -> SqliteStore {
    let identity = LogId { node: NodeName::recorded("main"), incarnation: Incarnation(1) };
    SqliteStore::open(&database_file(folder), identity, OpenOptions::default()).expect("a store")
}

fn fill(folder: &Path, products: usize, movements: usize) {
    let mut store = open(folder);
    if store.head().seq.0 != 0 {
        return;
    }
    let mut clerk = Clerk::new(0);
    let (mut deciding, mut committing) = (Times::default(), Times::default());
    let mut commit = |store: &mut SqliteStore, commands: Vec<Command>| {
        let group = deciding.measure(|| clerk.decide(store, commands));
        committing.measure(|| store.commit(&group.frames, &group.changes)).expect("a commit");
    };
    commit(&mut store, founding());
    for first in (0..products).step_by(2_000) {
        commit(&mut store, (first..products.min(first + 2_000)).map(product).collect());
    }
    std::mem::take(&mut committing).report(&format!("commit 2,000 new products, to {products}"));
    std::mem::take(&mut deciding).report("  deciding them");
    let mut dice = Dice::new(7);
    let mut commit = |store: &mut SqliteStore, commands: Vec<Command>| {
        let group = deciding.measure(|| clerk.decide(store, commands));
        committing.measure(|| store.commit(&group.frames, &group.changes)).expect("a commit");
    };
    for _ in (0..movements).step_by(8_000) {
        commit(&mut store, (0..8).map(|_| batch(&mut dice, products, 1_000)).collect());
    }
    committing.report(&format!("commit 8 × 1,000 movements, to {movements}"));
    deciding.report("  deciding them");
}

fn singles(folder: &Path, products: usize) {
    let mut store = open(folder);
    let mut clerk = Clerk::new(store.head().seq.0);
    let mut dice = Dice::new(store.head().seq.0);
    for size in [1, 16, 256] {
        let (mut deciding, mut committing) = (Times::default(), Times::default());
        for _ in 0..300 {
            let commands = (0..size).map(|_| batch(&mut dice, products, 1));
            let group = deciding.measure(|| clerk.decide(&store, commands));
            committing.measure(|| store.commit(&group.frames, &group.changes)).expect("a commit");
        }
        committing.report(&format!("commit {size} single movements"));
        deciding.report("  deciding them");
    }
}

/// What the kernel says of this process's memory.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let wanted = status.lines().filter(|line| line.starts_with("VmRSS") || line.starts_with("VmHWM"));
    wanted.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>().join(", ")
}

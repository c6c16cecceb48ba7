//! The plug is pulled at random moments under load: what was acknowledged is there, once, and the books are right.

mod common;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use common::chance::Chance;
use common::http::Answer;
use common::{Http, Scratch, Server, start_and_kill};
use serde_json::Value;
use tokio::task::JoinSet;
use uuid::Uuid;

const KILLS: u64 = 55;
/// So many kills in a hundred hit a server that is just starting.
const KILLS_AT_START_PERCENT: u64 = 10;
const CLIENTS: u64 = 8;
const SKUS: &[&str] = &["CRASH-1", "CRASH-2", "CRASH-3"];
const LOAD_MS: (u64, u64) = (15, 350);

/// One movement that somebody wants.
#[derive(Clone, Debug)]
struct Wish {
    key: String,
    kind: &'static str,
    sku: &'static str,
    quantity: u64,
}

/// What is known of all wishes that were ever sent.
#[derive(Default)]
struct Known {
    /// Acknowledged: the movement's id.
    done: BTreeMap<String, String>,
    /// Refused for want of stock.
    refused: BTreeSet<String>,
    /// Sent, but the answer was lost.
    in_doubt: Vec<Wish>,
    /// The stock that follows from what is acknowledged.
    stock: BTreeMap<&'static str, i64>,
}

impl Known {
    fn note(&mut self, wish: &Wish, answer: Option<Answer>) {
        match answer {
            None => self.in_doubt.push(wish.clone()),
            Some(answer) if answer.status == 201 => {
                let id = answer.body["id"].as_str().expect("a movement has an id").to_owned();
                let change =
                    if wish.kind == "issue" { -(wish.quantity as i64) } else { wish.quantity as i64 };
                *self.stock.entry(wish.sku).or_default() += change;
                assert!(self.done.insert(wish.key.clone(), id).is_none(), "acknowledged twice: {wish:?}");
            }
            Some(answer) => {
                assert_eq!(answer.body["code"], "insufficient_stock", "{wish:?}: {answer:?}");
                self.refused.insert(wish.key.clone());
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled_when_the_plug_is_pulled() {
    let mut chance = Chance::new();
    let scratch = Scratch::new();
    // Even the founding may be interrupted.
    start_and_kill(&mut scratch.serve(), Duration::from_millis(chance.below(60)));
    let mut server = Server::start(&mut scratch.serve());
    let mut http = Http::login(&server).await;
    for sku in SKUS {
        http.add_product(sku).await;
    }
    let known = Arc::new(Mutex::new(Known::default()));
    for round in 1..=KILLS {
        let pause = Duration::from_millis(LOAD_MS.0 + chance.below(LOAD_MS.1 - LOAD_MS.0));
        let load = load(&http, &known, &mut chance);
        tokio::time::sleep(pause).await;
        server.kill();
        load.join_all().await;
        if chance.below(100) < KILLS_AT_START_PERCENT {
            start_and_kill(&mut scratch.serve(), Duration::from_millis(chance.below(80)));
        }
        scratch.verify();
        server = Server::start(&mut scratch.serve());
        http = http.at(&server);
        resolve_doubts(&http, &known).await;
        check(&http, &known, round).await;
    }
    let known = known.lock().expect("no task has panicked");
    println!("{KILLS} kills, {} acknowledged, {} refused", known.done.len(), known.refused.len());
    assert!(KILLS < known.done.len() as u64, "there was no load");
}

/// Clients that move stock until the connection breaks.
fn load(http: &Http, known: &Arc<Mutex<Known>>, chance: &mut Chance) -> JoinSet<()> {
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (http, known, mut chance) = (http.clone(), known.clone(), chance.fork());
        clients.spawn(async move {
            loop {
                let wish = wish(&mut chance);
                let answer = http.post_movement(&wish.key, wish.kind, wish.sku, wish.quantity).await.ok();
                let is_over = answer.is_none();
                known.lock().expect("no task has panicked").note(&wish, answer);
                if is_over {
                    return;
                }
            }
        });
    }
    clients
}

fn wish(chance: &mut Chance) -> Wish {
    let sku = SKUS[chance.below(SKUS.len() as u64) as usize];
    let kind = if chance.below(2) == 0 { "receipt" } else { "issue" };
    Wish { key: Uuid::now_v7().to_string(), kind, sku, quantity: 1 + chance.below(9) }
}

/// Sends again what was not answered, under the same keys.
async fn resolve_doubts(http: &Http, known: &Arc<Mutex<Known>>) {
    let in_doubt = std::mem::take(&mut known.lock().expect("no task has panicked").in_doubt);
    for wish in in_doubt {
        let answer = http.post_movement(&wish.key, wish.kind, wish.sku, wish.quantity).await;
        let answer = answer.expect("the server is up");
        known.lock().expect("no task has panicked").note(&wish, Some(answer));
    }
}

/// Every acknowledged movement is in the history once, and nothing else is; stock is their sum.
async fn check(http: &Http, known: &Arc<Mutex<Known>>, round: u64) {
    let (done, stock) = {
        let known = known.lock().expect("no task has panicked");
        (known.done.clone(), known.stock.clone())
    };
    for (sku, on_hand) in stock {
        assert_eq!(http.on_hand(sku).await, on_hand, "round {round}: stock of {sku}");
    }
    let rows = http.newest_movements(done.len() + 1).await;
    let text = |row: &Value, field: &str| row[field].as_str().unwrap_or_default().to_owned();
    let found: BTreeMap<String, String> =
        rows.iter().map(|row| (text(row, "reference"), text(row, "id"))).collect();
    assert_eq!(found.len(), rows.len(), "round {round}: something was posted twice");
    assert_eq!(found, done, "round {round}: history and acknowledgements differ");
}

//! Two hundred clients want the last fifty pieces.

mod common;

use std::collections::BTreeMap;
use std::sync::Arc;

use common::http::Answer;
use common::{Http, Scratch, Server};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

const CLIENTS: usize = 200;
const PIECES: u64 = 50;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_as_many_get_a_piece_as_there_are() {
    let scratch = Scratch::new();
    let server = Server::start(&mut scratch.serve());
    let http = stocked(&server, "RACE-1").await;
    let keys = (0..CLIENTS).map(|client| format!("race-{client}")).collect();
    let answers = race(&http, "RACE-1", keys).await;
    let count = |status| answers.iter().filter(|(_, answer)| answer.status == status).count();
    assert_eq!((count(201), count(409)), (PIECES as usize, CLIENTS - PIECES as usize));
    let refused = answers.iter().filter(|(_, answer)| answer.status == 409);
    refused.for_each(|(_, answer)| assert_eq!(answer.body["code"], "insufficient_stock", "{answer:?}"));
    assert_eq!(http.on_hand("RACE-1").await, 0);
    assert_eq!(server.stop().0, 0);
    scratch.verify();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repeated_key_gets_the_same_answer_and_books_once() {
    let scratch = Scratch::new();
    let server = Server::start(&mut scratch.serve());
    let http = stocked(&server, "RACE-2").await;
    // Every key is sent by two clients at the same moment, and a third time afterwards.
    let keys: Vec<String> = (0..CLIENTS).map(|client| format!("race-{}", client / 2)).collect();
    let mut answers = race(&http, "RACE-2", keys.clone()).await;
    answers.extend(race(&http, "RACE-2", keys).await);
    let mut by_key: BTreeMap<String, Answer> = BTreeMap::new();
    for (key, answer) in answers {
        let first = by_key.entry(key.clone()).or_insert_with(|| answer.clone());
        assert_eq!(*first, answer, "{key} was answered in two ways");
    }
    let booked = by_key.values().filter(|answer| answer.status == 201).count();
    assert_eq!(booked, PIECES as usize);
    assert_eq!(http.on_hand("RACE-2").await, 0);
    let history = http.newest_movements(CLIENTS).await;
    assert_eq!(history.len(), booked + 1, "the receipt, and one issue for each key that got a piece");
    assert_eq!(server.stop().0, 0);
    scratch.verify();
}

/// A server with the pieces on hand.
async fn stocked(server: &Server, sku: &str) -> Http {
    let http = Http::login(server).await;
    http.add_product(sku).await;
    let receipt = http.post_movement("stock", "receipt", sku, PIECES).await.expect("an answer");
    assert_eq!(receipt.status, 201, "{receipt:?}");
    http
}

/// Everybody sends at the same moment, each over a connection of their own.
async fn race(http: &Http, sku: &'static str, keys: Vec<String>) -> Vec<(String, Answer)> {
    let start = Arc::new(Barrier::new(keys.len()));
    let mut clients = JoinSet::new();
    for key in keys {
        let (http, start) = (http.clone(), start.clone());
        clients.spawn(async move {
            start.wait().await;
            let answer = http.post_movement(&key, "issue", sku, 1).await.expect("an answer");
            (key, answer)
        });
    }
    clients.join_all().await
}

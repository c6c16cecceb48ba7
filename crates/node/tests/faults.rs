//! After a failed commit the node stops writing and says so.

mod common;

use acopio_contract::query::{Status, ask};
use acopio_contract::{Inventory, SubmitError};
use acopio_node::{Clock, Node, NodeConfig};
use acopio_store::Faults;
use acopio_store::{OpenOptions, SqliteStore};
use common::{command, identity, submission};

#[tokio::test]
async fn a_failed_fsync_stops_the_node_and_loses_nothing_that_was_answered() {
    let folder = tempfile::tempdir().expect("a scratch folder");
    let file = folder.path().join("acopio.db");
    let faulty = OpenOptions { faults: Faults { fail_commit_after: Some(3) }, ..OpenOptions::default() };
    let store = SqliteStore::open(&file, identity(), faulty).expect("the store opens");
    let node = Node::start(Box::new(store), NodeConfig::default(), Clock::system()).expect("the node starts");
    for (index, line) in ["warehouse W1", "product S7", "receive W1 S7 10"].iter().enumerate() {
        let answer = node.submit(submission(&format!("k{index}"), command(line))).await;
        assert!(answer.is_ok(), "{line}");
    }
    let lost = || submission("lost", command("issue W1 S7 4"));
    for _ in 0..3 {
        let answer = node.submit(lost()).await;
        assert!(matches!(answer, Err(SubmitError::Stopped { .. })));
    }
    let status = ask(&*node, Status).await.expect("reading goes on");
    assert!(status.stopped.expect("the node says so").contains("fsync"));
    assert_eq!(status.head.0, 3);
    node.stop();

    let store = SqliteStore::open(&file, identity(), OpenOptions::default()).expect("the store opens again");
    let node = Node::start(Box::new(store), NodeConfig::default(), Clock::system()).expect("the node starts");
    let receipt = node.submit(lost()).await.expect("the command is decided now");
    assert_eq!(common::shown(&Ok(receipt)), "#4 on hand 6, available 6");
    node.stop();
}

#[tokio::test]
async fn a_full_queue_is_answered_at_once() {
    let store = acopio_store::MemoryStore::new(identity(), acopio_store::Faults::default());
    let config = NodeConfig { queue_commands_max: 1, ..NodeConfig::default() };
    let node = Node::start(Box::new(store), config, Clock::system()).expect("the node starts");
    node.submit(submission("w", command("warehouse W1"))).await.expect("the first command");
    let mut all = Vec::new();
    for index in 0..500 {
        let node = node.clone();
        all.push(tokio::spawn(async move {
            node.submit(submission(&format!("k{index}"), command("product S7"))).await
        }));
    }
    let (mut decided, mut busy) = (0, 0);
    for answer in all {
        match answer.await.expect("no panic") {
            Ok(_) => decided += 1,
            Err(SubmitError::Busy { .. }) => busy += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(decided + busy, 500);
    assert!(0 < decided);
    node.stop();
    let gone = node.submit(submission("late", command("product S8"))).await;
    assert!(matches!(gone, Err(SubmitError::Stopped { .. })));
}

//! Commands find the node that decides about them, now or later.

use std::time::Duration;

use acopio_contract::query::{OperationById, OperationState, Operations, PageRequest, ask};
use acopio_contract::{Inventory, SubmitError};
use acopio_ledger::Submission;
use acopio_ledger::command::MoveKind::{Issue, Receipt};
use acopio_ledger::ids::UserId;

use crate::world::{USER, World, cups, until};

#[tokio::test(start_paused = true)]
async fn any_node_takes_a_command_for_any_warehouse() {
    let mut world = World::new(&["lon", "mad"]).await;
    world.rest().await;
    let receipt = world.must(1, cups(Receipt, "LON", 5)).await;
    assert_eq!((receipt.record.first.node.as_str(), receipt.repeated), ("lon", false));
    assert_eq!(world.on_hand(1, "LON").await, 5, "whoever asked reads it at once");
    let refused = world.send(1, cups(Issue, "LON", 6)).await.unwrap();
    assert_eq!(refused.refusal().map(|refusal| refusal.code()), Some("insufficient_stock"));
}

#[tokio::test(start_paused = true)]
async fn the_same_command_is_done_once_wherever_it_is_sent() {
    let mut world = World::new(&["lon", "mad", "rot"]).await;
    world.rest().await;
    let submission = world.submission(cups(Receipt, "LON", 5));
    let first = world.sites[1].node.submit(submission.clone()).await.unwrap();
    for site in [2, 0, 1] {
        let again = world.sites[site].node.submit(submission.clone()).await.unwrap();
        assert_eq!(again.record.first, first.record.first);
    }
    world.rest().await;
    assert_eq!(world.on_hand(0, "LON").await, 5);
}

#[tokio::test(start_paused = true)]
async fn commands_for_a_node_that_is_down_wait_in_their_order() {
    let mut world = World::new(&["lon", "mad"]).await;
    world.must(0, cups(Receipt, "LON", 50)).await;
    world.rest().await;
    world.crash(0);
    let mut operations = Vec::new();
    for _ in 0..100 {
        match world.send(1, cups(Issue, "LON", 1)).await {
            Err(SubmitError::Accepted { operation }) => operations.push(operation),
            other => panic!("{other:?}"),
        }
    }
    world.crash(1);
    world.start(1);
    world.start(0);
    until("half done", async || world.on_hand(0, "LON").await < 30).await;
    world.crash(0);
    world.start(0);
    world.rest().await;
    let mut states = Vec::new();
    for id in operations {
        let operation = ask(&*world.sites[1].node, OperationById { id }).await.unwrap().unwrap();
        states.push(operation.state);
    }
    let (done, refused) = states.split_at(50);
    assert!(done.iter().all(|state| *state == OperationState::Done), "{states:?}");
    assert!(refused.iter().all(|state| *state == OperationState::Refused), "{states:?}");
    assert_eq!(world.on_hand(1, "LON").await, 0);
}

#[tokio::test(start_paused = true)]
async fn a_command_waits_behind_those_before_it() {
    let mut world = World::new(&["lon", "mad"]).await;
    world.rest().await;
    let lon = world.sites[0].name.clone();
    world.hub.cut(&lon);
    let first = world.send(1, cups(Receipt, "LON", 5)).await;
    assert!(matches!(first, Err(SubmitError::Accepted { .. })), "{first:?}");
    world.hub.mend(&lon);
    let second = world.send(1, cups(Issue, "LON", 5)).await.unwrap();
    assert_eq!(second.refusal(), None, "the receipt came before it");
}

#[tokio::test(start_paused = true)]
async fn a_key_that_waits_is_not_taken_for_something_else() {
    let mut world = World::new(&["lon", "mad"]).await;
    world.rest().await;
    world.crash(0);
    let one = world.submission(cups(Receipt, "LON", 1));
    let five = Submission { command: cups(Receipt, "LON", 5), ..one.clone() };
    let within = Duration::from_millis(10);
    let send = |submission: &Submission| world.sites[1].node.submit_within(submission.clone(), within);
    let Err(SubmitError::Accepted { operation }) = send(&one).await else { panic!("nobody decides it now") };
    let reused = send(&five).await;
    assert!(matches!(reused, Err(SubmitError::KeyReused { .. })), "{reused:?}");
    let again = send(&one).await;
    assert!(matches!(again, Err(SubmitError::Accepted { operation: same }) if same == operation));
    world.start(0);
    world.rest().await;
    assert_eq!(world.on_hand(1, "LON").await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_command_that_comes_too_late_is_refused_where_it_is_decided() {
    let mut world = World::new(&["lon", "mad"]).await;
    world.rest().await;
    world.crash(0);
    let mut submission = world.submission(cups(Receipt, "LON", 5));
    submission.expires = Some(acopio_ledger::ids::Millis(1));
    let accepted = world.sites[1].node.submit_within(submission, Duration::from_millis(10)).await;
    let Err(SubmitError::Accepted { operation: id }) = accepted else { panic!("{accepted:?}") };
    world.start(0);
    world.rest().await;
    let operation = ask(&*world.sites[1].node, OperationById { id }).await.unwrap().unwrap();
    assert_eq!(operation.state, OperationState::Expired);
    assert_eq!(world.on_hand(1, "LON").await, 0);
}

#[tokio::test(start_paused = true)]
async fn operations_are_listed_by_state_and_by_user() {
    let mut world = World::new(&["lon", "mad"]).await;
    world.rest().await;
    world.crash(0);
    for _ in 0..3 {
        let accepted = world.send(1, cups(Receipt, "LON", 5)).await;
        assert!(matches!(accepted, Err(SubmitError::Accepted { .. })), "{accepted:?}");
    }
    let stranger = UserId(*b"not anybody here");
    assert_eq!(listed(&world, OperationState::Queued, USER).await, 3);
    assert_eq!(listed(&world, OperationState::Queued, stranger).await, 0);
    world.start(0);
    world.rest().await;
    assert_eq!(listed(&world, OperationState::Queued, USER).await, 0);
    assert_eq!(listed(&world, OperationState::Done, USER).await, 3);
    assert_eq!(listed(&world, OperationState::Done, stranger).await, 0);
}

/// How many operations the second node lists.
async fn listed(world: &World, state: OperationState, user: UserId) -> usize {
    let page = PageRequest { limit: 2, cursor: None };
    let mut query = Operations { state: Some(state), user: Some(user), page };
    let mut count = 0;
    loop {
        let page = ask(&*world.sites[1].node, query.clone()).await.unwrap();
        count += page.items.len();
        match page.next {
            Some(next) => query.page.cursor = Some(next),
            None => return count,
        }
    }
}

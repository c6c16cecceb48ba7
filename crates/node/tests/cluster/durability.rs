//! Replicated warehouses tell what a majority of the hub's machines has, and nothing else.

use acopio_contract::query::{Entries, OperationById, OperationState, Status, ask};
use acopio_contract::{Inventory, Manage, ManageError, Managed, SubmitError};
use acopio_ledger::command::MoveKind::{Issue, Receipt};
use acopio_ledger::command::{NameWarehouse, SetDurability};
use acopio_ledger::ids::Positions;
use acopio_ledger::names::{Title, WarehouseCode};
use acopio_ledger::records::Durability;
use acopio_ledger::{Body, Command, Refusal};

use crate::world::{World, cups};

fn set(durability: Durability) -> Command {
    Command::SetDurability(SetDurability { warehouse: WarehouseCode::recorded("LON"), durability })
}

/// LON is replicated and has ten cups.
async fn world(names: &[&str]) -> World {
    let mut world = World::new(names).await;
    world.must(0, set(Durability::Replicated)).await;
    world.must(0, cups(Receipt, "LON", 10)).await;
    world.rest().await;
    world
}

fn operation_of(error: SubmitError) -> String {
    match error {
        SubmitError::Accepted { operation } => operation,
        other => panic!("not in doubt: {other}"),
    }
}

async fn state(world: &World, site: usize, operation: &str) -> OperationState {
    let query = OperationById { id: operation.to_owned() };
    ask(&*world.sites[site].node, query).await.unwrap().expect("the operation is known").state
}

/// How many movements of LON a follower of the events is told of.
async fn told(world: &World, site: usize) -> usize {
    let query = Entries { after: Positions::default(), limit: 1_000 };
    let rows = ask(&*world.sites[site].node, query).await.unwrap();
    rows.iter().filter(|row| matches!(&row.body, Body::Moved(_))).count()
}

#[tokio::test(start_paused = true)]
async fn what_no_majority_has_is_in_doubt_and_told_to_nobody() {
    let mut world = world(&["lon", "mad"]).await;
    let lon = world.sites[0].name.clone();
    world.hub.cut(&lon);
    let issue = world.submission(cups(Issue, "LON", 4));
    let operation = operation_of(world.sites[0].node.submit(issue.clone()).await.unwrap_err());
    assert_eq!(world.on_hand(0, "LON").await, 6, "it counts for what is decided next");
    let too_many = world.submission(cups(Issue, "LON", 7));
    let refused = operation_of(world.sites[0].node.submit(too_many.clone()).await.unwrap_err());
    let again = operation_of(world.sites[0].node.submit(issue.clone()).await.unwrap_err());
    assert_eq!(again, operation, "the same key is still in doubt");
    assert_eq!(state(&world, 0, &operation).await, OperationState::Queued);
    assert_eq!(told(&world, 0).await, 1, "the receipt alone is an event");
    let status = ask(&*world.sites[0].node, Status).await.unwrap();
    assert!(status.known.get(&lon) < status.head, "a new follower begins before what is in doubt");

    world.hub.mend(&lon);
    world.rest().await;
    assert_eq!(state(&world, 0, &operation).await, OperationState::Done);
    assert_eq!(state(&world, 0, &refused).await, OperationState::Refused);
    let answer = world.sites[0].node.submit(issue).await.unwrap();
    assert_eq!((answer.refusal(), answer.repeated), (None, true));
    let answer = world.sites[0].node.submit(too_many).await.unwrap();
    assert!(matches!(answer.refusal(), Some(Refusal::InsufficientStock { .. })));
    assert_eq!(told(&world, 0).await, 2);
    assert_eq!(world.on_hand(1, "LON").await, 6);
}

#[tokio::test(start_paused = true)]
async fn a_crash_leaves_it_in_doubt_until_the_hub_has_it() {
    let mut world = world(&["lon", "mad"]).await;
    let lon = world.sites[0].name.clone();
    world.hub.cut(&lon);
    let issue = world.submission(cups(Issue, "LON", 4));
    let operation = operation_of(world.sites[0].node.submit(issue.clone()).await.unwrap_err());
    world.crash(0);
    world.start(0);
    assert_eq!(operation_of(world.sites[0].node.submit(issue.clone()).await.unwrap_err()), operation);
    world.hub.mend(&lon);
    world.rest().await;
    assert_eq!(state(&world, 0, &operation).await, OperationState::Done);
    assert!(world.sites[0].node.submit(issue).await.unwrap().repeated);
    assert_eq!((world.on_hand(0, "LON").await, world.on_hand(1, "LON").await), (6, 6));
}

#[tokio::test(start_paused = true)]
async fn what_is_in_doubt_when_the_warehouse_is_taken_is_decided_by_the_new_owner_once() {
    let mut world = world(&["lon", "mad"]).await;
    let lon = world.sites[0].name.clone();
    world.hub.cut(&lon);
    let issue = world.submission(cups(Issue, "LON", 4));
    operation_of(world.sites[0].node.submit(issue.clone()).await.unwrap_err());
    let command = world.submission(cups(Receipt, "LON", 1)).id;
    let warehouse = WarehouseCode::recorded("LON");
    world.sites[1].node.manage(Manage::TakeOver { command, warehouse }).await.unwrap();
    world.must(1, cups(Issue, "LON", 1)).await;
    world.hub.mend(&lon);
    world.rest().await;
    for site in 0..2 {
        let answer = world.sites[site].node.submit(issue.clone()).await.unwrap();
        assert_eq!((answer.refusal(), answer.record.first.node.as_str()), (None, "mad"));
        assert_eq!(world.on_hand(site, "LON").await, 5, "at {}", world.sites[site].name);
    }
}

#[tokio::test(start_paused = true)]
async fn a_taking_is_told_when_a_majority_has_it() {
    let mut world = world(&["lon", "mad"]).await;
    let lon = world.sites[0].name.clone();
    world.hub.cut(&lon);
    world.hub.set_replicas(1);
    let command = world.submission(cups(Receipt, "LON", 1)).id;
    let take = Manage::TakeOver { command, warehouse: WarehouseCode::recorded("LON") };
    let operation = match world.sites[1].node.manage(take.clone()).await {
        Err(ManageError::Submit(error)) => operation_of(error),
        told => panic!("told what one machine has: {told:?}"),
    };
    assert_eq!(state(&world, 1, &operation).await, OperationState::Queued);
    let again = world.sites[1].node.manage(take.clone()).await;
    assert!(matches!(again, Err(ManageError::Submit(_))), "{again:?}");
    world.hub.set_replicas(3);
    world.hub.mend(&lon);
    world.must(1, cups(Issue, "LON", 1)).await;
    world.rest().await;
    assert_eq!(state(&world, 1, &operation).await, OperationState::Done);
    let told = world.sites[1].node.manage(take).await;
    assert!(matches!(&told, Ok(Managed::Written(told)) if told.refusal().is_none()), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn other_warehouses_of_the_node_do_not_wait() {
    let mut world = world(&["lon", "mad"]).await;
    let lon = world.sites[0].name.clone();
    world.hub.cut(&lon);
    let code = WarehouseCode::recorded("BOW");
    let named = NameWarehouse { code, name: Title::recorded("Bow"), expected: None };
    world.must(0, Command::CreateWarehouse(named)).await;
    world.must(0, cups(Receipt, "BOW", 2)).await;
    operation_of(world.send(0, cups(Receipt, "LON", 1)).await.unwrap_err());
    // It is local from that entry on, its own included.
    world.must(0, set(Durability::Local)).await;
    world.must(0, cups(Issue, "LON", 1)).await;
    world.hub.mend(&lon);
    world.rest().await;
}

#[tokio::test(start_paused = true)]
async fn a_hub_of_one_machine_replicates_nothing() {
    let mut world = World::new(&["lon", "mad"]).await;
    world.hub.set_replicas(1);
    let refused = world.send(0, set(Durability::Replicated)).await;
    assert!(matches!(refused, Err(SubmitError::TooFewMachines { machines: 1, least: 3 })), "{refused:?}");
    world.hub.set_replicas(3);
    let made = world.submission(set(Durability::Replicated));
    assert_eq!(world.sites[0].node.submit(made.clone()).await.unwrap().refusal(), None);
    // The hub was made anew with one machine: nothing is confirmed by it, and nothing told before is told otherwise.
    world.hub.set_replicas(1);
    operation_of(world.sites[0].node.submit(made).await.unwrap_err());
    operation_of(world.send(0, cups(Receipt, "LON", 1)).await.unwrap_err());
    world.hub.set_replicas(3);
    world.must(0, cups(Receipt, "LON", 1)).await;
    world.rest().await;
}

//! Nodes lose their disks, or get old copies of them back.

use acopio_contract::query::NodeState;
use acopio_contract::{Inventory, Manage, ManageError, SubmitError};
use acopio_ledger::Command;
use acopio_ledger::command::MoveKind::{Issue, Receipt};
use acopio_ledger::command::Moves;
use acopio_ledger::ids::Incarnation;
use acopio_node::{Fill, begin_recovery};

use crate::world::{World, cups, until};

fn incarnation(world: &World, site: usize) -> Incarnation {
    world.reader(0).heads().unwrap()[&world.sites[site].name].incarnation
}

#[tokio::test(start_paused = true)]
async fn a_node_that_has_lost_its_disk_gets_its_log_back_and_goes_on() {
    for lost in [0, 1] {
        let mut world = World::new(&["lon", "mad", "rot"]).await;
        let warehouse = ["LON", "MAD"][lost];
        world.must(lost, cups(Receipt, warehouse, 10)).await;
        world.must(lost, cups(Issue, warehouse, 3)).await;
        world.rest().await;
        world.crash(lost);
        world.must(2, cups(Receipt, "ROT", 5)).await;
        world.wipe(lost);
        world.start(lost);
        let answer = world.send(lost, cups(Receipt, warehouse, 1)).await;
        assert!(matches!(answer, Err(SubmitError::Busy { .. })), "nothing is decided before its log is back");
        world.recover(lost).await;
        assert_eq!(world.on_hand(lost, warehouse).await, 7);
        let receipt = world.must(lost, cups(Issue, warehouse, 7)).await;
        assert_eq!(receipt.record.first.incarnation, Incarnation(2));
        world.rest().await;
        assert_eq!((world.on_hand(2, warehouse).await, world.on_hand(lost, "ROT").await), (0, 5));
        assert_eq!(incarnation(&world, lost), Incarnation(2));
    }
}

#[tokio::test(start_paused = true)]
async fn the_end_of_a_log_is_waited_for_where_only_a_node_that_is_down_may_have_it() {
    let mut world = World::new(&["lon", "mad", "rot"]).await;
    let rot = world.sites[2].name.clone();
    world.rest().await;
    world.hub.cut(&rot);
    world.must(0, cups(Receipt, "LON", 10)).await;
    until("mad has all", async || world.on_hand(1, "LON").await == 10).await;
    world.crash(0);
    world.hub.forget_everything();
    world.wipe(0);
    world.start(0);
    let fill = world.sites[0].node.fill().unwrap();
    tokio::time::sleep(std::time::Duration::from_secs(60)).await;
    assert!(matches!(*fill.borrow(), Fill::Filling { .. }), "rot may have more of it: {:?}", *fill.borrow());
    world.hub.mend(&rot);
    world.recover(0).await;
    world.must(0, cups(Issue, "LON", 4)).await;
    world.rest().await;
    assert_eq!(world.on_hand(2, "LON").await, 6);
}

#[tokio::test(start_paused = true)]
async fn an_old_copy_writes_no_more_once_others_have_more_and_gets_the_rest_back() {
    let mut world = World::new(&["lon", "mad"]).await;
    world.must(1, cups(Receipt, "MAD", 4)).await;
    world.rest().await;
    let copy = world.copy_of_disk(1);
    world.must(1, cups(Receipt, "MAD", 5)).await;
    world.rest().await;
    world.crash(1);
    world.put_disk(1, copy);
    world.start(1);
    let known = world.submission(cups(Receipt, "MAD", 1));
    until("it has noticed", async || {
        let view = world.view(0).await;
        view.nodes.iter().any(|node| node.last_error.as_ref().is_some_and(|error| error.contains("old copy")))
    })
    .await;
    let answer = world.sites[1].node.submit(known).await;
    assert!(matches!(answer, Err(SubmitError::Stopped { .. })), "{answer:?}");
    world.crash(1);
    world.start(1);
    world.recover(1).await;
    assert_eq!(world.on_hand(1, "MAD").await, 9);
    world.must(1, cups(Issue, "MAD", 9)).await;
    world.rest().await;
    assert_eq!((world.on_hand(0, "MAD").await, incarnation(&world, 1)), (0, Incarnation(2)));
}

#[tokio::test(start_paused = true)]
async fn a_restored_copy_gets_the_rest_back_before_it_writes() {
    let mut world = World::new(&["lon", "mad"]).await;
    world.must(1, cups(Receipt, "MAD", 4)).await;
    world.rest().await;
    let mut copy = world.copy_of_disk(1);
    world.must(1, cups(Receipt, "MAD", 5)).await;
    world.rest().await;
    world.crash(1);
    begin_recovery(&mut copy).unwrap();
    world.put_disk(1, copy);
    world.start(1);
    world.recover(1).await;
    assert_eq!(world.on_hand(1, "MAD").await, 9);
    world.must(1, cups(Issue, "MAD", 1)).await;
    world.rest().await;
    assert_eq!(world.on_hand(0, "MAD").await, 8);
}

#[tokio::test(start_paused = true)]
async fn a_company_that_is_restored_as_a_whole_goes_on() {
    let mut world = World::new(&["lon", "mad"]).await;
    world.must(0, cups(Receipt, "LON", 2)).await;
    world.must(1, cups(Receipt, "MAD", 3)).await;
    world.rest().await;
    let copies = [world.copy_of_disk(0), world.copy_of_disk(1)];
    world.must(0, cups(Receipt, "LON", 5)).await;
    world.rest().await;
    world.hub.forget_everything();
    for (site, mut copy) in copies.into_iter().enumerate() {
        world.crash(site);
        begin_recovery(&mut copy).unwrap();
        world.put_disk(site, copy);
    }
    world.start(0);
    world.start(1);
    world.recover(0).await;
    world.recover(1).await;
    world.must(0, cups(Issue, "LON", 1)).await;
    world.must(1, cups(Issue, "MAD", 1)).await;
    world.rest().await;
    assert_eq!((world.on_hand(1, "LON").await, world.on_hand(0, "MAD").await), (1, 2));
}

#[tokio::test(start_paused = true)]
async fn only_a_node_that_is_gone_is_replaced_or_removed() {
    let mut world = World::new(&["lon", "mad", "rot"]).await;
    world.rest().await;
    let mad = world.sites[1].name.clone();
    let replace = async |world: &World, node: &str| {
        let node = acopio_ledger::names::NodeName::recorded(node);
        world.sites[0].node.manage(Manage::Replace { node }).await
    };
    assert!(matches!(replace(&world, "lon").await, Err(ManageError::Conflict { .. })), "itself");
    assert!(matches!(replace(&world, "mad").await, Err(ManageError::Conflict { .. })), "it is up");
    assert!(matches!(replace(&world, "bcn").await, Err(ManageError::NotFound { .. })));
    world.crash(1);
    until("mad is down", async || {
        let view = world.view(0).await;
        view.nodes.iter().any(|node| node.name == mad && node.state == NodeState::Down)
    })
    .await;
    assert!(replace(&world, "mad").await.is_ok());
    let remove = async |world: &World, site: usize| {
        world.sites[site].node.manage(Manage::Remove { node: mad.clone() }).await
    };
    let refused = remove(&world, 0).await;
    assert!(
        matches!(&refused, Err(ManageError::Conflict { reason }) if reason.contains("MAD")),
        "{refused:?}"
    );
    let command = world.submission(cups(Receipt, "MAD", 1)).id;
    let warehouse = acopio_ledger::names::WarehouseCode::recorded("MAD");
    world.sites[0].node.manage(Manage::TakeOver { command, warehouse }).await.unwrap();
    remove(&world, 0).await.unwrap();
    let state = async |world: &World, site: usize| {
        let view = world.view(site).await;
        view.nodes.iter().find(|node| node.name == mad).map(|node| node.state)
    };
    assert_eq!(state(&world, 0).await, Some(NodeState::Left));
    until("the third has heard it", async || state(&world, 2).await == Some(NodeState::Left)).await;
    world.crash(2);
    world.start(2);
    until("it is remembered", async || state(&world, 2).await == Some(NodeState::Left)).await;
}

#[tokio::test(start_paused = true)]
async fn an_old_copy_that_has_gone_another_way_is_found_out_too() {
    let mut world = World::new(&["lon", "mad"]).await;
    world.must(1, cups(Receipt, "MAD", 4)).await;
    world.rest().await;
    let copy = world.copy_of_disk(1);
    let Command::Move(moves) = cups(Receipt, "MAD", 5) else { unreachable!("cups are moved") };
    let lines = vec![moves.lines[0].clone(); 9];
    world.must(1, Command::Move(Moves { lines, ..moves })).await;
    world.rest().await;
    world.crash(1);
    world.hub.forget_everything();
    world.put_disk(1, copy);
    world.hub.cut(&world.sites[1].name.clone());
    world.start(1);
    world.must(1, cups(Receipt, "MAD", 1)).await;
    world.hub.mend(&world.sites[1].name.clone());
    until("it has noticed", async || {
        let view = world.view(1).await;
        view.nodes.iter().any(|node| node.last_error.as_ref().is_some_and(|error| error.contains("old copy")))
    })
    .await;
    let answer = world.send(1, cups(Receipt, "MAD", 1)).await;
    assert!(matches!(answer, Err(SubmitError::Stopped { .. })), "{answer:?}");
}

//! Logs go to all nodes, whatever is lost on the way.

use acopio_contract::query::{LogState, NodeState};
use acopio_fabric::Faults;
use acopio_ledger::command::MoveKind::{Issue, Receipt};
use std::time::Duration;

use crate::world::{World, cups, until};

#[tokio::test(start_paused = true)]
async fn what_one_node_does_all_others_see() {
    let mut world = World::new(&["lon", "mad", "rot"]).await;
    for (site, warehouse) in ["LON", "MAD", "ROT"].into_iter().enumerate() {
        world.must(site, cups(Receipt, warehouse, 10 + site as i64)).await;
        world.must(site, cups(Issue, warehouse, 1)).await;
    }
    world.rest().await;
    for site in 0..3 {
        let seen = [
            world.on_hand(site, "LON").await,
            world.on_hand(site, "MAD").await,
            world.on_hand(site, "ROT").await,
        ];
        assert_eq!(seen, [9, 10, 11]);
    }
    let view = world.view(0).await;
    assert!(view.nodes.iter().all(|node| node.state == NodeState::Up), "{view:?}");
    assert!(view.logs.iter().all(|log| matches!(log.state, LogState::Own | LogState::Current)), "{view:?}");
}

#[tokio::test(start_paused = true)]
async fn messages_may_be_lost_repeated_late_and_out_of_order() {
    let mut world = World::new(&["lon", "mad"]).await;
    world.hub.disturb(Faults {
        seed: 7,
        drop_per_mille: 300,
        duplicate_per_mille: 300,
        reorder_per_mille: 300,
        delay_per_mille: 300,
        delay_max: Duration::from_millis(500),
        silence_per_mille: 200,
    });
    for _ in 0..100 {
        world.must(0, cups(Receipt, "LON", 1)).await;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    world.rest().await;
    assert_eq!(world.on_hand(1, "LON").await, 100);
}

#[tokio::test(start_paused = true)]
async fn a_node_that_was_cut_off_or_killed_catches_up() {
    let mut world = World::new(&["lon", "mad", "rot"]).await;
    let mad = world.sites[1].name.clone();
    world.hub.cut(&mad);
    world.crash(2);
    world.must(0, cups(Receipt, "LON", 5)).await;
    world.must(1, cups(Receipt, "MAD", 7)).await;
    until("seen to be down", async || {
        let view = world.view(0).await;
        view.nodes.iter().filter(|node| node.state == NodeState::Down).count() == 2
    })
    .await;
    assert_eq!(world.on_hand(1, "MAD").await, 7, "it works with every link down");
    world.hub.mend(&mad);
    world.start(2);
    world.rest().await;
    assert_eq!((world.on_hand(0, "MAD").await, world.on_hand(2, "LON").await), (7, 5));
}

#[tokio::test(start_paused = true)]
async fn logs_are_published_again_when_the_hub_has_lost_them() {
    let mut world = World::new(&["lon", "mad"]).await;
    for _ in 0..10 {
        world.must(0, cups(Receipt, "LON", 1)).await;
    }
    world.rest().await;
    world.hub.forget_everything();
    world.must(0, cups(Receipt, "LON", 1)).await;
    world.rest().await;
    world.add("rot").await;
    world.rest().await;
    assert_eq!(world.on_hand(2, "LON").await, 11, "a new node gets everything");
}

#[tokio::test(start_paused = true)]
async fn a_log_whose_owner_is_gone_is_got_from_others() {
    let mut world = World::new(&["lon", "mad"]).await;
    world.must(0, cups(Receipt, "LON", 3)).await;
    world.rest().await;
    world.crash(0);
    world.hub.forget_everything();
    world.add("rot").await;
    until("got from mad", async || world.on_hand(2, "LON").await == 3).await;
}

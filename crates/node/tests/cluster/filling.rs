//! A new node waits for all that there is, and not for what somebody merely says that there is.

use std::sync::Arc;
use std::time::Duration;

use acopio_fabric::Fabric;
use acopio_ledger::command::MoveKind::Receipt;
use acopio_ledger::names::NodeName;
use acopio_node::Fill;
use bytes::Bytes;
use serde_json::json;
use tokio::task::JoinHandle;

use crate::world::{World, cups, until};

/// What nodes say of themselves, with a lie in it: that all of these entries are known.
fn about(positions: &str) -> Bytes {
    let about = json!({
        "company": b"a company of few", "incarnation": 1, "version": "1", "address": "", "clock": 0,
        "positions": positions, "is_filling": false, "left": [], "error": null,
    });
    serde_json::to_vec(&about).unwrap().into()
}

/// Somebody who says that again and again, and has nothing to show.
fn liar(world: &World, positions: &str) -> JoinHandle<()> {
    let eve = Arc::new(world.hub.join(NodeName::recorded("eve")));
    let about = about(positions);
    tokio::spawn(async move {
        loop {
            let _: Result<(), _> = eve.announce(about.clone()).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
}

async fn until_filled(world: &World, site: usize) {
    let fill = world.sites[site].node.fill().unwrap();
    until("filled", async || fill.borrow().is_done()).await;
}

#[tokio::test(start_paused = true)]
async fn entries_that_nobody_has_are_not_waited_for() {
    let mut world = World::new(&["lon", "mad"]).await;
    world.must(0, cups(Receipt, "LON", 10)).await;
    world.rest().await;
    let lying = liar(&world, "lon:1000000,nobody:5");
    let site = world.begin("par");
    let fill = world.sites[site].node.fill().unwrap();
    until("lied to", async || matches!(&*fill.borrow(), Fill::Filling { total, .. } if 1_000_000 < *total))
        .await;
    tokio::time::sleep(Duration::from_secs(40)).await;
    assert!(!fill.borrow().is_done(), "the log of nobody may be at a node that comes back");
    until_filled(&world, site).await;
    assert_eq!(world.on_hand(site, "LON").await, 10, "what there is has come");
    lying.abort();
}

#[tokio::test(start_paused = true)]
async fn entries_that_one_node_alone_has_are_waited_for() {
    let mut world = World::new(&["lon", "mad", "rot"]).await;
    world.must(0, cups(Receipt, "LON", 10)).await;
    world.rest().await;
    let (lon, rot) = (world.sites[0].name.clone(), world.sites[2].name.clone());
    world.crash(0);
    world.hub.cut(&rot);
    world.hub.forget_everything();
    // Nobody but mad has the log of lon now.
    let site = world.begin("par");
    let fill = world.sites[site].node.fill().unwrap();
    until("told of it", async || matches!(*fill.borrow(), Fill::Filling { .. } | Fill::Done)).await;
    until_filled(&world, site).await;
    assert_eq!(world.on_hand(site, "LON").await, 10);
    let head = |site: usize| world.reader(site).heads().unwrap()[&lon].head;
    assert_eq!(head(site), head(1));
}

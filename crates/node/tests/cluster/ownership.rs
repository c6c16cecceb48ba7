//! Warehouses move from node to node.

use acopio_contract::query::{PageRequest, VoidFilter, Voids, Warehouses, ask};
use acopio_contract::{Inventory, Manage, Managed, SubmitError};
use acopio_ledger::command::MoveKind::{Issue, Receipt};
use acopio_ledger::command::{
    DiscardVoid, DispatchTransfer, DraftLine, DraftTransfer, HandOverWarehouse, Repost, Undo,
};
use acopio_ledger::names::{NodeName, Sku, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::void::Void;
use acopio_ledger::{Command, Refusal};

use crate::world::{World, cups, until};

fn lon() -> WarehouseCode {
    WarehouseCode::recorded("LON")
}

#[tokio::test(start_paused = true)]
async fn a_warehouse_is_handed_over_and_goes_on() {
    let mut world = World::new(&["lon", "mad", "rot"]).await;
    world.must(0, cups(Receipt, "LON", 5)).await;
    let hand_over = HandOverWarehouse { warehouse: lon(), to: NodeName::recorded("mad") };
    world.must(0, Command::HandOver(hand_over)).await;
    world.rest().await;
    let receipt = world.must(0, cups(Issue, "LON", 2)).await;
    assert_eq!(receipt.record.first.node.as_str(), "mad", "the new owner decides");
    world.rest().await;
    assert_eq!(world.on_hand(2, "LON").await, 3);
}

#[tokio::test(start_paused = true)]
async fn what_the_old_owner_did_unseen_is_void_and_waits_for_people() {
    let mut world = World::new(&["lon", "mad", "rot"]).await;
    world.must(0, cups(Receipt, "LON", 10)).await;
    world.rest().await;
    let old = world.sites[0].name.clone();
    world.hub.cut(&old);
    world.must(0, cups(Issue, "LON", 4)).await;
    world.must(0, cups(Receipt, "LON", 1)).await;
    let command = world.submission(cups(Receipt, "LON", 1)).id;
    let take = Manage::TakeOver { command, warehouse: lon() };
    let Ok(Managed::Written(first)) = world.sites[1].node.manage(take.clone()).await else {
        panic!("not taken")
    };
    let Ok(Managed::Written(again)) = world.sites[1].node.manage(take).await else { panic!("not answered") };
    assert_eq!(
        (again.repeated, again.record),
        (true, first.record),
        "the same request is answered as before"
    );
    world.must(1, cups(Issue, "LON", 9)).await;
    world.hub.mend(&old);
    until("the old owner has understood", async || world.on_hand(0, "LON").await == 1).await;
    world.rest().await;
    for site in 0..3 {
        assert_eq!(world.on_hand(site, "LON").await, 1, "at {}", world.sites[site].name);
        let page = PageRequest { limit: 10, cursor: None };
        let query = Voids { state: Some(VoidFilter::Open), scope: None, page };
        let voids = ask(&*world.sites[site].node, query).await.unwrap();
        assert_eq!(voids.items.len(), 2, "{voids:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_handed_to_a_node_that_is_gone_is_taken_back_or_by_a_third() {
    for taker in [0, 2] {
        let mut world = World::new(&["lon", "mad", "rot"]).await;
        world.must(0, cups(Receipt, "LON", 10)).await;
        world.rest().await;
        let gone = world.sites[1].name.clone();
        world.hub.cut(&gone);
        let hand_over = HandOverWarehouse { warehouse: lon(), to: gone.clone() };
        world.must(0, Command::HandOver(hand_over)).await;
        until("the hand-over is known", async || {
            let known = ask(&*world.sites[2].node, Warehouses).await.unwrap();
            known.iter().any(|known| known.handed_to.as_ref() == Some(&gone))
        })
        .await;
        let command = world.submission(cups(Receipt, "LON", 1)).id;
        let taken = world.sites[taker].node.manage(Manage::TakeOver { command, warehouse: lon() }).await;
        assert!(matches!(&taken, Ok(Managed::Written(receipt)) if receipt.refusal().is_none()), "{taken:?}");
        world.must(taker, cups(Issue, "LON", 4)).await;
        world.hub.mend(&gone);
        world.rest().await;
        for site in 0..3 {
            assert_eq!(world.on_hand(site, "LON").await, 6, "at {}", world.sites[site].name);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn who_does_not_decide_refuses_nothing_that_it_does_not_know() {
    let mut world = World::new(&["lon", "mad", "rot"]).await;
    world.must(0, cups(Receipt, "LON", 10)).await;
    world.rest().await;
    let gone = world.sites[1].name.clone();
    world.hub.cut(&gone);
    let line = DraftLine { sku: Sku::recorded("CUP"), quantity: Quantity::whole(3).unwrap() };
    let rot = WarehouseCode::recorded("ROT");
    let draft = DraftTransfer { from: lon(), to: rot, reference: None, lines: vec![line], dispatch: false };
    let drafted = world.must(0, Command::DraftTransfer(draft)).await;
    world.must(0, Command::HandOver(HandOverWarehouse { warehouse: lon(), to: gone.clone() })).await;
    let transfer = drafted.record.first.clone();
    let dispatch = world.submission(Command::DispatchTransfer(DispatchTransfer { transfer }));
    let waits = world.sites[0].node.submit(dispatch.clone()).await;
    assert!(matches!(waits, Err(SubmitError::Accepted { .. })), "it waits for mad, which knows no transfer");
    let command = world.submission(cups(Receipt, "LON", 1)).id;
    world.sites[0].node.manage(Manage::TakeOver { command, warehouse: lon() }).await.unwrap();
    world.hub.mend(&gone);
    world.rest().await;
    for site in &world.sites {
        let answer = site.node.submit(dispatch.clone()).await.unwrap();
        assert_eq!((answer.refusal(), answer.repeated), (None, true), "at {}", site.name);
        assert_eq!(answer.record.first.node.as_str(), "lon");
    }
}

/// The void records that a node lists, oldest first.
async fn voids(world: &World, site: usize, state: VoidFilter) -> Vec<Void> {
    let page = PageRequest { limit: 10, cursor: None };
    let query = Voids { state: Some(state), scope: None, page };
    let mut items = ask(&*world.sites[site].node, query).await.unwrap().items;
    items.reverse();
    items
}

#[tokio::test(start_paused = true)]
async fn what_is_void_is_posted_again_once_and_answers_who_had_sent_it() {
    let mut world = World::new(&["lon", "mad", "rot"]).await;
    world.must(0, cups(Receipt, "LON", 10)).await;
    world.rest().await;
    let old = world.sites[0].name.clone();
    world.hub.cut(&old);
    let lost = world.submission(cups(Issue, "LON", 4));
    let first_answer = world.sites[0].node.submit(lost.clone()).await.unwrap();
    world.must(0, cups(Receipt, "LON", 1)).await;
    let command = world.submission(cups(Receipt, "LON", 1)).id;
    world.sites[1].node.manage(Manage::TakeOver { command, warehouse: lon() }).await.unwrap();
    world.hub.mend(&old);
    until("the old owner has understood", async || world.on_hand(0, "LON").await == 10).await;
    world.rest().await;
    let [issue, receipt] = &voids(&world, 2, VoidFilter::Open).await[..] else { panic!("two are void") };
    assert_eq!(issue.id, first_answer.record.first);

    let again = world.must(2, Command::Repost(Repost { void: issue.id.clone() })).await;
    assert_eq!(again.record.first.node.as_str(), "mad", "the present owner decides");
    let discard = DiscardVoid { void: receipt.id.clone(), reason: None };
    world.must(0, Command::DiscardVoid(discard)).await;
    world.rest().await;
    for site in 0..3 {
        assert_eq!(world.on_hand(site, "LON").await, 6);
        assert_eq!(voids(&world, site, VoidFilter::Open).await, []);
        assert_eq!(voids(&world, site, VoidFilter::Posted).await[0].id, issue.id);
        assert_eq!(voids(&world, site, VoidFilter::Discarded).await[0].id, receipt.id);
        let answer = world.sites[site].node.submit(lost.clone()).await.unwrap();
        assert!(answer.repeated);
        assert_eq!(answer.record.first, again.record.first, "the first caller gets this answer now");
    }
    let twice = world.send(2, Command::Repost(Repost { void: issue.id.clone() })).await.unwrap();
    assert_eq!(twice.refusal().map(Refusal::code), Some("already_reconciled"));
    let undo = Command::Undo(Undo { movement: issue.id.clone(), reason: None });
    let refused = world.send(0, undo).await.unwrap();
    assert_eq!(refused.refusal().map(Refusal::code), Some("not_found"), "what never counted is not undone");
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_posted_again_stays_on_the_list() {
    let mut world = World::new(&["lon", "mad"]).await;
    world.must(0, cups(Receipt, "LON", 5)).await;
    world.rest().await;
    let old = world.sites[0].name.clone();
    world.hub.cut(&old);
    world.must(0, cups(Issue, "LON", 4)).await;
    let command = world.submission(cups(Receipt, "LON", 1)).id;
    world.sites[1].node.manage(Manage::TakeOver { command, warehouse: lon() }).await.unwrap();
    world.must(1, cups(Issue, "LON", 3)).await;
    world.hub.mend(&old);
    until("the old owner has understood", async || world.on_hand(0, "LON").await == 2).await;
    world.rest().await;
    let void = voids(&world, 1, VoidFilter::Open).await[0].id.clone();
    let short = world.send(1, Command::Repost(Repost { void: void.clone() })).await.unwrap();
    assert_eq!(short.refusal().map(Refusal::code), Some("insufficient_stock"));
    assert_eq!(voids(&world, 1, VoidFilter::Open).await[0].id, void);
    world.must(1, cups(Receipt, "LON", 2)).await;
    world.must(1, Command::Repost(Repost { void })).await;
    world.rest().await;
    assert_eq!(world.on_hand(0, "LON").await, 0);
}

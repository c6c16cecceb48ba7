//! What is said at one server of three holds at all of them, and how a hub of one becomes such a hub.

use acopio_fabric::nats::{self, Address, Credentials, HubError};
use acopio_fabric::{Fabric, FabricError};
use acopio_ledger::ids::Seq;

use crate::nats::{HubWorld, start, start_three, start_with_a_stranger};
use crate::world::{World, is_quiet, log, name, next, publish, until};

/// Whether each server lets a node in, asked one by one.
async fn admitted(world: &HubWorld, credentials: &Credentials) -> Vec<bool> {
    let mut admitted = Vec::new();
    for url in &world.address.urls {
        admitted.push(match nats::connect(&Address::at(url), credentials).await {
            Ok(fabric) => fabric.link().borrow().connected,
            Err(FabricError::Refused { .. }) => false,
            Err(error) => panic!("{error}"),
        });
    }
    admitted
}

/// How many copies the server keeps of a node's log.
async fn copies(world: &HubWorld, stream: &str) -> usize {
    let stream = world.admin().await.get_stream(stream).await.unwrap();
    stream.cached_info().config.num_replicas
}

async fn refusal(world: &HubWorld, node: &str, company: Option<[u8; 16]>) -> String {
    let file = world.folder.path().join(format!("other-{node}.json"));
    loop {
        match nats::join(&world.address, &world.token(), &name(node), company, &file).await {
            Err(FabricError::Refused { reason }) => return reason,
            Err(FabricError::InDoubt { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_one_desk_notes_all_servers_know() {
    let Some(world) = start_three().await else { return };
    // Both at once: one company comes of it, with one founder.
    let (a, b) = tokio::join!(async { world.join(&name("a")).await }, async { world.join(&name("b")).await });
    assert_eq!((a.replicas(), b.replicas()), (3, 3));
    let credentials =
        ["a", "b"].map(|node| Credentials::load(&world.keys_file(&name(node))).unwrap().unwrap());
    assert_eq!(credentials[0].company, credentials[1].company);
    assert_ne!(credentials[0].is_founder, credentials[1].is_founder);
    for node in &credentials {
        assert_eq!(admitted(&world, node).await, [true; 3], "nobody is told before all servers know");
    }
    let reason = refusal(&world, "a", None).await;
    assert!(reason.contains("another key"), "{reason}");
    let reason = refusal(&world, "c", Some([9; 16])).await;
    assert!(reason.contains("another company"), "{reason}");

    until("noted", async || a.expel(&name("b")).await.is_ok()).await;
    until("shut out", async || admitted(&world, &credentials[1]).await == [false; 3]).await;

    publish(&*a, &log("a", 1), 1, 1).await;
    world.restart(|data| std::fs::remove_dir_all(data.join("js")).unwrap()).await;
    assert_eq!(admitted(&world, &credentials[0]).await, [true; 3], "each has a copy of its own");
    let late = world.join(&name("d")).await;
    publish(&*late, &log("d", 1), 1, 1).await;
    assert_eq!((copies(&world, "LOG_d").await, copies(&world, "HUB").await), (3, 3));
    let company = Credentials::load(&world.keys_file(&name("d"))).unwrap().unwrap().company;
    assert_eq!(company, credentials[0].company);
    assert_eq!(admitted(&world, &credentials[1]).await, [false; 3], "who was shut out stays out");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_of_one_grows_to_three() {
    let Some(world) = start().await else { return };
    let node = world.join(&name("a")).await;
    assert_eq!(node.replicas(), 1);
    let log = log("a", 1);
    publish(&*node, &log, 1, 3).await;
    assert_eq!(copies(&world, "LOG_a").await, 1);
    drop(node);

    let (refusal, world) = world.grow(|data| std::fs::remove_dir_all(data.join("js")).unwrap()).await;
    assert!(matches!(refusal, HubError::OtherShape { .. }), "{refusal}");
    let credentials = Credentials::load(&world.keys_file(&name("a"))).unwrap().unwrap();
    assert_eq!(credentials.replicas, 1, "it knows the hub as it was");
    until("known to all", async || admitted(&world, &credentials).await == [true; 3]).await;
    let node = nats::connect(&world.address, &credentials).await.unwrap();
    assert_eq!(node.replicas(), 3);
    let parcel = crate::world::parcel(&log, 4, 4);
    let lost = Err(FabricError::Elsewhere { last: Seq(0) });
    until("found to be empty", async || node.publish(std::slice::from_ref(&parcel), Seq(3)).await == lost)
        .await;
    publish(&node, &log, 1, 4).await;
    assert_eq!(copies(&world, "LOG_a").await, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_with_other_secrets_is_not_let_in() {
    let Some(world) = start_with_a_stranger().await else { return };
    let urls = &world.address.urls;
    let first = world.admin_at("hub", &urls[..1]).await;
    let second = world.admin_at("hub", &urls[1..2]).await;
    let stranger = world.admin_at("h3", &urls[2..]).await;
    let mut heard = first.subscribe("svc.*").await.unwrap();
    let mut heard_there = stranger.subscribe("svc.*").await.unwrap();
    first.flush().await.unwrap();
    stranger.flush().await.unwrap();
    until("together", async || {
        second.publish("svc.a", "".into()).await.unwrap();
        !is_quiet(&mut heard).await
    })
    .await;
    stranger.publish("svc.b", "".into()).await.unwrap();
    assert_eq!(next(&mut heard_there).await.subject.as_str(), "svc.b", "it works by itself");
    second.publish("svc.c", "".into()).await.unwrap();
    while let subject = next(&mut heard).await.subject
        && subject.as_str() != "svc.c"
    {
        assert_eq!(subject.as_str(), "svc.a", "heard from a stranger");
    }
    assert!(is_quiet(&mut heard).await && is_quiet(&mut heard_there).await, "strangers hear each other");
}

//! Nodes ask each other and tell each other.

use std::time::{Duration, Instant};

use acopio_fabric::{FabricError, Presence};
use bytes::Bytes;
use futures_util::StreamExt;

use crate::world::{World, is_quiet, name, next, until};

const WITHIN: Duration = Duration::from_secs(5);

pub(crate) async fn calls_are_answered(world: &dyn World) {
    let (asker, server) = (world.join(&name("a")).await, world.join(&name("b")).await);
    let mut calls = server.calls().await.unwrap();
    tokio::spawn(async move {
        while let Some(call) = calls.next().await {
            let answer = [b"heard ", &call.request[..]].concat();
            let _ = call.reply.send(answer.into());
        }
    });
    for number in 0..20 {
        let answer = asker.call(&name("b"), Bytes::from(format!("{number}")), WITHIN).await;
        assert_eq!(answer, Ok(Bytes::from(format!("heard {number}"))));
    }
    world.crash().await;
    until("answered again", async || asker.call(&name("b"), Bytes::new(), WITHIN).await.is_ok()).await;
}

pub(crate) async fn nobody_listening_is_told_at_once(world: &dyn World) {
    let asker = world.join(&name("a")).await;
    let start = Instant::now();
    let answer = asker.call(&name("nobody"), Bytes::new(), WITHIN).await;
    assert_eq!(answer, Err(FabricError::Absent { node: name("nobody") }));
    assert!(start.elapsed() < WITHIN / 2);
    let server = world.join(&name("b")).await;
    drop(server.calls().await.unwrap());
    let absent = Err(FabricError::Absent { node: name("b") });
    until("known to be absent", async || asker.call(&name("b"), Bytes::new(), WITHIN).await == absent).await;
}

pub(crate) async fn a_slow_answer_is_in_doubt(world: &dyn World) {
    let (asker, server) = (world.join(&name("a")).await, world.join(&name("b")).await);
    let mut calls = server.calls().await.unwrap();
    let server_name = name("b");
    let asked = asker.call(&server_name, Bytes::from_static(b"?"), Duration::from_millis(200));
    let (answer, call) = tokio::join!(asked, next(&mut calls));
    assert!(matches!(answer, Err(FabricError::InDoubt { .. })), "{answer:?}");
    assert_eq!(call.request, "?");
}

pub(crate) async fn announcements_reach_all_others(world: &dyn World) {
    let (a, b, c) =
        (world.join(&name("a")).await, world.join(&name("b")).await, world.join(&name("c")).await);
    let mut heard = [b.presences().await.unwrap(), c.presences().await.unwrap()];
    let mut own = a.presences().await.unwrap();
    for about in ["up", "still up"] {
        a.announce(Bytes::from(about)).await.unwrap();
        for presences in &mut heard {
            let expected = Presence { node: name("a"), about: Bytes::from(about) };
            assert_eq!(next(presences).await, expected);
        }
    }
    assert!(is_quiet(&mut own).await, "a node does not hear itself");
}

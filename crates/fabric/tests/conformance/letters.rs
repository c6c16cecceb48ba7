//! Letters wait for their node and come one after the other.

use std::time::Duration;

use acopio_fabric::{Fabric, Letter};
use bytes::Bytes;
use futures_util::{Stream, StreamExt};
use tokio::time::timeout;

use crate::world::{World, is_quiet, name, next, until};

async fn send(fabric: &dyn Fabric, to: &str, body: &str) {
    let sent = async || fabric.send(&name(to), body, Bytes::from(body.to_owned())).await.is_ok();
    until("sent", sent).await;
}

/// Reads letters and does each, down to one of that text.
async fn do_all(letters: &mut (impl Stream<Item = Letter> + Unpin), to: &str) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    while texts.last().is_none_or(|text| text != to) {
        let letter = next(letters).await;
        texts.push(String::from_utf8(letter.body.to_vec()).unwrap());
        letter.done.send(()).unwrap();
    }
    texts
}

pub(crate) async fn letters_come_in_order(world: &dyn World) {
    let (sender, receiver) = (world.join(&name("a")).await, world.join(&name("b")).await);
    for number in 1..=5 {
        send(&*sender, "b", &format!("letter {number}")).await;
    }
    send(&*sender, "c", "for another").await;
    let mut letters = receiver.letters().await.unwrap();
    let first = next(&mut letters).await;
    assert_eq!((&first.body[..], first.deliveries), (&b"letter 1"[..], 1));
    assert!(is_quiet(&mut letters).await, "the second waits for the first");
    first.done.send(()).unwrap();
    let rest = do_all(&mut letters, "letter 5").await;
    assert_eq!(rest, ["letter 2", "letter 3", "letter 4", "letter 5"]);
    send(&*sender, "b", "letter 6").await;
    assert_eq!(do_all(&mut letters, "letter 6").await, ["letter 6"]);
}

pub(crate) async fn what_is_not_done_comes_again(world: &dyn World) {
    let (sender, receiver) = (world.join(&name("a")).await, world.join(&name("b")).await);
    send(&*sender, "b", "one").await;
    send(&*sender, "b", "two").await;
    let mut letters = receiver.letters().await.unwrap();
    for deliveries in 1..=3 {
        let letter = next(&mut letters).await;
        assert_eq!((&letter.body[..], letter.deliveries), (&b"one"[..], deliveries));
    }
    assert_eq!(do_all(&mut letters, "two").await, ["one", "two"]);
}

pub(crate) async fn the_same_letter_is_put_once(world: &dyn World) {
    let (sender, receiver) = (world.join(&name("a")).await, world.join(&name("b")).await);
    for text in ["one", "two", "one", "two", "three"] {
        send(&*sender, "b", text).await;
    }
    let mut letters = receiver.letters().await.unwrap();
    assert_eq!(do_all(&mut letters, "three").await, ["one", "two", "three"]);
    send(&*sender, "b", "one").await;
    assert!(is_quiet(&mut letters).await, "a letter that was done is not put again");
}

pub(crate) async fn letters_outlive_the_node_and_the_hub(world: &dyn World) {
    let (sender, receiver) = (world.join(&name("a")).await, world.join(&name("b")).await);
    for text in ["one", "two", "three"] {
        send(&*sender, "b", text).await;
    }
    let mut letters = receiver.letters().await.unwrap();
    let held = next(&mut letters).await;
    world.crash().await;
    drop((held, letters, receiver));
    let again = world.join(&name("b")).await;
    let mut letters = again.letters().await.unwrap();
    let mut texts = do_all(&mut letters, "three").await;
    texts.dedup();
    assert_eq!(texts, ["one", "two", "three"]);
}

pub(crate) async fn letters_go_on_after_everything_was_lost(world: &dyn World) {
    let (sender, receiver) = (world.join(&name("a")).await, world.join(&name("b")).await);
    let mut letters = receiver.letters().await.unwrap();
    send(&*sender, "b", "one").await;
    assert_eq!(do_all(&mut letters, "one").await, ["one"]);
    world.lose_everything().await;
    // The sender does not know of the loss and sends again what it has no outcome for.
    let mut text = None;
    until("received", async || {
        send(&*sender, "b", "two").await;
        let letter = timeout(Duration::from_millis(500), letters.next()).await;
        let Ok(Some(letter)) = letter else { return false };
        text = Some(letter.body);
        letter.done.send(()).is_ok()
    })
    .await;
    assert_eq!(text.unwrap(), "two");
}

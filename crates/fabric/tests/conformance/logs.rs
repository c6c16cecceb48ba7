//! Frames arrive, in order; what the hub lost is seen.

use acopio_fabric::{Extent, FabricError, MESSAGE_BYTES_MAX, Parcel};
use acopio_ledger::ids::Seq;
use bytes::Bytes;

use crate::world::{World, log, name, next, parcel, positions, publish, until};

pub(crate) async fn frames_travel_together(world: &dyn World) {
    let (owner, other, log) = (world.join(&name("a")).await, world.join(&name("b")).await, log("a", 1));
    let together = [parcel(&log, 1, 3), parcel(&log, 4, 4), parcel(&log, 5, 9)];
    let elsewhere = |last| Err(FabricError::Elsewhere { last: Seq(last) });
    owner.publish(&together, Seq(0)).await.unwrap();
    for after in [0, 3, 4] {
        let mut frames = other.follow(&log, Seq(after)).await.unwrap();
        let expected: Vec<_> =
            [(1, 3), (4, 4), (5, 9)].into_iter().filter(|(first, _)| after < *first).collect();
        assert_eq!(positions(&mut frames, 9).await, expected, "after {after}");
    }
    // The same again, and a part of it, are there already; what goes beyond them begins elsewhere.
    assert_eq!(owner.publish(&together, Seq(0)).await, Ok(()));
    assert_eq!(owner.publish(&together[2..], Seq(4)).await, Ok(()));
    let beyond = [parcel(&log, 5, 9), parcel(&log, 10, 10)];
    assert_eq!(owner.publish(&beyond, Seq(4)).await, elsewhere(9));
    owner.publish(&beyond[1..], Seq(9)).await.unwrap();
    let extent = owner.extent(&log).await.unwrap();
    assert_eq!((extent.first, extent.last), (Seq(1), Seq(10)));
}

pub(crate) async fn frames_arrive_in_order(world: &dyn World) {
    let (owner, other) = (world.join(&name("a")).await, world.join(&name("b")).await);
    let log = log("a", 1);
    assert_eq!(owner.extent(&log).await, Ok(Extent::default()));
    let mut early = other.follow(&log, Seq(0)).await.unwrap();
    owner.publish(&[parcel(&log, 1, 3)], Seq(0)).await.unwrap();
    owner.publish(&[parcel(&log, 4, 4)], Seq(3)).await.unwrap();
    owner.publish(&[parcel(&log, 5, 9)], Seq(4)).await.unwrap();
    let mut late = other.follow(&log, Seq(0)).await.unwrap();
    for frames in [&mut early, &mut late] {
        assert_eq!(positions(frames, 9).await, [(1, 3), (4, 4), (5, 9)]);
    }
    owner.publish(&[parcel(&log, 10, 10)], Seq(9)).await.unwrap();
    for frames in [&mut early, &mut late] {
        assert_eq!(positions(frames, 10).await, [(10, 10)]);
    }
    let extent = Extent { first: Seq(1), last: Seq(10), messages: 4 };
    assert_eq!(other.extent(&log).await, Ok(extent));
}

pub(crate) async fn a_follower_starts_where_it_says(world: &dyn World) {
    let (owner, other) = (world.join(&name("a")).await, world.join(&name("b")).await);
    let log = log("a", 1);
    for first in (1..=40).step_by(4) {
        owner.publish(&[parcel(&log, first, first + 3)], Seq(first - 1)).await.unwrap();
    }
    for (after, first) in [(0, 1), (3, 1), (4, 5), (18, 17), (36, 37), (39, 37)] {
        let mut frames = other.follow(&log, Seq(after)).await.unwrap();
        assert_eq!(next(&mut frames).await, parcel(&log, first, first + 3), "after {after}");
    }
    let mut frames = other.follow(&log, Seq(40)).await.unwrap();
    publish(&*owner, &log, 41, 41).await;
    assert_eq!(positions(&mut frames, 41).await, [(41, 41)]);
}

pub(crate) async fn what_is_there_already_counts_as_published(world: &dyn World) {
    let owner = world.join(&name("a")).await;
    let log = log("a", 1);
    publish(&*owner, &log, 1, 3).await;
    for position in [3, 1, 2] {
        assert_eq!(owner.publish(&[parcel(&log, position, position)], Seq(position - 1)).await, Ok(()));
    }
    // A node that comes back knows nothing of what it published.
    let again = world.join(&name("a")).await;
    assert_eq!(again.publish(&[parcel(&log, 3, 3)], Seq(2)).await, Ok(()));
    publish(&*again, &log, 4, 4).await;
    assert_eq!(owner.extent(&log).await.map(|extent| extent.messages), Ok(4));
}

pub(crate) async fn a_log_elsewhere_is_told(world: &dyn World) {
    let owner = world.join(&name("a")).await;
    let log = log("a", 1);
    let elsewhere = |last| Err(FabricError::Elsewhere { last: Seq(last) });
    assert_eq!(owner.publish(&[parcel(&log, 5, 5)], Seq(4)).await, elsewhere(0));
    publish(&*owner, &log, 1, 2).await;
    assert_eq!(owner.publish(&[parcel(&log, 5, 5)], Seq(4)).await, elsewhere(2));
    let again = world.join(&name("a")).await;
    assert_eq!(again.publish(&[parcel(&log, 5, 5)], Seq(4)).await, elsewhere(2));
    // One of the two goes on, and the other hears of it.
    publish(&*again, &log, 3, 3).await;
    assert_eq!(owner.publish(&[parcel(&log, 7, 7)], Seq(2)).await, elsewhere(3));
}

pub(crate) async fn a_new_life_ends_the_one_before(world: &dyn World) {
    let (owner, other) = (world.join(&name("a")).await, world.join(&name("b")).await);
    let (old, new) = (log("a", 1), log("a", 2));
    publish(&*owner, &old, 1, 3).await;
    let mut frames = other.follow(&new, Seq(0)).await.unwrap();
    publish(&*owner, &new, 1, 2).await;
    assert_eq!(positions(&mut frames, 2).await, [(1, 1), (2, 2)]);
    assert_eq!(owner.publish(&[parcel(&old, 4, 4)], Seq(3)).await, Err(FabricError::Fenced));
    let extent = Extent { first: Seq(1), last: Seq(3), messages: 3 };
    assert_eq!(other.extent(&old).await, Ok(extent));
    let extent = Extent { first: Seq(1), last: Seq(2), messages: 2 };
    assert_eq!(other.extent(&new).await, Ok(extent));
}

pub(crate) async fn only_the_owner_publishes(world: &dyn World) {
    let other = world.join(&name("b")).await;
    let refusal = other.publish(&[parcel(&log("a", 1), 1, 1)], Seq(0)).await;
    assert!(matches!(refusal, Err(FabricError::Refused { .. })), "{refusal:?}");
}

pub(crate) async fn a_lost_tail_is_published_again(world: &dyn World) {
    let (owner, other) = (world.join(&name("a")).await, world.join(&name("b")).await);
    let log = log("a", 1);
    let mut frames = other.follow(&log, Seq(0)).await.unwrap();
    publish(&*owner, &log, 1, 10).await;
    positions(&mut frames, 10).await;
    world.lose_tail(&name("a"), 4).await;
    let last = lost(&*owner, &parcel(&log, 11, 11)).await;
    assert_eq!(last, Seq(6));
    publish(&*owner, &log, 7, 12).await;
    assert_eq!(positions(&mut frames, 12).await, [(11, 11), (12, 12)]);
    let extent = Extent { first: Seq(1), last: Seq(12), messages: 12 };
    assert_eq!(other.extent(&log).await, Ok(extent));
}

pub(crate) async fn a_lost_log_is_published_again(world: &dyn World) {
    let (owner, other) = (world.join(&name("a")).await, world.join(&name("b")).await);
    let log = log("a", 1);
    let mut frames = other.follow(&log, Seq(0)).await.unwrap();
    publish(&*owner, &log, 1, 5).await;
    positions(&mut frames, 5).await;
    world.lose_everything().await;
    let last = lost(&*owner, &parcel(&log, 6, 6)).await;
    assert_eq!(last, Seq(0));
    publish(&*owner, &log, 1, 6).await;
    assert_eq!(positions(&mut frames, 6).await, [(6, 6)]);
    let mut whole = other.follow(&log, Seq(0)).await.unwrap();
    assert_eq!(positions(&mut whole, 6).await.len(), 6);
}

/// Publishes the next frame until the hub says that it lost something, and answers where the log ends there.
async fn lost(owner: &dyn acopio_fabric::Fabric, next: &Parcel) -> Seq {
    let mut found = None;
    until("told where the log ends", async || {
        found = match owner.publish(std::slice::from_ref(next), Seq(next.first.0 - 1)).await {
            Err(FabricError::Elsewhere { last }) => Some(last),
            Err(FabricError::InDoubt { .. }) => None,
            other => panic!("{other:?}"),
        };
        found.is_some()
    })
    .await;
    found.unwrap()
}

pub(crate) async fn gaps_are_visible(world: &dyn World) {
    let (owner, other) = (world.join(&name("a")).await, world.join(&name("b")).await);
    let log = log("a", 1);
    publish(&*owner, &log, 1, 6).await;
    world.lose_frame(&log, Seq(3)).await;
    until("extent read", async || other.extent(&log).await.is_ok()).await;
    let extent = Extent { first: Seq(1), last: Seq(6), messages: 5 };
    assert_eq!(other.extent(&log).await, Ok(extent));
    let mut frames = other.follow(&log, Seq(0)).await.unwrap();
    assert_eq!(positions(&mut frames, 6).await, [(1, 1), (2, 2), (4, 4), (5, 5), (6, 6)]);
    let mut frames = other.follow(&log, Seq(2)).await.unwrap();
    assert_eq!(positions(&mut frames, 4).await, [(4, 4)]);
    publish(&*owner, &log, 7, 7).await;
}

pub(crate) async fn a_follower_outlives_the_hub(world: &dyn World) {
    let (owner, other) = (world.join(&name("a")).await, world.join(&name("b")).await);
    let log = log("a", 1);
    let mut frames = other.follow(&log, Seq(0)).await.unwrap();
    let follow = async {
        let mut seen = positions(&mut frames, 50).await;
        world.crash().await;
        seen.extend(positions(&mut frames, 120).await);
        world.crash().await;
        while seen.last() != Some(&(200, 200)) {
            seen.extend(positions(&mut frames, 200).await);
        }
        seen
    };
    let ((), mut seen) = tokio::join!(publish(&*owner, &log, 1, 200), follow);
    seen.dedup();
    assert_eq!(seen, (1..=200).map(|position| (position, position)).collect::<Vec<_>>());
    until("connected", async || owner.link().borrow().connected).await;
}

pub(crate) async fn large_frames_pass_and_too_large_ones_do_not(world: &dyn World) {
    let (owner, other) = (world.join(&name("a")).await, world.join(&name("b")).await);
    let log = log("a", 1);
    let sized = |first, bytes| {
        let parcel = parcel(&log, first, first);
        let mut frame = parcel.frame.to_vec();
        frame.resize(bytes, 7);
        Parcel { frame: Bytes::from(frame), ..parcel }
    };
    let large = sized(1, 4 << 20);
    owner.publish(std::slice::from_ref(&large), Seq(0)).await.unwrap();
    let refusal = owner.publish(&[sized(2, MESSAGE_BYTES_MAX + 1)], Seq(1)).await;
    assert!(matches!(refusal, Err(FabricError::Refused { .. })), "{refusal:?}");
    let mut frames = other.follow(&log, Seq(0)).await.unwrap();
    assert_eq!(next(&mut frames).await, large);
    publish(&*owner, &log, 2, 2).await;
}

pub(crate) async fn a_fenced_log_goes_on_when_its_owner_has_read_why(world: &dyn World) {
    let (owner, other) = (world.join(&name("a")).await, world.join(&name("b")).await);
    let log = log("a", 1);
    publish(&*owner, &log, 1, 3).await;
    assert_eq!(owner.fences().await, Ok(vec![]));
    other.fence(&name("a"), Bytes::from("b takes LON")).await.unwrap();
    other.fence(&name("a"), Bytes::from("b takes MAD")).await.unwrap();
    let fenced = owner.publish(&[parcel(&log, 4, 4)], Seq(3)).await;
    assert_eq!(fenced, Err(FabricError::Fenced));
    let fences = owner.fences().await.unwrap();
    let about: Vec<_> = fences.iter().map(|fence| fence.about.clone()).collect();
    assert_eq!(about, ["b takes LON", "b takes MAD"]);
    owner.pass(&fences[0]);
    let fenced = owner.publish(&[parcel(&log, 4, 4)], Seq(3)).await;
    assert_eq!(fenced, Err(FabricError::Fenced), "it has not read the second one");
    owner.pass(&fences[1]);
    publish(&*owner, &log, 4, 5).await;
    assert_eq!(owner.fences().await, Ok(vec![]));
    let mut frames = other.follow(&log, Seq(0)).await.unwrap();
    assert_eq!(positions(&mut frames, 5).await.len(), 5);
}

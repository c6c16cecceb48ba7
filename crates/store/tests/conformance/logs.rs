//! Many logs in one store: the node's own and copies of others', folded into the same views.

use std::panic::{AssertUnwindSafe, catch_unwind};

use acopio_ledger::Changes;
use acopio_ledger::codec::{Frame, FrameBuilder, Header, decode_frame};
use acopio_ledger::ids::{EntryId, Incarnation, LogId, Seq, Stamp};
use acopio_store::{Faults, LogHead, Store, StoreError};

use crate::ledger::audited;
use crate::world::{World, issue, key, node, product, receive, warehouse};
use crate::{Stores, sound};

/// How often [`pair`] commits to the store of the founder.
const COMMITS: u64 = 8;

/// A founder's node `main` on the store, and a second one, `mad`, which has followed it and written of its own: goods in
/// a warehouse of its own, in turns with the founder.
pub(crate) fn pair(store: Box<dyn Store>) -> (World, World) {
    let mut main = World::founded(store);
    main.run([product("A", "Apron"), product("B", "Bowl")]);
    let mut mad = World::joined("mad", &main);
    mad.run([warehouse("BCN", "Barcelona")]);
    main.now.0 += 1_000;
    for units in 1..6 {
        main.run([receive("LON", "A", units), receive("MAD", "A", units)]);
        mad.run([receive("BCN", "A", units), receive("BCN", "B", 9)]);
    }
    (main, mad)
}

/// Where the logs of both end.
fn heads(world: &World) -> [Option<LogHead>; 2] {
    let heads = world.reader().heads().unwrap();
    assert_eq!(heads, world.store.heads(), "readers and the writer say the same");
    ["mad", "main"].map(|name| heads.get(&node(name)).copied())
}

/// What `mad` has written that is not known to `main`, and what it changes there.
fn news(main: &World, mad: &World) -> (Vec<Frame>, Changes) {
    let news = main.news_of(mad);
    let changes = main.folded(news.iter().flat_map(|(_, records)| records));
    (news.into_iter().map(|(frame, _)| frame).collect(), changes)
}

pub(crate) fn copies_are_what_was_written(stores: Stores<'_>) {
    let (mut main, mad) = pair(sound(stores));
    let own = main.store.head();
    assert_eq!(heads(&main)[0], None);
    main.follow(&mad);
    let of = |head| Some(LogHead { incarnation: Incarnation(1), head });
    assert_eq!(heads(&main), [of(mad.store.head()), of(own)]);
    assert_eq!((main.store.head(), main.reader().head().unwrap()), (own, own), "the own log is not touched");
    for bytes_max in [1, 400, 1 << 20] {
        let (mut after, mut previous) = (Seq(0), [0; 32]);
        while let Some(frame) = main.reader().frames(&node("mad"), after, bytes_max).unwrap().first() {
            let (header, records) = decode_frame(&frame.bytes).unwrap();
            assert_eq!((header.first, header.previous, header.node), (after.plus(1), previous, node("mad")));
            previous = *blake3::hash(&frame.bytes).as_bytes();
            after = after.plus(records.iter().map(|record| record.entries.len() as u64).sum());
        }
        assert_eq!((after, previous), (mad.store.head().seq, mad.store.head().hash));
    }
    let all = |world: &World, name: &str| world.reader().frames(&node(name), Seq(0), usize::MAX).unwrap();
    assert_eq!(all(&main, "mad"), all(&mad, "mad"), "byte by byte");
    assert!(all(&main, "nobody").is_empty());
    assert!(main.reader().frames(&node("mad"), Seq::MAX, 1).unwrap().is_empty());
}

pub(crate) fn views_are_folded_from_all_logs(stores: Stores<'_>) {
    let (mut main, mut mad) = pair(sound(stores));
    let own = main.store.source().balance(&key("LON", "A"));
    main.follow(&mad);
    assert_eq!(main.store.source().balance(&key("LON", "A")), own, "own figures stay");
    let foreign = main.store.source().balance(&key("BCN", "A"));
    assert_eq!(foreign.on_hand, mad.store.source().balance(&key("BCN", "A")).on_hand);
    assert_eq!(foreign.last, Seq(0), "its last movement is none of the own log");
    mad.follow(&main);
    assert_eq!(audited(&*main.store), audited(&*mad.store), "nodes that know the same come to the same");
}

pub(crate) fn position_and_views_are_one(stores: Stores<'_>) {
    let (mut main, mad) = pair(stores(Faults { fail_commit_after: Some(COMMITS) }));
    let before = audited(&*main.store);
    let (frames, changes) = news(&main, &mad);
    let log = mad.store.identity();
    assert!(matches!(main.store.follow(&log, &frames, &changes), Err(StoreError::Database { .. })));
    assert_eq!(audited(&*main.store), before, "neither frames nor views were written");
    assert!(main.reader().frames(&node("mad"), Seq(0), 1).unwrap().is_empty());
    assert!(matches!(main.store.follow(&log, &frames, &changes), Err(StoreError::Poisoned)));
}

/// Whether following stops on an assertion.
fn is_stopped(main: &mut World, log: &LogId, frames: &[Frame]) -> bool {
    catch_unwind(AssertUnwindSafe(|| main.store.follow(log, frames, &Changes::default()))).is_err()
}

/// A frame of one record that nobody has written.
fn forged(main: &World, log: &LogId, stamp: Stamp) -> Frame {
    let head = main.store.heads()[&log.node].head;
    let (node, incarnation, first) = (log.node.clone(), log.incarnation, head.seq.plus(1));
    let mut record = main.store.record(&EntryId { seq: Seq(1), incarnation: Incarnation(1), node }).unwrap();
    record.first = EntryId { node: log.node.clone(), incarnation, seq: first };
    record.stamp = stamp;
    let header = Header { node: log.node.clone(), incarnation, first, stamp, previous: head.hash };
    let mut frame = FrameBuilder::new(header, record.entries.len());
    frame.push(&record);
    frame.seal()
}

pub(crate) fn a_frame_is_followed_once(stores: Stores<'_>) {
    let (mut main, mad) = pair(sound(stores));
    let (frames, _) = news(&main, &mad);
    main.follow(&mad);
    assert!(is_stopped(&mut main, &mad.store.identity(), &frames[frames.len() - 1..]));
}

pub(crate) fn a_gap_is_not_followed(stores: Stores<'_>) {
    let (mut main, mad) = pair(sound(stores));
    let (frames, _) = news(&main, &mad);
    assert!(is_stopped(&mut main, &mad.store.identity(), &frames[1..]));
}

pub(crate) fn stamps_of_a_copy_rise(stores: Stores<'_>) {
    let (mut main, mad) = pair(sound(stores));
    main.follow(&mad);
    let log = mad.store.identity();
    let frame = forged(&main, &log, mad.store.head().stamp);
    assert!(is_stopped(&mut main, &log, &[frame]));
}

pub(crate) fn a_lost_log_is_got_back_and_goes_on_in_the_next_incarnation(stores: Stores<'_>) {
    let (mut main, _) = pair(sound(stores));
    let (log, end) = (main.store.identity(), main.store.head());
    let frame = forged(&main, &log, end.stamp.plus(1));
    let there = end.seq.plus(frame.entries);
    main.store.follow(&log, &[frame], &Changes::default()).unwrap();
    assert_eq!((main.store.head().seq, main.store.identity()), (there, log.clone()));
    main.store.begin_next_life().unwrap();
    let next = LogId { incarnation: Incarnation(log.incarnation.0 + 1), ..log };
    assert_eq!(main.store.identity(), next);
    main.store.begin_next_life().unwrap();
    assert_eq!(main.store.identity().incarnation, Incarnation(next.incarnation.0 + 1), "and once more");
    let frame = forged(&main, &main.store.identity(), main.store.head().stamp.plus(1));
    main.store.commit(&[frame], &Changes::default()).unwrap();
    let id = EntryId { node: next.node, incarnation: main.store.identity().incarnation, seq: there.plus(1) };
    assert!(main.store.record(&id).is_ok());
}

pub(crate) fn a_copy_goes_on_in_the_next_incarnation_for_good(stores: Stores<'_>) {
    let (mut main, mad) = pair(sound(stores));
    main.follow(&mad);
    let end = mad.store.head();
    let third = LogId { incarnation: Incarnation(3), ..mad.store.identity() };
    let frame = forged(&main, &third, end.stamp.plus(1));
    let changes = Changes::default();
    main.store.follow(&third, &[frame], &changes).unwrap();
    assert_eq!(heads(&main)[0].unwrap().incarnation, Incarnation(3));
    let id = |incarnation| EntryId { node: node("mad"), incarnation, seq: end.seq.plus(1) };
    assert!(main.store.record(&id(Incarnation(3))).is_ok());
    assert!(main.store.record(&id(Incarnation(1))).is_err(), "the first incarnation has ended before");
    let second = LogId { incarnation: Incarnation(2), ..third };
    let frame = forged(&main, &second, end.stamp.plus(100));
    assert!(is_stopped(&mut main, &second, &[frame]));
}

pub(crate) fn commands_are_known_from_every_log(stores: Stores<'_>) {
    let (mut main, mut mad) = pair(sound(stores));
    let done = mad.run([issue("BCN", "A", 1)]).remove(0);
    assert_eq!(main.store.source().command(&done.command), None);
    assert_eq!(main.store.reader().outcome(&done.command).unwrap(), None);
    main.follow(&mad);
    assert_eq!(main.store.source().command(&done.command), Some(done.first.clone()));
    assert_eq!(main.store.record(&done.first).unwrap(), done);
    let (moved, _) = main.store.source().movement(&done.first).unwrap();
    assert_eq!(moved.key, key("BCN", "A"));
}

pub(crate) fn the_own_answer_counts_where_both_have_decided(stores: Stores<'_>) {
    let (mut main, mut mad) = pair(sound(stores));
    for world in [&mut main, &mut mad] {
        (world.twice, world.keys) = (true, 1_000);
    }
    let (here, there) = (main.run([product("C", "Cup")]), mad.run([product("C", "Copa")]));
    assert_eq!(here[0].command, there[0].command);
    main.follow(&mad);
    mad.follow(&main);
    for (world, own) in [(&main, &here), (&mad, &there)] {
        assert_eq!(world.store.source().command(&own[0].command), Some(own[0].first.clone()));
    }
}

pub(crate) fn rebuilt_views_of_many_logs_are_the_same(stores: Stores<'_>) {
    let (mut main, mad) = pair(sound(stores));
    main.follow(&mad);
    let before = audited(&*main.store);
    main.store.drop_views().unwrap();
    for name in ["mad", "main"] {
        for frame in main.reader().frames(&node(name), Seq(0), usize::MAX).unwrap() {
            let changes = main.folded(&decode_frame(&frame.bytes).unwrap().1);
            main.store.refold(&node(name), &changes).unwrap();
        }
    }
    main.store.end_refold().unwrap();
    assert_eq!(audited(&*main.store), before);
}

//! Names on the server, and how a frame lies in a message.
//!
//! Names of nodes are lower-case letters, digits and `-`, so they are safe in subjects and in names of streams.

use acopio_ledger::codec;
use acopio_ledger::ids::{Incarnation, LogId, Seq};
use acopio_ledger::names::NodeName;
use async_nats::HeaderMap;
use async_nats::jetstream::message::PublishMessage;
use bytes::{Buf, BufMut, Bytes, BytesMut};

use crate::Parcel;

/// The queue of all letters.
pub(super) const LETTERS: &str = "CMD";

/// All letters.
pub(super) const ALL_LETTERS: &str = "cmd.*";

/// All announcements.
pub(super) const ALL_PRESENCES: &str = "pres.*";

const FIRST: &str = "Acopio-First";
const LAST: &str = "Acopio-Last";

pub(super) fn log_stream(node: &NodeName) -> String {
    format!("LOG_{node}")
}

/// One subject for each life of a log, so that the server counts and finds the frames of each.
pub(super) fn log_subject(log: &LogId) -> String {
    format!("log.{}.{}", log.node, log.incarnation)
}

/// Every life of a node's log.
pub(super) fn log_subjects(node: &NodeName) -> String {
    format!("log.{node}.*")
}

pub(super) fn fence_subject(node: &NodeName) -> String {
    format!("fence.{node}")
}

pub(super) fn letter_subject(node: &NodeName) -> String {
    format!("cmd.{node}")
}

pub(super) fn call_subject(node: &NodeName) -> String {
    format!("svc.{node}")
}

pub(super) fn presence_subject(node: &NodeName) -> String {
    format!("pres.{node}")
}

/// What all of a node's inboxes begin with: nobody else may listen there.
pub(super) fn inbox_prefix(node: &NodeName) -> String {
    format!("_INBOX_{node}")
}

/// The node in the second place of a subject.
pub(super) fn node_of(subject: &str) -> Option<NodeName> {
    NodeName::new(subject.split('.').nth(1)?).ok()
}

fn log_of(subject: &str) -> Option<LogId> {
    let mut parts = subject.strip_prefix("log.")?.split('.');
    let node = NodeName::new(parts.next()?).ok()?;
    let incarnation = Incarnation(parts.next()?.parse().ok()?);
    Some(LogId { node, incarnation })
}

/// The message of frames that follow one another: each with its length before it. The server takes it only if its stream
/// ends at `after_sequence`.
pub(super) fn message(parcels: &[Parcel], after_sequence: u64) -> PublishMessage {
    let (first, last) = ends(parcels);
    let mut payload = BytesMut::new();
    for parcel in parcels {
        payload.put_u32(u32::try_from(parcel.frame.len()).expect("a message is smaller than that"));
        payload.put_slice(&parcel.frame);
    }
    PublishMessage::build()
        .header(FIRST, first.to_string().as_str())
        .header(LAST, last.to_string().as_str())
        // Both ends: another selection that begins at the same frame is another message.
        .message_id(format!("{}:{first}-{last}", parcels[0].log))
        .expected_last_sequence(after_sequence)
        .payload(payload.freeze())
}

/// From where to where frames that follow one another go.
///
/// # Panics
///
/// When there are none.
pub(super) fn ends(parcels: &[Parcel]) -> (Seq, Seq) {
    let (Some(first), Some(last)) = (parcels.first(), parcels.last()) else { panic!("there are none") };
    (first.first, last.last)
}

/// The frames in a message; nothing when someone else put it there: what each frame itself says of its log and its place
/// must be what the message says, and they must follow one another.
pub(super) fn parcels(subject: &str, headers: Option<&HeaderMap>, mut payload: Bytes) -> Option<Vec<Parcel>> {
    let position = |name: &str| Some(Seq(headers?.get(name)?.as_str().parse().ok()?));
    let (log, mut next, mut parcels) = (log_of(subject)?, position(FIRST)?, Vec::new());
    while payload.has_remaining() {
        let length = usize::try_from(payload.try_get_u32().ok()?).ok()?;
        if payload.remaining() < length {
            return None;
        }
        let parcel = parcel(payload.split_to(length))?;
        if parcel.log != log || parcel.first != next {
            return None;
        }
        next = parcel.last.plus(1);
        parcels.push(parcel);
    }
    (parcels.last()?.last == position(LAST)?).then_some(parcels)
}

fn parcel(frame: Bytes) -> Option<Parcel> {
    let (header, entries) = codec::read_header(&frame).ok()?;
    let log = LogId { node: header.node, incarnation: header.incarnation };
    let (first, last) = (header.first, header.first.plus(u64::from(entries).checked_sub(1)?));
    Some(Parcel { log, first, last, frame })
}

//! Names on the server, and how a frame lies in a message.
//!
//! Names of nodes are lower-case letters, digits and `-`, so they are safe in subjects and in names of streams.

use acopio_ledger::codec;
use acopio_ledger::ids::{Incarnation, LogId, Seq};
use acopio_ledger::names::NodeName;
use async_nats::HeaderMap;
use async_nats::jetstream::message::PublishMessage;
use bytes::Bytes;

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

/// The message of a frame. The server takes it only if its stream ends at `after_sequence`.
pub(super) fn message(parcel: &Parcel, after_sequence: u64) -> PublishMessage {
    PublishMessage::build()
        .header(FIRST, parcel.first.to_string().as_str())
        .header(LAST, parcel.last.to_string().as_str())
        .message_id(format!("{}:{}", parcel.log, parcel.first))
        .expected_last_sequence(after_sequence)
        .payload(parcel.frame.clone())
}

/// The frame in a message; nothing when someone else put it there: what the frame itself says of its log and its place
/// must be what the message says.
pub(super) fn parcel(subject: &str, headers: Option<&HeaderMap>, frame: Bytes) -> Option<Parcel> {
    let position = |name: &str| Some(Seq(headers?.get(name)?.as_str().parse().ok()?));
    let (header, entries) = codec::read_header(&frame).ok()?;
    let log = LogId { node: header.node, incarnation: header.incarnation };
    let (first, last) = (header.first, header.first.plus(u64::from(entries) - 1));
    let is_said = log_of(subject)? == log && position(FIRST)? == first && position(LAST)? == last;
    is_said.then_some(Parcel { log, first, last, frame })
}

//! Publishing a node's own log and finding positions in any. What the server says of sequences is a hint: positions are
//! read from the frames.

use std::error::Error;
use std::sync::atomic::Ordering;
use std::time::Duration;

use acopio_ledger::ids::{Incarnation, LogId, Seq};
use acopio_ledger::names::NodeName;
use async_nats::jetstream::context::{CreateStreamError, CreateStreamErrorKind, PublishErrorKind};
use async_nats::jetstream::message::{PublishMessage, StreamMessage};
use async_nats::jetstream::stream::{
    Config, DiscardPolicy, InfoError, LastRawMessageErrorKind, RetentionPolicy, StorageType, Stream,
};
use async_nats::jetstream::{self, ErrorCode};
use bytes::Bytes;
use futures_util::TryStreamExt;

use super::connection::{Shared, in_doubt};
use super::wire;
use crate::{Extent, FabricError, Fence, Parcel};

/// How long the server remembers ids of messages.
pub(super) const DUPLICATE_WINDOW: Duration = Duration::from_secs(120);

/// How many messages that are no frames are passed over before the end of a log, or before its next frame.
const PASSED_OVER_MAX: u64 = 10_000;

/// How often a frame is tried when the end of the log there is not where it was a moment ago.
const ATTEMPTS_MAX: usize = 3;

/// Where a log ends on the server.
#[derive(Clone, Debug)]
pub(super) struct Tail {
    log: LogId,
    last: Seq,
    /// The last sequence of the whole stream.
    sequence: u64,
    /// A fence, or a later life of the log, stands behind it.
    is_ended: bool,
}

impl Shared {
    pub(super) async fn publish(&self, parcels: &[Parcel], after: Seq) -> Result<(), FabricError> {
        self.ready()?;
        let (log, last) = (&parcels[0].log, wire::ends(parcels).1);
        let mut known = self.tail.lock().await;
        for _ in 0..ATTEMPTS_MAX {
            let tail = match known.take() {
                Some(tail) if tail.log == *log && tail.last == after => tail,
                _ => self.read_tail(log).await?,
            };
            if tail.last != after || tail.is_ended {
                return self.explain(parcels, &tail).await;
            }
            let sent =
                self.jetstream.send_publish(wire::log_subject(log), wire::message(parcels, tail.sequence));
            let acknowledged = async { sent.await?.await };
            match acknowledged.await {
                // It lies somewhere before the end: where that is must be read again.
                Ok(ack) if ack.duplicate => return Ok(()),
                Ok(ack) => {
                    *known = Some(Tail { last, sequence: ack.sequence, ..tail });
                    return Ok(());
                }
                Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => {}
                Err(error) if error.kind() == PublishErrorKind::StreamNotFound => {
                    self.make_log_stream().await?;
                }
                Err(error) => return Err(in_doubt(error)),
            }
        }
        Err(in_doubt("the end of the log moves"))
    }

    /// Why the frames cannot follow upon that end, unless they are there already.
    async fn explain(&self, parcels: &[Parcel], tail: &Tail) -> Result<(), FabricError> {
        let (first, last) = wire::ends(parcels);
        if last <= tail.last {
            let found = self.locate(&parcels[0].log, Seq(first.0 - 1)).await?;
            if found.is_some_and(|found| found.parcels.iter().any(|there| there.first == first)) {
                return Ok(());
            }
        }
        if tail.is_ended { Err(FabricError::Fenced) } else { Err(FabricError::Elsewhere { last: tail.last }) }
    }

    async fn read_tail(&self, log: &LogId) -> Result<Tail, FabricError> {
        let stream = self.log_stream(log).await?;
        let info = match stream.get_info().await {
            Ok(info) => info,
            Err(error) if is_missing(&error) => {
                self.make_log_stream().await?;
                stream.get_info().await.map_err(in_doubt)?
            }
            Err(error) => return Err(in_doubt(error)),
        };
        // Whatever is appended between these readings makes the sequence wrong, and the frame is refused.
        let last = last_frame(&stream, &wire::log_subject(log)).await?;
        let newest = last_of(&stream, &wire::log_subjects(&log.node)).await?;
        let fence = last_of(&stream, &wire::fence_subject(&log.node)).await?;
        let sequence =
            |message: &Option<StreamMessage>| message.as_ref().map_or(0, |message| message.sequence);
        let later = newest.as_ref().and_then(found).map(|found| found.parcels[0].log.incarnation);
        Ok(Tail {
            log: log.clone(),
            last: last.map_or(Seq(0), |found| found.last()),
            sequence: info.state.last_sequence,
            is_ended: self.passed.load(Ordering::SeqCst).max(sequence(&newest)) < sequence(&fence)
                || later.is_some_and(|later| log.incarnation < later),
        })
    }

    pub(super) async fn fence(&self, node: &NodeName, about: Bytes) -> Result<(), FabricError> {
        self.ready()?;
        let message = PublishMessage::build().payload(about);
        let sent = self.jetstream.send_publish(wire::fence_subject(node), message);
        let acknowledged = async { sent.await?.await };
        acknowledged.await.map(|_| ()).map_err(in_doubt)
    }

    /// The fences behind the own log that were not passed. A frame behind one says that it was.
    pub(super) async fn fences(&self) -> Result<Vec<Fence>, FabricError> {
        self.ready()?;
        let log = LogId { node: self.node.clone(), incarnation: Incarnation(1) };
        let stream = self.log_stream(&log).await?;
        let newest = last_of(&stream, &wire::log_subjects(&self.node)).await?;
        let newest = newest.map_or(0, |message| message.sequence);
        let mut after = self.passed.load(Ordering::SeqCst).max(newest);
        let mut fences = Vec::new();
        while let Some(message) = first_of(&stream, &wire::fence_subject(&self.node), after + 1).await? {
            after = message.sequence;
            fences.push(Fence { number: message.sequence, about: message.payload });
        }
        Ok(fences)
    }

    pub(super) async fn extent(&self, log: &LogId) -> Result<Extent, FabricError> {
        self.ready()?;
        let stream = self.log_stream(log).await?;
        let subject = wire::log_subject(log);
        let counted = match stream.info_with_subjects(&subject).await {
            Ok(counted) => counted,
            Err(error) if is_missing(&error) => return Ok(Extent::default()),
            Err(error) => return Err(in_doubt(error)),
        };
        let counts: Vec<(String, usize)> = counted.try_collect().await.map_err(in_doubt)?;
        let (Some(first), Some(last)) =
            (first_frame(&stream, &subject, 1).await?, last_frame(&stream, &subject).await?)
        else {
            return Ok(Extent::default());
        };
        let messages = counts.iter().map(|(_, count)| *count as u64).sum();
        Ok(Extent { first: first.parcels[0].first, last: last.last(), messages })
    }

    /// The first message of frames that ends behind a position; nothing when there is none yet.
    pub(super) async fn locate(&self, log: &LogId, after: Seq) -> Result<Option<Found>, FabricError> {
        let stream = self.log_stream(log).await?;
        let subject = wire::log_subject(log);
        let is_behind = |found: &Found| after < found.last();
        let next = async |sequence| first_frame(&stream, &subject, sequence).await;
        let last = last_frame(&stream, &subject).await?;
        let Some(mut best) = last.filter(is_behind) else { return Ok(None) };
        let Some(first) = next(1).await? else { return Ok(None) };
        if is_behind(&first) {
            return Ok(Some(first));
        }
        let (mut low, mut high) = (first.sequence + 1, best.sequence);
        while low < high {
            let middle = low + (high - low) / 2;
            match next(middle).await? {
                Some(found) if !is_behind(&found) => low = found.sequence + 1,
                Some(found) => {
                    best = found;
                    high = middle;
                }
                None => high = middle, // It was lost meanwhile.
            }
        }
        Ok(Some(best))
    }

    pub(super) async fn log_stream(&self, log: &LogId) -> Result<Stream<()>, FabricError> {
        self.jetstream.get_stream_no_info(wire::log_stream(&log.node)).await.map_err(in_doubt)
    }

    async fn make_log_stream(&self) -> Result<(), FabricError> {
        let node = &self.node;
        let subjects = vec![wire::log_subjects(node), wire::fence_subject(node)];
        self.make_stream(Config { name: wire::log_stream(node), subjects, ..Config::default() }).await
    }

    /// Makes a stream with what all have in common; one that is there already stays as it is.
    pub(super) async fn make_stream(&self, config: Config) -> Result<(), FabricError> {
        let config = Config {
            retention: config.retention,
            discard: DiscardPolicy::Old,
            storage: StorageType::File,
            num_replicas: self.replicas(),
            duplicate_window: DUPLICATE_WINDOW,
            deny_delete: true,
            deny_purge: config.retention == RetentionPolicy::Limits,
            allow_direct: true,
            ..config
        };
        created(self.jetstream.create_stream(config).await)
    }
}

/// Whether a stream is there now: made just then, or before.
pub(super) fn created(answer: Result<Stream, CreateStreamError>) -> Result<(), FabricError> {
    match answer {
        Ok(_) => Ok(()),
        Err(error) => match error.kind() {
            CreateStreamErrorKind::JetStream(cause) if cause.error_code() == ErrorCode::STREAM_NAME_EXIST => {
                Ok(())
            }
            _ => Err(in_doubt(error)),
        },
    }
}

/// Frames of one message, and where it lies on the server.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) sequence: u64,
    /// At least one.
    pub(super) parcels: Vec<Parcel>,
}

impl Found {
    fn last(&self) -> Seq {
        wire::ends(&self.parcels).1
    }
}

fn found(message: &StreamMessage) -> Option<Found> {
    let parcels = wire::parcels(&message.subject, Some(&message.headers), message.payload.clone())?;
    Some(Found { sequence: message.sequence, parcels })
}

/// Whether the server says that there is no such stream.
pub(super) fn is_missing(error: &InfoError) -> bool {
    let cause = error.source().and_then(|cause| cause.downcast_ref::<jetstream::Error>());
    cause.is_some_and(|cause| cause.error_code() == ErrorCode::STREAM_NOT_FOUND)
}

/// The last message of a subject, as the stream's leader knows it.
pub(super) async fn last_of(
    stream: &Stream<()>,
    subject: &str,
) -> Result<Option<StreamMessage>, FabricError> {
    maybe(stream.get_last_raw_message_by_subject(subject).await)
}

/// The first message of a subject from a sequence on, as the stream's leader knows it.
async fn first_of(
    stream: &Stream<()>,
    subject: &str,
    sequence: u64,
) -> Result<Option<StreamMessage>, FabricError> {
    maybe(stream.get_first_raw_message_by_subject(subject, sequence).await)
}

/// The first frame of a subject from a sequence on. What is no frame is passed over.
async fn first_frame(
    stream: &Stream<()>,
    subject: &str,
    mut sequence: u64,
) -> Result<Option<Found>, FabricError> {
    for _ in 0..PASSED_OVER_MAX {
        let Some(message) = first_of(stream, subject, sequence).await? else { return Ok(None) };
        if let Some(found) = found(&message) {
            return Ok(Some(found));
        }
        sequence = message.sequence + 1;
    }
    Err(in_doubt("too much in the log is not a frame"))
}

/// The last frame of a subject. What is no frame is passed over, backwards.
async fn last_frame(stream: &Stream<()>, subject: &str) -> Result<Option<Found>, FabricError> {
    let Some(mut message) = last_of(stream, subject).await? else { return Ok(None) };
    let (end, mut sequence) = (message.sequence, message.sequence);
    while message.subject.as_str() != subject || found(&message).is_none() {
        message = loop {
            sequence -= 1;
            if sequence == 0 {
                return Ok(None);
            }
            if PASSED_OVER_MAX < end - sequence {
                return Err(in_doubt("too much behind the log is not a frame"));
            }
            // One that was lost leaves a hole.
            if let Some(before) = maybe(stream.get_raw_message(sequence).await)? {
                break before;
            }
        };
    }
    Ok(found(&message))
}

fn maybe(
    message: Result<StreamMessage, async_nats::jetstream::stream::LastRawMessageError>,
) -> Result<Option<StreamMessage>, FabricError> {
    match message {
        Ok(message) => Ok(Some(message)),
        Err(error) => match error.kind() {
            LastRawMessageErrorKind::NoMessageFound => Ok(None),
            LastRawMessageErrorKind::JetStream(cause)
                if cause.error_code() == ErrorCode::STREAM_NOT_FOUND =>
            {
                Ok(None)
            }
            _ => Err(in_doubt(error)),
        },
    }
}

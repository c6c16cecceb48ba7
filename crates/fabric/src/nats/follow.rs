//! Following a log: an ordered consumer that is made anew, by position, whenever anything looks wrong.
//!
//! A consumer alone is not enough: after its stream was lost and made again it waits for ever for a sequence that is
//! far away, and after a lost quorum it can stay mute for long.

use std::sync::Arc;
use std::time::Duration;

use acopio_ledger::ids::{LogId, Seq};
use async_nats::jetstream;
use async_nats::jetstream::consumer::{AckPolicy, DeliverPolicy, pull};
use futures_util::StreamExt;
use tokio::sync::mpsc;
use tokio::time::{sleep, timeout};

use super::connection::{Shared, in_doubt};
use super::wire;
use crate::{FabricError, Parcel};

/// How many frames wait for a slow reader.
const FRAMES_MAX: usize = 32;

/// How many bytes one request fetches at most. A single frame is always less.
const FETCH_BYTES_MAX: usize = 16 << 20;

/// How long one request waits for frames.
const FETCH_EXPIRES: Duration = Duration::from_secs(2);

/// How often the server says that such a request is alive.
const FETCH_HEARTBEAT: Duration = Duration::from_millis(900);

/// After this long without a frame it is asked whether there are any.
const QUIET: Duration = Duration::from_secs(3);

/// How long the server keeps a consumer that nobody asks.
const CONSUMER_KEPT: Duration = Duration::from_secs(30);

/// How long it waits before it begins again after an error.
const PAUSE: Duration = Duration::from_millis(250);

/// Follows a log from its own task, which ends when the receiver is dropped.
pub(super) fn follow(shared: &Arc<Shared>, log: &LogId, after: Seq) -> mpsc::Receiver<Parcel> {
    let (sender, receiver) = mpsc::channel(FRAMES_MAX);
    let follower = Follower { shared: Arc::clone(shared), log: log.clone(), after, sender };
    tokio::spawn(follower.run());
    receiver
}

struct Follower {
    shared: Arc<Shared>,
    log: LogId,
    after: Seq,
    sender: mpsc::Sender<Parcel>,
}

impl Follower {
    async fn run(mut self) {
        let sender = self.sender.clone();
        tokio::select! {
            () = sender.closed() => {}
            () = self.follow_for_ever() => {}
        }
    }

    async fn follow_for_ever(&mut self) {
        loop {
            let Err(error) = self.follow_until_wrong().await;
            tracing::debug!(log = %self.log, after = %self.after, %error, "following begins again");
            sleep(PAUSE).await;
        }
    }

    async fn follow_until_wrong(&mut self) -> Result<std::convert::Infallible, FabricError> {
        self.shared.ready()?;
        let mut connections = self.shared.state.connections.subscribe();
        connections.mark_unchanged();
        let stream = self.shared.log_stream(&self.log).await?;
        let info = stream.get_info().await.map_err(in_doubt)?;
        let next = self.shared.locate(&self.log, self.after).await?;
        let start = next.map_or(info.state.last_sequence + 1, |found| found.sequence);
        let consumer = stream.create_consumer(self.consumer(start)).await.map_err(in_doubt)?;
        let mut messages = consumer
            .stream()
            .max_bytes_per_batch(FETCH_BYTES_MAX)
            .expires(FETCH_EXPIRES)
            .heartbeat(FETCH_HEARTBEAT)
            .messages()
            .await
            .map_err(in_doubt)?;
        let mut delivered = 0;
        loop {
            let message = tokio::select! {
                message = timeout(QUIET, messages.next()) => message,
                _ = connections.changed() => return Err(in_doubt("connected again")),
            };
            match message {
                Ok(Some(message)) => {
                    let message = message.map_err(in_doubt)?;
                    delivered += 1;
                    self.take(message, delivered).await?;
                }
                Ok(None) => return Err(in_doubt("the consumer ended")),
                Err(_) => {
                    let now = stream.get_info().await.map_err(in_doubt)?;
                    let is_anew = now.created != info.created;
                    if is_anew || self.shared.locate(&self.log, self.after).await?.is_some() {
                        return Err(in_doubt("the consumer is mute"));
                    }
                }
            }
        }
    }

    /// Hands on frames, unless the consumer lost one before it.
    async fn take(&mut self, message: jetstream::Message, delivered: u64) -> Result<(), FabricError> {
        let consumer_sequence = message.info().map_err(in_doubt)?.consumer_sequence;
        if consumer_sequence != delivered {
            return Err(in_doubt("a message was lost on its way"));
        }
        let (message, _) = message.split();
        let Some(parcels) = wire::parcels(&message.subject, message.headers.as_ref(), message.payload) else {
            tracing::warn!(log = %self.log, "a message in the log has no frames: left out");
            return Ok(());
        };
        for parcel in parcels {
            if self.after < parcel.last {
                self.after = parcel.last;
                // An error says that the reader is gone, which ends this task.
                let _ = self.sender.send(parcel).await;
            }
        }
        Ok(())
    }

    fn consumer(&self, start_sequence: u64) -> pull::Config {
        let distinct = getrandom::u64().unwrap_or_default();
        pull::Config {
            name: Some(format!("{}-{distinct:016x}", self.shared.node)),
            filter_subject: wire::log_subject(&self.log),
            deliver_policy: DeliverPolicy::ByStartSequence { start_sequence },
            ack_policy: AckPolicy::None,
            max_expires: FETCH_EXPIRES,
            inactive_threshold: CONSUMER_KEPT,
            num_replicas: 1,
            memory_storage: true,
            ..pull::Config::default()
        }
    }
}

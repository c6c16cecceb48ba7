//! The queue of letters: one for all nodes, one consumer for each, one letter at a time.

use std::sync::Arc;
use std::time::Duration;

use async_nats::Subscriber;
use async_nats::jetstream::consumer::{AckPolicy, push};
use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{Config, RetentionPolicy};
use async_nats::jetstream::{self, AckKind};
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

use acopio_ledger::names::NodeName;

use super::connection::{Shared, in_doubt};
use super::wire;
use crate::{FabricError, Letter};

/// How long a letter may be silent in the hands of its node before it comes again.
const ACK_WAIT: Duration = Duration::from_secs(10);

/// How often it is said that a letter is being worked on.
const PROGRESS: Duration = Duration::from_secs(3);

/// How long a letter that was not done rests before it comes again.
const LETTER_PAUSE: Duration = Duration::from_millis(50);

/// After this long without a letter it is looked whether the consumer is still there.
const QUIET: Duration = Duration::from_secs(3);

/// How long it waits before it begins again after an error.
const PAUSE: Duration = Duration::from_millis(250);

impl Shared {
    pub(super) async fn send(&self, to: &NodeName, id: &str, body: Bytes) -> Result<(), FabricError> {
        self.ready()?;
        let message = || PublishMessage::build().message_id(format!("{to}:{id}")).payload(body.clone());
        let put = async || self.jetstream.send_publish(wire::letter_subject(to), message()).await?.await;
        match put().await {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == PublishErrorKind::StreamNotFound => {
                self.make_queue().await?;
                put().await.map(|_| ()).map_err(in_doubt)
            }
            Err(error) => Err(in_doubt(error)),
        }
    }

    async fn make_queue(&self) -> Result<(), FabricError> {
        self.make_stream(Config {
            name: wire::LETTERS.into(),
            subjects: vec![wire::ALL_LETTERS.into()],
            retention: RetentionPolicy::WorkQueue,
            ..Config::default()
        })
        .await
    }
}

/// Takes letters in its own task, which ends when the receiver is dropped.
pub(super) async fn take(shared: &Arc<Shared>) -> Result<mpsc::Receiver<Letter>, FabricError> {
    let deliver_subject = format!("{}.letters", wire::inbox_prefix(&shared.node));
    let arriving = shared.client.subscribe(deliver_subject.clone()).await.map_err(in_doubt)?;
    let (sender, receiver) = mpsc::channel(1);
    let taker = Taker { shared: Arc::clone(shared), deliver_subject, arriving, sender, last_done: None };
    tokio::spawn(taker.run());
    Ok(receiver)
}

struct Taker {
    shared: Arc<Shared>,
    deliver_subject: String,
    arriving: Subscriber,
    sender: mpsc::Sender<Letter>,
    /// Which letter was done last, by its place and time in the queue.
    last_done: Option<(u64, i128)>,
}

impl Taker {
    async fn run(mut self) {
        loop {
            if let Err(error) = self.make_consumer().await {
                tracing::debug!(%error, "cannot take letters");
            }
            if self.take_until_quiet().await.is_none() {
                return;
            }
        }
    }

    /// Hands on letters until there is a reason to look at the consumer again; nothing when the reader is gone.
    async fn take_until_quiet(&mut self) -> Option<()> {
        let mut connections = self.shared.state.connections.subscribe();
        connections.mark_unchanged();
        let wait = if self.shared.ready().is_ok() { QUIET } else { PAUSE };
        loop {
            let message = tokio::select! {
                message = timeout(wait, self.arriving.next()) => message,
                _ = connections.changed() => return Some(()),
                () = self.sender.closed() => return None,
            };
            let Ok(message) = message else { return Some(()) };
            let message = jetstream::Message { message: message?, context: self.shared.jetstream.clone() };
            self.hand_on(message).await?;
        }
    }

    async fn hand_on(&mut self, message: jetstream::Message) -> Option<()> {
        let Ok(info) = message.info() else { return Some(()) };
        let place = (info.stream_sequence, info.published.unix_timestamp_nanos());
        let deliveries = info.delivered.max(1) as u64;
        if self.last_done == Some(place) {
            self.acknowledge(&message).await;
            return Some(());
        }
        let (done, is_done) = oneshot::channel();
        let body = message.payload.clone();
        self.sender.send(Letter { body, deliveries, done }).await.ok()?;
        if is_done_in_time(&message, is_done).await {
            self.last_done = Some(place);
            self.acknowledge(&message).await;
        } else if let Err(error) = message.ack_with(AckKind::Nak(Some(LETTER_PAUSE))).await {
            tracing::debug!(error, "a letter comes again later");
        }
        Some(())
    }

    /// Until the server has confirmed it the letter lies there still, and comes again.
    async fn acknowledge(&self, message: &jetstream::Message) {
        if let Err(error) = message.double_ack().await {
            tracing::debug!(error, "a letter that is done comes again");
        }
    }

    async fn make_consumer(&self) -> Result<(), FabricError> {
        self.shared.ready()?;
        let queue = self.shared.jetstream.get_stream_no_info(wire::LETTERS).await.map_err(in_doubt)?;
        let name = self.shared.node.as_str();
        if queue.consumer_info(name).await.is_ok() {
            return Ok(());
        }
        let config = push::Config {
            durable_name: Some(name.to_owned()),
            deliver_subject: self.deliver_subject.clone(),
            filter_subject: wire::letter_subject(&self.shared.node),
            ack_policy: AckPolicy::Explicit,
            ack_wait: ACK_WAIT,
            max_ack_pending: 1,
            ..push::Config::default()
        };
        if queue.create_consumer(config.clone()).await.is_err() {
            self.shared.make_queue().await?;
            queue.create_consumer(config).await.map_err(in_doubt)?;
        }
        Ok(())
    }
}

/// Waits until the letter is done or given up, and says meanwhile that it is being worked on.
async fn is_done_in_time(message: &jetstream::Message, mut is_done: oneshot::Receiver<()>) -> bool {
    loop {
        tokio::select! {
            done = &mut is_done => return done.is_ok(),
            () = sleep(PROGRESS) => {
                // Lost, it comes again: the same may be done twice anyway.
                let _ = message.ack_with(AckKind::Progress).await;
            }
        }
    }
}

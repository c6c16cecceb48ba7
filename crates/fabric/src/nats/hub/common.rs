//! The list of nodes that the members of a hub have in common: the last message of a stream that all of them keep.

use async_nats::jetstream::context::PublishErrorKind;
use async_nats::jetstream::message::PublishMessage;
use async_nats::jetstream::stream::{Config, DiscardPolicy, StorageType};
use async_nats::jetstream::{self};

use super::super::connection::in_doubt;
use super::super::log::{created, last_of};
use super::members::MEMBERS;
use super::registry::Registry;
use crate::FabricError;

const STREAM: &str = "HUB";
const SUBJECT: &str = "hub.nodes";

pub(super) struct Common {
    jetstream: jetstream::Context,
}

/// What was found, and its place in the stream.
pub(super) struct Found {
    pub(super) registry: Registry,
    /// 0 when there was nothing.
    pub(super) place: u64,
}

impl Common {
    pub(super) fn new(jetstream: jetstream::Context) -> Common {
        Common { jetstream }
    }

    /// What most members have; an empty list when there is none.
    ///
    /// # Errors
    ///
    /// When fewer than most of them answer.
    pub(super) async fn read(&self) -> Result<Found, FabricError> {
        let stream = self.jetstream.get_stream_no_info(STREAM).await.map_err(in_doubt)?;
        let Some(message) = last_of(&stream, SUBJECT).await? else {
            return Ok(Found { registry: Registry::default(), place: 0 });
        };
        let registry = serde_json::from_slice(&message.payload).map_err(in_doubt)?;
        Ok(Found { registry, place: message.sequence })
    }

    /// Puts a list in the place of what was found; `false` when another member was quicker. Most members have it then.
    ///
    /// # Errors
    ///
    /// When it is in doubt whether it was put there.
    pub(super) async fn replace(&self, found: &Found, registry: &Registry) -> Result<bool, FabricError> {
        let bytes = serde_json::to_vec(registry).expect("a registry has nothing that JSON lacks");
        let put = async || {
            let message = PublishMessage::build().payload(bytes.clone().into());
            let message = message.expected_last_subject_sequence(found.place);
            self.jetstream.send_publish(SUBJECT, message).await?.await
        };
        let mut done = put().await;
        if done.as_ref().is_err_and(|error| error.kind() == PublishErrorKind::StreamNotFound) {
            created(self.jetstream.create_stream(config()).await)?;
            done = put().await;
        }
        match done {
            Ok(_) => Ok(true),
            Err(error) if error.kind() == PublishErrorKind::WrongLastSequence => Ok(false),
            Err(error) => Err(in_doubt(error)),
        }
    }
}

fn config() -> Config {
    Config {
        name: STREAM.into(),
        subjects: vec![SUBJECT.into()],
        max_messages_per_subject: 1,
        discard: DiscardPolicy::Old,
        storage: StorageType::File,
        num_replicas: MEMBERS,
        deny_delete: true,
        deny_purge: true,
        ..Config::default()
    }
}

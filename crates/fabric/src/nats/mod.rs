//! The fabric on NATS JetStream. Every stream is a copy that its owner can publish again: a hub may lose anything.
//!
//! Each node has a stream `LOG_<node>` of its own; letters wait in one work queue, `CMD`.

mod admission;
mod connection;
mod credentials;
mod follow;
mod hub;
mod join;
mod letters;
mod log;
mod majority;
mod wire;

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use acopio_ledger::ids::{LogId, Seq};
use acopio_ledger::names::NodeName;
use async_nats::{Message, Request, RequestErrorKind};
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use tokio::sync::{oneshot, watch};

pub use self::connection::Address;
use self::connection::{Shared, in_doubt};
pub use self::credentials::Credentials;
pub use self::hub::{Hub, HubError, HubOptions, Membership};
pub use self::join::join;
use self::join::{EXPEL_SUBJECT, READMIT_SUBJECT};
use crate::{
    Call, Extent, Fabric, FabricError, Fence, Frames, Letter, Link, Parcel, Presence, check_parcels,
    check_size, from_channel,
};

/// A hub of NATS servers as one node sees it.
#[derive(Clone, Debug)]
pub struct NatsFabric {
    shared: Arc<Shared>,
}

/// Connects a node that has joined. A hub that cannot be reached is tried for ever: [`Fabric::link`] tells how it goes.
///
/// # Errors
///
/// [`FabricError::Refused`] when the hub is reached and refuses these credentials, or is too old.
pub async fn connect(address: &Address, credentials: &Credentials) -> Result<NatsFabric, FabricError> {
    Ok(NatsFabric { shared: Shared::connect(address, credentials).await? })
}

#[async_trait]
impl Fabric for NatsFabric {
    async fn publish(&self, parcels: &[Parcel], after: Seq) -> Result<(), FabricError> {
        check_parcels(parcels, &self.shared.node)?;
        self.shared.publish(parcels, after).await
    }

    async fn extent(&self, log: &LogId) -> Result<Extent, FabricError> {
        self.shared.extent(log).await
    }

    async fn follow(&self, log: &LogId, after: Seq) -> Result<Frames, FabricError> {
        self.shared.ready()?;
        Ok(from_channel(follow::follow(&self.shared, log, after)))
    }

    async fn fence(&self, node: &NodeName, about: Bytes) -> Result<(), FabricError> {
        check_size(&about)?;
        self.shared.fence(node, about).await
    }

    async fn fences(&self) -> Result<Vec<Fence>, FabricError> {
        self.shared.fences().await
    }

    fn pass(&self, fence: &Fence) {
        self.shared.passed.fetch_max(fence.number, Ordering::SeqCst);
    }

    async fn call(&self, node: &NodeName, request: Bytes, within: Duration) -> Result<Bytes, FabricError> {
        check_size(&request)?;
        self.shared.ready()?;
        let request = Request::new().payload(request).timeout(Some(within));
        match self.shared.client.send_request(wire::call_subject(node), request).await {
            Ok(answer) => Ok(answer.payload),
            Err(error) if error.kind() == RequestErrorKind::NoResponders => {
                Err(FabricError::Absent { node: node.clone() })
            }
            Err(error) => Err(in_doubt(error)),
        }
    }

    async fn calls(&self) -> Result<BoxStream<'static, Call>, FabricError> {
        self.shared.ready()?;
        let subject = wire::call_subject(&self.shared.node);
        let messages = self.shared.client.subscribe(subject).await.map_err(in_doubt)?;
        self.shared.round_trip().await?;
        let client = self.shared.client.clone();
        Ok(messages.map(move |message| call(&client, message)).boxed())
    }

    async fn send(&self, to: &NodeName, id: &str, body: Bytes) -> Result<(), FabricError> {
        check_size(&body)?;
        self.shared.send(to, id, body).await
    }

    async fn letters(&self) -> Result<BoxStream<'static, Letter>, FabricError> {
        self.shared.ready()?;
        Ok(from_channel(letters::take(&self.shared).await?))
    }

    async fn announce(&self, about: Bytes) -> Result<(), FabricError> {
        check_size(&about)?;
        self.shared.ready()?;
        let subject = wire::presence_subject(&self.shared.node);
        self.shared.client.publish(subject, about).await.map_err(in_doubt)
    }

    async fn presences(&self) -> Result<BoxStream<'static, Presence>, FabricError> {
        self.shared.ready()?;
        let messages = self.shared.client.subscribe(wire::ALL_PRESENCES).await.map_err(in_doubt)?;
        self.shared.round_trip().await?;
        let own = self.shared.node.clone();
        let presences = messages.filter_map(move |message| {
            let node = wire::node_of(&message.subject).filter(|node| *node != own);
            std::future::ready(node.map(|node| Presence { node, about: message.payload }))
        });
        Ok(presences.boxed())
    }

    async fn readmit(&self, node: &NodeName) -> Result<(), FabricError> {
        self.shared.ready()?;
        join::ask_about(&self.shared.client, READMIT_SUBJECT, node).await
    }

    async fn expel(&self, node: &NodeName) -> Result<(), FabricError> {
        self.shared.ready()?;
        join::ask_about(&self.shared.client, EXPEL_SUBJECT, node).await
    }

    fn replicas(&self) -> usize {
        self.shared.replicas()
    }

    fn link(&self) -> watch::Receiver<Link> {
        self.shared.state.link.subscribe()
    }
}

/// A call, and a task that sends its answer when there is one.
fn call(client: &async_nats::Client, message: Message) -> Call {
    let (reply, answer) = oneshot::channel::<Bytes>();
    if let Some(asker) = message.reply {
        let client = client.clone();
        tokio::spawn(async move {
            let Ok(answer) = answer.await else { return };
            let sent = match check_size(&answer) {
                Ok(()) => client.publish(asker, answer).await.map_err(in_doubt),
                Err(error) => Err(error),
            };
            if let Err(error) = sent {
                tracing::warn!(%error, "an answer cannot be sent");
            }
        });
    }
    Call { request: message.payload, reply }
}

//! Says again and again what this node is, and hears what the others say.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use acopio_contract::query::NodeState;
use acopio_ledger::names::NodeName;
use futures_util::StreamExt;
use tokio::time::{sleep, timeout};

use super::words::{self, About};
use super::{Cluster, follow, lock};

/// How often a node says what it is.
const EVERY: Duration = Duration::from_secs(1);

/// How long it waits before it listens again after an error.
const PAUSE: Duration = Duration::from_millis(250);

/// Announces for as long as the node works.
pub(super) async fn announce(cluster: Arc<Cluster>) {
    loop {
        if let Err(error) = cluster.fabric.announce(words::encode(&cluster.about())).await {
            tracing::debug!(%error, "the others do not hear this node");
        }
        let was_filling = !cluster.fill.borrow().is_done();
        let filled = async { if was_filling { cluster.until_filled().await } else { pending().await } };
        // That a new node has all of the company's logs is said at once.
        let _ = timeout(EVERY, filled).await;
    }
}

/// Hears for as long as the node works.
pub(super) async fn hear(cluster: Arc<Cluster>) {
    loop {
        match cluster.fabric.presences().await {
            Ok(mut presences) => {
                while let Some(presence) = presences.next().await {
                    match words::decode::<About>(&presence.about) {
                        Ok(about) => cluster.hear(&presence.node, &about).await,
                        Err(reason) => {
                            tracing::warn!(node = %presence.node, reason, "what a node says of itself cannot be read");
                        }
                    }
                }
            }
            Err(error) => tracing::debug!(%error, "the others are not heard"),
        }
        sleep(PAUSE).await;
    }
}

impl Cluster {
    /// What this node says of itself.
    pub(super) fn about(&self) -> About {
        let mut positions = self.positions();
        self.cap(&mut positions);
        About {
            company: Some(self.options.company),
            incarnation: self.core.identity.incarnation.0,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            address: self.options.address.clone(),
            clock: self.now(),
            positions,
            is_filling: !self.fill.borrow().is_done(),
            left: self
                .members()
                .iter()
                .filter(|(_, member)| member.has_left)
                .map(|(node, _)| node.clone())
                .collect(),
            error: self.core.stopped().or_else(|| lock(&self.complaint).clone()),
        }
    }

    /// Takes in what another node says of itself.
    pub(super) async fn hear(self: &Arc<Self>, node: &NodeName, about: &About) {
        if about.company != Some(self.options.company) {
            tracing::warn!(%node, "a node of another company is not listened to");
            return;
        }
        let (note, was) = {
            let (mut members, now) = (self.members(), self.now());
            let was = members.get(node).map_or(NodeState::Down, |member| member.state(now));
            let note = members.hear(node, about, now);
            members.folded(&self.positions());
            (note, was)
        };
        if was != NodeState::Up && !about.is_filling {
            tracing::info!(%node, version = about.version, "a node is up");
        }
        if let Some(note) = note
            && let Err(error) = self.core.keep(vec![note]).await
        {
            tracing::warn!(%node, %error, "the member is not noted: it is noted when it is heard again after a restart");
        }
        for gone in &about.left {
            if let Err(error) = self.has_left(gone).await {
                tracing::warn!(node = %gone, %error, "it is not noted that the node has left");
            }
        }
        self.hear_of_own(node, about.positions.get(self.name())).await;
        self.fill_from(about);
        follow::begin(self);
    }
}

//! The desk of a hub: who asks here is let in, or told why not. Three servers have a desk each, and one list.
//!
//! A change is answered when most of the servers have it. Each desk takes over what the others have changed, and has its
//! own server know it.

use std::io;
use std::time::Duration;

use acopio_ledger::names::NodeName;
use async_nats::jetstream::context::ContextBuilder;
use async_nats::{Client, Message, Subscriber};
use futures_util::StreamExt;
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval};

use super::super::connection::in_doubt;
use super::super::join::{Answer, EXPEL_SUBJECT, JOIN_SUBJECT, READMIT_SUBJECT, Request};
use super::common::{Common, Found};
use super::members::replicas;
use super::registry::Registry;
use super::{NODES_FILE, Site, server};
use crate::FabricError;

/// What is asked at the desk.
const DESK_SUBJECTS: &str = "join.*";

/// All desks of a hub: one of them answers.
const DESKS: &str = "desk";

/// Where a desk says that the list has changed.
const CHANGED_SUBJECT: &str = "hub.changed";

/// How long the servers may take to agree: who asks is answered before it has lost patience.
const AGREEMENT_TIMEOUT: Duration = Duration::from_secs(2);

/// How often a desk looks at the list, should it have missed that it changed.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How often a desk tries to be quicker than the others.
const ATTEMPTS_MAX: usize = 16;

pub(super) struct Desk {
    site: Site,
    /// Who may come in, as far as this server knows.
    registry: Registry,
    client: Client,
    requests: Subscriber,
    changes: Subscriber,
    process: watch::Receiver<Option<u32>>,
    /// The list that the members of a hub have in common; nothing where there is one.
    common: Option<Common>,
    /// Whether the servers agreed when it was tried last.
    is_agreed: bool,
}

impl Desk {
    pub(super) async fn open(
        site: Site,
        registry: Registry,
        client: Client,
        process: watch::Receiver<Option<u32>>,
    ) -> io::Result<Desk> {
        let requests = client.queue_subscribe(DESK_SUBJECTS, DESKS.into()).await.map_err(io::Error::other)?;
        let changes = client.subscribe(CHANGED_SUBJECT).await.map_err(io::Error::other)?;
        let context = ContextBuilder::new().timeout(AGREEMENT_TIMEOUT).ack_timeout(AGREEMENT_TIMEOUT);
        let has_members = site.options.membership.is_some();
        let common = has_members.then(|| Common::new(context.build(client.clone())));
        Ok(Desk { site, registry, client, requests, changes, process, common, is_agreed: true })
    }

    pub(super) async fn serve(mut self) {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                request = self.requests.next() => match request {
                    Some(message) => self.reply(message).await,
                    None => return,
                },
                Some(_) = self.changes.next() => self.look().await,
                _ = looks.tick() => self.look().await,
            }
        }
    }

    /// Takes over what others have changed, and says so when that stops working or works again.
    async fn look(&mut self) {
        match self.agree().await {
            Ok(_) if !self.is_agreed => {
                self.is_agreed = true;
                tracing::info!("most of the hub's servers work together");
            }
            Ok(_) => {}
            Err(error) => {
                if self.is_agreed {
                    tracing::warn!(%error, "the hub's servers do not work together now");
                }
                self.is_agreed = false;
            }
        }
    }

    async fn reply(&mut self, message: Message) {
        let Some(asker) = message.reply.clone() else { return };
        let answer = self.answer(&message).await;
        let bytes = serde_json::to_vec(&answer).expect("an answer has nothing that JSON lacks");
        if let Err(error) = self.client.publish(asker, bytes.into()).await {
            tracing::warn!(%error, "a node does not hear what was answered");
        }
    }

    async fn answer(&mut self, message: &Message) -> Answer {
        let unreadable = |error| Answer::Refused { reason: format!("the request cannot be read: {error}") };
        match message.subject.as_str() {
            JOIN_SUBJECT => match serde_json::from_slice::<Request>(&message.payload) {
                Ok(request) => self.admit(&request).await,
                Err(error) => unreadable(error),
            },
            subject @ (READMIT_SUBJECT | EXPEL_SUBJECT) => {
                match serde_json::from_slice::<NodeName>(&message.payload) {
                    Ok(node) => self.told_of(&node, subject == EXPEL_SUBJECT).await,
                    Err(error) => unreadable(error),
                }
            }
            other => Answer::Refused { reason: format!("nobody answers {other}") },
        }
    }

    async fn admit(&mut self, request: &Request) -> Answer {
        let mut fresh = [0; 16];
        if let Err(error) = getrandom::fill(&mut fresh) {
            return Answer::Refused { reason: error.to_string() };
        }
        let replicas = replicas(self.common.is_some());
        let (answer, is_new) = self.change(|registry| registry.admit(request, fresh, replicas)).await;
        if let Answer::Refused { reason } = &answer {
            tracing::warn!(node = %request.node, reason, "a node is refused");
        }
        if is_new {
            tracing::info!(node = %request.node, "a node joined");
        }
        answer
    }

    /// Notes that a node may come in with another key, or has left for good.
    async fn told_of(&mut self, node: &NodeName, has_left: bool) -> Answer {
        let noting = |registry: &mut Registry| {
            if has_left { registry.expel(node) } else { registry.readmit(node) }
        };
        let (answer, is_new) = self.change(noting).await;
        if is_new {
            let what = if has_left { "has left for good" } else { "may come in with another key" };
            tracing::info!(%node, "the node {what}");
        }
        answer
    }

    /// Changes the list and has the server know it; answers with what is to be told, and whether anything changed.
    async fn change(&mut self, decide: impl Fn(&mut Registry) -> Answer) -> (Answer, bool) {
        let later = |error: &dyn std::fmt::Display| {
            (Answer::Later { reason: format!("the hub cannot note it now: {error}") }, false)
        };
        for _ in 0..ATTEMPTS_MAX {
            let found = match self.agree().await {
                Ok(found) => found,
                Err(error) => return later(&error),
            };
            let mut registry = self.registry.clone();
            let answer = decide(&mut registry);
            if registry == self.registry {
                return (answer, false);
            }
            match self.put(found.as_ref(), registry.changed()).await {
                Ok(true) => return (answer, true),
                Ok(false) => {}
                Err(error) => return later(&error),
            }
        }
        later(&"the other servers are quicker")
    }

    /// Makes this server's list the newest one there is: it takes over what the others have, or they get what they have
    /// lost. Answers with what they have.
    async fn agree(&mut self) -> Result<Option<Found>, FabricError> {
        for _ in 0..ATTEMPTS_MAX {
            let Some(common) = &self.common else { return Ok(None) };
            let found = common.read().await?;
            if !self.registry.is_of_the_company_of(&found.registry) {
                return Err(in_doubt("this server's nodes.json is of another company than the others'"));
            }
            if self.registry.is_newer_than(&found.registry) {
                if common.replace(&found, &self.registry).await? {
                    self.tell().await;
                }
                continue;
            }
            if found.registry != self.registry {
                self.note(found.registry.clone()).await.map_err(in_doubt)?;
                tracing::info!("who may come in has changed at another server");
            }
            return Ok(Some(found));
        }
        Err(in_doubt("the other servers are quicker"))
    }

    /// Keeps a list, where it follows upon what was found; `false` when another server was quicker.
    async fn put(&mut self, found: Option<&Found>, registry: Registry) -> Result<bool, FabricError> {
        if let (Some(common), Some(found)) = (&self.common, found) {
            if !common.replace(found, &registry).await? {
                return Ok(false);
            }
            self.tell().await;
        }
        self.note(registry).await.map_err(in_doubt)?;
        Ok(true)
    }

    /// The other desks look at once; one that does not hear it looks a little later.
    async fn tell(&self) {
        if let Err(error) = self.client.publish(CHANGED_SUBJECT, bytes::Bytes::new()).await {
            tracing::debug!(%error, "the other servers hear of it later");
        }
    }

    /// Keeps who may come in, and has the server know it.
    async fn note(&mut self, registry: Registry) -> io::Result<()> {
        registry.save(&self.site.options.data.join(NODES_FILE))?;
        self.registry = registry;
        self.site.write_config(&self.registry)?;
        let process = *self.process.borrow();
        if let Some(id) = process {
            server::signal(id, "HUP").await;
        }
        Ok(())
    }
}

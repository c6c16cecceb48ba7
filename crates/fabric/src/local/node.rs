//! One node's view of the hub in memory.

use std::collections::VecDeque;
use std::time::Duration;

use acopio_ledger::ids::{LogId, Seq};
use acopio_ledger::names::NodeName;
use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{self, BoxStream};
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::time::{sleep, timeout};

use super::{CUT, LocalHub};
use crate::{
    Call, Extent, Fabric, FabricError, Fence, Frames, Letter, Link, Parcel, Presence, check_parcels,
    check_size, from_channel,
};

/// How many calls wait for a node that is busy.
const CALLS_MAX: usize = 64;

/// How long a letter that was not done rests before it comes again.
const LETTER_PAUSE: Duration = Duration::from_millis(20);

/// The fabric as one node of this process sees it.
#[derive(Clone, Debug)]
pub struct LocalFabric {
    hub: LocalHub,
    node: NodeName,
}

impl LocalFabric {
    pub(super) fn new(hub: LocalHub, node: NodeName) -> LocalFabric {
        LocalFabric { hub, node }
    }

    /// Does something at the hub, unless this node is cut off.
    fn ask<T>(
        &self,
        work: impl FnOnce(&mut super::State) -> Result<T, FabricError>,
    ) -> Result<T, FabricError> {
        self.hub.change(|state| if state.node(&self.node).is_cut { Err(cut()) } else { work(state) })
    }
}

fn cut() -> FabricError {
    FabricError::InDoubt { reason: CUT.into() }
}

fn unheard(is_silenced: bool) -> Result<(), FabricError> {
    if is_silenced { Err(FabricError::InDoubt { reason: "no answer".into() }) } else { Ok(()) }
}

#[async_trait]
impl Fabric for LocalFabric {
    async fn publish(&self, parcels: &[Parcel], after: Seq) -> Result<(), FabricError> {
        check_parcels(parcels, &self.node)?;
        self.ask(|state| {
            state.node(&self.node).publish(parcels, after)?;
            unheard(state.is_silenced())
        })
    }

    async fn extent(&self, log: &LogId) -> Result<Extent, FabricError> {
        self.ask(|state| Ok(state.node(&log.node).extent(log)))
    }

    async fn follow(&self, log: &LogId, after: Seq) -> Result<Frames, FabricError> {
        self.ask(|_| Ok(()))?;
        let follower = Follower { fabric: self.clone(), log: log.clone(), after, arrived: VecDeque::new() };
        Ok(stream::unfold(follower, async |mut follower| Some((follower.next().await, follower))).boxed())
    }

    async fn fence(&self, node: &NodeName, about: Bytes) -> Result<(), FabricError> {
        check_size(&about)?;
        self.ask(|state| {
            state.node(node).fence(about);
            unheard(state.is_silenced())
        })
    }

    async fn fences(&self) -> Result<Vec<Fence>, FabricError> {
        self.ask(|state| Ok(state.node(&self.node).fences().cloned().collect()))
    }

    fn pass(&self, fence: &Fence) {
        self.hub.change(|state| {
            let there = state.node(&self.node);
            there.passed = there.passed.max(fence.number);
        });
    }

    async fn call(&self, node: &NodeName, request: Bytes, within: Duration) -> Result<Bytes, FabricError> {
        check_size(&request)?;
        let absent = || FabricError::Absent { node: node.clone() };
        let listener = self.ask(|state| {
            let there = state.node(node);
            there.calls.clone().filter(|calls| !there.is_cut && !calls.is_closed()).ok_or_else(absent)
        })?;
        let (reply, answer) = oneshot::channel();
        let answered = async {
            listener.send(Call { request, reply }).await.map_err(|_| absent())?;
            answer.await.map_err(|_| FabricError::InDoubt { reason: format!("{node} does not answer") })
        };
        let late = |_| FabricError::InDoubt { reason: format!("{node} did not answer in {within:?}") };
        let answer = timeout(within, answered).await.map_err(late)??;
        // Whoever was cut off meanwhile does not hear the answer.
        self.ask(|state| if state.node(node).is_cut { Err(cut()) } else { Ok(answer) })
    }

    async fn calls(&self) -> Result<BoxStream<'static, Call>, FabricError> {
        let (sender, receiver) = mpsc::channel(CALLS_MAX);
        self.ask(|state| {
            state.node(&self.node).calls = Some(sender);
            Ok(())
        })?;
        Ok(from_channel(receiver))
    }

    async fn send(&self, to: &NodeName, id: &str, body: Bytes) -> Result<(), FabricError> {
        check_size(&body)?;
        self.ask(|state| {
            state.node(to).put_letter(id, body);
            unheard(state.is_silenced())
        })
    }

    async fn letters(&self) -> Result<BoxStream<'static, Letter>, FabricError> {
        self.ask(|_| Ok(()))?;
        let (sender, receiver) = mpsc::channel(1);
        tokio::spawn(hand_out_letters(self.clone(), sender));
        Ok(from_channel(receiver))
    }

    async fn announce(&self, about: Bytes) -> Result<(), FabricError> {
        check_size(&about)?;
        let is_dropped = self.ask(|state| Ok(state.chance.strikes(state.faults.drop_per_mille)))?;
        if !is_dropped {
            // An error says that nobody listens.
            let _ = self.hub.shared.presences.send(Presence { node: self.node.clone(), about });
        }
        Ok(())
    }

    async fn presences(&self) -> Result<BoxStream<'static, Presence>, FabricError> {
        self.ask(|_| Ok(()))?;
        let listener = (self.clone(), self.hub.shared.presences.subscribe());
        let hear = async |(fabric, mut receiver): (LocalFabric, broadcast::Receiver<Presence>)| {
            loop {
                match receiver.recv().await {
                    Ok(presence) if presence.node == fabric.node || fabric.ask(|_| Ok(())).is_err() => {}
                    Ok(presence) => return Some((presence, (fabric, receiver))),
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return None,
                }
            }
        };
        Ok(stream::unfold(listener, hear).boxed())
    }

    async fn readmit(&self, _: &NodeName) -> Result<(), FabricError> {
        self.ask(|_| Ok(()))
    }

    async fn expel(&self, _: &NodeName) -> Result<(), FabricError> {
        self.ask(|_| Ok(()))
    }

    fn replicas(&self) -> usize {
        self.hub.state().replicas
    }

    fn link(&self) -> watch::Receiver<Link> {
        self.hub.state().node(&self.node).link.subscribe()
    }
}

/// Follows by positions, not by places in the hub: what the hub forgot and got again is no news.
struct Follower {
    fabric: LocalFabric,
    log: LogId,
    after: Seq,
    arrived: VecDeque<Parcel>,
}

impl Follower {
    async fn next(&mut self) -> Parcel {
        loop {
            if let Some(parcel) = self.arrived.pop_front() {
                return parcel;
            }
            let hub = self.fabric.hub.clone();
            let changed = hub.shared.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            let delivery = {
                let mut state = self.fabric.hub.state();
                let is_cut = state.node(&self.fabric.node).is_cut;
                if is_cut { None } else { state.deliver(&self.log, self.after) }
            };
            let Some(delivery) = delivery else {
                changed.await;
                continue;
            };
            self.after = delivery.up_to;
            self.arrived.extend(delivery.parcels);
            if !delivery.late.is_zero() {
                sleep(delivery.late).await;
            }
        }
    }
}

async fn hand_out_letters(fabric: LocalFabric, sender: mpsc::Sender<Letter>) {
    loop {
        let changed = fabric.hub.shared.changed.notified();
        tokio::pin!(changed);
        changed.as_mut().enable();
        // Not through `change`: a look alone must not wake the others.
        let handed_out = fabric.hub.state().node(&fabric.node).hand_out();
        let Some(letter) = handed_out else {
            tokio::select! {
                biased;
                () = changed => continue,
                () = sender.closed() => return,
            }
        };
        let (done, is_done) = oneshot::channel();
        let (body, deliveries) = (letter.body, letter.deliveries);
        let is_taken = sender.send(Letter { body, deliveries, done }).await.is_ok();
        let is_done = is_done.await.is_ok();
        fabric.hub.change(|state| state.node(&fabric.node).take_back(letter.ticket, is_done));
        if !is_taken {
            return;
        }
        if !is_done {
            sleep(LETTER_PAUSE).await;
        }
    }
}

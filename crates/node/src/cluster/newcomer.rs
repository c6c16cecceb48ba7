//! A node with an empty database begins with a duplicate of another node's, before it joins: see [`super::duplicate`] for
//! the other side.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use acopio_fabric::{Fabric, FabricError, Presence};
use acopio_ledger::codec;
use acopio_ledger::ids::{LogId, Positions, Seq};
use acopio_ledger::names::NodeName;
use acopio_store::{LogHead, Reader, StoredFrame};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::FuturesOrdered;
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

use super::ClusterOptions;
use super::duplicate::PART_BYTES;
use super::words::{self, About, Offered, Question};
use crate::node::Node;

/// How often the node says that it is there, and how far it is.
const ANNOUNCE_EVERY: Duration = Duration::from_secs(1);
const SAY_EVERY: Duration = Duration::from_secs(2);

/// How long it listens on for a node that can be asked, once it has heard any.
const LISTEN_FOR: Duration = Duration::from_secs(5);

/// How long another node may take to answer, how often it is looked meanwhile whether it has gone, how often it is asked for
/// one part, and how long between.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
const PART_WITHIN: Duration = Duration::from_secs(30);
const LOOK_EVERY: Duration = Duration::from_secs(2);
const TRIES: usize = 3;
const PAUSE: Duration = Duration::from_millis(250);

/// How long another node may take to make a duplicate.
const MADE_WITHIN: Duration = Duration::from_secs(60 * 60);

/// How many parts are asked for ahead. Fewer where one takes long: other words go over the same link.
const AHEAD_MAX: usize = 8;
const FAST: Duration = Duration::from_millis(250);
const SLOW: Duration = Duration::from_secs(1);

/// How long the hub may take to deliver a frame that it has.
const DELIVERED_WITHIN: Duration = Duration::from_secs(5);

/// Why a node does not begin with a duplicate: it follows the logs from their beginning instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoDuplicate(String);

impl Node {
    /// Gets a duplicate of the database of any node of the company into a file, and has it proved there by `prove`, which
    /// makes it this node's and answers with its reader. Waits until a node of the company is heard of. The others see this
    /// node as filling meanwhile.
    ///
    /// # Errors
    ///
    /// Why there is none. What is in the file then is of no use.
    pub async fn get_duplicate(
        &self,
        fabric: &dyn Fabric,
        options: &ClusterOptions,
        file: &Path,
        prove: impl FnOnce(&Path) -> Result<Arc<dyn Reader>, String> + Send + 'static,
    ) -> Result<NodeName, NoDuplicate> {
        let newcomer = Newcomer { node: self, fabric, options };
        let begin = async {
            let from = newcomer.receive_from_any(file).await?;
            let reader = in_thread(file, prove).await?;
            newcomer.compare_with_hub(&*reader).await?;
            Ok(from)
        };
        tokio::select! {
            begun = begin => begun.map_err(NoDuplicate),
            never = newcomer.announce() => match never {},
        }
    }
}

struct Newcomer<'a> {
    node: &'a Node,
    fabric: &'a dyn Fabric,
    options: &'a ClusterOptions,
}

impl Newcomer<'_> {
    fn name(&self) -> &NodeName {
        &self.node.core.identity.node
    }

    async fn announce(&self) -> std::convert::Infallible {
        loop {
            let about = About {
                company: Some(self.options.company),
                incarnation: self.node.core.identity.incarnation.0,
                version: env!("CARGO_PKG_VERSION").to_owned(),
                address: self.options.address.clone(),
                clock: self.node.core.clock.now(),
                positions: Positions::default(),
                is_filling: true,
                left: Vec::new(),
                error: None,
            };
            if let Err(error) = self.fabric.announce(words::encode(&about)).await {
                tracing::debug!(%error, "the others do not hear this node");
            }
            sleep(ANNOUNCE_EVERY).await;
        }
    }

    /// Asks the nodes that are heard of, one after the other.
    async fn receive_from_any(&self, file: &Path) -> Result<NodeName, String> {
        let form = self.node.core.reader.form().ok_or("this store takes none")?;
        let mut presences = self.fabric.presences().await.map_err(|error| error.to_string())?;
        let mut asked = BTreeSet::new();
        let mut why =
            "no node that is up has all of the company's logs and this version of the program".to_owned();
        let mut until: Option<Instant> = None;
        loop {
            let listen = until.map_or(SAY_EVERY, |until| until.saturating_duration_since(Instant::now()));
            let Presence { node, about } = match timeout(listen, presences.next()).await {
                Ok(Some(presence)) => presence,
                Ok(None) => return Err("the others are not heard".to_owned()),
                Err(_) if until.is_some() => return Err(why),
                Err(_) => {
                    tracing::info!("waiting for a node of the company: the first start needs one");
                    continue;
                }
            };
            let Ok(about) = words::decode::<About>(&about) else { continue };
            if about.company != Some(self.options.company) || asked.contains(&node) {
                continue;
            }
            let until = until.get_or_insert_with(|| Instant::now() + LISTEN_FOR);
            if about.is_filling || about.version != env!("CARGO_PKG_VERSION") {
                continue;
            }
            asked.insert(node.clone());
            match self.receive_from(&node, &form, file).await {
                Ok(()) => return Ok(node),
                Err(reason) => {
                    tracing::info!(%node, reason, "no duplicate of this node's database");
                    why = format!("{node}: {reason}");
                    *until = Instant::now() + LISTEN_FOR;
                }
            }
        }
    }

    async fn receive_from(&self, node: &NodeName, form: &str, file: &Path) -> Result<(), String> {
        let (hash, bytes) = self.ask_for(node, form).await?;
        let received = self.receive(node, &hash, bytes, file).await;
        // Whether it hears that or not: it also finds out by itself.
        let _ = self.ask(node, &Question::Returned { by: self.name().clone(), of: hash }).await;
        received
    }

    /// Has a node make a duplicate, if it has none: answers its hash and length.
    async fn ask_for(&self, node: &NodeName, form: &str) -> Result<(String, u64), String> {
        let (by, version) = (self.name().clone(), env!("CARGO_PKG_VERSION").to_owned());
        let question = Question::Duplicate { by, version, form: form.to_owned() };
        let begin = Instant::now();
        let mut said = begin;
        while begin.elapsed() < MADE_WITHIN {
            match words::decode(&self.ask(node, &question).await?)? {
                Offered::Ready { hash, bytes } => return Ok((hash, bytes)),
                Offered::No { reason } => return Err(reason),
                Offered::Making if SAY_EVERY <= said.elapsed() => {
                    tracing::info!(%node, "waiting for a duplicate of a node's database");
                    said = Instant::now();
                }
                Offered::Making => {}
            }
            sleep(PAUSE).await;
        }
        Err("it takes too long to make one".to_owned())
    }

    async fn ask(&self, node: &NodeName, question: &Question) -> Result<Bytes, String> {
        let answer = self.fabric.call(node, words::encode(question), ANSWER_WITHIN).await;
        answer.map_err(|error| error.to_string())
    }

    /// Receives all parts in their order.
    async fn receive(&self, node: &NodeName, hash: &str, total: u64, file: &Path) -> Result<(), String> {
        let written = |error: io::Error| format!("{}: {error}", file.display());
        let mut out = File::create(file).map_err(written)?;
        let mut hasher = blake3::Hasher::new();
        let (mut asked, mut ahead, mut parts) = (0, 2, FuturesOrdered::new());
        let mut said = Instant::now();
        while hasher.count() < total {
            while asked < total && parts.len() < ahead {
                parts.push_back(self.part(node, hash, asked, (total - asked).min(PART_BYTES)));
                asked += PART_BYTES;
            }
            let (part, took) = parts.next().await.unwrap_or_else(|| Err("it offers nothing".to_owned()))?;
            hasher.update(&part);
            out.write_all(&part).map_err(written)?;
            ahead = next_ahead(ahead, took);
            if SAY_EVERY <= said.elapsed() {
                tracing::info!(%node, bytes = hasher.count(), total, "getting a duplicate of a node's database");
                said = Instant::now();
            }
        }
        if hasher.finalize().to_hex().as_str() != hash {
            return Err("what has come is not what was sent".to_owned());
        }
        tracing::info!(%node, bytes = total, "a duplicate of a node's database is here: it is proved now");
        Ok(())
    }

    /// One part, and how long it took.
    async fn part(
        &self,
        node: &NodeName,
        hash: &str,
        at: u64,
        length: u64,
    ) -> Result<(Bytes, Duration), String> {
        let mut failed = String::new();
        for _ in 0..TRIES {
            let begin = Instant::now();
            match self.ask_for_part(node, hash, at).await {
                Ok(part) if part.len() as u64 == length => return Ok((part, begin.elapsed())),
                Ok(part) if part.is_empty() => return Err("it has it no more".to_owned()),
                Ok(_) => return Err("a part has another length than it should have".to_owned()),
                Err(error @ FabricError::Absent { .. }) => return Err(error.to_string()),
                Err(error) => failed = error.to_string(),
            }
            sleep(PAUSE).await;
        }
        Err(failed)
    }

    /// Waits for a part for as long as a slow link may take, but not for a node that has gone meanwhile.
    async fn ask_for_part(&self, node: &NodeName, hash: &str, at: u64) -> Result<Bytes, FabricError> {
        let question = |at| words::encode(&Question::Part { of: hash.to_owned(), at });
        let mut asked = self.fabric.call(node, question(at), PART_WITHIN);
        loop {
            if let Ok(part) = timeout(LOOK_EVERY, &mut asked).await {
                return part;
            }
            // Behind the end there is nothing to send.
            if let Err(error @ FabricError::Absent { .. }) =
                self.fabric.call(node, question(u64::MAX), ANSWER_WITHIN).await
            {
                return Err(error);
            }
        }
    }

    /// Compares the end of each log with the frame that the hub has there, if it has any. As each frame has the hash of the
    /// one before, all of the log is as its owner has published it then.
    async fn compare_with_hub(&self, reader: &dyn Reader) -> Result<(), String> {
        let heads = reader.heads().map_err(|error| error.to_string())?;
        for (node, LogHead { incarnation, head }) in heads {
            let log = LogId { node, incarnation };
            let Some(last) = last_frame(reader, &log.node, head.seq)? else { continue };
            let published = self.frame_at_hub(&log, last.first, head.seq).await;
            if published.is_some_and(|published| *published != *last.bytes) {
                return Err(format!("its log of {} is not the one that the hub has", log.node));
            }
        }
        Ok(())
    }

    /// The frame that begins there, if the hub has it and delivers it.
    async fn frame_at_hub(&self, log: &LogId, first: Seq, last: Seq) -> Option<Bytes> {
        let extent = self.fabric.extent(log).await.ok()?;
        if first < extent.first || extent.last < last {
            return None;
        }
        let mut frames = self.fabric.follow(log, Seq(first.0 - 1)).await.ok()?;
        let delivered = async {
            while let Some(parcel) = frames.next().await {
                // One that begins before this may come with it.
                match codec::read_header(&parcel.frame) {
                    Ok((header, _)) if header.first < first => {}
                    Ok((header, _)) if header.first == first => return Some(parcel.frame),
                    _ => return None,
                }
            }
            None
        };
        timeout(DELIVERED_WITHIN, delivered).await.ok().flatten()
    }
}

/// The last frame of a log that ends there; none where it is empty.
fn last_frame(reader: &dyn Reader, node: &NodeName, end: Seq) -> Result<Option<StoredFrame>, String> {
    let mut back = 1;
    while end != Seq(0) {
        let after = Seq(end.0.saturating_sub(back));
        let frames = reader.frames(node, after, usize::MAX).map_err(|error| error.to_string())?;
        if !frames.is_empty() || after == Seq(0) {
            return Ok(frames.into_iter().next_back());
        }
        back *= 4;
    }
    Ok(None)
}

/// How many parts to ask for ahead, after one has taken so long.
fn next_ahead(ahead: usize, took: Duration) -> usize {
    match took {
        _ if took < FAST => (ahead + 1).min(AHEAD_MAX),
        _ if took < SLOW => ahead,
        _ => (ahead / 2).max(1),
    }
}

/// Proves a file in a thread of its own, for which nobody waits who stops.
async fn in_thread(
    file: &Path,
    prove: impl FnOnce(&Path) -> Result<Arc<dyn Reader>, String> + Send + 'static,
) -> Result<Arc<dyn Reader>, String> {
    let (sender, proved) = oneshot::channel();
    let file = file.to_owned();
    let thread = std::thread::Builder::new().name("prove".to_owned());
    let work = move || {
        // Whoever waited may have been stopped.
        let _: Result<(), _> = sender.send(prove(&file));
    };
    thread.spawn(work).map_err(|error| error.to_string())?;
    proved.await.unwrap_or_else(|_| Err("the proof has stopped on an assertion".to_owned()))
}

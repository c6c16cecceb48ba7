//! The outbox: commands that were accepted here for other nodes and are not decided yet, as far as is known here.
//!
//! Each is a note until its outcome is seen in a log: whatever a queue between the nodes loses is sent again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use acopio_contract::Receipt;
use acopio_ledger::ids::{CommandId, Millis};
use acopio_ledger::names::WarehouseCode;
use acopio_store::Note;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::Cluster;
use super::operations::Settled;
use super::words::{self, Errand};

/// How the notes of waiting commands are called.
pub(super) const NOTE: &str = "outbox";

/// The most commands that may wait; more are answered as busy.
pub(super) const WAITING_MAX: usize = 100_000;

/// A command whose outcome was not seen for so long is sent again: whatever lay between may have lost it.
const SEND_AGAIN: Duration = Duration::from_secs(30);

/// How long it waits before it sends again after an error.
const PAUSE: Duration = Duration::from_millis(250);

/// A command that waits.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Waiting {
    /// What travels.
    pub(super) errand: Errand,
    /// When it was accepted.
    pub(super) accepted: Millis,
}

/// See the file's document.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    /// By the order of acceptance, which is the key of the note.
    waiting: BTreeMap<String, Waiting>,
    by_command: BTreeMap<CommandId, String>,
    /// How many wait for each warehouse.
    by_warehouse: BTreeMap<WarehouseCode, usize>,
    /// Those that must be sent, again or for the first time, and since when: a queue that knows a letter by its id may
    /// drop it as a repetition of one that was of no use.
    unsent: BTreeMap<String, Millis>,
    /// Who waits for the outcome of which command.
    listeners: BTreeMap<CommandId, Vec<oneshot::Sender<Receipt>>>,
    accepted: u64,
}

impl Outbox {
    /// The outbox that notes tell of, all of it to be sent. A note that cannot be read is left for people to look at.
    pub(super) fn from_notes(notes: Vec<(String, String)>, now: Millis) -> Outbox {
        let mut outbox = Outbox::default();
        for (key, doc) in notes {
            match serde_json::from_str::<Waiting>(&doc) {
                Ok(waiting) => outbox.put(key, waiting, now),
                Err(error) => tracing::error!(key, %error, "a waiting command cannot be read"),
            }
        }
        outbox
    }

    /// Adds a command; answers the note to be kept before it counts. One that waits already is not added again.
    pub(super) fn add(&mut self, errand: Errand, now: Millis) -> Option<Note> {
        if self.by_command.contains_key(&errand.id()) {
            return None;
        }
        self.accepted += 1;
        let key = format!("{:013}-{:06}-{}", now.0.max(0), self.accepted % 1_000_000, self.waiting.len());
        let waiting = Waiting { errand, accepted: now };
        let doc = serde_json::to_string(&waiting).expect("a command has string keys only");
        self.put(key.clone(), waiting, now);
        Some(Note { kind: NOTE, key, doc: Some(doc) })
    }

    fn put(&mut self, key: String, waiting: Waiting, now: Millis) {
        *self.by_warehouse.entry(waiting.errand.warehouse.clone()).or_default() += 1;
        self.by_command.insert(waiting.errand.id(), key.clone());
        self.unsent.insert(key.clone(), now);
        self.waiting.insert(key, waiting);
    }

    /// Takes a command out, with the note that removes it and whoever waits for it.
    pub(super) fn take(
        &mut self,
        command: &CommandId,
    ) -> Option<(Waiting, Note, Vec<oneshot::Sender<Receipt>>)> {
        let key = self.by_command.remove(command)?;
        let waiting = self.waiting.remove(&key)?;
        self.unsent.remove(&key);
        if let Some(count) = self.by_warehouse.get_mut(&waiting.errand.warehouse) {
            *count -= 1;
        }
        let listeners = self.listeners.remove(command).unwrap_or_default();
        Some((waiting, Note { kind: NOTE, key, doc: None }, listeners))
    }

    /// One waiting command.
    pub(super) fn get(&self, command: &CommandId) -> Option<&Waiting> {
        self.waiting.get(self.by_command.get(command)?)
    }

    /// The waiting commands, oldest first.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Waiting> {
        self.waiting.values()
    }

    /// Whether anything waits for a warehouse: later commands for it then wait behind.
    pub(super) fn holds_for(&self, warehouse: &WarehouseCode) -> bool {
        self.by_warehouse.get(warehouse).is_some_and(|count| 0 < *count)
    }

    /// How many wait.
    pub(super) fn len(&self) -> usize {
        self.waiting.len()
    }

    /// Hears of a command's outcome; nothing when it does not wait.
    pub(super) fn listen(&mut self, command: &CommandId) -> Option<oneshot::Receiver<Receipt>> {
        self.by_command.get(command)?;
        let (sender, receiver) = oneshot::channel();
        self.listeners.entry(command.clone()).or_default().push(sender);
        Some(receiver)
    }

    /// The oldest command that must be sent, and since when.
    fn next_unsent(&self) -> Option<(String, Errand, Millis)> {
        let (key, since) = self.unsent.first_key_value()?;
        Some((key.clone(), self.waiting.get(key)?.errand.clone(), *since))
    }

    fn is_sent(&mut self, key: &str) {
        self.unsent.remove(key);
    }

    fn send_all_again(&mut self, now: Millis) {
        self.unsent = self.waiting.keys().map(|key| (key.clone(), now)).collect();
    }
}

/// Sends what waits, in its order, for as long as the node works.
pub(super) async fn send(cluster: Arc<Cluster>) {
    cluster.until_filled().await;
    loop {
        let next = cluster.outbox().next_unsent();
        let Some((key, errand, since)) = next else {
            if timeout(SEND_AGAIN, cluster.unsent.notified()).await.is_err() {
                cluster.outbox().send_all_again(cluster.now());
            }
            continue;
        };
        match cluster.send_errand(&errand, since).await {
            Ok(()) => {
                tracing::debug!(key = errand.key, "a command is on its way");
                cluster.outbox().is_sent(&key);
            }
            Err(reason) => {
                tracing::debug!(reason, "a command waits here");
                sleep(PAUSE).await;
            }
        }
    }
}

impl Cluster {
    /// Puts a command into the queue of whoever decides about it now, which may be this node by now.
    async fn send_errand(&self, errand: &Errand, since: Millis) -> Result<(), String> {
        let owner = self.owner(&errand.warehouse).map_err(|error| error.to_string())?;
        let owner = owner.ok_or_else(|| format!("nobody is known to decide for {}", errand.warehouse))?;
        // It may be known here by now what it has led to: nobody is told when what was void turns out to count.
        match self.settle(&errand.id()).await {
            Settled::Told | Settled::InDoubt => return Ok(()),
            Settled::Waits => {}
        }
        if owner == *self.name() {
            return Err(format!("{} is not decided here now", errand.key));
        }
        let id = format!("{}:{}:{since}", errand.user, errand.key);
        self.fabric.send(&owner, &id, words::encode(errand)).await.map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use acopio_ledger::Command;
    use acopio_ledger::command::Moves;
    use acopio_ledger::ids::UserId;
    use acopio_ledger::names::NodeName;

    use super::*;

    fn errand(key: &str, warehouse: &str) -> Errand {
        Errand {
            from: NodeName::recorded("mad"),
            user: UserId::default(),
            key: key.to_owned(),
            cause: None,
            command: Command::Move(Moves { lines: Vec::new(), atomic: false }),
            expires: Millis(9),
            warehouse: WarehouseCode::recorded(warehouse),
        }
    }

    #[test]
    fn what_waits_is_sent_in_order_and_outlives_a_restart() {
        let mut outbox = Outbox::default();
        let notes: Vec<_> =
            ["b", "a", "c"].map(|key| outbox.add(errand(key, "LON"), Millis(5)).unwrap()).into();
        assert!(outbox.add(errand("a", "LON"), Millis(6)).is_none(), "it waits already");
        let read = |note: Note| (note.key, note.doc.unwrap());
        let mut again = Outbox::from_notes(notes.into_iter().map(read).collect(), Millis(9));
        let mut sent = Vec::new();
        while let Some((key, errand, _)) = again.next_unsent() {
            again.is_sent(&key);
            sent.push(errand.key);
        }
        assert_eq!(sent, ["b", "a", "c"]);
        assert!(again.holds_for(&WarehouseCode::recorded("LON")));
        let (waiting, note, _) = again.take(&errand("b", "LON").id()).unwrap();
        assert_eq!((waiting.accepted, note.doc), (Millis(5), None));
        assert_eq!(again.len(), 2);
    }

    #[test]
    fn a_warehouse_is_free_again_when_its_last_command_is_decided() {
        let (mut outbox, lon) = (Outbox::default(), WarehouseCode::recorded("LON"));
        outbox.add(errand("a", "LON"), Millis(0));
        outbox.take(&errand("a", "LON").id());
        assert!(!outbox.holds_for(&lon));
    }
}

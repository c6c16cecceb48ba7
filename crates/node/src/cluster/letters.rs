//! Takes the letters of other nodes: commands that they have accepted for this one, in their order, one after the other.

use std::sync::Arc;
use std::time::Duration;

use acopio_contract::query::{DeadLetter, DeadLetters, Page};
use acopio_contract::{ManageError, QueryError};
use acopio_fabric::Letter;
use acopio_ledger::ids::Millis;
use acopio_ledger::names::{NodeName, WarehouseCode};
use acopio_store::Note;
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use tokio::time::sleep;

use super::Cluster;
use super::words::{self, Errand, Executed};

/// How the notes of dead letters are called.
const NOTE: &str = "dead_letter";

/// How long it waits before it takes letters again after an error.
const PAUSE: Duration = Duration::from_millis(250);

/// How much of a letter is shown, in bytes.
const SHOWN_BYTES: usize = 2_000;

/// A letter that could not be executed, as it is noted.
#[derive(Debug, Serialize, Deserialize)]
struct Dead {
    from: Option<NodeName>,
    laid_aside: Millis,
    deliveries: u64,
    reason: String,
    body: String,
}

/// Takes letters for as long as the node works.
pub(super) async fn run(cluster: Arc<Cluster>) {
    cluster.until_filled().await;
    loop {
        match cluster.fabric.letters().await {
            Ok(mut letters) => {
                while let Some(letter) = letters.next().await {
                    cluster.take_letter(letter).await;
                }
            }
            Err(error) => tracing::debug!(%error, "letters cannot be taken"),
        }
        sleep(PAUSE).await;
    }
}

impl Cluster {
    /// Executes what a letter says. It is done when that is durable, or when it is laid aside for people to look at;
    /// else it comes again.
    async fn take_letter(&self, letter: Letter) {
        let outcome = match words::decode::<Errand>(&letter.body) {
            Ok(errand) => match self.execute(&errand).await {
                Some(Executed::Decided { .. }) => Ok(()),
                // The node that has accepted it sends it to the new owner.
                Some(Executed::Later { reason }) if !self.decides_for(&errand.warehouse) => {
                    tracing::debug!(
                        key = errand.key,
                        reason,
                        "a letter is left to the node that has accepted it"
                    );
                    Ok(())
                }
                Some(Executed::KeyReused) => {
                    Err((Some(errand.from), "its key was used for another request".to_owned()))
                }
                Some(Executed::TooLarge { bytes, most }) => {
                    let reason = format!("it is too large: its record has {bytes} bytes, the most is {most}");
                    Err((Some(errand.from), reason))
                }
                other => {
                    tracing::debug!(key = errand.key, ?other, "a letter comes again");
                    sleep(PAUSE).await;
                    return;
                }
            },
            Err(reason) => Err((None, format!("it cannot be read: {reason}"))),
        };
        let is_done = match outcome {
            Ok(()) => true,
            Err((from, reason)) => self.lay_aside(&letter, from, reason).await,
        };
        if is_done {
            // Lost, the letter comes again and is known.
            let _: Result<(), _> = letter.done.send(());
        }
    }

    /// Whether this node decides for a warehouse, as is known here.
    pub(super) fn decides_for(&self, warehouse: &WarehouseCode) -> bool {
        self.owner(warehouse).is_ok_and(|owner| owner.as_ref() == Some(self.name()))
    }

    /// Notes a dead letter; whether it is safe there.
    async fn lay_aside(&self, letter: &Letter, from: Option<NodeName>, reason: String) -> bool {
        let id = blake3::hash(&letter.body).to_hex()[..32].to_owned();
        tracing::warn!(id, reason, "a letter cannot be executed and is laid aside");
        let dead = Dead {
            from,
            laid_aside: self.now(),
            deliveries: letter.deliveries,
            reason,
            body: String::from_utf8_lossy(&letter.body).into_owned(),
        };
        let doc = serde_json::to_string(&dead).expect("a letter has string keys only");
        self.core.keep(vec![Note { kind: NOTE, key: id, doc: Some(doc) }]).await.is_ok()
    }

    /// The dead letters, by id.
    pub(super) fn dead_letters(&self, query: &DeadLetters) -> Result<Page<DeadLetter>, QueryError> {
        let after = query.page.cursor.as_deref().unwrap_or_default();
        let rows = self.core.some_notes(NOTE, after, query.page.limit)?;
        let next = (rows.len() == query.page.limit).then(|| rows.last().map(|(id, _)| id.clone())).flatten();
        let items = rows.into_iter().filter_map(|(id, doc)| {
            let Dead { from, laid_aside, deliveries, reason, body } = serde_json::from_str(&doc).ok()?;
            let body = shortened(&body).to_owned();
            Some(DeadLetter { id, from, laid_aside, deliveries, reason, body })
        });
        Ok(Page { items: items.collect(), next })
    }

    /// How many dead letters there are.
    pub(super) fn count_dead_letters(&self) -> Result<u64, QueryError> {
        Ok(self.core.notes(NOTE)?.len() as u64)
    }

    /// Tries a dead letter again: one that fails again stays where it is.
    pub(super) async fn requeue_letter(&self, id: &str) -> Result<(), ManageError> {
        let dead = self.dead_letter(id)?;
        let conflict = |reason: String| ManageError::Conflict { reason };
        let errand: Errand = words::decode(dead.body.as_bytes())
            .map_err(|reason| conflict(format!("it cannot be read: {reason}")))?;
        match self.execute(&errand).await {
            Some(Executed::Decided { .. }) => self.discard_letter(id).await,
            Some(Executed::KeyReused) => Err(conflict("its key was used for another request".to_owned())),
            Some(Executed::TooLarge { .. }) => Err(conflict("it is too large".to_owned())),
            Some(Executed::Later { reason }) => Err(conflict(reason)),
            None => Err(conflict("the node does not write now".to_owned())),
        }
    }

    /// Throws a dead letter away.
    pub(super) async fn discard_letter(&self, id: &str) -> Result<(), ManageError> {
        self.dead_letter(id)?;
        self.core.keep(vec![Note { kind: NOTE, key: id.to_owned(), doc: None }]).await?;
        Ok(())
    }

    fn dead_letter(&self, id: &str) -> Result<Dead, ManageError> {
        let not_found = || ManageError::NotFound { what: "dead letter", id: id.to_owned() };
        let unreadable = |reason: String| ManageError::Conflict { reason };
        let doc = self.core.note(NOTE, id).map_err(|error| unreadable(error.to_string()))?;
        serde_json::from_str(&doc.ok_or_else(not_found)?).map_err(|error| unreadable(error.to_string()))
    }
}

/// The beginning of a text, cut between characters.
fn shortened(text: &str) -> &str {
    let mut end = text.len().min(SHOWN_BYTES);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

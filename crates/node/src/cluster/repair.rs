//! Fetches what is missing of a log from whoever has it: its owner, or any node that has followed it further.

use std::time::Duration;

use acopio_ledger::ids::Seq;
use acopio_ledger::names::NodeName;
use bytes::Bytes;

use super::Cluster;
use super::follow::{Wrong, passing};
use super::words::{self, Question};

/// How long another node may take to answer with frames.
const WITHIN: Duration = Duration::from_secs(5);

impl Cluster {
    /// Fetches a log as far as anybody has told that it goes. Nothing is asked where nothing is missing.
    pub(super) async fn fetch(&self, owner: &NodeName) -> Result<(), Wrong> {
        let mut last = Ok(());
        for source in self.sources(owner) {
            if self.told_head(owner) <= self.positions().get(owner) {
                break;
            }
            last = self.fetch_from(&source, owner).await;
            if last.is_ok() {
                break;
            }
        }
        last
    }

    /// Who may have the rest of a log: its owner first.
    fn sources(&self, owner: &NodeName) -> Vec<NodeName> {
        let (after, now) = (self.positions().get(owner), self.now());
        let members = self.members();
        let others = members.holders(owner, after, now).into_iter().filter(|holder| holder != owner);
        let first = Some(owner.clone()).filter(|owner| owner != self.name());
        first.into_iter().chain(others).collect()
    }

    async fn fetch_from(&self, source: &NodeName, owner: &NodeName) -> Result<(), Wrong> {
        loop {
            let after = self.positions().get(owner);
            if self.told_head(owner) <= after {
                return Ok(());
            }
            let frames = self.ask_for_frames(source, owner, after).await?;
            if frames.is_empty() {
                return Err(Wrong::Passing(format!("{source} has nothing of {owner} after {after}")));
            }
            self.fold_fetched(owner, frames).await?;
            if self.positions().get(owner) <= after {
                return Err(Wrong::Passing(format!(
                    "what {source} has of {owner} leads nowhere after {after}"
                )));
            }
        }
    }

    pub(super) async fn ask_for_frames(
        &self,
        source: &NodeName,
        owner: &NodeName,
        after: Seq,
    ) -> Result<Vec<Bytes>, Wrong> {
        let question = words::encode(&Question::Frames { node: owner.clone(), after });
        let answer = self.fabric.call(source, question, WITHIN).await.map_err(passing)?;
        words::decode_frames(&answer).ok_or_else(|| passing(format!("the answer of {source} is cut off")))
    }
}

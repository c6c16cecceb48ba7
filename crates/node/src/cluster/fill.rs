//! A new or wiped node's first start: it waits until it has all that the company had when it was first heard of.

use std::sync::Arc;
use std::time::Duration;

use acopio_contract::QueryError;
use acopio_ledger::ids::{Positions, Seq};
use tokio::time::timeout;

use super::marks::Marks;
use super::words::About;
use super::{Cluster, ClusterOptions};
use crate::core::Core;
use crate::machine::{RECOVERY_NOTE, recovery_note};

/// How often it is said how far it is.
const SAY_EVERY: Duration = Duration::from_secs(2);

/// How far a new node is with getting the company's logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fill {
    /// No node of the company was heard of yet.
    Waiting,
    /// Entries are on their way.
    Filling {
        /// How many are folded.
        folded: u64,
        /// How many there were when the company was first heard of.
        total: u64,
        /// How far each log was then.
        target: Positions,
    },
    /// All that is there, or it was never needed.
    Done,
    /// All that is there, and the node's own log of an earlier life with it: it ends here, and is started again in the next
    /// incarnation of that log.
    Recovered,
}

impl Fill {
    /// Whether nothing has to be waited for any more.
    pub fn is_done(&self) -> bool {
        *self == Fill::Done
    }

    /// A node that has never written anything, and does not found the company, must be filled; and one that has lost the
    /// end of its own log.
    pub(super) fn at_start(core: &Core, options: &ClusterOptions) -> Result<Fill, QueryError> {
        let is_recovering = core.note(RECOVERY_NOTE, &recovery_note(true).key)?.is_some();
        let head = core.positions.get().get(&core.identity.node);
        let is_whole = !is_recovering && (options.is_founder || head != Seq(0));
        Ok(if is_whole { Fill::Done } else { Fill::Waiting })
    }

    /// How far positions are on the way to a target.
    pub(super) fn towards(target: Positions, positions: &Positions) -> Fill {
        let entries = |of: &dyn Fn(Seq, Seq) -> u64| {
            target.iter().map(|(node, seq)| of(seq, positions.get(node))).fold(0, u64::saturating_add)
        };
        let (total, folded) = (entries(&|seq, _| seq.0), entries(&|seq, at| seq.0.min(at.0)));
        Fill::Filling { folded, total, target }
    }

    /// Whether all is there that was there when the company was first heard of.
    fn has_reached(&self) -> bool {
        matches!(self, Fill::Filling { folded, total, .. } if folded == total)
    }
}

/// Says how far it is until it is done.
pub(super) async fn run(cluster: Arc<Cluster>) {
    let positions = &cluster.core.positions;
    let mut marks = Marks::default();
    while !cluster.fill.borrow().is_done() {
        let fill = cluster.fill.borrow().clone();
        match fill {
            Fill::Waiting => {
                tracing::info!("waiting for a node of the company: the first start needs one");
                let mut fill = cluster.fill.subscribe();
                // Late: it is said again. The sender lives as long as the cluster.
                let _ = timeout(SAY_EVERY, fill.wait_for(|fill| *fill != Fill::Waiting)).await;
            }
            Fill::Filling { folded, total, target } => {
                tracing::info!(folded, total, "getting the company's logs");
                let until_reached = async {
                    loop {
                        let seen = positions.get();
                        let now = Fill::towards(target.clone(), &seen);
                        let has_reached = now.has_reached();
                        cluster.fill.send_replace(now);
                        if has_reached {
                            return;
                        }
                        positions.changed_from(&seen).await;
                    }
                };
                // Late: it is said again how far it is.
                if timeout(SAY_EVERY, until_reached).await.is_ok() {
                    let reached = cluster.reached().await;
                    cluster.fill.send_replace(reached);
                } else if let Some(target) = cluster.without_unheld(&target, &mut marks).await {
                    cluster.fill.send_replace(Fill::towards(target, &positions.get()));
                }
            }
            Fill::Done | Fill::Recovered => return,
        }
    }
}

impl Cluster {
    /// Waits until the node has what the company has, and its own log to its end.
    pub(super) async fn until_filled(&self) {
        // The sender lives as long as this object.
        let _ = self.fill.subscribe().wait_for(Fill::is_done).await;
    }

    /// The first node of the company that is heard of says what there is to get. One that is still getting it does not
    /// know, but for a node that was restored: that knows the company, which may have been restored as a whole.
    pub(super) fn fill_from(&self, about: &About) {
        let is_empty = self.positions().get(self.name()) == Seq(0);
        if (about.is_filling && is_empty) || *self.fill.borrow() != Fill::Waiting {
            return;
        }
        self.fill.send_replace(Fill::towards(about.positions.clone(), &self.positions()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_done_when_every_log_has_reached_its_mark() {
        let target: Positions = "lon:5,mad:2".parse().unwrap();
        let at = |positions: &str| Fill::towards(target.clone(), &positions.parse().unwrap());
        assert_eq!(at("lon:9"), Fill::Filling { folded: 5, total: 7, target: target.clone() });
        assert!(!at("lon:9").has_reached());
        assert!(at("lon:5,mad:2").has_reached());
        assert!(at("lon:6,mad:3,rot:1").has_reached());
    }
}

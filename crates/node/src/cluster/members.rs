//! The member table: who the other nodes are, when they were last heard of, and how old the figures from each log are.
//!
//! Pure: the time comes in as an argument. What must outlive a restart is kept as notes.

use std::collections::{BTreeMap, BTreeSet};

use acopio_contract::query::NodeState;
use acopio_ledger::ids::{Millis, Positions, Seq};
use acopio_ledger::names::NodeName;
use acopio_store::Note;
use serde::{Deserialize, Serialize};

use super::words::About;

/// How the notes of members are called.
pub(super) const NOTE: &str = "member";

/// A node that was not heard of for so long is suspect.
pub(super) const SUSPECT_MS: i64 = 3_500;
/// A node that was not heard of for so long is down.
pub(super) const DOWN_MS: i64 = 10_000;

/// What is known of another node.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Member {
    /// The incarnation of its log.
    pub(super) incarnation: u32,
    /// The version of its program.
    pub(super) version: String,
    /// Where people reach it.
    pub(super) address: String,
    /// How often any of these has changed, so that of two tables the newer is known.
    pub(super) edition: u64,
    /// Whether it has left for good.
    pub(super) has_left: bool,
    /// When it was last heard of, by this node's clock; not since the start if `None`.
    #[serde(skip)]
    pub(super) heard: Option<Millis>,
    /// How far its clock is ahead of this node's.
    #[serde(skip)]
    pub(super) skew_ms: i64,
    /// How far it had folded each log when it was last heard of.
    #[serde(skip)]
    pub(super) positions: Positions,
    /// Whether it is still getting the company's logs.
    #[serde(skip)]
    pub(super) is_filling: bool,
    /// What it last complained of.
    #[serde(skip)]
    pub(super) error: Option<String>,
}

/// How far a log goes, as its owner last told, and since when all of that is folded here.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Known {
    /// Where it ends, as far as anybody has told.
    pub(super) head: Seq,
    /// When its owner told of an end that is folded here.
    pub(super) fresh: Option<Millis>,
    /// When its owner told of `head`.
    told: Option<Millis>,
}

/// See the file's document.
#[derive(Debug, Default)]
pub(super) struct Members {
    members: BTreeMap<NodeName, Member>,
    logs: BTreeMap<NodeName, Known>,
    /// The logs that are followed.
    followed: BTreeSet<NodeName>,
}

impl Members {
    /// The members that notes tell of. A note that cannot be read is made anew when its node is heard of.
    pub(super) fn from_notes(notes: Vec<(String, String)>) -> Members {
        let read = |(node, doc): (String, String)| {
            Some((NodeName::new(&node).ok()?, serde_json::from_str::<Member>(&doc).ok()?))
        };
        Members { members: notes.into_iter().filter_map(read).collect(), ..Members::default() }
    }

    /// Hears what a node says of itself; answers a note where something has changed that must be kept.
    pub(super) fn hear(&mut self, node: &NodeName, about: &About, now: Millis) -> Option<Note> {
        for (owner, seq) in about.positions.iter() {
            // Who is getting its own log back does not know how far it goes.
            self.told_of(owner, seq, (owner == node && !about.is_filling).then_some(now));
        }
        let taken_back = self.taken_back(node, &about.positions);
        let before = self.members.get(node);
        let is_new = before.is_none_or(|before| {
            (before.incarnation, &before.version, &before.address, before.has_left)
                != (about.incarnation, &about.version, &about.address, false)
        });
        let edition = before.map_or(0, |before| before.edition) + u64::from(is_new);
        let member = Member {
            incarnation: about.incarnation,
            version: about.version.clone(),
            address: about.address.clone(),
            edition,
            has_left: false,
            heard: Some(now),
            skew_ms: about.clock.0.saturating_sub(now.0),
            positions: about.positions.clone(),
            is_filling: about.is_filling,
            error: about.error.clone(),
        };
        let note = is_new.then(|| note(node, &member));
        self.members.insert(node.clone(), member);
        for owner in taken_back {
            self.hear_again(&owner);
        }
        note
    }

    /// The logs whose ends were told by a node that now says less.
    fn taken_back(&self, node: &NodeName, positions: &Positions) -> Vec<NodeName> {
        let Some(before) = self.members.get(node) else { return Vec::new() };
        let is_less =
            |(owner, seq): &(&NodeName, Seq)| positions.get(owner) < *seq && self.log(owner).head == *seq;
        before.positions.iter().filter(is_less).map(|(owner, _)| owner.clone()).collect()
    }

    /// Where a log ends, by what each member said last.
    fn hear_again(&mut self, owner: &NodeName) {
        let told = self.members.values().map(|member| member.positions.get(owner)).max();
        if let Some(known) = self.logs.get_mut(owner) {
            known.head = told.unwrap_or_default();
        }
    }

    fn told_of(&mut self, owner: &NodeName, seq: Seq, by_owner_at: Option<Millis>) {
        let known = self.logs.entry(owner.clone()).or_default();
        known.head = known.head.max(seq);
        if let Some(at) = by_owner_at {
            known.told = Some(at);
            known.head = seq.max(known.head);
        }
    }

    /// Notes how far logs are folded here: whatever has reached its told end is as fresh as that telling.
    pub(super) fn folded(&mut self, positions: &Positions) {
        for (owner, known) in &mut self.logs {
            if known.head <= positions.get(owner) {
                known.fresh = known.fresh.max(known.told);
            }
        }
    }

    /// What is known of a log.
    pub(super) fn log(&self, owner: &NodeName) -> Known {
        self.logs.get(owner).copied().unwrap_or_default()
    }

    /// The nodes whose logs there are: members, and whoever a member has told of.
    pub(super) fn owners(&self) -> BTreeSet<NodeName> {
        let told = self.logs.iter().filter(|(_, known)| Seq(0) < known.head).map(|(owner, _)| owner);
        self.members.keys().chain(told).cloned().collect()
    }

    /// Whether a log was not followed until now; it counts as followed from now on.
    pub(super) fn begin_following(&mut self, owner: &NodeName) -> bool {
        self.followed.insert(owner.clone())
    }

    /// All members by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&NodeName, &Member)> {
        self.members.iter()
    }

    /// One member.
    pub(super) fn get(&self, node: &NodeName) -> Option<&Member> {
        self.members.get(node)
    }

    /// Members that are up and have more of a log than this node.
    pub(super) fn holders(&self, owner: &NodeName, after: Seq, now: Millis) -> Vec<NodeName> {
        let has_more = |member: &Member| after < member.positions.get(owner);
        let up = self.members.iter().filter(|(_, member)| member.state(now) == NodeState::Up);
        up.filter(|(_, member)| has_more(member)).map(|(node, _)| node.clone()).collect()
    }
}

impl Member {
    /// How it is.
    pub(super) fn state(&self, now: Millis) -> NodeState {
        let silent = self.heard.map(|heard| now.0 - heard.0);
        match silent {
            _ if self.has_left => NodeState::Left,
            Some(silent) if silent < SUSPECT_MS && self.is_filling => NodeState::Filling,
            Some(silent) if silent < SUSPECT_MS => NodeState::Up,
            Some(silent) if silent < DOWN_MS => NodeState::Suspect,
            _ => NodeState::Down,
        }
    }
}

fn note(node: &NodeName, member: &Member) -> Note {
    let doc = serde_json::to_string(member).expect("a member has string keys only");
    Note { kind: NOTE, key: node.to_string(), doc: Some(doc) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> NodeName {
        NodeName::recorded(text)
    }

    fn about(positions: &str, clock: i64) -> About {
        About {
            company: None,
            incarnation: 1,
            version: "1".into(),
            address: String::new(),
            clock: Millis(clock),
            positions: positions.parse().unwrap(),
            is_filling: false,
            left: Vec::new(),
            error: None,
        }
    }

    #[test]
    fn a_silent_node_becomes_suspect_and_then_down() {
        let mut members = Members::default();
        assert!(members.hear(&name("lon"), &about("lon:3", 1_000), Millis(1_000)).is_some());
        assert!(
            members.hear(&name("lon"), &about("lon:4", 1_500), Millis(2_000)).is_none(),
            "nothing to keep"
        );
        let state = |now| members.get(&name("lon")).unwrap().state(Millis(now));
        assert_eq!(state(2_500), NodeState::Up);
        assert_eq!(state(2_000 + SUSPECT_MS), NodeState::Suspect);
        assert_eq!(state(2_000 + DOWN_MS), NodeState::Down);
        assert_eq!(members.get(&name("lon")).unwrap().skew_ms, -500);
    }

    #[test]
    fn figures_are_as_old_as_the_last_end_that_was_told_and_folded() {
        let (mut members, lon) = (Members::default(), name("lon"));
        members.hear(&lon, &about("lon:3", 0), Millis(1_000));
        members.folded(&"lon:2".parse().unwrap());
        assert_eq!(members.log(&lon).fresh, None);
        members.folded(&"lon:3".parse().unwrap());
        assert_eq!(members.log(&lon).fresh, Some(Millis(1_000)));
        members.hear(&lon, &about("lon:9", 0), Millis(2_000));
        members.folded(&"lon:8".parse().unwrap());
        assert_eq!(members.log(&lon).fresh, Some(Millis(1_000)), "it is behind since then");
        members.folded(&"lon:9".parse().unwrap());
        assert_eq!(members.log(&lon).fresh, Some(Millis(2_000)));
    }

    #[test]
    fn a_log_is_known_from_others_than_its_owner() {
        let mut members = Members::default();
        members.hear(&name("lon"), &about("lon:3,mad:7", 0), Millis(0));
        assert_eq!(members.owners(), BTreeSet::from([name("lon"), name("mad")]));
        assert_eq!(members.log(&name("mad")).head, Seq(7));
        assert_eq!(members.holders(&name("mad"), Seq(6), Millis(1)), [name("lon")]);
        assert_eq!(members.holders(&name("mad"), Seq(7), Millis(1)), Vec::<NodeName>::new());
    }

    #[test]
    fn what_a_node_takes_back_is_not_waited_for() {
        let (mut members, lon, mad) = (Members::default(), name("lon"), name("mad"));
        members.hear(&lon, &about("lon:3", i64::MIN), Millis(1_000));
        members.hear(&mad, &about("lon:18446744073709551615,mad:2", i64::MAX), Millis(1_000));
        assert_eq!(members.log(&lon).head, Seq(u64::MAX));
        members.hear(&mad, &about("lon:2,mad:2", 0), Millis(2_000));
        assert_eq!(members.log(&lon).head, Seq(3), "as its owner has said");
        assert_eq!(members.log(&mad).head, Seq(2));
    }

    #[test]
    fn members_are_known_again_after_a_restart() {
        let mut members = Members::default();
        let note = members.hear(&name("lon"), &about("lon:3", 0), Millis(0)).unwrap();
        let again = Members::from_notes(vec![(note.key, note.doc.unwrap()), ("mad".into(), "{".into())]);
        let lon = again.get(&name("lon")).unwrap();
        assert_eq!((lon.edition, lon.state(Millis(0))), (1, NodeState::Down));
        assert!(again.get(&name("mad")).is_none());
    }
}

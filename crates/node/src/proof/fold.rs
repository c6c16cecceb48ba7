//! Folds logs in memory, checking every movement against the balance before it.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, RandomState};

use acopio_ledger::apply::{self, Meta, Verdict};
use acopio_ledger::books::Nothing;
use acopio_ledger::command::Cause;
use acopio_ledger::deed::Deed;
use acopio_ledger::ids::{EntryId, Seq};
use acopio_ledger::names::NodeName;
use acopio_ledger::ownership::Ownership;
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{Balance, StockKey};
use acopio_ledger::{Body, Books, Changes, Record};

use super::transit::Transit;

/// A digest of rows in any order, for views that grow with the history: equal if the rows are, with all but certainty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct RowsDigest {
    pub(super) rows: u64,
    sum: u64,
}

impl RowsDigest {
    pub(super) fn add(&mut self, hasher: &RandomState, row: impl std::hash::Hash) {
        self.rows += 1;
        self.sum = self.sum.wrapping_add(hasher.hash_one(row));
    }
}

/// A balance, and the node in whose log its last movement stands.
#[derive(Clone, Default)]
pub(super) struct Known {
    pub(super) balance: Balance,
    pub(super) node: Option<NodeName>,
}

impl Known {
    /// The balance as that node decides upon it: what stands in another's log is no movement of its own.
    fn seen_by(&self, node: &NodeName) -> Balance {
        let is_own = self.node.as_ref() == Some(node);
        Balance { last: if is_own { self.balance.last } else { Seq(0) }, ..self.balance }
    }

    /// Takes the balance after an entry of a node. One that says no last movement has not moved in that node's log.
    fn change(&mut self, after: Balance, node: &NodeName) {
        if after.last == Seq(0) {
            self.balance = Balance { last: self.balance.last, ..after };
            return;
        }
        self.balance = after;
        if self.node.as_ref() != Some(node) {
            self.node = Some(node.clone());
        }
    }
}

/// Where a stock key's movements go over from one log to another: the first one of the new owner, and the last one of
/// the owner before.
pub(super) type Crossings = BTreeMap<(StockKey, (NodeName, Seq)), (NodeName, Seq)>;

/// What logs come to.
pub(super) struct Fold {
    pub(super) balances: HashMap<StockKey, Known>,
    pub(super) crossings: Crossings,
    pub(super) commands: RowsDigest,
    pub(super) deeds: RowsDigest,
    pub(super) hasher: RandomState,
    pub(super) movements: u64,
    pub(super) transit: Transit,
    pub(super) fault: Option<String>,
    rest: Books<Nothing>,
    /// Who owns the warehouses in the end.
    known: Ownership,
}

impl Fold {
    /// A fold of nothing yet, that knows from its beginning who owns which warehouse in the end.
    pub(super) fn knowing(known: Ownership) -> Fold {
        Fold {
            known,
            balances: HashMap::new(),
            crossings: BTreeMap::new(),
            commands: RowsDigest::default(),
            deeds: RowsDigest::default(),
            hasher: RandomState::new(),
            movements: 0,
            transit: Transit::default(),
            fault: None,
            rest: Books::over(Nothing),
        }
    }

    /// The folded views, but for balances, commands and deeds.
    pub(super) fn changes(&self) -> &Changes {
        self.rest.changes()
    }

    /// Folds a record, but for what of it is void.
    pub(super) fn record(&mut self, record: &Record) {
        let verdict = apply::judge(&mut self.rest, Some(&self.known), record);
        if verdict == Verdict::Void {
            return;
        }
        let command = &record.command;
        let also = record.answers_also().map(|(id, _)| id);
        for id in also.iter().chain([command]) {
            let first = &record.first;
            self.commands.add(&self.hasher, (id.user.0, id.key_bytes(), &first.node, first.seq));
        }
        for (index, entry) in record.entries.iter().enumerate().filter(|(index, _)| verdict.counts(*index)) {
            let id = record.id(index);
            self.name(&entry.body);
            if let Err(fault) = self.check(&id, &entry.body) {
                self.fault = Some(format!("entry {id}: {fault}"));
                return;
            }
            let stamp = record.stamp(index);
            if let Some(deed) = Deed::of(&id, stamp, command.user, &entry.body) {
                self.deeds.add(&self.hasher, &deed);
            }
            if is_plain_movement(&entry.body, &record.cause) {
                apply::tally(&mut self.rest, stamp, &entry.body);
                continue;
            }
            let meta = Meta { id, stamp, actor: command.user, cause: record.cause.clone() };
            apply::body(&mut self.rest, &meta, &entry.body);
            let changes = self.rest.changes_mut();
            changes.balances.clear();
            changes.begun.clear();
            changes.deeds.clear();
        }
    }

    /// Makes a stub of a product that is named before it is known. One of which there is a balance has been named.
    fn name(&mut self, body: &Body) {
        match body {
            Body::Moved(moved) if self.balances.contains_key(&moved.key) => {}
            body => apply::name(&mut self.rest, body),
        }
    }

    /// Checks that the balance after an entry follows from the one before it.
    fn check(&mut self, id: &EntryId, body: &Body) -> Result<(), String> {
        match body {
            Body::Moved(moved) => {
                self.movements += 1;
                self.transit.post(moved);
                let before = self.before(&moved.key, &id.node);
                if moved.previous != before.last {
                    return Err(format!("it follows {}, not {}", before.last, moved.previous));
                }
                self.cross(id, &moved.key);
                let after =
                    Balance { on_hand: before.on_hand + moved.on_hand_change(), last: id.seq, ..before };
                self.follow(id, &moved.key, after, moved.after)
            }
            Body::Held(held) => self.check_hold(id, &held.key, held.quantity, held.after),
            Body::Released(released) => {
                self.check_hold(id, &released.key, -released.quantity, released.after)
            }
            _ => Ok(()),
        }
    }

    /// A balance as the writer of the next entry knows it.
    fn before(&self, key: &StockKey, node: &NodeName) -> Balance {
        self.balances.get(key).map(|known| known.seen_by(node)).unwrap_or_default()
    }

    /// Notes where the movements of a key come over from another log.
    fn cross(&mut self, id: &EntryId, key: &StockKey) {
        let Some(Known { balance, node: Some(node) }) = self.balances.get(key) else { return };
        if *node != id.node {
            let at = (key.clone(), (id.node.clone(), id.seq));
            let before = (node.clone(), balance.last);
            self.crossings.insert(at, before);
        }
    }

    fn check_hold(
        &mut self,
        id: &EntryId,
        key: &StockKey,
        change: Quantity,
        recorded: Balance,
    ) -> Result<(), String> {
        let before = self.before(key, &id.node);
        self.follow(id, key, Balance { on_hold: before.on_hold + change, ..before }, recorded)
    }

    fn follow(
        &mut self,
        id: &EntryId,
        key: &StockKey,
        computed: Balance,
        recorded: Balance,
    ) -> Result<(), String> {
        let computed = Balance { version: computed.version.next(), ..computed };
        if computed != recorded {
            return Err(format!(
                "the balance of {} in {} should be {}, it says {}",
                key.sku,
                key.warehouse,
                shown(&computed),
                shown(&recorded)
            ));
        }
        if !recorded.is_sound() {
            return Err(format!(
                "the balance of {} in {} is impossible: {}",
                key.sku,
                key.warehouse,
                shown(&recorded)
            ));
        }
        match self.balances.get_mut(key) {
            Some(known) => known.change(recorded, &id.node),
            None => {
                let mut known = Known::default();
                known.change(recorded, &id.node);
                self.balances.insert(key.clone(), known);
            }
        }
        Ok(())
    }
}

/// Whether an entry changes nothing but a balance, as almost all do.
fn is_plain_movement(body: &Body, cause: &Option<Cause>) -> bool {
    match body {
        Body::Moved(moved) => moved.undoes.is_none() && !matches!(cause, Some(Cause::Import(_))),
        Body::Refused(_) | Body::BatchRefused(_) => true,
        _ => false,
    }
}

/// A balance in one line.
pub(super) fn shown(balance: &Balance) -> String {
    let Balance { on_hand, reserved, on_hold, version, last: Seq(last) } = balance;
    format!(
        "{on_hand} on hand, {reserved} reserved, {on_hold} on hold at version {version}, last movement {last}"
    )
}

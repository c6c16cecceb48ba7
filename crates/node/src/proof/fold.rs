//! Folds a log in memory, checking every movement against the balance before it.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

use acopio_ledger::apply::{self, Meta};
use acopio_ledger::books::Nothing;
use acopio_ledger::command::Cause;
use acopio_ledger::ids::{EntryId, Seq};
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

/// What a log comes to.
pub(super) struct Fold {
    pub(super) balances: HashMap<StockKey, Balance>,
    pub(super) commands: RowsDigest,
    pub(super) hasher: RandomState,
    pub(super) movements: u64,
    pub(super) transit: Transit,
    pub(super) fault: Option<String>,
    rest: Books<Nothing>,
}

impl Default for Fold {
    fn default() -> Fold {
        Fold {
            balances: HashMap::new(),
            commands: RowsDigest::default(),
            hasher: RandomState::new(),
            movements: 0,
            transit: Transit::default(),
            fault: None,
            rest: Books::over(Nothing),
        }
    }
}

impl Fold {
    /// The folded views, but for balances and commands.
    pub(super) fn changes(&self) -> &Changes {
        self.rest.changes()
    }

    /// Folds a record.
    pub(super) fn record(&mut self, record: &Record) {
        let command = &record.command;
        self.commands.add(&self.hasher, (command.user.0, command.key_bytes(), record.first.seq));
        for (index, entry) in record.entries.iter().enumerate() {
            let id = record.id(index);
            if let Err(fault) = self.check(&id, &entry.body) {
                self.fault = Some(format!("entry {id}: {fault}"));
                return;
            }
            if is_plain_movement(&entry.body, &record.cause) {
                continue;
            }
            let stamp = record.stamp(index);
            let meta = Meta { id, stamp, actor: command.user, cause: record.cause.clone() };
            apply::body(&mut self.rest, &meta, &entry.body);
            self.rest.changes_mut().balances.clear();
        }
    }

    /// Checks that the balance after an entry follows from the one before it.
    fn check(&mut self, id: &EntryId, body: &Body) -> Result<(), String> {
        match body {
            Body::Moved(moved) => {
                self.movements += 1;
                self.transit.post(moved);
                let before = self.balances.get(&moved.key).copied().unwrap_or_default();
                if moved.previous != before.last {
                    return Err(format!("it follows {}, not {}", before.last, moved.previous));
                }
                let after =
                    Balance { on_hand: before.on_hand + moved.on_hand_change(), last: id.seq, ..before };
                self.follow(&moved.key, after, moved.after)
            }
            Body::Held(held) => self.check_hold(&held.key, held.quantity, held.after),
            Body::Released(released) => self.check_hold(&released.key, -released.quantity, released.after),
            _ => Ok(()),
        }
    }

    fn check_hold(&mut self, key: &StockKey, change: Quantity, recorded: Balance) -> Result<(), String> {
        let before = self.balances.get(key).copied().unwrap_or_default();
        self.follow(key, Balance { on_hold: before.on_hold + change, ..before }, recorded)
    }

    fn follow(&mut self, key: &StockKey, computed: Balance, recorded: Balance) -> Result<(), String> {
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
            Some(balance) => *balance = recorded,
            None => {
                self.balances.insert(key.clone(), recorded);
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

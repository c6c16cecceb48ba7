//! The books: what the folded log says, as far as it is needed now.
//!
//! [`Books`] lays changes over a [`Source`] (a database, another book, nothing). Commands are decided against it and
//! entries applied to it; what has changed is then taken out and committed in one go, or dropped.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::conflict::{Conflict, ConflictId};
use crate::deed::Deed;
use crate::entry::{Moved, Record};
use crate::gtin::Barcode;
use crate::holders::Holders;
use crate::ids::{CommandId, EntryId, ImportId, Seq, SessionId, SourceId, UserId};
use crate::names::{Sku, WarehouseCode};
use crate::ownership::Judged;
use crate::quantity::Quantity;
use crate::records::{
    Alert, Balance, Category, Hold, Import, Product, Rule, Session, StockKey, Stockable, User, Warehouse,
};
use crate::settings::Settings;
use crate::tally::{Quarter, Tally};
use crate::transfer::Transfer;
use crate::void::Void;

macro_rules! source {
    ($( $(#[$doc:meta])* fn $name:ident($($arg:ident: $type:ty)?) -> $answer:ty; )*) => {
        /// What lies below the books. Nothing here can fail: a source that meets an error keeps it, answers with
        /// nothing, and whoever commits asks it first.
        pub trait Source {
            $( $(#[$doc])* fn $name(&self $(, $arg: $type)?) -> $answer; )*
        }

        /// Books may be opened over borrowed ones: what is tried there can be dropped.
        impl<S: Source + ?Sized> Source for &S {
            $( fn $name(&self $(, $arg: $type)?) -> $answer {
                S::$name(self $(, $arg)?)
            } )*
        }

        /// Nothing below: books over it hold all there is.
        impl Source for Nothing {
            $( fn $name(&self $(, $arg: $type)?) -> $answer {
                $( let _ = $arg; )?
                Default::default()
            } )*
        }
    };
}

source! {
    /// A product; one that is only named by others' stock is a stub.
    fn product(sku: &Sku) -> Option<Arc<Product>>;
    /// The little of a product that movements need; nothing of a stub.
    fn stockable(sku: &Sku) -> Option<Stockable>;
    /// Whose barcode it is.
    fn barcode(barcode: &Barcode) -> Holders<Sku>;
    /// A category; one that was removed has no name.
    fn category(id: &EntryId) -> Option<Category>;
    /// The categories of that name, which is in lower case.
    fn category_named(name: &str) -> Holders<EntryId>;
    /// A warehouse.
    fn warehouse(code: &WarehouseCode) -> Option<Arc<Warehouse>>;
    /// The codes of all warehouses, sorted.
    fn warehouses() -> Vec<WarehouseCode>;
    /// A balance; one that does not exist is all zeros. Its `last` is 0 where that movement stands in another node's log
    /// than the one that is written now.
    fn balance(key: &StockKey) -> Balance;
    /// A reorder rule.
    fn rule(key: &StockKey) -> Option<Rule>;
    /// An alert.
    fn alert(id: &EntryId) -> Option<Alert>;
    /// A hold.
    fn hold(id: &EntryId) -> Option<Hold>;
    /// A user.
    fn user(id: &UserId) -> Option<User>;
    /// The users of that login name, which is in lower case.
    fn user_named(username: &str) -> Holders<UserId>;
    /// The users of that e-mail address, which is in lower case.
    fn user_mailed(email: &str) -> Holders<UserId>;
    /// The ids of all users, sorted.
    fn users() -> Vec<UserId>;
    /// A session or token.
    fn session(id: &SessionId) -> Option<Session>;
    /// An import.
    fn import(id: &ImportId) -> Option<Import>;
    /// The import that last posted a source's row.
    fn source(id: &SourceId) -> Option<ImportId>;
    /// By which entry a movement was undone.
    fn undone(movement: &EntryId) -> Option<EntryId>;
    /// A movement of the committed log, and the import that posted it.
    fn movement(id: &EntryId) -> Option<(Moved, Option<ImportId>)>;
    /// What an import has changed in all, without movements that were undone one by one.
    fn import_net(import: &Import) -> BTreeMap<StockKey, Quantity>;
    /// The first entry of what a command led to, in whichever log it stands.
    fn command(id: &CommandId) -> Option<EntryId>;
    /// A transfer.
    fn transfer(id: &EntryId) -> Option<Transfer>;
    /// What is on the road to a warehouse.
    fn incoming(key: &StockKey) -> Quantity;
    /// Whether the company is founded.
    fn founded() -> bool;
    /// What one command has led to: the record of the committed logs whose first entry it is, void or not.
    fn record(first: &EntryId) -> Option<Record>;
    /// A void record.
    fn void(id: &EntryId) -> Option<Void>;
    /// The settings of the company.
    fn settings() -> Arc<Settings>;
    /// The values that stand beside one another in a field.
    fn conflict(id: &ConflictId) -> Option<Conflict>;
}

/// A source that knows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Nothing;

/// What has changed, by record. A rule that is `None` was removed. Names that nobody holds were taken away.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "each field holds the changed records that its name says")]
pub struct Changes {
    pub products: BTreeMap<Sku, Arc<Product>>,
    pub barcodes: BTreeMap<Barcode, Holders<Sku>>,
    pub categories: BTreeMap<EntryId, Category>,
    /// By names in lower case.
    pub category_names: BTreeMap<String, Holders<EntryId>>,
    pub warehouses: BTreeMap<WarehouseCode, Arc<Warehouse>>,
    pub balances: BTreeMap<StockKey, Balance>,
    pub rules: BTreeMap<StockKey, Option<Rule>>,
    pub alerts: BTreeMap<EntryId, Alert>,
    pub holds: BTreeMap<EntryId, Hold>,
    pub users: BTreeMap<UserId, User>,
    /// By login names in lower case.
    pub usernames: BTreeMap<String, Holders<UserId>>,
    /// By e-mail addresses in lower case.
    pub emails: BTreeMap<String, Holders<UserId>>,
    pub sessions: BTreeMap<SessionId, Session>,
    pub imports: BTreeMap<ImportId, Import>,
    pub sources: BTreeMap<SourceId, ImportId>,
    pub undone: BTreeMap<EntryId, EntryId>,
    pub commands: BTreeMap<CommandId, EntryId>,
    pub company: Option<[u8; 16]>,
    /// The public keys with which nodes sign tokens.
    pub keys: BTreeMap<String, [u8; 32]>,
    pub transfers: BTreeMap<EntryId, Transfer>,
    /// What is on the road to a warehouse; 0 where there is none any more.
    pub incoming: BTreeMap<StockKey, Quantity>,
    pub voids: BTreeMap<EntryId, Void>,
    /// A conflict that is `None` is over.
    pub conflicts: BTreeMap<ConflictId, Option<Conflict>>,
    pub settings: Option<Arc<Settings>>,
    /// What is to be added to the tallies of quarters and warehouses.
    pub tallies: BTreeMap<(Quarter, WarehouseCode), Tally>,
    /// In the order in which they were folded.
    pub deeds: Vec<Deed>,
    /// No view: of these warehouses it is judged anew which entries after some positions are void. If any of these was
    /// folded before, the logs must be folded anew.
    pub judged: BTreeMap<WarehouseCode, Judged>,
    /// No view: the first movements of these keys that name none before them in their own log. Of a key that has moved
    /// before, these go over from the log of the owner before.
    pub begun: BTreeMap<StockKey, Seq>,
}

impl Changes {
    /// Notes that entries of a warehouse are judged anew, from the earliest position of each log on.
    pub(crate) fn judge(&mut self, warehouse: &WarehouseCode, judged: Judged) {
        if judged.is_empty() {
            return;
        }
        let known = self.judged.entry(warehouse.clone()).or_default();
        for (node, seq) in judged {
            let from = known.entry(node).or_insert(seq);
            *from = seq.min(*from);
        }
    }
}

/// Changes over a source.
pub struct Books<S> {
    below: S,
    changes: Changes,
}

/// Looks among the changes, then below them.
macro_rules! layered {
    ($self:ident, $table:ident, $key:expr, $below:expr) => {
        match $self.changes.$table.get($key) {
            Some(found) => found.clone().into(),
            None => $below,
        }
    };
}

impl<S: Source> Books<S> {
    /// Books without changes yet.
    pub fn over(below: S) -> Books<S> {
        Books { below, changes: Changes::default() }
    }

    /// What lies below.
    pub fn below(&self) -> &S {
        &self.below
    }

    /// What has changed.
    pub fn changes(&self) -> &Changes {
        &self.changes
    }

    /// What has changed, to be written to.
    pub fn changes_mut(&mut self) -> &mut Changes {
        &mut self.changes
    }

    /// Takes the changes out and leaves none.
    pub fn take_changes(&mut self) -> Changes {
        std::mem::take(&mut self.changes)
    }

    /// Lays the changes of books that were opened over these ones upon these.
    pub fn absorb(&mut self, later: Changes) {
        let own = &mut self.changes;
        own.products.extend(later.products);
        own.barcodes.extend(later.barcodes);
        own.categories.extend(later.categories);
        own.category_names.extend(later.category_names);
        own.warehouses.extend(later.warehouses);
        own.balances.extend(later.balances);
        own.rules.extend(later.rules);
        own.alerts.extend(later.alerts);
        own.holds.extend(later.holds);
        own.users.extend(later.users);
        own.usernames.extend(later.usernames);
        own.emails.extend(later.emails);
        own.sessions.extend(later.sessions);
        own.imports.extend(later.imports);
        own.sources.extend(later.sources);
        own.undone.extend(later.undone);
        own.commands.extend(later.commands);
        own.company = later.company.or(own.company);
        own.keys.extend(later.keys);
        own.transfers.extend(later.transfers);
        own.incoming.extend(later.incoming);
        own.voids.extend(later.voids);
        own.conflicts.extend(later.conflicts);
        own.settings = later.settings.or_else(|| own.settings.take());
        for (at, tally) in later.tallies {
            own.tallies.entry(at).or_default().add(&tally);
        }
        own.deeds.extend(later.deeds);
        for (warehouse, judged) in later.judged {
            own.judge(&warehouse, judged);
        }
        for (key, first) in later.begun {
            own.begun.entry(key).or_insert(first);
        }
    }
}

impl<S: Source> Source for Books<S> {
    fn product(&self, sku: &Sku) -> Option<Arc<Product>> {
        layered!(self, products, sku, self.below.product(sku))
    }

    fn stockable(&self, sku: &Sku) -> Option<Stockable> {
        match self.changes.products.get(sku) {
            Some(product) => product.stockable(),
            None => self.below.stockable(sku),
        }
    }

    fn barcode(&self, barcode: &Barcode) -> Holders<Sku> {
        layered!(self, barcodes, barcode, self.below.barcode(barcode))
    }

    fn category(&self, id: &EntryId) -> Option<Category> {
        layered!(self, categories, id, self.below.category(id))
    }

    fn category_named(&self, name: &str) -> Holders<EntryId> {
        layered!(self, category_names, name, self.below.category_named(name))
    }

    fn warehouse(&self, code: &WarehouseCode) -> Option<Arc<Warehouse>> {
        layered!(self, warehouses, code, self.below.warehouse(code))
    }

    fn warehouses(&self) -> Vec<WarehouseCode> {
        let mut codes = self.below.warehouses();
        codes.extend(self.changes.warehouses.keys().cloned());
        codes.sort();
        codes.dedup();
        codes
    }

    fn balance(&self, key: &StockKey) -> Balance {
        layered!(self, balances, key, self.below.balance(key))
    }

    fn rule(&self, key: &StockKey) -> Option<Rule> {
        layered!(self, rules, key, self.below.rule(key))
    }

    fn alert(&self, id: &EntryId) -> Option<Alert> {
        layered!(self, alerts, id, self.below.alert(id))
    }

    fn hold(&self, id: &EntryId) -> Option<Hold> {
        layered!(self, holds, id, self.below.hold(id))
    }

    fn user(&self, id: &UserId) -> Option<User> {
        layered!(self, users, id, self.below.user(id))
    }

    fn user_named(&self, username: &str) -> Holders<UserId> {
        layered!(self, usernames, username, self.below.user_named(username))
    }

    fn user_mailed(&self, email: &str) -> Holders<UserId> {
        layered!(self, emails, email, self.below.user_mailed(email))
    }

    fn users(&self) -> Vec<UserId> {
        let mut ids = self.below.users();
        ids.extend(self.changes.users.keys());
        ids.sort();
        ids.dedup();
        ids
    }

    fn session(&self, id: &SessionId) -> Option<Session> {
        layered!(self, sessions, id, self.below.session(id))
    }

    fn import(&self, id: &ImportId) -> Option<Import> {
        layered!(self, imports, id, self.below.import(id))
    }

    fn source(&self, id: &SourceId) -> Option<ImportId> {
        layered!(self, sources, id, self.below.source(id))
    }

    fn undone(&self, movement: &EntryId) -> Option<EntryId> {
        layered!(self, undone, movement, self.below.undone(movement))
    }

    fn movement(&self, id: &EntryId) -> Option<(Moved, Option<ImportId>)> {
        self.below.movement(id)
    }

    fn import_net(&self, import: &Import) -> BTreeMap<StockKey, Quantity> {
        self.below.import_net(import)
    }

    fn command(&self, id: &CommandId) -> Option<EntryId> {
        layered!(self, commands, id, self.below.command(id))
    }

    fn transfer(&self, id: &EntryId) -> Option<Transfer> {
        layered!(self, transfers, id, self.below.transfer(id))
    }

    fn incoming(&self, key: &StockKey) -> Quantity {
        layered!(self, incoming, key, self.below.incoming(key))
    }

    fn founded(&self) -> bool {
        self.changes.company.is_some() || self.below.founded()
    }

    fn record(&self, first: &EntryId) -> Option<Record> {
        self.below.record(first)
    }

    fn void(&self, id: &EntryId) -> Option<Void> {
        layered!(self, voids, id, self.below.void(id))
    }

    fn settings(&self) -> Arc<Settings> {
        self.changes.settings.clone().unwrap_or_else(|| self.below.settings())
    }

    fn conflict(&self, id: &ConflictId) -> Option<Conflict> {
        layered!(self, conflicts, id, self.below.conflict(id))
    }
}

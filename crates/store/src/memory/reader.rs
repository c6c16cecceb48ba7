//! Answers queries by looking at everything.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use acopio_contract::QueryError;
use acopio_contract::query::{self, Ask, Page};
use acopio_ledger::ids::{CommandId, EntryId, Seq};
use acopio_ledger::names::NodeName;
use acopio_ledger::records::{Alert, Category, Hold, Import, Session, User};
use acopio_ledger::settings::Settings;
use acopio_ledger::{Record, Source, records};

use super::audit::MemoryAudit;
use super::lists::page;
use super::{Shared, Shelf};
use crate::filters::{in_scope, is_in_state, now, passes};
use crate::{Audit, Head, LogHead, Reader, StoreError, StoredFrame};

/// The readers' side of a store in memory.
pub(super) struct MemoryReader {
    shelf: Shared,
}

impl MemoryReader {
    pub(super) fn new(shelf: Shared) -> MemoryReader {
        MemoryReader { shelf }
    }
}

/// One query a line: its method, its type, and the method of the shelf that answers it.
macro_rules! answers {
    ($( $name:ident($query:ident) )*) => {
        $(
            fn $name(&self, query: &query::$query) -> Result<<query::$query as Ask>::Answer, QueryError> {
                self.shelf.read().$name(query)
            }
        )*
    };
}

impl Reader for MemoryReader {
    answers! {
        products(Products) product(ProductBySku) categories(Categories) warehouses(Warehouses)
        stock(Stock) stock_of(StockOf) movements(Movements) movement(Movement)
        holds(Holds) hold(HoldById) rules(Rules) rule(RuleByKey) alerts(Alerts) alert(AlertById)
        users(Users) user(UserById) user_by_name(UserByName) sessions(Sessions) session(SessionById)
        access(Access) imports(Imports) import(ImportById) posted(Posted) entries(Entries)
        signing_key(SigningKey) transfers(Transfers) transfer(TransferById) voids(Voids) void(VoidById)
        conflicts(Conflicts) conflict(ConflictById) tallies(Tallies) settings(CompanySettings) deeds(Deeds)
    }

    fn explorer_tables(&self, _: &query::ExplorerTables) -> Result<Vec<query::ExplorerTable>, QueryError> {
        Ok(Vec::new())
    }

    fn explore(&self, _: &query::Explore) -> Result<query::Explored, QueryError> {
        Ok(query::Explored::NotAvailable)
    }

    fn backup(&self, _: &query::Backup) -> Result<u64, QueryError> {
        let reason = "a store in memory has no file".to_owned();
        Err(QueryError::Storage { what: "backup", reason })
    }

    fn form(&self) -> Option<String> {
        None
    }

    fn damage(&self) -> Option<String> {
        None
    }

    fn head(&self) -> Result<Head, StoreError> {
        Ok(self.shelf.read().head())
    }

    fn heads(&self) -> Result<BTreeMap<NodeName, LogHead>, StoreError> {
        Ok(self.shelf.read().logs.heads())
    }

    fn outcome(&self, command: &CommandId) -> Result<Option<EntryId>, StoreError> {
        Ok(self.shelf.read().across.command(command))
    }

    fn company(&self) -> Result<Option<[u8; 16]>, StoreError> {
        Ok(self.shelf.read().books.changes().company)
    }

    fn frames(&self, node: &NodeName, after: Seq, bytes_max: usize) -> Result<Vec<StoredFrame>, StoreError> {
        let shelf = self.shelf.read();
        Ok(shelf.logs.get(node).map_or_else(Vec::new, |log| log.frames_after(after, bytes_max)))
    }

    fn notes(&self, kind: &str, after: &str, limit: usize) -> Result<Vec<(String, String)>, StoreError> {
        let shelf = self.shelf.read();
        let of_kind = shelf.notes.iter().filter(|((found, key), _)| found == kind && after < key.as_str());
        Ok(of_kind.take(limit).map(|((_, key), doc)| (key.clone(), doc.clone())).collect())
    }

    fn note(&self, kind: &str, key: &str) -> Result<Option<String>, StoreError> {
        Ok(self.shelf.read().notes.get(&(kind.to_owned(), key.to_owned())).cloned())
    }

    fn record(&self, first: &EntryId) -> Result<Option<Record>, StoreError> {
        Ok(self.shelf.read().logs.record(first).cloned())
    }

    fn audit(&self) -> Result<Box<dyn Audit + '_>, StoreError> {
        Ok(Box::new(MemoryAudit::of(self.shelf.read())))
    }
}

type Answer<T> = Result<T, QueryError>;

/// Small lists and single records; products, stock and movements have files of their own.
impl Shelf {
    fn categories(&self, _: &query::Categories) -> Answer<Vec<Category>> {
        let known = self.books.changes().categories.values().filter(|category| !category.is_removed());
        let mut all: Vec<_> = known.cloned().collect();
        all.sort_by_cached_key(|category| (category.name.to_lowercase(), category.id.clone()));
        Ok(all)
    }

    fn warehouses(&self, _: &query::Warehouses) -> Answer<Vec<records::Warehouse>> {
        let known = self.books.changes().warehouses.values();
        Ok(known.map(|warehouse| records::Warehouse::clone(warehouse)).collect())
    }

    fn holds(&self, query: &query::Holds) -> Answer<Page<Hold>> {
        let holds = self.books.changes().holds.values().filter(|hold| {
            passes(&query.warehouse, &hold.key.warehouse)
                && passes(&query.sku, &hold.key.sku)
                && query.held.is_none_or(|held| held == (hold.quantity.0 != 0))
                && in_scope(&query.scope, &hold.key.warehouse)
        });
        let rows = holds.map(|hold| (Reverse((hold.held, hold.id.to_string())), hold.clone()));
        page("holds", &query.page, rows)
    }

    fn hold(&self, query: &query::HoldById) -> Answer<Option<Hold>> {
        Ok(self.books.hold(&query.id))
    }

    fn rules(&self, query: &query::Rules) -> Answer<Page<query::RuleRow>> {
        let rules = self.books.changes().rules.iter().filter(|(key, _)| {
            passes(&query.warehouse, &key.warehouse)
                && passes(&query.sku, &key.sku)
                && in_scope(&query.scope, &key.warehouse)
        });
        let row = |key: &records::StockKey, rule: &records::Rule| {
            let place = (key.sku.to_string(), key.warehouse.to_string());
            (place, query::RuleRow { key: key.clone(), rule: rule.clone() })
        };
        page("rules", &query.page, rules.filter_map(|(key, rule)| Some(row(key, rule.as_ref()?))))
    }

    fn rule(&self, query: &query::RuleByKey) -> Answer<Option<query::RuleRow>> {
        Ok(self.books.rule(&query.key).map(|rule| query::RuleRow { key: query.key.clone(), rule }))
    }

    fn alerts(&self, query: &query::Alerts) -> Answer<Page<Alert>> {
        let now = now();
        let alerts = self.books.changes().alerts.values().filter(|alert| {
            passes(&query.warehouse, &alert.key.warehouse)
                && passes(&query.sku, &alert.key.sku)
                && in_scope(&query.scope, &alert.key.warehouse)
                && is_in_state(query.state, &alert.state, now)
        });
        let rows = alerts.map(|alert| (Reverse((alert.raised, alert.id.to_string())), alert.clone()));
        page("alerts", &query.page, rows)
    }

    fn alert(&self, query: &query::AlertById) -> Answer<Option<Alert>> {
        Ok(self.books.alert(&query.id))
    }

    fn users(&self, query: &query::Users) -> Answer<Page<User>> {
        let users = self.books.changes().users.values();
        page(
            "users",
            &query.page,
            users.map(|user| ((user.username.to_lowercase(), user.id.to_string()), user.clone())),
        )
    }

    fn user(&self, query: &query::UserById) -> Answer<Option<User>> {
        Ok(self.books.user(&query.id))
    }

    fn user_by_name(&self, query: &query::UserByName) -> Answer<Option<User>> {
        let named = self.books.user_named(&query.username.to_lowercase());
        Ok(named.first().and_then(|id| self.books.user(id)))
    }

    fn sessions(&self, query: &query::Sessions) -> Answer<Page<Session>> {
        let sessions = self.books.changes().sessions.values().filter(|session| {
            let is_token = session.kind == records::SessionKind::Token;
            session.user == query.user && query.tokens.is_none_or(|tokens| tokens == is_token)
        });
        let rows =
            sessions.map(|session| (Reverse((session.opened, session.id.to_string())), session.clone()));
        page("sessions", &query.page, rows)
    }

    fn session(&self, query: &query::SessionById) -> Answer<Option<Session>> {
        Ok(self.books.session(&query.id))
    }

    fn access(&self, query: &query::Access) -> Answer<Option<query::AccessView>> {
        let session = self.books.session(&query.session);
        let view =
            |session: Session| Some(query::AccessView { user: self.books.user(&session.user)?, session });
        Ok(session.and_then(view))
    }

    fn imports(&self, query: &query::Imports) -> Answer<Page<Import>> {
        let imports = self.books.changes().imports.values();
        let rows = imports.map(|import| (Reverse((import.began, import.id.to_string())), import.clone()));
        page("imports", &query.page, rows)
    }

    fn import(&self, query: &query::ImportById) -> Answer<Option<Import>> {
        Ok(self.books.import(&query.id))
    }

    fn posted(&self, query: &query::Posted) -> Answer<Vec<bool>> {
        let is_posted = |source| {
            let import = self.books.source(source).and_then(|import| self.books.import(&import));
            import.is_some_and(|import| !import.undone)
        };
        Ok(query.sources.iter().map(is_posted).collect())
    }

    fn settings(&self, _: &query::CompanySettings) -> Answer<Settings> {
        Ok(Settings::clone(&self.books.settings()))
    }

    fn signing_key(&self, query: &query::SigningKey) -> Answer<Option<[u8; 32]>> {
        Ok(self.books.changes().keys.get(&query.node).copied())
    }
}

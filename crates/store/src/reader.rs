//! The readers' side of a store.

use std::collections::BTreeMap;

use acopio_contract::QueryError;
use acopio_contract::query;
use acopio_ledger::Record;
use acopio_ledger::ids::{CommandId, EntryId, Seq};
use acopio_ledger::names::NodeName;

use crate::{Audit, Head, LogHead, StoreError};

/// A frame as it lies in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredFrame {
    /// The position of its first entry.
    pub first: Seq,
    /// All its bytes.
    pub bytes: Vec<u8>,
}

macro_rules! reader_queries {
    ($( $(#[$doc:meta])* $name:ident($query:ident); )*) => {
        /// The readers' side of a store: any number of threads, each seeing what was committed before it asked. Never
        /// waits for the writer.
        pub trait Reader: Send + Sync {
            $(
                $(#[$doc])*
                #[doc = "\n# Errors\n\nWhen the cursor is none of this list's, or storage fails."]
                fn $name(
                    &self,
                    query: &query::$query,
                ) -> Result<<query::$query as query::Ask>::Answer, QueryError>;
            )*

            /// In which form its backups are, where any can be made: whose own have the same can make one its own.
            fn form(&self) -> Option<String>;

            /// What was found to be damaged so far, by any reader or the writer: then what is stored must be had from
            /// elsewhere.
            fn damage(&self) -> Option<String>;

            /// Where the node's own log ends.
            ///
            /// # Errors
            ///
            /// When storage fails.
            fn head(&self) -> Result<Head, StoreError>;

            /// Where all logs end, the node's own included.
            ///
            /// # Errors
            ///
            /// When storage fails.
            fn heads(&self) -> Result<BTreeMap<NodeName, LogHead>, StoreError>;

            /// The company, once founded.
            ///
            /// # Errors
            ///
            /// When storage fails.
            fn company(&self) -> Result<Option<[u8; 16]>, StoreError>;

            /// Whole frames of a node's log after a position, in order, at least one if there is one, then as many as
            /// fit `bytes_max`. None when nothing of that log is here.
            ///
            /// # Errors
            ///
            /// When storage fails.
            fn frames(
                &self,
                node: &NodeName,
                after: Seq,
                bytes_max: usize,
            ) -> Result<Vec<StoredFrame>, StoreError>;

            /// Notes of a kind whose keys are above `after`, as keys and documents in the order of their keys.
            ///
            /// # Errors
            ///
            /// When storage fails.
            fn notes(
                &self,
                kind: &str,
                after: &str,
                limit: usize,
            ) -> Result<Vec<(String, String)>, StoreError>;

            /// The document of one note.
            ///
            /// # Errors
            ///
            /// When storage fails.
            fn note(&self, kind: &str, key: &str) -> Result<Option<String>, StoreError>;

            /// Where that begins which a command has led to, in whichever log that is here.
            ///
            /// # Errors
            ///
            /// When storage fails.
            fn outcome(&self, command: &CommandId) -> Result<Option<EntryId>, StoreError>;

            /// What a command has led to, of any log that is here: the record whose first entry this is.
            ///
            /// # Errors
            ///
            /// When storage fails.
            fn record(&self, first: &EntryId) -> Result<Option<Record>, StoreError>;

            /// All of the store at one moment.
            ///
            /// # Errors
            ///
            /// When storage fails.
            fn audit(&self) -> Result<Box<dyn Audit + '_>, StoreError>;
        }
    };
}

reader_queries! {
    /// See [`query::Query::Products`].
    products(Products);
    /// See [`query::Query::ProductBySku`].
    product(ProductBySku);
    /// See [`query::Query::Categories`].
    categories(Categories);
    /// See [`query::Query::Warehouses`].
    warehouses(Warehouses);
    /// See [`query::Query::Stock`].
    stock(Stock);
    /// See [`query::Query::StockOf`].
    stock_of(StockOf);
    /// See [`query::Query::Movements`].
    movements(Movements);
    /// See [`query::Query::Movement`].
    movement(Movement);
    /// See [`query::Query::Holds`].
    holds(Holds);
    /// See [`query::Query::HoldById`].
    hold(HoldById);
    /// See [`query::Query::Rules`].
    rules(Rules);
    /// See [`query::Query::RuleByKey`].
    rule(RuleByKey);
    /// See [`query::Query::Alerts`].
    alerts(Alerts);
    /// See [`query::Query::AlertById`].
    alert(AlertById);
    /// See [`query::Query::Users`].
    users(Users);
    /// See [`query::Query::UserById`].
    user(UserById);
    /// See [`query::Query::UserByName`].
    user_by_name(UserByName);
    /// See [`query::Query::Sessions`].
    sessions(Sessions);
    /// See [`query::Query::SessionById`].
    session(SessionById);
    /// See [`query::Query::Access`].
    access(Access);
    /// See [`query::Query::Imports`].
    imports(Imports);
    /// See [`query::Query::ImportById`].
    import(ImportById);
    /// See [`query::Query::Posted`].
    posted(Posted);
    /// See [`query::Query::Entries`].
    entries(Entries);
    /// See [`query::Query::Tallies`].
    tallies(Tallies);
    /// See [`query::Query::CompanySettings`].
    settings(CompanySettings);
    /// See [`query::Query::Deeds`].
    deeds(Deeds);
    /// See [`query::Query::SigningKey`].
    signing_key(SigningKey);
    /// See [`query::Query::Backup`].
    backup(Backup);
    /// See [`query::Query::Transfers`].
    transfers(Transfers);
    /// See [`query::Query::TransferById`].
    transfer(TransferById);
    /// See [`query::Query::Voids`].
    voids(Voids);
    /// See [`query::Query::VoidById`].
    void(VoidById);
    /// See [`query::Query::Conflicts`].
    conflicts(Conflicts);
    /// See [`query::Query::ConflictById`].
    conflict(ConflictById);
    /// See [`query::Query::ExplorerTables`].
    explorer_tables(ExplorerTables);
    /// See [`query::Query::Explore`]. Blocks while whoever takes the rows is slow.
    explore(Explore);
}

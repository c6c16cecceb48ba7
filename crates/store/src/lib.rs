//! Keeps the log, the balances and all views. Knows how, not why: what to write is decided elsewhere.
//!
//! A backend is a folder or file here, one `store_conformance!` line and one arm in `cli`. All are synchronous.

mod cursor;
mod error;
mod faults;
mod filters;
mod fold;
mod memory;
mod sqlite;
mod view_rows;

use std::path::Path;
use std::sync::Arc;

use acopio_contract::QueryError;
use acopio_contract::query;
use acopio_ledger::codec::{Frame, FrameHash};
use acopio_ledger::ids::{EntryId, LogId, Seq, SourceId, Stamp};
use acopio_ledger::{Changes, Record, Source};

pub use error::StoreError;
pub use faults::Faults;
pub use memory::MemoryStore;
pub use sqlite::{OpenOptions, SqliteStore};
pub use view_rows::{Row, view_rows};

/// The end of a log.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The last position; 0 for an empty log.
    pub seq: Seq,
    /// The stamp of the last entry.
    pub stamp: Stamp,
    /// The hash of the last frame; zeros for an empty log.
    pub hash: FrameHash,
}

/// The writer's side of a store: one owner, one thread.
pub trait Store: Send {
    /// Which log it keeps, in its present life.
    fn identity(&self) -> LogId;

    /// Where the log ends.
    fn head(&self) -> Head;

    /// What decisions are made upon. A read that fails answers with nothing and is kept for [`Store::commit`].
    fn source(&self) -> &dyn Source;

    /// The record whose first entry stands at `first`: the answer to a repeated command.
    ///
    /// # Errors
    ///
    /// When there is none, or it cannot be read.
    fn record(&self, first: Seq) -> Result<Record, StoreError>;

    /// Writes frames and what they have changed in one transaction, durable when this returns.
    ///
    /// # Errors
    ///
    /// When anything failed, a read before it included: then nothing is written, and the store must be reopened before
    /// it is used again.
    fn commit(&mut self, frames: &[Frame], changes: &Changes) -> Result<(), StoreError>;

    /// Drops all views and begins to fold the log anew: [`Store::refold`] follows for each frame.
    ///
    /// # Errors
    ///
    /// When the views cannot be dropped.
    fn drop_views(&mut self) -> Result<(), StoreError>;

    /// Writes views alone, for frames that are in the log already.
    ///
    /// # Errors
    ///
    /// As [`Store::commit`].
    fn refold(&mut self, changes: &Changes) -> Result<(), StoreError>;

    /// The readers' side.
    fn reader(&self) -> Arc<dyn Reader>;
}

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

            /// Where the log ends.
            ///
            /// # Errors
            ///
            /// When storage fails.
            fn head(&self) -> Result<Head, StoreError>;

            /// The company, once founded.
            ///
            /// # Errors
            ///
            /// When storage fails.
            fn company(&self) -> Result<Option<[u8; 16]>, StoreError>;

            /// Whole frames after a position, in order, at least one if there is one, then as many as fit `bytes_max`.
            ///
            /// # Errors
            ///
            /// When storage fails.
            fn frames(&self, after: Seq, bytes_max: usize) -> Result<Vec<StoredFrame>, StoreError>;

            /// Calls `check` with every row of a view in the order of its key, as of one moment together with
            /// [`Audit::head`]. Stops at the first error.
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
    /// See [`query::Query::SigningKey`].
    signing_key(SigningKey);
    /// See [`query::Query::Backup`].
    backup(Backup);
    /// See [`query::Query::Transfers`].
    transfers(Transfers);
    /// See [`query::Query::TransferById`].
    transfer(TransferById);
}

/// All of a store at one moment, for proving it. Each `each_…` calls back with every row in key order; a callback that
/// answers `false` ends it.
pub trait Audit {
    /// Where the log ends.
    fn head(&self) -> Head;

    /// Whole frames after a position, as [`Reader::frames`].
    ///
    /// # Errors
    ///
    /// When storage fails.
    fn frames(&self, after: Seq, bytes_max: usize) -> Result<Vec<StoredFrame>, StoreError>;

    /// Every record of every view but the big ones below, as its table's name, its key and the record in JSON, in the
    /// order of table and key: what [`view_rows`] makes of the same changes.
    ///
    /// # Errors
    ///
    /// When storage fails.
    fn each_record(&self, row: &mut dyn FnMut(&str, &str, &str) -> bool) -> Result<(), StoreError>;

    /// Every balance that exists, in no particular order.
    ///
    /// # Errors
    ///
    /// When storage fails.
    fn each_balance(
        &self,
        row: &mut dyn FnMut(&acopio_ledger::records::StockKey, &acopio_ledger::records::Balance) -> bool,
    ) -> Result<(), StoreError>;

    /// Every known command with its first entry, in no particular order: user, stored key, position.
    ///
    /// # Errors
    ///
    /// When storage fails.
    fn each_command(&self, row: CommandRow<'_>) -> Result<(), StoreError>;

    /// Every posted row of a source with its import, in no particular order.
    ///
    /// # Errors
    ///
    /// When storage fails.
    fn each_source(
        &self,
        row: &mut dyn FnMut(SourceId, acopio_ledger::ids::ImportId) -> bool,
    ) -> Result<(), StoreError>;

    /// Every undone movement with the entry that undid it, in no particular order.
    ///
    /// # Errors
    ///
    /// When storage fails.
    fn each_undone(&self, row: &mut dyn FnMut(&EntryId, &EntryId) -> bool) -> Result<(), StoreError>;
}

/// Takes a command's user, its key as it is stored, and the position of its first entry; answers whether to go on.
pub type CommandRow<'a> = &'a mut dyn FnMut(&[u8; 16], &[u8], Seq) -> bool;

/// Where a store is kept: only named here so that every backend says the same.
pub fn database_file(folder: &Path) -> std::path::PathBuf {
    folder.join("acopio.db")
}

//! Queries and the views that answer them. Each query is a struct; [`Ask`] knows the type of its answer.

mod audit;
mod catalogue;
mod cluster;
mod explore;
mod log;
mod people;
mod stock;
mod tallies;
mod transfers;
mod voids;

use std::path::PathBuf;

use acopio_ledger::conflict::Conflict;
use acopio_ledger::ids::{CommandId, EntryId, ImportId, Positions, Seq, SourceId, Stamp};
use acopio_ledger::names::{NodeName, WarehouseCode};
use acopio_ledger::records::{Alert, Category, Hold, Import, Session, User, Warehouse};
use acopio_ledger::settings::Settings;
use acopio_ledger::transfer::Transfer;
use acopio_ledger::void::Void;

pub use audit::{DeedRow, Deeds};
pub use catalogue::{Availability, Categories, ProductBySku, ProductRow, ProductSort, Products, Warehouses};
pub use cluster::{
    Cluster, ClusterView, DeadLetter, DeadLetters, FabricView, LogState, LogView, NodeState, NodeView,
    Operation, OperationById, OperationState, Operations,
};
pub use explore::{
    Explore, Explored, ExplorerColumn, ExplorerPart, ExplorerSink, ExplorerTable, ExplorerTables,
    ExplorerValue, Given,
};
pub use log::{Entries, EntryRow, HistoryTime, Movement, MovementRow, Movements};
pub use people::{Access, AccessView, SessionById, Sessions, UserById, UserByName, Users};
pub use stock::{AlertFilter, Alerts, HoldById, Holds, RuleByKey, RuleRow, Rules, Stock, StockOf, StockRow};
pub use tallies::{Tallies, WarehouseTally};
pub use transfers::{TransferById, Transfers};
pub use voids::{ConflictById, Conflicts, VoidById, VoidFilter, Voids};

use crate::inventory::{Inventory, QueryError};

/// The most rows that one page may have.
pub const PAGE_MAX: usize = 1_000;

/// Which part of a list is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageRequest {
    /// The most rows, 1 to [`PAGE_MAX`]. A page may have fewer although there are more: then it has a cursor.
    pub limit: usize,
    /// Where the page before ended, from [`Page::next`].
    pub cursor: Option<String>,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Where the next page begins, if there may be one. Opaque; holds for as long as the filters stay the same.
    pub next: Option<String>,
}

/// Whose rows may be seen: `None` means those of all warehouses.
pub type Scope = Option<Vec<WarehouseCode>>;

macro_rules! queries {
    ($( $(#[doc = $doc:literal])* $name:ident -> $answer:ty; )*) => {
        /// Everything that can be asked.
        #[derive(Clone, Debug)]
        pub enum Query {
            $( $(#[doc = $doc])* $name($name), )*
        }

        /// The answer to the query of the same name.
        #[derive(Clone, Debug)]
        pub enum View {
            $( $(#[doc = $doc])* $name($answer), )*
        }

        $(
            impl Ask for $name {
                type Answer = $answer;

                fn into_query(self) -> Query {
                    Query::$name(self)
                }

                fn from_view(view: View) -> Option<$answer> {
                    match view {
                        View::$name(answer) => Some(answer),
                        _ => None,
                    }
                }
            }
        )*
    };
}

/// A query whose answer has a type.
pub trait Ask: Sized + Send {
    /// What answers it.
    type Answer;

    /// The query among all others.
    fn into_query(self) -> Query;

    /// The answer out of the view, if it is one to this query.
    fn from_view(view: View) -> Option<Self::Answer>;
}

/// Asks an inventory and gets the answer in its own type.
///
/// # Errors
///
/// As [`Inventory::query`].
///
/// # Panics
///
/// When the inventory answers another query than was asked: a fault of ours.
pub async fn ask<Q: Ask>(inventory: &dyn Inventory, query: Q) -> Result<Q::Answer, QueryError> {
    let view = inventory.query(query.into_query()).await?;
    Ok(Q::from_view(view).expect("a view answers its own query"))
}

queries! {
    /// Products by filter.
    Products -> Page<ProductRow>;
    /// One product.
    ProductBySku -> Option<ProductRow>;
    /// All categories, by name.
    Categories -> Vec<Category>;
    /// All warehouses, by code.
    Warehouses -> Vec<Warehouse>;
    /// Balances by filter.
    Stock -> Page<StockRow>;
    /// One product's balances, by warehouse; nothing when there is no such product.
    StockOf -> Option<Vec<StockRow>>;
    /// Movements by filter, newest first.
    Movements -> Page<MovementRow>;
    /// One movement.
    Movement -> Option<MovementRow>;
    /// Holds, newest first.
    Holds -> Page<Hold>;
    /// One hold.
    HoldById -> Option<Hold>;
    /// Reorder rules, by SKU and warehouse.
    Rules -> Page<RuleRow>;
    /// One reorder rule.
    RuleByKey -> Option<RuleRow>;
    /// Alerts, newest first.
    Alerts -> Page<Alert>;
    /// One alert.
    AlertById -> Option<Alert>;
    /// Users, by username.
    Users -> Page<User>;
    /// One user.
    UserById -> Option<User>;
    /// The user of a login name.
    UserByName -> Option<User>;
    /// Sessions and tokens of one user, newest first.
    Sessions -> Page<Session>;
    /// One session or token.
    SessionById -> Option<Session>;
    /// What decides whether a token is good.
    Access -> Option<AccessView>;
    /// Imports, newest first.
    Imports -> Page<Import>;
    /// One import.
    ImportById -> Option<Import>;
    /// Which rows of a source are posted: one answer for each id asked.
    Posted -> Vec<bool>;
    /// Entries of all logs, log by log in their order.
    Entries -> Vec<EntryRow>;
    /// What people did, but for movements, newest first.
    Deeds -> Page<DeedRow>;
    /// How much happened in each of some periods, by warehouse.
    Tallies -> Vec<WarehouseTally>;
    /// The settings of the company.
    CompanySettings -> Settings;
    /// Whether a command is known here, so that sent again it gets the answer of the first time.
    IsKnown -> bool;
    /// How the node is.
    Status -> NodeStatus;
    /// The public key with which a node signs tokens.
    SigningKey -> Option<[u8; 32]>;
    /// Proves all logs and all views from them.
    Verify -> VerifyReport;
    /// Copies the database, as it is now, to a new file.
    Backup -> u64;
    /// Transfers by filter, newest first.
    Transfers -> Page<Transfer>;
    /// One transfer.
    TransferById -> Option<Transfer>;
    /// The cluster as the answering node sees it.
    Cluster -> ClusterView;
    /// Commands that were accepted here for other nodes, newest first.
    Operations -> Page<Operation>;
    /// One of them.
    OperationById -> Option<Operation>;
    /// Letters for this node that could not be executed, oldest first.
    DeadLetters -> Page<DeadLetter>;
    /// The tables of the node's database that may be looked into.
    ExplorerTables -> Vec<ExplorerTable>;
    /// What a statement comes to that reads the node's database.
    Explore -> Explored;
    /// Void records, newest first: the reconcile list.
    Voids -> Page<Void>;
    /// One void record.
    VoidById -> Option<Void>;
    /// Values that stand beside one another in a field, by record and field.
    Conflicts -> Page<Conflict>;
    /// One conflict.
    ConflictById -> Option<Conflict>;
}

/// See [`Query::AlertById`].
#[derive(Clone, Debug)]
pub struct AlertById {
    /// Its id.
    pub id: EntryId,
}

/// See [`Query::Imports`].
#[derive(Clone, Debug)]
pub struct Imports {
    /// Which part.
    pub page: PageRequest,
}

/// See [`Query::ImportById`].
#[derive(Clone, Debug)]
pub struct ImportById {
    /// Its id.
    pub id: ImportId,
}

/// See [`Query::Posted`].
#[derive(Clone, Debug)]
pub struct Posted {
    /// The rows.
    pub sources: Vec<SourceId>,
}

/// See [`Query::IsKnown`].
#[derive(Clone, Debug)]
pub struct IsKnown {
    /// The command's identity.
    pub command: CommandId,
}

/// See [`Query::CompanySettings`].
#[derive(Clone, Copy, Debug)]
pub struct CompanySettings;

/// See [`Query::Status`].
#[derive(Clone, Copy, Debug)]
pub struct Status;

/// How a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeStatus {
    /// Its name.
    pub node: NodeName,
    /// The incarnation of its log.
    pub incarnation: u32,
    /// The company that it belongs to, once founded.
    pub company: Option<[u8; 16]>,
    /// The last position of its log.
    pub head: Seq,
    /// The stamp of the last entry.
    pub stamp: Stamp,
    /// How far it has folded each log, its own included.
    pub known: Positions,
    /// Why it has stopped writing, if it has.
    pub stopped: Option<String>,
    /// How many commands are waiting.
    pub waiting: usize,
}

/// See [`Query::SigningKey`].
#[derive(Clone, Debug)]
pub struct SigningKey {
    /// Whose key.
    pub node: String,
}

/// See [`Query::Verify`].
#[derive(Clone, Copy, Debug)]
pub struct Verify;

/// What a proof has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyReport {
    /// How many frames were read.
    pub frames: u64,
    /// How many entries were folded.
    pub entries: u64,
    /// How many of these were movements.
    pub movements: u64,
    /// How many balances were compared.
    pub balances: u64,
    /// The first thing that is wrong, if any: where, and what.
    pub fault: Option<String>,
}

/// See [`Query::Backup`]. The answer is the size of the copy in bytes.
#[derive(Clone, Debug)]
pub struct Backup {
    /// A file that does not exist yet.
    pub file: PathBuf,
}

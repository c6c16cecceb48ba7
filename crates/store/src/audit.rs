//! All of a store at one moment, for proving it.

use std::collections::BTreeMap;

use acopio_ledger::deed::Deed;
use acopio_ledger::ids::{EntryId, ImportId, Seq, SourceId};
use acopio_ledger::names::NodeName;
use acopio_ledger::records::{Balance, StockKey, Warehouse};

use crate::{LogHead, StoreError, StoredFrame};

/// All of a store at one moment, for proving it. Each `each_…` calls back with every row; a callback that answers
/// `false` ends it.
pub trait Audit {
    /// Where all logs end, the node's own included.
    fn heads(&self) -> &BTreeMap<NodeName, LogHead>;

    /// Whole frames of a log after a position, as [`Reader::frames`].
    ///
    /// # Errors
    ///
    /// When storage fails.
    fn frames(&self, node: &NodeName, after: Seq, bytes_max: usize) -> Result<Vec<StoredFrame>, StoreError>;

    /// Every record of every view but the big ones below, as its table's name, its key and the record in JSON, in the
    /// order of table and key: what [`view_rows`] makes of the same changes.
    ///
    /// # Errors
    ///
    /// When storage fails.
    fn each_record(&self, row: &mut dyn FnMut(&str, &str, &str) -> bool) -> Result<(), StoreError>;

    /// All warehouses.
    ///
    /// # Errors
    ///
    /// When storage fails.
    fn warehouses(&self) -> Result<Vec<Warehouse>, StoreError>;

    /// Every balance that exists, in no particular order. Its `last` is a position in the log of the node beside it; in
    /// no log where it is 0.
    ///
    /// # Errors
    ///
    /// When storage fails.
    fn each_balance(
        &self,
        row: &mut dyn FnMut(&StockKey, &Balance, Option<&NodeName>) -> bool,
    ) -> Result<(), StoreError>;

    /// Compares what is kept to find things faster with the views that it is made of; answers the first difference.
    ///
    /// # Errors
    ///
    /// When storage fails.
    fn check_indexes(&self) -> Result<Option<String>, StoreError>;

    /// Every place where the movements of a stock key go over from one log to another, in no particular order.
    ///
    /// # Errors
    ///
    /// When storage fails.
    fn each_crossing(&self, row: &mut dyn FnMut(&Crossing) -> bool) -> Result<(), StoreError>;

    /// Every known command with its first entry, in no particular order: user, stored key, node and position.
    ///
    /// # Errors
    ///
    /// When storage fails.
    fn each_command(&self, row: CommandRow<'_>) -> Result<(), StoreError>;

    /// Every deed, in no particular order.
    ///
    /// # Errors
    ///
    /// When storage fails.
    fn each_deed(&self, row: &mut dyn FnMut(&Deed) -> bool) -> Result<(), StoreError>;

    /// Every posted row of a source with its import, in no particular order.
    ///
    /// # Errors
    ///
    /// When storage fails.
    fn each_source(&self, row: &mut dyn FnMut(SourceId, ImportId) -> bool) -> Result<(), StoreError>;

    /// Every undone movement with the entry that undid it, in no particular order.
    ///
    /// # Errors
    ///
    /// When storage fails.
    fn each_undone(&self, row: &mut dyn FnMut(&EntryId, &EntryId) -> bool) -> Result<(), StoreError>;
}

/// Where the movements of a stock key go over from one log to another: its warehouse has changed hands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Crossing {
    /// Whose movements.
    pub key: StockKey,
    /// The first movement of the new owner, which names none before it in its own log.
    pub at: (NodeName, Seq),
    /// The last movement of the owner before.
    pub before: (NodeName, Seq),
}

/// Takes a command's user, its key as it is stored, and the node and position of its first entry; answers whether to go
/// on.
pub type CommandRow<'a> = &'a mut dyn FnMut(&[u8; 16], &[u8], &NodeName, Seq) -> bool;

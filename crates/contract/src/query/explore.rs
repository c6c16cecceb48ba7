//! Queries of administrators who look into the node's database itself.

use std::time::Duration;

use tokio::sync::mpsc;

/// The tables that may be looked into, by name; nothing where the store has none.
#[derive(Clone, Copy, Debug)]
pub struct ExplorerTables;

/// A table of the database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplorerTable {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub about: &'static str,
    /// Its columns that may be read, in their order.
    pub columns: Vec<ExplorerColumn>,
}

/// A column of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplorerColumn {
    /// Its name.
    pub name: String,
    /// The type that it was declared with.
    pub kind: String,
}

/// One statement that reads, run on one snapshot. Rows are sent as they are read, so an answer of any length takes
/// little room; a receiver that goes away ends the statement.
#[derive(Clone, Debug)]
pub struct Explore {
    /// The statement.
    pub sql: String,
    /// The most rows that are read.
    pub rows_max: u64,
    /// How long it may take, the waiting for whoever takes the rows included.
    pub time_max: Duration,
    /// Where the rows go.
    pub rows: ExplorerSink,
}

/// Takes what a statement finds, as fast as whoever it is for does.
#[derive(Clone, Debug)]
pub struct ExplorerSink(mpsc::Sender<ExplorerPart>);

/// What became of a part that was given to a sink.
#[derive(Clone, Debug, PartialEq)]
pub enum Given {
    /// It was taken.
    Taken,
    /// There is no room for it yet.
    Full(ExplorerPart),
    /// Nobody wants it any more.
    Gone,
}

impl ExplorerSink {
    /// A sink, and where what it takes comes out; so many parts may wait in between.
    pub fn new(waiting_max: usize) -> (ExplorerSink, mpsc::Receiver<ExplorerPart>) {
        let (sender, receiver) = mpsc::channel(waiting_max);
        (ExplorerSink(sender), receiver)
    }

    /// Gives a part, without waiting.
    pub fn give(&self, part: ExplorerPart) -> Given {
        match self.0.try_send(part) {
            Ok(()) => Given::Taken,
            Err(mpsc::error::TrySendError::Full(part)) => Given::Full(part),
            Err(mpsc::error::TrySendError::Closed(_)) => Given::Gone,
        }
    }
}

/// A part of what a statement finds.
#[derive(Clone, Debug, PartialEq)]
pub enum ExplorerPart {
    /// The names of the columns: always first.
    Columns(Vec<String>),
    /// A row, with a value for each column.
    Row(Vec<ExplorerValue>),
}

/// A value as the database holds it.
#[derive(Clone, Debug, PartialEq)]
pub enum ExplorerValue {
    /// None.
    Null,
    /// A whole number.
    Integer(i64),
    /// A number with a fraction.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

/// What a statement has come to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Explored {
    /// All its rows were sent.
    Whole {
        /// How many.
        rows: u64,
    },
    /// As many rows were sent as were wanted, and there are more.
    Cut,
    /// Whoever took the rows has gone.
    Left,
    /// It does more than read, or reads what nobody may.
    Refused {
        /// What is not allowed.
        reason: String,
    },
    /// It is no statement that the database understands.
    Wrong {
        /// What is wrong.
        reason: String,
    },
    /// It took too long.
    TooSlow,
    /// The store has no database to look into.
    NotAvailable,
}

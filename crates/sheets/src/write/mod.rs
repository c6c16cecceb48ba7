//! Tables as files for spreadsheet programs. A text stays a text there, also one that begins like a formula.

mod csv;
mod xlsx;

use std::borrow::Cow;
use std::io;

use acopio_ledger::money::Money;
use acopio_ledger::quantity::Quantity;

pub use self::csv::CsvSheet;
pub use xlsx::{ROWS_MAX, XlsxSheet};

/// One value of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// A text, whatever it looks like.
    Text(&'a str),
    /// A number as it is written, as in `-1.5`. The caller sees to it that it is one.
    Number(&'a str),
    /// A whole number.
    Integer(i64),
    /// An amount of goods.
    Quantity(Quantity),
    /// An amount of money.
    Money(Money),
}

impl<'a> Cell<'a> {
    /// A text, or nothing.
    pub fn text(text: Option<&'a str>) -> Cell<'a> {
        text.map_or(Cell::Empty, Cell::Text)
    }

    /// The number as it is written with a decimal point; nothing for what is no number.
    fn number(&self) -> Option<Cow<'a, str>> {
        match self {
            Cell::Empty | Cell::Text(_) => None,
            Cell::Number(text) => Some(Cow::Borrowed(text)),
            Cell::Integer(number) => Some(number.to_string().into()),
            Cell::Quantity(quantity) => Some(quantity.to_string().into()),
            Cell::Money(money) => Some(money.to_string().into()),
        }
    }
}

/// Why a table cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The output fails.
    #[error("cannot write the table")]
    Output(#[source] io::Error),
    /// A workbook's sheet is full.
    #[error("an Excel sheet has at most {rows_max} rows; use CSV, or a narrower filter")]
    TooManyRows {
        /// The limit, header included.
        rows_max: u32,
    },
    /// Excel does not take a cell or a sheet.
    #[error("cannot write the workbook")]
    Workbook(#[source] rust_xlsxwriter::XlsxError),
}

/// A table that is being written, row by row.
pub trait Sheet: Send {
    /// Writes the names of the columns: once, before all rows.
    ///
    /// # Errors
    ///
    /// When the output fails.
    fn header(&mut self, names: &[&str]) -> Result<(), WriteError>;

    /// Writes a row.
    ///
    /// # Errors
    ///
    /// When the output fails or the format takes no more.
    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), WriteError>;

    /// Ends the file. Without this it is not whole.
    ///
    /// # Errors
    ///
    /// When the output fails.
    fn finish(self: Box<Self>) -> Result<(), WriteError>;
}

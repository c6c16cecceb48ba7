//! What is wrong with one cell or row of a file.

use std::fmt;

/// The most characters of a cell that a problem quotes.
const VALUE_CHARS_MAX: usize = 200;

/// Why a row, or one cell of it, is not posted.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Problem {
    /// The line of the file; its header is 1.
    pub row: u64,
    /// The name of the column; empty when the row as a whole is meant.
    pub column: String,
    /// What the cell holds, cut after 200 characters.
    pub value: String,
    /// The rule that it breaks.
    pub reason: String,
}

impl Problem {
    /// A problem of the cell `value` under the heading `column` in line `row`.
    pub fn new(row: u64, column: &str, value: &str, reason: impl fmt::Display) -> Problem {
        Problem {
            row,
            column: column.to_owned(),
            value: value.chars().take(VALUE_CHARS_MAX).collect(),
            reason: reason.to_string(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "row {}, {}: {}, got {:?}", self.row, self.column, self.reason, self.value)
    }
}

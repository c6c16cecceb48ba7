//! One row of a file: its cells as texts, and what could not be read of them.

/// The most columns of a row.
pub const COLUMNS_MAX: usize = 1_000;
/// The most bytes of one cell.
pub const CELL_BYTES_MAX: usize = 64 * 1024;

/// What is wrong with a cell before anybody looks at its meaning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The column, from 0.
    pub column: usize,
    /// The rule that the cell breaks.
    pub rule: String,
}

/// A row that has at least one cell with something in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// The line of the file where it begins; its header is 1.
    pub line: u64,
    /// The cells as they are, blanks included. A row may be shorter or longer than the header.
    pub cells: Vec<String>,
    /// What is wrong with the cells. Such a row is never planned.
    pub faults: Vec<Fault>,
}

impl Row {
    /// A row without cells.
    pub(super) fn new(line: u64) -> Row {
        Row { line, ..Row::default() }
    }

    /// The cell of a column, from 0; empty where the row is too short.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", String::as_str)
    }

    /// Whether no cell has anything but spaces.
    pub(super) fn is_blank(&self) -> bool {
        self.faults.is_empty() && self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    /// Notes a fault of a column, the first of columns beyond the limit only.
    pub(super) fn fault(&mut self, column: usize, rule: impl Into<String>) {
        if column <= COLUMNS_MAX {
            self.faults.push(Fault { column, rule: rule.into() });
        }
    }

    /// Puts a text into a column. What is beyond a limit is cut, and becomes a fault.
    pub(super) fn place(&mut self, column: usize, mut text: String) {
        if COLUMNS_MAX <= column {
            let is_first = self.faults.iter().all(|fault| fault.column < COLUMNS_MAX);
            if is_first {
                self.fault(COLUMNS_MAX, format!("a row must have at most {COLUMNS_MAX} columns"));
            }
            return;
        }
        if CELL_BYTES_MAX < text.len() {
            self.fault(column, format!("a cell must have at most {CELL_BYTES_MAX} bytes"));
            text.truncate(text.floor_char_boundary(CELL_BYTES_MAX));
        }
        if self.cells.len() <= column {
            self.cells.resize(column + 1, String::new());
        }
        self.cells[column] = text;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_blank_cells() {
        let mut row = Row::new(2);
        row.place(2, "x".to_owned());
        assert_eq!(row.cells, ["", "", "x"]);
        assert_eq!(row.cell(7), "");
        assert!(!row.is_blank());
    }

    #[test]
    fn what_is_beyond_a_limit_is_a_fault() {
        let mut row = Row::new(2);
        row.place(0, "é".repeat(CELL_BYTES_MAX));
        row.place(COLUMNS_MAX, "x".to_owned());
        row.place(COLUMNS_MAX + 1, "y".to_owned());
        let columns: Vec<_> = row.faults.iter().map(|fault| fault.column).collect();
        assert_eq!(columns, [0, COLUMNS_MAX]);
        assert_eq!(row.cells[0].len(), CELL_BYTES_MAX);
    }
}

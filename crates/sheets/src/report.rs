//! The list of rows that were not posted, as a CSV file.

use std::io::Write;

use crate::problem::Problem;
use crate::write::{Cell, CsvSheet, Sheet, WriteError};

/// Writes problems under the columns `row,column,value,reason`.
pub struct Report<W: Write + Send> {
    sheet: CsvSheet<W>,
}

impl<W: Write + Send> Report<W> {
    /// Writes the header.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn new(output: W) -> Result<Report<W>, WriteError> {
        let mut sheet = CsvSheet::new(output);
        sheet.header(&["row", "column", "value", "reason"])?;
        Ok(Report { sheet })
    }

    /// Adds a problem.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn push(&mut self, problem: &Problem) -> Result<(), WriteError> {
        let row = problem.row.to_string();
        let value = match problem.value.as_str() {
            // A number is no formula: it need not be kept from being one.
            number if is_number(number) => Cell::Number(number),
            text => Cell::Text(text),
        };
        self.sheet.row(&[Cell::Number(&row), Cell::Text(&problem.column), value, Cell::Text(&problem.reason)])
    }

    /// Writes what is still in memory.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn finish(self) -> Result<(), WriteError> {
        Box::new(self.sheet).finish()
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_digit = |byte: u8| byte.is_ascii_digit() || b".,".contains(&byte);
    digits.bytes().any(|byte| byte.is_ascii_digit()) && digits.bytes().all(is_digit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problems_are_rows() {
        let mut file = Vec::new();
        let mut report = Report::new(&mut file).unwrap();
        report.push(&Problem::new(2, "Quantity", "-5", "quantity is \"odd\"")).unwrap();
        report.push(&Problem::new(3, "", "=1+1", "no, never")).unwrap();
        report.finish().unwrap();
        let expected = "row,column,value,reason\r\n\
                        2,Quantity,-5,\"quantity is \"\"odd\"\"\"\r\n\
                        3,,'=1+1,\"no, never\"\r\n";
        assert_eq!(String::from_utf8(file).unwrap(), expected);
    }
}

//! CSV by RFC 4180, in constant memory.

use std::io::Write;

use csv::{Terminator, Writer, WriterBuilder};

use super::{Cell, Sheet, WriteError};
use crate::formula;

const UTF8_BOM: &[u8] = b"\xef\xbb\xbf";

/// A table as CSV: UTF-8, commas, CRLF.
pub struct CsvSheet<W: Write> {
    writer: Writer<W>,
    /// Written before the header, by which Excel knows that the file is UTF-8.
    bom: bool,
}

impl<W: Write> CsvSheet<W> {
    /// A table without a byte order mark, as programs like it.
    pub fn new(output: W) -> CsvSheet<W> {
        let writer = WriterBuilder::new().terminator(Terminator::CRLF).flexible(true).from_writer(output);
        CsvSheet { writer, bom: false }
    }

    /// A table with a byte order mark, as Excel likes it.
    pub fn with_bom(output: W) -> CsvSheet<W> {
        CsvSheet { bom: true, ..CsvSheet::new(output) }
    }
}

impl<W: Write + Send> Sheet for CsvSheet<W> {
    fn header(&mut self, names: &[&str]) -> Result<(), WriteError> {
        let Some((first, others)) = names.split_first() else { return Ok(()) };
        // As a part of the first name, since the writer owns the output.
        let mark = if std::mem::take(&mut self.bom) { UTF8_BOM } else { b"" };
        self.writer.write_field([mark, first.as_bytes()].concat()).map_err(failed)?;
        others.iter().try_for_each(|name| self.writer.write_field(name)).map_err(failed)?;
        self.writer.write_record(None::<&[u8]>).map_err(failed)
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), WriteError> {
        for cell in cells {
            let text = match cell {
                Cell::Text(text) => formula::mark(text),
                cell => cell.number().unwrap_or_default(),
            };
            self.writer.write_field(text.as_bytes()).map_err(failed)?;
        }
        self.writer.write_record(None::<&[u8]>).map_err(failed)
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        self.writer.flush().map_err(WriteError::Output)
    }
}

fn failed(error: csv::Error) -> WriteError {
    WriteError::Output(error.into())
}

#[cfg(test)]
mod tests {
    use acopio_ledger::money::Money;
    use acopio_ledger::quantity::Quantity;

    use super::*;

    fn written(with_bom: bool, cells: &[Cell<'_>]) -> String {
        let mut file = Vec::new();
        let sheet = if with_bom { CsvSheet::with_bom(&mut file) } else { CsvSheet::new(&mut file) };
        let mut sheet = Box::new(sheet);
        sheet.header(&["a", "b"]).unwrap();
        sheet.row(cells).unwrap();
        sheet.finish().unwrap();
        String::from_utf8(file).unwrap()
    }

    #[test]
    fn texts_never_become_formulas() {
        let cases = [
            ("plain", "plain"),
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\tx", "'\tx"),
            ("\rx", "\"'\rx\""),
            ("a=b", "a=b"),
            ("a,\"b\"\nc", "\"a,\"\"b\"\"\nc\""),
        ];
        for (text, expected) in cases {
            let file = written(false, &[Cell::Text(text), Cell::Empty]);
            assert_eq!(file, format!("a,b\r\n{expected},\r\n"), "{text:?}");
        }
    }

    #[test]
    fn numbers_are_not_touched() {
        let file = written(true, &[Cell::Quantity(Quantity(-1_500)), Cell::Money(Money(25_500))]);
        assert_eq!(file, "\u{feff}a,b\r\n-1.5,2.55\r\n");
        let file = written(false, &[Cell::Integer(-3), Cell::Number("-0.25")]);
        assert_eq!(file, "a,b\r\n-3,-0.25\r\n");
    }
}

//! How far the sheets of an OpenDocument file reach, before they are parsed.
//!
//! The parser holds every cell between the first and the last, blank ones included, while the file says "a million rows
//! like this" in a few bytes: one cell that somebody has left far below would fill the memory.

use std::fs::File;
use std::io::{BufRead, BufReader, Seek};

use quick_xml::events::{BytesStart, Event};
use quick_xml::{Error, Reader};
use zip::ZipArchive;
use zip::result::ZipError;

use super::ReadError;

/// The most cells that a sheet may reach over. The parser needs some 100 bytes for each.
pub(super) const CELLS_MAX: u64 = 5_000_000;

/// How far one sheet reaches, as far as it was read.
#[derive(Debug, Default)]
struct Extent {
    /// Rows so far, and up to the last one that holds something.
    row: u64,
    rows: u64,
    /// How often the present row is repeated.
    repeated: u64,
    /// Cells of the present row so far, and up to the last one of any row that holds something.
    column: u64,
    columns: u64,
    /// Whether the present row holds something.
    is_filled: bool,
}

impl Extent {
    fn begin_row(&mut self, row: &BytesStart<'_>) -> Result<(), Error> {
        self.repeated = repeats(row, "table:number-rows-repeated")?;
        self.column = 0;
        self.is_filled = false;
        Ok(())
    }

    fn end_row(&mut self) {
        self.row = self.row.saturating_add(self.repeated);
        if self.is_filled {
            self.rows = self.row;
        }
    }

    fn cell(&mut self, cell: &BytesStart<'_>, has_content: bool) -> Result<(), Error> {
        self.column = self.column.saturating_add(repeats(cell, "table:number-columns-repeated")?);
        if has_content || cell.try_get_attribute("office:value-type")?.is_some() {
            self.columns = self.columns.max(self.column);
            self.is_filled = true;
        }
        Ok(())
    }

    fn check(&self, sheet: &str) -> Result<(), ReadError> {
        if self.rows.saturating_mul(self.columns) <= CELLS_MAX {
            return Ok(());
        }
        let (rows, columns) = (self.rows, self.columns);
        Err(ReadError::TooWide { sheet: sheet.to_owned(), rows, columns })
    }
}

/// Reads the whole file once, without keeping anything of it, and leaves it at its beginning.
///
/// # Errors
///
/// When a sheet reaches too far, or the file is damaged.
pub(super) fn check(mut file: &File) -> Result<(), ReadError> {
    let damaged = |source: ZipError| ReadError::Workbook { source: Box::new(source) };
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    walk(BufReader::new(archive.by_name("content.xml").map_err(damaged)?))?;
    file.rewind().map_err(ReadError::Open)
}

fn walk(content: impl BufRead) -> Result<(), ReadError> {
    let damaged = |source: Error| ReadError::Workbook { source: Box::new(source) };
    let mut reader = Reader::from_reader(content);
    let (mut buffer, mut extent, mut sheet) = (Vec::new(), Extent::default(), String::new());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(damaged)? {
            Event::Start(begun) => match begun.name().as_ref() {
                "table:table" => {
                    extent = Extent::default();
                    let name =
                        begun.try_get_attribute("table:name").map_err(|error| damaged(error.into()))?;
                    sheet = name.map(|name| name.value.into_owned()).unwrap_or_default();
                }
                "table:table-row" => extent.begin_row(&begun).map_err(damaged)?,
                "table:table-cell" | "table:covered-table-cell" => {
                    extent.cell(&begun, true).map_err(damaged)?
                }
                _ => {}
            },
            Event::Empty(whole) => match whole.name().as_ref() {
                "table:table-row" => {
                    extent.begin_row(&whole).map_err(damaged)?;
                    extent.end_row();
                }
                "table:table-cell" | "table:covered-table-cell" => {
                    extent.cell(&whole, false).map_err(damaged)?
                }
                _ => {}
            },
            Event::End(ended) if ended.name().as_ref() == "table:table-row" => {
                extent.end_row();
                extent.check(&sheet)?;
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// How often an element stands there; one that says nothing of it, or no number, once.
fn repeats(element: &BytesStart<'_>, name: &str) -> Result<u64, Error> {
    let said = element.try_get_attribute(name)?;
    Ok(said.and_then(|said| said.value.parse().ok()).unwrap_or(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet(rows: &str) -> Result<(), ReadError> {
        walk(format!("<office:document-content><table:table table:name=\"Hoja\">{rows}</table:table></office:document-content>").as_bytes())
    }

    const ROW: &str =
        "<table:table-row><table:table-cell><text:p>a</text:p></table:table-cell></table:table-row>";

    #[test]
    fn what_is_blank_to_the_end_counts_for_nothing() {
        let blank = "<table:table-row table:number-rows-repeated=\"1048575\">\
                     <table:table-cell table:number-columns-repeated=\"16384\"/></table:table-row>";
        assert!(sheet(&format!("{ROW}{blank}")).is_ok());
    }

    #[test]
    fn a_cell_far_away_is_refused() {
        let far = "<table:table-row table:number-rows-repeated=\"1048000\"/><table:table-row>\
                   <table:table-cell table:number-columns-repeated=\"39\"/>\
                   <table:table-cell office:value-type=\"string\"/></table:table-row>";
        let error = sheet(&format!("{ROW}{far}")).unwrap_err().to_string();
        assert!(error.contains("\"Hoja\"") && error.contains("1048002 rows and 40 columns"), "{error}");
        let many = "<table:table-row table:number-rows-repeated=\"99999999999999999999\">\
                    <table:table-cell table:number-columns-repeated=\"18446744073709551615\">x</table:table-cell></table:table-row>";
        assert!(sheet(many).is_err(), "no sum overflows");
    }
}

//! Workbooks, row by row: a thread parses and waits when the rows are not taken as fast.
//!
//! XLSX streams but for its table of shared texts; an ODS file is parsed as a whole.

use std::error::Error;
use std::fs::File;
use std::io::BufReader;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

use calamine::{Data, Ods, Reader, Sheet, SheetVisible, Xlsx};

use super::archive::BookKind;
use super::cell;
use super::extent;
use super::row::Row;
use super::{ReadError, ReadOptions};

/// How many rows the parser may be ahead.
const ROWS_AHEAD_MAX: usize = 256;

/// The rows of one sheet.
pub(super) struct Workbook {
    rows: Receiver<Result<Row, ReadError>>,
    parser: Option<JoinHandle<()>>,
}

impl Workbook {
    /// Starts the parser.
    pub(super) fn open(file: File, kind: BookKind, options: &ReadOptions) -> Result<Workbook, ReadError> {
        let (sender, rows) = sync_channel(ROWS_AHEAD_MAX);
        let options = options.clone();
        let parse = move || {
            let mut parser = Parser { rows: &sender, options: &options };
            let parsed = match kind {
                BookKind::Xlsx => parser.xlsx(file),
                BookKind::Ods => parser.ods(file),
            };
            if let Err(error) = parsed {
                // Nobody listens any more when the rows were dropped.
                let _ = sender.send(Err(error));
            }
        };
        let parser =
            thread::Builder::new().name("workbook".to_owned()).spawn(parse).map_err(ReadError::Open)?;
        Ok(Workbook { rows, parser: Some(parser) })
    }

    /// The next row; nothing at the end of the sheet.
    pub(super) fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        if let Ok(row) = self.rows.recv() {
            return row.map(Some);
        }
        // A damaged file can make the parser panic, which must not look like the end of the sheet.
        match self.parser.take().map(JoinHandle::join) {
            Some(Err(_)) => Err(ReadError::Workbook { source: "the sheet is damaged".into() }),
            Some(Ok(())) | None => Ok(None),
        }
    }
}

struct Parser<'a> {
    rows: &'a SyncSender<Result<Row, ReadError>>,
    options: &'a ReadOptions,
}

impl Parser<'_> {
    fn xlsx(&mut self, file: File) -> Result<(), ReadError> {
        let mut book = Xlsx::new(BufReader::new(file)).map_err(damaged)?;
        let sheet = self.choose(book.sheets_metadata())?;
        let mut cells = book.worksheet_cells_reader(&sheet).map_err(damaged)?;
        let mut row = Row::new(0);
        while let Some(cell) = cells.next_cell().map_err(damaged)? {
            let (index, column) = cell.get_position();
            let line = u64::from(index) + 1;
            if line != row.line {
                let done = std::mem::replace(&mut row, Row::new(line));
                if !self.send(done) {
                    return Ok(());
                }
            }
            self.place(&mut row, column as usize, cell.get_value().clone().into());
        }
        self.send(row);
        Ok(())
    }

    fn ods(&mut self, file: File) -> Result<(), ReadError> {
        extent::check(&file)?;
        let mut book = Ods::new(BufReader::new(file)).map_err(damaged)?;
        let sheet = self.choose(book.sheets_metadata())?;
        let range = book.worksheet_range(&sheet).map_err(damaged)?;
        drop(book); // It holds another copy of the sheet.
        let (first_row, first_column) = range.start().unwrap_or_default();
        for (index, cells) in range.rows().enumerate() {
            let mut row = Row::new(u64::from(first_row) + index as u64 + 1);
            for (offset, value) in cells.iter().enumerate() {
                self.place(&mut row, first_column as usize + offset, value.clone());
            }
            if !self.send(row) {
                break;
            }
        }
        Ok(())
    }

    /// The sheet that the profile names, in any case, or the first one that people see.
    fn choose(&self, sheets: &[Sheet]) -> Result<String, ReadError> {
        let found = match self.options.sheet.as_deref() {
            Some(wanted) => sheets
                .iter()
                .find(|sheet| sheet.name == wanted)
                .or_else(|| sheets.iter().find(|sheet| sheet.name.to_lowercase() == wanted.to_lowercase())),
            None => sheets.iter().find(|sheet| sheet.visible == SheetVisible::Visible).or(sheets.first()),
        };
        let names = || sheets.iter().map(|sheet| sheet.name.as_str()).collect::<Vec<_>>().join(", ");
        found.map(|sheet| sheet.name.clone()).ok_or_else(|| ReadError::NoSheet {
            sheet: self.options.sheet.clone().unwrap_or_default(),
            sheets: names(),
        })
    }

    fn place(&self, row: &mut Row, column: usize, value: Data) {
        if value == Data::Empty {
            return;
        }
        match cell::text(value, self.options.decimal) {
            Ok(text) => row.place(column, text),
            Err(rule) => row.fault(column, rule),
        }
    }

    /// Whether somebody still wants rows.
    fn send(&self, row: Row) -> bool {
        row.is_blank() || self.rows.send(Ok(row)).is_ok()
    }
}

fn damaged(source: impl Error + Send + Sync + 'static) -> ReadError {
    ReadError::Workbook { source: Box::new(source) }
}

//! Rows of CSV files (plain or gzipped), XLSX and ODS workbooks, one at a time.
//!
//! What a file is shows in its first bytes; its name does not matter. What cells mean is not decided here.

mod archive;
mod cell;
mod delimited;
mod encoding;
mod extent;
mod lines;
mod row;
mod workbook;

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;

pub use archive::UNZIPPED_BYTES_MAX;
pub use encoding::Encoding;
pub use row::{CELL_BYTES_MAX, COLUMNS_MAX, Fault, Row};

use delimited::Delimited;
use workbook::Workbook;

/// How to read a file; a profile says so ([`crate::Profile::read_options`]).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadOptions {
    /// The sheet of a workbook; the first one if not said.
    pub sheet: Option<String>,
    /// The line at which to begin to look for the header, from 1.
    pub header_row: u64,
    /// How CSV is encoded.
    pub encoding: Encoding,
    /// The decimal sign with which numbers of workbooks are written, so that they look like those of CSV.
    pub decimal: char,
}

impl Default for ReadOptions {
    fn default() -> ReadOptions {
        ReadOptions { sheet: None, header_row: 1, encoding: Encoding::Utf8, decimal: '.' }
    }
}

/// Why a file cannot be read, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The file cannot be opened, or its beginning not be read.
    #[error("cannot read the file")]
    Open(#[source] io::Error),
    /// A CSV file breaks off.
    #[error("cannot read the file after line {line}")]
    Delimited {
        /// The last line that was read.
        line: u64,
        /// What happened.
        source: csv::Error,
    },
    /// A workbook is damaged.
    #[error("cannot read the workbook")]
    Workbook {
        /// What happened.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A workbook would fill the memory.
    #[error("the workbook must be at most {bytes_max} bytes when unpacked")]
    TooLarge {
        /// The limit.
        bytes_max: u64,
    },
    /// A sheet holds something so far from its first cell that all between would fill the memory.
    #[error(
        "the sheet {sheet:?} must reach over at most {} cells, and has {rows} rows and {columns} columns: delete what stands far below or to the right, or save it as CSV",
        extent::CELLS_MAX
    )]
    TooWide {
        /// Which.
        sheet: String,
        /// Rows up to the last that holds something.
        rows: u64,
        /// Columns up to the last that holds something.
        columns: u64,
    },
    /// A workbook has no sheet of that name.
    #[error("the workbook has no sheet {sheet:?}; it has: {sheets}")]
    NoSheet {
        /// The sheet that was asked for.
        sheet: String,
        /// The sheets that there are.
        sheets: String,
    },
    /// Nothing but blank lines.
    #[error("the file has no header line")]
    NoHeader,
    /// A text file of two-byte characters.
    #[error("the file is UTF-16; save it as CSV UTF-8")]
    Utf16,
    /// Neither text nor a workbook that is known.
    #[error("the file must be CSV (also gzipped), XLSX or ODS")]
    UnknownFormat,
}

enum Source {
    Delimited(Box<Delimited>),
    Workbook(Workbook),
}

/// The rows of a file below its header, blank ones left out. After an error it ends.
pub struct Rows {
    header: Vec<String>,
    header_line: u64,
    source: Option<Source>,
}

impl Rows {
    /// Opens a file and reads its header.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is of another format, too large, or has no header.
    pub fn open(path: &Path, options: &ReadOptions) -> Result<Rows, ReadError> {
        Rows::of(File::open(path).map_err(ReadError::Open)?, options)
    }

    /// The same for a file that is open, from its beginning.
    ///
    /// # Errors
    ///
    /// As [`Rows::open`].
    pub fn of(mut file: File, options: &ReadOptions) -> Result<Rows, ReadError> {
        file.rewind().map_err(ReadError::Open)?;
        let mut magic = Vec::new();
        (&file).take(4).read_to_end(&mut magic).map_err(ReadError::Open)?;
        file.rewind().map_err(ReadError::Open)?;
        if magic == archive::COMPOUND_FILE_MAGIC {
            return Err(ReadError::UnknownFormat);
        }
        let source = if magic == archive::ZIP_MAGIC {
            let kind = archive::inspect(&file, UNZIPPED_BYTES_MAX)?;
            Source::Workbook(Workbook::open(file, kind, options)?)
        } else {
            Source::Delimited(Box::new(Delimited::open(BufReader::new(file), options)?))
        };
        Rows::below_header(source, options)
    }

    fn below_header(mut source: Source, options: &ReadOptions) -> Result<Rows, ReadError> {
        loop {
            let row = source.next_row()?.ok_or(ReadError::NoHeader)?;
            if options.header_row <= row.line && !row.is_blank() {
                let header = row.cells.iter().map(|cell| cell.trim().to_owned()).collect();
                return Ok(Rows { header, header_line: row.line, source: Some(source) });
            }
        }
    }

    /// The names of the columns, trimmed.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// The line of the header, mostly 1.
    pub fn header_line(&self) -> u64 {
        self.header_line
    }
}

impl Source {
    fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        match self {
            Source::Delimited(rows) => rows.next_row(),
            Source::Workbook(rows) => rows.next_row(),
        }
    }
}

impl Iterator for Rows {
    type Item = Result<Row, ReadError>;

    fn next(&mut self) -> Option<Result<Row, ReadError>> {
        loop {
            match self.source.as_mut()?.next_row() {
                Ok(Some(row)) if row.is_blank() => (),
                Ok(Some(row)) => return Some(Ok(row)),
                Ok(None) => {
                    self.source = None;
                    return None;
                }
                Err(error) => {
                    self.source = None;
                    return Some(Err(error));
                }
            }
        }
    }
}

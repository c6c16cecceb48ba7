//! The rows of an import that were not posted: one JSON text per line in a file of its own, read by pages or as CSV.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::Path;

use acopio_contract::query::Page;
use acopio_sheets::{Problem as RowProblem, Report, WriteError};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Problem;

/// Why a row, or one cell of it, is not posted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = ImportProblem)]
pub(crate) struct ReportLine {
    /// The line of the file; its header is 1.
    pub(crate) row: u64,
    /// The name of the column; empty when the row as a whole is meant.
    pub(crate) column: String,
    /// What the cell holds.
    pub(crate) value: String,
    /// The rule that it breaks.
    pub(crate) reason: String,
    /// Whether nothing is wrong with the row, and the profile says to pass it over.
    pub(crate) skipped: bool,
}

impl ReportLine {
    /// What is wrong with a row.
    pub(crate) fn problem(problem: RowProblem) -> ReportLine {
        ReportLine::of(problem, false)
    }

    /// Why a row is passed over.
    pub(crate) fn skipped(problem: RowProblem) -> ReportLine {
        ReportLine::of(problem, true)
    }

    fn of(problem: RowProblem, skipped: bool) -> ReportLine {
        let RowProblem { row, column, value, reason } = problem;
        ReportLine { row, column, value, reason, skipped }
    }
}

/// Writes the lines of one run.
pub(super) struct ReportWriter(BufWriter<File>);

impl ReportWriter {
    /// An empty file, in place of one that an interrupted run has left.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub(super) fn create(path: &Path) -> io::Result<ReportWriter> {
        File::create(path).map(|file| ReportWriter(BufWriter::new(file)))
    }

    /// Adds a line.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub(super) fn push(&mut self, line: &ReportLine) -> io::Result<()> {
        serde_json::to_writer(&mut self.0, line)?;
        self.0.write_all(b"\n")
    }

    /// Writes what is still in memory.
    ///
    /// # Errors
    ///
    /// When the disk fails.
    pub(super) fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Reads a page. A cursor is the run and a position in its file, so that reading on costs the same at the end as at the
/// beginning.
///
/// # Errors
///
/// When the cursor comes from elsewhere, or the file cannot be read.
pub(super) fn page(
    path: &Path,
    run: u32,
    limit: usize,
    cursor: Option<&str>,
) -> Result<Page<ReportLine>, Problem> {
    let start = match cursor {
        Some(cursor) => position(cursor, run).ok_or_else(|| Problem::cursor(cursor))?,
        None => 0,
    };
    let mut lines = Lines::open(path, start).map_err(Problem::internal)?;
    let mut items = Vec::new();
    while items.len() < limit {
        match lines.next() {
            Some(Ok(line)) => items.push(line),
            // A cursor that points between two lines is none of ours.
            Some(Err(error)) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(Problem::cursor(cursor.unwrap_or_default()));
            }
            Some(Err(error)) => return Err(Problem::internal(error)),
            None => return Ok(Page { items, next: None }),
        }
    }
    let next = format!("{run}.{}", lines.position);
    let is_end = lines.next().is_none();
    Ok(Page { items, next: (!is_end).then_some(next) })
}

fn position(cursor: &str, run: u32) -> Option<u64> {
    let (of_run, position) = cursor.split_once('.')?;
    if of_run.parse() == Ok(run) { position.parse().ok() } else { None }
}

/// Writes all lines as CSV with the columns `row,column,value,reason`.
///
/// # Errors
///
/// When the file cannot be read or the output fails.
pub(super) fn write_csv(path: &Path, output: impl Write + Send) -> Result<(), WriteError> {
    let mut report = Report::new(output)?;
    for line in Lines::open(path, 0).map_err(WriteError::Output)? {
        let line = line.map_err(WriteError::Output)?;
        report.push(&RowProblem {
            row: line.row,
            column: line.column,
            value: line.value,
            reason: line.reason,
        })?;
    }
    report.finish()
}

/// Whole lines of the file from a position on. A last line that is still being written is left out.
struct Lines {
    file: Option<BufReader<File>>,
    position: u64,
    buffer: Vec<u8>,
}

impl Lines {
    /// A run that has not begun has no file, and no lines.
    fn open(path: &Path, start: u64) -> io::Result<Lines> {
        let file = match File::open(path) {
            Ok(mut file) => {
                file.seek(SeekFrom::Start(start))?;
                Some(BufReader::new(file))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(error),
        };
        Ok(Lines { file, position: start, buffer: Vec::new() })
    }
}

impl Iterator for Lines {
    type Item = io::Result<ReportLine>;

    fn next(&mut self) -> Option<io::Result<ReportLine>> {
        self.buffer.clear();
        match self.file.as_mut()?.read_until(b'\n', &mut self.buffer) {
            Ok(length) if self.buffer.ends_with(b"\n") => {
                self.position += length as u64;
                let line = serde_json::from_slice(&self.buffer);
                Some(line.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)))
            }
            Ok(_) => None,
            Err(error) => Some(Err(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_by_pages_and_as_csv() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("problems");
        assert_eq!(page(&path, 1, 2, None).unwrap(), Page { items: vec![], next: None });
        let mut writer = ReportWriter::create(&path).unwrap();
        let lines = [2, 3, 5]
            .map(|row| ReportLine::problem(RowProblem::new(row, "Qty", "=1", "must be \"a\" number")));
        lines.iter().for_each(|line| writer.push(line).unwrap());
        writer.finish().unwrap();
        let first = page(&path, 1, 2, None).unwrap();
        assert_eq!(first.items, lines[..2]);
        let cursor = first.next.unwrap();
        let second = page(&path, 1, 2, Some(&cursor)).unwrap();
        assert_eq!(second, Page { items: lines[2..].to_vec(), next: None });
        assert_eq!(page(&path, 1, 3, None).unwrap().next, None);
        for foreign in ["", "2.0", "1.7", "x", "1.-1"] {
            assert_eq!(
                page(&path, 1, 2, Some(foreign)).unwrap_err().code(),
                "invalid_parameter",
                "{foreign}"
            );
        }
        let mut csv = Vec::new();
        write_csv(&path, &mut csv).unwrap();
        let csv = String::from_utf8(csv).unwrap();
        assert!(
            csv.starts_with("row,column,value,reason\r\n2,Qty,'=1,\"must be \"\"a\"\" number\"\r\n"),
            "{csv}"
        );
    }
}

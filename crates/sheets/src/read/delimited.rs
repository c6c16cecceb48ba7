//! CSV files, plain or gzipped, row by row in constant memory.

use std::io::{self, BufRead, BufReader, Cursor, Read};

use csv::{ByteRecord, ReaderBuilder, Terminator};
use flate2::bufread::MultiGzDecoder;

use super::encoding::Encoding;
use super::lines::Lines;
use super::row::Row;
use super::{ReadError, ReadOptions};
use crate::formula;

/// The most bytes of a line before or with the header.
const HEADER_BYTES_MAX: u64 = 1024 * 1024;
const UTF8_BOM: &[u8] = b"\xef\xbb\xbf";
const UTF16_BOMS: [&[u8]; 2] = [b"\xff\xfe", b"\xfe\xff"];
pub(super) const GZIP_MAGIC: &[u8] = b"\x1f\x8b";

/// Where the bytes come from.
type Bytes = Box<dyn BufRead + Send>;

/// The rows of a CSV file, its header first.
pub(super) struct Delimited {
    reader: csv::Reader<Lines<Bytes>>,
    record: ByteRecord,
    encoding: Encoding,
    /// Lines that were taken before the parser began.
    lines_before: u64,
}

impl Delimited {
    /// Finds the header line and from it the delimiter.
    pub(super) fn open(
        input: impl BufRead + Send + 'static,
        options: &ReadOptions,
    ) -> Result<Self, ReadError> {
        let mut input = decompressed(Box::new(input))?;
        let (header, lines_before) = header_line(&mut input, options)?;
        let delimiter = delimiter_of(&header);
        let whole: Bytes = Box::new(Cursor::new(header).chain(input));
        let reader = ReaderBuilder::new()
            .has_headers(false)
            .flexible(true)
            .delimiter(delimiter)
            .terminator(Terminator::Any(b'\n'))
            .from_reader(Lines::new(whole));
        Ok(Delimited { reader, record: ByteRecord::new(), encoding: options.encoding, lines_before })
    }

    /// The next row; nothing at the end of the file.
    pub(super) fn next_row(&mut self) -> Result<Option<Row>, ReadError> {
        self.reader.get_mut().begin_record();
        let last_line = self.lines_before + self.reader.position().line();
        let read = self.reader.read_byte_record(&mut self.record);
        if !read.map_err(|source| ReadError::Delimited { line: last_line, source })? {
            return Ok(None);
        }
        // The parser's own start of a record counts blank lines before it; its end is exact.
        let breaks = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        let mut row = Row::new(self.lines_before + self.reader.position().line() - 1 - breaks);
        for (column, bytes) in self.record.iter().enumerate() {
            let (text, is_valid) = self.encoding.decode(bytes);
            if !is_valid {
                row.fault(column, "must be valid UTF-8");
            }
            row.place(column, formula::unmark(text));
        }
        Ok(Some(row))
    }
}

fn decompressed(mut input: Bytes) -> Result<Bytes, ReadError> {
    let is_gzip = input.fill_buf().map_err(ReadError::Open)?.starts_with(GZIP_MAGIC);
    if is_gzip { Ok(Box::new(BufReader::new(MultiGzDecoder::new(input)))) } else { Ok(input) }
}

/// The first line at or after the one that the profile names that is not blank, and how many lines are before it.
fn header_line(input: &mut Bytes, options: &ReadOptions) -> Result<(Vec<u8>, u64), ReadError> {
    for lines_before in 0.. {
        let mut line = Vec::new();
        let count = input.take(HEADER_BYTES_MAX).read_until(b'\n', &mut line).map_err(ReadError::Open)?;
        if count == 0 {
            break;
        }
        if count as u64 == HEADER_BYTES_MAX {
            let source = io::Error::new(io::ErrorKind::InvalidData, "the header line is longer than 1 MiB");
            return Err(ReadError::Open(source));
        }
        if lines_before == 0 {
            if UTF16_BOMS.iter().any(|bom| line.starts_with(bom)) {
                return Err(ReadError::Utf16);
            }
            if line.starts_with(UTF8_BOM) {
                line.drain(..UTF8_BOM.len());
            }
        }
        let is_blank = line.iter().all(u8::is_ascii_whitespace);
        if options.header_row <= lines_before + 1 && !is_blank {
            return Ok((line, lines_before));
        }
    }
    Err(ReadError::NoHeader)
}

/// Whichever of the delimiters is most frequent outside quotes; a comma when none is there.
fn delimiter_of(header: &[u8]) -> u8 {
    let mut in_quotes = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0)];
    for &byte in header {
        in_quotes ^= byte == b'"';
        let found = counts.iter_mut().find(|(delimiter, _)| !in_quotes && *delimiter == byte);
        if let Some((_, count)) = found {
            *count += 1;
        }
    }
    // Of equals the last is taken, so the comma is asked last.
    counts.iter().rev().max_by_key(|(_, count)| *count).map_or(b',', |(delimiter, _)| *delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &[u8], expected: &[(u64, &[&str])]) {
        let options = ReadOptions::default();
        let mut rows = Delimited::open(Cursor::new(text.to_vec()), &options).unwrap();
        let mut seen = Vec::new();
        while let Some(row) = rows.next_row().unwrap() {
            seen.push((row.line, row.cells));
        }
        let seen: Vec<_> = seen.iter().map(|(line, cells)| (*line, cells.as_slice())).collect();
        assert_eq!(format!("{seen:?}"), format!("{expected:?}"), "{:?}", String::from_utf8_lossy(text));
    }

    #[test]
    fn rows_have_the_lines_of_the_file() {
        check(b"a,b\n1,2\n3,4", &[(1, &["a", "b"]), (2, &["1", "2"]), (3, &["3", "4"])]);
        check(b"a,b\r\n1,2\r\n3,4\r\n", &[(1, &["a", "b"]), (2, &["1", "2"]), (3, &["3", "4"])]);
        check(b"a,b\n\n1,2\n\n\n3,4\n\n", &[(1, &["a", "b"]), (3, &["1", "2"]), (6, &["3", "4"])]);
        check(b"a,b\r\n\"x\r\ny\",2\r\n3,4", &[(1, &["a", "b"]), (2, &["x\ny", "2"]), (4, &["3", "4"])]);
        check(b"a,b\n\n\"x\n\",2\n3\n", &[(1, &["a", "b"]), (3, &["x\n", "2"]), (5, &["3"])]);
        check(b"\n\na,b\n1,2\n", &[(3, &["a", "b"]), (4, &["1", "2"])]);
    }

    #[test]
    fn the_header_shows_the_delimiter() {
        check(b"\xef\xbb\xbfa;b\n1,5;2\n", &[(1, &["a", "b"]), (2, &["1,5", "2"])]);
        check(b"a\tb\n1\t2\n", &[(1, &["a", "b"]), (2, &["1", "2"])]);
        check(b"\"a,b,c\";d\n1;2\n", &[(1, &["a,b,c", "d"]), (2, &["1", "2"])]);
        check(b"a\n1\n", &[(1, &["a"]), (2, &["1"])]);
    }

    #[test]
    fn invalid_utf8_is_a_fault_of_its_row_only() {
        let text = b"a,b\n1,\xff\n2,3\n".to_vec();
        let mut rows = Delimited::open(Cursor::new(text), &ReadOptions::default()).unwrap();
        let mut next = || rows.next_row().unwrap().unwrap();
        let faults = [next(), next(), next()].map(|row| row.faults.len());
        assert_eq!(faults, [0, 1, 0]);
    }

    #[test]
    fn lines_above_the_header_are_passed_over() {
        let options = ReadOptions { header_row: 3, ..ReadOptions::default() };
        let text = b"Stock list\nof \"May\na;b\n1;2\n".to_vec();
        let mut rows = Delimited::open(Cursor::new(text), &options).unwrap();
        assert_eq!(rows.next_row().unwrap().unwrap().line, 3);
        let row = rows.next_row().unwrap().unwrap();
        assert_eq!((row.line, row.cell(1)), (4, "2"));
    }

    #[test]
    fn a_missing_quote_does_not_fill_the_memory() {
        let text = [b"a,b\n1,\"".to_vec(), vec![b'x'; 2 * super::super::lines::RECORD_BYTES_MAX]].concat();
        let mut rows = Delimited::open(Cursor::new(text), &ReadOptions::default()).unwrap();
        assert!(rows.next_row().unwrap().is_some());
        assert!(matches!(rows.next_row(), Err(ReadError::Delimited { line: 2, .. })));
    }

    #[test]
    fn files_without_a_usable_header_are_refused() {
        let open = |text: &'static [u8]| Delimited::open(text, &ReadOptions::default()).err();
        assert!(matches!(open(b""), Some(ReadError::NoHeader)));
        assert!(matches!(open(b" \r\n\n"), Some(ReadError::NoHeader)));
        assert!(matches!(open(b"\xff\xfea\0"), Some(ReadError::Utf16)));
    }
}

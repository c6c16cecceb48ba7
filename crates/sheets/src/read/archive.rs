//! A look into a zip file before anything is unpacked: what it is, and that it is no bomb.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};

use zip::ZipArchive;
use zip::result::ZipError;

use super::ReadError;

/// The most bytes that all parts of a workbook may have together when unpacked.
pub const UNZIPPED_BYTES_MAX: u64 = 512 * 1024 * 1024;
pub(super) const ZIP_MAGIC: &[u8] = b"PK\x03\x04";
/// How `.xls` files and encrypted `.xlsx` files begin.
pub(super) const COMPOUND_FILE_MAGIC: &[u8] = b"\xd0\xcf\x11\xe0";

/// The kinds of workbook that are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum BookKind {
    /// Office Open XML: Excel and most others.
    Xlsx,
    /// OpenDocument: LibreOffice.
    Ods,
}

/// What a zip file holds, once it is known to unpack to at most `bytes_max`.
pub(super) fn inspect(file: &File, bytes_max: u64) -> Result<BookKind, ReadError> {
    let damaged = |source: ZipError| ReadError::Workbook { source: Box::new(source) };
    let mut archive = ZipArchive::new(BufReader::new(file)).map_err(damaged)?;
    // Sizes in the directory are only a claim, so the parts are unpacked and counted.
    let mut left = bytes_max;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(damaged)?;
        let size =
            io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|error| damaged(error.into()))?;
        left = left.checked_sub(size).ok_or(ReadError::TooLarge { bytes_max })?;
    }
    let names = archive.file_names().collect::<Result<Vec<_>, _>>().map_err(damaged)?;
    let kind = if names.iter().any(|name| name == "content.xml") {
        BookKind::Ods
    } else if names.iter().any(|name| name.ends_with("workbook.xml")) {
        BookKind::Xlsx
    } else {
        return Err(ReadError::UnknownFormat);
    };
    let mut file = file;
    file.rewind().map_err(ReadError::Open)?;
    Ok(kind)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    #[test]
    fn what_unpacks_to_too_much_is_refused() {
        let mut zip = ZipWriter::new(tempfile::tempfile().unwrap());
        zip.start_file("xl/workbook.xml", SimpleFileOptions::default()).unwrap();
        zip.write_all(&[b' '; 600]).unwrap();
        zip.start_file("xl/sheet1.xml", SimpleFileOptions::default()).unwrap();
        zip.write_all(&[b' '; 400]).unwrap();
        let file = zip.finish().unwrap();
        assert_eq!(inspect(&file, 1_000).ok(), Some(BookKind::Xlsx));
        assert!(matches!(inspect(&file, 999), Err(ReadError::TooLarge { bytes_max: 999 })));
    }
}

//! What we write is read back as it was, and workbooks of other programs are read too.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use acopio_ledger::money::Money;
use acopio_ledger::quantity::Quantity;
use acopio_sheets::{Cell, CsvSheet, ReadError, ReadOptions, Row, Rows, Sheet, WriteError, XlsxSheet};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const HEADER: [&str; 3] = ["sku", "quantity", "price"];

fn read(path: &Path, options: &ReadOptions) -> (Vec<String>, Vec<Row>) {
    let rows = Rows::open(path, options).unwrap();
    (rows.header().to_vec(), rows.map(Result::unwrap).collect())
}

fn lines(rows: &[Row]) -> Vec<(u64, Vec<&str>)> {
    rows.iter().map(|row| (row.line, row.cells.iter().map(String::as_str).collect())).collect()
}

fn write_all(mut sheet: Box<dyn Sheet>) {
    let quantity = Quantity(-1_250);
    sheet.header(&HEADER).unwrap();
    sheet.row(&[Cell::Text("A-1"), Cell::Quantity(quantity), Cell::Money(Money(25_500))]).unwrap();
    sheet.row(&[Cell::Text("=1+1"), Cell::Integer(7), Cell::Empty]).unwrap();
    sheet.row(&[Cell::Text("007"), Cell::Number("999999999999.125"), Cell::Text("<ñ> & 📦")]).unwrap();
    sheet.finish().unwrap();
}

#[test]
fn a_workbook_is_read_back_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table");
    write_all(Box::new(XlsxSheet::new("stock", File::create(&path).unwrap()).unwrap()));
    let (header, rows) = read(&path, &ReadOptions::default());
    assert_eq!(header, HEADER);
    let expected = [
        (2, vec!["A-1", "-1.25", "2.55"]),
        (3, vec!["=1+1", "7"]),
        (4, vec!["007", "999999999999.125", "<ñ> & 📦"]),
    ];
    assert_eq!(lines(&rows), expected);
    let formulas = calamine::open_workbook::<calamine::Xlsx<_>, _>(&path).unwrap();
    assert!(calamine::Reader::worksheet_formula(&mut { formulas }, "stock").unwrap().is_empty());
}

#[test]
fn a_csv_file_is_read_back_as_it_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("table");
    write_all(Box::new(CsvSheet::with_bom(File::create(&path).unwrap())));
    let (header, rows) = read(&path, &ReadOptions::default());
    assert_eq!(header, HEADER);
    let expected = [
        (2, vec!["A-1", "-1.25", "2.55"]),
        (3, vec!["=1+1", "7", ""]),
        (4, vec!["007", "999999999999.125", "<ñ> & 📦"]),
    ];
    assert_eq!(lines(&rows), expected);
}

#[test]
fn workbooks_of_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Notes").unwrap();
    let sheet = book.add_worksheet().set_name("Hoja 2").unwrap();
    sheet.write(0, 0, "Stock of May").unwrap();
    sheet.write_row(2, 1, ["code", "when", "pieces"]).unwrap();
    let date = ExcelDateTime::from_ymd(2024, 2, 29).unwrap().and_hms(8, 30, 0).unwrap();
    sheet.write(4, 1, "A-1").unwrap();
    sheet.write_with_format(4, 2, &date, &Format::new().set_num_format("dd/mm/yyyy hh:mm")).unwrap();
    sheet.write(4, 3, 2.5).unwrap();
    sheet.write_formula(6, 3, Formula::new("1/0").set_result("#DIV/0!")).unwrap();
    book.save(&path).unwrap();
    let options = ReadOptions {
        sheet: Some("Hoja 2".to_owned()),
        header_row: 3,
        decimal: ',',
        ..ReadOptions::default()
    };
    let (header, rows) = read(&path, &options);
    assert_eq!(header, ["", "code", "when", "pieces"]);
    assert_eq!(lines(&rows)[0], (5, vec!["", "A-1", "2024-02-29 08:30:00", "2,5"]));
    assert_eq!(rows[1].line, 7);
    let wrong = ReadOptions { sheet: Some("Hoja 3".to_owned()), ..ReadOptions::default() };
    let error = Rows::open(&path, &wrong).err().unwrap();
    assert_eq!(error.to_string(), "the workbook has no sheet \"Hoja 3\"; it has: Notes, Hoja 2");
}

#[test]
fn the_first_sheet_that_people_see_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Lists").unwrap().set_hidden(true).write(0, 0, "not me").unwrap();
    let shown = book.add_worksheet().set_name("Stock").unwrap().set_active(true);
    shown.write(0, 0, "code").unwrap();
    book.save(&path).unwrap();
    assert_eq!(read(&path, &ReadOptions::default()).0, ["code"]);
    let named = |sheet: &str| ReadOptions { sheet: Some(sheet.to_owned()), ..ReadOptions::default() };
    assert_eq!(read(&path, &named("stock")).0, ["code"], "in any case");
    assert_eq!(read(&path, &named("Lists")).0, ["not me"], "it was asked for");
}

/// The least that an OpenDocument spreadsheet needs.
fn ods_file(path: &Path) {
    let content = r#"<?xml version="1.0" encoding="UTF-8"?>
<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
<office:body><office:spreadsheet><table:table table:name="Hoja1">
<table:table-row>
<table:table-cell office:value-type="string"><text:p>code</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>pieces</text:p></table:table-cell>
<table:table-cell office:value-type="string"><text:p>when</text:p></table:table-cell>
</table:table-row>
<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="3"/></table:table-row>
<table:table-row>
<table:table-cell office:value-type="string"><text:p>Ñ-1</text:p></table:table-cell>
<table:table-cell office:value-type="float" office:value="12"><text:p>12</text:p></table:table-cell>
<table:table-cell office:value-type="date" office:date-value="2024-02-29"><text:p>29/02/24</text:p></table:table-cell>
</table:table-row>
</table:table></office:spreadsheet></office:body></office:document-content>"#;
    let manifest = r#"<?xml version="1.0"?><manifest:manifest
 xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#;
    let mut zip = ZipWriter::new(File::create(path).unwrap());
    let parts = [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", content),
    ];
    for (name, text) in parts {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        // As programs write it: without space between the elements.
        zip.write_all(text.replace('\n', "").as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

#[test]
fn open_document_spreadsheets_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.ods");
    ods_file(&path);
    let (header, rows) = read(&path, &ReadOptions::default());
    assert_eq!(header, ["code", "pieces", "when"]);
    assert_eq!(lines(&rows), [(4, vec!["Ñ-1", "12", "2024-02-29 00:00:00"])]);
}

#[test]
fn gzipped_csv_is_read_and_a_cut_one_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(b"\xef\xbb\xbfa;b\r\n1;2\r\n;\r\n3;4\r\n").unwrap();
    let bytes = gzip.finish().unwrap();
    std::fs::write(&path, &bytes).unwrap();
    let (header, rows) = read(&path, &ReadOptions::default());
    assert_eq!(header, ["a", "b"]);
    assert_eq!(lines(&rows), [(2, vec!["1", "2"]), (4, vec!["3", "4"])]);
    std::fs::write(&path, &bytes[..bytes.len() - 9]).unwrap();
    let read = Rows::open(&path, &ReadOptions::default())
        .and_then(|mut rows| rows.find_map(Result::err).map_or(Ok(()), Err));
    assert!(read.is_err());
}

#[test]
fn files_of_other_formats_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    let open = |bytes: &[u8]| {
        std::fs::write(&path, bytes).unwrap();
        Rows::open(&path, &ReadOptions::default()).err()
    };
    assert!(matches!(open(b"\xd0\xcf\x11\xe0\xa1\xb1"), Some(ReadError::UnknownFormat)));
    assert!(matches!(open(b"PK\x03\x04 no zip"), Some(ReadError::Workbook { .. })));
    assert!(matches!(open(b""), Some(ReadError::NoHeader)));
    let mut zip = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("a.txt", SimpleFileOptions::default()).unwrap();
    let bytes = zip.finish().unwrap().into_inner();
    assert!(matches!(open(&bytes), Some(ReadError::UnknownFormat)));
}

#[test]
fn a_full_sheet_says_so() {
    let mut sheet = XlsxSheet::new("rows", Vec::new()).unwrap();
    sheet.header(&["a"]).unwrap();
    for _ in 1..acopio_sheets::write::ROWS_MAX {
        sheet.row(&[]).unwrap();
    }
    let error = sheet.row(&[]).unwrap_err();
    assert!(matches!(error, WriteError::TooManyRows { .. }));
    assert!(error.to_string().contains("1048576"));
}

#[test]
fn a_server_may_move_them_between_threads() {
    fn is_send<T: Send>() {}
    is_send::<Rows>();
    is_send::<acopio_sheets::Planner>();
    is_send::<Box<dyn Sheet>>();
}

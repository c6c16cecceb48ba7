//! Excel workbooks of one sheet. Rows go to a temporary file, so memory is constant; the output gets all at the end.

use std::io::Write;

use rust_xlsxwriter::{ColNum, Format, RowNum, Workbook, Worksheet, XlsxError};

use super::{Cell, Sheet, WriteError};

/// The most rows of a sheet, header included: a limit of Excel.
pub const ROWS_MAX: u32 = 1_048_576;

/// A table as a workbook.
pub struct XlsxSheet<W: Write + Send> {
    book: Workbook,
    sheet: Worksheet,
    output: W,
    next_row: RowNum,
    columns: ColNum,
}

impl<W: Write + Send> XlsxSheet<W> {
    /// A workbook with one sheet of that name.
    ///
    /// # Errors
    ///
    /// When the name is none that Excel takes (1 to 31 characters, none of `[]:*?/\`), or there is no temporary file
    /// to be had.
    pub fn new(name: &str, output: W) -> Result<XlsxSheet<W>, WriteError> {
        let mut book = Workbook::new();
        let mut sheet = book.new_worksheet_with_constant_memory().map_err(WriteError::Workbook)?;
        sheet.set_name(name).map_err(WriteError::Workbook)?;
        Ok(XlsxSheet { book, sheet, output, next_row: 0, columns: 0 })
    }

    fn begin_row(&mut self) -> Result<RowNum, WriteError> {
        let row = self.next_row;
        if ROWS_MAX <= row {
            return Err(WriteError::TooManyRows { rows_max: ROWS_MAX });
        }
        self.next_row += 1;
        Ok(row)
    }
}

impl<W: Write + Send> Sheet for XlsxSheet<W> {
    fn header(&mut self, names: &[&str]) -> Result<(), WriteError> {
        let row = self.begin_row()?;
        let bold = Format::new().set_bold();
        for (column, name) in (0..).zip(names) {
            self.sheet.write_string_with_format(row, column, *name, &bold).map_err(WriteError::Workbook)?;
            self.columns = column + 1;
        }
        self.sheet.set_freeze_panes(row + 1, 0).map_err(WriteError::Workbook)?;
        Ok(())
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), WriteError> {
        let row = self.begin_row()?;
        for (column, cell) in (0..).zip(cells) {
            place(&mut self.sheet, row, column, cell).map_err(WriteError::Workbook)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), WriteError> {
        if let (Some(last_row), Some(last_column)) =
            (self.next_row.checked_sub(1), self.columns.checked_sub(1))
        {
            self.sheet.autofilter(0, 0, last_row, last_column).map_err(WriteError::Workbook)?;
        }
        self.book.push_worksheet(self.sheet);
        self.book.save_to_writer(&mut self.output).map_err(WriteError::Workbook)?;
        self.output.flush().map_err(WriteError::Output)
    }
}

/// Texts are written as texts, never as what they look like.
fn place(sheet: &mut Worksheet, row: RowNum, column: ColNum, cell: &Cell<'_>) -> Result<(), XlsxError> {
    if let Cell::Text(text) = cell {
        sheet.write_string(row, column, *text)?;
    } else if let Some(number) = cell.number() {
        // Excel's numbers are floats: 15 digits are exact, as many as any quantity or price needs.
        match number.parse::<f64>() {
            Ok(number) => sheet.write_number(row, column, number)?,
            Err(_) => sheet.write_string(row, column, number)?,
        };
    }
    Ok(())
}

//! The cells of workbooks as texts: what a person sees in them, without formats that differ from file to file.

use calamine::{Data, ExcelDateTime};
use jiff::civil::DateTime;
use jiff::{RoundMode, Unit};

/// How a date in a cell is written.
const DATE_FORM: &str = "%Y-%m-%d %H:%M:%S";

/// The text of a cell; numbers have `decimal` as their decimal sign.
///
/// # Errors
///
/// The rule that the cell breaks: it holds the error of a formula.
pub(super) fn text(value: Data, decimal: char) -> Result<String, String> {
    match value {
        Data::Empty => Ok(String::new()),
        Data::String(text) => Ok(text),
        Data::Int(number) => Ok(number.to_string()),
        Data::Float(number) => Ok(number_text(number, decimal)),
        Data::Bool(truth) => Ok(if truth { "TRUE" } else { "FALSE" }.to_owned()),
        Data::DateTime(time) if time.is_datetime() => Ok(date_text(time, decimal)),
        Data::DateTime(duration) => Ok(number_text(duration.as_f64(), decimal)),
        Data::DateTimeIso(text) => Ok(text.parse::<DateTime>().map(written).unwrap_or(text)),
        Data::DurationIso(text) => Ok(text),
        Data::Error(error) => Err(format!("must not be the error {error}")),
    }
}

/// A number with 15 significant digits, as spreadsheet programs show it: 0.1 + 0.2 is 0.3.
fn number_text(number: f64, decimal: char) -> String {
    let rounded: f64 = format!("{number:.14e}").parse().unwrap_or(number);
    let text = rounded.to_string();
    if decimal == '.' { text } else { text.replace('.', &decimal.to_string()) }
}

/// A date to the second. What is no date of the calendar, as 29 February 1900, stays a number.
fn date_text(time: ExcelDateTime, decimal: char) -> String {
    let (year, month, day, hour, minute, second, milli) = time.to_ymd_hms_milli();
    let number = |value: u8| i8::try_from(value).unwrap_or(i8::MAX);
    let nanos = i32::from(milli) * 1_000_000;
    let year = i16::try_from(year).unwrap_or(i16::MAX);
    let date =
        DateTime::new(year, number(month), number(day), number(hour), number(minute), number(second), nanos);
    date.map(written).unwrap_or_else(|_| number_text(time.as_f64(), decimal))
}

fn written(date: DateTime) -> String {
    let to_the_second = jiff::civil::DateTimeRound::new().smallest(Unit::Second).mode(RoundMode::HalfExpand);
    date.round(to_the_second).unwrap_or(date).strftime(DATE_FORM).to_string()
}

#[cfg(test)]
mod tests {
    use calamine::{CellErrorType, ExcelDateTimeType};

    use super::*;

    fn date(value: f64) -> Data {
        Data::DateTime(ExcelDateTime::new(value, ExcelDateTimeType::DateTime, false))
    }

    #[test]
    fn cells_are_texts() {
        let cases = [
            (Data::Empty, ""),
            (Data::Float(12.0), "12"),
            (Data::Float(-80_995.0), "-80995"),
            (Data::Float(0.1 + 0.2), "0,3"),
            (Data::Float(1e15), "1000000000000000"),
            (Data::Int(7), "7"),
            (Data::Bool(true), "TRUE"),
            (Data::String(" 007".to_owned()), " 007"),
            (date(45_943.5), "2025-10-13 12:00:00"),
            (date(40_513.351_388_888_9), "2010-12-01 08:26:00"),
            (Data::DateTimeIso("2024-02-29".to_owned()), "2024-02-29 00:00:00"),
            (Data::DateTimeIso("2024-02-29T08:30:00".to_owned()), "2024-02-29 08:30:00"),
        ];
        for (value, expected) in cases {
            assert_eq!(text(value.clone(), ',').as_deref(), Ok(expected), "{value:?}");
        }
        assert!(text(Data::Error(CellErrorType::NA), '.').is_err());
    }
}

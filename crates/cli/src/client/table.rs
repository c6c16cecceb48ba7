//! Tables for people: aligned by what is seen, not by bytes, and no wider than the terminal.

use std::fmt::Write as _;

use console::{Alignment, measure_text_width, pad_str, truncate_str};
use serde_json::Value;

/// Between two columns.
const GAP: &str = "  ";
/// A column is not made narrower than this to fit the terminal.
const COLUMN_MIN: usize = 8;
/// Stands for what is cut off.
const CUT: &str = "…";

/// One column: where its values are in an item, and how they are shown.
#[derive(Clone, Copy, Debug)]
pub(super) struct Column {
    header: &'static str,
    /// The field, as in `sku` or `unit.name`.
    field: &'static str,
    alignment: Alignment,
    show: fn(&Value) -> String,
}

impl Column {
    /// Text.
    pub(super) const fn text(field: &'static str, header: &'static str) -> Column {
        Column { header, field, alignment: Alignment::Left, show: cell }
    }

    /// Figures: aligned at their last digit.
    pub(super) const fn figure(field: &'static str, header: &'static str) -> Column {
        Column { header, field, alignment: Alignment::Right, show: cell }
    }

    /// A moment, in the person's own time zone.
    pub(super) const fn time(field: &'static str, header: &'static str) -> Column {
        Column { header, field, alignment: Alignment::Left, show: time }
    }

    /// Text that is made of a value by `show`.
    pub(super) const fn with(
        field: &'static str,
        header: &'static str,
        show: fn(&Value) -> String,
    ) -> Column {
        Column { header, field, alignment: Alignment::Left, show }
    }

    fn of(&self, item: &Value) -> String {
        one_line(&(self.show)(look_up(item, self.field)))
    }
}

/// Draws a table with its header. `width_max` is the terminal's width, if there is a terminal.
pub(super) fn draw(columns: &[Column], items: &[Value], width_max: Option<usize>) -> String {
    let rows: Vec<Vec<String>> =
        items.iter().map(|item| columns.iter().map(|column| column.of(item)).collect()).collect();
    let widest = |at: usize| {
        let cells = rows.iter().map(|row| measure_text_width(&row[at]));
        cells.chain([measure_text_width(columns[at].header)]).max().unwrap_or(0)
    };
    let mut widths: Vec<usize> = (0..columns.len()).map(widest).collect();
    if let Some(width_max) = width_max {
        shrink(&mut widths, width_max);
    }
    let mut text = String::new();
    let headers = columns.iter().map(|column| column.header.to_uppercase()).collect::<Vec<_>>();
    for row in [&headers].into_iter().chain(&rows) {
        push_row(&mut text, columns, row, &widths);
    }
    text
}

/// Draws one record: a line per field, empty ones left out.
pub(super) fn draw_record(columns: &[Column], item: &Value) -> String {
    let width = columns.iter().map(|column| measure_text_width(column.header)).max().unwrap_or(0);
    let mut text = String::new();
    for column in columns {
        let value = column.of(item);
        if !value.is_empty() {
            let header = pad_str(column.header, width, Alignment::Left, None);
            writeln!(text, "{header}{GAP}{value}").expect("a String takes all text");
        }
    }
    text
}

fn push_row(text: &mut String, columns: &[Column], row: &[String], widths: &[usize]) {
    let cells = columns.iter().zip(row).zip(widths).map(|((column, cell), &width)| {
        let cell = truncate_str(cell, width, CUT);
        pad_str(&cell, width, column.alignment, None).into_owned()
    });
    let line = cells.collect::<Vec<_>>().join(GAP);
    text.push_str(line.trim_end());
    text.push('\n');
}

/// Narrows the widest columns until the row fits, or no column can be narrowed any more.
fn shrink(widths: &mut [usize], width_max: usize) {
    let gaps = GAP.len() * widths.len().saturating_sub(1);
    while width_max < widths.iter().sum::<usize>() + gaps {
        let Some(widest) = widths.iter_mut().max() else { return };
        if *widest <= COLUMN_MIN {
            return;
        }
        *widest -= 1;
    }
}

/// A field by its dotted name; null where it is missing.
pub(super) fn look_up<'a>(item: &'a Value, field: &str) -> &'a Value {
    field.split('.').fold(item, |value, part| &value[part])
}

/// A value as people read it.
pub(super) fn cell(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(cell).collect::<Vec<_>>().join(", "),
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| format!("{name}={}", cell(value)))
            .collect::<Vec<_>>()
            .join(", "),
        Value::Number(number) => number.to_string(),
    }
}

/// A moment in the person's own time zone, to the second; anything else as it is.
pub(super) fn time(value: &Value) -> String {
    let text = cell(value);
    match text.parse::<jiff::Timestamp>() {
        Ok(moment) => moment.to_zoned(jiff::tz::TimeZone::system()).strftime("%Y-%m-%d %H:%M:%S").to_string(),
        Err(_) => text,
    }
}

/// Without line breaks and without characters that would command the terminal.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use serde_json::json;

    use super::*;

    const COLUMNS: &[Column] =
        &[Column::text("sku", "sku"), Column::text("name", "name"), Column::figure("on_hand", "on hand")];

    fn items() -> Vec<Value> {
        vec![
            json!({"sku": "A1", "name": "Árbol 木の皿", "on_hand": 5}),
            json!({"sku": "B-22", "name": "A long name that the terminal is too narrow for", "on_hand": "12.5"}),
            json!({"sku": "C", "name": "two\nlines\u{1b}[31m", "on_hand": null}),
        ]
    }

    #[test]
    fn a_table_is_aligned_by_what_is_seen() {
        expect![[r#"
            SKU   NAME                                             ON HAND
            A1    Árbol 木の皿                                           5
            B-22  A long name that the terminal is too narrow for     12.5
            C     two lines [31m
        "#]]
        .assert_eq(&draw(COLUMNS, &items(), None));
    }

    #[test]
    fn a_narrow_terminal_cuts_the_widest_column() {
        expect![[r#"
            SKU   NAME               ON HAND
            A1    Árbol 木の皿             5
            B-22  A long name that…     12.5
            C     two lines [31m
        "#]]
        .assert_eq(&draw(COLUMNS, &items(), Some(32)));
    }

    #[test]
    fn a_record_leaves_out_what_is_not_set() {
        expect![[r#"
            sku      A1
            on hand  5
        "#]]
        .assert_eq(&draw_record(COLUMNS, &json!({"sku": "A1", "on_hand": 5})));
    }
}

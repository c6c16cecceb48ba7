//! The report as a table for a terminal.

use super::Report;
use crate::figure::Figure;

/// What, value, anchor, ratio, target, verdict.
pub(super) const HEADINGS: [&str; 6] = ["what", "value", "anchor", "ratio", "target", ""];

/// The cells of one figure, in the order of [`HEADINGS`].
pub(super) fn cells(figure: &Figure) -> [String; 6] {
    let ratio = figure.ratio().map(|ratio| format!("{ratio:.2}"));
    [
        figure.what.clone(),
        figure.value.to_string(),
        figure.anchor.as_ref().map(ToString::to_string).unwrap_or_default(),
        ratio.unwrap_or_default(),
        figure.target.map(|target| target.to_string()).unwrap_or_default(),
        figure.verdict().to_string(),
    ]
}

impl Report {
    /// Columns as wide as their widest cell, one table for each measurement.
    pub(crate) fn table(&self) -> String {
        let mut text = String::new();
        self.cautions().iter().for_each(|caution| text.push_str(&format!("{caution}\n")));
        for section in &self.sections {
            text.push_str(&format!("\n{}\n", section.what));
            match &section.figures {
                Ok(figures) if figures.is_empty() => text.push_str("  skipped\n"),
                Ok(figures) => text.push_str(&aligned(figures)),
                Err(error) => text.push_str(&format!("  could not be measured: {error}\n")),
            }
        }
        text
    }
}

fn aligned(figures: &[Figure]) -> String {
    let rows: Vec<[String; 6]> =
        std::iter::once(HEADINGS.map(str::to_owned)).chain(figures.iter().map(cells)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEADINGS.len()).map(width).collect();
    let line = |row: &[String; 6]| {
        let padded = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        format!("  {}", padded.collect::<Vec<_>>().join("  ")).trim_end().to_owned() + "\n"
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::figure::{Anchor, Target, Value};

    #[test]
    fn columns_stand_below_one_another() {
        let floor = Anchor::measured("floor", Value::PerSecond(120_000.0));
        let figures = [
            Figure::new("one", Value::PerSecond(60_000.0)).against(floor).target(Target::TimesAtLeast(0.55)),
            Figure::new("the other", Value::Seconds(0.007)),
        ];
        let expected = "  \
  what       value    anchor      ratio  target
  one        60.0k/s  floor 120k/s  0.50   ≥ 0.55 ×  short
  the other  7.00 ms
";
        let found = aligned(&figures);
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        assert_eq!(words(&found), words(expected));
        let column = |line: &str, word: &str| line.split(word).next().map(|before| before.chars().count());
        let lines: Vec<&str> = found.lines().collect();
        assert_eq!(column(lines[1], "60.0k"), column(lines[2], "7.00"));
    }
}

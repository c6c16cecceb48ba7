//! The report as tables of Markdown, and the page that they are written into.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use super::{Report, table};
use crate::figure::{Figure, Value};

/// What stands between these lines of a page is written by the bench; everything else by people.
const BEGIN: &str = "<!-- bench: begin -->";
const END: &str = "<!-- bench: end -->";

impl Report {
    /// A heading and a table for each measurement.
    pub(crate) fn markdown(&self) -> String {
        let machine = &self.machine;
        let memory = Value::Bytes(machine.memory_bytes as f64);
        let mut text = format!(
            "Measured on {}: {} cores ({}), {memory}.\n",
            machine.date, machine.cores, machine.processor
        );
        self.cautions().iter().for_each(|caution| text.push_str(&format!("\n**{caution}**\n")));
        for section in &self.sections {
            text.push_str(&format!("\n### {}\n\n", section.what));
            match &section.figures {
                Ok(figures) if figures.is_empty() => text.push_str("Skipped.\n"),
                Ok(figures) => text.push_str(&rows(figures)),
                Err(error) => text.push_str(&format!("Could not be measured: {error}\n")),
            }
        }
        text
    }
}

fn rows(figures: &[Figure]) -> String {
    let row =
        |cells: [String; 6]| format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | "));
    let mut text = row(table::HEADINGS.map(str::to_owned));
    text.push_str("|---|---:|---|---:|---|---|\n");
    text.extend(figures.iter().map(|figure| row(table::cells(figure))));
    text
}

/// Writes text into a page, between its markers.
///
/// # Errors
///
/// When the page cannot be read or written, or has no markers.
pub(crate) fn write_into(page: &Path, text: &str) -> Result<()> {
    let old = fs::read_to_string(page).with_context(|| format!("cannot read {}", page.display()))?;
    let new = replaced(&old, text).with_context(|| format!("cannot write into {}", page.display()))?;
    fs::write(page, new).with_context(|| format!("cannot write {}", page.display()))
}

fn replaced(page: &str, text: &str) -> Result<String> {
    let (before, rest) = page.split_once(BEGIN).with_context(|| format!("it has no line {BEGIN}"))?;
    let (_, after) = rest.split_once(END).with_context(|| format!("it has no line {END}"))?;
    ensure!(!after.contains(BEGIN), "it has the line {BEGIN} twice");
    Ok(format!("{before}{BEGIN}\n\n{}\n\n{END}{after}", text.trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_between_the_markers_is_replaced() {
        let page = format!("# Title\n{BEGIN}\nold\n{END}\nwords\n");
        let new = replaced(&page, "new\n").unwrap();
        assert_eq!(new, format!("# Title\n{BEGIN}\n\nnew\n\n{END}\nwords\n"));
        assert_eq!(replaced(&new, "new").unwrap(), new);
        assert!(replaced("no markers", "new").is_err());
    }

    #[test]
    fn a_bar_in_a_name_does_not_end_its_cell() {
        let figures = [Figure::new("a|b", Value::Seconds(1.0))];
        assert!(rows(&figures).ends_with("| a\\|b | 1.00 s |  |  |  |  |\n"));
    }
}

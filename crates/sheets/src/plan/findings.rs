//! Reads the values of one row and gathers every problem on the way.

use std::borrow::Cow;
use std::fmt::Display;

use super::source::Source;
use crate::problem::Problem;
use crate::read::Row;

/// One row, and what is wrong with it so far.
pub(super) struct Findings<'r> {
    row: &'r Row,
    problems: Vec<Problem>,
}

impl<'r> Findings<'r> {
    /// Begins with what the reader found, and with cells that have no heading.
    pub(super) fn new(row: &'r Row, header: &[String]) -> Findings<'r> {
        let mut findings = Findings { row, problems: Vec::new() };
        for fault in &row.faults {
            let column = header.get(fault.column).map_or("", String::as_str);
            findings.note(column, row.cell(fault.column), &fault.rule);
        }
        let beyond = row.cells.iter().skip(header.len()).find(|cell| !cell.trim().is_empty());
        if let Some(cell) = beyond {
            let rule = format!("the row has {} cells, the header {}", row.cells.len(), header.len());
            findings.note("", cell, rule);
        }
        findings
    }

    /// Notes a problem of a cell.
    pub(super) fn note(&mut self, column: &str, value: &str, reason: impl Display) {
        self.problems.push(Problem::new(self.row.line, column, value, reason));
    }

    /// The text of a value that may be missing.
    pub(super) fn text<'s>(&mut self, source: Option<&'s Source>) -> Option<Cow<'s, str>>
    where
        'r: 's,
    {
        let source = source?;
        match source.value(self.row) {
            Ok(text) if text.is_empty() => None,
            Ok(text) => Some(text),
            Err(rule) => {
                self.note(source.column(), source.raw(self.row), rule);
                None
            }
        }
    }

    /// A value that may be missing.
    pub(super) fn optional<T, E: Display>(
        &mut self,
        source: Option<&Source>,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let text = self.text(source)?;
        match parse(&text) {
            Ok(value) => Some(value),
            Err(rule) => {
                let source = source?;
                self.note(source.column(), source.raw(self.row), rule);
                None
            }
        }
    }

    /// A value that every row must have.
    pub(super) fn required<T, E: Display>(
        &mut self,
        source: &Source,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Option<T> {
        let before = self.problems.len();
        let value = self.optional(Some(source), parse);
        if value.is_none() && self.problems.len() == before {
            self.note(source.column(), "", "must not be empty");
        }
        value
    }

    /// The value when the row has no problem at all; otherwise all of them.
    pub(super) fn conclude<T>(self, value: Option<T>) -> Result<T, Vec<Problem>> {
        match value {
            Some(value) if self.problems.is_empty() => Ok(value),
            _ => {
                assert!(!self.problems.is_empty(), "line {} lacks a value without a problem", self.row.line);
                Err(self.problems)
            }
        }
    }
}

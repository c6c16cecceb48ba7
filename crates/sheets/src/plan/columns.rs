//! The columns of one file: finds those that a profile names.

use crate::problem::Problem;

/// A column of the file.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) index: usize,
    pub(super) name: String,
}

/// The header of the file, and what a profile did not find in it.
pub(super) struct Columns<'h> {
    header: &'h [String],
    line: u64,
    problems: Vec<Problem>,
}

impl<'h> Columns<'h> {
    pub(super) fn new(header: &'h [String], line: u64) -> Columns<'h> {
        Columns { header, line, problems: Vec::new() }
    }

    /// The column of a name, without regard to case and outer spaces. What is not there is noted, and stands for the
    /// first column until [`Columns::finish`].
    pub(super) fn find(&mut self, name: &str) -> Column {
        let wanted = name.trim().to_lowercase();
        let mut found =
            self.header.iter().enumerate().filter(|(_, title)| title.trim().to_lowercase() == wanted);
        let index = found.next().map(|(index, _)| index);
        let reason = match (index, found.next()) {
            (None, _) => Some(format!("the file has no such column; it has: {}", self.header.join(", "))),
            (Some(_), Some(_)) => Some("the file has more than one column of this name".to_owned()),
            (Some(_), None) => None,
        };
        let is_new = |problem: &Problem| problem.column != name;
        if let Some(reason) = reason.filter(|_| self.problems.iter().all(is_new)) {
            self.problems.push(Problem::new(self.line, name, "", reason));
        }
        Column { index: index.unwrap_or_default(), name: name.to_owned() }
    }

    /// What was not found.
    pub(super) fn finish(self) -> Result<(), Vec<Problem>> {
        if self.problems.is_empty() { Ok(()) } else { Err(self.problems) }
    }
}

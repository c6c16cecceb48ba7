//! Where a value comes from, in one file: a field of the profile with its column found.

use std::borrow::Cow;
use std::collections::HashMap;

use super::columns::{Column, Columns};
use crate::profile::{Case, Field};
use crate::read::Row;

/// A constant, or a cell and what to make of it.
#[derive(Clone, Debug)]
pub(super) struct Source {
    column: Option<Column>,
    constant: String,
    case: Case,
    empty: Option<String>,
    /// By the value in small letters.
    map: HashMap<String, String>,
    otherwise: Option<String>,
}

impl Source {
    pub(super) fn new(field: &Field, columns: &mut Columns) -> Source {
        Source {
            column: field.column.as_ref().map(|name| columns.find(name)),
            constant: field.constant.clone().unwrap_or_default(),
            case: field.case,
            empty: field.empty.clone(),
            map: field.map.iter().map(|(from, to)| (from.trim().to_lowercase(), to.clone())).collect(),
            otherwise: field.otherwise.clone(),
        }
    }

    pub(super) fn of(field: &Option<Field>, columns: &mut Columns) -> Option<Source> {
        field.as_ref().map(|field| Source::new(field, columns))
    }

    /// The name of the column; empty for a constant.
    pub(super) fn column(&self) -> &str {
        self.column.as_ref().map_or("", |column| &column.name)
    }

    /// What the file has.
    pub(super) fn raw<'r>(&'r self, row: &'r Row) -> &'r str {
        self.column.as_ref().map_or(&self.constant, |column| row.cell(column.index))
    }

    /// The value, trimmed; empty when there is none.
    ///
    /// # Errors
    ///
    /// The rule that the cell breaks: it must be one of the values in the map.
    pub(super) fn value<'r>(&'r self, row: &'r Row) -> Result<Cow<'r, str>, String> {
        let cell = self.raw(row).trim();
        if cell.is_empty() && self.empty.is_some() {
            return Ok(Cow::Borrowed(self.empty.as_deref().unwrap_or_default()));
        }
        if !self.map.is_empty() {
            return self.mapped(cell).map(Cow::Borrowed);
        }
        Ok(match self.case {
            Case::Keep => Cow::Borrowed(cell),
            Case::Upper if cell.chars().any(char::is_lowercase) => Cow::Owned(cell.to_uppercase()),
            Case::Lower if cell.chars().any(char::is_uppercase) => Cow::Owned(cell.to_lowercase()),
            Case::Upper | Case::Lower => Cow::Borrowed(cell),
        })
    }

    fn mapped(&self, cell: &str) -> Result<&str, String> {
        match self.map.get(&cell.to_lowercase()).or(self.otherwise.as_ref()) {
            Some(meaning) => Ok(meaning),
            None if cell.is_empty() => Ok(""),
            None => Err("must be one of the values in the profile's map".to_owned()),
        }
    }
}

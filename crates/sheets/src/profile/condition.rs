//! Which rows a rule is about.

use std::fmt;

use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use super::texts::Texts;

/// What a cell, or the row's quantity, must be like. All that is said must hold; case and outer spaces do not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Condition {
    /// The column that the texts below are about.
    pub column: Option<String>,
    /// The cell is one of these.
    pub equals: Texts,
    /// The cell begins with one of these.
    pub starts_with: Texts,
    /// The cell ends with one of these.
    pub ends_with: Texts,
    /// One of these is in the cell.
    pub contains: Texts,
    /// Whether there is a digit in the cell.
    pub has_digit: Option<bool>,
    /// Whether the cell is empty.
    pub empty: Option<bool>,
    /// The sign of the row's quantity.
    pub quantity: Option<Sign>,
}

/// The sign of a quantity as the file has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// More than 0.
    Positive,
    /// Less than 0.
    Negative,
    /// 0.
    Zero,
}

impl Condition {
    fn check(&self) -> Result<(), String> {
        let lists = [&self.equals, &self.starts_with, &self.ends_with, &self.contains];
        let has_texts = lists.iter().any(|texts| !texts.0.is_empty());
        let is_about_cell = has_texts || self.has_digit.is_some() || self.empty.is_some();
        match &self.column {
            None if is_about_cell => Err("when names no column".to_owned()),
            Some(column) if !is_about_cell => {
                Err(format!("when does not say what {column:?} must be like, as in equals or starts_with"))
            }
            None if self.quantity.is_none() => Err("when is empty".to_owned()),
            _ => Ok(()),
        }
    }
}

/// One condition or a list of them, all of which must hold. None at all fits every row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Conditions(pub Vec<Condition>);

impl Conditions {
    /// What is wrong with the conditions in any file.
    pub(super) fn check(&self) -> Result<(), String> {
        self.0.iter().try_for_each(Condition::check)
    }

    /// Whether one of them says something about the sign of the quantity.
    pub(crate) fn know_sign(&self) -> bool {
        self.0.iter().any(|condition| condition.quantity.is_some())
    }
}

impl<'de> Deserialize<'de> for Conditions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Conditions, D::Error> {
        deserializer.deserialize_any(ConditionsVisitor)
    }
}

struct ConditionsVisitor;

impl<'de> Visitor<'de> for ConditionsVisitor {
    type Value = Conditions;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a condition or a list of conditions")
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Conditions, A::Error> {
        Condition::deserialize(MapAccessDeserializer::new(table)).map(|one| Conditions(vec![one]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Conditions, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Conditions)
    }
}

//! Profiles: what the columns of somebody's file mean, as a TOML text (`examples/profiles/README.md`).
//!
//! Here are the words of the language and what is wrong in any file; [`crate::plan`] applies them to one.

mod condition;
mod field;
mod number;
mod texts;
mod time;

use std::collections::BTreeMap;

use acopio_ledger::command::MoveKind;
use acopio_ledger::names::Title;
use acopio_ledger::records::Unit;
use serde::Deserialize;

pub use condition::{Condition, Conditions, Sign};
pub use field::{Case, Field, Fields};
pub use number::NumberForm;
pub use texts::Texts;
pub use time::{TimeForm, TimeRules};

use crate::read::{Encoding, ReadOptions};

/// A text that is no profile.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// Not TOML, a word that the language does not have, or a value of the wrong type.
    #[error("the profile cannot be read: {0}")]
    Syntax(#[from] toml::de::Error),
    /// Words that do not fit together.
    #[error("the profile is wrong: {0}")]
    Rule(String),
}

/// What a file is, and what its columns mean.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The name, part of every row's identity: the same file under another name is posted anew.
    pub name: String,
    /// What a row is.
    #[serde(default)]
    pub kind: ProfileKind,
    /// What to do about stock from before the file.
    #[serde(default)]
    pub opening: Opening,
    /// The columns that make a row one and the same; all columns, if none is named.
    #[serde(default)]
    pub key: Vec<String>,
    /// Where to find the rows.
    #[serde(default)]
    pub file: FileRules,
    /// How numbers are written.
    #[serde(default)]
    pub numbers: NumberForm,
    /// How times are written.
    #[serde(default)]
    pub time: TimeRules,
    /// What comes from which column.
    #[serde(default)]
    pub fields: Fields,
    /// Free attributes of products, by name.
    #[serde(default)]
    pub attributes: BTreeMap<String, Field>,
    /// Rows to pass over; the first rule that fits gives the reason.
    #[serde(default)]
    pub skip: Vec<SkipRule>,
    /// What kind of movement a row is, by the first rule that fits.
    #[serde(default)]
    pub kinds: Vec<KindRule>,
    /// How products that the file mentions are made.
    #[serde(default)]
    pub products: ProductRules,
}

/// What a row of a file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileKind {
    /// Each row moves stock.
    #[default]
    Movements,
    /// Each row is a product of the catalogue.
    Products,
}

/// What to do about stock that must have been there before a history began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opening {
    /// Nothing: rows that take more than there is are refused.
    #[default]
    None,
    /// Post the least that makes the history fit.
    Auto,
}

/// Where to find the rows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileRules {
    /// The sheet of a workbook; the first one if not said.
    pub sheet: Option<String>,
    /// The line of the header, from 1; blank lines after it are passed over.
    pub header_row: u64,
    /// How CSV is encoded.
    pub encoding: Encoding,
}

impl Default for FileRules {
    fn default() -> FileRules {
        FileRules { sheet: None, header_row: 1, encoding: Encoding::Utf8 }
    }
}

/// Rows to pass over.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SkipRule {
    /// Which rows.
    pub when: Conditions,
    /// Why: for the report.
    pub reason: String,
}

/// What kind of movement some rows are.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRule {
    /// Which rows; all, if not said.
    #[serde(default)]
    pub when: Conditions,
    /// The kind.
    pub is: MoveKind,
    /// For adjustments: whether a positive number in the file means less stock.
    #[serde(default)]
    pub negate: bool,
    /// Why these rows moved stock, instead of the field `reason`.
    pub reason: Option<Field>,
}

/// How products that a file of movements mentions are made, and what a file of products does not say.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ProductRules {
    /// Whether products that are not known are created.
    pub create: bool,
    /// What they are counted in.
    pub unit: Unit,
    /// Which of several names to take.
    pub name: Choice,
    /// Which of several prices, costs, categories and barcodes to take.
    pub price: Choice,
    /// The kinds of movement whose rows may say what a product is; all, if none is named.
    pub described_by: Vec<MoveKind>,
}

impl Default for ProductRules {
    fn default() -> ProductRules {
        ProductRules {
            create: false,
            unit: Unit { name: "each".to_owned(), decimals: 0 },
            name: Choice::MostCommon,
            price: Choice::MostCommon,
            described_by: Vec::new(),
        }
    }
}

/// Which of several values to take. Empty values never count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Choice {
    /// The most frequent one, the first of equals.
    #[default]
    MostCommon,
    /// The first.
    First,
    /// The last.
    Last,
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    ///
    /// When it is not TOML, has a word that the language does not have, or lacks what every file of its kind needs.
    pub fn parse(text: &str) -> Result<Profile, ProfileError> {
        let profile: Profile = toml::from_str(text)?;
        profile.check().map_err(ProfileError::Rule)?;
        Ok(profile)
    }

    /// How to read a file of this profile.
    pub fn read_options(&self) -> ReadOptions {
        ReadOptions {
            sheet: self.file.sheet.clone(),
            header_row: self.file.header_row,
            encoding: self.file.encoding,
            decimal: self.numbers.decimal,
        }
    }

    fn check(&self) -> Result<(), String> {
        Title::new(&self.name).map_err(|error| format!("name {error}"))?;
        self.numbers.check()?;
        self.time.compile().map_err(|rule| format!("time.{rule}"))?;
        if 3 < self.products.unit.decimals {
            return Err("products.unit.decimals must be 0 to 3".to_owned());
        }
        self.fields.check()?;
        for (name, field) in &self.attributes {
            field.check().map_err(|rule| format!("attributes.{name} {rule}"))?;
        }
        for (position, rule) in self.skip.iter().enumerate() {
            rule.when.check().map_err(|rule| format!("[[skip]] number {}: {rule}", position + 1))?;
        }
        for (position, rule) in self.kinds.iter().enumerate() {
            rule.check().map_err(|rule| format!("[[kinds]] number {}: {rule}", position + 1))?;
        }
        match self.kind {
            ProfileKind::Movements => self.check_movements(),
            ProfileKind::Products => self.check_products(),
        }
    }

    fn check_movements(&self) -> Result<(), String> {
        let fields = &self.fields;
        let has_two = fields.quantity_in.is_some() || fields.quantity_out.is_some();
        let rules = [
            (fields.sku.is_some(), "fields.sku is missing"),
            (fields.warehouse.is_some(), "fields.warehouse is missing"),
            (
                fields.quantity.is_some() != has_two,
                "fields needs either quantity, or quantity_in and quantity_out",
            ),
            (!self.kinds.is_empty(), "a [[kinds]] rule is missing: what do rows do to stock?"),
        ];
        first_broken(&rules)
    }

    fn check_products(&self) -> Result<(), String> {
        let rules = [
            (self.fields.sku.is_some(), "fields.sku is missing"),
            (self.fields.name.is_some(), "fields.name is missing"),
            (self.kinds.is_empty(), "[[kinds]] is for movements only"),
            (self.opening == Opening::None, "opening is for movements only"),
        ];
        first_broken(&rules)
    }
}

impl KindRule {
    fn check(&self) -> Result<(), String> {
        self.when.check()?;
        if self.negate && self.is != MoveKind::Adjustment {
            return Err("negate is for adjustments only".to_owned());
        }
        self.reason.as_ref().map_or(Ok(()), |field| field.check().map_err(|rule| format!("reason {rule}")))
    }
}

fn first_broken(rules: &[(bool, &str)]) -> Result<(), String> {
    rules.iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, rule)| Err((*rule).to_owned()))
}

#[cfg(test)]
mod tests;

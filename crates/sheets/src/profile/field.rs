//! Where a value comes from: a column, changed by rules, or a constant.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A column's name (`sku = "Code"`), or a table that says more (`sku = { column = "Code", case = "upper" }`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// The column.
    pub column: Option<String>,
    /// The same value for all rows, instead of a column.
    pub constant: Option<String>,
    /// What to make of letters.
    pub case: Case,
    /// What to take for an empty cell.
    pub empty: Option<String>,
    /// Values of the file and what they mean, without regard to case.
    pub map: BTreeMap<String, String>,
    /// What all values mean that are not in the map; without it they are problems.
    pub otherwise: Option<String>,
}

/// What to make of letters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Case {
    /// Leaves them as they are.
    #[default]
    Keep,
    /// Makes them capitals.
    Upper,
    /// Makes them small.
    Lower,
}

impl Field {
    /// What is wrong with the field in any file.
    pub(super) fn check(&self) -> Result<(), String> {
        let has_rules = self.case != Case::Keep
            || self.empty.is_some()
            || !self.map.is_empty()
            || self.otherwise.is_some();
        match (&self.column, &self.constant) {
            (None, None) => Err("needs a column or a constant".to_owned()),
            (Some(_), Some(_)) => Err("has both a column and a constant".to_owned()),
            (None, Some(_)) if has_rules => Err("is a constant, so it takes no other rule".to_owned()),
            (Some(_), None) if self.otherwise.is_some() && self.map.is_empty() => {
                Err("has otherwise, but no map".to_owned())
            }
            _ => Ok(()),
        }
    }
}

/// [`Field`] as a table.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldTable {
    column: Option<String>,
    constant: Option<String>,
    #[serde(default)]
    case: Case,
    empty: Option<String>,
    #[serde(default)]
    map: BTreeMap<String, String>,
    otherwise: Option<String>,
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Field, D::Error> {
        // Not an untagged enum: that would answer an unknown word with "did not match any variant".
        deserializer.deserialize_any(FieldVisitor)
    }
}

struct FieldVisitor;

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = Field;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a column, or a table with column or constant")
    }

    fn visit_str<E>(self, column: &str) -> Result<Field, E> {
        Ok(Field { column: Some(column.to_owned()), ..Field::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, table: A) -> Result<Field, A::Error> {
        let FieldTable { column, constant, case, empty, map, otherwise } =
            FieldTable::deserialize(MapAccessDeserializer::new(table))?;
        Ok(Field { column, constant, case, empty, map, otherwise })
    }
}

macro_rules! fields {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// What comes from where.
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct Fields {
            $($(#[$doc])* pub $name: Option<Field>,)*
        }

        impl Fields {
            /// What is wrong with the fields in any file.
            pub(super) fn check(&self) -> Result<(), String> {
                let all = [$((stringify!($name), &self.$name)),*];
                for (name, field) in all {
                    let checked = field.as_ref().map_or(Ok(()), Field::check);
                    checked.map_err(|rule| format!("fields.{name} {rule}"))?;
                }
                Ok(())
            }
        }
    };
}

fields! {
    /// The product's code.
    sku,
    /// The warehouse's code.
    warehouse,
    /// How much; the sign may tell kinds of movement apart.
    quantity,
    /// How much came in, where that has a column of its own.
    quantity_in,
    /// How much went out, where that has a column of its own.
    quantity_out,
    /// When goods moved.
    occurred_at,
    /// Why.
    reason,
    /// What it refers to, as an invoice.
    reference,
    /// The product's name.
    name,
    /// The product's description.
    description,
    /// The product's category.
    category,
    /// The name of the product's unit.
    unit,
    /// How many decimals its quantities may have, 0 to 3.
    decimals,
    /// Its barcode.
    barcode,
    /// Its selling price.
    price,
    /// Its purchase cost.
    cost,
}

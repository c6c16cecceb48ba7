//! Products as they are asked for.

use std::collections::BTreeMap;
use std::fmt;

use acopio_ledger::command::{NewProduct, ProductPatch};
use acopio_ledger::records::Unit;
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use utoipa::ToSchema;

use crate::problem::Problem;
use crate::wire::{BarcodeText, LineText, Object, Price, SkuText, TitleText, given, invalid};

const DESCRIPTION_CHARS_MAX: usize = 10_000;
const BARCODES_MAX: usize = 100;
const ATTRIBUTES_MAX: usize = 100;
const ATTRIBUTE_NAME_CHARS_MAX: usize = 100;
const ATTRIBUTE_VALUE_CHARS_MAX: usize = 1_000;
const UNIT_CHARS_MAX: usize = 20;

/// A product to be created.
#[derive(serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductRequest {
    /// Its code, the key: for ever.
    sku: SkuText,
    /// Its name.
    name: TitleText,
    /// Free text.
    #[serde(default)]
    #[schema(max_length = 10_000)]
    description: String,
    /// The name of its category; a new name becomes a new category.
    category: Option<TitleText>,
    /// What it is counted in: for ever. Pieces, if not said.
    #[schema(value_type = Option<UnitRequest>)]
    unit: Option<Object<UnitRequest>>,
    /// Barcodes, each of one product only.
    #[serde(default)]
    #[schema(max_items = 100)]
    barcodes: Vec<BarcodeText>,
    /// Free attributes, as in "colour": "red".
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, String>)]
    attributes: AttributeMap,
    /// Selling price per base unit.
    price: Option<Price>,
    /// Purchase cost per base unit.
    cost: Option<Price>,
}

/// What changes of a product. What is left out stays as it is; `null` takes away.
#[derive(serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProductChange {
    /// Its name.
    name: Option<TitleText>,
    /// Free text.
    #[schema(max_length = 10_000)]
    description: Option<String>,
    /// The name of its category; a new name becomes a new category.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<TitleText>)]
    category: Option<Option<TitleText>>,
    /// Must be the present one.
    #[schema(value_type = Option<UnitRequest>)]
    unit: Option<Object<UnitRequest>>,
    /// All barcodes.
    #[schema(max_items = 100)]
    barcodes: Option<Vec<BarcodeText>>,
    /// All attributes.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    attributes: Option<AttributeMap>,
    /// Selling price per base unit.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Price>)]
    price: Option<Option<Price>>,
    /// Purchase cost per base unit.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Price>)]
    cost: Option<Option<Price>>,
    /// Retires (refused with 409 while there is stock) or brings back.
    retired: Option<bool>,
    /// Why: kept in the log, and seen in the audit.
    reason: Option<LineText>,
}

/// What a product is counted in.
#[derive(serde::Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Unit)]
pub(super) struct UnitRequest {
    /// As in "each", "kg", "m".
    #[schema(min_length = 1, max_length = 20)]
    name: String,
    /// How many decimals a quantity may have.
    #[serde(default)]
    #[schema(minimum = 0, maximum = 3)]
    decimals: u8,
}

impl ProductRequest {
    /// The product.
    ///
    /// # Errors
    ///
    /// The field that breaks a rule.
    pub(super) fn check(self) -> Result<NewProduct, Problem> {
        check_description(&self.description)?;
        Ok(NewProduct {
            sku: self.sku.0,
            name: self.name.0,
            description: self.description,
            category: self.category.map(|name| name.0),
            unit: match self.unit {
                Some(Object(unit)) => unit.check()?,
                None => Unit { name: "each".to_owned(), decimals: 0 },
            },
            barcodes: check_barcodes(self.barcodes)?,
            attributes: self.attributes.0,
            price: self.price.map(|price| price.0),
            cost: self.cost.map(|cost| cost.0),
        })
    }
}

impl ProductChange {
    /// The change.
    ///
    /// # Errors
    ///
    /// The field that breaks a rule.
    pub(super) fn check(self) -> Result<ProductPatch, Problem> {
        check_description(self.description.as_deref().unwrap_or_default())?;
        Ok(ProductPatch {
            name: self.name.map(|name| name.0),
            description: self.description,
            category: self.category.map(|category| category.map(|name| name.0)),
            unit: self.unit.map(|Object(unit)| unit.check()).transpose()?,
            barcodes: self.barcodes.map(check_barcodes).transpose()?,
            attributes: self.attributes.map(|attributes| attributes.0),
            price: self.price.map(|price| price.map(|price| price.0)),
            cost: self.cost.map(|cost| cost.map(|cost| cost.0)),
            retired: self.retired,
            reason: self.reason.map(|reason| reason.0),
        })
    }
}

impl UnitRequest {
    fn check(self) -> Result<Unit, Problem> {
        let count = self.name.chars().count();
        if !(1..=UNIT_CHARS_MAX).contains(&count)
            || self.name.trim() != self.name
            || self.name.chars().any(char::is_control)
        {
            let rule = format!("must be 1 to {UNIT_CHARS_MAX} characters without outer spaces");
            return Err(Problem::invalid("invalid_unit", "unit.name", self.name, rule));
        }
        if 3 < self.decimals {
            return Err(Problem::invalid(
                "invalid_unit",
                "unit.decimals",
                self.decimals,
                "must be from 0 to 3",
            ));
        }
        Ok(Unit { name: self.name, decimals: self.decimals })
    }
}

fn check_description(text: &str) -> Result<(), Problem> {
    let is_text = |c: char| !c.is_control() || c == '\n' || c == '\t' || c == '\r';
    if text.chars().count() <= DESCRIPTION_CHARS_MAX && text.chars().all(is_text) {
        return Ok(());
    }
    let rule =
        format!("must be at most {DESCRIPTION_CHARS_MAX} characters, of which none controls but line ends");
    Err(Problem::invalid("invalid_text", "description", text, rule))
}

fn check_barcodes(barcodes: Vec<BarcodeText>) -> Result<Vec<acopio_ledger::gtin::Barcode>, Problem> {
    if BARCODES_MAX < barcodes.len() {
        let rule = format!("must be at most {BARCODES_MAX}");
        return Err(Problem::invalid("invalid_field", "barcodes", barcodes.len(), rule));
    }
    let mut checked = Vec::with_capacity(barcodes.len());
    for (index, BarcodeText { 0: barcode }) in barcodes.into_iter().enumerate() {
        if checked.contains(&barcode) {
            let field = format!("barcodes[{index}]");
            return Err(Problem::invalid("duplicate_barcode", field, barcode.as_str(), "must be given once"));
        }
        checked.push(barcode);
    }
    Ok(checked)
}

/// Free attributes: a limited number of texts, each name once.
#[derive(Default)]
struct AttributeMap(BTreeMap<String, String>);

impl<'de> Deserialize<'de> for AttributeMap {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<AttributeMap, D::Error> {
        deserializer.deserialize_map(AttributeVisitor)
    }
}

struct AttributeVisitor;

impl<'de> Visitor<'de> for AttributeVisitor {
    type Value = AttributeMap;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of strings")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<AttributeMap, A::Error> {
        let mut attributes = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, String>()? {
            check_attribute(&name, &value)?;
            if attributes.insert(name, value).is_some() {
                return Err(invalid("duplicate_attribute", "must name each attribute once"));
            }
            if ATTRIBUTES_MAX < attributes.len() {
                return Err(invalid("too_many_attributes", format_args!("must be at most {ATTRIBUTES_MAX}")));
            }
        }
        Ok(AttributeMap(attributes))
    }
}

fn check_attribute<E: Error>(name: &str, value: &str) -> Result<(), E> {
    let fits = |text: &str, least: usize, most: usize| {
        (least..=most).contains(&text.chars().count()) && !text.chars().any(char::is_control)
    };
    if !fits(name, 1, ATTRIBUTE_NAME_CHARS_MAX) {
        let rule = format_args!(
            "must have names of 1 to {ATTRIBUTE_NAME_CHARS_MAX} characters, no control characters"
        );
        return Err(invalid("invalid_attribute", rule));
    }
    if !fits(value, 0, ATTRIBUTE_VALUE_CHARS_MAX) {
        let most = ATTRIBUTE_VALUE_CHARS_MAX;
        let rule = format_args!("must have values of at most {most} characters, no control characters");
        return Err(invalid("invalid_attribute", rule));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(json: &str) -> String {
        match serde_json::from_str::<ProductRequest>(json) {
            Ok(request) => match request.check() {
                Ok(product) => format!("{} {} {:?}", product.sku, product.unit.name, product.price),
                Err(problem) => problem.code().to_owned(),
            },
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn a_product_is_counted_in_pieces_unless_said() {
        assert_eq!(check(r#"{"sku":"A1","name":"Mug","price":2.5}"#), "A1 each Some(Money(25000))");
        let unit = r#"{"sku":"A1","name":"Rope","unit":{"name":"m","decimals":4}}"#;
        assert_eq!(check(unit), "invalid_unit");
        let twice = r#"{"sku":"A1","name":"Mug","barcodes":["96385074","96385074"]}"#;
        assert_eq!(check(twice), "duplicate_barcode");
        assert!(
            check(r#"{"sku":"A1","name":"Mug","attributes":{"a":"1","a":"2"}}"#)
                .contains("duplicate_attribute")
        );
    }

    #[test]
    fn null_takes_away_and_absence_leaves() {
        let change: ProductChange = serde_json::from_str(r#"{"price":null}"#).unwrap();
        let patch = change.check().unwrap();
        assert_eq!((patch.price, patch.cost), (Some(None), None));
    }
}

//! Rows that are products of the catalogue.

use std::collections::{BTreeMap, HashMap};

use acopio_ledger::command::NewProduct;
use acopio_ledger::gtin::Barcode;
use acopio_ledger::names::{Sku, Title};
use acopio_ledger::records::Unit;

use super::columns::Columns;
use super::findings::Findings;
use super::source::Source;
use crate::problem::Problem;
use crate::profile::{NumberForm, Profile};
use crate::read::Row;

/// The most characters of a description.
const DESCRIPTION_CHARS_MAX: usize = 10_000;

/// What rows of products are made of.
pub(super) struct Products {
    sku: Source,
    name: Source,
    description: Option<Source>,
    category: Option<Source>,
    unit: Option<Source>,
    decimals: Option<Source>,
    barcode: Option<Source>,
    price: Option<Source>,
    cost: Option<Source>,
    attributes: Vec<(String, Source)>,
    usual_unit: Unit,
    numbers: NumberForm,
    /// The line of each SKU: a second one is a problem.
    lines: HashMap<Sku, u64>,
}

impl Products {
    /// `profile` has been checked, so fields that every product needs are there.
    pub(super) fn new(profile: &Profile, columns: &mut Columns) -> Products {
        let fields = &profile.fields;
        let mut of = |field| Source::of(field, columns);
        let checked = "a profile of products has been checked for this field";
        Products {
            sku: of(&fields.sku).expect(checked),
            name: of(&fields.name).expect(checked),
            description: of(&fields.description),
            category: of(&fields.category),
            unit: of(&fields.unit),
            decimals: of(&fields.decimals),
            barcode: of(&fields.barcode),
            price: of(&fields.price),
            cost: of(&fields.cost),
            attributes: profile
                .attributes
                .iter()
                .map(|(name, field)| (name.clone(), Source::new(field, columns)))
                .collect(),
            usual_unit: profile.products.unit.clone(),
            numbers: profile.numbers,
            lines: HashMap::new(),
        }
    }

    pub(super) fn plan(&mut self, row: &Row, mut findings: Findings) -> Result<NewProduct, Vec<Problem>> {
        let sku = findings.required(&self.sku, Sku::new);
        let name = findings.required(&self.name, Title::new);
        if let Some(first) = sku.as_ref().and_then(|sku| self.lines.get(sku)) {
            findings.note(self.sku.column(), self.sku.raw(row), format!("is already in row {first}"));
        }
        let description = findings.optional(self.description.as_ref(), check_description);
        let category = findings.optional(self.category.as_ref(), Title::new);
        let unit_name = findings.optional(self.unit.as_ref(), Title::new);
        let decimals = findings.optional(self.decimals.as_ref(), check_decimals);
        let barcode = findings.optional(self.barcode.as_ref(), Barcode::new);
        let money = |text: &str| self.numbers.money(text);
        let price = findings.optional(self.price.as_ref(), money);
        let cost = findings.optional(self.cost.as_ref(), money);
        let mut attributes = BTreeMap::new();
        for (name, source) in &self.attributes {
            if let Some(value) = findings.text(Some(source)) {
                attributes.insert(name.clone(), value.into_owned());
            }
        }
        let unit = Unit {
            name: unit_name.map_or_else(|| self.usual_unit.name.clone(), |name| name.as_str().to_owned()),
            decimals: decimals.unwrap_or(self.usual_unit.decimals),
        };
        let product = sku.zip(name).map(|(sku, name)| NewProduct {
            sku,
            name,
            description: description.unwrap_or_default(),
            category,
            unit,
            barcodes: barcode.into_iter().collect(),
            attributes,
            price,
            cost,
        });
        let product = findings.conclude(product)?;
        self.lines.insert(product.sku.clone(), row.line);
        Ok(product)
    }
}

fn check_description(text: &str) -> Result<String, String> {
    if text.chars().count() <= DESCRIPTION_CHARS_MAX {
        Ok(text.to_owned())
    } else {
        Err(format!("must be at most {DESCRIPTION_CHARS_MAX} characters"))
    }
}

fn check_decimals(text: &str) -> Result<u8, &'static str> {
    text.parse().ok().filter(|decimals| *decimals <= 3).ok_or("must be 0, 1, 2 or 3")
}

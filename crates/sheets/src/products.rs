//! The products that a file of movements mentions, from what its rows say of them.

use std::collections::BTreeMap;

use acopio_ledger::command::NewProduct;
use acopio_ledger::gtin::Barcode;
use acopio_ledger::money::Money;
use acopio_ledger::names::{Sku, Title};

use crate::plan::PlannedMove;
use crate::profile::{Choice, ProductRules, Profile};

/// The most different values that are counted for one field of one product. Later ones are not counted.
const CANDIDATES_MAX: usize = 64;

/// Gathers products from planned movements.
#[derive(Clone, Debug)]
pub struct Catalogue {
    rules: ProductRules,
    products: BTreeMap<Sku, Candidates>,
}

/// What rows have said of one product.
#[derive(Clone, Debug, Default)]
struct Candidates {
    name: Tally<Title>,
    category: Tally<Title>,
    barcode: Tally<Barcode>,
    price: Tally<Money>,
    cost: Tally<Money>,
}

/// How often each value was seen, in the order of the first time; with [`Choice::Last`], the latest last.
#[derive(Clone, Debug)]
struct Tally<T>(Vec<(T, u32)>);

impl Catalogue {
    /// No product yet.
    pub fn new(profile: &Profile) -> Catalogue {
        Catalogue { rules: profile.products.clone(), products: BTreeMap::new() }
    }

    /// Adds what a row says of its product.
    pub fn push(&mut self, planned: &PlannedMove) {
        let sku = &planned.key.sku;
        let known = match self.products.get_mut(sku) {
            Some(known) => known,
            None => self.products.entry(sku.clone()).or_default(),
        };
        let facts = &planned.facts;
        known.name.push(facts.name.as_ref(), self.rules.name);
        known.category.push(facts.category.as_ref(), self.rules.price);
        known.barcode.push(facts.barcode.as_ref(), self.rules.price);
        known.price.push(facts.price.as_ref(), self.rules.price);
        known.cost.push(facts.cost.as_ref(), self.rules.price);
    }

    /// The SKUs that rows mention, in their order.
    pub fn skus(&self) -> impl Iterator<Item = &Sku> {
        self.products.keys()
    }

    /// A product as it would be created; its name is its SKU where no row has one. Nothing when no row mentions it, or
    /// when the profile creates no products.
    pub fn product(&self, sku: &Sku) -> Option<NewProduct> {
        let known = self.products.get(sku).filter(|_| self.rules.create)?;
        Some(NewProduct {
            sku: sku.clone(),
            name: known.name.choose().unwrap_or_else(|| Title::recorded(sku.as_str())),
            description: String::new(),
            category: known.category.choose(),
            unit: self.rules.unit.clone(),
            barcodes: known.barcode.choose().into_iter().collect(),
            attributes: BTreeMap::new(),
            price: known.price.choose(),
            cost: known.cost.choose(),
        })
    }
}

impl<T: Clone + PartialEq> Tally<T> {
    fn push(&mut self, value: Option<&T>, choice: Choice) {
        let Some(value) = value else { return };
        match choice {
            Choice::First if !self.0.is_empty() => (),
            Choice::First | Choice::Last => self.0 = vec![(value.clone(), 1)],
            Choice::MostCommon => self.count(value),
        }
    }

    fn count(&mut self, value: &T) {
        if let Some((_, count)) = self.0.iter_mut().find(|(known, _)| known == value) {
            *count = count.saturating_add(1);
        } else if self.0.len() < CANDIDATES_MAX {
            self.0.push((value.clone(), 1));
        }
    }

    /// The most frequent value, the first of equals.
    fn choose(&self) -> Option<T> {
        // `max_by_key` takes the last of equals, so it goes backwards.
        self.0.iter().rev().max_by_key(|(_, count)| *count).map(|(value, _)| value.clone())
    }
}

impl<T> Default for Tally<T> {
    fn default() -> Tally<T> {
        Tally(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_of_many_values_is_chosen() {
        let cases = [
            (Choice::MostCommon, vec!["a", "b", "b"], Some("b")),
            (Choice::MostCommon, vec!["a", "b", "b", "a"], Some("a")),
            (Choice::First, vec!["a", "b", "b"], Some("a")),
            (Choice::Last, vec!["b", "b", "a"], Some("a")),
            (Choice::MostCommon, vec![], None),
        ];
        for (choice, values, expected) in cases {
            let mut tally = Tally::default();
            values.iter().for_each(|value| tally.push(Some(value), choice));
            tally.push(None, choice);
            assert_eq!(tally.choose(), expected, "{choice:?} {values:?}");
        }
    }

    #[test]
    fn the_number_of_candidates_is_bounded() {
        let mut tally = Tally::default();
        (0..10_000).for_each(|value| tally.push(Some(&value), Choice::MostCommon));
        assert_eq!(tally.0.len(), CANDIDATES_MAX);
    }
}

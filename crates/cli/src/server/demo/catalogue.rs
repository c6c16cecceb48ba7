//! Two thousand products that could be a wholesaler's.

use std::collections::BTreeMap;

use acopio_ledger::command::NewProduct;
use acopio_ledger::gtin::{Barcode, check_digit};
use acopio_ledger::money::Money;
use acopio_ledger::names::{Sku, Title};
use acopio_ledger::records::Unit;

use super::families::{FAMILIES, Family};
use super::random::Chance;

/// Ten-thousandths in a cent.
const PARTS_PER_CENT: i64 = 100;

/// Makes `count` products, spread evenly over the families.
pub(super) fn products(count: usize, chance: &mut Chance) -> Vec<NewProduct> {
    let mut orders: Vec<Vec<usize>> = FAMILIES
        .iter()
        .map(|family| {
            let mut order: Vec<usize> = (0..family.size()).collect();
            chance.shuffle(&mut order);
            order
        })
        .collect();
    (0..count)
        .map(|index| {
            let (family, number) = (index % FAMILIES.len(), index / FAMILIES.len());
            let order = &mut orders[family];
            let combination = order[number % order.len()];
            product(&FAMILIES[family], index, number, combination, chance)
        })
        .collect()
}

fn product(
    family: &Family,
    index: usize,
    number: usize,
    combination: usize,
    chance: &mut Chance,
) -> NewProduct {
    let (goods, rest) = (combination % family.goods.len(), combination / family.goods.len());
    let (material, variant) = (rest % family.materials.len(), rest / family.materials.len());
    let (goods, base) = family.goods[goods];
    let (material, variant) = (family.materials[material], family.variants[variant]);
    // When all combinations are used up, the next series begins.
    let series = match number / family.size() {
        0 => String::new(),
        series => format!(", series {}", series + 1),
    };
    let price = base * chance.between(75, 140) / 100;
    let cost = price * chance.between(38, 62) / 100;
    let (unit, decimals) = family.unit;
    NewProduct {
        sku: Sku::recorded(&format!("{}-{:04}", family.prefix, number + 1)),
        name: Title::recorded(&format!("{material} {goods}, {variant}{series}")),
        description: String::new(),
        category: Some(Title::recorded(family.category)),
        unit: Unit { name: unit.to_owned(), decimals },
        barcodes: vec![ean13(index)],
        attributes: BTreeMap::from([
            ("material".to_owned(), material.to_owned()),
            ("variant".to_owned(), variant.to_owned()),
        ]),
        price: Some(Money(price * PARTS_PER_CENT)),
        cost: Some(Money(cost * PARTS_PER_CENT)),
    }
}

/// A number from the range 20 that GS1 keeps free for a company's own use, so that it is nobody else's.
fn ean13(index: usize) -> Barcode {
    let body = format!("20{:010}", 4_700_000 + index * 7);
    let digits: Vec<u8> = body.bytes().map(|byte| byte - b'0').collect();
    Barcode::recorded(&format!("{body}{}", check_digit(&digits)))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_product_is_one_that_the_catalogue_takes() {
        let products = products(2_000, &mut Chance::new(1));
        let unique = |texts: BTreeSet<String>| assert_eq!(texts.len(), products.len());
        unique(products.iter().map(|product| product.sku.to_string()).collect());
        unique(products.iter().map(|product| product.name.to_string()).collect());
        for product in &products {
            assert!(Sku::new(product.sku.as_str()).is_ok(), "{}", product.sku);
            assert!(Title::new(product.name.as_str()).is_ok(), "{}", product.name);
            assert!(Barcode::new(product.barcodes[0].as_str()).is_ok(), "{:?}", product.barcodes);
            assert!(product.cost < product.price, "{}", product.sku);
        }
        let decimals: BTreeSet<u8> = products.iter().map(|product| product.unit.decimals).collect();
        assert_eq!(decimals, BTreeSet::from([0, 2, 3]));
    }

    #[test]
    fn the_same_seed_makes_the_same_catalogue() {
        let names = |seed| {
            let products = products(50, &mut Chance::new(seed));
            products
                .into_iter()
                .map(|product| format!("{} {:?}", product.name, product.price))
                .collect::<Vec<_>>()
        };
        assert_eq!(names(7), names(7));
        assert_ne!(names(7), names(8));
    }
}

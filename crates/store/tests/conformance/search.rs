//! Search: accents, case, few letters, all fields, best matches first.

use acopio_contract::query::{Availability, ProductSort, Products, Stock};
use acopio_ledger::command::{ChangeProduct, Command, NewProduct, ProductPatch};
use acopio_ledger::gtin::Barcode;
use acopio_ledger::names::Title;
use acopio_store::Store;

use crate::catalogue::{any, skus};
use crate::world::{World, all, first_page, new_product, product, product_in, receive, sku};
use crate::{Stores, sound};

fn shop(store: Box<dyn Store>) -> World {
    let mut world = World::founded(store);
    let kitchen = Some(Title::new("Café y cocina").unwrap());
    world.run([
        Command::CreateProduct(NewProduct {
            description: "Hecho en León, 100 % algodón".to_owned(),
            ..new_product("TX-900", "Mantel Métrico")
        }),
        Command::CreateProduct(NewProduct {
            barcodes: vec![Barcode::new("4006381333931").unwrap()],
            category: kitchen,
            ..new_product("85123A", "WHITE HANGING HEART")
        }),
        product("85123B", "Cream heart (85123A look-alike)"),
        product("X85123A", "Heart, red"),
        product("Ñ-1", "Ñandú de 3 m"),
        product("85123a-2", "Heart \"small\" * box"),
    ]);
    world
}

fn found(world: &World, text: &str) -> Vec<String> {
    let query = Products { text: Some(text.to_owned()), ..any(first_page()) };
    let at_once = skus(world, 100, &query);
    for limit in 1..4 {
        assert_eq!(skus(world, limit, &query), at_once, "{text} in pages of {limit}");
    }
    at_once
}

pub(crate) fn words_are_found_in_all_fields(stores: Stores<'_>) {
    let world = shop(sound(stores));
    for (text, expected) in [
        ("metrico", "TX-900"),
        ("MÉTRICO mantel", "TX-900"),
        ("algodon leon", "TX-900"),
        ("100 %", "TX-900"),
        ("antel etric", "TX-900"),
        ("638133", "85123A"),
        ("cafe white", "85123A"),
        ("COCINA", "85123A"),
        ("nandu", "Ñ-1"),
        ("\"small\"", "85123a-2"),
        ("*", "85123a-2"),
        ("look-alike", "85123B"),
        ("(85123", "85123B"),
        ("heart zebra", ""),
        ("' OR 1=1 --", ""),
        ("heart\u{0}", ""),
    ] {
        assert_eq!(found(&world, text).join(" "), expected, "{text}");
    }
}

pub(crate) fn best_matches_come_first(stores: Stores<'_>) {
    let world = shop(sound(stores));
    assert_eq!(found(&world, "85123a"), ["85123A", "85123a-2", "85123B", "X85123A"]);
    assert_eq!(found(&world, "85123"), ["85123A", "85123a-2", "85123B", "X85123A"]);
    assert_eq!(found(&world, "4006381333931"), ["85123A"]);
    assert_eq!(found(&world, "heart"), ["85123A", "85123B", "X85123A", "85123a-2"]);
    assert_eq!(found(&world, "   ").len(), 6, "no words are no filter");
}

pub(crate) fn one_and_two_letters_find(stores: Stores<'_>) {
    let world = shop(sound(stores));
    assert_eq!(found(&world, "ñ"), ["Ñ-1", "TX-900", "85123A"]);
    assert_eq!(found(&world, "3 m"), ["85123B", "Ñ-1", "85123a-2"]);
    assert_eq!(found(&world, "an"), ["TX-900", "85123A", "Ñ-1"]);
    assert_eq!(found(&world, "x"), ["X85123A", "TX-900", "85123a-2"]);
    assert!(found(&world, "q").is_empty());
    assert!(found(&world, "zz").is_empty());
}

pub(crate) fn sorting_finds_the_same(stores: Stores<'_>) {
    let world = shop(sound(stores));
    let sorts = [
        ProductSort::Sku,
        ProductSort::SkuDescending,
        ProductSort::Name,
        ProductSort::NameDescending,
        ProductSort::Created,
        ProductSort::CreatedDescending,
    ];
    for text in ["heart", "85123a", "a", "metrico"] {
        let mut expected = found(&world, text);
        expected.sort();
        for sort in sorts {
            for limit in 1..4 {
                let query = Products { text: Some(text.to_owned()), sort: Some(sort), ..any(first_page()) };
                let mut rows = skus(&world, limit, &query);
                rows.sort();
                assert_eq!(rows, expected, "{text} by {sort:?}");
            }
        }
    }
}

/// More products than are sorted at once.
pub(crate) fn many_hits_keep_their_order(stores: Stores<'_>) {
    let mut world = World::founded(sound(stores));
    let total = 2_100;
    let name = |number: usize| match number % 7 {
        0 => format!("Plain {}", number * 37 % 1_000),
        _ => format!("Gadget {}", number * 37 % 1_000),
    };
    world.run((0..total).map(|number| product_in(&format!("P{number}"), &name(number), "Things")));
    world.run((0..total).step_by(3).map(|number| receive("LON", &format!("P{number}"), 1)));
    let (text, category) = (Some("thing".to_owned()), Some("things".to_owned()));
    let available = Some(Availability::Available);
    let check = |query: &Products, matches: &dyn Fn(usize) -> bool| {
        let mut expected: Vec<_> = (0..total)
            .filter(|number| matches(*number))
            .map(|number| (name(number).to_lowercase(), format!("P{number}")))
            .collect();
        expected.sort();
        let expected: Vec<_> = expected.into_iter().map(|(_, sku)| sku).collect();
        let by = |sort| skus(&world, 150, &Products { sort: Some(sort), ..query.clone() });
        assert_eq!(by(ProductSort::Name), expected, "{query:?}");
        let mut backwards = by(ProductSort::NameDescending);
        backwards.reverse();
        assert_eq!(backwards, expected, "{query:?}");
    };
    check(&Products { text: text.clone(), ..any(first_page()) }, &|_| true);
    check(&Products { category, ..any(first_page()) }, &|_| true);
    check(&Products { text, availability: available, ..any(first_page()) }, &|number| number % 3 == 0);
    let gadget = Some("gadget".to_owned());
    check(&Products { text: gadget, ..any(first_page()) }, &|number| number % 7 != 0);
}

pub(crate) fn what_was_renamed_is_found_anew(stores: Stores<'_>) {
    let mut world = shop(sound(stores));
    let patch = ProductPatch {
        name: Some(Title::new("Heart of gold").unwrap()),
        category: Some(Some(Title::new("Jewels").unwrap())),
        ..ProductPatch::default()
    };
    world.run([Command::ChangeProduct(ChangeProduct { sku: sku("TX-900"), patch, expected: None })]);
    assert!(found(&world, "metrico").is_empty());
    assert_eq!(found(&world, "gold"), ["TX-900"]);
    assert_eq!(found(&world, "jewel"), ["TX-900"]);
    assert_eq!(found(&world, "leon"), ["TX-900"]);
    world.run([product_in("Z", "Ring", "jewels"), receive("LON", "Z", 1), receive("LON", "TX-900", 1)]);
    assert_eq!(found(&world, "jewels"), ["TX-900", "Z"]);
    let stock = |text: &str| {
        let query = Stock { text: Some(text.to_owned()), ..crate::stock::any(first_page()) };
        let rows = all(1, |page| world.reader().stock(&Stock { page, ..query.clone() }));
        rows.into_iter().map(|row| row.key.sku.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(stock("jewel"), ["TX-900", "Z"]);
    assert_eq!(stock("ring"), ["Z"]);
}

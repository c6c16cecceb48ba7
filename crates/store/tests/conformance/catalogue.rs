//! Lists of products: filters, orders, pages.

use acopio_contract::query::{Availability, Categories, PageRequest, ProductBySku, ProductSort, Products};
use acopio_ledger::command::{ChangeProduct, Command, ProductPatch, RemoveCategory, RenameCategory};
use acopio_ledger::names::Title;
use acopio_ledger::quantity::Quantity;
use acopio_store::Store;

use crate::world::{World, all, code, first_page, hold, product, product_in, receive, sku};
use crate::{Stores, sound};

pub(crate) fn any(page: PageRequest) -> Products {
    Products {
        text: None,
        category: None,
        availability: None,
        warehouse: None,
        retired: None,
        sort: None,
        scope: None,
        page,
    }
}

/// The SKUs of all products that a query finds, read in pages of `limit`.
pub(crate) fn skus(world: &World, limit: usize, query: &Products) -> Vec<String> {
    let rows = all(limit, |page| world.reader().products(&Products { page, ..query.clone() }));
    rows.into_iter().map(|row| row.product.sku.to_string()).collect()
}

pub(crate) fn shop(store: Box<dyn Store>) -> World {
    let mut world = World::founded(store);
    world.run([
        product_in("B-2", "Blue cup", "Kitchen"),
        product_in("A-1", "Azure plate", "Kitchen"),
        product_in("C-3", "Coat", "Clothes"),
        product("D-4", "blue dye"),
        product("E-5", "Äpfel"),
    ]);
    world.run([receive("LON", "B-2", 5), receive("MAD", "C-3", 1), receive("LON", "D-4", 2)]);
    world.run([hold("LON", "D-4", 2)]);
    let patch = ProductPatch { retired: Some(true), ..ProductPatch::default() };
    world.run([Command::ChangeProduct(ChangeProduct { sku: sku("E-5"), patch, expected: None })]);
    world
}

pub(crate) fn every_page_size_gives_the_same_products(stores: Stores<'_>) {
    let world = shop(sound(stores));
    let orders = [
        (None, "A-1 B-2 C-3 D-4 E-5"),
        (Some(ProductSort::Sku), "A-1 B-2 C-3 D-4 E-5"),
        (Some(ProductSort::SkuDescending), "E-5 D-4 C-3 B-2 A-1"),
        (Some(ProductSort::Name), "E-5 A-1 B-2 D-4 C-3"),
        (Some(ProductSort::NameDescending), "C-3 D-4 B-2 A-1 E-5"),
        (Some(ProductSort::Created), "B-2 A-1 C-3 D-4 E-5"),
        (Some(ProductSort::CreatedDescending), "E-5 D-4 C-3 A-1 B-2"),
    ];
    for (sort, expected) in orders {
        for limit in 1..=6 {
            let query = Products { sort, ..any(first_page()) };
            assert_eq!(skus(&world, limit, &query).join(" "), expected, "{sort:?} {limit}");
        }
    }
}

pub(crate) fn products_are_filtered(stores: Stores<'_>) {
    let world = shop(sound(stores));
    let check = |query: Products, expected: &str| {
        for sort in [None, Some(ProductSort::Sku), Some(ProductSort::Name), Some(ProductSort::Created)] {
            let mut found = skus(&world, 1, &Products { sort, ..query.clone() });
            found.sort();
            assert_eq!(found.join(" "), expected, "{query:?}");
        }
    };
    let any = || any(first_page());
    let kitchen = || Some("kitchen".to_owned());
    check(Products { category: kitchen(), ..any() }, "A-1 B-2");
    check(Products { category: Some("none such".to_owned()), ..any() }, "");
    check(Products { retired: Some(true), ..any() }, "E-5");
    check(Products { retired: Some(false), ..any() }, "A-1 B-2 C-3 D-4");
    check(Products { availability: Some(Availability::Available), ..any() }, "B-2 C-3");
    check(
        Products { availability: Some(Availability::OutOfStock), retired: Some(false), ..any() },
        "A-1 D-4",
    );
    check(Products { category: kitchen(), availability: Some(Availability::OutOfStock), ..any() }, "A-1");
    check(
        Products { availability: Some(Availability::Available), warehouse: Some(code("LON")), ..any() },
        "B-2",
    );
    check(Products { category: kitchen(), text: Some("BLUE".to_owned()), ..any() }, "B-2");
}

pub(crate) fn availability_counts_the_scope_alone(stores: Stores<'_>) {
    let world = shop(sound(stores));
    let scope = Some(vec![code("MAD"), code("NYC")]);
    let available = Some(Availability::Available);
    let query = Products { scope: scope.clone(), availability: available, ..any(first_page()) };
    assert_eq!(skus(&world, 10, &query), ["C-3"]);
    let outside = Products { warehouse: Some(code("LON")), ..query };
    assert!(skus(&world, 10, &outside).is_empty());
    let of = |text: &str, scope| world.reader().product(&ProductBySku { sku: sku(text), scope }).unwrap();
    let (row, hidden) = (of("D-4", None).unwrap(), of("D-4", scope).unwrap());
    assert_eq!((row.on_hand, row.available), (Quantity::whole(2).unwrap(), Quantity::ZERO));
    assert_eq!(hidden.on_hand, Quantity::ZERO);
    assert!(of("none", None).is_none());
}

pub(crate) fn a_renamed_category_keeps_its_products(stores: Stores<'_>) {
    let mut world = shop(sound(stores));
    let named = |world: &World, name: &str| {
        let categories = world.reader().categories(&Categories).unwrap();
        categories.into_iter().find(|category| category.name == name)
    };
    let id = named(&world, "Kitchen").unwrap().id;
    let name = Title::new("Cocina Métrica").unwrap();
    world.run([Command::RenameCategory(RenameCategory { id: id.clone(), name, expected: None })]);
    let category = |world: &World, name: &str| {
        skus(world, 10, &Products { category: Some(name.to_owned()), ..any(first_page()) })
    };
    assert_eq!(category(&world, "COCINA MÉTRICA"), ["A-1", "B-2"]);
    assert!(category(&world, "Kitchen").is_empty());
    let text = Products { text: Some("metrica".to_owned()), ..any(first_page()) };
    assert_eq!(skus(&world, 10, &text), ["B-2", "A-1"]);
    world.run([Command::RemoveCategory(RemoveCategory { id, expected: None })]);
    assert!(category(&world, "Cocina Métrica").is_empty());
    assert!(skus(&world, 10, &text).is_empty());
    assert!(named(&world, "Cocina Métrica").is_none());
    let row = world.reader().product(&ProductBySku { sku: sku("A-1"), scope: None }).unwrap().unwrap();
    assert_eq!(row.category, None);
}

//! The queries that have targets.

use acopio_contract::query::{
    Availability, HistoryTime, Movements, PageRequest, ProductBySku, ProductSort, Products, Stock, StockOf,
};
use acopio_ledger::entry::Kind;
use acopio_ledger::names::WarehouseCode;
use acopio_store::Reader;

use crate::Times;
use crate::company::{Dice, sku};

const TIMES: usize = 200;

fn page() -> PageRequest {
    PageRequest { limit: 50, cursor: None }
}

fn products() -> Products {
    Products {
        text: None,
        category: None,
        availability: None,
        warehouse: None,
        retired: None,
        sort: None,
        scope: None,
        page: page(),
    }
}

fn movements() -> Movements {
    Movements {
        warehouse: None,
        sku: None,
        kind: None,
        actor: None,
        reference: None,
        from: None,
        to: None,
        time: HistoryTime::Recorded,
        scope: None,
        page: page(),
    }
}

/// Asks everything, warm.
pub(crate) fn measure(reader: &dyn Reader, total: usize) {
    lists(reader);
    searches(reader);
    history(reader, total);
    let mut dice = Dice::new(3);
    let (mut stock, mut product) = (Times::default(), Times::default());
    for _ in 0..10 * TIMES {
        let sku = sku(dice.roll(total));
        stock.measure(|| reader.stock_of(&StockOf { sku: sku.clone(), scope: None })).expect("stock");
        product.measure(|| reader.product(&ProductBySku { sku, scope: None })).expect("a product");
    }
    stock.report("stock of one product");
    product.report("one product");
}

/// Asks for a list of products in all categories in turn, its first page and the one after.
fn list(reader: &dyn Reader, what: &str, query: impl Fn(usize) -> Products) {
    let (mut first, mut second, mut rows) = (Times::default(), Times::default(), 0);
    for index in 0..TIMES {
        let mut query = query(index);
        let page = first.measure(|| reader.products(&query)).expect("a page");
        rows += page.items.len();
        query.page.cursor = page.next;
        if query.page.cursor.is_some() {
            second.measure(|| reader.products(&query)).expect("a page");
        }
    }
    first.report(&format!("{what} ({} rows)", rows / TIMES));
    if !second.is_empty() {
        second.report("  its second page");
    }
}

fn lists(reader: &dyn Reader) {
    let category = |index: usize| Some(format!("range {}", index % 300));
    let available = Some(Availability::Available);
    let out = Some(Availability::OutOfStock);
    let warehouse = Some(WarehouseCode::recorded("MAD"));
    list(reader, "products", |_| products());
    list(reader, "category, available", |index| Products {
        category: category(index),
        availability: available,
        ..products()
    });
    list(reader, "category, out of stock", |index| Products {
        category: category(index),
        availability: out,
        ..products()
    });
    list(reader, "category, out of stock in one warehouse, by name", |index| Products {
        category: category(index),
        availability: out,
        warehouse: warehouse.clone(),
        sort: Some(ProductSort::Name),
        ..products()
    });
    list(reader, "category, available, latest first", |index| Products {
        category: category(index),
        availability: available,
        sort: Some(ProductSort::CreatedDescending),
        ..products()
    });
    list(reader, "out of stock, not retired", |_| Products {
        availability: out,
        retired: Some(false),
        ..products()
    });
    let mut stock = Times::default();
    for index in 0..TIMES {
        let query = Stock {
            warehouse: warehouse.clone(),
            sku: None,
            text: None,
            category: category(index),
            availability: available,
            low: false,
            scope: None,
            page: page(),
        };
        stock.measure(|| reader.stock(&query)).expect("stock");
    }
    stock.report("stock of a category in one warehouse");
}

fn searches(reader: &dyn Reader) {
    let texts = [
        "c",
        "ca",
        "can",
        "cand",
        "candle",
        "z",
        "zi",
        "zin",
        "q",
        "qq",
        "1",
        "12",
        "metrico",
        "red cup",
        "cup 77",
        "candle zinc 4321",
        "range 17",
        "doorstop felt",
        "blanco mantel algodon",
        "0",
        "99999",
    ];
    for text in texts {
        list(reader, &format!("search {text:?}"), |_| Products { text: Some(text.to_owned()), ..products() });
    }
    for text in ["candle", "zinc 432", "c"] {
        list(reader, &format!("search {text:?} by name"), |_| Products {
            text: Some(text.to_owned()),
            sort: Some(ProductSort::Name),
            ..products()
        });
    }
    list(reader, "search \"cup\", category, available", |index| Products {
        text: Some("cup".to_owned()),
        category: Some(format!("range {}", index % 300)),
        availability: Some(Availability::Available),
        ..products()
    });
}

fn history(reader: &dyn Reader, total: usize) {
    let mut dice = Dice::new(5);
    let (mut popular, mut rare, mut deep, mut all, mut kind) =
        (Times::default(), Times::default(), Times::default(), Times::default(), Times::default());
    for _ in 0..TIMES {
        let mut query = Movements { sku: Some(sku(dice.roll(total / 10))), ..movements() };
        query.page.cursor = popular.measure(|| reader.movements(&query)).expect("a page").next;
        while query.page.cursor.is_some() {
            query.page.cursor = deep.measure(|| reader.movements(&query)).expect("a page").next;
        }
        let query = Movements { sku: Some(sku(dice.roll(total))), ..movements() };
        rare.measure(|| reader.movements(&query)).expect("a page");
        all.measure(|| reader.movements(&movements())).expect("a page");
        let query = Movements { kind: Some(Kind::Return), ..movements() };
        kind.measure(|| reader.movements(&query)).expect("a page");
    }
    popular.report("history of a popular product");
    rare.report("history of any product");
    if !deep.is_empty() {
        deep.report("  its later pages");
    }
    all.report("history of everything");
    kind.report("history filtered by what there is none of");
}

//! Exports: lists as files that can be read back, with what their reader may see and no more.

mod files;

use acopio_sheets::{ReadOptions, Rows};
use axum::body::Body;
use files::World;
use serde_json::json;

async fn world() -> World {
    let world = World::new().await;
    world
        .product(json!({
            "sku": "A", "name": "=1+1", "unit": { "name": "each", "decimals": 0 }, "price": "2.50", "cost": "1.25",
            "attributes": { "colour": "red" }, "category": "Lamps",
        }))
        .await;
    world.product(json!({ "sku": "KG", "name": "Flour", "unit": { "name": "kg", "decimals": 3 } })).await;
    for (sku, quantity, warehouse) in [("A", "5", "LON"), ("KG", "1.5", "MAD")] {
        let receipt = json!({
            "kind": "receipt", "warehouse": warehouse, "sku": sku, "quantity": quantity,
            "occurred_at": "2024-01-02T10:00:00Z", "reference": "-7",
        });
        assert_eq!(world.post("/v1/movements", receipt).await.status, 201);
    }
    world
}

fn table(file: &[u8]) -> Vec<Vec<String>> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, file).unwrap();
    let rows = Rows::open(&path, &ReadOptions::default()).unwrap();
    let header = rows.header().to_vec();
    std::iter::once(header).chain(rows.map(|row| row.unwrap().cells)).collect()
}

fn column(table: &[Vec<String>], name: &str) -> Vec<String> {
    let at = table[0].iter().position(|heading| heading == name).unwrap_or_else(|| panic!("no {name}"));
    table[1..].iter().map(|row| row.get(at).cloned().unwrap_or_default()).collect()
}

#[tokio::test]
async fn files_are_read_back_as_they_were_written() {
    let world = world().await;
    let csv = world.get("/v1/products.csv").await;
    assert_eq!(csv.headers["content-type"], "text/csv; charset=utf-8");
    let name = csv.headers["content-disposition"].to_str().unwrap();
    assert!(name.starts_with("attachment; filename=\"products-20") && name.ends_with(".csv\""), "{name}");
    let raw = String::from_utf8(csv.bytes.to_vec()).unwrap();
    assert!(raw.contains(",'=1+1,"), "a text never runs as a formula: {raw}");
    assert_eq!(column(&table(&csv.bytes), "name"), ["=1+1", "Flour"], "and is read back as it was");

    let xlsx = world.get("/v1/products.xlsx").await;
    assert_eq!(xlsx.headers["content-length"], xlsx.bytes.len().to_string());
    let products = table(&xlsx.bytes);
    assert_eq!(column(&products, "name"), ["=1+1", "Flour"], "a text stays what it is");
    assert_eq!(column(&products, "cost"), ["1.25", ""]);
    assert_eq!(column(&products, "on_hand"), ["5", "1.5"]);
    assert_eq!(column(&products, "attributes"), ["{\"colour\":\"red\"}", ""]);

    for path in ["/v1/stock.csv", "/v1/stock.xlsx"] {
        let stock = table(&world.get(path).await.bytes);
        assert_eq!(column(&stock, "warehouse"), ["LON", "MAD"]);
        assert_eq!(column(&stock, "available"), ["5", "1.5"]);
    }
    for path in ["/v1/movements.csv", "/v1/movements.xlsx"] {
        let movements = table(&world.get(path).await.bytes);
        assert_eq!(column(&movements, "sku"), ["KG", "A"]);
        assert_eq!(column(&movements, "quantity"), ["1.5", "5"]);
        assert_eq!(column(&movements, "occurred_at"), ["2024-01-02T10:00:00.000Z"; 2]);
    }
}

#[tokio::test]
async fn the_columns_are_the_fields_of_the_list() {
    let world = world().await;
    for list in ["stock", "movements", "products"] {
        let item = world.get(&format!("/v1/{list}")).await.json()["items"][0].clone();
        let mut fields: Vec<_> = item.as_object().unwrap().keys().cloned().collect();
        if list == "products" {
            fields.push("decimals".to_owned());
        }
        let mut columns = table(&world.get(&format!("/v1/{list}.csv")).await.bytes)[0].clone();
        fields.sort();
        columns.sort();
        assert_eq!(columns, fields, "{list}");
    }
}

#[tokio::test]
async fn filters_and_scopes_hold_for_files_too() {
    let world = world().await;
    let stock = table(&world.get("/v1/stock.csv?warehouse=MAD").await.bytes);
    assert_eq!(column(&stock, "sku"), ["KG"]);
    let sorted = table(&world.get("/v1/products.csv?sort=-sku&limit=1").await.bytes);
    assert_eq!(column(&sorted, "sku"), ["KG", "A"], "a file has all rows");
    assert_eq!(table(&world.get("/v1/movements.csv?actor=nobody").await.bytes).len(), 1);
    assert_eq!(world.get("/v1/movements.csv?kind=gift").await.said(), "400 unknown_value");

    let viewer = world.with_role("viewer", &["LON"]).await;
    let products = table(&viewer.get("/v1/products.csv").await.bytes);
    assert!(!products[0].contains(&"cost".to_owned()), "{:?}", products[0]);
    assert_eq!(column(&products, "on_hand"), ["5", "0"]);
    let products = table(&viewer.get("/v1/products.xlsx").await.bytes);
    assert!(!products[0].contains(&"cost".to_owned()));
    assert_eq!(column(&table(&viewer.get("/v1/stock.csv").await.bytes), "sku"), ["A"]);
    assert_eq!(viewer.get("/v1/stock.csv?warehouse=MAD").await.said(), "403 forbidden");
}

/// A world with 2,501 movements of A.
async fn busy_world() -> World {
    let world = world().await;
    let movement = |kind: &str| json!({ "kind": kind, "warehouse": "LON", "sku": "A", "quantity": 1, "reference": "x".repeat(200) });
    let movements: Vec<_> = (0..2_500).map(|at| movement(["issue", "return"][at % 2])).collect();
    let posted = world.post("/v1/movements/batch", json!({ "movements": movements })).await;
    assert_eq!(posted.status, 200);
    world
}

#[tokio::test]
async fn many_pages_become_one_file() {
    let world = busy_world().await;
    for path in ["/v1/movements.csv?sku=A", "/v1/movements.xlsx?sku=A"] {
        let seqs = column(&table(&world.get(path).await.bytes), "seq");
        assert_eq!(seqs.len(), 2_501, "{path}");
        let numbers: Vec<u64> = seqs.iter().map(|seq| seq.parse().unwrap()).collect();
        assert!(numbers.is_sorted_by(|a, b| b < a), "newest first, none twice");
    }
}

#[tokio::test]
async fn few_files_are_made_at_the_same_time() {
    let world = busy_world().await;
    let begin = async || world.begin("GET", "/v1/movements.csv", Body::empty(), &[]).await;
    let (first, second) = (begin().await, begin().await);
    let third = world.get("/v1/stock.xlsx").await;
    assert_eq!((third.said().as_str(), third.headers["retry-after"].to_str().unwrap()), ("503 busy", "5"));
    // Readers who go away give their places back.
    drop((first, second));
    let begun = std::time::Instant::now();
    while world.get("/v1/stock.xlsx").await.status != 200 {
        assert!(begun.elapsed().as_secs() < 60, "the places were not given back");
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn transfers_have_a_row_for_each_line() {
    let world = world().await;
    let lines = json!([{ "sku": "KG", "quantity": "0.5" }, { "sku": "A", "quantity": 2 }]);
    let transfer = json!({ "from": "LON", "to": "MAD", "lines": lines, "reference": "T-1" });
    assert_eq!(world.post("/v1/transfers", transfer).await.status, 201);
    for path in ["/v1/transfers.csv", "/v1/transfers.xlsx?state=draft"] {
        let file = table(&world.get(path).await.bytes);
        assert_eq!(column(&file, "sku"), ["A", "KG"], "{path}");
        assert_eq!(column(&file, "asked"), ["2", "0.5"], "{path}");
        assert_eq!(column(&file, "state"), ["draft", "draft"], "{path}");
    }
    assert_eq!(table(&world.get("/v1/transfers.csv?state=closed").await.bytes).len(), 1, "the header alone");
}

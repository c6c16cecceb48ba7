//! Administrators look into the node's database: reading, within limits, never secrets, and never unseen.

use serde_json::{Value, json};

use crate::world::{Answer, World};

async fn run(world: &World, sql: &str) -> Answer {
    world.post("/v1/explorer/query", json!({ "sql": sql })).await
}

#[tokio::test]
async fn tables_are_listed_without_what_is_secret() {
    let world = World::on_disk().await;
    let tables = world.get("/v1/explorer/tables").await.json();
    let columns = |name: &str| -> Vec<String> {
        let table = tables["items"].as_array().unwrap().iter().find(|table| table["name"] == name);
        let columns = table.unwrap_or_else(|| panic!("no {name}"))["columns"].as_array().unwrap();
        columns.iter().map(|column| column["name"].as_str().unwrap().to_owned()).collect()
    };
    assert!(columns("product").contains(&"doc".to_owned()));
    assert!(!columns("user").contains(&"doc".to_owned()));
    assert!(!columns("log").contains(&"body".to_owned()));
    let names: Vec<_> = tables["items"].as_array().unwrap().iter().map(|table| &table["name"]).collect();
    assert!(!names.contains(&&json!("session")) && !names.contains(&&json!("meta")), "{names:?}");
    for table in tables["items"].as_array().unwrap() {
        assert_ne!(table["columns"], json!([]), "{table} is in the database");
    }
}

#[tokio::test]
async fn a_statement_answers_columns_and_rows() {
    let world = World::on_disk().await;
    world.receive("LON", "A1", 5).await;
    let sql = "SELECT sku, on_hand, NULL AS empty, 0.5 AS half, x'0aff' AS bytes, 9007199254740993 AS large
               FROM balance JOIN product ON product.id = balance.key / 65536";
    let answer = run(&world, sql).await;
    assert_eq!(answer.outcome(), "200");
    let found = answer.json();
    assert_eq!(found["columns"], json!(["sku", "on_hand", "empty", "half", "bytes", "large"]));
    assert_eq!(found["rows"], json!([["A1", 5_000, null, 0.5, "x'0aff'", "9007199254740993"]]));
    assert_eq!(found["truncated"], false);
    let none = run(&world, "SELECT sku FROM product WHERE 0").await.json();
    assert_eq!((&none["columns"], &none["rows"]), (&json!(["sku"]), &json!([])));
}

#[tokio::test]
async fn rows_and_values_have_limits() {
    let world = World::on_disk().await;
    let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 500) SELECT i FROM n";
    let cut = world.post("/v1/explorer/query", json!({ "sql": numbers, "limit": 3 })).await.json();
    assert_eq!((&cut["rows"], &cut["truncated"]), (&json!([[1], [2], [3]]), &json!(true)));
    for limit in [0, 1_001] {
        let answer = world.post("/v1/explorer/query", json!({ "sql": numbers, "limit": limit })).await;
        assert_eq!(answer.outcome(), "422 invalid_field");
    }
    let large = run(&world, "SELECT zeroblob(2000000)").await;
    assert_eq!(large.outcome(), "422 statement_wrong");
    assert_eq!(run(&world, "").await.outcome(), "422 invalid_field");
}

#[tokio::test]
async fn nothing_but_reading_and_no_secrets() {
    let world = World::on_disk().await;
    for sql in [
        "SELECT doc FROM user",
        "SELECT * FROM user",
        "SELECT u.username FROM user u WHERE u.doc LIKE '%argon2id%'",
        "SELECT (SELECT doc FROM user LIMIT 1)",
        "WITH u AS (SELECT * FROM user) SELECT username FROM u",
        "SELECT body FROM log",
        "SELECT key FROM session",
        "SELECT value FROM meta",
        "SELECT doc FROM note",
        "SELECT sql FROM sqlite_schema",
        "SELECT * FROM pragma_table_info('user')",
        "DELETE FROM product",
        "INSERT INTO name VALUES ('a', 'b', 'c')",
        "UPDATE balance SET on_hand = 9",
        "DROP TABLE balance",
        "CREATE TEMP TABLE t (a)",
        "ATTACH 'other.db' AS other",
        "PRAGMA query_only = OFF",
        "BEGIN",
        "VACUUM",
        "SELECT load_extension('x')",
    ] {
        let answer = run(&world, sql).await;
        assert_eq!(answer.outcome(), "422 statement_refused", "{sql}");
    }
    for sql in ["SELEC 1", "SELECT nothing FROM product", "SELECT 1; SELECT 2", "-- nothing"] {
        let answer = run(&world, sql).await;
        assert_eq!(answer.outcome(), "422 statement_wrong", "{sql}: {}", answer.text("/detail"));
    }
    assert_eq!(run(&world, "SELECT count(*) FROM barcode").await.json()["rows"], json!([[0]]));
    let words = "SELECT value FROM json_each('[\"a\", \"b\"]')";
    assert_eq!(run(&world, words).await.json()["rows"], json!([["a"], ["b"]]));
    assert_eq!(world.get("/v1/verify").await.text("/ok"), "true");
}

#[tokio::test]
async fn every_statement_stands_in_the_log_or_does_not_run() {
    let world = World::on_disk().await;
    run(&world, "SELECT 7").await;
    run(&world, "SELECT doc FROM user").await;
    let statements: Vec<Value> = world.statements().await;
    assert_eq!(statements, [json!("SELECT 7"), json!("SELECT doc FROM user")]);
    let node = world.node.clone();
    tokio::task::spawn_blocking(move || node.stop()).await.unwrap();
    assert_eq!(run(&world, "SELECT 7").await.outcome(), "503 stopped");
}

#[tokio::test]
async fn rows_become_a_file() {
    let world = World::on_disk().await;
    let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 5000)
                   SELECT i, '=' || i AS text, NULL AS empty FROM n";
    let file = world.post("/v1/explorer/query.csv", json!({ "sql": numbers })).await;
    assert_eq!((file.outcome(), file.header("content-type")), ("200".into(), "text/csv; charset=utf-8"));
    let text = String::from_utf8(file.bytes).unwrap();
    assert!(text.starts_with("i,text,empty\r\n1,'=1,\r\n"), "{}", &text[..60]);
    assert_eq!(text.lines().count(), 5_001);
    let refused = world.post("/v1/explorer/query.csv", json!({ "sql": "SELECT doc FROM user" })).await;
    assert_eq!(refused.outcome(), "422 statement_refused");
}

#[tokio::test]
async fn a_store_without_a_database_says_so() {
    let world = World::new().await;
    assert_eq!(world.get("/v1/explorer/tables").await.json()["items"], json!([]));
    assert_eq!(run(&world, "SELECT 1").await.outcome(), "409 explorer_not_available");
}

//! Imports from end to end: what is wrong is listed, what is right is posted once, and what was posted can be undone.

mod files;

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use acopio_contract::query::{Query, View};
use acopio_contract::{Inventory, Manage, ManageError, Managed, News, QueryError, Receipt, SubmitError};
use acopio_ledger::{Command, Submission};
use files::{World, figures, form, path};
use serde_json::json;
use tokio::sync::watch;

const PROFILE: &str = r#"
name = "shop"
opening = "auto"
[fields]
sku = "Code"
warehouse = "Place"
quantity = "Qty"
occurred_at = "Time"
name = "Name"
[[kinds]]
when = { quantity = "positive" }
is = "issue"
[[kinds]]
is = "return"
when = { quantity = "negative" }
[[skip]]
when = { column = "Code", equals = "POST" }
reason = "postage"
[products]
create = true
"#;
const HEADER: &str = "Code,Name,Qty,Place,Time\n";
const ROWS: &str = "A,Lamp,3,LON,2024-01-02T10:00:00Z\nB,Chair,2,LON,2024-01-02T11:00:00Z\nA,Lamp,3,LON,\n";
const FIGURES: &[&str] =
    &["rows", "planned", "known", "skipped", "problems", "posted", "products_new", "openings"];

fn file(rows: &str) -> Vec<u8> {
    format!("{HEADER}{rows}").into_bytes()
}

#[tokio::test]
async fn every_problem_is_listed_and_the_rest_is_posted() {
    let world = World::new().await;
    world.product(json!({ "sku": "KG", "name": "Flour", "unit": { "name": "kg", "decimals": 3 } })).await;
    let rows = "A,Lamp,3,LON,2024-01-02T10:00:00Z\n\
                A,Lamp,0,LON,\n\
                A,Lamp,x,LON,tomorrow\n\
                a/b,Lamp,1,LON,\n\
                B,Chair,1,PAR,\n\
                B,Chair,1.5,LON,\n\
                KG,,1.5,MAD,\n\
                B,Chair,1,LON,2999-01-01T00:00:00Z\n\
                POST,,1,LON,\n\
                A,Lamp,-1,LON,2024-01-03T10:00:00Z\n";
    let import = world.upload(PROFILE, &file(rows)).await;
    assert_eq!(import["state"], "checked");
    let expected = "rows 10, planned 3, known 0, skipped 1, problems 6, posted 0, products_new 1, openings 2";
    assert_eq!(figures(&import, FIGURES), expected);
    let listed = [
        "3 Qty: quantity is 0: nothing moves",
        "4 Qty: must be a whole number or a decimal such as \"1.5\"",
        "4 Time: must be a time such as 2024-12-31T23:59:00Z or have a form that the profile names",
        "5 Code: must be 1 to 64 letters, digits, inner spaces or -_.+#&():,*",
        "6 Place: unknown warehouse: PAR",
        "7 Qty: must have at most 0 decimals, the unit of B allows no more",
        "9 Time: occurred_at must be at most 5 minutes ahead of now, got 2999-01-01T00:00:00.000Z",
        "10 Code: postage",
    ];
    let problems = world.problems(&import).await;
    let places = |lines: &[String]| {
        lines.iter().map(|line| line.split(": ").next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(places(&problems), places(&listed.map(str::to_owned)), "{problems:#?}");
    assert_eq!(world.get("/v1/movements").await.json()["items"], json!([]), "a check posts nothing");

    let import = world.commit(&import).await;
    assert_eq!(import["state"], "committed");
    let expected = "rows 10, planned 3, known 0, skipped 1, problems 6, posted 3, products_new 1, openings 2";
    assert_eq!(figures(&import, FIGURES), expected);
    assert_eq!(world.problems(&import).await, problems, "the report of the commit is that of the check");
    assert_eq!(world.stock().await, ["A LON 1", "KG MAD 0"]);
    let csv = world.get(&path(&import, "/problems.csv")).await.text();
    assert!(csv.starts_with("row,column,value,reason\r\n3,Qty,0,"), "{csv}");
    assert_eq!(csv.lines().count(), 1 + listed.len());

    let openings = world.get("/v1/movements?kind=receipt").await.json();
    let opening = &openings["items"][1];
    assert_eq!((&opening["reason"], &opening["sku"]), (&json!("opening"), &json!("A")), "{openings}");
    assert_eq!(opening["occurred_at"], "2024-01-02T10:00:00.000Z");
}

#[tokio::test]
async fn a_second_run_writes_nothing() {
    let world = World::new().await;
    world.import(PROFILE, &file(ROWS)).await;
    let (head, stock) = (world.head(), world.stock().await);
    let again = world.import(PROFILE, &file(ROWS)).await;
    let expected = "rows 3, planned 0, known 3, skipped 0, problems 0, posted 0, products_new 0, openings 0";
    assert_eq!(figures(&again, FIGURES), expected);
    assert_eq!((world.head(), world.stock().await), (head, stock));
}

#[tokio::test]
async fn a_longer_file_leads_to_the_same_stock_as_if_it_had_been_the_first() {
    let longer = format!("{ROWS}A,Lamp,-4,LON,\nA,Lamp,9,LON,\nC,Desk,1,MAD,\nA,Lamp,3,LON,\n");
    let (world, fresh) = (World::new().await, World::new().await);
    world.import(PROFILE, &file(ROWS)).await;
    let import = world.import(PROFILE, &file(&longer)).await;
    let expected = "rows 7, planned 4, known 3, skipped 0, problems 0, posted 4, products_new 1, openings 2";
    assert_eq!(figures(&import, FIGURES), expected);
    fresh.import(PROFILE, &file(&longer)).await;
    assert_eq!(world.stock().await, fresh.stock().await);
}

#[tokio::test]
async fn an_import_is_undone_as_a_whole_or_not_at_all() {
    let world = World::new().await;
    world.import(PROFILE, &file("A,Lamp,-5,LON,\n")).await;
    let before = world.stock().await;
    let import = world.import(PROFILE, &file("A,Lamp,-2,LON,\nB,Chair,-1,LON,\n")).await;
    let issue = json!({ "kind": "issue", "warehouse": "LON", "sku": "B", "quantity": 1 });
    let issued = world.post("/v1/movements", issue).await.json();
    assert_eq!(world.post(&path(&import, "/undo"), json!({})).await.said(), "409 insufficient_stock");
    assert_eq!(world.get(&path(&import, "")).await.json()["state"], "committed");

    let back = format!("/v1/movements/{}/undo", issued["id"].as_str().unwrap());
    world.post(&back, json!({})).await;
    let undone = world.post(&path(&import, "/undo"), json!({ "reason": "wrong file" })).await;
    assert_eq!((undone.said().as_str(), &undone.json()["state"]), ("200", &json!("undone")));
    assert_eq!(world.stock().await, [before[0].clone(), "B LON 0".to_owned()]);
    assert_eq!(world.post(&path(&import, "/undo"), json!({})).await.said(), "409 import_undone");
    assert_eq!(world.post(&path(&import, "/commit"), json!({})).await.said(), "409 import_undone");
    let again = world.import(PROFILE, &file("A,Lamp,-2,LON,\nB,Chair,-1,LON,\n")).await;
    assert_eq!(again["posted"], 2, "what was undone can be posted again");
}

/// Takes a few batches of movements, and then no more.
struct Failing {
    inventory: Arc<dyn Inventory>,
    batches: AtomicUsize,
}

#[async_trait::async_trait]
impl Inventory for Failing {
    async fn submit_within(&self, submission: Submission, wait: Duration) -> Result<Receipt, SubmitError> {
        let is_batch = matches!(submission.command, Command::Move(_));
        let may = |left: usize| left.checked_sub(1);
        if is_batch && self.batches.fetch_update(Ordering::SeqCst, Ordering::SeqCst, may).is_err() {
            return Err(SubmitError::Stopped { reason: "the disk is full".to_owned() });
        }
        self.inventory.submit_within(submission, wait).await
    }

    async fn manage(&self, manage: Manage) -> Result<Managed, ManageError> {
        self.inventory.manage(manage).await
    }

    async fn query(&self, query: Query) -> Result<View, QueryError> {
        self.inventory.query(query).await
    }

    fn watch(&self) -> watch::Receiver<News> {
        self.inventory.watch()
    }
}

fn many_rows() -> Vec<u8> {
    let mut rows = HEADER.to_owned();
    for number in 0..9_000 {
        let quantity = if number % 7 == 0 { -3 } else { 1 };
        writeln!(rows, "S{},Thing,{quantity},{},", number % 50, ["LON", "MAD"][number % 2]).unwrap();
    }
    rows.into_bytes()
}

#[tokio::test]
async fn an_interrupted_commit_goes_on_where_it_ended() {
    let fresh = World::new().await;
    let openings = fresh.import(PROFILE, &many_rows()).await["openings"].as_u64().unwrap();
    // After the openings, after one batch of rows, and after two.
    for batches in 1..=3 {
        let failing =
            |inventory| Arc::new(Failing { inventory, batches: AtomicUsize::new(batches) }) as Arc<_>;
        let world = World::over(failing).await;
        let import = world.import(PROFILE, &many_rows()).await;
        assert_eq!(import["state"], "failed");
        assert!(import["detail"].as_str().unwrap().contains("the disk is full"), "{import}");
        let world = world.restart().await;
        let known = (batches as u64 - 1) * 4_000;
        let shown = world.get(&path(&import, "")).await.json();
        assert_eq!(
            (&shown["state"], &shown["posted"]),
            (&json!("failed"), &json!(known + openings)),
            "{shown}"
        );
        assert_eq!(world.get("/v1/imports").await.json()["items"][0], shown);
        let import = world.commit(&import).await;
        assert_eq!(import["state"], "committed", "{import}");
        assert_eq!((&import["known"], &import["posted"]), (&json!(known), &json!(9_000 - known)));
        assert_eq!(world.stock().await, fresh.stock().await);
        let undone = world.post(&path(&import, "/undo"), json!({})).await;
        assert_eq!(undone.status, 200, "{}", undone.text());
        assert!(world.stock().await.iter().all(|line| line.ends_with(" 0")));
    }
}

#[tokio::test]
async fn imports_that_a_restart_has_interrupted_can_be_committed() {
    for state in ["checking", "committing"] {
        let world = World::new().await;
        let import = world.upload(PROFILE, &file(ROWS)).await;
        let imports = world.staging.path().join("imports");
        let folder = imports.join(import["id"].as_str().unwrap());
        let record = std::fs::read_to_string(folder.join("import.json")).unwrap();
        let record = record.replace("\"checked\"", &format!("\"{state}\""));
        std::fs::write(folder.join("import.json"), record).unwrap();
        std::fs::create_dir(imports.join("upload-abc")).unwrap();

        let world = world.restart().await;
        assert!(!imports.join("upload-abc").exists(), "what an upload has left is removed");
        let found = world.get(&path(&import, "")).await.json();
        assert_eq!((&found["state"], &found["rows"]), (&json!("failed"), &json!(3)), "{state}");
        assert_eq!(world.commit(&import).await["posted"], 3);
        world.until("the file is needed no more", || !folder.join("data").exists()).await;
    }
}

#[tokio::test]
async fn rows_that_take_more_than_there_is_are_problems() {
    let world = World::new().await;
    let profile = PROFILE.replace("opening = \"auto\"", "");
    let rows = "A,Lamp,-5,LON,\nA,Lamp,3,LON,\nA,Lamp,3,LON,\nA,Lamp,2,LON,\n";
    let import = world.upload(&profile, &file(rows)).await;
    let listed = ["4 Qty: insufficient stock of A in LON: asked 3, available 2"];
    assert_eq!(world.problems(&import).await, listed);
    let import = world.commit(&import).await;
    assert_eq!(world.problems(&import).await, listed);
    assert_eq!(
        figures(&import, FIGURES),
        "rows 4, planned 3, known 0, skipped 0, problems 1, posted 3, products_new 1, openings 0"
    );
    assert_eq!(world.stock().await, ["A LON 0"]);
}

#[tokio::test]
async fn a_spanish_catalogue_and_its_movements_are_read() {
    let world = World::new().await;
    world.product(json!({ "sku": "OLD", "name": "Old", "unit": { "name": "each", "decimals": 0 }, "barcodes": ["4006381333931"] })).await;
    let profile = "name = 'catalogo'\nkind = 'products'\n[file]\nencoding = 'windows-1252'\n\
                   [numbers]\ndecimal = ','\nthousands = '.'\n\
                   [fields]\nsku = { column = 'Código', case = 'upper' }\nname = 'Artículo'\nbarcode = 'Barras'\n\
                   unit = 'Ud'\ndecimals = { column = 'Ud', map = { 'ud' = '0', 'kg' = '3' } }\nprice = 'PVP'\n";
    let latin1 = |text: &str| text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect::<Vec<u8>>();
    let rows = latin1(
        "Código;Artículo;Ud;Barras;PVP\ncf-01;Café;kg;8412345678905;1.018,50\ntz-7;Taza;ud;4006381333931;4,20\n\
         tz-8;Taza;ud;8412345678905;4,20\nold;Viejo;ud;;1\ntz-9;Taza;ud;123;muy caro\n",
    );
    let import = world.upload(profile, &rows).await;
    let listed = [
        "3 Barras: the barcode 4006381333931 belongs to OLD",
        "4 Barras: the barcode 8412345678905 belongs to CF-01",
        "5 Artículo: must have the name \"Old\": the product exists, and an import does not change it",
        "5 Ud: must have the unit \"each\": the product exists, and an import does not change it",
        "5 PVP: must have the price \"\": the product exists, and an import does not change it",
        "6 PVP: must be a whole number or a decimal such as \"1,5\"",
    ];
    assert_eq!(world.problems(&import).await, listed);
    let created = world.commit(&import).await;
    assert_eq!(world.problems(&created).await, listed);
    assert_eq!(
        figures(&created, FIGURES),
        "rows 5, planned 1, known 0, skipped 0, problems 4, posted 1, products_new 1, openings 0"
    );
    let of_price = |price: &str| latin1(&format!("Código;Artículo;Ud;Barras;PVP\ncf-01;Café;kg;;{price}\n"));
    let import = world.upload(profile, &of_price("1018,5")).await;
    assert_eq!((&import["known"], &import["problems"]), (&json!(1), &json!(0)), "nothing is new");
    let import = world.upload(profile, &of_price("1018,51")).await;
    let dearer =
        "2 PVP: must have the price \"1018.50\": the product exists, and an import does not change it";
    assert_eq!(world.problems(&import).await, [dearer], "a new price is not passed over in silence");
    let no_unit =
        profile.replace("unit = 'Ud'\ndecimals = { column = 'Ud', map = { 'ud' = '0', 'kg' = '3' } }\n", "");
    assert_ne!(no_unit, profile);
    let import = world.upload(&no_unit, &of_price("1018,5")).await;
    assert_eq!(import["known"], 1, "the unit of the product is no matter of a row that says nothing of it");
    let product = world.get("/v1/products/CF-01").await.json();
    assert_eq!((&product["name"], &product["price"]), (&json!("Café"), &json!("1018.50")));
    assert_eq!(world.post(&path(&created, "/undo"), json!({})).await.said(), "409 import_of_products");

    let profile = "name = 'mov'\n[numbers]\ndecimal = ','\n[fields]\nsku = { column = 'Código', case = 'upper' }\n\
                   warehouse = { constant = 'MAD' }\nquantity_in = 'Entra'\nquantity_out = 'Sale'\n\
                   [[kinds]]\nwhen = { quantity = 'negative' }\nis = 'issue'\n[[kinds]]\nis = 'receipt'\n";
    let import =
        world.import(profile, "\u{feff}Código;Entra;Sale\ncf-01;2,5;\ncf-01;;0,75\n".as_bytes()).await;
    assert_eq!(import["posted"], 2, "{:?}", world.problems(&import).await);
    assert_eq!(world.stock().await, ["CF-01 MAD 1.75"]);
}

#[tokio::test]
async fn a_product_whose_barcode_is_taken_takes_its_rows_with_it() {
    let world = World::new().await;
    world.product(json!({ "sku": "OLD", "name": "Old", "unit": { "name": "each", "decimals": 0 }, "barcodes": ["4006381333931"] })).await;
    let profile = PROFILE.replace("name = \"Name\"", "barcode = \"Name\"");
    let rows = "A,4006381333931,1,LON,\nA,,1,LON,\nB,,1,LON,\n";
    let import = world.upload(&profile, &file(rows)).await;
    let expected = "rows 3, planned 1, known 0, skipped 0, problems 2, posted 0, products_new 2, openings 2";
    assert_eq!(figures(&import, FIGURES), expected);
    let import = world.commit(&import).await;
    let expected = "rows 3, planned 3, known 0, skipped 0, problems 2, posted 1, products_new 1, openings 1";
    assert_eq!(figures(&import, FIGURES), expected);
    let reason = "the product cannot be created: the barcode 4006381333931 belongs to OLD";
    assert_eq!(world.problems(&import).await, [format!("2 Code: {reason}"), format!("3 Code: {reason}")]);
}

#[tokio::test]
async fn requests_that_make_no_sense_are_refused() {
    let world = World::new().await;
    let send = async |parts: &[(&str, &str, &[u8])]| {
        let (body, content_type) = form(parts);
        world.send("POST", "/v1/imports", body, &content_type).await.said()
    };
    let profile = ("profile", "p", PROFILE.as_bytes());
    assert_eq!(send(&[profile]).await, "422 missing_field");
    assert_eq!(send(&[profile, profile]).await, "422 duplicate_field");
    assert_eq!(send(&[profile, ("x", "x", b"")]).await, "422 unknown_field");
    assert_eq!(send(&[("profile", "p", b"name = 1"), ("file", "f", b"a\n")]).await, "422 invalid_profile");
    assert_eq!(send(&[("profile", "p", b"\xff"), ("file", "f", b"a\n")]).await, "422 invalid_utf8");
    assert_eq!(
        send(&[("profile", "p", &[b' '; 300_000]), ("file", "f", b"a\n")]).await,
        "413 body_too_large"
    );
    assert_eq!(world.post("/v1/imports", json!({})).await.said(), "415 unsupported_media_type");
    assert_eq!(
        std::fs::read_dir(world.staging.path().join("imports")).unwrap().count(),
        0,
        "nothing is left"
    );

    let import = world.upload(PROFILE, b"Code;Qty\nA;1\n").await;
    assert_eq!(import["state"], "failed");
    assert!(
        import["detail"].as_str().unwrap().starts_with("the header does not fit the profile"),
        "{import}"
    );
    assert!(world.problems(&import).await[0].contains("the file has no such column"));
    assert_eq!(world.post(&path(&import, "/commit"), json!({})).await.said(), "409 import_not_checked");
    assert_eq!(world.post(&path(&import, "/undo"), json!({})).await.said(), "409 import_not_committed");
    assert_eq!(world.get("/v1/imports/x").await.said(), "404 not_found");
    assert_eq!(world.send("DELETE", &path(&import, ""), "".into(), "").await.status, 204);
    assert_eq!(world.get(&path(&import, "")).await.said(), "404 not_found");

    let operator = world.with_role("operator", &[]).await;
    let (body, content_type) = form(&[profile, ("file", "f", b"a\n")]);
    assert_eq!(operator.send("POST", "/v1/imports", body, &content_type).await.said(), "403 forbidden");
    assert_eq!(operator.get("/v1/imports").await.said(), "403 forbidden");
}

#[tokio::test]
async fn an_upload_is_taken_once_under_its_key() {
    let world = World::new().await;
    let upload = async |rows: &[u8]| {
        let (body, content_type) = form(&[("profile", "p", PROFILE.as_bytes()), ("file", "f.csv", rows)]);
        world
            .send_with(
                "POST",
                "/v1/imports",
                body,
                &[("content-type", &content_type), ("idempotency-key", "k")],
            )
            .await
    };
    let first = upload(&file(ROWS)).await;
    assert_eq!(first.headers["location"], path(&first.json(), ""));
    assert_eq!(upload(&file(ROWS)).await.json()["id"], first.json()["id"]);
    assert_eq!(upload(&file("A,Lamp,1,LON,\n")).await.said(), "422 idempotency_key_reused");
    assert_eq!(world.get("/v1/imports").await.json()["items"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn imports_and_problems_are_listed_by_pages() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for rows in ["x\n", "x\nx\n", "x\nx\nx\n"] {
        ids.push(world.upload(PROFILE, &file(rows)).await["id"].clone());
    }
    let first = world.get("/v1/imports?limit=2").await.json();
    let cursor = first["next_cursor"].as_str().unwrap();
    let second = world.get(&format!("/v1/imports?limit=2&cursor={cursor}")).await.json();
    let listed = [&first["items"][0]["id"], &first["items"][1]["id"], &second["items"][0]["id"]];
    assert_eq!(listed, [&ids[2], &ids[1], &ids[0]]);
    assert_eq!(second["next_cursor"], json!(null));
    assert_eq!(world.get("/v1/imports?cursor=x").await.said(), "422 invalid_parameter");

    let problems = format!("/v1/imports/{}/problems", ids[2].as_str().unwrap());
    let mut rows = Vec::new();
    let mut next = Some(String::new());
    while let Some(cursor) = next {
        let cursor = if cursor.is_empty() { cursor } else { format!("&cursor={cursor}") };
        let page = world.get(&format!("{problems}?limit=4{cursor}")).await.json();
        rows.extend(page["items"].as_array().unwrap().iter().map(|item| item["row"].as_u64().unwrap()));
        next = page["next_cursor"].as_str().map(ToOwned::to_owned);
    }
    assert!(rows.is_sorted() && rows.first() == Some(&2) && rows.last() == Some(&4), "{rows:?}");
}

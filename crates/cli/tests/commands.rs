//! The command line against a real server: what people and scripts see.

mod common;

use common::{Outcome, PASSWORD, Scratch, Server, cells, is_filled};
use serde_json::Value;

/// A server and somebody who is logged in to it.
fn logged_in(scratch: &Scratch) -> Server {
    let server = Server::start(&mut scratch.serve());
    let file = scratch.path("password");
    let file = file.to_str().expect("a plain path");
    let shown = scratch.ok(&server, &["login", "--username", "admin", "--password-file", file]);
    assert!(shown.contains("as admin until "), "{shown}");
    assert!(!shown.contains(PASSWORD));
    server
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn stock_is_received_issued_counted_and_proved() {
    let scratch = Scratch::new();
    let server = logged_in(&scratch);
    let acopio = |arguments: &[&str]| scratch.ok(&server, arguments);
    acopio(&["product", "add", "TEA-1", "Green tea", "--unit", "kg", "--decimals", "3", "--price", "12.50"]);
    let received = acopio(&["receive", "LON", "TEA-1", "25.5", "--reference", "PO-7", "--key", "k1"]);
    assert!(
        received.starts_with("received 25.5 of TEA-1 in LON: on hand 25.5, available 25.5 ("),
        "{received}"
    );
    assert_eq!(acopio(&["receive", "LON", "TEA-1", "25.5", "--reference", "PO-7", "--key", "k1"]), received);
    acopio(&["issue", "LON", "TEA-1", "2", "--reason", "sale"]);
    acopio(&["adjust", "LON", "TEA-1", "--by", "-0.5"]);
    acopio(&["adjust", "LON", "TEA-1", "--counted", "20"]);
    let stock = acopio(&["stock", "--sku", "TEA-1"]);
    let row = cells(stock.lines().nth(1).expect("a row"));
    assert_eq!(row, ["LON", "TEA-1", "Green tea", "20", "0", "0", "20", "0"], "{stock}");
    let history = json(&acopio(&["history", "--sku", "TEA-1", "--json"]));
    let kinds: Vec<&str> =
        history["items"].as_array().expect("items").iter().filter_map(|row| row["kind"].as_str()).collect();
    assert_eq!(kinds, ["adjustment", "adjustment", "issue", "receipt"]);
    let id = history["items"][0]["id"].as_str().expect("an id").to_owned();
    assert!(acopio(&["undo", &id]).contains("on hand 23"), "the count is taken back");
    assert!(acopio(&["verify"]).contains("5 movements"));
    assert_eq!(server.stop().0, 0);
    let proved = Outcome::of(scratch.acopio().args(["verify", "--json", "--data"]).arg(scratch.data()));
    assert_eq!(json(&proved.stdout)["movements"], 5, "{proved:?}");
}

#[test]
fn an_administrator_is_made_on_a_stopped_server_where_nobody_can_log_in_as_one() {
    let scratch = Scratch::new();
    let server = logged_in(&scratch);
    let file = scratch.path("new-password");
    std::fs::write(&file, "quite another one\n").expect("it can be written");
    let rescue = |username: &str| {
        let mut acopio = scratch.acopio();
        Outcome::of(
            acopio.args(["rescue", username, "--password-file"]).arg(&file).arg("--data").arg(scratch.data()),
        )
    };
    scratch.ok(
        &server,
        &["user", "add", "mia", "--grant", "viewer", "--password-file", &file.to_string_lossy()],
    );
    scratch.ok(&server, &["user", "disable", "mia"]);
    let refused = rescue("admin");
    assert_eq!(refused.code(), 1, "a server has the folder: {refused:?}");
    assert_eq!(server.stop().0, 0);
    for username in ["admin", "mia", "new-one"] {
        let rescued = rescue(username);
        assert_eq!(rescued.code(), 0, "{rescued:?}");
        assert!(rescued.stdout.starts_with(&format!("{username} is an administrator")), "{rescued:?}");
    }
    let server = Server::start(&mut scratch.serve());
    for username in ["admin", "mia", "new-one"] {
        let login = ["login", "--username", username, "--password-file", &file.to_string_lossy()];
        scratch.ok(&server, &login);
        let audit = scratch.ok(&server, &["audit"]);
        assert!(audit.contains("user"), "administrators may read it: {audit}");
    }
    assert_eq!(server.stop().0, 0);
    let proved = Outcome::of(scratch.acopio().args(["verify", "--data"]).arg(scratch.data()));
    assert_eq!(proved.code(), 0, "{proved:?}");
}

#[test]
fn refusals_say_what_is_wrong_and_what_helps() {
    let scratch = Scratch::new();
    let server = logged_in(&scratch);
    scratch.ok(&server, &["product", "add", "NUT", "Nut"]);
    let refused = scratch.run(&server, &["issue", "LON", "NUT", "1"]);
    assert_eq!(refused.code(), 1);
    assert_eq!(refused.stdout, "");
    let expected = "error: insufficient stock of NUT in LON: asked 1, available 0 (insufficient_stock)\n\
                    hint: `acopio stock --sku SKU` shows what is available, and where\n";
    assert!(refused.stderr.ends_with(expected), "{refused:?}");
    for arguments in [&["issue", "LON", "NUT"][..], &["adjust", "LON", "NUT"], &["frobnicate"]] {
        assert_eq!(scratch.run(&server, arguments).code(), 2, "{arguments:?}");
    }
    let stranger = Outcome::of(scratch.acopio().args(["stock", "--token", "x", "--server", &server.url]));
    assert!(stranger.stderr.contains("hint: log in with `acopio login`"), "{stranger:?}");
    let nobody = Outcome::of(scratch.acopio().args(["stock", "--server", "http://127.0.0.1:1"]));
    assert!(nobody.stderr.contains("error: cannot reach the server at http://127.0.0.1:1"), "{nobody:?}");
    assert!(nobody.stderr.contains("hint: start one with `acopio serve`"), "{nobody:?}");
}

#[test]
fn holds_rules_and_alerts_follow_each_other() {
    let scratch = Scratch::new();
    let server = logged_in(&scratch);
    let acopio = |arguments: &[&str]| scratch.ok(&server, arguments);
    acopio(&["product", "add", "BOLT", "Bolt", "--category", "Small parts"]);
    acopio(&["receive", "LON", "BOLT", "12"]);
    acopio(&["rule", "set", "LON", "BOLT", "--minimum", "10", "--target", "40", "--multiple", "5"]);
    assert_eq!(acopio(&["alerts"]), "");
    acopio(&["hold", "add", "LON", "BOLT", "4", "--reason", "damaged"]);
    let alerts = json(&acopio(&["alerts", "list", "--json"]));
    let alert = alerts["items"][0]["id"].as_str().expect("an open alert").to_owned();
    acopio(&["alerts", "ack", &alert]);
    assert_eq!(acopio(&["alerts"]), "");
    assert!(acopio(&["alerts", "--state", "acknowledged"]).contains("BOLT"));
    let holds = json(&acopio(&["hold", "list", "--json"]));
    let hold = holds["items"][0]["id"].as_str().expect("a hold").to_owned();
    acopio(&["hold", "release", &hold]);
    assert!(acopio(&["alerts", "--state", "resolved"]).contains("BOLT"));
    assert!(acopio(&["rule", "list"]).contains("BOLT"));
    acopio(&["rule", "remove", "LON", "BOLT"]);
    assert_eq!(acopio(&["rule", "list"]), "");
    acopio(&["category", "rename", "small parts", "Fasteners"]);
    assert!(acopio(&["product", "show", "BOLT"]).contains("Fasteners"));
}

#[test]
fn people_and_tokens_come_and_go() {
    let scratch = Scratch::new();
    let server = logged_in(&scratch);
    let file = scratch.path("password");
    let file = file.to_str().expect("a plain path");
    let acopio = |arguments: &[&str]| scratch.ok(&server, arguments);
    acopio(&["user", "add", "ana", "--grant", "operator@LON", "--full-name", "Ana", "--password-file", file]);
    assert!(acopio(&["user", "list"]).contains("operator in LON"));
    acopio(&["user", "set", "ana", "--grant", "viewer"]);
    acopio(&["user", "disable", "ana"]);
    let locked_out = scratch.run(&server, &["login", "--username", "ana", "--password-file", file]);
    assert_eq!(locked_out.code(), 1, "{locked_out:?}");
    let token = acopio(&["token", "add", "reports"]);
    let with_token = |token: &str| {
        Outcome::of(scratch.acopio().args(["stock", "--server", &server.url, "--token", token]))
    };
    assert_eq!(with_token(token.trim()).code(), 0);
    let listed = json(&acopio(&["token", "list", "--json"]));
    let id = listed["items"][0]["id"].as_str().expect("a token").to_owned();
    acopio(&["token", "revoke", &id]);
    assert_eq!(with_token(token.trim()).code(), 1);
    acopio(&["logout"]);
    assert_eq!(scratch.run(&server, &["stock"]).code(), 1);
}

#[test]
fn an_export_follows_links_and_writes_into_what_is_no_file() {
    use std::os::unix::fs::{FileTypeExt, symlink};
    let scratch = Scratch::new();
    let server = logged_in(&scratch);
    scratch.ok(&server, &["product", "add", "TEA-1", "Green tea"]);
    let [file, link, pipe] = ["real.csv", "link.csv", "pipe.csv"].map(|name| scratch.path(name));
    std::fs::write(&file, "before").expect("a file");
    symlink(&file, &link).expect("a link");
    let export = |to: &std::path::Path| {
        scratch.ok(&server, &["export", "products", "-o", to.to_str().expect("a plain path")])
    };
    export(&link);
    assert!(link.symlink_metadata().expect("the link").is_symlink(), "it is still a link");
    let products = std::fs::read_to_string(&file).expect("the file behind it");
    assert!(products.contains("Green tea"), "{products}");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    let end = pipe.clone();
    let reader =
        std::thread::spawn(move || std::fs::read_to_string(end).expect("what goes through the pipe"));
    export(&pipe);
    assert_eq!(reader.join().expect("the reader"), products);
    assert!(pipe.symlink_metadata().expect("the pipe").file_type().is_fifo(), "it is still a pipe");
    assert_eq!(scratch.ok(&server, &["export", "products", "-o", "-"]), products);
    assert!(!std::path::Path::new("-").exists());
}

#[test]
fn what_begins_like_a_formula_is_exported_as_text() {
    let scratch = Scratch::new();
    let server = logged_in(&scratch);
    let acopio = |arguments: &[&str]| scratch.ok(&server, arguments);
    acopio(&["product", "add", "EVIL", "=1+1"]);
    acopio(&["receive", "LON", "EVIL", "3"]);
    let csv = acopio(&["export", "products"]);
    assert!(csv.lines().any(|line| line.contains("EVIL")), "{csv}");
    assert!(!csv.contains(",=1+1") && !csv.contains("\"=1+1"), "{csv}");
    let file = scratch.path("products.xlsx");
    acopio(&["export", "products", "-o", file.to_str().expect("a plain path")]);
    assert!(std::fs::read(&file).expect("the export").starts_with(b"PK"));
    assert_eq!(acopio(&["export", "stock", "--sku", "EVIL"]).lines().count(), 2);
    assert_eq!(acopio(&["export", "movements", "--sku", "EVIL"]).lines().count(), 2);
    let refused = scratch.run(&server, &["export", "stock", "--token", "x", "-o", "never.csv"]);
    assert_eq!((refused.code(), refused.stdout.as_str()), (1, ""), "{refused:?}");
    assert!(!std::path::Path::new("never.csv").exists(), "a refused export leaves no file");
}

#[test]
fn a_backup_is_made_while_the_server_works_and_restored() {
    let scratch = Scratch::new();
    let server = logged_in(&scratch);
    scratch.ok(&server, &["product", "add", "KEEP", "Keep"]);
    scratch.ok(&server, &["receive", "LON", "KEEP", "7"]);
    let (through, beside) = (scratch.path("through.db"), scratch.path("beside.db"));
    scratch.ok(&server, &["backup", through.to_str().expect("a plain path")]);
    let copied = Outcome::of(scratch.acopio().arg("backup").arg("--data").arg(scratch.data()).arg(&beside));
    assert_eq!(copied.code(), 0, "{copied:?}");
    let again = Outcome::of(scratch.acopio().arg("backup").arg("--data").arg(scratch.data()).arg(&beside));
    assert_eq!(again.code(), 1, "a backup never replaces a file: {again:?}");
    assert!(is_filled(&through) && is_filled(&beside));
    assert_eq!(server.stop().0, 0);
    let rebuilt = Outcome::of(scratch.acopio().arg("rebuild").arg("--data").arg(scratch.data()));
    assert_eq!(rebuilt.code(), 0, "{rebuilt:?}");
    scratch.verify();
    for (number, file) in [through, beside].into_iter().enumerate() {
        let data = scratch.path(&format!("restored-{number}"));
        let restore = || Outcome::of(scratch.acopio().arg("restore").arg(&file).arg("--data").arg(&data));
        let restored = restore();
        assert_eq!(restored.code(), 0, "{restored:?}");
        assert_eq!(restore().code(), 1, "a database is never overwritten");
        let proved = Outcome::of(scratch.acopio().args(["verify", "--json", "--data"]).arg(&data));
        assert_eq!(json(&proved.stdout)["movements"], 1, "{proved:?}");
    }
    // A restored log goes on in its next incarnation, so that nothing in it is taken for what the lost one wrote.
    std::fs::remove_dir_all(scratch.data()).expect("the lost database");
    std::fs::rename(scratch.path("restored-0"), scratch.data()).expect("the restored database");
    let server = logged_in(&scratch);
    let received = scratch.ok(&server, &["receive", "LON", "KEEP", "1"]);
    assert!(received.contains("on hand 8") && received.contains("main.2."), "{received}");
    assert_eq!(server.stop().0, 0);
    scratch.verify();
}

#[test]
fn damage_is_found_and_named() {
    let scratch = Scratch::new();
    let server = logged_in(&scratch);
    scratch.ok(&server, &["product", "add", "MARK", "Marked product"]);
    // A restored copy is one file, without a write-ahead log beside it.
    let copy = scratch.path("copy.db");
    scratch.ok(&server, &["backup", copy.to_str().expect("a plain path")]);
    let data = scratch.path("damaged");
    let restored = Outcome::of(scratch.acopio().arg("restore").arg(&copy).arg("--data").arg(&data));
    assert_eq!(restored.code(), 0, "{restored:?}");
    let file = data.join("acopio.db");
    let mut bytes = std::fs::read(&file).expect("the database");
    let mark = b"Marked product";
    let places: Vec<usize> =
        (0..bytes.len() - mark.len()).filter(|&at| bytes[at..].starts_with(mark)).collect();
    assert!(!places.is_empty(), "the name is somewhere in the file");
    for at in places {
        bytes[at] = b'B';
    }
    std::fs::write(&file, bytes).expect("the database");
    let faulty = Outcome::of(scratch.acopio().arg("verify").arg("--data").arg(&data));
    assert_eq!(faulty.code(), 1, "{faulty:?}");
    assert!(faulty.stderr.contains("error: verification failed: "), "{faulty:?}");
    let refused = Outcome::of(
        scratch.acopio().arg("restore").arg(&file).arg("--data").arg(scratch.path("from-damaged")),
    );
    assert_eq!(refused.code(), 1, "a damaged backup is not restored: {refused:?}");
    assert!(!scratch.path("from-damaged").join("acopio.db").exists());
}

#[test]
fn goods_are_transferred() {
    let scratch = Scratch::new();
    let server = logged_in(&scratch);
    let acopio = |arguments: &[&str]| scratch.ok(&server, arguments);
    acopio(&["product", "add", "NUT", "Nut"]);
    acopio(&["warehouse", "add", "MAD", "Madrid"]);
    acopio(&["receive", "LON", "NUT", "10"]);
    let drafted = acopio(&["transfer", "new", "LON", "MAD", "NUT=6", "--reference", "T-1", "--key", "k"]);
    let id = drafted.split(' ').next().expect("an id").to_owned();
    assert_eq!(drafted, format!("{id} from LON to MAD: draft\n"));
    let step =
        |arguments: &[&str]| acopio(&[&["transfer", arguments[0], id.as_str()], &arguments[1..]].concat());
    assert!(step(&["dispatch"]).ends_with(": dispatched\n"));
    let stock = acopio(&["product", "show", "NUT"]);
    assert!(stock.contains("MAD"), "{stock}");
    assert!(
        step(&["receive", "--accept", "NUT=3", "--reject", "NUT=1", "--missing", "NUT=2"])
            .contains("partially")
    );
    let shown = step(&["show"]);
    let line = cells(shown.lines().last().expect("a line"));
    assert_eq!(line, ["NUT", "6", "6", "3", "1", "2", "2", "0", "0"], "{shown}");
    assert!(
        step(&["settle", "--found", "NUT=1", "--lost", "NUT=1", "--reason", "x"]).ends_with(": closed\n")
    );
    let list = json(&acopio(&["transfer", "list", "--state", "closed", "--json"]));
    assert_eq!(list["items"][0]["id"], id);
    let refused = scratch.run(&server, &["transfer", "new", "LON", "MAD", "NUT=6", "--dispatch"]);
    assert!(refused.stderr.contains("(insufficient_stock)"), "{refused:?}");
    let other = acopio(&["transfer", "new", "LON", "MAD", "NUT=1", "--json"]);
    let other = json(&other)["id"].as_str().expect("an id").to_owned();
    assert!(acopio(&["transfer", "cancel", &other]).ends_with(": cancelled\n"));
    assert!(acopio(&["verify"]).contains("5 movements"));
}

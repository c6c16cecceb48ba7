//! `acopio import`: dry run, report, commit, a second run, undo.

mod common;

use common::{Scratch, Server};

const PROFILE: &str = r#"
name = "till"
kind = "movements"
opening = "auto"
key = ["No", "Item", "Qty"]

[time]
format = "%Y-%m-%d"
zone = "UTC"

[fields]
sku = "Item"
quantity = "Qty"
reference = "No"
occurred_at = "Day"
name = "Item"

[fields.warehouse]
column = "Shop"
map = { "London" = "LON" }
otherwise = "LON"

[[kinds]]
when = { quantity = "positive" }
is = "issue"

[products]
create = true
unit = { name = "each", decimals = 0 }
"#;

const DATA: &str = "No,Item,Qty,Day,Shop\n1,CUP,3,2026-01-05,London\n1,CUP,many,2026-01-05,London\n2,JUG,2,2026-01-06,Leeds\n";

#[test]
fn a_file_is_checked_posted_once_and_taken_back() {
    let scratch = Scratch::new();
    let server = Server::start(&mut scratch.serve());
    let path = |name: &str| scratch.path(name).to_str().expect("a plain path").to_owned();
    std::fs::write(path("till.toml"), PROFILE).expect("a scratch folder");
    std::fs::write(path("till.csv"), DATA).expect("a scratch folder");
    scratch.ok(&server, &["login", "--username", "admin", "--password-file", &path("password")]);
    let import = |more: &[&str]| {
        let (profile, data) = (path("till.toml"), path("till.csv"));
        let arguments = [&["import", "--profile", &profile], more, &[data.as_str()]].concat();
        scratch.ok(&server, &arguments)
    };
    let checked = import(&["--dry-run", "--report", &path("dry.csv")]);
    assert!(
        checked.contains("3 rows: 2 to be posted, 0 posted before, 0 passed over, 1 with problems"),
        "{checked}"
    );
    assert_eq!(scratch.ok(&server, &["history"]), "", "a dry run posts nothing");
    let imported = import(&["--report", &path("report.csv")]);
    assert!(imported.contains("3 rows: 2 posted"), "{imported}");
    let report = std::fs::read_to_string(path("report.csv")).expect("the report");
    assert_eq!(report, std::fs::read_to_string(path("dry.csv")).expect("the report"));
    let mut lines = report.lines();
    assert_eq!(lines.next(), Some("row,column,value,reason"));
    assert!(lines.next().is_some_and(|line| line.starts_with("3,Qty,many,")), "{report}");
    assert_eq!(lines.next(), None);
    let again = import(&[]);
    assert!(again.contains("3 rows: 0 posted, 2 posted before"), "{again}");
    let list: serde_json::Value =
        serde_json::from_str(&scratch.ok(&server, &["import", "list", "--json"])).expect("JSON");
    let first = list["items"].as_array().expect("items").iter().find(|import| import["posted"] == 2);
    let id = first.expect("the first import")["id"].as_str().expect("an id").to_owned();
    scratch.ok(&server, &["import", "undo", &id]);
    assert!(scratch.ok(&server, &["import", "show", &id]).contains("undone"));
    assert_eq!(server.stop().0, 0);
    scratch.verify();
}

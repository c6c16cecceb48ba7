//! Rows in, outcomes out: each case is a profile, a file and the lines that are expected.

use std::fmt::Write;

use super::*;

const SHOP: &str = r#"
    name = "shop"
    [numbers]
    decimal = ","
    thousands = "."
    [time]
    format = ["%d/%m/%Y %H:%M", "%d/%m/%Y"]
    [fields]
    sku = { column = "Código", case = "upper" }
    warehouse = { column = "Almacén", map = { "Madrid" = "MAD", "Bilbao" = "BIO" }, empty = "MAD" }
    quantity_in = "Entradas"
    quantity_out = "Salidas"
    occurred_at = "Fecha"
    reason = "Motivo"
    [[skip]]
    when = { column = "Código", has_digit = false }
    reason = "no product"
    [[kinds]]
    when = { column = "Motivo", equals = "Merma" }
    is = "adjustment"
    [[kinds]]
    when = { quantity = "negative" }
    is = "issue"
    [[kinds]]
    is = "receipt"
"#;
const SHOP_HEADER: &str = "Código|Almacén|Entradas|Salidas|Fecha|Motivo";

const CATALOGUE: &str = r#"
    name = "catalogue"
    kind = "products"
    [fields]
    sku = "sku"
    name = "name"
    unit = { column = "unit", map = { "ud" = "each", "kg" = "kg" } }
    decimals = { column = "unit", map = { "ud" = "0", "kg" = "3" } }
    barcode = "ean"
    price = "price"
    [attributes]
    colour = "colour"
"#;
const CATALOGUE_HEADER: &str = "sku|name|unit|ean|price|colour";

fn cells(line: &str) -> Vec<String> {
    line.split('|').map(str::to_owned).collect()
}

fn planner(profile: &str, header: &str) -> Planner {
    Planner::new(&Profile::parse(profile).unwrap(), &cells(header)).unwrap()
}

/// One row through a new planner, as a text.
fn planned(profile: &str, header: &str, row: &str) -> String {
    let row = Row { line: 2, cells: cells(row), faults: Vec::new() };
    let mut text = String::new();
    match planner(profile, header).row(&row) {
        Outcome::Move(it) => {
            let (kind, key) = (it.kind, &it.key);
            write!(text, "{kind:?} {} {} {} effect {}", key.warehouse, key.sku, it.quantity, it.effect())
                .unwrap();
            let reason = it.reason.as_ref().map(|reason| format!(" because {reason}"));
            text.push_str(&reason.unwrap_or_default());
            text.push_str(&it.occurred_at.map(|time| format!(" at {time}")).unwrap_or_default());
        }
        Outcome::Product(it) => {
            let barcodes: Vec<_> = it.barcodes.iter().map(|barcode| barcode.as_str()).collect();
            let price = it.price.map(|price| price.to_string());
            let (unit, attributes) = (&it.unit, &it.attributes);
            write!(text, "{} {:?} in {}.{} ", it.sku, it.name.as_str(), unit.name, unit.decimals).unwrap();
            write!(text, "{barcodes:?} {price:?} {attributes:?}").unwrap();
        }
        Outcome::Skipped(problem) => write!(text, "skipped {problem}").unwrap(),
        Outcome::Refused(problems) => problems.iter().for_each(|it| writeln!(text, "{it}").unwrap()),
    }
    text.trim_end().to_owned()
}

#[test]
fn rows_become_movements() {
    let cases = [
        ("a-1|Madrid|5||01/02/2024|", "Receipt MAD A-1 5 effect 5 at 1706745600000"),
        ("a-1|BILBAO|0|1.200,5|01/02/2024 10:30|", "Issue BIO A-1 1200.5 effect -1200.5 at 1706783400000"),
        ("A-1|||3||Merma", "Adjustment MAD A-1 -3 effect -3 because Merma"),
        ("A-1||3,0|||Compra", "Receipt MAD A-1 3 effect 3 because Compra"),
        ("Portes||1|||", "skipped row 2, Código: no product, got \"Portes\""),
        ("A-1||1", "Receipt MAD A-1 1 effect 1"),
        ("A-1||1||||  ", "Receipt MAD A-1 1 effect 1"),
    ];
    for (row, expected) in cases {
        assert_eq!(planned(SHOP, SHOP_HEADER, row), expected, "{row}");
    }
}

#[test]
fn every_problem_of_a_row_is_listed() {
    let cases = [
        (
            "A/1|Lugo|x|-1|32/01/2024|a\u{7}b",
            "row 2, Código: must be 1 to 64 letters, digits, inner spaces or -_.+#&():,*, got \"A/1\"\n\
             row 2, Almacén: must be one of the values in the profile's map, got \"Lugo\"\n\
             row 2, Entradas: must be a whole number or a decimal such as \"1,5\", got \"x\"\n\
             row 2, Salidas: must not be negative, got \"-1\"\n\
             row 2, Motivo: must not contain control characters, got \"a\\u{7}b\"\n\
             row 2, Fecha: must be a date and time of the form %d/%m/%Y %H:%M, not before 1900, got \"32/01/2024\"",
        ),
        ("A1||||", "row 2, Entradas: must not be empty, got \"\""),
        ("A1||0|||", "row 2, Entradas: quantity is 0: nothing moves, got \"0\""),
        ("A1||2|3||", "row 2, Entradas: goods either come in or go out, got \"2\""),
        ("A1||1.5|||", "row 2, Entradas: must be a whole number or a decimal such as \"1,5\", got \"1.5\""),
        ("A1||1,0001|||", "row 2, Entradas: must have at most 3 decimals, got \"1,0001\""),
        ("A1||1||||7", "row 2, : the row has 7 cells, the header 6, got \"7\""),
    ];
    for (row, expected) in cases {
        assert_eq!(planned(SHOP, SHOP_HEADER, row), expected, "{row}");
    }
}

#[test]
fn a_sign_that_no_rule_knows_is_a_problem() {
    let receipts = "name = 'r'\n[fields]\nsku = 'sku'\nquantity = 'n'\nwarehouse = { constant = 'LON' }\n";
    let with = |rules: &str| format!("{receipts}{rules}");
    let cases = [
        ("[[kinds]]\nis = 'receipt'", "A|5", "Receipt LON A 5 effect 5"),
        (
            "[[kinds]]\nis = 'receipt'",
            "A|-5",
            "row 2, n: is negative, and the rule in [[kinds]] does not say what that means, got \"-5\"",
        ),
        ("[[kinds]]\nwhen = { quantity = 'negative' }\nis = 'return'", "A|-5", "Return LON A 5 effect 5"),
        (
            "[[kinds]]\nwhen = { quantity = 'negative' }\nis = 'return'",
            "A|5",
            "row 2, n: no rule in [[kinds]] fits the row, got \"5\"",
        ),
        ("[[kinds]]\nis = 'adjustment'", "A|-5", "Adjustment LON A -5 effect -5"),
        ("[[kinds]]\nis = 'adjustment'\nnegate = true", "A|-5", "Adjustment LON A 5 effect 5"),
    ];
    for (rules, row, expected) in cases {
        assert_eq!(planned(&with(rules), "sku|n", row), expected, "{rules} {row}");
    }
}

#[test]
fn rows_become_products() {
    let cases = [
        (
            "A1|Tea|ud|4006381333931|2.55|red",
            "A1 \"Tea\" in each.0 [\"4006381333931\"] Some(\"2.55\") {\"colour\": \"red\"}",
        ),
        ("A1|Tea|KG|||", "A1 \"Tea\" in kg.3 [] None {}"),
        (
            "|Tea||4006381333932|-1|",
            "row 2, sku: must not be empty, got \"\"\n\
             row 2, ean: must end in its GTIN check digit 1, got \"4006381333932\"\n\
             row 2, price: must be a decimal from 0 to 1000000000.00 with at most 4 decimals, got \"-1\"",
        ),
    ];
    for (row, expected) in cases {
        assert_eq!(planned(CATALOGUE, CATALOGUE_HEADER, row), expected, "{row}");
    }
}

#[test]
fn a_second_product_of_one_code_is_a_problem() {
    let mut planner = planner(CATALOGUE, CATALOGUE_HEADER);
    let mut row = |line| planner.row(&Row { line, cells: cells("A1|Tea|ud|||"), faults: Vec::new() });
    assert!(matches!(row(2), Outcome::Product(_)));
    let Outcome::Refused(problems) = row(9) else { panic!("a second A1") };
    assert_eq!(problems[0].to_string(), "row 9, sku: is already in row 2, got \"A1\"");
}

#[test]
fn columns_that_are_not_there_are_named() {
    let profile = Profile::parse(SHOP).unwrap();
    let refused = |header: &str| {
        let problems = Planner::new(&profile, &cells(header)).err().unwrap_or_default();
        problems.iter().map(|it| format!("{}: {}", it.column, it.reason)).collect::<Vec<_>>()
    };
    assert_eq!(refused("fecha | CÓDIGO|Almacén|Entradas|Salidas|Motivo"), [""; 0]);
    let has = "the file has no such column; it has: Código, Código, Entradas, Salidas, Fecha";
    assert_eq!(
        refused("Código|Código|Entradas|Salidas|Fecha"),
        [
            "Código: the file has more than one column of this name".to_owned(),
            format!("Almacén: {has}"),
            format!("Motivo: {has}"),
        ]
    );
}

#[test]
fn a_row_keeps_its_identity_in_a_longer_file() {
    let rows = ["A1||1|||", "A1||2|||", "A1||1|||", "Portes||1|||", "A1||1|||"];
    let sources = |rows: &[&str]| {
        let mut planner = planner(SHOP, SHOP_HEADER);
        let plan = |row: &&str| match planner.row(&Row { line: 2, cells: cells(row), faults: Vec::new() }) {
            Outcome::Move(it) => Some(it.source),
            _ => None,
        };
        rows.iter().map(plan).collect::<Vec<_>>()
    };
    let whole = sources(&rows);
    assert_eq!(whole[..2], sources(&rows[..2]));
    let different: std::collections::BTreeSet<_> = whole.iter().flatten().collect();
    assert_eq!(different.len(), 4);
    // The order of other rows does not matter; only that of equal ones is counted.
    assert_eq!(sources(&["A1||2|||", "A1||1|||"]), [whole[1], whole[0]]);
}

#[test]
fn faults_of_reading_are_problems_of_their_cells() {
    let fault = crate::read::Fault { column: 5, rule: "must be valid UTF-8".to_owned() };
    let row = Row { line: 7, cells: cells("A1||1|||da\u{fffd}o"), faults: vec![fault] };
    let Outcome::Refused(problems) = planner(SHOP, SHOP_HEADER).row(&row) else { panic!("a fault") };
    assert_eq!(problems, [Problem::new(7, "Motivo", "da\u{fffd}o", "must be valid UTF-8")]);
}

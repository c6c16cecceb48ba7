//! What is a profile, and what a wrong one is told.

use super::*;

const MOVEMENTS: &str = r#"
    name = "shop"
    [fields]
    sku = "Code"
    warehouse = { constant = "LON" }
    quantity = "Pieces"
    [[kinds]]
    is = "receipt"
"#;

fn error_of(text: &str) -> String {
    Profile::parse(text).expect_err(text).to_string()
}

#[test]
fn the_least_profile_has_defaults() {
    let profile = Profile::parse(MOVEMENTS).unwrap();
    assert_eq!((profile.kind, profile.opening), (ProfileKind::Movements, Opening::None));
    assert_eq!(profile.read_options(), ReadOptions::default());
    assert_eq!(profile.fields.sku.unwrap().column.as_deref(), Some("Code"));
    assert!(!profile.products.create);
}

#[test]
fn one_or_many_conditions_and_texts() {
    let text = format!(
        "{MOVEMENTS}
        [[skip]]
        when = {{ column = \"Code\", equals = [\"A\", \"B\"] }}
        reason = \"no product\"
        [[skip]]
        when = [{{ column = \"Code\", starts_with = \"X\" }}, {{ quantity = \"zero\" }}]
        reason = \"nothing\""
    );
    let profile = Profile::parse(&text).unwrap();
    assert_eq!(profile.skip[0].when.0[0].equals, Texts(vec!["A".to_owned(), "B".to_owned()]));
    assert_eq!(profile.skip[1].when.0.len(), 2);
    assert!(profile.skip[1].when.know_sign());
}

#[test]
fn a_wrong_profile_is_told_what_is_wrong() {
    let with = |lines: &str| format!("{MOVEMENTS}\n{lines}");
    let instead = |from: &str, to: &str| MOVEMENTS.replace(from, to);
    let cases = [
        (String::from("name = "), "TOML parse error"),
        (instead("sku =", "skew ="), "unknown field `skew`"),
        (instead("\"LON\"", "\"LON\", colour = 1"), "unknown field `colour`"),
        (instead("\"Pieces\"", "7"), "the name of a column, or a table"),
        (instead("sku = \"Code\"", ""), "fields.sku is missing"),
        (instead("constant = \"LON\"", "case = \"upper\""), "fields.warehouse needs a column or a constant"),
        (instead("constant", "column = \"W\", constant"), "fields.warehouse has both"),
        (instead("constant = \"LON\"", "column = \"W\", otherwise = \"LON\""), "otherwise, but no map"),
        (instead("quantity =", "quantity_in = \"In\"\nquantity ="), "either quantity, or quantity_in"),
        (instead("[[kinds]]\n    is = \"receipt\"", ""), "a [[kinds]] rule is missing"),
        (instead("\"receipt\"", "\"gift\""), "unknown variant `gift`"),
        (instead("\"receipt\"", "\"receipt\"\nnegate = true"), "negate is for adjustments only"),
        (instead("\"shop\"", "\"\""), "name must not be empty"),
        (instead("\"shop\"", "\"shop\"\nkind = \"products\""), "fields.name is missing"),
        (with("[numbers]\ndecimal = \"x\""), "numbers.decimal must be"),
        (with("[numbers]\nthousands = \".\""), "numbers.thousands must be neither"),
        (with("[products]\nunit = { name = \"kg\", decimals = 4 }"), "products.unit.decimals must be 0 to 3"),
        (
            with("[[skip]]\nreason = \"x\"\nwhen = { equals = \"A\" }"),
            "[[skip]] number 1: when names no column",
        ),
        (with("[[skip]]\nreason = \"x\"\nwhen = { column = \"A\" }"), "does not say what \"A\" must be like"),
        (with("[[skip]]\nreason = \"x\"\nwhen = {}"), "when is empty"),
        (with("[[skip]]\nwhen = { quantity = \"zero\" }"), "missing field `reason`"),
    ];
    for (text, expected) in cases {
        let error = error_of(&text);
        assert!(error.contains(expected), "{error}\nlacks {expected:?} for\n{text}");
    }
}

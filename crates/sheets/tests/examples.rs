//! The profiles of the examples' README do what it says.

use std::fs;
use std::path::Path;

use acopio_sheets::profile::ProfileKind;
use acopio_sheets::{Outcome, Planner, Profile, Rows};

fn blocks(language: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/profiles/README.md");
    let text = fs::read_to_string(path).unwrap();
    let begin = format!("```{language}\n");
    let blocks = text.split(&begin).skip(1);
    blocks.map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

fn outcomes(profile: &Profile, file: &[u8]) -> Vec<Outcome> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, file).unwrap();
    let rows = Rows::open(&path, &profile.read_options()).unwrap();
    let mut planner = Planner::new(profile, rows.header()).unwrap();
    rows.map(|row| planner.row(&row.unwrap())).collect()
}

/// Code page 1252, in which these characters have the numbers that they have in Unicode, the euro sign excepted.
fn windows_1252(text: &str) -> Vec<u8> {
    text.chars().map(|c| if c == '€' { 0x80 } else { u8::try_from(c).unwrap() }).collect()
}

#[test]
fn the_catalogue_of_the_readme_is_read() {
    let profile = Profile::parse(&blocks("toml")[0]).unwrap();
    assert_eq!(profile.kind, ProfileKind::Products);
    let outcomes = outcomes(&profile, &windows_1252(&blocks("csv")[0]));
    let [Outcome::Product(coffee), Outcome::Skipped(total), Outcome::Product(cup)] = outcomes.as_slice()
    else {
        panic!("{outcomes:?}");
    };
    assert_eq!((coffee.sku.as_str(), coffee.name.as_str()), ("CF-01", "Café en grano"));
    assert_eq!((coffee.unit.name.as_str(), coffee.unit.decimals), ("kg", 3));
    assert_eq!(coffee.price.unwrap().to_string(), "1018.50");
    assert_eq!(total.reason, "a total, not a product");
    assert_eq!((cup.sku.as_str(), cup.attributes["colour"].as_str()), ("TZ-7", "rojo"));
}

#[test]
fn the_movements_of_the_readme_are_read() {
    let profile = Profile::parse(&blocks("toml")[1]).unwrap();
    let file = "Movimientos de 2024\n\n\
                Fecha;Código;Entradas;Salidas;Albarán;Motivo\n\
                01/02/2024 10:30;cf-01;2,5;;A-1;\n\
                02/02/2024;cf-01;;1;A-2;\n\
                02/02/2024;cf-01;;0,25;;Merma\n";
    let outcomes = outcomes(&profile, file.as_bytes());
    let effects: Vec<_> = outcomes
        .iter()
        .map(|outcome| match outcome {
            Outcome::Move(planned) => format!("{} {:?} {}", planned.row, planned.kind, planned.effect()),
            other => format!("{other:?}"),
        })
        .collect();
    assert_eq!(effects, ["4 Receipt 2.5", "5 Issue -1", "6 Adjustment -0.25"]);
}

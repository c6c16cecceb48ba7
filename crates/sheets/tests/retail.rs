//! The profile for the real wholesaler's file, against an independent computation.
//!
//! Reads the data set where it lies beside the repository, and a generated file of the same form otherwise.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use acopio_ledger::command::MoveKind;
use acopio_ledger::quantity::Quantity;
use acopio_sheets::{Catalogue, Openings, Outcome, Planner, Problem, Profile, Rows};

/// Rows of the data set.
const REAL_ROWS: u64 = 320_705;
/// Codes that are no products, as people would list them; the profile says it by rules.
const NO_PRODUCTS: &[&str] = &[
    "POST",
    "DOT",
    "C2",
    "23444",
    "AMAZONFEE",
    "BANK CHARGES",
    "CRUK",
    "B",
    "D",
    "M",
    "S",
    "22016",
    "GIFT_0001_10",
    "GIFT_0001_20",
    "GIFT_0001_30",
    "GIFT_0001_40",
    "GIFT_0001_50",
];

/// All that a whole file comes to.
#[derive(Default)]
struct Totals {
    rows: u64,
    planned: u64,
    sums: BTreeMap<(String, String), i64>,
    kinds: BTreeMap<MoveKind, u64>,
    skipped: Vec<Problem>,
    refused: Vec<Problem>,
}

fn profile() -> Profile {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/profiles/online-retail.toml");
    Profile::parse(&fs::read_to_string(path).unwrap()).unwrap()
}

fn plan(file: &Path, mut each: impl FnMut(&acopio_sheets::PlannedMove)) -> Totals {
    let profile = profile();
    let rows = Rows::open(file, &profile.read_options()).unwrap();
    let mut planner = Planner::new(&profile, rows.header()).unwrap();
    let mut totals = Totals::default();
    for row in rows {
        totals.rows += 1;
        match planner.row(&row.unwrap()) {
            Outcome::Move(planned) => {
                totals.planned += 1;
                *totals.kinds.entry(planned.kind).or_default() += 1;
                let key = (planned.key.warehouse.to_string(), planned.key.sku.to_string());
                *totals.sums.entry(key).or_default() += planned.effect().as_whole().unwrap();
                each(&planned);
            }
            Outcome::Product(_) => panic!("a file of movements has no products"),
            Outcome::Skipped(problem) => totals.skipped.push(problem),
            Outcome::Refused(problems) => totals.refused.extend(problems),
        }
    }
    totals
}

/// The same sums without profile, planner or our reader.
fn independent_sums(file: &Path) -> BTreeMap<(String, String), i64> {
    let mut bytes = Vec::new();
    let opened = fs::File::open(file).unwrap();
    if file.extension().is_some_and(|extension| extension == "gz") {
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(opened), &mut bytes).unwrap();
    } else {
        std::io::Read::read_to_end(&mut { opened }, &mut bytes).unwrap();
    }
    let mut sums = BTreeMap::new();
    for record in csv::Reader::from_reader(bytes.as_slice()).records() {
        let record = record.unwrap();
        let sku = record[1].trim().to_uppercase();
        if NO_PRODUCTS.contains(&sku.as_str()) {
            continue;
        }
        let warehouse = match &record[7] {
            "United Kingdom" => "LON",
            "EIRE" => "DUB",
            "Spain" | "Portugal" | "Italy" => "MAD",
            _ => "ROT",
        };
        let quantity: i64 = record[3].parse().unwrap();
        // Whatever the kind: what is sold leaves, and what is written as negative on a cancellation comes back.
        let effect = if quantity > 0 || record[0].starts_with('C') { -quantity } else { quantity };
        *sums.entry((warehouse.to_owned(), sku)).or_default() += effect;
    }
    sums
}

fn real_file() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/online-retail.csv.gz");
    path.exists().then_some(path)
}

/// Ten thousand rows of the same form, with everything that makes the real ones hard.
fn generated_file(folder: &Path) -> PathBuf {
    let header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\r\n";
    let mut text = header.to_owned();
    let countries = ["United Kingdom", "EIRE", "Spain", "Germany"];
    for number in 0..10_000_u32 {
        let random = number.wrapping_mul(2_654_435_761) >> 7;
        let (code, cancelled) = (random % 50, random % 11 == 0);
        let sku = match random % 23 {
            0 => "POST".to_owned(),
            1 => "gift_0001_20".to_owned(),
            2 => format!(" 100{code:02}a"),
            _ => format!("100{code:02}A"),
        };
        let quantity = i64::from(random % 13 + 1) * if cancelled || random % 17 == 0 { -1 } else { 1 };
        let (mark, country) = (if cancelled { "C" } else { "" }, countries[random as usize % 4]);
        let minute = number % 60;
        let row = format!(
            "{mark}5{number},{sku},\"LAMP, No {code}\",{quantity},2011-01-01 08:{minute:02}:00,2.5,,{country}\r\n"
        );
        text.write_str(&row).unwrap();
    }
    let path = folder.join("retail.csv");
    fs::write(&path, text).unwrap();
    path
}

fn check(file: &Path) -> Totals {
    let profile = profile();
    let mut openings = Openings::new();
    let mut catalogue = Catalogue::new(&profile);
    let mut moves = Vec::new();
    let mut sources = std::collections::HashSet::new();
    let totals = plan(file, |planned| {
        assert!(sources.insert(planned.source), "row {} has the identity of another", planned.row);
        openings.push(&planned.key, planned.effect(), planned.occurred_at);
        catalogue.push(planned);
        moves.push((planned.key.clone(), planned.effect()));
    });
    assert_eq!(totals.planned + totals.skipped.len() as u64, totals.rows);
    assert_eq!(totals.refused, []);
    assert_eq!(totals.sums, independent_sums(file));
    let mut stock: BTreeMap<_, _> =
        openings.needs(|_| Quantity::ZERO).map(|need| (need.key, need.quantity)).collect();
    for (key, effect) in moves {
        let on_hand = stock.entry(key.clone()).or_default();
        *on_hand = *on_hand + effect;
        assert!(Quantity::ZERO <= *on_hand, "{key:?} went negative");
    }
    assert!(catalogue.skus().all(|sku| catalogue.product(sku).is_some()));
    totals
}

#[test]
fn generated_rows_are_all_accounted_for() {
    let folder = tempfile::tempdir().unwrap();
    let totals = check(&generated_file(folder.path()));
    assert_eq!(totals.rows, 10_000);
    assert_eq!(totals.kinds.len(), 3);
}

#[test]
fn the_real_rows_are_all_accounted_for() {
    let Some(file) = real_file() else {
        eprintln!("skipped: the data set is not there");
        return;
    };
    let totals = check(&file);
    assert_eq!(totals.rows, REAL_ROWS);
    let reasons = totals.skipped.iter().fold(BTreeMap::new(), |mut counts, problem| {
        *counts.entry(problem.reason.as_str()).or_insert(0) += 1;
        counts
    });
    let expected = [
        ("a discount, a manual entry or samples, not one kind of goods", 476),
        ("a fee or a correction of accounts, not goods", 52),
        ("a gift voucher, not goods", 32),
        ("postage or carriage, not goods", 1_422),
    ];
    assert_eq!(reasons, BTreeMap::from(expected));
}

#[test]
fn names_of_real_products_are_no_reasons() {
    let Some(file) = real_file() else {
        eprintln!("skipped: the data set is not there");
        return;
    };
    let mut catalogue = Catalogue::new(&profile());
    let mut reasons = BTreeMap::new();
    plan(&file, |planned| {
        catalogue.push(planned);
        if let Some(reason) = &planned.reason {
            assert_eq!(planned.kind, MoveKind::Adjustment);
            *reasons.entry(reason.to_string()).or_insert(0) += 1;
        }
    });
    let product =
        |sku: &str| catalogue.product(catalogue.skus().find(|it| it.as_str() == sku).unwrap()).unwrap();
    assert_eq!(product("85123A").name.as_str(), "WHITE HANGING HEART T-LIGHT HOLDER");
    assert_eq!(product("85123A").price.unwrap().to_string(), "2.95");
    assert_eq!(product("23113").name.as_str(), "23113", "its only row says: Damaged");
    assert_eq!(product("DCGS0003").name.as_str(), "BOXED GLASS ASHTRAY");
    assert_eq!(reasons["thrown away"], 7);
}

//! A wholesaler's trade as a file of rows, and what must come of it, computed without the product's reader and profile.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Codes that are no products.
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

/// What one stock must begin with, and end with.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stock {
    /// The least with which its rows fit in their order.
    pub(crate) opening: i64,
    /// What is there in the end.
    pub(crate) on_hand: i64,
}

/// Stocks by warehouse and SKU.
pub(crate) type Stocks = BTreeMap<(String, String), Stock>;

/// The data set, where it lies beside the repository.
pub(crate) fn real() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/online-retail.csv.gz");
    path.exists().then_some(path)
}

/// What the taken rows of a file come to.
pub(crate) fn independent(file: &Path, is_taken: &dyn Fn(&str) -> bool) -> Stocks {
    let mut runs: BTreeMap<(String, String), (i64, i64)> = BTreeMap::new();
    for record in csv::Reader::from_reader(bytes_of(file).as_slice()).records() {
        let record = record.expect("a row");
        let sku = record[1].trim().to_uppercase();
        if NO_PRODUCTS.contains(&sku.as_str()) || !is_taken(&sku) {
            continue;
        }
        let quantity: i64 = record[3].parse().expect("a number");
        // What is sold leaves; a negative one on a cancellation comes back, any other is written off.
        let change = if quantity > 0 || record[0].starts_with('C') { -quantity } else { quantity };
        let (sum, lowest) = runs.entry((warehouse_of(&record[7]).to_owned(), sku)).or_default();
        *sum += change;
        *lowest = (*lowest).min(*sum);
    }
    let stock = |(sum, lowest): (i64, i64)| Stock { opening: -lowest, on_hand: sum - lowest };
    runs.into_iter().map(|(key, run)| (key, stock(run))).collect()
}

fn warehouse_of(country: &str) -> &'static str {
    match country {
        "United Kingdom" => "LON",
        "EIRE" => "DUB",
        "Spain" | "Portugal" | "Italy" => "MAD",
        _ => "ROT",
    }
}

fn bytes_of(file: &Path) -> Vec<u8> {
    let bytes = fs::read(file).expect("the file");
    if file.extension().is_none_or(|extension| extension != "gz") {
        return bytes;
    }
    let mut unpacked = Vec::new();
    flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut unpacked).expect("it is whole");
    unpacked
}

/// Twenty thousand rows of the same form, most of them for one country.
pub(crate) fn generated(folder: &Path) -> PathBuf {
    let header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\r\n";
    let mut rows = header.to_owned();
    for number in 0..20_000_u32 {
        let random = number.wrapping_mul(2_654_435_761) >> 7;
        let country = ["EIRE", "Spain", "Germany"].get(random as usize % 8).unwrap_or(&"United Kingdom");
        let is_cancelled = random.is_multiple_of(11);
        let sign = if is_cancelled || random.is_multiple_of(17) { -1 } else { 1 };
        let (sku, quantity) = (10_000 + random % 60, i64::from(random % 13 + 1) * sign);
        let (mark, day) = (if is_cancelled { "C" } else { "" }, 1 + number / 800);
        let row =
            format!("{mark}5{number},{sku},LAMP,{quantity},2011-01-{day:02} 08:00:00,2.5,,{country}\r\n");
        rows.write_str(&row).expect("memory");
    }
    let path = folder.join("trade.csv");
    fs::write(&path, rows).expect("a scratch folder");
    path
}

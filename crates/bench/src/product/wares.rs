//! A generated catalogue: names from a vocabulary, so that searching it is like searching a real one.

use std::fmt::Write;

use crate::traffic::Random;

const MATERIALS: &[&str] = &[
    "steel",
    "brass",
    "copper",
    "oak",
    "beech",
    "bamboo",
    "cotton",
    "linen",
    "wool",
    "glass",
    "ceramic",
    "rubber",
    "leather",
    "paper",
    "silicone",
    "aluminium",
    "nylon",
    "granite",
    "cork",
    "plastic",
];
const COLOURS: &[&str] = &[
    "red",
    "blue",
    "green",
    "white",
    "black",
    "yellow",
    "orange",
    "violet",
    "grey",
    "brown",
    "pink",
    "silver",
    "golden",
    "turquoise",
    "beige",
    "crimson",
];
const THINGS: &[&str] = &[
    "screw", "hinge", "bracket", "lamp", "kettle", "mug", "plate", "bowl", "knife", "spoon", "apron",
    "towel", "cushion", "blanket", "curtain", "basket", "bucket", "broom", "shelf", "drawer", "stool",
    "table", "chair", "mirror", "clock", "frame", "candle", "vase", "jug", "bottle", "jar", "tin", "box",
    "crate", "bag", "wallet", "notebook", "pencil", "eraser", "ruler", "stapler", "hammer", "pliers",
    "wrench", "drill", "saw", "chisel", "tape", "rope", "chain", "cable", "plug", "socket", "switch",
    "battery", "torch", "tent", "rucksack", "kite", "puzzle", "doll", "whistle", "funnel", "whisk", "grater",
    "colander", "tray", "coaster", "napkin", "lantern",
];
const LINES: &[&str] = &[
    "Alba", "Bruma", "Costa", "Duero", "Ébano", "Fjord", "Gala", "Hélice", "Iris", "Jara", "Kraft", "Luna",
    "Mistral", "Nórdico", "Ópalo", "Prado", "Quarzo", "Río", "Sierra", "Trébol", "Umbría", "Vega", "Weser",
    "Ylang", "Zafiro",
];

/// How many categories there are.
const CATEGORIES: u32 = 60;

/// The code of a product, of one length for all.
pub(crate) fn sku(product: u32) -> String {
    const FAMILIES: &[u8] = b"ABCDEFGHJKLMNPRSTUVW";
    let family = |step: u32| char::from(FAMILIES[(product / step) as usize % FAMILIES.len()]);
    format!("{}{}{product:07}", family(1), family(20))
}

/// One product of the catalogue; the same number is the same product in every run.
#[derive(Debug)]
pub(crate) struct Ware {
    /// Its number.
    pub(crate) number: u32,
    /// Its name.
    pub(crate) name: String,
    /// The name of its category.
    pub(crate) category: String,
    cents: u64,
}

impl Ware {
    /// The product of that number.
    pub(crate) fn new(number: u32) -> Ware {
        let mut random = Random::new(u64::from(number));
        let mut word = |words: &[&'static str]| words[random.below(words.len() as u64) as usize];
        let (line, colour, material, thing) = (word(LINES), word(COLOURS), word(MATERIALS), word(THINGS));
        let size = 1 + random.below(200);
        Ware {
            number,
            name: format!("{line} {colour} {material} {thing} {size} mm"),
            category: Ware::category_name(random.below(u64::from(CATEGORIES)) as u32),
            cents: 50 + random.below(20_000),
        }
    }

    /// The name of a category.
    pub(crate) fn category_name(number: u32) -> String {
        format!("Section {:02}", number % CATEGORIES)
    }

    /// Its barcode, a GTIN-13 with check digit.
    pub(crate) fn barcode(&self) -> String {
        let digits = format!("20{:010}", self.number);
        let weighted = digits.bytes().zip([1, 3].into_iter().cycle());
        let sum: u32 = weighted.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        format!("{digits}{}", (10 - sum % 10) % 10)
    }

    /// Writes it as the body of `POST /v1/products`. No text of it needs escaping.
    pub(crate) fn write_json(&self, body: &mut String) {
        let (sku, barcode) = (sku(self.number), self.barcode());
        let Ware { name, category, cents, .. } = self;
        let (price, cost) = (cents * 2, cents);
        write!(body, r#"{{"sku":"{sku}","name":"{name}","category":"{category}","barcodes":["{barcode}"],"#)
            .expect("a string takes all");
        write!(
            body,
            r#""unit":{{"name":"each","decimals":0}},"price":"{}.{:02}","cost":"{}.{:02}"}}"#,
            price / 100,
            price % 100,
            cost / 100,
            cost % 100,
        )
        .expect("a string takes all");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_product_is_the_same_in_every_run_and_no_other() {
        let mut body = String::new();
        Ware::new(42).write_json(&mut body);
        let read: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(read["sku"], sku(42));
        assert_eq!(read["name"], Ware::new(42).name);
        assert_ne!(Ware::new(42).name, Ware::new(43).name);
    }

    #[test]
    fn codes_are_unique_and_of_one_length_and_barcodes_have_their_check_digit() {
        let mut codes: Vec<String> = (0..10_000).map(sku).collect();
        codes.sort();
        codes.dedup();
        assert_eq!(codes.len(), 10_000);
        assert!(codes.iter().all(|code| code.len() == sku(999_999).len()));
        // 2 + 3·0 + … + 3·7: worked out by hand.
        assert_eq!(Ware::new(7).barcode(), "2000000000077");
    }
}

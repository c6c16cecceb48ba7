//! Text as search sees it: without case and accents, in words. And what a product has to be found by.

use acopio_ledger::names::Sku;
use acopio_ledger::records::Product;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The text in lower case and without accents: `Métrico` becomes `metrico`.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    text.nfkd().flat_map(char::to_lowercase).filter(|c| !is_combining_mark(*c)).collect()
}

/// A folded text with single spaces between its words: what equal and beginning SKUs and names are told by.
pub(crate) fn fold_spaced(text: &str) -> String {
    let folded = fold(text);
    folded.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// All folded texts by which a product is found, but for its category's name.
pub(crate) fn haystacks(product: &Product) -> impl Iterator<Item = String> {
    let barcodes = product.barcodes.iter().map(|barcode| barcode.as_str());
    let texts = [product.name.as_str(), product.sku.as_str(), product.description.as_str()];
    texts.into_iter().chain(barcodes).map(fold)
}

/// How well a product fits a searched text, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rank {
    /// The text is its SKU or one of its barcodes.
    Exact,
    /// Its SKU begins with the text.
    Prefix,
    /// The words occur somewhere.
    Rest,
}

/// What is searched for.
#[derive(Clone, Debug)]
pub(crate) struct Needle {
    /// The folded words, all of which must occur.
    pub(crate) words: Vec<String>,
    /// The folded words with single spaces between.
    pub(crate) whole: String,
}

impl Needle {
    /// The needle in a text; none if the text has no words.
    pub(crate) fn new(text: Option<&str>) -> Option<Needle> {
        let whole = fold_spaced(text?);
        let words: Vec<_> = whole.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect();
        (!words.is_empty()).then_some(Needle { words, whole })
    }

    /// Whether every word occurs in the product or in the name of its category.
    pub(crate) fn is_in(&self, product: &Product, category: Option<&str>) -> bool {
        let texts: Vec<_> = haystacks(product).chain(category.map(fold)).collect();
        self.words.iter().all(|word| texts.iter().any(|text| text.contains(word.as_str())))
    }

    /// How well a product that has all words fits.
    pub(crate) fn rank(&self, product: &Product) -> Rank {
        let sku = sku_key(&product.sku);
        let is_barcode = || product.barcodes.iter().any(|barcode| fold(barcode.as_str()) == self.whole);
        if sku == self.whole || is_barcode() {
            Rank::Exact
        } else if sku.starts_with(&self.whole) {
            Rank::Prefix
        } else {
            Rank::Rest
        }
    }
}

/// The SKU as searched texts are compared with it.
pub(crate) fn sku_key(sku: &Sku) -> String {
    fold_spaced(sku.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_widths_do_not_count() {
        for (text, folded) in [
            ("Métrico", "metrico"),
            ("AÑO", "ano"),
            ("ｘ２", "x2"),
            ("İstanbul", "istanbul"),
            ("ŁÓDŹ", "łodz"),
        ] {
            assert_eq!(fold(text), folded);
        }
        assert_eq!(fold_spaced("  Bank\u{a0} CHARGES "), "bank charges");
    }

    #[test]
    fn a_text_without_words_is_no_needle() {
        assert!(Needle::new(None).is_none());
        assert!(Needle::new(Some(" \t ")).is_none());
        assert_eq!(Needle::new(Some(" Red  CUP")).unwrap().words, ["red", "cup"]);
    }
}

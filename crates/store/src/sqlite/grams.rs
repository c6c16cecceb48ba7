//! The n-grams by which products are found, as tokens of a full-text index that keeps nothing but postings.
//!
//! Every run of one, two and three characters of a product's folded words is a token, so that one and two letters
//! find something too. A product's category is one more token, so that renaming a category touches no product.

use acopio_ledger::records::Product;

use crate::fold::haystacks;

/// The longest run of characters that is a token.
const GRAM_MAX: usize = 3;

/// ASCII characters that the tokenizer would part words at become other ones; a text that really has these is found a
/// little too often, and what is found is checked against its text.
const STAND_IN: u32 = 0x2800;

/// All tokens of a product.
pub(super) fn of_product(product: &Product, category: Option<i64>) -> String {
    let mut grams = Vec::with_capacity(256);
    for text in haystacks(product) {
        text.split_whitespace().for_each(|word| collect(word, &mut grams));
    }
    grams.sort_unstable();
    grams.dedup();
    let mut tokens = String::with_capacity(4 * grams.len() + 8);
    for gram in grams {
        gram.iter().filter(|c| **c != '\0').for_each(|c| tokens.push(*c));
        tokens.push(' ');
    }
    if let Some(category) = category {
        tokens.push_str(&of_category(category));
    }
    tokens
}

/// A category's token: longer than any gram.
pub(super) fn of_category(category: i64) -> String {
    format!("cat{category}")
}

/// The longest runs of a word: tokens of every product with the word in its own text.
pub(super) fn of_word(word: &str) -> Vec<String> {
    let chars: Vec<char> = word.chars().map(stand_in).collect();
    let mut grams: Vec<String> =
        chars.windows(chars.len().min(GRAM_MAX)).map(|gram| gram.iter().collect()).collect();
    grams.sort_unstable();
    grams.dedup();
    grams
}

fn collect(word: &str, grams: &mut Vec<[char; GRAM_MAX]>) {
    let chars: Vec<char> = word.chars().map(stand_in).collect();
    for begin in 0..chars.len() {
        let mut gram = ['\0'; GRAM_MAX];
        for (index, c) in chars[begin..].iter().take(GRAM_MAX).enumerate() {
            gram[index] = *c;
            grams.push(gram);
        }
    }
}

fn stand_in(c: char) -> char {
    let parts_words = c.is_ascii() && !c.is_ascii_alphanumeric();
    if parts_words { char::from_u32(STAND_IN + u32::from(c)).unwrap_or(c) } else { c }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_runs_of_up_to_three() {
        let mut grams = Vec::new();
        collect("a-ñx", &mut grams);
        let texts: Vec<String> =
            grams.iter().map(|gram| gram.iter().filter(|c| **c != '\0').collect()).collect();
        let dash = char::from_u32(STAND_IN + u32::from('-')).unwrap();
        let expected = ["a", "a-", "a-ñ", "-", "-ñ", "-ñx", "ñ", "ñx", "x"];
        assert_eq!(texts, expected.map(|text| text.replace('-', &dash.to_string())));
    }

    #[test]
    fn a_word_is_looked_for_by_its_longest_runs() {
        assert_eq!(of_word("a"), ["a"]);
        assert_eq!(of_word("cup"), ["cup"]);
        assert_eq!(of_word("cups"), ["cup", "ups"]);
    }
}

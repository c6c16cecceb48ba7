//! The question that the search index is asked: few tokens, the rarest first.
//!
//! What the index proposes is compared with the texts anyway. So it need not be asked for everything that must be there:
//! going over the many products with a common token costs more than comparing the few texts that it would rule out.

use rusqlite::Connection;

use super::frequency::Frequencies;
use crate::fold::Needle;
use crate::sqlite::fault::Outcome;
use crate::sqlite::grams;
use crate::sqlite::lookups::one;

/// How many words the index is asked for; the text is compared with all.
const WORDS_MAX: usize = 8;
/// How many categories may be named in one question to the index.
const CATEGORIES_MAX: usize = 64;
/// How many products of a token the index goes over in the time in which one text is read and compared.
const HITS_PER_TEXT: u64 = 400;

/// What products with a word have: one of its tokens, or a category whose name has the word.
struct Clause {
    /// Which word.
    word: usize,
    /// About how many products fulfil it.
    hits: u64,
    /// How the index is told.
    text: String,
}

/// The question for all products with these words and of this category, which finds these and perhaps a few others.
/// None where the index is of no use.
pub(super) fn expression(
    connection: &Connection,
    frequencies: &Frequencies,
    needle: Option<&Needle>,
    category: Option<i64>,
) -> Outcome<Option<String>> {
    let mut index = Index { connection, frequencies, products: products(connection)? };
    let mut clauses = Vec::new();
    for (word, text) in needle.iter().flat_map(|needle| &needle.words).take(WORDS_MAX).enumerate() {
        clauses.extend(index.clauses(word, text)?);
    }
    if let Some(category) = category {
        let text = quoted(&grams::of_category(category));
        clauses.push(Clause { word: WORDS_MAX, hits: index.hits(&grams::of_category(category))?, text });
    }
    let texts: Vec<_> = enough(clauses, index.products).into_iter().map(|clause| clause.text).collect();
    Ok((!texts.is_empty()).then(|| texts.join(" AND ")))
}

/// The clauses that are worth their while: the rarest of each word, and then more of each, until so few products are
/// left that comparing their texts is less work than asking further.
fn enough(mut clauses: Vec<Clause>, products: u64) -> Vec<Clause> {
    clauses.sort_by_key(|clause| clause.hits);
    let mut words = Vec::new();
    let (firsts, others): (Vec<_>, Vec<_>) = clauses.into_iter().partition(|clause| {
        let is_new = !words.contains(&clause.word);
        words.push(clause.word);
        is_new
    });
    let mut left = products;
    let mut chosen: Vec<Clause> = Vec::new();
    for (clause, is_first) in
        firsts.into_iter().map(|c| (c, true)).chain(others.into_iter().map(|c| (c, false)))
    {
        if !chosen.is_empty() && left.saturating_mul(HITS_PER_TEXT) <= clause.hits {
            break;
        }
        // Tokens of one word overlap, so that who has one is likely to have the next.
        let share = if is_first { clause.hits } else { (clause.hits * products).isqrt() };
        left = left * share.min(products) / products.max(1);
        chosen.push(clause);
    }
    chosen
}

/// The index, and how often it has what.
struct Index<'a> {
    connection: &'a Connection,
    frequencies: &'a Frequencies,
    products: u64,
}

impl Index<'_> {
    /// What all products with a word fulfil; nothing if it is in the names of too many categories.
    fn clauses(&mut self, word: usize, text: &str) -> Outcome<Vec<Clause>> {
        let categories = categories_with(self.connection, text)?;
        if CATEGORIES_MAX < categories.len() {
            return Ok(Vec::new());
        }
        let (mut in_categories, mut choices) = (0, String::new());
        for token in categories.into_iter().map(grams::of_category) {
            in_categories += self.hits(&token)?;
            choices += &format!(" OR {}", quoted(&token));
        }
        let clause = |token: String| {
            let hits = in_categories + self.hits(&token)?;
            Ok(Clause { word, hits, text: format!("({}{choices})", quoted(&token)) })
        };
        grams::of_word(text).into_iter().map(clause).collect()
    }

    fn hits(&self, token: &str) -> Outcome<u64> {
        self.frequencies.of(self.connection, token, self.products)
    }
}

/// How many products there are at most: local ids are given in order.
fn products(connection: &Connection) -> Outcome<u64> {
    let last: Option<Option<i64>> = one(connection, "SELECT max(id) FROM product", [], |row| row.get(0))?;
    Ok(last.flatten().unwrap_or(0) as u64)
}

/// The categories whose names contain a word.
fn categories_with(connection: &Connection, word: &str) -> Outcome<Vec<i64>> {
    let sql = "SELECT id FROM category WHERE instr(folded, ?1) LIMIT ?2";
    let mut statement = connection.prepare_cached(sql)?;
    let ids = statement.query_map((word, CATEGORIES_MAX as i64 + 1), |row| row.get(0))?;
    Ok(ids.collect::<Result<_, _>>()?)
}

fn quoted(token: &str) -> String {
    format!("\"{token}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(clauses: &[(usize, u64, &str)]) -> String {
        let clause = |(word, hits, text): &(usize, u64, &str)| Clause {
            word: *word,
            hits: *hits,
            text: (*text).to_owned(),
        };
        let chosen = enough(clauses.iter().map(clause).collect(), 1_000_000);
        chosen.into_iter().map(|clause| clause.text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn common_tokens_are_not_asked_for_when_rare_ones_leave_little() {
        assert_eq!(asked(&[(0, 900_000, "mm"), (1, 200_000, "cup"), (2, 30_000, "123")]), "123 cup mm");
        assert_eq!(asked(&[(0, 900_000, "mm"), (1, 2_000, "cup"), (2, 30_000, "123")]), "cup 123");
        assert_eq!(asked(&[(0, 3, "xyz"), (1, 30_000, "123")]), "xyz");
    }

    #[test]
    fn one_token_of_each_word_comes_before_two_of_one() {
        let barcode = [
            (0, 900_000, "200"),
            (0, 800_000, "000"),
            (0, 9_000, "012"),
            (0, 8_000, "123"),
            (0, 7_000, "234"),
        ];
        assert_eq!(asked(&barcode), "234 123 012");
        assert_eq!(asked(&[(0, 700, "rod"), (0, 800, "odo"), (1, 90_000, "red")]), "rod red odo");
    }

    #[test]
    fn what_nobody_has_is_asked_for_all_the_same() {
        assert_eq!(asked(&[(0, 0, "xyz")]), "xyz");
        assert_eq!(asked(&[]), "");
    }
}

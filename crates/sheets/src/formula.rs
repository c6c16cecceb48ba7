//! Texts in CSV files that spreadsheet programs would take for formulas: an apostrophe before them says that they are none.
//! <https://owasp.org/www-community/attacks/CSV_Injection>

use std::borrow::Cow;

/// How such a text begins.
const STARTS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];
/// Says that what follows is text, as it does in spreadsheet programs.
const MARK: char = '\'';

/// The text, marked where it would run as a formula, or would look as if it were marked.
pub(crate) fn mark(text: &str) -> Cow<'_, str> {
    if text.trim_start_matches(MARK).starts_with(STARTS) {
        format!("{MARK}{text}").into()
    } else {
        text.into()
    }
}

/// The text without the mark that [`mark`] has given it.
pub(crate) fn unmark(text: Cow<'_, str>) -> String {
    match text.strip_prefix(MARK) {
        Some(rest) if rest.trim_start_matches(MARK).starts_with(STARTS) => rest.to_owned(),
        _ => text.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(text in "['=+@a-]{0,5}.{0,3}") {
            let marked = mark(&text);
            prop_assert!(!marked.starts_with(STARTS));
            prop_assert_eq!(unmark(marked.clone()), text);
        }
    }

    #[test]
    fn other_apostrophes_stay() {
        for text in ["'s-Gravenhage", "'", "''", "'90s", "don't", ""] {
            assert_eq!((&*mark(text), unmark(text.into()).as_str()), (text, text));
        }
    }
}

//! Words that must not be left in a finished file. This file has to write them, and is excused.

use super::Violation;
use super::tree::{File, Tree};

const THIS_FILE: &str = "xtask/src/tidy/words.rs";

/// Marks of unfinished work: what is not done is an issue, where others can see and plan it.
const UNFINISHED: &[&str] = &["todo!", "unimplemented!", "FIXME", "XXX", "dbg!"];

/// Ways for the same log to give different balances on two machines: an order that varies, a clock, chance.
const IMPURE: &[&str] =
    &["HashMap", "HashSet", "Instant", "SystemTime", "jiff", "rand", "getrandom", "thread_rng", "tokio"];

/// Work that someone meant to come back to.
pub(super) fn unfinished(tree: &Tree) -> Vec<Violation> {
    let is_checked = |file: &&File| {
        let by_name = ["rs", "md", "sh", "toml"].iter().any(|extension| file.has_extension(extension));
        (by_name || file.path.starts_with(".ci/")) && file.path != THIS_FILE
    };
    let files = tree.files().iter().filter(is_checked);
    files.flat_map(|file| occurrences(file, UNFINISHED, "unfinished", |line| line)).collect()
}

/// The ledger folds any log to the same balances everywhere, so its maps are ordered and time is an argument.
pub(super) fn impure_ledger(tree: &Tree) -> Vec<Violation> {
    let files = tree.with_extension("rs").filter(|file| file.path.starts_with("crates/ledger/src/"));
    files.flat_map(|file| occurrences(file, IMPURE, "pure-ledger", without_comment)).collect()
}

fn occurrences(
    file: &File,
    words: &[&str],
    rule: &'static str,
    relevant: fn(&str) -> &str,
) -> Vec<Violation> {
    let in_line = |(line, text)| {
        let found = words.iter().filter(move |word| has_word(relevant(text), word));
        found.map(move |word| Violation {
            path: file.path.clone(),
            line,
            rule,
            reason: format!("`{word}` does not belong here: see {THIS_FILE}"),
        })
    };
    file.lines().flat_map(in_line).collect()
}

/// The comments of the ledger may speak of what it must not use.
fn without_comment(line: &str) -> &str {
    line.split_once("//").map_or(line, |(code, _comment)| code)
}

/// Whether the word stands there by itself: `rand` is not in `operand`, nor in `rand_core`.
fn has_word(line: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_';
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        !before.is_some_and(is_part) && (word.ends_with('!') || !after.is_some_and(is_part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(violations: Vec<Violation>) -> Vec<String> {
        violations.into_iter().map(|violation| format!("{}:{}", violation.path, violation.line)).collect()
    }

    #[test]
    fn unfinished_work_is_refused_in_code_scripts_and_pages() {
        let tree = Tree::of(&[
            ("a.rs", "fn f() {\n    todo!()\n}\n"),
            ("b.md", "FIXME: say more\n"),
            (".ci/run", "# XXX later\n"),
            ("c.sh", "mktemp /tmp/acopio.XXXXXX\n"),
            ("d.txt", "FIXME\n"),
            (THIS_FILE, "dbg!\n"),
        ]);
        assert_eq!(places(unfinished(&tree)), ["a.rs:2", "b.md:1", ".ci/run:1"]);
    }

    #[test]
    fn the_ledger_has_neither_clock_nor_chance_nor_unordered_maps() {
        let tree = Tree::of(&[
            ("crates/ledger/src/a.rs", "use std::collections::HashMap;\nlet operand = 1; // no HashMap\n"),
            ("crates/ledger/src/b.rs", "std::time::Instant::now();\nrand::random();\n"),
            ("crates/node/src/c.rs", "use std::collections::HashMap;\n"),
        ]);
        let expected = ["crates/ledger/src/a.rs:1", "crates/ledger/src/b.rs:1", "crates/ledger/src/b.rs:2"];
        assert_eq!(places(impure_ledger(&tree)), expected);
    }
}

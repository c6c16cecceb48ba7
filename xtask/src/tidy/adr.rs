//! Rules for the pages that record a decision (`docs/adr/`): one shape, so that each can be read in a minute.

use std::collections::BTreeMap;

use super::Violation;
use super::tree::{File, Tree};

const FOLDER: &str = "docs/adr/";
const HEADINGS: &[&str] = &["Context", "Decision", "Consequences"];

/// `NNNN-title.md`, each number once: code and commits name an ADR by its number.
pub(super) fn names(tree: &Tree) -> Vec<Violation> {
    let mut first_of = BTreeMap::new();
    let mut violations = Vec::new();
    for (file, name) in pages(tree) {
        let reason = match number(name) {
            None => format!("is not named NNNN-title.md in lower case: {name}"),
            Some(number) => match first_of.insert(number, name) {
                Some(other) => format!("has the number of {other}"),
                None => continue,
            },
        };
        violations.push(Violation { path: file.path.clone(), line: 1, rule: "adr", reason });
    }
    violations
}

/// Why it came up, what was chosen, what follows from it.
pub(super) fn headings(tree: &Tree) -> Vec<Violation> {
    let missing = |(file, _name): (&File, &str)| {
        let is_heading = |line: &str, heading: &str| {
            line.starts_with('#') && line.trim_start_matches('#').trim() == heading
        };
        let lacks = |heading: &&&str| !file.lines().any(|(_, line)| is_heading(line, heading));
        let violation = |heading: &&str| Violation {
            path: file.path.clone(),
            line: 1,
            rule: "adr",
            reason: format!("has no heading {heading}"),
        };
        HEADINGS.iter().filter(lacks).map(violation).collect::<Vec<_>>()
    };
    pages(tree).flat_map(missing).collect()
}

/// The ADRs with their file names; a README in their folder is none.
fn pages(tree: &Tree) -> impl Iterator<Item = (&File, &str)> {
    tree.with_extension("md")
        .filter_map(|file| Some((file, file.path.strip_prefix(FOLDER)?)))
        .filter(|(_, name)| *name != "README.md")
}

fn number(name: &str) -> Option<&str> {
    let (number, title) = name.strip_suffix(".md")?.split_once('-')?;
    let is_number = number.len() == 4 && number.bytes().all(|b| b.is_ascii_digit());
    let is_title = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    (is_number && !title.is_empty() && title.bytes().all(is_title)).then_some(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_adr_has_a_number_of_its_own() {
        let tree = Tree::of(&[
            ("docs/adr/0001-one-writer.md", ""),
            ("docs/adr/0002-a.md", ""),
            ("docs/adr/0002-b.md", ""),
            ("docs/adr/3-short.md", ""),
            ("docs/adr/README.md", ""),
            ("docs/glossary.md", ""),
        ]);
        let paths: Vec<_> = names(&tree).into_iter().map(|violation| violation.path).collect();
        assert_eq!(paths, ["docs/adr/0002-b.md", "docs/adr/3-short.md"]);
    }

    #[test]
    fn an_adr_has_three_headings() {
        let whole = "# One writer\n## Context\n\n## Decision\n\n## Consequences\n";
        let part = "# One writer\n## Context of it\n## Decision\n";
        let tree = Tree::of(&[("docs/adr/0001-a.md", whole), ("docs/adr/0002-b.md", part)]);
        let reasons: Vec<_> = headings(&tree).into_iter().map(|violation| violation.reason).collect();
        assert_eq!(reasons, ["has no heading Context", "has no heading Consequences"]);
    }
}

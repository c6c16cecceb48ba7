//! Rules about the shape of source files and the page that names the crates.

use super::Violation;
use super::tree::Tree;

/// Aim for 100 to 300 lines. Past this a file holds two things, and one of them is hard to find.
const LINES_MAX: usize = 500;

const ARCHITECTURE: &str = "ARCHITECTURE.md";

/// A file that is too long is split along its nouns.
pub(super) fn length(tree: &Tree) -> Vec<Violation> {
    tree.with_extension("rs")
        .filter(|file| LINES_MAX < file.lines().count())
        .map(|file| Violation {
            path: file.path.clone(),
            line: LINES_MAX + 1,
            rule: "length",
            reason: format!("{} lines, at most {LINES_MAX}: split it", file.lines().count()),
        })
        .collect()
}

/// A reader who opens a file should learn in one sentence whether it is the one they look for.
pub(super) fn opening(tree: &Tree) -> Vec<Violation> {
    tree.with_extension("rs")
        .filter(|file| !file.text.starts_with("//!"))
        .map(|file| Violation {
            path: file.path.clone(),
            line: 1,
            rule: "opening",
            reason: "does not begin with //! saying what lives here, and what does not".into(),
        })
        .collect()
}

/// The map of the house names every room.
pub(super) fn architecture(tree: &Tree) -> Vec<Violation> {
    let violation = |reason| Violation { path: ARCHITECTURE.into(), line: 1, rule: "architecture", reason };
    let Some(page) = tree.file(ARCHITECTURE) else {
        return vec![violation("is missing: it names each crate and what must not be there".into())];
    };
    // Only as code or as a path: names like `store` are also plain words.
    let names = |krate: &str| {
        let spellings = [format!("`{krate}`"), format!("`acopio-{krate}`"), format!("crates/{krate}")];
        spellings.iter().any(|spelling| page.text.contains(spelling.as_str()))
    };
    tree.manifests()
        .filter(|(krate, manifest)| manifest.path.starts_with("crates/") && !names(krate))
        .map(|(krate, _)| violation(format!("does not name the crate `{krate}`")))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_500_lines_passes_and_one_more_does_not() {
        let tree = Tree::of(&[("a.rs", &"//!\n".repeat(500)), ("b.rs", &"//!\n".repeat(501))]);
        let paths: Vec<_> = length(&tree).into_iter().map(|violation| violation.path).collect();
        assert_eq!(paths, ["b.rs"]);
    }

    #[test]
    fn a_file_says_what_lives_in_it() {
        let tree = Tree::of(&[("a.rs", "//! The ledger.\n"), ("b.rs", "use std::fs;\n"), ("c.rs", "")]);
        assert_eq!(opening(&tree).len(), 2);
    }

    #[test]
    fn the_architecture_names_every_crate_as_code() {
        let manifests = [("crates/ledger/Cargo.toml", ""), ("crates/store/Cargo.toml", "")];
        let page = [("ARCHITECTURE.md", "`ledger` decides what is in store.\n")];
        let found = architecture(&Tree::of(&[&manifests[..], &page[..]].concat()));
        assert_eq!(found.len(), 1);
        assert!(found[0].reason.contains("`store`"), "{}", found[0].reason);
        assert_eq!(architecture(&Tree::of(&manifests)).len(), 1, "the page itself is missing");
    }
}

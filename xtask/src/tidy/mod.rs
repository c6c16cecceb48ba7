//! `cargo xtask tidy`: the rules of this repository that no other tool knows.
//!
//! A rule is a function from the tree to its violations, with the reason beside it. To add one, write it in
//! the file of its neighbours and name it in [`RULES`].

mod adr;
mod edges;
mod links;
mod lockfile;
mod sources;
mod tree;
mod words;

use std::fmt;

use anyhow::Result;

use self::tree::Tree;
use crate::outcome::Outcome;
use crate::process::root;

const RULES: &[fn(&Tree) -> Vec<Violation>] = &[
    edges::between_our_crates,
    edges::of_the_ledger_to_others,
    lockfile::banned_packages,
    lockfile::single_versions,
    sources::length,
    sources::opening,
    words::unfinished,
    words::impure_ledger,
    sources::architecture,
    adr::names,
    adr::headings,
    links::relative,
];

/// One place that breaks one rule.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Violation {
    path: String,
    /// From 1.
    line: usize,
    rule: &'static str,
    reason: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule, self.reason)
    }
}

/// Holds every rule against the tree and prints what breaks one.
///
/// # Errors
///
/// The tree cannot be read.
pub(crate) fn step() -> Result<Outcome> {
    let tree = Tree::read(root())?;
    let violations: Vec<Violation> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    for violation in &violations {
        println!("{violation}");
    }
    println!("{} rules, {} files, {} violations", RULES.len(), tree.files().len(), violations.len());
    Ok(if violations.is_empty() { Outcome::Passed } else { Outcome::Failed })
}

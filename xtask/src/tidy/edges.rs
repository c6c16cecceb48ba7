//! Which crate may depend on which. A new edge changes this table and ARCHITECTURE.md in one commit.

use toml::Table;

use super::Violation;
use super::tree::{File, Tree};

/// What one crate may use of ours. Crates go by the names of their folders.
struct Row {
    krate: &'static str,
    may_use: &'static [&'static str],
    /// Beside that, in `[dev-dependencies]`: tests may name a concrete backend.
    tests_may_use: &'static [&'static str],
}

const ANYTHING: &[&str] =
    &["ledger", "contract", "store", "fabric", "node", "sheets", "api", "cli", "sim", "bench", "xtask"];

const TABLE: &[Row] = &[
    Row { krate: "ledger", may_use: &[], tests_may_use: &[] },
    Row { krate: "contract", may_use: &["ledger"], tests_may_use: &[] },
    Row { krate: "store", may_use: &["ledger", "contract"], tests_may_use: &[] },
    Row { krate: "fabric", may_use: &["ledger"], tests_may_use: &[] },
    Row { krate: "node", may_use: &["ledger", "contract", "store", "fabric"], tests_may_use: &[] },
    Row { krate: "sheets", may_use: &["ledger"], tests_may_use: &[] },
    Row {
        krate: "api",
        may_use: &["ledger", "contract", "sheets"],
        tests_may_use: &["store", "node", "fabric"],
    },
    Row { krate: "cli", may_use: ANYTHING, tests_may_use: &[] },
    Row { krate: "sim", may_use: ANYTHING, tests_may_use: &[] },
    Row { krate: "bench", may_use: ANYTHING, tests_may_use: &[] },
    Row { krate: "xtask", may_use: &[], tests_may_use: &[] },
];

/// All that the ledger may use of others: encodings, hashing and names. Nothing here reads a clock, does IO,
/// draws random numbers (uuid without its v4 and v7) or runs async code.
const OUTSIDE_THE_LEDGER: &[&str] =
    &["blake3", "prost", "serde", "serde_json", "smol_str", "thiserror", "uuid"];

/// Dependencies point towards `ledger`: what is below can be understood, tested and changed without what is above.
pub(super) fn between_our_crates(tree: &Tree) -> Vec<Violation> {
    let check = |(krate, manifest)| edges_of(krate, manifest);
    tree.manifests().flat_map(check).collect()
}

fn edges_of(krate: &str, manifest: &File) -> Vec<Violation> {
    let violation = |line, reason| Violation { path: manifest.path.clone(), line, rule: "edges", reason };
    let Some(row) = TABLE.iter().find(|row| row.krate == krate) else {
        let reason = format!("{krate} has no row in the table of {}: say what it may use", file!());
        return vec![violation(1, reason)];
    };
    let dependencies = match dependencies(&manifest.text) {
        Ok(dependencies) => dependencies,
        Err(error) => return vec![violation(1, format!("cannot be read: {}", error.message()))],
    };
    let forbidden = |dependency: &&Dependency| {
        our_crate(&dependency.package).is_some_and(|used| {
            let in_tests = dependency.only_in_tests && row.tests_may_use.contains(&used);
            !row.may_use.contains(&used) && !in_tests
        })
    };
    let refuse = |dependency: &Dependency| {
        let place = if dependency.only_in_tests { ", not even in tests" } else { "" };
        let reason = format!(
            "{krate} must not depend on {}{place} (allowed: {})",
            dependency.package,
            row.may_use.join(", ")
        );
        violation(line_of(manifest, &dependency.package), reason)
    };
    dependencies.iter().filter(forbidden).map(refuse).collect()
}

/// The ledger decides the same on every machine for ever, so it has no clock, IO, randomness or async.
pub(super) fn of_the_ledger_to_others(tree: &Tree) -> Vec<Violation> {
    let Some(manifest) = tree.file("crates/ledger/Cargo.toml") else { return Vec::new() };
    let allowed = |package: &str| our_crate(package).is_some() || OUTSIDE_THE_LEDGER.contains(&package);
    dependencies(&manifest.text)
        .unwrap_or_default() // A manifest that cannot be read is reported by the rule above.
        .into_iter()
        .filter(|dependency| !dependency.only_in_tests && !allowed(&dependency.package))
        .map(|dependency| Violation {
            path: manifest.path.clone(),
            line: line_of(manifest, &dependency.package),
            rule: "pure-ledger",
            reason: format!("ledger must not depend on {}: it is pure", dependency.package),
        })
        .collect()
}

/// One line of a dependency section.
#[derive(Debug, PartialEq, Eq)]
struct Dependency {
    package: String,
    only_in_tests: bool,
}

/// Reads all dependency sections of a manifest, those for one platform included.
fn dependencies(manifest: &str) -> Result<Vec<Dependency>, toml::de::Error> {
    let manifest: Table = manifest.parse()?;
    let platforms = manifest.get("target").and_then(|targets| targets.as_table()).into_iter().flatten();
    let platforms = platforms.filter_map(|(_, platform)| platform.as_table());
    let mut all = Vec::new();
    for place in platforms.chain([&manifest]) {
        for section in ["dependencies", "build-dependencies", "dev-dependencies"] {
            let entries = place.get(section).and_then(|section| section.as_table()).into_iter().flatten();
            all.extend(entries.map(|(name, value)| Dependency {
                // A dependency may be renamed; what counts is the package.
                package: value.get("package").and_then(|name| name.as_str()).unwrap_or(name).to_owned(),
                only_in_tests: section == "dev-dependencies",
            }));
        }
    }
    Ok(all)
}

/// The folder name of a package of ours; `None` for those of others.
fn our_crate(package: &str) -> Option<&str> {
    match package {
        "acopio" => Some("cli"),
        "xtask" => Some("xtask"),
        other => other.strip_prefix("acopio-"),
    }
}

fn line_of(manifest: &File, package: &str) -> usize {
    manifest.line_beginning_with(&[".", " ", "="].map(|end| format!("{package}{end}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(path: &str, manifest: &str) -> Vec<String> {
        let tree = Tree::of(&[(path, manifest)]);
        let violations = between_our_crates(&tree).into_iter().chain(of_the_ledger_to_others(&tree));
        violations.map(|violation| format!("{}:{}", violation.line, violation.rule)).collect()
    }

    #[test]
    fn allowed_edges_pass() {
        let manifest = "[dependencies]\nacopio-ledger.workspace = true\ntokio = \"1\"\n";
        assert!(check("crates/contract/Cargo.toml", manifest).is_empty());
        let manifest = "[dependencies]\nserde.workspace = true\n[dev-dependencies]\nproptest = \"1\"\n";
        assert!(check("crates/ledger/Cargo.toml", manifest).is_empty());
    }

    #[test]
    fn an_edge_upwards_is_refused_at_its_line() {
        let manifest = "[dependencies]\nacopio-ledger.workspace = true\nacopio-api.workspace = true\n";
        assert_eq!(check("crates/store/Cargo.toml", manifest), ["3:edges"]);
        let manifest = "[target.'cfg(unix)'.dependencies]\nacopio = { path = \"../cli\" }\n";
        assert_eq!(check("crates/api/Cargo.toml", manifest), ["2:edges"]);
        let manifest = "[dependencies]\ninner = { package = \"acopio-node\", path = \"../node\" }\n";
        assert_eq!(check("crates/sheets/Cargo.toml", manifest), ["1:edges"]);
    }

    #[test]
    fn tests_of_the_api_may_name_a_backend_and_the_api_may_not() {
        let edge = "acopio-store.workspace = true\n";
        assert!(check("crates/api/Cargo.toml", &format!("[dev-dependencies]\n{edge}")).is_empty());
        assert_eq!(check("crates/api/Cargo.toml", &format!("[dependencies]\n{edge}")), ["2:edges"]);
    }

    #[test]
    fn the_ledger_stays_pure() {
        let manifest = "[dependencies]\ntokio.workspace = true\nrand = \"0.9\"\n";
        assert_eq!(check("crates/ledger/Cargo.toml", manifest), ["3:pure-ledger", "2:pure-ledger"]);
    }

    #[test]
    fn a_new_crate_needs_a_row() {
        assert_eq!(check("crates/mirror/Cargo.toml", "[dependencies]\n"), ["1:edges"]);
    }
}

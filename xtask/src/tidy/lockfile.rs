//! What must not be in Cargo.lock, or not twice. Whatever feature brings it in, it is seen there.

use toml::Table;

use super::Violation;
use super::tree::{File, Tree};

/// One TLS provider, ring. A default feature brings each of these back sooner or later, and with them a second
/// provider (which panics at run time when both are there), a C toolchain or the system's OpenSSL.
const BANNED: &[&str] = &["aws-lc-rs", "aws-lc-sys", "native-tls", "openssl-sys"];

/// Two versions of these compile and then do not fit together: types of the one are not those of the other.
const SINGLE: &[&str] = &["axum-core", "http", "hyper", "prost", "rusqlite", "rustls", "tokio", "tonic"];

/// Packages that break the build on a plain machine or the choice of one TLS provider.
pub(super) fn banned_packages(tree: &Tree) -> Vec<Violation> {
    let banned = |names: &[String], name: &str| names.iter().any(|other| other == name);
    refused(tree, BANNED, banned, "is banned: see the list in xtask/src/tidy/lockfile.rs for the reason")
}

/// Packages whose types cross our interfaces.
pub(super) fn single_versions(tree: &Tree) -> Vec<Violation> {
    let twice = |names: &[String], name: &str| names.iter().filter(|other| *other == name).nth(1).is_some();
    refused(tree, SINGLE, twice, "is there in two versions, whose types do not fit together")
}

fn refused(
    tree: &Tree,
    suspects: &[&str],
    is_refused: impl Fn(&[String], &str) -> bool,
    reason: &str,
) -> Vec<Violation> {
    let Some(lockfile) = tree.file("Cargo.lock") else { return Vec::new() };
    let names = package_names(lockfile);
    suspects
        .iter()
        .filter(|suspect| is_refused(&names, suspect))
        .map(|suspect| Violation {
            path: lockfile.path.clone(),
            line: lockfile.line_beginning_with(&[format!("name = \"{suspect}\"")]),
            rule: "lockfile",
            reason: format!("{suspect} {reason}"),
        })
        .collect()
}

/// The names in the order of the file, one for each version. Cargo itself refuses a file that does not parse.
fn package_names(lockfile: &File) -> Vec<String> {
    let table: Table = lockfile.text.parse().unwrap_or_default();
    let packages = table.get("package").and_then(|packages| packages.as_array()).into_iter().flatten();
    packages.filter_map(|package| Some(package.get("name")?.as_str()?.to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_version_and_a_banned_package_are_refused() {
        let text = "[[package]]\nname = \"http\"\n[[package]]\nname = \"http\"\n[[package]]\nname = \"native-tls\"\n";
        let tree = Tree::of(&[("Cargo.lock", text)]);
        assert_eq!(single_versions(&tree).iter().map(|v| v.line).collect::<Vec<_>>(), [2]);
        assert_eq!(banned_packages(&tree).iter().map(|v| v.line).collect::<Vec<_>>(), [6]);
    }
}

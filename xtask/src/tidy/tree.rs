//! The files of the repository as the rules see them: read once, paths with `/`, nothing that is built.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Folders in the root that git ignores: what is built, and data that people keep there.
const IGNORED_IN_ROOT: &[&str] = &["target", "data"];
/// Folders that git ignores wherever they are.
const IGNORED: &[&str] = &["node_modules", "dist"];
/// Of the hidden folders, these are ours.
const HIDDEN_BUT_OURS: &[&str] = &[".ci", ".cargo", ".github"];
/// Files whose text some rule reads.
const READ: &[&str] = &["lock", "md", "rs", "sh", "toml"];

/// A file with its text.
#[derive(Debug)]
pub(super) struct File {
    /// Relative to the root.
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    pub(super) fn has_extension(&self, extension: &str) -> bool {
        extension_of(&self.path) == Some(extension)
    }

    /// The lines with their numbers, which count from 1.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }

    /// The first line that begins with one of the prefixes, or line 1: a violation needs a place.
    pub(super) fn line_beginning_with(&self, prefixes: &[String]) -> usize {
        let begins = |line: &str| prefixes.iter().any(|prefix| line.starts_with(prefix.as_str()));
        self.lines().find(|(_, line)| begins(line)).map_or(1, |(number, _)| number)
    }
}

/// All files of the repository; the text of those that some rule reads.
#[derive(Debug, Default)]
pub(super) struct Tree {
    files: Vec<File>,
    /// Files and folders.
    paths: BTreeSet<String>,
}

impl Tree {
    /// Reads the tree under `root`.
    ///
    /// # Errors
    ///
    /// A folder or file cannot be read.
    pub(super) fn read(root: &Path) -> Result<Self> {
        let mut tree = Self::default();
        tree.read_folder(root, "")?;
        tree.files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(tree)
    }

    /// A tree for tests.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Self {
        let mut tree = Self::default();
        for (path, text) in files {
            tree.files.push(File { path: (*path).to_owned(), text: (*text).to_owned() });
            let ends = path.match_indices('/').map(|(end, _)| end).chain([path.len()]);
            tree.paths.extend(ends.map(|end| path[..end].to_owned()));
        }
        tree
    }

    pub(super) fn files(&self) -> &[File] {
        &self.files
    }

    pub(super) fn with_extension<'a>(&'a self, extension: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.has_extension(extension))
    }

    pub(super) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// Whether there is a file or folder of this name; the empty path is the root.
    pub(super) fn exists(&self, path: &str) -> bool {
        path.is_empty() || self.paths.contains(path)
    }

    /// The `Cargo.toml` of each of our crates, with the crate's folder name.
    pub(super) fn manifests(&self) -> impl Iterator<Item = (&str, &File)> {
        self.files.iter().filter_map(|file| {
            let folder = file.path.strip_suffix("/Cargo.toml")?;
            Some((folder.strip_prefix("crates/").unwrap_or(folder), file))
        })
    }

    fn read_folder(&mut self, folder: &Path, prefix: &str) -> Result<()> {
        let reading = || format!("cannot read the folder {}", folder.display());
        for entry in fs::read_dir(folder).with_context(reading)? {
            let entry = entry.with_context(reading)?;
            // A name that is not UTF-8 cannot be linked to or named in a rule.
            let Ok(name) = entry.file_name().into_string() else { continue };
            if is_ignored(&name, prefix.is_empty()) {
                continue;
            }
            let path = format!("{prefix}{name}");
            if entry.file_type().with_context(reading)?.is_dir() {
                self.read_folder(&entry.path(), &format!("{path}/"))?;
            } else if is_read(&path) {
                let bytes = fs::read(entry.path()).with_context(|| format!("cannot read {path}"))?;
                let text = String::from_utf8_lossy(&bytes).into_owned();
                self.files.push(File { path: path.clone(), text });
            }
            self.paths.insert(path);
        }
        Ok(())
    }
}

fn is_ignored(name: &str, in_root: bool) -> bool {
    let hidden_folder = name.starts_with('.') && !HIDDEN_BUT_OURS.contains(&name) && name != ".gitignore";
    hidden_folder || IGNORED.contains(&name) || (in_root && IGNORED_IN_ROOT.contains(&name))
}

fn is_read(path: &str) -> bool {
    path.starts_with(".ci/") || extension_of(path).is_some_and(|extension| READ.contains(&extension))
}

fn extension_of(path: &str) -> Option<&str> {
    Path::new(path).extension()?.to_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_built_is_not_seen() {
        assert!(is_ignored("target", true));
        assert!(!is_ignored("target", false), "crates/x/src/target may be a module");
        assert!(is_ignored("node_modules", false));
        assert!(is_ignored(".git", true));
        assert!(!is_ignored(".ci", true));
    }

    #[test]
    fn folders_exist_as_well_as_files() {
        let tree = Tree::of(&[("docs/adr/0001-one.md", "")]);
        assert!(tree.exists("docs/adr"));
        assert!(tree.exists("docs/adr/0001-one.md"));
        assert!(!tree.exists("docs/ad"));
    }
}

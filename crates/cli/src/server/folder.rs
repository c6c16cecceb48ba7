//! The data folder: whose it is at the moment, and which files lie in it.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process;

use anyhow::Context;

use crate::failure::{Failure, Result};

/// A data folder that nobody else may write to, for as long as this exists.
#[derive(Debug)]
pub(crate) struct DataFolder {
    path: PathBuf,
    /// The lock goes with the process, even when it is killed; the file stays, for removing it would be a race.
    _lock: File,
}

impl DataFolder {
    /// Takes the folder, making it if there is none. Others on this machine cannot read what is in a new one.
    ///
    /// # Errors
    ///
    /// When another process has it, or it cannot be made.
    pub(crate) fn create(path: &Path) -> Result<DataFolder> {
        let making = || format!("cannot make the data folder {}", path.display());
        DirBuilder::new().recursive(true).mode(0o700).create(path).with_context(making)?;
        DataFolder::lock(path)
    }

    /// Takes a folder that has a database.
    ///
    /// # Errors
    ///
    /// When there is none, or another process has the folder.
    pub(crate) fn with_database(path: &Path) -> Result<DataFolder> {
        let database = acopio_store::database_file(path);
        if !database.is_file() {
            return Err(Failure::new(format!("no database: {}", database.display()))
                .hint("name the folder that the server was given as --data"));
        }
        DataFolder::lock(path)
    }

    /// The folder.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    fn lock(path: &Path) -> Result<DataFolder> {
        let name = path.join("acopio.lock");
        let locking = || format!("cannot lock the data folder {}", path.display());
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&name)
            .with_context(locking)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(taken(path, &mut file)),
            Err(TryLockError::Error(error)) => {
                return Err(anyhow::Error::new(error).context(locking()).into());
            }
        }
        note_owner(&mut file).with_context(locking)?;
        Ok(DataFolder { path: path.to_owned(), _lock: file })
    }
}

fn note_owner(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", process::id())
}

fn taken(path: &Path, file: &mut File) -> Failure {
    let mut owner = String::new();
    // Whoever holds it may just be writing its number; then the folder is named alone.
    let owner = match file.read_to_string(&mut owner) {
        Ok(_) if !owner.trim().is_empty() => format!(" (process {})", owner.trim()),
        _ => String::new(),
    };
    let folder = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    Failure::new(format!("the data folder is in use by another acopio{owner}: {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_one_process_s_at_a_time() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let path = scratch.path().join("data");
        let first = DataFolder::create(&path).expect("nobody has it");
        let refused = DataFolder::create(&path).expect_err("it is taken").text();
        assert!(refused.contains(&format!("(process {})", process::id())), "{refused}");
        assert!(refused.contains("data"), "{refused}");
        drop(first);
        DataFolder::create(&path).expect("it is free again");
    }

    #[test]
    fn a_folder_without_a_database_is_told_from_one_with() {
        let scratch = tempfile::tempdir().expect("a scratch folder");
        let refused = DataFolder::with_database(scratch.path()).expect_err("it is empty").text();
        assert!(refused.starts_with("error: no database: "), "{refused}");
    }
}

//! Data sets: folders with a database of a known size, made once through the product's own API and copied for each use.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use tempfile::TempDir;

use super::{Server, fill};
use crate::context::Context;
use crate::progress;
use crate::traffic::WAREHOUSES;

/// Changes whenever the same name would mean other data, so that a folder of an earlier program is not used.
const VERSION: u32 = 1;

/// A database of a known size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DataSet {
    /// So many products with stock in every warehouse, and so many movements, mostly of few of them.
    Ledger {
        /// How many products.
        products: u32,
        /// How many movements, opening receipts included.
        movements: u64,
    },
    /// So many products with one receipt each in every warehouse, but for a tenth that never had any.
    Catalogue {
        /// How many products.
        products: u32,
    },
}

/// A copy of a data set, gone when dropped.
#[derive(Debug)]
pub(crate) struct Copy {
    folder: TempDir,
}

impl Copy {
    /// The data folder.
    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join("data")
    }
}

impl DataSet {
    /// How many products it has.
    pub(crate) fn products(self) -> u32 {
        match self {
            DataSet::Ledger { products, .. } | DataSet::Catalogue { products } => products,
        }
    }

    fn name(self) -> String {
        match self {
            DataSet::Ledger { products, movements } => format!("v{VERSION}-ledger-{products}-{movements}"),
            DataSet::Catalogue { products } => format!("v{VERSION}-catalogue-{products}"),
        }
    }

    /// A copy to be written to, made from the kept one, which is made first if it is missing.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub(crate) fn copy(self, context: &Context) -> Result<Copy> {
        let kept = self.kept(context)?;
        let folder = tempfile::tempdir_in(context.scratch.path()).context("cannot make a folder")?;
        let copy = Copy { folder };
        copy_folder(&kept, &copy.path())?;
        Ok(copy)
    }

    /// A server on a copy of its own.
    ///
    /// # Errors
    ///
    /// When data or server cannot be made.
    pub(crate) fn serve(self, context: &Context) -> Result<(Server, Copy)> {
        let copy = self.copy(context)?;
        Ok((Server::start(&context.program, &copy.path())?, copy))
    }

    /// The folder of the data set that nobody writes to, made now if it is missing.
    ///
    /// # Errors
    ///
    /// When it cannot be made.
    pub(crate) fn kept(self, context: &Context) -> Result<PathBuf> {
        let kept = context.data.join(self.name());
        if kept.exists() {
            return Ok(kept);
        }
        progress::say(&format!("making the data set {}", self.name()));
        let part = context.data.join(format!("{}.part", self.name()));
        if part.exists() {
            fs::remove_dir_all(&part).context("cannot remove half a data set")?;
        }
        self.make(context, &part)?;
        // It gets its name when it is whole.
        fs::rename(&part, &kept).context("cannot rename a data set")?;
        Ok(kept)
    }

    fn make(self, context: &Context, folder: &Path) -> Result<()> {
        match self {
            DataSet::Catalogue { products } => {
                let server = Server::start(&context.program, folder)?;
                fill::products(&server, products)?;
                fill::opening(&server, products, true)?;
                server.stop()
            }
            DataSet::Ledger { products, movements } => {
                let opening = u64::from(products) * WAREHOUSES.len() as u64;
                let smaller = context.scale.ledger_movements[0];
                let mut done = 0;
                if smaller < movements {
                    // The large ledger is the small one and what happened after it.
                    let smaller_set = DataSet::Ledger { products, movements: smaller };
                    copy_folder(&smaller_set.kept(context)?, folder)?;
                    done = smaller;
                }
                let server = Server::start(&context.program, folder)?;
                if done == 0 {
                    fill::products(&server, products)?;
                    fill::opening(&server, products, false)?;
                    done = opening;
                }
                // Batches take receipts and issues in pairs.
                let (done, more) = (done as usize, movements.saturating_sub(done) as usize);
                fill::trade(&server, products, done - done % 2, more)?;
                server.stop()
            }
        }
    }
}

/// How many bytes a data folder has.
///
/// # Errors
///
/// When it cannot be read.
pub(crate) fn folder_bytes(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        bytes +=
            if entry.file_type()?.is_dir() { folder_bytes(&entry.path())? } else { entry.metadata()?.len() };
    }
    Ok(bytes)
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("cannot read {}", from.display()))? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)
                .with_context(|| format!("cannot copy to {}", target.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_copied_with_all_that_is_in_it() {
        let scratch = tempfile::tempdir().unwrap();
        let (from, to) = (scratch.path().join("from"), scratch.path().join("to"));
        fs::create_dir_all(from.join("inner")).unwrap();
        fs::write(from.join("a"), "123").unwrap();
        fs::write(from.join("inner/b"), "45").unwrap();
        copy_folder(&from, &to).unwrap();
        assert_eq!(folder_bytes(&to).unwrap(), 5);
        assert_eq!(fs::read_to_string(to.join("inner/b")).unwrap(), "45");
    }
}

//! A damaged database: found out, set aside, and got back from the other nodes.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use acopio_node::Node;
use acopio_store::database_file;
use anyhow::Context;
use jiff::Zoned;

use crate::failure::{Failure, Result};

/// The file that tells the next start that the database is damaged, and what was found.
const MARK: &str = "damaged";

/// How often it is looked whether damage was met.
const EVERY: Duration = Duration::from_secs(1);

/// Waits until damage is met; answers what it is.
pub(crate) async fn met(node: &Node) -> String {
    loop {
        if let Some(reason) = node.damage() {
            return reason;
        }
        tokio::time::sleep(EVERY).await;
    }
}

/// Leaves word for the next start; answers what there is to say.
pub(crate) fn mark(folder: &Path, reason: &str) -> Failure {
    if let Err(error) = fs::write(folder.join(MARK), reason) {
        tracing::error!(%error, "it cannot be noted that the database is damaged");
    }
    Failure::new(format!("the database is damaged: {reason}")).hint(
        "start the node again: with --join it sets the database aside and gets everything back from the others; \
         a node by itself needs a backup, see `acopio restore`",
    )
}

/// What an earlier run has found to be damaged.
pub(crate) fn marked(folder: &Path) -> Option<String> {
    fs::read_to_string(folder.join(MARK)).ok()
}

/// Moves the database out of the way. It stays in the data folder, since it may be the only one that has the last entries.
///
/// # Errors
///
/// When it cannot be moved.
pub(crate) fn set_aside(folder: &Path, reason: &str) -> Result<()> {
    let aside = folder.join(Zoned::now().strftime("damaged-%Y%m%d-%H%M%S-%3f").to_string());
    let moving = || format!("cannot set the damaged database aside in {}", aside.display());
    fs::create_dir_all(&aside).with_context(moving)?;
    let database = database_file(folder);
    for suffix in ["", "-wal", "-shm"] {
        let file = with_suffix(&database, suffix);
        if file.exists() {
            fs::rename(&file, aside.join(file.file_name().expect("it has a name"))).with_context(moving)?;
        }
    }
    // Last: should this be cut off, the next start goes on with it.
    let mark = folder.join(MARK);
    if mark.exists() {
        fs::rename(mark, aside.join("reason")).with_context(moving)?;
    }
    tracing::error!(reason, aside = %aside.display(), "the database is damaged and set aside: the others have it");
    Ok(())
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_database_is_moved_with_its_parts_and_the_mark() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = database_file(folder.path());
        fs::write(&file, "rubbish").unwrap();
        fs::write(with_suffix(&file, "-wal"), "more").unwrap();
        assert_eq!(marked(folder.path()), None);
        let failure = mark(folder.path(), "page 7").text();
        assert!(failure.contains("page 7"), "{failure}");
        assert_eq!(marked(folder.path()).as_deref(), Some("page 7"));
        set_aside(folder.path(), "page 7").unwrap();
        assert_eq!(marked(folder.path()), None);
        let left: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        assert_eq!(left.len(), 1, "{left:?}");
        assert_eq!(fs::read_dir(&left[0]).unwrap().count(), 3);
    }
}

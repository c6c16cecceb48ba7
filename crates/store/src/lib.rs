//! Keeps the node's log, copies of the others', the balances and all views. Knows how, not why: what to write is decided
//! elsewhere.
//!
//! A backend is a folder or file here, one `store_conformance!` line and one arm in `cli`. All are synchronous.

mod audit;
mod cursor;
mod error;
mod faults;
mod filters;
mod fold;
mod head;
mod memory;
mod note;
mod reader;
mod sqlite;
mod store;
mod tallies;
mod view_rows;

use std::path::Path;

pub use audit::{Audit, CommandRow, Crossing};
pub use error::StoreError;
pub use faults::Faults;
pub use head::{Head, LogHead};
pub use memory::MemoryStore;
pub use note::Note;
pub use reader::{Reader, StoredFrame};
pub use sqlite::{OpenOptions, SqliteStore};
pub use store::Store;
pub use view_rows::{Row, view_rows};

/// Where a store is kept: only named here so that every backend says the same.
pub fn database_file(folder: &Path) -> std::path::PathBuf {
    folder.join("acopio.db")
}

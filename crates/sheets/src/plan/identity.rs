//! The identity of rows: what makes one row of a source the same in every longer version of its file.

use std::collections::HashMap;

use acopio_ledger::ids::SourceId;
use blake3::Hasher;

use super::columns::{Column, Columns};
use crate::profile::Profile;
use crate::read::Row;

/// Gives every row its identity, in the order of the file.
pub(super) struct Identity {
    /// Has taken the profile's name.
    begun: Hasher,
    columns: Vec<usize>,
    /// How often each key was seen: some 40 bytes for each row that differs from all others.
    seen: HashMap<[u8; 16], u32>,
}

impl Identity {
    pub(super) fn new(profile: &Profile, columns: &mut Columns, header_len: usize) -> Identity {
        let mut begun = Hasher::new();
        take(&mut begun, &profile.name);
        let columns: Vec<Column> = profile.key.iter().map(|name| columns.find(name)).collect();
        let named = columns.iter().map(|column| column.index).collect();
        let columns = if columns.is_empty() { (0..header_len).collect() } else { named };
        Identity { begun, columns, seen: HashMap::new() }
    }

    /// The identity of the next row. Every row counts, also one that is not posted: what is wrong with a row, or which
    /// rows are passed over, must not change the identity of others.
    pub(super) fn next(&mut self, row: &Row) -> SourceId {
        let mut hasher = self.begun.clone();
        for &column in &self.columns {
            take(&mut hasher, row.cell(column));
        }
        let occurrence = self.seen.entry(first_half(&hasher)).or_insert(0);
        *occurrence += 1;
        hasher.update(&occurrence.to_le_bytes());
        SourceId(first_half(&hasher))
    }
}

/// Takes a text with its length before it, so that ("ab", "c") differs from ("a", "bc").
fn take(hasher: &mut Hasher, text: &str) {
    hasher.update(&(text.len() as u64).to_le_bytes());
    hasher.update(text.as_bytes());
}

fn first_half(hasher: &Hasher) -> [u8; 16] {
    let hash = hasher.finalize();
    hash.as_bytes()[..16].try_into().expect("a hash has 32 bytes")
}

//! Weighs a value that an entry gives to a field against those that stand there.

use serde::Serialize;

use crate::books::{Books, Source};
use crate::conflict::{self, Conflict, ConflictId, Side};
use crate::writes::{Edit, Fields, Writes};

/// Adds a value to those that stand beside one another in a field, and notes whether there are several: answers them
/// all, in the order of their writes. `present` are the values that count now.
pub(super) fn weigh<S: Source>(
    books: &mut Books<S>,
    id: ConflictId,
    present: impl IntoIterator<Item = Side>,
    new: Side,
) -> Vec<Side> {
    let mut sides = Vec::new();
    present.into_iter().for_each(|side| conflict::add(&mut sides, side));
    if sides.is_empty() {
        return vec![new];
    }
    let known = books.conflict(&id);
    let was_known = known.is_some();
    let mut sides = known.map_or(sides, |known| known.sides);
    conflict::add(&mut sides, new);
    if was_known || 1 < sides.len() {
        let stands = (1 < sides.len()).then(|| Conflict { id: id.clone(), sides: sides.clone() });
        books.changes_mut().conflicts.insert(id, stands);
    }
    sides
}

/// The value that a field has, with the write by which it got it; nothing where none has written it.
pub(super) fn present<T: Serialize>(writes: &Writes, field: Fields, value: &T) -> Option<Side> {
    writes.of(field).map(|edit: &Edit| Side::new(edit, value))
}

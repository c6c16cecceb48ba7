//! A node that has lost its own log, or the end of it, gets it back from the others, as it gets theirs. It writes nothing
//! until that is done, and then goes on in the next incarnation of its log.
//!
//! That it is on the way stands in a note: a part of a log must never be taken for the whole of it.

use acopio_store::{Note, Store, StoreError};

/// How the note is called.
pub(crate) const NOTE: &str = "recovery";

/// What commands are answered meanwhile.
pub(super) const REASON: &str =
    "others have more of this node's log than itself: start it with --join, and it gets that back first";

/// The note, to be kept or removed.
pub(crate) fn note(is_on_its_way: bool) -> Note {
    let doc = is_on_its_way.then(|| "{}".to_owned());
    Note { kind: NOTE, key: "own".to_owned(), doc }
}

/// Whether a store is noted to be without the end of its own log. What cannot be read is taken for that: a node that
/// cannot read its notes must not write.
pub(super) fn is_noted(store: &dyn Store) -> bool {
    let Note { kind, key, .. } = note(true);
    !matches!(store.reader().note(kind, &key), Ok(None))
}

/// What notes say about it, if anything.
pub(super) fn after(notes: &[Note]) -> Option<bool> {
    notes.iter().rfind(|note| note.kind == NOTE).map(|note| note.doc.is_some())
}

/// Notes that others may have more of this store's own log: its node gets that back before it writes.
///
/// # Errors
///
/// When the note cannot be kept.
pub fn begin_recovery(store: &mut dyn Store) -> Result<(), StoreError> {
    store.keep(&[note(true)])
}

/// Begins the next incarnation of a log that was got back to its end. Done again after a crash in between, it does no
/// harm: an incarnation in which nothing was written gives its place to the next.
///
/// # Errors
///
/// When that cannot be written.
pub fn begin_again(store: &mut dyn Store) -> Result<(), StoreError> {
    store.begin_next_life()?;
    store.keep(&[note(false)])
}

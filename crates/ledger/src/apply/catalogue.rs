//! Folds what happens to categories.

use super::Meta;
use crate::body;
use crate::books::{Books, Source};
use crate::ids::{EntryId, Version};
use crate::records::Category;
use crate::writes::{Fields, Writes};

/// The only field of a category.
const NAME: Fields = 1;

/// A category was created, renamed or removed. The last of these counts; what is removed keeps its record, so that an
/// earlier renaming does not bring it back.
pub(super) fn category_set<S: Source>(books: &mut Books<S>, meta: &Meta, set: &body::CategorySet) {
    let id: EntryId = if set.id.is_empty() {
        meta.id.clone()
    } else {
        match set.id.parse() {
            Ok(id) => id,
            Err(_) => return,
        }
    };
    let mut category = books.category(&id).unwrap_or_else(|| Category {
        id: id.clone(),
        name: String::new(),
        version: Version(0),
        created: meta.stamp,
        writes: Writes::default(),
    });
    let before = category.name.to_lowercase();
    if category.writes.take_last(&meta.edit(&[]), NAME) != 0 {
        category.name.clone_from(&set.name);
    }
    category.version = category.version.next();
    category.created = category.created.min(meta.stamp);
    let after = category.name.to_lowercase();
    books.changes_mut().categories.insert(id.clone(), category);
    rename(books, &id, before, after);
}

fn rename<S: Source>(books: &mut Books<S>, id: &EntryId, before: String, after: String) {
    if before != after && !before.is_empty() {
        let holders = books.category_named(&before).without(id);
        books.changes_mut().category_names.insert(before, holders);
    }
    if !after.is_empty() {
        let age = |id: &EntryId| books.category(id).map(|category| category.created);
        let holders = books.category_named(&after).with(id.clone(), age);
        books.changes_mut().category_names.insert(after, holders);
    }
}

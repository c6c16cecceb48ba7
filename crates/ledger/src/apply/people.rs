//! Folds what happens to the company and its nodes.

use super::{Meta, id16};
use crate::body;
use crate::books::{Books, Source};

pub(super) fn founded<S: Source>(books: &mut Books<S>, founded: &body::Founded) {
    books.changes_mut().company = Some(id16(&founded.company));
}

pub(super) fn key_published<S: Source>(books: &mut Books<S>, meta: &Meta, published: &body::KeyPublished) {
    if let Ok(key) = published.public_key.as_slice().try_into() {
        books.changes_mut().keys.insert(meta.id.node.to_string(), key);
    }
}

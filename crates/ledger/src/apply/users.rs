//! Folds what happens to users.

use std::collections::BTreeSet;

use super::{Meta, conflict, id16};
use crate::body;
use crate::books::{Books, Source};
use crate::conflict::{ConflictId, RecordKind, Side};
use crate::grants;
use crate::holders::Holders;
use crate::ids::{Stamp, UserId, Version};
use crate::records::{Grant, User};
use crate::writes::{Edit, Fields, Writes};

/// The fields of a user, as bits.
mod field {
    use crate::writes::Fields;

    pub(super) const USERNAME: Fields = 1;
    pub(super) const EMAIL: Fields = 1 << 1;
    pub(super) const FULL_NAME: Fields = 1 << 2;
    pub(super) const PASSWORD: Fields = 1 << 3;
    pub(super) const MUST_CHANGE: Fields = 1 << 4;
    pub(super) const DISABLED: Fields = 1 << 5;
    pub(super) const GRANTS: Fields = 1 << 6;

    /// The fields whose values may be seen side by side, with their names.
    pub(super) const NAMED: [(Fields, &str); 5] = [
        (USERNAME, "username"),
        (EMAIL, "email"),
        (FULL_NAME, "full_name"),
        (DISABLED, "disabled"),
        (GRANTS, "grants"),
    ];
}

/// The last write of a field counts; but of what was written without knowing of one another, switching off wins, and
/// only what all grant is granted.
pub(super) fn user_set<S: Source>(books: &mut Books<S>, meta: &Meta, set: &body::UserSet) {
    let id = UserId(id16(&set.id));
    let before = books.user(&id).unwrap_or_else(|| unset(id, meta));
    let (edit, fields) = (meta.edit(&set.based_on), fields(set));
    let weighed = weigh(books, &before, set, &edit, fields);
    let mut user = before.clone();
    let last = user.writes.take_last(&edit, fields);
    overwrite(&mut user, set, last);
    for (field, sides) in &weighed {
        settle(&mut user, *field, sides);
    }
    // Tokens are void from every change of the password or disabling on, whichever counts in the end.
    if set.password_hash.is_some() || set.disabled == Some(true) {
        user.tokens_void_until = user.tokens_void_until.max(meta.stamp);
    }
    user.created = user.created.min(meta.stamp);
    user.version = user.version.next();
    books.changes_mut().users.insert(id, user.clone());
    give_names(books, &before, &user);
}

fn unset(id: UserId, meta: &Meta) -> User {
    User {
        id,
        username: String::new(),
        email: String::new(),
        full_name: String::new(),
        password_hash: String::new(),
        must_change_password: false,
        disabled: false,
        grants: Vec::new(),
        version: Version(0),
        created: meta.stamp,
        tokens_void_until: Stamp(0),
        writes: Writes::default(),
        namesake: false,
    }
}

/// Which fields an entry sets.
fn fields(set: &body::UserSet) -> Fields {
    let bit = |is_set: bool, field: Fields| if is_set { field } else { 0 };
    bit(set.username.is_some(), field::USERNAME)
        | bit(set.email.is_some(), field::EMAIL)
        | bit(set.full_name.is_some(), field::FULL_NAME)
        | bit(set.password_hash.is_some(), field::PASSWORD)
        | bit(set.must_change_password.is_some(), field::MUST_CHANGE)
        | bit(set.disabled.is_some(), field::DISABLED)
        | bit(set.grants.is_some(), field::GRANTS)
}

/// Gives a user the values of those of an entry's fields that are named.
fn overwrite(user: &mut User, set: &body::UserSet, fields: Fields) {
    let is_named = |field: Fields| fields & field != 0;
    if let (Some(username), true) = (&set.username, is_named(field::USERNAME)) {
        user.username.clone_from(username);
    }
    if let (Some(email), true) = (&set.email, is_named(field::EMAIL)) {
        user.email.clone_from(email);
    }
    if let (Some(full_name), true) = (&set.full_name, is_named(field::FULL_NAME)) {
        user.full_name.clone_from(full_name);
    }
    if let (Some(hash), true) = (&set.password_hash, is_named(field::PASSWORD)) {
        user.password_hash.clone_from(hash);
    }
    if let (Some(must_change), true) = (set.must_change_password, is_named(field::MUST_CHANGE)) {
        user.must_change_password = must_change;
    }
    if let (Some(disabled), true) = (set.disabled, is_named(field::DISABLED)) {
        user.disabled = disabled;
    }
    if let (Some(grants), true) = (&set.grants, is_named(field::GRANTS)) {
        user.grants = grants.grants.iter().map(body::GrantSet::grant).collect();
    }
}

/// Notes where an entry's values and the present ones were written without knowing of one another; answers what stands
/// beside one another in each field.
fn weigh<S: Source>(
    books: &mut Books<S>,
    present: &User,
    set: &body::UserSet,
    edit: &Edit,
    fields: Fields,
) -> Vec<(Fields, Vec<Side>)> {
    let mut asked = present.clone();
    overwrite(&mut asked, set, fields);
    let named = field::NAMED.into_iter().filter(|(field, _)| fields & field != 0);
    let mut weighed = Vec::new();
    for (field, name) in named {
        let id =
            ConflictId { kind: RecordKind::User, record: present.id.to_string(), field: name.to_owned() };
        let side = |user: &User, edit: &Edit| side(user, field, edit);
        let before = present.writes.of(field).map(|edit| side(present, edit));
        weighed.push((field, conflict::weigh(books, id, before, side(&asked, edit))));
    }
    weighed
}

/// What an edit has given to a field of a user, who has the value now.
fn side(user: &User, field: Fields, edit: &Edit) -> Side {
    match field {
        field::USERNAME => Side::new(edit, &user.username),
        field::EMAIL => Side::new(edit, &user.email),
        field::FULL_NAME => Side::new(edit, &user.full_name),
        field::DISABLED => Side::new(edit, &user.disabled),
        _ => Side::new(edit, &user.grants),
    }
}

/// What comes of several values of a field: for all but two the last, which the user has already.
fn settle(user: &mut User, field: Fields, sides: &[Side]) {
    if sides.len() < 2 {
        return;
    }
    match field {
        field::DISABLED => user.disabled = sides.iter().any(|side| side.read() == Some(true)),
        field::GRANTS => {
            let all: Vec<Vec<Grant>> = sides.iter().map(|side| side.read().unwrap_or_default()).collect();
            user.grants = grants::common(&all);
        }
        _ => {}
    }
}

/// Gives and takes login names and addresses. Of users of the same one the oldest holds it, the others cannot log in.
fn give_names<S: Source>(books: &mut Books<S>, before: &User, after: &User) {
    let mut touched = vec![after.id];
    touched.extend(Names::Logins.give(books, after.id, &before.username, &after.username));
    touched.extend(Names::Addresses.give(books, after.id, &before.email, &after.email));
    touched.sort();
    touched.dedup();
    touched.into_iter().for_each(|id| note_namesake(books, id));
}

/// The two kinds of names of which a user alone may have one.
#[derive(Clone, Copy)]
enum Names {
    Logins,
    Addresses,
}

impl Names {
    fn holders<S: Source>(self, books: &Books<S>, name: &str) -> Holders<UserId> {
        match self {
            Names::Logins => books.user_named(name),
            Names::Addresses => books.user_mailed(name),
        }
    }

    /// Takes a user's old name from it and gives it the new one; answers all who have either. What no log has said so
    /// far is nobody's name.
    fn give<S: Source>(self, books: &mut Books<S>, id: UserId, old: &str, new: &str) -> BTreeSet<UserId> {
        let (old, new) = (old.to_lowercase(), new.to_lowercase());
        let mut touched = BTreeSet::new();
        for name in BTreeSet::from([&old, &new]).into_iter().filter(|name| !name.is_empty()) {
            let known = self.holders(books, name);
            let age = |id: &UserId| books.user(id).map(|user| user.created);
            let holders = if *name == new { known.with(id, age) } else { known.without(&id) };
            touched.extend(known.all().iter().chain(holders.all()));
            let changes = books.changes_mut();
            let table = match self {
                Names::Logins => &mut changes.usernames,
                Names::Addresses => &mut changes.emails,
            };
            table.insert(name.clone(), holders);
        }
        touched
    }
}

fn note_namesake<S: Source>(books: &mut Books<S>, id: UserId) {
    let Some(mut user) = books.user(&id) else { return };
    let is_behind = [(Names::Logins, &user.username), (Names::Addresses, &user.email)].into_iter().any(
        |(names, name)| {
            let holders = names.holders(books, &name.to_lowercase());
            !name.is_empty() && holders.first().is_some_and(|first| *first != id)
        },
    );
    if user.namesake != is_behind {
        user.namesake = is_behind;
        books.changes_mut().users.insert(id, user);
    }
}

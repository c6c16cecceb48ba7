//! Folds what happens to the company's settings: the last write of each counts.

use std::sync::Arc;

use super::{Meta, conflict};
use crate::body;
use crate::books::{Books, Source};
use crate::conflict::{ConflictId, RecordKind, Side};
use crate::settings::Settings;
use crate::writes::{Edit, Fields};

/// The settings, as bits.
mod field {
    use crate::writes::Fields;

    pub(super) const COMPANY_NAME: Fields = 1;
    pub(super) const CURRENCY: Fields = 1 << 1;
    pub(super) const TIME_ZONE: Fields = 1 << 2;
    pub(super) const COUNT_INCOMING: Fields = 1 << 3;

    /// All of them, with their names.
    pub(super) const NAMED: [(Fields, &str); 4] = [
        (COMPANY_NAME, "company_name"),
        (CURRENCY, "currency"),
        (TIME_ZONE, "time_zone"),
        (COUNT_INCOMING, "alerts_count_incoming"),
    ];
}

pub(super) fn settings_set<S: Source>(books: &mut Books<S>, meta: &Meta, set: &body::SettingsSet) {
    let mut settings = Settings::clone(&books.settings());
    let (edit, fields) = (meta.edit(&set.based_on), fields(set));
    weigh(books, &settings, set, &edit, fields);
    let last = settings.writes.take_last(&edit, fields);
    overwrite(&mut settings, set, last);
    settings.version = settings.version.next();
    books.changes_mut().settings = Some(Arc::new(settings));
}

/// Which settings an entry sets.
fn fields(set: &body::SettingsSet) -> Fields {
    let bit = |is_set: bool, field: Fields| if is_set { field } else { 0 };
    bit(set.company_name.is_some(), field::COMPANY_NAME)
        | bit(set.currency.is_some(), field::CURRENCY)
        | bit(set.time_zone.is_some(), field::TIME_ZONE)
        | bit(set.alerts_count_incoming.is_some(), field::COUNT_INCOMING)
}

/// Gives the settings the values of those of an entry's fields that are named.
fn overwrite(settings: &mut Settings, set: &body::SettingsSet, fields: Fields) {
    let is_named = |field: Fields| fields & field != 0;
    if let (Some(name), true) = (&set.company_name, is_named(field::COMPANY_NAME)) {
        settings.company_name.clone_from(name);
    }
    if let (Some(currency), true) = (&set.currency, is_named(field::CURRENCY)) {
        settings.currency.clone_from(currency);
    }
    if let (Some(zone), true) = (&set.time_zone, is_named(field::TIME_ZONE)) {
        settings.time_zone.clone_from(zone);
    }
    if let (Some(count), true) = (set.alerts_count_incoming, is_named(field::COUNT_INCOMING)) {
        settings.alerts_count_incoming = count;
    }
}

/// Notes where an entry's values and the present ones were written without knowing of one another.
fn weigh<S: Source>(
    books: &mut Books<S>,
    present: &Settings,
    set: &body::SettingsSet,
    edit: &Edit,
    fields: Fields,
) {
    let mut asked = present.clone();
    overwrite(&mut asked, set, fields);
    for (field, name) in field::NAMED.into_iter().filter(|(field, _)| fields & field != 0) {
        let (record, name) = (Settings::KEY.to_owned(), name.to_owned());
        let id = ConflictId { kind: RecordKind::Settings, record, field: name };
        let before = present.writes.of(field).map(|edit| side(present, field, edit));
        conflict::weigh(books, id, before, side(&asked, field, edit));
    }
}

/// What an edit has given to a setting, which has the value now.
fn side(settings: &Settings, field: Fields, edit: &Edit) -> Side {
    match field {
        field::COMPANY_NAME => Side::new(edit, &settings.company_name),
        field::CURRENCY => Side::new(edit, &settings.currency),
        field::TIME_ZONE => Side::new(edit, &settings.time_zone),
        _ => Side::new(edit, &settings.alerts_count_incoming),
    }
}

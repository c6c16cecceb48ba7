//! Decides about the company's settings.

use super::{Decision, based_on, check_version};
use crate::body::SettingsSet;
use crate::books::{Books, Source};
use crate::command::ChangeSettings;
use crate::entry::Body;

pub(super) fn change<S: Source>(books: &Books<S>, change: &ChangeSettings) -> Decision {
    let settings = books.settings();
    check_version(change.expected, settings.version)?;
    let patch = &change.patch;
    Ok(vec![Body::SettingsSet(SettingsSet {
        company_name: patch.company_name.as_ref().map(shown),
        currency: patch.currency.as_ref().map(shown),
        time_zone: patch.time_zone.as_ref().map(ToString::to_string),
        alerts_count_incoming: patch.alerts_count_incoming,
        based_on: based_on(&settings.writes),
    })])
}

/// A text, or nothing as an empty one.
fn shown(text: &Option<impl ToString>) -> String {
    text.as_ref().map(ToString::to_string).unwrap_or_default()
}

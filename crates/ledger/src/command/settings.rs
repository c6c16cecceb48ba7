//! The command about the company's settings.

use serde::{Deserialize, Serialize};

use crate::ids::Version;
use crate::names::{Currency, Title, ZoneName};

/// See [`super::Command::ChangeSettings`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ChangeSettings {
    /// What changes.
    pub patch: SettingsPatch,
    /// The version that must be the present one.
    pub expected: Option<Version>,
}

/// See [`super::Command::ChangeSettings`]. What is `None` stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct SettingsPatch {
    /// What the company is called, or nothing.
    pub company_name: Option<Option<Title>>,
    /// The currency, or none.
    pub currency: Option<Option<Currency>>,
    /// The time zone.
    pub time_zone: Option<ZoneName>,
    /// Whether reorder rules look at what is incoming too.
    pub alerts_count_incoming: Option<bool>,
}

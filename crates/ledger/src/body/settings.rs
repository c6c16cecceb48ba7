//! Facts about the company's settings.

use super::BasedOn;

/// Settings were changed: the fields that are set.
#[derive(Clone, PartialEq, prost::Message)]
pub struct SettingsSet {
    /// What the company is called; empty for nothing.
    #[prost(string, optional, tag = "1")]
    pub company_name: Option<String>,
    /// The currency's ISO 4217 code; empty for none.
    #[prost(string, optional, tag = "2")]
    pub currency: Option<String>,
    /// The time zone's IANA name.
    #[prost(string, optional, tag = "3")]
    pub time_zone: Option<String>,
    /// Whether reorder rules look at what is incoming too.
    #[prost(bool, optional, tag = "4")]
    pub alerts_count_incoming: Option<bool>,
    /// The latest write of the settings by each node that the writer knew.
    #[prost(message, repeated, tag = "5")]
    pub based_on: Vec<BasedOn>,
}

//! Settings of the company: the same on every node.

use serde::{Deserialize, Serialize};

use crate::ids::Version;
use crate::writes::Writes;

/// Settings of the company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// What the company is called; empty if not said.
    pub company_name: String,
    /// The currency of prices and costs by its ISO 4217 code; empty if not said.
    pub currency: String,
    /// The IANA time zone by which it is told to which day a movement belongs.
    pub time_zone: String,
    /// Whether reorder rules look at what is available and incoming, not at what is available alone.
    pub alerts_count_incoming: bool,
    /// How often they have changed.
    pub version: Version,
    /// By which writes they got their values.
    pub writes: Writes,
}

impl Settings {
    /// The key of the one record, as in `settings/company`.
    pub const KEY: &'static str = "company";
}

/// What holds before anybody has said anything.
impl Default for Settings {
    fn default() -> Settings {
        Settings {
            company_name: String::new(),
            currency: String::new(),
            time_zone: "UTC".to_owned(),
            alerts_count_incoming: false,
            version: Version(0),
            writes: Writes::default(),
        }
    }
}

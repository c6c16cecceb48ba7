//! Queries about what people did, but for movements: the audit.

use acopio_ledger::Body;
use acopio_ledger::deed::{Deed, DeedKind};
use acopio_ledger::ids::{ImportId, Millis, UserId};
use acopio_ledger::names::NodeName;

use super::PageRequest;

/// Deeds by filter, of all logs, newest first by stamp and node; all filters must hold.
#[derive(Clone, Debug)]
pub struct Deeds {
    /// By whom.
    pub actor: Option<UserId>,
    /// Of which kind.
    pub kind: Option<DeedKind>,
    /// About which record, as `product/A-1`.
    pub subject: Option<String>,
    /// In which node's log.
    pub node: Option<NodeName>,
    /// Recorded at or after this time.
    pub from: Option<Millis>,
    /// Recorded before this time.
    pub to: Option<Millis>,
    /// Which part.
    pub page: PageRequest,
}

/// A deed as it is seen.
#[derive(Clone, Debug, PartialEq)]
pub struct DeedRow {
    /// Who did it, when, and about what.
    pub deed: Deed,
    /// The login name of whoever did it; empty where it is not known here.
    pub actor_name: String,
    /// What the record is called now that it is about, where its key does not say it: a user's login name, a product's or
    /// a category's name.
    pub subject_name: Option<String>,
    /// The import that led to it.
    pub import: Option<ImportId>,
    /// What was done, without secrets.
    pub body: Body,
    /// What the fields that it sets were before, as far as the logs say; nothing where it is the first deed about its
    /// record.
    pub before: Option<Body>,
}

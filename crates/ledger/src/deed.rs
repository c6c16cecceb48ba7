//! Deeds: what people did, but for movements, which the history shows. Where each stands in the logs and what it is about,
//! so that the audit finds it without reading them.

mod before;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::entry::Body;
use crate::ids::{EntryId, ImportId, SessionId, Stamp, UserId};
use crate::settings::Settings;

pub use before::{Before, without_secrets};

/// What kind of thing somebody did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeedKind {
    /// A product was made, changed, retired.
    Product,
    /// A category was made, renamed, removed.
    Category,
    /// A warehouse was made or renamed.
    Warehouse,
    /// A warehouse was handed over or taken.
    Ownership,
    /// A reorder rule was set or removed.
    Rule,
    /// Somebody saw to an alert.
    Alert,
    /// Stock was set aside, or came back.
    Hold,
    /// A step of a transfer.
    Transfer,
    /// A user was made or changed.
    User,
    /// A login or an API token began or was ended.
    Session,
    /// A file's import began, or was taken back.
    Import,
    /// Settings of the company were changed.
    Settings,
    /// The company was founded, or a node made its key known.
    Company,
    /// A void record was posted again or discarded.
    Reconciliation,
    /// Somebody looked into a node's database.
    Statement,
    /// The ledger said no.
    Refusal,
}

impl DeedKind {
    /// All kinds.
    pub const ALL: [DeedKind; 16] = [
        DeedKind::Product,
        DeedKind::Category,
        DeedKind::Warehouse,
        DeedKind::Ownership,
        DeedKind::Rule,
        DeedKind::Alert,
        DeedKind::Hold,
        DeedKind::Transfer,
        DeedKind::User,
        DeedKind::Session,
        DeedKind::Import,
        DeedKind::Settings,
        DeedKind::Company,
        DeedKind::Reconciliation,
        DeedKind::Statement,
        DeedKind::Refusal,
    ];

    /// The word for it in tables and in the API.
    pub fn as_str(self) -> &'static str {
        match self {
            DeedKind::Product => "product",
            DeedKind::Category => "category",
            DeedKind::Warehouse => "warehouse",
            DeedKind::Ownership => "ownership",
            DeedKind::Rule => "rule",
            DeedKind::Alert => "alert",
            DeedKind::Hold => "hold",
            DeedKind::Transfer => "transfer",
            DeedKind::User => "user",
            DeedKind::Session => "session",
            DeedKind::Import => "import",
            DeedKind::Settings => "settings",
            DeedKind::Company => "company",
            DeedKind::Reconciliation => "reconciliation",
            DeedKind::Statement => "statement",
            DeedKind::Refusal => "refusal",
        }
    }
}

/// One deed: an entry of a log.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Deed {
    /// The entry.
    pub id: EntryId,
    /// When it was recorded.
    pub stamp: Stamp,
    /// Who did it.
    pub actor: UserId,
    /// What kind of thing.
    pub kind: DeedKind,
    /// The record that it is about, as in `product/A-1`; nothing where it is about none.
    pub subject: Option<String>,
}

impl Deed {
    /// The deed that an entry is; nothing for movements, and for what follows from others by itself.
    pub fn of(id: &EntryId, stamp: Stamp, actor: UserId, body: &Body) -> Option<Deed> {
        let (kind, subject) = about(id, body)?;
        Some(Deed { id: id.clone(), stamp, actor, kind, subject })
    }
}

fn about(id: &EntryId, body: &Body) -> Option<(DeedKind, Option<String>)> {
    let of = |kind, what: &str, key: &dyn fmt::Display| Some((kind, Some(format!("{what}/{key}"))));
    match body {
        Body::Moved(_) | Body::AlertRaised(_) | Body::AlertResolved(_) => None,
        Body::ProductSet(set) => of(DeedKind::Product, "product", &set.sku),
        Body::CategorySet(set) if set.id.is_empty() => of(DeedKind::Category, "category", id),
        Body::CategorySet(set) => of(DeedKind::Category, "category", &set.id),
        Body::WarehouseSet(set) => of(DeedKind::Warehouse, "warehouse", &set.code),
        Body::DurabilitySet(set) => of(DeedKind::Warehouse, "warehouse", &set.code),
        Body::WarehouseHandedOver(handed) => of(DeedKind::Ownership, "warehouse", &handed.code),
        Body::WarehouseTaken(taken) => of(DeedKind::Ownership, "warehouse", &taken.code),
        Body::RuleSet(set) => of(DeedKind::Rule, "rule", &format_args!("{}/{}", set.warehouse, set.sku)),
        Body::AlertHandled(handled) => of(DeedKind::Alert, "alert", &handled.alert),
        Body::Held(_) => of(DeedKind::Hold, "hold", id),
        Body::Released(released) => of(DeedKind::Hold, "hold", &released.hold),
        Body::TransferDrafted(_) => of(DeedKind::Transfer, "transfer", id),
        Body::TransferCancelled(step) => of(DeedKind::Transfer, "transfer", &step.transfer),
        Body::TransferDispatched(step) => of(DeedKind::Transfer, "transfer", &step.transfer),
        Body::TransferReceived(step) => of(DeedKind::Transfer, "transfer", &step.transfer),
        Body::TransferSettled(step) => of(DeedKind::Transfer, "transfer", &step.transfer),
        Body::UserSet(set) => of(DeedKind::User, "user", &UserId(id16(&set.id))),
        Body::SessionOpened(opened) => of(DeedKind::Session, "session", &SessionId(id16(&opened.id))),
        Body::SessionClosed(closed) => of(DeedKind::Session, "session", &SessionId(id16(&closed.id))),
        Body::ImportBegun(begun) => of(DeedKind::Import, "import", &ImportId(id16(&begun.id))),
        Body::ImportUndone(undone) => of(DeedKind::Import, "import", &ImportId(id16(&undone.id))),
        Body::SettingsSet(_) => of(DeedKind::Settings, "settings", &Settings::KEY),
        Body::Founded(_) | Body::KeyPublished(_) => Some((DeedKind::Company, None)),
        Body::VoidSettled(settled) => of(DeedKind::Reconciliation, "void", &settled.void),
        Body::StatementRun(_) => Some((DeedKind::Statement, None)),
        Body::Refused(_) | Body::BatchRefused(_) => Some((DeedKind::Refusal, None)),
    }
}

/// An id of 16 bytes from the log; a damaged one is all zeros, which is nobody's.
fn id16(bytes: &[u8]) -> [u8; 16] {
    bytes.try_into().unwrap_or_default()
}

//! Deeds as they leave.

use acopio_contract::query::DeedRow;
use acopio_ledger::deed::DeedKind;
use acopio_ledger::ids::{EntryId, ImportId, UserId};
use acopio_ledger::{Body, Refusal};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::fields::fields;
use crate::problem::{Problem, ProblemBody};
use crate::wire::{StampText, some_text};

/// How many lines of a refused batch are shown.
const REFUSALS_SHOWN: usize = 20;

/// What somebody did.
#[derive(Serialize, ToSchema)]
#[schema(as = Deed)]
pub(super) struct DeedView {
    /// The entry's id.
    #[schema(value_type = String, example = "main.1.1042")]
    id: EntryId,
    /// When it was recorded.
    stamp: StampText,
    /// The node that recorded it.
    node: String,
    /// The login name of whoever did it; nothing where it is not known here.
    actor: Option<String>,
    /// Their permanent id.
    #[schema(value_type = String, format = "uuid")]
    actor_id: UserId,
    /// What kind of thing it was.
    #[schema(value_type = DeedKindName)]
    kind: DeedKind,
    /// What was done.
    action: Action,
    /// The record that it is about, as `product/A-1`; nothing where it is about none.
    subject: Option<String>,
    /// What that record is called now, where its key does not say it.
    subject_name: Option<String>,
    /// The import that led to it.
    #[schema(value_type = Option<String>)]
    import: Option<ImportId>,
    /// Why, where that was said.
    reason: Option<String>,
    /// The fields that it sets.
    changes: Vec<Change>,
    /// Why the ledger said no, where it did: of a batch the first lines at fault.
    refusals: Vec<RefusalView>,
}

/// A field before and after.
#[derive(Serialize, ToSchema)]
#[schema(as = DeedChange)]
pub(crate) struct Change {
    /// The field.
    pub(crate) field: &'static str,
    /// What it was; nothing where it was nothing, or where the logs do not say it.
    pub(crate) before: Value,
    /// What it is since; of a password only that it was set.
    pub(crate) after: Value,
}

/// The ledger said no.
#[derive(Serialize, ToSchema)]
#[schema(as = DeedRefusal)]
pub(crate) struct RefusalView {
    /// Which line of a batch, from 0.
    pub(crate) line: Option<u32>,
    /// What was wrong, as whoever asked was told.
    #[schema(value_type = ProblemBody)]
    pub(crate) problem: Problem,
}

/// Kinds of what people do.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case", as = DeedKind)]
#[expect(dead_code, reason = "only its document is used")]
pub(super) enum DeedKindName {
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

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DeedAction)]
pub(crate) enum Action {
    /// The record was made.
    Created,
    /// Fields of it were changed.
    Changed,
    /// It was removed.
    Removed,
    /// A product or user was switched off.
    Retired,
    /// Somebody logged in, or a token was issued.
    Opened,
    /// A login or a token was ended by hand.
    Closed,
    /// Somebody sees to an alert.
    Acknowledged,
    /// An alert sleeps.
    Snoozed,
    /// Stock was set aside.
    Held,
    /// Stock came back.
    Released,
    /// A transfer was drafted.
    Drafted,
    /// A draft was given up.
    Cancelled,
    /// Goods went on the road.
    Dispatched,
    /// Goods came from the road.
    Received,
    /// It was settled what became of goods on the road.
    Settled,
    /// A warehouse was handed over.
    HandedOver,
    /// A warehouse was taken.
    Taken,
    /// An import began.
    Began,
    /// An import was taken back.
    Undone,
    /// A void record was posted again.
    Posted,
    /// A void record was discarded.
    Discarded,
    /// The company was founded.
    Founded,
    /// A node made known the key with which it signs tokens.
    KeyPublished,
    /// A statement was run.
    Ran,
    /// The ledger said no.
    Refused,
}

/// What was done, in one word.
pub(crate) fn action(row: &DeedRow) -> Action {
    match &row.body {
        Body::CategorySet(set) if set.name.is_empty() => Action::Removed,
        Body::RuleSet(set) if set.multiple == 0 => Action::Removed,
        Body::ProductSet(set) if set.retired == Some(true) => Action::Retired,
        Body::UserSet(set) if set.disabled == Some(true) => Action::Retired,
        Body::SettingsSet(_) | Body::DurabilitySet(_) => Action::Changed,
        Body::ProductSet(_)
        | Body::UserSet(_)
        | Body::CategorySet(_)
        | Body::WarehouseSet(_)
        | Body::RuleSet(_) => match row.before {
            None => Action::Created,
            Some(_) => Action::Changed,
        },
        Body::SessionOpened(_) => Action::Opened,
        Body::SessionClosed(_) => Action::Closed,
        Body::AlertHandled(handled) if handled.snoozed_until == 0 => Action::Acknowledged,
        Body::AlertHandled(_) => Action::Snoozed,
        Body::Held(_) => Action::Held,
        Body::Released(_) => Action::Released,
        Body::TransferDrafted(_) => Action::Drafted,
        Body::TransferCancelled(_) => Action::Cancelled,
        Body::TransferDispatched(_) => Action::Dispatched,
        Body::TransferReceived(_) => Action::Received,
        Body::TransferSettled(_) => Action::Settled,
        Body::WarehouseHandedOver(_) => Action::HandedOver,
        Body::WarehouseTaken(_) => Action::Taken,
        Body::ImportBegun(_) => Action::Began,
        Body::ImportUndone(_) => Action::Undone,
        Body::VoidSettled(settled) if settled.posted => Action::Posted,
        Body::VoidSettled(_) => Action::Discarded,
        Body::Founded(_) => Action::Founded,
        Body::KeyPublished(_) => Action::KeyPublished,
        Body::StatementRun(_) => Action::Ran,
        Body::Refused(_) | Body::BatchRefused(_) => Action::Refused,
        Body::Moved(_) | Body::AlertRaised(_) | Body::AlertResolved(_) => {
            unreachable!("these are no deeds")
        }
    }
}

/// Why, where that was said.
pub(crate) fn reason(body: &Body) -> Option<&str> {
    match body {
        Body::ProductSet(set) => set.reason.as_deref().and_then(some_text),
        Body::Held(held) => some_text(&held.reason),
        Body::TransferCancelled(step) => some_text(&step.reason),
        Body::VoidSettled(settled) => some_text(&settled.reason),
        _ => None,
    }
}

/// The fields that a deed sets or takes away, as they were and as they are.
pub(crate) fn changes(row: &DeedRow) -> Vec<Change> {
    let after = fields(&row.body);
    let mut before = row.before.as_ref().map(fields).unwrap_or_default();
    let mut take = |field: &str| {
        let at = before.iter().position(|(name, _)| *name == field);
        at.map_or(Value::Null, |at| before.remove(at).1)
    };
    let mut changes: Vec<Change> =
        after.into_iter().map(|(field, after)| Change { field, before: take(field), after }).collect();
    changes.extend(before.into_iter().map(|(field, before)| Change { field, before, after: Value::Null }));
    changes
}

/// Why the ledger said no, where it did.
pub(crate) fn refusals(body: &Body) -> Vec<RefusalView> {
    let view = |line: Option<u32>, refusal: &Refusal| RefusalView { line, problem: Problem::from(refusal) };
    match body {
        Body::Refused(refused) => vec![view(None, &refused.refusal)],
        Body::BatchRefused(batch) => {
            let lines = batch.refusals.iter().take(REFUSALS_SHOWN);
            lines.map(|(line, refusal)| view(Some(*line), refusal)).collect()
        }
        _ => Vec::new(),
    }
}

impl From<DeedRow> for DeedView {
    fn from(row: DeedRow) -> DeedView {
        DeedView {
            action: action(&row),
            changes: changes(&row),
            refusals: refusals(&row.body),
            reason: reason(&row.body).map(str::to_owned),
            stamp: StampText(row.deed.stamp),
            node: row.deed.id.node.to_string(),
            actor: Some(row.actor_name).filter(|name| !name.is_empty()),
            actor_id: row.deed.actor,
            kind: row.deed.kind,
            subject: row.deed.subject,
            subject_name: row.subject_name,
            import: row.import,
            id: row.deed.id,
        }
    }
}

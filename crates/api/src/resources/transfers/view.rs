//! Transfers as they are now.

use acopio_ledger::ids::EntryId;
use acopio_ledger::quantity::Quantity;
use acopio_ledger::transfer::{Moment, Transfer, TransferLine, TransferState};
use serde::Serialize;
use utoipa::ToSchema;

use crate::auth::Session;
use crate::problem::Problem;
use crate::resources::names::Names;
use crate::wire::{Amount, StampText};

/// A transfer, as it is now.
#[derive(Serialize, ToSchema)]
#[schema(as = Transfer)]
pub(super) struct TransferView {
    /// Its id.
    #[schema(value_type = String, example = "main.1.1042")]
    id: EntryId,
    /// The warehouse that sends.
    from: String,
    /// The warehouse that receives.
    to: String,
    /// What it refers to.
    reference: Option<String>,
    /// How far it is.
    #[schema(value_type = StateName)]
    state: TransferState,
    /// Its lines, by SKU.
    lines: Vec<TransferLineView>,
    /// When it was drafted.
    drafted_at: Option<StampText>,
    /// The login name of whoever drafted it.
    drafted_by: Option<String>,
    /// When it was dispatched.
    dispatched_at: Option<StampText>,
    /// The login name of whoever dispatched it.
    dispatched_by: Option<String>,
    /// When something of it last came or was settled.
    received_at: Option<StampText>,
    /// The login name of whoever did that.
    received_by: Option<String>,
    /// When it was cancelled.
    cancelled_at: Option<StampText>,
    /// The login name of whoever cancelled it.
    cancelled_by: Option<String>,
    /// How often it has changed; also its `ETag`.
    version: u64,
}

/// One SKU of a transfer, as it is now.
#[derive(Serialize, ToSchema)]
#[schema(as = TransferLine)]
struct TransferLineView {
    /// Of what.
    sku: String,
    /// What was asked for.
    asked: Amount,
    /// What left the sender.
    dispatched: Amount,
    /// What arrived and was good.
    accepted: Amount,
    /// What arrived and was put on hold.
    rejected: Amount,
    /// What is still on the road: sent, and neither arrived nor lost.
    on_the_road: Amount,
    /// What of it was reported missing and is not settled yet.
    missing: Amount,
    /// What was reported missing and turned up.
    found: Amount,
    /// What was lost.
    lost: Amount,
}

/// How far a transfer is.
#[derive(Clone, Copy, serde::Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = TransferState)]
pub(crate) enum StateName {
    /// Nothing has left yet.
    Draft,
    /// It was given up before anything left.
    Cancelled,
    /// All is on the road.
    Dispatched,
    /// Something has come, something is still on the road.
    PartiallyReceived,
    /// Nothing is on the road any more.
    Closed,
    /// Something has come of it, but the sender's log is not known that far.
    Pending,
}

impl From<StateName> for TransferState {
    fn from(state: StateName) -> TransferState {
        match state {
            StateName::Draft => TransferState::Draft,
            StateName::Cancelled => TransferState::Cancelled,
            StateName::Dispatched => TransferState::Dispatched,
            StateName::PartiallyReceived => TransferState::PartiallyReceived,
            StateName::Closed => TransferState::Closed,
            StateName::Pending => TransferState::Pending,
        }
    }
}

/// Makes views; asks for each person once.
pub(super) struct Views<'a> {
    names: Names<'a>,
}

impl<'a> Views<'a> {
    pub(super) fn new(session: &'a Session) -> Views<'a> {
        Views { names: Names::new(session) }
    }

    /// The view of a transfer.
    ///
    /// # Errors
    ///
    /// When storage fails.
    pub(super) async fn of(&mut self, transfer: Transfer) -> Result<TransferView, Problem> {
        let state = transfer.state();
        let at = |moment: Option<Moment>| moment.map(|moment| StampText(moment.at));
        Ok(TransferView {
            from: transfer.from.to_string(),
            to: transfer.to.to_string(),
            reference: Some(transfer.reference).filter(|reference| !reference.is_empty()),
            state,
            lines: transfer.lines.iter().map(line).collect(),
            drafted_at: at(transfer.drafted),
            drafted_by: self.name(transfer.drafted).await?,
            dispatched_at: at(transfer.dispatched),
            dispatched_by: self.name(transfer.dispatched).await?,
            received_at: at(transfer.received),
            received_by: self.name(transfer.received).await?,
            cancelled_at: at(transfer.cancelled),
            cancelled_by: self.name(transfer.cancelled).await?,
            version: transfer.version.0,
            id: transfer.id,
        })
    }

    async fn name(&mut self, moment: Option<Moment>) -> Result<Option<String>, Problem> {
        match moment {
            Some(Moment { by, .. }) => self.names.of(by).await,
            None => Ok(None),
        }
    }
}

fn line(line: &TransferLine) -> TransferLineView {
    TransferLineView {
        sku: line.sku.to_string(),
        asked: Amount(line.asked),
        dispatched: Amount(line.dispatched),
        accepted: Amount(line.accepted),
        rejected: Amount(line.rejected),
        on_the_road: Amount(line.on_the_road().max(Quantity::ZERO)),
        missing: Amount(line.missing_now()),
        found: Amount(line.found),
        lost: Amount(line.lost),
    }
}

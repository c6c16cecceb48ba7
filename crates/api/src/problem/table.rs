//! The one table that maps refusals and failures to HTTP.

use acopio_contract::access::Denied;
use acopio_contract::{ManageError, QueryError, SubmitError};
use acopio_ledger::Refusal;
use axum::http::StatusCode;

use super::{Problem, shortened};

/// How long a caller waits before trying a busy node again.
const RETRY_SECONDS: u32 = 1;

/// The status of a refusal: 422 for what the request says, 409 for what the stock or the catalogue is like.
fn status_of(refusal: &Refusal) -> StatusCode {
    match refusal {
        Refusal::UnknownWarehouse { .. }
        | Refusal::UnknownSku { .. }
        | Refusal::QuantityNotPositive { .. }
        | Refusal::QuantityZero { .. }
        | Refusal::TooManyDecimals { .. }
        | Refusal::QuantityTooLarge { .. }
        | Refusal::OccurredInFuture { .. }
        | Refusal::SeveralWarehouses { .. }
        | Refusal::UnitFixed { .. }
        | Refusal::InvalidRule { .. }
        | Refusal::SnoozeInPast { .. }
        | Refusal::SameWarehouse { .. }
        | Refusal::DuplicateLine { .. }
        | Refusal::EmptyLine { .. }
        | Refusal::NotInTransfer { .. }
        | Refusal::UnknownSide { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::NotFound { .. } => StatusCode::NOT_FOUND,
        Refusal::PreconditionFailed { .. } => StatusCode::PRECONDITION_FAILED,
        Refusal::Expired { .. }
        | Refusal::DispatchNotHere { .. }
        | Refusal::ImportElsewhere { .. }
        | Refusal::AlreadyOwner { .. }
        | Refusal::NotTheOwner { .. }
        | Refusal::AlreadyReconciled { .. }
        | Refusal::NotRepostable { .. }
        | Refusal::ProductRetired { .. }
        | Refusal::InsufficientStock { .. }
        | Refusal::VersionChanged { .. }
        | Refusal::SkuExists { .. }
        | Refusal::BarcodeTaken { .. }
        | Refusal::StockRemains { .. }
        | Refusal::CategoryExists { .. }
        | Refusal::WarehouseExists { .. }
        | Refusal::AlreadyUndone { .. }
        | Refusal::UndoOfUndo { .. }
        | Refusal::HoldTooSmall { .. }
        | Refusal::HoldReleased { .. }
        | Refusal::AlertResolved { .. }
        | Refusal::UsernameTaken { .. }
        | Refusal::EmailTaken { .. }
        | Refusal::LastAdmin { .. }
        | Refusal::AlreadyImported { .. }
        | Refusal::ImportUndone { .. }
        | Refusal::ImportExists { .. }
        | Refusal::BatchRefused { .. }
        | Refusal::AlreadyFounded { .. }
        | Refusal::TransferCancelled { .. }
        | Refusal::NotDispatched { .. }
        | Refusal::AlreadyDispatched { .. }
        | Refusal::TransferClosed { .. }
        | Refusal::MoreThanOnTheRoad { .. }
        | Refusal::MovementOfTransfer { .. } => StatusCode::CONFLICT,
    }
}

/// The code of a refusal beside its status, as the lines of a batch show them.
pub(crate) fn code_and_status(refusal: &Refusal) -> (&'static str, u16) {
    (refusal.code(), status_of(refusal).as_u16())
}

/// The value at fault, and what it must be; nothing where the refusal is about no single value.
fn value_and_rule(refusal: &Refusal) -> (Option<String>, Option<String>) {
    let (value, rule) = match refusal {
        Refusal::UnknownWarehouse { warehouse } => {
            (warehouse.to_string(), "must be a known warehouse".into())
        }
        Refusal::UnknownSku { sku } => (sku.to_string(), "must be a known SKU".into()),
        Refusal::QuantityNotPositive { quantity } => (quantity.to_string(), "must be more than 0".into()),
        Refusal::QuantityZero { .. } => ("0".into(), "must not be 0".into()),
        Refusal::TooManyDecimals { quantity, decimals, .. } => {
            (quantity.to_string(), format!("must have at most {decimals} decimals"))
        }
        Refusal::QuantityTooLarge { quantity, .. } => {
            (quantity.to_string(), "must keep the stock at or below 1000000000000".into())
        }
        Refusal::OccurredInFuture { occurred_at } => {
            (occurred_at.clone(), "must be at most 5 minutes ahead of now".into())
        }
        Refusal::SeveralWarehouses { first, other } => {
            (other.to_string(), format!("must be the warehouse of the first line, {first}"))
        }
        Refusal::InsufficientStock { asked, available, .. } => {
            (asked.to_string(), format!("must be at most what is available, {available}"))
        }
        Refusal::VersionChanged { expected, actual } | Refusal::PreconditionFailed { expected, actual } => {
            (expected.to_string(), format!("must be the present version, {actual}"))
        }
        Refusal::SkuExists { sku } => (sku.to_string(), "must be a new SKU".into()),
        Refusal::BarcodeTaken { barcode, .. } => (barcode.clone(), "must be of one product only".into()),
        Refusal::CategoryExists { name } => (name.clone(), "must be a new name".into()),
        Refusal::WarehouseExists { warehouse } => (warehouse.to_string(), "must be a new code".into()),
        Refusal::HoldTooSmall { asked, held } => {
            (asked.to_string(), format!("must be at most what is held, {held}"))
        }
        Refusal::SnoozeInPast { until } => (until.clone(), "must lie ahead of now".into()),
        Refusal::UsernameTaken { username } => (username.clone(), "must be a new username".into()),
        Refusal::EmailTaken { email } => (email.clone(), "must be of one user only".into()),
        Refusal::SameWarehouse { warehouse } => (warehouse.to_string(), "must be another warehouse".into()),
        Refusal::DuplicateLine { sku } => (sku.to_string(), "must have one line".into()),
        Refusal::EmptyLine { sku } => (sku.to_string(), "must have a quantity of more than 0".into()),
        Refusal::NotInTransfer { sku, .. } => (sku.to_string(), "must be a SKU of the transfer".into()),
        Refusal::MoreThanOnTheRoad { asked, on_the_road, .. } => {
            (asked.to_string(), format!("must be at most what is on the road, {on_the_road}"))
        }
        Refusal::ProductRetired { sku } => (sku.to_string(), "must not be retired".into()),
        Refusal::AlreadyOwner { owner, .. } => (owner.to_string(), "must be another node".into()),
        Refusal::UnknownSide { node, .. } => (node.to_string(), "must have given one of the values".into()),
        Refusal::NotTheOwner { owner, .. } => (owner.to_string(), "must be the owner".into()),
        _ => return (None, None),
    };
    (Some(shortened(&value)), Some(rule))
}

impl From<&Refusal> for Problem {
    fn from(refusal: &Refusal) -> Problem {
        let (value, rule) = value_and_rule(refusal);
        let problem = Problem::new(status_of(refusal), refusal.code(), refusal.to_string());
        problem.about(refusal.field().to_owned(), value, rule).with_values(refusal.named_values())
    }
}

impl From<Denied> for Problem {
    fn from(denied: Denied) -> Problem {
        Problem::forbidden(denied.to_string())
    }
}

impl From<SubmitError> for Problem {
    fn from(error: SubmitError) -> Problem {
        let detail = error.to_string();
        match error {
            SubmitError::KeyReused { key } => {
                let rule = "must be a new key for a new request".to_owned();
                Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail).about(
                    "Idempotency-Key".to_owned(),
                    Some(key),
                    Some(rule),
                )
            }
            SubmitError::Busy { .. } => Problem::busy(detail, RETRY_SECONDS),
            SubmitError::TooLarge { .. } => {
                Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "command_too_large", detail)
            }
            SubmitError::NotHere { .. } => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "not_here", detail),
            SubmitError::InDoubt => {
                Problem::new(StatusCode::SERVICE_UNAVAILABLE, "in_doubt", detail).retry_after(RETRY_SECONDS)
            }
            SubmitError::TooFewMachines { .. } => {
                Problem::new(StatusCode::CONFLICT, "too_few_machines", detail)
            }
            SubmitError::SeveralOwners => Problem::new(StatusCode::CONFLICT, "several_owners", detail),
            // Where there is no other answer for it, as `NotDone` is: the same sent again learns what became of it.
            SubmitError::Accepted { .. } => Problem::busy(detail, RETRY_SECONDS),
            SubmitError::Stopped { .. } => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopped", detail),
        }
    }
}

impl From<ManageError> for Problem {
    fn from(error: ManageError) -> Problem {
        let detail = error.to_string();
        match error {
            ManageError::NotFound { what, id } => Problem::not_found(what, id),
            ManageError::Alone => Problem::new(StatusCode::CONFLICT, "not_joined", detail),
            ManageError::Conflict { .. } => Problem::new(StatusCode::CONFLICT, "cluster_conflict", detail),
            ManageError::Unreachable { .. } => {
                let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE, "fabric_unreachable", detail);
                problem.retry_after(RETRY_SECONDS)
            }
            ManageError::Submit(error) => error.into(),
        }
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Problem {
        match error {
            QueryError::Cursor { cursor } => Problem::cursor(&cursor),
            QueryError::Storage { .. } => Problem::internal(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use acopio_ledger::ids::Version;
    use acopio_ledger::quantity::Quantity;

    use super::*;

    #[test]
    fn a_refusal_says_what_it_is_about_by_name() {
        let sku = acopio_ledger::names::Sku::recorded("TEA-1");
        let (asked, on_the_road) = (Quantity(1_500), Quantity(1_000));
        let refusal = Refusal::MoreThanOnTheRoad { sku, asked, on_the_road };
        let body = serde_json::to_value(Problem::from(&refusal)).unwrap();
        let expected = serde_json::json!({ "sku": "TEA-1", "asked": "1.5", "on_the_road": "1" });
        assert_eq!(body["values"], expected);
    }

    #[test]
    fn statuses_follow_from_what_is_at_fault() {
        let precondition = Refusal::PreconditionFailed { expected: Version(1), actual: Version(2) };
        assert_eq!(status_of(&precondition), 412);
        assert_eq!(code_and_status(&Refusal::BatchRefused {}), ("batch_refused", 409));
        let problem = Problem::from(SubmitError::Busy { waiting: 9 });
        assert_eq!(problem.code(), "busy");
    }
}

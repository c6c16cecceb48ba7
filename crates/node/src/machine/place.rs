//! Whether this node may decide a command: what touches a warehouse's stock is decided by its owner alone.

use acopio_contract::SubmitError;
use acopio_ledger::names::{NodeName, WarehouseCode};
use acopio_ledger::{Command, Source, Submission, Where};

use super::fence::Fences;

/// Refuses, without an entry, a command for a warehouse that another node decides about. One that names a warehouse or
/// a thing that is not known here is decided: it is refused as such.
pub(super) fn check<S: Source>(
    books: &S,
    fences: &Fences,
    own: &NodeName,
    submission: &Submission,
) -> Result<(), SubmitError> {
    match submission.warehouse(books) {
        Where::In(code) => check_one(books, fences, own, &code),
        Where::Lines => {
            let Command::Move(moves) = &submission.command else { return Ok(()) };
            let mut last: Option<&WarehouseCode> = None;
            for code in moves.lines.iter().map(|line| &line.warehouse) {
                if last != Some(code) {
                    check_one(books, fences, own, code)?;
                    last = Some(code);
                }
            }
            Ok(())
        }
        Where::Anywhere | Where::Unknown => Ok(()),
    }
}

fn check_one<S: Source>(
    books: &S,
    fences: &Fences,
    own: &NodeName,
    code: &WarehouseCode,
) -> Result<(), SubmitError> {
    let Some(warehouse) = books.warehouse(code) else { return Ok(()) };
    let taker = fences.get(code).filter(|(epoch, _)| warehouse.epoch <= *epoch).map(|(_, by)| by);
    let owner = match taker {
        Some(taker) if warehouse.owner == *own => taker,
        _ if warehouse.is_decided_by(own) => return Ok(()),
        _ => warehouse.decider(),
    };
    Err(SubmitError::NotHere { warehouse: code.clone(), owner: owner.clone() })
}

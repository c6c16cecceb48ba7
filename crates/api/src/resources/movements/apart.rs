//! A batch whose lines are for warehouses that several nodes decide about: each warehouse's lines are a command of their
//! own, under a key that follows from the caller's.

use std::borrow::Cow;
use std::collections::BTreeMap;

use acopio_ledger::command::{Command, MoveLine, Moves};
use acopio_ledger::names::{IdempotencyKey, WarehouseCode};
use futures_util::future::join_all;

use super::batch::{LineResult, lines_of};
use crate::auth::{NotDone, Session};
use crate::extract::Key;
use crate::problem::Problem;

/// The lines of one warehouse, with their places in the batch.
type Part = (Vec<usize>, Vec<MoveLine>);

/// Whether lines name several warehouses.
pub(super) fn is_of_several(moves: &Moves) -> bool {
    moves.lines.windows(2).any(|pair| pair[0].warehouse != pair[1].warehouse)
}

/// Decides each warehouse's lines by themselves; answers one result for each line, in the order of the batch.
///
/// # Errors
///
/// When nothing can be said of some part, as that its key was used for something else.
pub(super) async fn decide(session: &Session, key: &Key, moves: Moves) -> Result<Vec<LineResult>, Problem> {
    let count = moves.lines.len();
    let parts = parts(moves).into_iter().map(|(warehouse, part)| decide_part(session, key, warehouse, part));
    let mut results: Vec<LineResult> = Vec::with_capacity(count);
    for part in join_all(parts).await {
        results.extend(part?);
    }
    results.sort_by_key(|result| result.index);
    Ok(results)
}

fn parts(moves: Moves) -> BTreeMap<WarehouseCode, Part> {
    let mut parts: BTreeMap<WarehouseCode, Part> = BTreeMap::new();
    for (index, line) in moves.lines.into_iter().enumerate() {
        let (indexes, lines) = parts.entry(line.warehouse.clone()).or_default();
        indexes.push(index);
        lines.push(line);
    }
    parts
}

async fn decide_part(
    session: &Session,
    key: &Key,
    warehouse: WarehouseCode,
    (indexes, part): Part,
) -> Result<Vec<LineResult>, Problem> {
    let key = Key(IdempotencyKey::recorded(&format!("{}/{warehouse}", key.0)));
    let all = |result: LineResult| {
        indexes.iter().map(|&index| LineResult { index, ..result.clone() }).collect::<Vec<_>>()
    };
    match session.decide(key, Command::Move(Moves { lines: part, atomic: false })).await {
        Ok(done) => {
            let results = lines_of(done.record(), indexes.len());
            let placed = results.into_iter().zip(&indexes);
            Ok(placed.map(|(result, &index)| LineResult { index, ..result }).collect())
        }
        Err(NotDone::Later(later)) => {
            Ok(all(LineResult { status: 202, operation: Some(later.operation), ..LineResult::default() }))
        }
        Err(NotDone::Refused(problem) | NotDone::Apart(problem)) if problem.status().is_server_error() => {
            // It may be sent again with the same key: what is done is not done again.
            Ok(all(LineResult {
                status: problem.status().as_u16(),
                code: Some(Cow::Owned(problem.code().to_owned())),
                detail: Some(problem.detail().to_owned()),
                ..LineResult::default()
            }))
        }
        Err(NotDone::Refused(problem) | NotDone::Apart(problem)) => Err(problem),
    }
}

#[cfg(test)]
mod tests {
    use acopio_ledger::command::{Amount, MoveKind};
    use acopio_ledger::names::Sku;
    use acopio_ledger::quantity::Quantity;

    use super::*;

    #[test]
    fn lines_keep_their_order_within_a_warehouse() {
        let line = |warehouse: &str| MoveLine {
            kind: MoveKind::Receipt,
            warehouse: WarehouseCode::recorded(warehouse),
            sku: Sku::recorded("A1"),
            amount: Amount::By(Quantity(1_000)),
            reason: None,
            reference: None,
            occurred_at: None,
            source: None,
        };
        let moves = Moves { lines: ["LON", "MAD", "LON"].map(line).to_vec(), atomic: false };
        assert!(is_of_several(&moves));
        let indexes: Vec<_> = parts(moves).into_values().map(|(indexes, _)| indexes).collect();
        assert_eq!(indexes, [vec![0, 2], vec![1]]);
    }
}

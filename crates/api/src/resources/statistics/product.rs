//! The movements of one product, counted page by page out of its history.

use acopio_contract::query::{HistoryTime, Movements, PAGE_MAX, PageRequest};
use acopio_ledger::names::{Sku, WarehouseCode};
use acopio_ledger::tally::Tally;

use super::periods::Periods;
use crate::auth::Session;
use crate::problem::Problem;

/// How many pages of movements one answer may cost.
const PAGES_MAX: usize = 50;

/// Counts the movements of a product in each period; answers whether all were counted.
///
/// # Errors
///
/// When they may not be seen, or storage fails.
pub(super) async fn count(
    session: &Session,
    sku: Sku,
    warehouse: Option<WarehouseCode>,
    periods: &Periods,
    sums: &mut [Tally],
) -> Result<bool, Problem> {
    let (first, last) = (periods.bounds().first(), periods.bounds().last());
    let mut query = Movements {
        warehouse,
        sku: Some(sku),
        kind: None,
        actor: None,
        reference: None,
        from: first.map(|bound| bound.begins()),
        to: last.map(|bound| bound.begins()),
        time: HistoryTime::Occurred,
        scope: None,
        page: PageRequest { limit: PAGE_MAX, cursor: None },
    };
    for _ in 0..PAGES_MAX {
        let page = session.ask(query.clone()).await?;
        for row in page.items {
            let time = row.moved.occurred_at.unwrap_or(row.stamp.millis());
            let sum = periods.index_of(time).and_then(|index| sums.get_mut(index));
            sum.into_iter().for_each(|sum| sum.count(row.moved.kind));
        }
        query.page.cursor = page.next;
        if query.page.cursor.is_none() {
            return Ok(true);
        }
    }
    Ok(false)
}

//! `/v1/statistics`: figures for charts, made from the same pages of history that everybody may ask for.

use acopio_contract::query::{HistoryTime, Movements, PAGE_MAX, PageRequest};
use acopio_ledger::entry::Kind;
use acopio_ledger::ids::Millis;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::auth::{Session, json};
use crate::extract::Params;
use crate::problem::Problem;
use crate::wire::{CodeText, SkuText, Time, TimeText};

/// How many pages of movements one answer may cost.
const PAGES_MAX: usize = 50;
/// The most parts of time in one answer.
const BUCKETS_MAX: usize = 100;
const HOUR_MS: i64 = 3_600_000;

/// The routes.
pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::default().routes(routes!(count_movements))
}

/// What is counted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct CountFilter {
    /// Where.
    #[param(inline)]
    warehouse: Option<CodeText>,
    /// Of what.
    #[param(inline)]
    sku: Option<SkuText>,
    /// Where the first part of time begins: midnight of the reader's time zone, for days as people know them.
    #[param(inline)]
    from: Time,
    /// How long a part of time is.
    #[param(inline)]
    step: StepName,
    /// How many parts of time.
    #[param(minimum = 1, maximum = 100)]
    steps: u64,
}

/// How long a part of time is.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum StepName {
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
}

impl StepName {
    fn millis(self) -> i64 {
        match self {
            StepName::Hour => HOUR_MS,
            StepName::Day => 24 * HOUR_MS,
        }
    }
}

/// How many movements there were, by kind and part of time.
#[derive(Serialize, ToSchema)]
#[schema(as = MovementCounts)]
struct CountsView {
    /// Whether all movements of the time were read; if not, the earliest are missing.
    complete: bool,
    /// All together.
    total: Bucket,
    /// One for each part of time, in order.
    items: Vec<Bucket>,
}

/// Movements of one part of time.
#[derive(Clone, Serialize, ToSchema)]
#[schema(as = MovementBucket)]
struct Bucket {
    /// When it begins.
    from: TimeText,
    /// Receipts.
    receipt: u64,
    /// Issues.
    issue: u64,
    /// Returns.
    r#return: u64,
    /// Adjustments.
    adjustment: u64,
    /// Dispatches to, arrivals from and losses between warehouses.
    transfer: u64,
}

impl Bucket {
    fn new(from: Millis) -> Bucket {
        Bucket { from: TimeText(from), receipt: 0, issue: 0, r#return: 0, adjustment: 0, transfer: 0 }
    }

    fn count(&mut self, kind: Kind) {
        *match kind {
            Kind::Receipt => &mut self.receipt,
            Kind::Issue => &mut self.issue,
            Kind::Return => &mut self.r#return,
            Kind::Adjustment => &mut self.adjustment,
            Kind::Dispatch | Kind::Arrival | Kind::Loss => &mut self.transfer,
        } += 1;
    }
}

/// Counts movements by kind and part of time
#[utoipa::path(
    get, path = "/v1/statistics/movements", tag = "movements", params(CountFilter),
    responses((status = 200, body = CountsView)),
)]
async fn count_movements(session: Session, Params(filter): Params<CountFilter>) -> Result<Response, Problem> {
    let steps = usize::try_from(filter.steps).ok().filter(|steps| (1..=BUCKETS_MAX).contains(steps));
    let steps = steps
        .ok_or_else(|| Problem::parameter("steps", filter.steps.to_string(), "must be between 1 and 100"))?;
    let (from, step) = (filter.from.0, filter.step.millis());
    let begin = |index: usize| {
        let length = i64::try_from(index).unwrap_or(i64::MAX).saturating_mul(step);
        Millis(from.0.saturating_add(length))
    };
    let mut items: Vec<Bucket> = (0..steps).map(|index| Bucket::new(begin(index))).collect();
    let mut total = Bucket::new(from);
    let mut query = Movements {
        warehouse: filter.warehouse.map(|code| code.0),
        sku: filter.sku.map(|sku| sku.0),
        kind: None,
        actor: None,
        reference: None,
        from: Some(from),
        to: Some(begin(steps)),
        time: HistoryTime::Recorded,
        scope: None,
        page: PageRequest { limit: PAGE_MAX, cursor: None },
    };
    let mut complete = false;
    for _ in 0..PAGES_MAX {
        let page = session.ask(query.clone()).await?;
        for row in page.items {
            let after = row.stamp.millis().0.saturating_sub(from.0) / step;
            let bucket = usize::try_from(after).ok().and_then(|index| items.get_mut(index));
            if let Some(bucket) = bucket {
                bucket.count(row.moved.kind);
                total.count(row.moved.kind);
            }
        }
        query.page.cursor = page.next;
        if query.page.cursor.is_none() {
            complete = true;
            break;
        }
    }
    Ok(json(StatusCode::OK, &CountsView { complete, total, items }))
}

//! `/v1/statistics`: figures for charts. Those of warehouses come from sums that are kept, whatever the history is like;
//! those of one product are counted out of its own history.

mod periods;
mod product;

use acopio_contract::query::{CompanySettings, Tallies};
use acopio_ledger::tally::Tally;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::periods::{Periods, StepName};
use crate::app::App;
use crate::auth::{Session, json};
use crate::extract::Params;
use crate::problem::Problem;
use crate::wire::{CodeText, SkuText, Time, TimeText};

/// The most parts of time in one answer.
const STEPS_MAX: usize = 100;

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
    /// Where the first part of time begins, to a quarter of an hour. If not said, the last one is that of now.
    #[param(inline)]
    from: Option<Time>,
    /// How long a part of time is.
    #[param(inline)]
    step: StepName,
    /// How many parts of time.
    #[param(minimum = 1, maximum = 100)]
    steps: u64,
}

/// How many movements there were, by kind and part of time, and how many products were available.
#[derive(Serialize, ToSchema)]
#[schema(as = MovementCounts)]
struct CountsView {
    /// Whether all movements of the time were counted; if not, as may be of one product, the earliest are missing.
    complete: bool,
    /// The company's time zone, by which days begin.
    time_zone: String,
    /// All together.
    total: Bucket,
    /// One for each part of time, in order.
    items: Vec<Bucket>,
    /// How many products were available at the end of each part of time, by warehouse, as it was recorded; of one product
    /// nothing.
    available: Vec<AvailableView>,
}

/// Movements of one part of time, which count when the goods moved.
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

/// How many products were available in a warehouse.
#[derive(Serialize, ToSchema)]
#[schema(as = AvailableProducts)]
struct AvailableView {
    /// Where.
    warehouse: String,
    /// At the end of each part of time; of the present one, now.
    products: Vec<i64>,
}

impl Bucket {
    fn of(from: TimeText, tally: &Tally) -> Bucket {
        Bucket {
            from,
            receipt: tally.receipt,
            issue: tally.issue,
            r#return: tally.r#return,
            adjustment: tally.adjustment,
            transfer: tally.dispatch + tally.arrival + tally.loss,
        }
    }
}

/// Counts movements by kind and part of time, and the products that were available
#[utoipa::path(
    get, path = "/v1/statistics/movements", tag = "movements", params(CountFilter),
    responses((status = 200, body = CountsView)),
)]
async fn count_movements(session: Session, Params(filter): Params<CountFilter>) -> Result<Response, Problem> {
    let steps = usize::try_from(filter.steps).ok().filter(|steps| (1..=STEPS_MAX).contains(steps));
    let steps = steps
        .ok_or_else(|| Problem::parameter("steps", filter.steps.to_string(), "must be between 1 and 100"))?;
    let settings = session.ask(CompanySettings).await?;
    let periods = Periods::new(&settings.time_zone, filter.from.map(|time| time.0), filter.step, steps)?;
    let warehouse = filter.warehouse.map(|code| code.0);
    let mut sums = vec![Tally::default(); steps];
    let (mut complete, mut available) = (true, Vec::new());
    match filter.sku {
        Some(sku) => complete = product::count(&session, sku.0, warehouse, &periods, &mut sums).await?,
        None => {
            let query = Tallies { warehouse, bounds: periods.bounds().to_vec(), scope: None };
            for row in session.ask(query).await? {
                sums.iter_mut().zip(&row.periods).for_each(|(sum, tally)| sum.add(tally));
                available
                    .push(AvailableView { warehouse: row.warehouse.to_string(), products: row.available });
            }
        }
    }
    let begins = periods.bounds().iter().map(|bound| TimeText(bound.begins()));
    let items: Vec<Bucket> = begins.zip(&sums).map(|(from, sum)| Bucket::of(from, sum)).collect();
    let mut total = Tally::default();
    sums.iter().for_each(|sum| total.add(sum));
    let total = Bucket::of(items[0].from, &total);
    let time_zone = settings.time_zone;
    Ok(json(StatusCode::OK, &CountsView { complete, time_zone, total, items, available }))
}

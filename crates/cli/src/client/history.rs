//! `acopio history`: movements, newest first.

use clap::ValueEnum;

use super::Client;
use super::moment::moment;
use super::page::PageArgs;
use super::request::Request;
use super::table::Column;
use crate::failure::Result;

/// Which movements.
#[derive(Debug, clap::Args)]
pub(crate) struct HistoryArgs {
    #[command(flatten)]
    filters: HistoryFilters,
    #[command(flatten)]
    page: PageArgs,
}

/// The filters of movements, the same for the list and for its export.
#[derive(Debug, clap::Args)]
pub(crate) struct HistoryFilters {
    /// Only in this warehouse
    #[arg(long, value_name = "CODE")]
    warehouse: Option<String>,
    /// Only of this product
    #[arg(long, value_name = "CODE")]
    sku: Option<String>,
    /// Only of this kind
    #[arg(long)]
    kind: Option<Kind>,
    /// Only by this user, named by login name
    #[arg(long, value_name = "NAME")]
    actor: Option<String>,
    /// Only with this reference
    #[arg(long, value_name = "TEXT")]
    reference: Option<String>,
    /// At or after this time, as in 2026-11-01 or "2026-11-01 08:00"
    #[arg(long, value_name = "TIME", value_parser = moment)]
    from: Option<String>,
    /// Before this time
    #[arg(long, value_name = "TIME", value_parser = moment)]
    to: Option<String>,
    /// Which time --from and --to mean: when it was recorded, or when the goods moved
    #[arg(long)]
    time: Option<Time>,
}

/// A kind of movement.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Receipt,
    Issue,
    Return,
    Adjustment,
}

/// A time of a movement.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Time {
    Recorded,
    Occurred,
}

const COLUMNS: &[Column] = &[
    Column::time("occurred_at", "when"),
    Column::text("kind", "kind"),
    Column::text("warehouse", "warehouse"),
    Column::text("sku", "sku"),
    Column::figure("quantity", "quantity"),
    Column::figure("on_hand", "on hand"),
    Column::text("actor", "by"),
    Column::text("reason", "reason"),
    Column::text("reference", "reference"),
    Column::text("id", "id"),
];

impl Client {
    /// Runs `acopio history`.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn history(&self, args: &HistoryArgs) -> Result<()> {
        self.list(args.filters.apply(Request::get("v1/movements")), &args.page, COLUMNS).await
    }
}

impl HistoryFilters {
    /// Adds the filters to a request for movements.
    pub(super) fn apply(&self, request: Request) -> Request {
        let kind = |kind| match kind {
            Kind::Receipt => "receipt",
            Kind::Issue => "issue",
            Kind::Return => "return",
            Kind::Adjustment => "adjustment",
        };
        let time = |time| match time {
            Time::Recorded => "recorded",
            Time::Occurred => "occurred",
        };
        request
            .filter("warehouse", self.warehouse.as_ref())
            .filter("sku", self.sku.as_ref())
            .filter("kind", self.kind.map(kind))
            .filter("actor", self.actor.as_ref())
            .filter("reference", self.reference.as_ref())
            .filter("from", self.from.as_ref())
            .filter("to", self.to.as_ref())
            .filter("time", self.time.map(time))
    }
}

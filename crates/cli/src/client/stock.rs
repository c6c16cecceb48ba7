//! `acopio stock`.

use serde_json::Value;

use super::Client;
use super::page::PageArgs;
use super::products::Availability;
use super::request::Request;
use super::table::Column;
use crate::failure::Result;

/// Which balances.
#[derive(Debug, clap::Args)]
pub(crate) struct StockArgs {
    #[command(flatten)]
    filters: StockFilters,
    #[command(flatten)]
    page: PageArgs,
}

/// The filters of balances, the same for the list and for its export.
#[derive(Debug, clap::Args)]
pub(crate) struct StockFilters {
    /// Only in this warehouse
    #[arg(long, value_name = "CODE")]
    warehouse: Option<String>,
    /// Only of this product
    #[arg(long, value_name = "CODE")]
    sku: Option<String>,
    /// Words in name, SKU, description, category or barcode, without regard to case and accents
    #[arg(short, long = "query", value_name = "TEXT")]
    q: Option<String>,
    /// Only of this category
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// Only with or without available stock
    #[arg(long)]
    status: Option<Availability>,
    /// Only at or below the reorder minimum
    #[arg(long)]
    low: bool,
}

const LISTED: &[Column] = &[
    Column::text("warehouse", "warehouse"),
    Column::text("sku", "sku"),
    Column::text("name", "name"),
    Column::figure("on_hand", "on hand"),
    Column::figure("reserved", "reserved"),
    Column::figure("on_hold", "on hold"),
    Column::figure("available", "available"),
    Column::figure("incoming", "incoming"),
    Column::with("is_live", "", not_live),
];

/// Balances of one product.
pub(super) const OF_PRODUCT: &[Column] = &[
    Column::text("warehouse", "warehouse"),
    Column::figure("on_hand", "on hand"),
    Column::figure("reserved", "reserved"),
    Column::figure("on_hold", "on hold"),
    Column::figure("available", "available"),
    Column::figure("incoming", "incoming"),
    Column::with("is_live", "", not_live),
];

/// Says so where figures are not those of now; what is live needs no words.
fn not_live(is_live: &Value) -> String {
    if is_live == false { "not live".to_owned() } else { String::new() }
}

impl Client {
    /// Runs `acopio stock`.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn stock(&self, args: &StockArgs) -> Result<()> {
        self.list(args.filters.apply(Request::get("v1/stock")), &args.page, LISTED).await
    }
}

impl StockFilters {
    /// Adds the filters to a request for balances.
    pub(super) fn apply(&self, request: Request) -> Request {
        request
            .filter("warehouse", self.warehouse.as_ref())
            .filter("sku", self.sku.as_ref())
            .filter("q", self.q.as_ref())
            .filter("category", self.category.as_ref())
            .filter("status", self.status.map(Availability::name))
            .filter("low", self.low.then_some(true))
    }
}

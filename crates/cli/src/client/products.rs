//! `acopio product`.

use clap::{Subcommand, ValueEnum};
use serde_json::{Map, Value, json};

use super::Client;
use super::page::PageArgs;
use super::request::Request;
use super::table::Column;
use super::users::set;
use crate::failure::{Failure, Result};

/// What to do about products.
#[derive(Debug, Subcommand)]
pub(crate) enum ProductCommand {
    /// List products, or find some
    List(ListArgs),
    /// Show a product and its stock in every warehouse
    Show {
        /// Its code
        sku: String,
    },
    /// Add a product
    Add(AddArgs),
    /// Change a product's fields, those that are given
    Set(SetArgs),
    /// Retire a product that has no stock: it takes no receipts any more
    Retire {
        /// Its code
        sku: String,
        /// Why: kept in the log
        #[arg(long, value_name = "TEXT")]
        reason: Option<String>,
    },
}

/// Which products.
#[derive(Debug, clap::Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    filters: ProductFilters,
    #[command(flatten)]
    page: PageArgs,
}

/// The filters of products, the same for the list and for its export.
#[derive(Debug, clap::Args)]
pub(crate) struct ProductFilters {
    /// Words in name, SKU, description, category or barcode, without regard to case and accents
    #[arg(short, long = "query", value_name = "TEXT")]
    q: Option<String>,
    /// Only of this category
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// Only with or without available stock
    #[arg(long)]
    status: Option<Availability>,
    /// The warehouse whose stock counts
    #[arg(long, value_name = "CODE")]
    warehouse: Option<String>,
    /// Only retired products, or only others
    #[arg(long, value_name = "BOOL")]
    retired: Option<bool>,
    /// Order: sku, name or created; with - before it backwards
    #[arg(long, value_name = "FIELD", allow_hyphen_values = true)]
    sort: Option<String>,
}

/// Whether there is something to issue.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Availability {
    /// More than nothing is available
    Available,
    /// Nothing is
    OutOfStock,
}

impl Availability {
    /// As the server calls it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Availability::Available => "available",
            Availability::OutOfStock => "out_of_stock",
        }
    }
}

/// A product's fields, as far as they are given.
#[derive(Debug, clap::Args)]
pub(crate) struct Fields {
    /// Description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// Category, by name; a new name makes a new category, an empty one takes the product out
    #[arg(long, value_name = "NAME")]
    category: Option<String>,
    /// Barcode; may be given several times
    #[arg(long = "barcode", value_name = "CODE")]
    barcodes: Vec<String>,
    /// Free attribute; may be given several times
    #[arg(long = "attribute", value_name = "NAME=VALUE", value_parser = attribute)]
    attributes: Vec<(String, String)>,
    /// Selling price per unit
    #[arg(long, value_name = "AMOUNT")]
    price: Option<String>,
    /// Purchase cost per unit
    #[arg(long, value_name = "AMOUNT")]
    cost: Option<String>,
}

/// A new product.
#[derive(Debug, clap::Args)]
pub(crate) struct AddArgs {
    /// Its code
    sku: String,
    /// Its name
    name: String,
    /// What it is counted in
    #[arg(long, default_value = "each")]
    unit: String,
    /// How many decimals its quantities have, 0 to 3; fixed for ever
    #[arg(long, default_value_t = 0)]
    decimals: u8,
    #[command(flatten)]
    fields: Fields,
}

/// What changes about a product.
#[derive(Debug, clap::Args)]
pub(crate) struct SetArgs {
    /// Its code
    sku: String,
    /// Its name
    #[arg(long)]
    name: Option<String>,
    /// Bring it back after it was retired
    #[arg(long)]
    unretire: bool,
    #[command(flatten)]
    fields: Fields,
}

const LISTED: &[Column] = &[
    Column::text("sku", "sku"),
    Column::text("name", "name"),
    Column::text("category", "category"),
    Column::text("unit.name", "unit"),
    Column::figure("price", "price"),
    Column::figure("on_hand", "on hand"),
    Column::figure("available", "available"),
];

const SHOWN: &[Column] = &[
    Column::text("sku", "sku"),
    Column::text("name", "name"),
    Column::text("description", "description"),
    Column::text("category", "category"),
    Column::text("unit.name", "unit"),
    Column::text("unit.decimals", "decimals"),
    Column::text("barcodes", "barcodes"),
    Column::text("attributes", "attributes"),
    Column::text("price", "price"),
    Column::text("cost", "cost"),
    Column::text("retired", "retired"),
    Column::text("version", "version"),
];

impl Client {
    /// Runs `acopio product`.
    ///
    /// # Errors
    ///
    /// The server's refusal.
    pub(crate) async fn product(&self, command: &ProductCommand) -> Result<()> {
        match command {
            ProductCommand::List(args) => {
                self.list(args.filters.apply(Request::get("v1/products")), &args.page, LISTED).await
            }
            ProductCommand::Show { sku } => self.show_product(sku).await,
            ProductCommand::Add(args) => {
                let answer = self.server.send(&Request::post("v1/products").json(args.body())).await?;
                self.output.record(&answer, SHOWN)
            }
            ProductCommand::Set(args) => {
                let request = Request::patch("v1/products").then(&args.sku).json(args.body()?);
                self.output.record(&self.server.send(&request).await?, SHOWN)
            }
            ProductCommand::Retire { sku, reason } => {
                let request = Request::delete("v1/products").then(sku).filter("reason", reason.as_ref());
                let answer = self.server.send(&request).await?;
                self.output.done(&answer, &format!("retired {sku}"))
            }
        }
    }

    async fn show_product(&self, sku: &str) -> Result<()> {
        let answer = self.server.send(&Request::get("v1/products").then(sku)).await?;
        self.output.record(&answer, SHOWN)?;
        if self.output.json {
            return Ok(());
        }
        super::output::line("")?;
        let stock = Request::get("v1/products").then(sku).then("stock");
        let answer = self.server.send(&stock).await?;
        let rows = answer.value["items"].as_array();
        self.output.table(rows.map_or(&[], Vec::as_slice), super::stock::OF_PRODUCT)
    }
}

impl ProductFilters {
    /// Adds the filters to a request for products.
    pub(super) fn apply(&self, request: Request) -> Request {
        request
            .filter("q", self.q.as_ref())
            .filter("category", self.category.as_ref())
            .filter("status", self.status.map(Availability::name))
            .filter("warehouse", self.warehouse.as_ref())
            .filter("retired", self.retired)
            .filter("sort", self.sort.as_ref())
    }
}

impl AddArgs {
    fn body(&self) -> Value {
        let unit = json!({"name": self.unit, "decimals": self.decimals});
        let mut body = json!({"sku": self.sku, "name": self.name, "unit": unit});
        self.fields.write(&mut body);
        body
    }
}

impl SetArgs {
    fn body(&self) -> Result<Value> {
        let mut body = Value::Object(Map::new());
        set(&mut body, "name", self.name.as_ref());
        set(&mut body, "retired", self.unretire.then_some(false));
        self.fields.write(&mut body);
        if body == json!({}) {
            return Err(Failure::usage("nothing to change was given").hint("see `acopio product set --help`"));
        }
        Ok(body)
    }
}

impl Fields {
    fn write(&self, body: &mut Value) {
        let or_none = |text: &String| if text.is_empty() { Value::Null } else { json!(text) };
        set(body, "description", self.description.as_ref());
        set(body, "category", self.category.as_ref().map(or_none));
        set(body, "price", self.price.as_ref().map(or_none));
        set(body, "cost", self.cost.as_ref().map(or_none));
        set(body, "barcodes", Some(&self.barcodes).filter(|codes| !codes.is_empty()));
        if !self.attributes.is_empty() {
            let attributes = self.attributes.iter().map(|(name, value)| (name.clone(), json!(value)));
            body["attributes"] = Value::Object(attributes.collect());
        }
    }
}

/// Reads `colour=red`.
fn attribute(text: &str) -> std::result::Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("must have the form NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

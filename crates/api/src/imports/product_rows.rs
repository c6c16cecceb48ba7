//! Files whose rows are products: checks and creates them.

use std::collections::HashMap;

use acopio_contract::query::{ProductBySku, ProductRow};
use acopio_ledger::Refusal;
use acopio_ledger::command::{Command, NewProduct};
use acopio_ledger::gtin::Barcode;
use acopio_ledger::money::Money;
use acopio_ledger::names::{Sku, Title};
use acopio_sheets::{Outcome, Planner, Problem as RowProblem, Row, Rows};

use super::cells::Cells;
use super::halt::Halt;
use super::judge::Fault;
use super::link::Link;
use super::pass::Verdict;
use super::record::Figures;
use super::survey::barcode_owner;
use super::work::{Tally, Work};

/// How many rows are held in memory at a time.
const CHUNK_ROWS: usize = 500;

/// What a row of a product comes to.
enum Found {
    /// A product that the ledger does not have.
    New(Box<NewProduct>),
    /// All else.
    Settled(Verdict),
}

/// A file of products that is being read.
struct Pass {
    rows: Rows,
    planner: Planner,
    cells: Cells,
}

/// Looks at every row and creates nothing.
///
/// # Errors
///
/// When the file cannot be read to its end, or the inventory does not answer.
pub(super) fn check(work: &Work, tally: &mut Tally) -> Result<(), Halt> {
    let mut pass = Pass::open(work)?;
    let mut owners = HashMap::new();
    loop {
        let items = pass.next_chunk(&work.link)?;
        if items.is_empty() {
            return Ok(());
        }
        for (row, found) in items {
            let verdict = match found {
                Found::Settled(verdict) => verdict,
                Found::New(product) => match barcode_fault(&work.link, &mut owners, &product)? {
                    Some(fault) => pass.refused(&row, &fault),
                    None => {
                        tally.figures.rows += 1;
                        tally.figures.planned += 1;
                        tally.figures.products_new += 1;
                        continue;
                    }
                },
            };
            tally.count(verdict)?;
        }
        work.progress(tally)?;
    }
}

/// Creates the products that are not known; all that cannot be created are reported.
///
/// # Errors
///
/// When the file cannot be read to its end, or the inventory takes no commands.
pub(super) fn commit(work: &Work) -> Result<Figures, Halt> {
    let mut tally = work.report()?;
    tally.rows_in_all = work.record().figures.rows;
    tally.figures.planned = work.record().figures.planned;
    let created = create(work, &mut tally);
    // What was found before a failure is reported too.
    let figures = tally.finish()?;
    created.map(|()| figures)
}

fn create(work: &Work, tally: &mut Tally) -> Result<(), Halt> {
    let mut pass = Pass::open(work)?;
    let mut is_begun = false;
    loop {
        let items = pass.next_chunk(&work.link)?;
        if items.is_empty() {
            return Ok(());
        }
        let is_new = |found: &Found| matches!(found, Found::New(_));
        if !is_begun && items.iter().any(|(_, found)| is_new(found)) {
            super::commit::begin(work)?;
            is_begun = true;
        }
        let mut receipts = Vec::new();
        let commands = items.iter().filter_map(|(row, found)| match found {
            Found::New(product) => Some((row.line, Command::CreateProduct((**product).clone()))),
            Found::Settled(_) => None,
        });
        let commands = commands.map(|(line, command)| work.command(&format!("l{line}"), command));
        work.link.submit_each(commands, |receipt| receipts.push(receipt.refusal().cloned()))?;
        let mut receipts = receipts.into_iter();
        for (row, found) in items {
            let verdict = match found {
                Found::Settled(verdict) => verdict,
                Found::New(_) => match receipts.next().expect("there is one answer for each product") {
                    None => {
                        tally.posted();
                        tally.figures.products_new += 1;
                        continue;
                    }
                    // Somebody else was quicker.
                    Some(Refusal::SkuExists { .. }) => Verdict::Known,
                    Some(refusal) => pass.refused(&row, &Fault::from(refusal)),
                },
            };
            tally.count(verdict)?;
        }
        work.progress(tally)?;
    }
}

impl Pass {
    fn open(work: &Work) -> Result<Pass, Halt> {
        let rows = Rows::open(&work.job.folder.data(), &work.profile.read_options())?;
        let planner = Planner::new(&work.profile, rows.header()).map_err(Halt::Header)?;
        let cells = Cells::new(&work.profile, rows.header());
        Ok(Pass { rows, planner, cells })
    }

    /// The next rows in their order; none at the end of the file.
    fn next_chunk(&mut self, link: &Link) -> Result<Vec<(Row, Found)>, Halt> {
        let mut items = Vec::new();
        for row in self.rows.by_ref().take(CHUNK_ROWS) {
            let row = row?;
            let found = match self.planner.row(&row) {
                Outcome::Product(product) => Found::New(product),
                Outcome::Move(_) => unreachable!("a profile of products plans no movements"),
                Outcome::Skipped(problem) => Found::Settled(Verdict::Skipped(problem)),
                Outcome::Refused(problems) => Found::Settled(Verdict::Refused(problems)),
            };
            items.push((row, found));
        }
        let asked = items.iter().filter_map(|(_, found)| match found {
            Found::New(product) => Some(ProductBySku { sku: product.sku.clone(), scope: None }),
            Found::Settled(_) => None,
        });
        let mut answers = link.ask_each(asked)?.into_iter();
        for (row, found) in &mut items {
            if let Found::New(product) = found
                && let Some(present) = answers.next().flatten()
            {
                let differences = self.differences(row, product, &present);
                *found = Found::Settled(match differences.is_empty() {
                    true => Verdict::Known,
                    false => Verdict::Refused(differences),
                });
            }
        }
        Ok(items)
    }

    fn refused(&self, row: &Row, fault: &Fault) -> Verdict {
        Verdict::Refused(vec![self.cells.problem(row, fault.field, &fault.reason)])
    }

    /// All that a row says otherwise than the product that exists: an import changes no products, and nobody shall think
    /// that it does. What a row does not say is no difference.
    fn differences(&self, row: &Row, said: &NewProduct, present: &ProductRow) -> Vec<RowProblem> {
        let product = &present.product;
        let money =
            |said: Option<Money>, is: Option<Money>| (said.is_some() && said != is).then(|| shown(is));
        let category = present.category.clone().unwrap_or_default();
        let is_filed_elsewhere = |name: &Title| name.as_str().to_lowercase() != category.to_lowercase();
        let new_barcode = said.barcodes.iter().any(|barcode| !product.barcodes.contains(barcode));
        let barcodes = || product.barcodes.iter().map(Barcode::as_str).collect::<Vec<_>>().join(", ");
        let is_described_otherwise = !said.description.is_empty() && said.description != product.description;
        let other_attribute =
            said.attributes.iter().find(|(name, value)| product.attributes.get(*name) != Some(value));
        // The profile stands in for a unit that the row does not name.
        let (unit, is) = (&said.unit, &product.unit);
        let is_other_unit = self.cells.is_filled(row, "unit") && unit.name != is.name;
        let has_other_decimals = self.cells.is_filled(row, "decimals") && unit.decimals != is.decimals;
        let differing = [
            ("name", (said.name.as_str() != product.name).then(|| product.name.clone())),
            ("description", is_described_otherwise.then(|| product.description.clone())),
            ("category", said.category.as_ref().is_some_and(is_filed_elsewhere).then(|| category.clone())),
            ("unit", is_other_unit.then(|| is.name.clone())),
            ("decimals", has_other_decimals.then(|| is.decimals.to_string())),
            ("barcodes", new_barcode.then(barcodes)),
            ("price", money(said.price, product.price)),
            ("cost", money(said.cost, product.cost)),
            (
                "attributes",
                other_attribute.map(|(name, _)| product.attributes.get(name).cloned().unwrap_or_default()),
            ),
        ];
        let differing = differing.into_iter().filter_map(|(field, present)| Some((field, present?)));
        let rule = |field, present| {
            format!("must have the {field} {present:?}: the product exists, and an import does not change it")
        };
        differing.map(|(field, present)| self.cells.problem(row, field, rule(field, present))).collect()
    }
}

fn shown(money: Option<Money>) -> String {
    money.map(|money| money.to_string()).unwrap_or_default()
}

/// Whether another product of the ledger, or of the rows so far, has the barcode.
fn barcode_fault(
    link: &Link,
    owners: &mut HashMap<Barcode, Sku>,
    product: &NewProduct,
) -> Result<Option<Fault>, Halt> {
    for barcode in &product.barcodes {
        let owner = match owners.get(barcode) {
            Some(owner) => Some(owner.clone()),
            None => barcode_owner(link, barcode)?,
        };
        if let Some(sku) = owner {
            let barcode = barcode.as_str().to_owned();
            return Ok(Some(Refusal::BarcodeTaken { barcode, sku }.into()));
        }
        owners.insert(barcode.clone(), product.sku.clone());
    }
    Ok(None)
}

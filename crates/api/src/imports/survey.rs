//! The first pass over a file of movements: what it needs before its rows can be posted.

use std::collections::HashMap;

use acopio_contract::query::{PageRequest, Products};
use acopio_ledger::gtin::Barcode;
use acopio_ledger::names::Sku;
use acopio_sheets::{Catalogue, Need, Openings, Problem as RowProblem};

use super::facts::Facts;
use super::halt::Halt;
use super::judge::{Judge, Shelves};
use super::link::Link;
use super::pass::{Item, Pass};
use super::work::{Tally, Work};
use crate::auth::now;

/// How many products a search for a barcode may find before the right one: its own is found first.
const BARCODE_MATCHES_MAX: usize = 20;

/// What a file needs, and what is known of what it mentions.
pub(super) struct Survey {
    pub(super) judge: Judge,
    openings: Openings,
    catalogue: Catalogue,
    /// Products that the ledger does not have.
    new: HashMap<Sku, Mention>,
}

/// Where a product is mentioned.
struct Mention {
    first_row: u64,
    rows: u64,
}

/// Reads the whole file. Every row is counted, and every problem listed, in `tally`.
///
/// # Errors
///
/// When the file cannot be read to its end, or the inventory does not answer.
pub(super) fn survey(work: &Work, tally: &mut Tally) -> Result<Survey, Halt> {
    let judge = Judge::new(&work.profile, Facts::load(&work.link)?, now());
    let mut pass = Pass::open(&work.job.folder, &work.profile, judge, work.link.clone())?;
    let (mut openings, mut catalogue) = (Openings::new(), Catalogue::new(&work.profile));
    let (mut new, mut shelves) = (HashMap::new(), Shelves::default());
    loop {
        let items = pass.next_chunk()?;
        if items.is_empty() {
            break;
        }
        for mut item in items {
            let moved = item.planned().map(|planned| shelves.move_goods(&pass.judge, planned));
            if let Some(Err(fault)) = moved {
                item.refuse(&pass.cells, &fault);
            }
            if let Some(planned) = item.planned() {
                if pass.judge.opens(&planned.key) {
                    openings.push(&planned.key, planned.effect(), planned.occurred_at);
                }
                if pass.judge.facts.stockable(&planned.key.sku).is_none() {
                    catalogue.push(planned);
                    mention(&mut new, &planned.key.sku, &item);
                }
            }
            tally.count(item.verdict)?;
        }
        work.progress(tally)?;
    }
    Ok(Survey { judge: pass.judge, openings, catalogue, new })
}

fn mention(new: &mut HashMap<Sku, Mention>, sku: &Sku, item: &Item) {
    match new.get_mut(sku) {
        Some(mention) => mention.rows += 1,
        None => {
            new.insert(sku.clone(), Mention { first_row: item.row.line, rows: 1 });
        }
    }
}

impl Survey {
    /// Products to be created, in the order of their SKUs.
    pub(super) fn products(&self) -> impl Iterator<Item = acopio_ledger::command::NewProduct> {
        self.catalogue.skus().filter_map(|sku| self.catalogue.product(sku))
    }

    /// Opening stock to be posted, upon what the ledger has available.
    ///
    /// Computed anew from the present stock by each run, and so it needs no identity of its own: what an interrupted run
    /// has posted is part of the stock that the next one finds.
    pub(super) fn openings(&self) -> impl Iterator<Item = Need> {
        self.openings.needs(|key| self.judge.facts.available(key))
    }

    /// Lists products that could not be created because another one has their barcode. Their rows stand in the report
    /// behind all others: which barcode a product gets is known only when all its rows are read.
    ///
    /// # Errors
    ///
    /// When the inventory does not answer, or the disk fails.
    pub(super) fn list_barcodes_taken(&self, work: &Work, tally: &mut Tally) -> Result<(), Halt> {
        let mut owners: HashMap<Barcode, Sku> = HashMap::new();
        for product in self.products() {
            for barcode in product.barcodes {
                let owner = match owners.get(&barcode) {
                    Some(owner) => Some(owner.clone()),
                    None => barcode_owner(&work.link, &barcode)?,
                };
                owners.entry(barcode.clone()).or_insert_with(|| product.sku.clone());
                let Some(owner) = owner.filter(|owner| *owner != product.sku) else { continue };
                let Mention { first_row, rows } = &self.new[&product.sku];
                let column = work.profile.fields.barcode.as_ref().and_then(|field| field.column.as_deref());
                let reason = format!(
                    "belongs to {owner}, so the product {} cannot be created, and none of its {rows} rows be posted",
                    product.sku
                );
                let value = barcode.as_str();
                tally.note(RowProblem::new(*first_row, column.unwrap_or_default(), value, reason))?;
                tally.figures.planned -= rows;
                tally.figures.problems += rows;
            }
        }
        Ok(())
    }
}

/// The product that has a barcode.
///
/// # Errors
///
/// When the inventory does not answer.
pub(super) fn barcode_owner(link: &Link, barcode: &Barcode) -> Result<Option<Sku>, Halt> {
    let found = link.ask(Products {
        text: Some(barcode.as_str().to_owned()),
        category: None,
        availability: None,
        warehouse: None,
        retired: None,
        sort: None,
        scope: None,
        page: PageRequest { limit: BARCODE_MATCHES_MAX, cursor: None },
    })?;
    let owner = found.items.into_iter().find(|row| row.product.barcodes.contains(barcode));
    Ok(owner.map(|row| row.product.sku.clone()))
}

//! What the rows of one file ask for, by a profile: movements or products, or why they are not posted.
//!
//! Rows are planned in the order of the file. Nothing is known here of what the ledger holds.

mod columns;
mod findings;
mod identity;
mod matcher;
mod movement;
mod product;
mod quantity;
mod source;

use acopio_ledger::command::NewProduct;
use acopio_ledger::quantity::Quantity;

pub use movement::{Facts, PlannedMove};

use columns::Columns;
use findings::Findings;
use identity::Identity;
use matcher::Matcher;
use movement::Movements;
use product::Products;

use crate::problem::Problem;
use crate::profile::{Profile, ProfileKind};
use crate::read::Row;

/// What a row comes to.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It moves stock.
    Move(Box<PlannedMove>),
    /// It is a product.
    Product(Box<NewProduct>),
    /// The profile says to pass it over, and why.
    Skipped(Problem),
    /// All that is wrong with it.
    Refused(Vec<Problem>),
}

/// A profile applied to one file.
pub struct Planner {
    header: Vec<String>,
    identity: Identity,
    skip: Vec<(Matcher, String)>,
    rows: Rows,
}

enum Rows {
    Movements(Box<Movements>),
    Products(Box<Products>),
}

impl Planner {
    /// Finds the profile's columns in the header of the file.
    ///
    /// # Errors
    ///
    /// Each column that is not there, or there more than once.
    pub fn new(profile: &Profile, header: &[String]) -> Result<Planner, Vec<Problem>> {
        let line = profile.file.header_row;
        let times = profile.time.compile().map_err(|rule| vec![Problem::new(line, "", "", rule)])?;
        let mut columns = Columns::new(header, line);
        let rows = match profile.kind {
            ProfileKind::Movements => Rows::Movements(Box::new(Movements::new(profile, times, &mut columns))),
            ProfileKind::Products => Rows::Products(Box::new(Products::new(profile, &mut columns))),
        };
        let identity = Identity::new(profile, &mut columns, header.len());
        let skip = profile.skip.iter();
        let skip = skip.map(|rule| (Matcher::new(&rule.when, &mut columns), rule.reason.clone())).collect();
        columns.finish()?;
        Ok(Planner { header: header.to_vec(), identity, skip, rows })
    }

    /// Plans the next row.
    pub fn row(&mut self, row: &Row) -> Outcome {
        let source = self.identity.next(row);
        let quantity = match &self.rows {
            Rows::Movements(movements) => Some(movements.quantity.read(row)),
            Rows::Products(_) => None,
        };
        let known = quantity.as_ref().and_then(|quantity| quantity.as_ref().ok()).copied();
        if let Some(problem) = self.skipped(row, known) {
            return Outcome::Skipped(problem);
        }
        let findings = Findings::new(row, &self.header);
        let planned = match (&mut self.rows, quantity) {
            (Rows::Movements(movements), Some(quantity)) => {
                movements.plan(row, source, quantity, findings).map(|it| Outcome::Move(Box::new(it)))
            }
            (Rows::Movements(_), None) => unreachable!("the quantity of a movement has been read"),
            (Rows::Products(products), _) => {
                products.plan(row, findings).map(|it| Outcome::Product(Box::new(it)))
            }
        };
        planned.unwrap_or_else(Outcome::Refused)
    }

    fn skipped(&self, row: &Row, quantity: Option<Quantity>) -> Option<Problem> {
        let (when, reason) = self.skip.iter().find(|(when, _)| when.fits(row, quantity))?;
        let (column, value) = when.cell(row).unwrap_or_default();
        Some(Problem::new(row.line, column, value, reason))
    }
}

#[cfg(test)]
mod tests;

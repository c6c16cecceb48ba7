//! Rows that move stock.

use acopio_ledger::command::{Amount, MoveKind, MoveLine};
use acopio_ledger::gtin::Barcode;
use acopio_ledger::ids::{Millis, SourceId};
use acopio_ledger::money::Money;
use acopio_ledger::names::{Line, Sku, Title, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::StockKey;

use super::columns::Columns;
use super::findings::Findings;
use super::matcher::Matcher;
use super::quantity::QuantityCells;
use super::source::Source;
use crate::problem::Problem;
use crate::profile::{Field, KindRule, Profile, TimeForm};
use crate::read::Row;

/// A movement that a row asks for. Whether there is such a product, or stock enough, is not known here.
#[derive(Clone, Debug, PartialEq)]
pub struct PlannedMove {
    /// The line of the file.
    pub row: u64,
    /// The row's identity.
    pub source: SourceId,
    /// What kind.
    pub kind: MoveKind,
    /// Where and what.
    pub key: StockKey,
    /// How much: never 0; positive, but for adjustments that take stock away.
    pub quantity: Quantity,
    /// Why.
    pub reason: Option<Line>,
    /// What it refers to.
    pub reference: Option<Line>,
    /// When the goods moved.
    pub occurred_at: Option<Millis>,
    /// What the row says of the product, for when it has to be created.
    pub facts: Facts,
}

/// What one row says of its product.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Its name.
    pub name: Option<Title>,
    /// Its category.
    pub category: Option<Title>,
    /// Its barcode.
    pub barcode: Option<Barcode>,
    /// Its price, more than 0.
    pub price: Option<Money>,
    /// Its cost, more than 0.
    pub cost: Option<Money>,
}

impl PlannedMove {
    /// By how much stock changes.
    pub fn effect(&self) -> Quantity {
        match self.kind {
            MoveKind::Issue => -self.quantity,
            MoveKind::Receipt | MoveKind::Return | MoveKind::Adjustment => self.quantity,
        }
    }

    /// The movement as the ledger takes it.
    pub fn line(&self) -> MoveLine {
        MoveLine {
            kind: self.kind,
            warehouse: self.key.warehouse.clone(),
            sku: self.key.sku.clone(),
            amount: Amount::By(self.quantity),
            reason: self.reason.clone(),
            reference: self.reference.clone(),
            occurred_at: self.occurred_at,
            source: Some(self.source),
        }
    }
}

/// What rows of movements are made of.
pub(super) struct Movements {
    pub(super) quantity: QuantityCells,
    sku: Source,
    warehouse: Source,
    reason: Option<Source>,
    reference: Option<Source>,
    occurred_at: Option<Source>,
    kinds: Vec<Kind>,
    facts: FactCells,
    described_by: Vec<MoveKind>,
    times: TimeForm,
}

/// A rule for the kind of movement.
struct Kind {
    when: Matcher,
    is: MoveKind,
    negate: bool,
    /// Whether the rule says what the sign of a quantity means.
    knows_sign: bool,
    reason: Option<Source>,
}

impl Movements {
    /// `profile` has been checked, so fields that every movement needs are there.
    pub(super) fn new(profile: &Profile, times: TimeForm, columns: &mut Columns) -> Movements {
        let fields = &profile.fields;
        let mut needed = |field: &Option<Field>| {
            Source::of(field, columns).expect("a profile of movements has been checked for this field")
        };
        let (sku, warehouse) = (needed(&fields.sku), needed(&fields.warehouse));
        Movements {
            quantity: QuantityCells::new(fields, profile.numbers, columns),
            sku,
            warehouse,
            reason: Source::of(&fields.reason, columns),
            reference: Source::of(&fields.reference, columns),
            occurred_at: Source::of(&fields.occurred_at, columns),
            kinds: profile.kinds.iter().map(|rule| Kind::new(rule, columns)).collect(),
            facts: FactCells::new(profile, columns),
            described_by: profile.products.described_by.clone(),
            times,
        }
    }

    /// Plans a row whose quantity has been read.
    pub(super) fn plan(
        &self,
        row: &Row,
        source: SourceId,
        quantity: Result<Quantity, Vec<Problem>>,
        mut findings: Findings,
    ) -> Result<PlannedMove, Vec<Problem>> {
        let sku = findings.required(&self.sku, Sku::new);
        let warehouse = findings.required(&self.warehouse, WarehouseCode::new);
        let kind = quantity.and_then(|quantity| self.kind(row, quantity).map_err(|problem| vec![problem]));
        let (kind, quantity) = match kind {
            Ok((kind, quantity)) => (Some(kind), Some(quantity)),
            Err(problems) => {
                problems.iter().for_each(|it| findings.note(&it.column, &it.value, &it.reason));
                (None, None)
            }
        };
        let reason = kind.and_then(|kind| kind.reason.as_ref()).or(self.reason.as_ref());
        let reason = findings.optional(reason, Line::new);
        let reference = findings.optional(self.reference.as_ref(), Line::new);
        let occurred_at = findings.optional(self.occurred_at.as_ref(), |text| self.times.millis(text));
        let describes = |kind: &&Kind| self.described_by.is_empty() || self.described_by.contains(&kind.is);
        let facts = kind.filter(describes).map(|_| self.facts.read(&mut findings)).unwrap_or_default();
        let planned = sku.zip(warehouse).zip(kind.zip(quantity));
        let planned = planned.map(|((sku, warehouse), (kind, quantity))| PlannedMove {
            row: row.line,
            source,
            kind: kind.is,
            key: StockKey { sku, warehouse },
            quantity,
            reason,
            reference,
            occurred_at,
            facts,
        });
        findings.conclude(planned)
    }

    /// The first rule that fits, and the quantity as a movement of that kind has it.
    fn kind(&self, row: &Row, quantity: Quantity) -> Result<(&Kind, Quantity), Problem> {
        if quantity == Quantity::ZERO {
            return Err(self.quantity.problem(row, "quantity is 0: nothing moves"));
        }
        let fits = |kind: &&Kind| kind.when.fits(row, Some(quantity));
        let Some(kind) = self.kinds.iter().find(fits) else {
            return Err(self.quantity.problem(row, "no rule in [[kinds]] fits the row"));
        };
        match kind.is {
            MoveKind::Adjustment if kind.negate => Ok((kind, -quantity)),
            MoveKind::Adjustment => Ok((kind, quantity)),
            // A minus that nobody has thought of must not become a plus.
            _ if quantity < Quantity::ZERO && !kind.knows_sign => Err(self
                .quantity
                .problem(row, "is negative, and the rule in [[kinds]] does not say what that means")),
            _ => Ok((kind, quantity.magnitude())),
        }
    }
}

impl Kind {
    fn new(rule: &KindRule, columns: &mut Columns) -> Kind {
        Kind {
            when: Matcher::new(&rule.when, columns),
            is: rule.is,
            negate: rule.negate,
            knows_sign: rule.when.know_sign(),
            reason: Source::of(&rule.reason, columns),
        }
    }
}

/// Where a row says something of its product.
struct FactCells {
    name: Option<Source>,
    category: Option<Source>,
    barcode: Option<Source>,
    price: Option<Source>,
    cost: Option<Source>,
    numbers: crate::profile::NumberForm,
}

impl FactCells {
    fn new(profile: &Profile, columns: &mut Columns) -> FactCells {
        let fields = &profile.fields;
        FactCells {
            name: Source::of(&fields.name, columns),
            category: Source::of(&fields.category, columns),
            barcode: Source::of(&fields.barcode, columns),
            price: Source::of(&fields.price, columns),
            cost: Source::of(&fields.cost, columns),
            numbers: profile.numbers,
        }
    }

    fn read(&self, findings: &mut Findings) -> Facts {
        let money = |text: &str| self.numbers.money(text);
        // A price of 0 in a movement is a gift or a correction, not the product's price.
        let is_price = |money: &Money| Money::default() < *money;
        Facts {
            name: findings.optional(self.name.as_ref(), Title::new),
            category: findings.optional(self.category.as_ref(), Title::new),
            barcode: findings.optional(self.barcode.as_ref(), Barcode::new),
            price: findings.optional(self.price.as_ref(), money).filter(is_price),
            cost: findings.optional(self.cost.as_ref(), money).filter(is_price),
        }
    }
}

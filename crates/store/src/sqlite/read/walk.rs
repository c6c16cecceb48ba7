//! Walks products in the order of a list and stops when the page is full or enough has been looked at.
//!
//! The work of one request is bounded: where few products fit the filters, a page is short and has a cursor.

use acopio_contract::QueryError;
use acopio_contract::query::{Availability, ProductSort};
use rusqlite::{Connection, params_from_iter};
use serde::{Deserialize, Serialize};

use super::counted::Counted;
use super::order::along_index;
use super::search::{self, Hits};
use super::shelf::{Loaded, Shelf};
use crate::fold::{Needle, Rank, sku_key};
use crate::sqlite::fault::Outcome;
use crate::sqlite::lookups;

/// How much one request may look at. A row of an index costs 1.
pub(super) const EFFORT_MAX: usize = 24_000;
/// What it costs to see whether a product is available.
const STOCK_EFFORT: usize = 2;
/// What it costs to show a product that fits, as far as its record was not read yet.
const SHOWN_EFFORT: usize = 6;
/// What it costs to read a product's record and compare its text.
const TEXT_EFFORT: usize = 20;

/// The products that a list is about.
#[derive(Clone)]
pub(super) struct Wanted {
    /// Words that must occur.
    pub(super) needle: Option<Needle>,
    /// The local id of the category.
    pub(super) category: Option<i64>,
    /// Retired ones only, or only others.
    pub(super) retired: Option<bool>,
    /// Those of which something is available, or nothing, in the warehouses that count.
    pub(super) availability: Option<(Availability, Counted)>,
}

/// The order of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Best matches first.
    Best,
    /// As asked.
    By(ProductSort),
}

/// Where a product stands in a list. Which parts count depends on the order.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Place {
    /// 0 exact, 1 prefix, 2 the rest; 0 where no text is searched.
    pub(super) rank: u8,
    /// The folded name or SKU that the list is sorted by, before the SKU.
    pub(super) key: String,
    /// The SKU.
    pub(super) sku: String,
}

/// A product on the way.
pub(super) struct Candidate {
    /// The local id.
    pub(super) id: i64,
    /// Where it stands.
    pub(super) place: Place,
    /// Its record, where that had to be read already.
    pub(super) loaded: Option<Loaded>,
}

/// Why a walk has ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum End {
    /// There are no more products.
    Reached,
    /// The visitor has had enough.
    Stopped,
    /// Enough was looked at; this was the last place.
    Bounded(Place),
}

impl Wanted {
    /// Whether a product is available as is wanted.
    fn fits_stock(&self, shelf: &Shelf<'_>, id: i64) -> Outcome<bool> {
        let Some((wanted, counted)) = &self.availability else { return Ok(true) };
        let is_available = counted.is_available(shelf.connection, &shelf.balances, id)?;
        Ok(is_available == (*wanted == Availability::Available))
    }

    /// Whether a product fits.
    pub(super) fn accepts(&self, loaded: &Loaded) -> bool {
        self.retired.is_none_or(|retired| retired == loaded.product.retired)
            && self.category.is_none_or(|category| loaded.category == Some(category))
            && self
                .needle
                .as_ref()
                .is_none_or(|needle| needle.is_in(&loaded.product, loaded.category_name.as_deref()))
    }
}

/// A walk under way.
pub(super) struct Walk<'a, 'c> {
    pub(super) shelf: &'a Shelf<'c>,
    pub(super) wanted: &'a Wanted,
    /// Takes a product that fits; answers whether to go on.
    visit: &'a mut dyn FnMut(Candidate) -> Outcome<bool>,
    effort: usize,
    /// Where it ends for now: [`EFFORT_MAX`], or less for a first try.
    pub(super) effort_max: usize,
}

/// Whether a walk has ended, and how.
pub(super) type Step = Outcome<Option<End>>;

/// Walks all wanted products after a place.
pub(super) fn walk(
    shelf: &Shelf<'_>,
    wanted: &Wanted,
    order: Order,
    after: Option<&Place>,
    visit: &mut dyn FnMut(Candidate) -> Outcome<bool>,
) -> Outcome<End> {
    let mut walk = Walk { shelf, wanted, visit, effort: 0, effort_max: EFFORT_MAX };
    let end = match order {
        Order::Best => search::best(&mut walk, after),
        Order::By(sort) if wanted.needle.is_some() => search::sorted(&mut walk, sort, after),
        Order::By(ProductSort::Created | ProductSort::CreatedDescending) if wanted.category.is_some() => {
            search::created(&mut walk, order == Order::By(ProductSort::Created), after)
        }
        Order::By(sort @ (ProductSort::Name | ProductSort::NameDescending)) if wanted.category.is_some() => {
            search::sorted(&mut walk, sort, after)
        }
        Order::By(sort) => walk.by_index(sort, after, None),
    };
    Ok(end?.unwrap_or(End::Reached))
}

impl Walk<'_, '_> {
    /// Shows a product of which enough is available to the visitor if it fits otherwise.
    fn show(&mut self, mut candidate: Candidate) -> Step {
        if candidate.loaded.is_none() && self.wanted.needle.is_some() {
            candidate.loaded = Some(self.shelf.load(candidate.id)?);
        }
        let cost = if candidate.loaded.is_some() { TEXT_EFFORT } else { SHOWN_EFFORT };
        let place = candidate.place.clone();
        let fits = candidate.loaded.as_ref().is_none_or(|loaded| self.wanted.accepts(loaded));
        if fits && !(self.visit)(candidate)? {
            return Ok(Some(End::Stopped));
        }
        self.pass(cost, || Ok(place))
    }

    /// Counts what has been looked at; that may be enough.
    fn pass(&mut self, cost: usize, place: impl FnOnce() -> Outcome<Place>) -> Step {
        self.effort += cost;
        if self.effort_max <= self.effort { place().map(End::Bounded).map(Some) } else { Ok(None) }
    }

    /// Shows a product whose place is known.
    pub(super) fn offer(&mut self, id: i64, place: Place) -> Step {
        if self.wanted.fits_stock(self.shelf, id)? {
            self.show(Candidate { id, place, loaded: None })
        } else {
            self.pass(STOCK_EFFORT, || Ok(place))
        }
    }

    /// Shows the product of a local id if it fits as well as this part of the list is about.
    pub(super) fn offer_id(&mut self, id: i64, part: Option<Rank>) -> Step {
        let shelf = self.shelf;
        let place = |loaded: &Loaded| {
            let key = if part == Some(Rank::Prefix) { sku_key(&loaded.product.sku) } else { String::new() };
            Place { rank: part.map_or(0, |part| part as u8), key, sku: loaded.product.sku.to_string() }
        };
        if !self.wanted.fits_stock(shelf, id)? {
            return self.pass(STOCK_EFFORT, || Ok(place(&shelf.load(id)?)));
        }
        let loaded = shelf.load(id)?;
        let fits = |needle: &Needle| part.is_none_or(|part| needle.rank(&loaded.product) == part);
        if self.wanted.needle.as_ref().is_none_or(fits) {
            self.show(Candidate { id, place: place(&loaded), loaded: Some(loaded) })
        } else {
            self.pass(TEXT_EFFORT, || Ok(place(&loaded)))
        }
    }

    /// Walks along the index of an order; only products among those, if there are any named.
    pub(super) fn by_index(
        &mut self,
        sort: ProductSort,
        after: Option<&Place>,
        among: Option<&Hits>,
    ) -> Step {
        let (sql, params) = along_index(sort, self.wanted, self.shelf.connection, after)?;
        let mut statement = self.shelf.connection.prepare_cached(&sql)?;
        let mut rows = statement.query(params_from_iter(params))?;
        while let Some(row) = rows.next()? {
            let id = row.get(0)?;
            let place = || Ok(Place { rank: 0, key: row.get(1)?, sku: row.get(2)? });
            let step = if among.is_some_and(|hits| !hits.contains(id)) {
                self.pass(1, place)
            } else if self.wanted.fits_stock(self.shelf, id)? {
                self.show(Candidate { id, place: place()?, loaded: None })
            } else {
                self.pass(STOCK_EFFORT, place)
            };
            if let Some(end) = step? {
                return Ok(Some(end));
            }
        }
        Ok(None)
    }
}

/// The local id of a place's product.
pub(super) fn place_id(connection: &Connection, place: &Place) -> Outcome<i64> {
    let id = lookups::product_id(connection, &place.sku)?;
    id.ok_or_else(|| QueryError::Cursor { cursor: place.sku.clone() }.into())
}

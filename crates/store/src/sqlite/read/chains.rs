//! The history of one SKU: the chains of movements of its warehouses, merged. A chain goes on in another log where its
//! warehouse has changed hands.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use acopio_contract::QueryError;
use acopio_contract::query::{MovementRow, Page};
use acopio_ledger::Body;
use acopio_ledger::entry::Moved;
use acopio_ledger::ids::{Seq, Stamp};
use acopio_ledger::names::{NodeName, Sku, WarehouseCode};

use super::movements::History;
use crate::cursor;
use crate::sqlite::balances::{balance_key, crossing};
use crate::sqlite::fault::{Fault, Outcome};
use crate::sqlite::lookups::{one, product_id, sites_in};
use crate::sqlite::piece::Piece;
use crate::sqlite::place::{LogNumber, Place};

/// How many movements of one SKU one request looks at.
const STEPS_MAX: usize = 1_000;
/// The list, as its cursors name it.
const LIST: &str = "movements of a sku";

/// The next movement of each chain, as cursors say it.
type Links = BTreeSet<(NodeName, Seq, WarehouseCode)>;

/// The chains, by the log in which their next movements stand.
#[derive(Default)]
struct Chains(BTreeMap<LogNumber, Ahead>);

/// The next movements that stand in one log, where the later position has the later stamp.
#[derive(Default)]
struct Ahead {
    links: BTreeSet<(Place, WarehouseCode)>,
    /// The stamp of the latest, where it had to be read.
    stamp: Option<Stamp>,
}

impl Chains {
    fn push(&mut self, place: Place, warehouse: WarehouseCode) {
        let ahead = self.0.entry(place.log()).or_default();
        if ahead.links.last().is_none_or(|(last, _)| *last < place) {
            ahead.stamp = None;
        }
        ahead.links.insert((place, warehouse));
    }

    /// Takes out the latest movement of all. Stamps are read only where several logs are to be compared.
    fn pop_latest(&mut self, history: &History<'_, '_>) -> Outcome<Option<(Place, WarehouseCode)>> {
        let latest = match self.0.len() {
            0 | 1 => self.0.keys().next().copied(),
            _ => self.latest(history)?,
        };
        let Some(number) = latest else { return Ok(None) };
        let ahead = self.0.get_mut(&number).expect("it was just found");
        let link = ahead.links.pop_last();
        ahead.stamp = None;
        if ahead.links.is_empty() {
            self.0.remove(&number);
        }
        Ok(link)
    }

    fn latest(&mut self, history: &History<'_, '_>) -> Outcome<Option<LogNumber>> {
        let logs = history.log.logs();
        let mut latest: Option<(Stamp, &NodeName, LogNumber)> = None;
        for (number, ahead) in &mut self.0 {
            let (place, _) = ahead.links.last().expect("logs without links are taken out");
            let stamp = match ahead.stamp {
                Some(stamp) => stamp,
                None => history.piece(*place)?.stamp_of(place.seq()),
            };
            ahead.stamp = Some(stamp);
            latest = latest.max(Some((stamp, logs.node(*number)?, *number)));
        }
        Ok(latest.map(|(_, _, number)| number))
    }
}

impl History<'_, '_> {
    /// Follows the chains of a SKU's warehouses, always the latest movement next.
    pub(super) fn of_sku(&self, sku: &Sku) -> Outcome<Page<MovementRow>> {
        let mut chains = match cursor::decode(LIST, &self.query.page)? {
            Some(links) => self.resumed(links)?,
            None => self.begun(sku)?,
        };
        let (mut items, mut steps) = (Vec::new(), 0);
        while steps < STEPS_MAX
            && let Some((place, warehouse)) = chains.pop_latest(self)?
        {
            steps += 1;
            let (piece, moved) = self.link(sku, place, &warehouse)?;
            if self.is_too_old(piece.stamp_of(place.seq())) {
                continue;
            }
            let before = self.before(place, &moved)?;
            if let Some(row) = self.row(&piece, place, Some(moved))? {
                if items.len() == self.query.page.limit {
                    chains.push(place, warehouse);
                    break;
                }
                items.push(row);
            }
            if let Some(before) = before {
                chains.push(before, warehouse);
            }
        }
        Ok(Page { items, next: self.links(chains)?.map(|links| cursor::encode(LIST, &links)) })
    }

    /// The last movement in each warehouse.
    fn begun(&self, sku: &Sku) -> Outcome<Chains> {
        let mut chains = Chains::default();
        let Some(product) = product_id(self.connection, sku.as_str())? else { return Ok(chains) };
        let sites = sites_in(self.connection, &self.query.scope, self.query.warehouse.as_ref())?;
        let mut codes: BTreeMap<i64, WarehouseCode> = sites.into_iter().collect();
        for (site, stored) in self.balances.of(product)? {
            if let Some(code) = codes.remove(&site).filter(|_| stored.last.is_some()) {
                chains.push(stored.last, code);
            }
        }
        Ok(chains)
    }

    /// The chains from where a page has ended, here or on another node.
    fn resumed(&self, links: Links) -> Outcome<Chains> {
        let (mut chains, logs) = (Chains::default(), self.log.logs());
        for (node, seq, warehouse) in links {
            let number = logs.number(&node).filter(|_| seq <= Seq::MAX).ok_or_else(|| self.no_cursor())?;
            chains.push(Place::new(number, seq), warehouse);
        }
        Ok(chains)
    }

    /// Where the next page begins, unless everything was seen.
    fn links(&self, chains: Chains) -> Outcome<Option<Links>> {
        let logs = self.log.logs();
        let links = chains.0.into_values().flat_map(|ahead| ahead.links);
        let links = links.map(|(place, code)| Ok((logs.node(place.log())?.clone(), place.seq(), code)));
        let links: Links = links.collect::<Outcome<_>>()?;
        Ok((!links.is_empty()).then_some(links))
    }

    /// The movement before one of a chain: in the same log, or where its warehouse was before.
    fn before(&self, place: Place, moved: &Moved) -> Outcome<Option<Place>> {
        if moved.previous != Seq(0) {
            return Ok(Some(place.with(moved.previous)));
        }
        if self.log.logs().is_alone() {
            return Ok(None);
        }
        let site = "SELECT id FROM warehouse WHERE key = ?1";
        let site = one(self.connection, site, [moved.key.warehouse.as_str()], |row| row.get(0))?;
        match product_id(self.connection, moved.key.sku.as_str())?.zip(site) {
            Some((product, site)) => crossing(self.connection, balance_key(product, site), place),
            None => Ok(None),
        }
    }

    /// A movement of a chain, and the piece that holds it.
    fn link(&self, sku: &Sku, place: Place, warehouse: &WarehouseCode) -> Outcome<(Rc<Piece>, Moved)> {
        let piece = self.piece(place)?;
        match piece.entry(place.seq())?.body {
            Body::Moved(moved) if moved.key.sku == *sku && moved.key.warehouse == *warehouse => {
                Ok((piece, moved))
            }
            _ => Err(self.astray(place)),
        }
    }

    fn piece(&self, place: Place) -> Outcome<Rc<Piece>> {
        self.log.piece(place)?.ok_or_else(|| self.astray(place))
    }

    /// A chain has led to what is no movement of it: only a cursor that we did not make can do so.
    fn astray(&self, place: Place) -> Fault {
        match self.query.page.cursor {
            Some(_) => self.no_cursor(),
            None => match self.log.id(place) {
                Ok(id) => Fault::damaged(format!("entry {id}"), "it is no movement of its chain"),
                Err(fault) => fault,
            },
        }
    }

    fn no_cursor(&self) -> Fault {
        QueryError::Cursor { cursor: self.query.page.cursor.clone().unwrap_or_default() }.into()
    }
}

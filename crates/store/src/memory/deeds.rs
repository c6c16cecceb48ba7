//! What people did, by looking at all of it.

use std::cmp::Reverse;

use acopio_contract::QueryError;
use acopio_contract::query::{DeedRow, Deeds, Page};
use acopio_ledger::deed::{Before, Deed, without_secrets};
use acopio_ledger::ids::UserId;
use acopio_ledger::names::Sku;
use acopio_ledger::{Body, Source};

use super::Shelf;
use super::lists::page;
use super::source::import_of;
use crate::filters::is_wanted_deed;

impl Shelf {
    pub(super) fn deeds(&self, query: &Deeds) -> Result<Page<DeedRow>, QueryError> {
        let deeds = self.books.changes().deeds.iter().filter(|deed| is_wanted_deed(query, deed));
        let rows = deeds.filter_map(|deed| Some((Reverse(place(deed)), self.deed_row(deed)?)));
        page("audit", &query.page, rows)
    }

    fn deed_row(&self, deed: &Deed) -> Option<DeedRow> {
        let (record, index) = self.logs.entry(&deed.id)?;
        let body = &record.entries[index].body;
        let before = self.before(deed, body);
        Some(DeedRow {
            actor_name: self.user_name(&deed.actor.0).unwrap_or_default(),
            subject_name: self.subject_name(body, before.as_ref()),
            import: import_of(record),
            body: without_secrets(body.clone()),
            before: before.map(without_secrets),
            deed: deed.clone(),
        })
    }

    fn before(&self, deed: &Deed, body: &Body) -> Option<Body> {
        let mut before = Before::of(body)?;
        let is_earlier = |other: &&Deed| other.subject == deed.subject && place(other) < place(deed);
        let mut earlier: Vec<&Deed> = self.books.changes().deeds.iter().filter(is_earlier).collect();
        earlier.sort_by_key(|deed| Reverse(place(deed)));
        for deed in earlier {
            let (record, index) = self.logs.entry(&deed.id)?;
            if before.meet(&record.entries[index].body) {
                break;
            }
        }
        before.found()
    }

    fn subject_name(&self, body: &Body, before: Option<&Body>) -> Option<String> {
        match (body, before) {
            (Body::UserSet(set), _) => self.user_name(&set.id),
            (Body::SessionOpened(opened), _) | (_, Some(Body::SessionOpened(opened))) => {
                self.user_name(&opened.user)
            }
            (Body::ProductSet(set), _) => {
                self.books.product(&Sku::recorded(&set.sku)).map(|product| product.name.clone())
            }
            _ => None,
        }
    }

    fn user_name(&self, id: &[u8]) -> Option<String> {
        self.books.user(&UserId(id.try_into().ok()?)).map(|user| user.username)
    }
}

/// Where a deed stands in the order of all histories.
fn place(deed: &Deed) -> (acopio_ledger::ids::Stamp, acopio_ledger::names::NodeName) {
    (deed.stamp, deed.id.node.clone())
}

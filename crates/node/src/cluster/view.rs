//! The cluster as this node sees it, and how old its figures are.

use std::collections::BTreeMap;

use acopio_contract::QueryError;
use acopio_contract::query::{
    ClusterView, FabricView, LogState, LogView, NodeState, NodeView, Query, StockRow, View, Warehouses,
};
use acopio_ledger::ids::{Millis, Seq};
use acopio_ledger::names::{NodeName, WarehouseCode};

use super::members::{Known, SUSPECT_MS};
use super::{Cluster, lock};

/// How old the figures of a warehouse are, and whether they can be taken as those of now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Age {
    age_ms: u64,
    is_live: bool,
}

impl Cluster {
    /// Answers what only a node among others can; nothing for what the store answers.
    pub(crate) fn answer_for(&self, query: &Query) -> Option<Result<View, QueryError>> {
        Some(match query {
            Query::Cluster(_) => self.view().map(View::Cluster),
            Query::Operations(query) => self.operations(query).map(View::Operations),
            Query::OperationById(query) => self.operation(query).map(View::OperationById),
            Query::DeadLetters(query) => self.dead_letters(query).map(View::DeadLetters),
            _ => return None,
        })
    }

    /// Says of each figure how old it is.
    pub(crate) fn date(&self, view: &mut View) -> Result<(), QueryError> {
        match view {
            View::Stock(page) => self.date_rows(page.items.iter_mut()),
            View::StockOf(Some(rows)) => self.date_rows(rows.iter_mut()),
            _ => Ok(()),
        }
    }

    fn date_rows<'r>(&self, rows: impl Iterator<Item = &'r mut StockRow>) -> Result<(), QueryError> {
        let ages = self.ages()?;
        for row in rows {
            if let Some(age) = ages.get(&row.key.warehouse) {
                (row.age_ms, row.is_live) = (age.age_ms, age.is_live);
            }
        }
        Ok(())
    }

    /// The age of the figures of every warehouse.
    fn ages(&self) -> Result<BTreeMap<WarehouseCode, Age>, QueryError> {
        let warehouses = self.core.reader.warehouses(&Warehouses)?;
        let heads = self.core.heads()?;
        let (members, now) = (self.members(), self.now());
        let age = |owner: &NodeName| {
            if owner == self.name() {
                return Age { age_ms: 0, is_live: true };
            }
            let stamp = heads.get(owner).map(|log| log.head.stamp.millis());
            let age_ms = age_of(members.log(owner), stamp, now).unwrap_or(u64::MAX);
            let is_up = members.get(owner).is_some_and(|member| member.state(now) == NodeState::Up);
            Age { age_ms, is_live: is_up && age_ms < SUSPECT_MS as u64 }
        };
        Ok(warehouses.into_iter().map(|warehouse| (warehouse.code, age(&warehouse.owner))).collect())
    }

    fn view(&self) -> Result<ClusterView, QueryError> {
        let link = self.fabric.link().borrow().clone();
        let mut owned: BTreeMap<NodeName, Vec<WarehouseCode>> = BTreeMap::new();
        for warehouse in self.core.reader.warehouses(&Warehouses)? {
            owned.entry(warehouse.owner).or_default().push(warehouse.code);
        }
        Ok(ClusterView {
            node: self.name().clone(),
            company: Some(self.options.company),
            fabric: Some(FabricView {
                connected: link.connected,
                round_trip_us: link.round_trip.map(|time| time.as_micros() as u64),
                last_error: link.last_error,
                published: self.published.get(),
            }),
            nodes: self.node_views(&mut owned),
            logs: self.log_views()?,
            commands_waiting: self.outbox().len() as u64,
            dead_letters: self.count_dead_letters()?,
        })
    }

    fn node_views(&self, owned: &mut BTreeMap<NodeName, Vec<WarehouseCode>>) -> Vec<NodeView> {
        let now = self.now();
        let about = self.about();
        let own = NodeView {
            name: self.name().clone(),
            incarnation: about.incarnation,
            state: if about.is_filling { NodeState::Filling } else { NodeState::Up },
            version: about.version,
            address: about.address,
            owns: owned.remove(self.name()).unwrap_or_default(),
            heard_ms: Some(0),
            skew_ms: Some(0),
            last_error: about.error,
        };
        let mut nodes = vec![own];
        nodes.extend(self.members().iter().map(|(name, member)| NodeView {
            name: name.clone(),
            incarnation: member.incarnation,
            state: member.state(now),
            version: member.version.clone(),
            address: member.address.clone(),
            owns: owned.remove(name).unwrap_or_default(),
            heard_ms: member.heard.map(|heard| (now.0 - heard.0).max(0) as u64),
            skew_ms: member.heard.map(|_| member.skew_ms),
            last_error: member.error.clone(),
        }));
        nodes.sort_by(|one, other| one.name.cmp(&other.name));
        nodes
    }

    fn log_views(&self) -> Result<Vec<LogView>, QueryError> {
        let (heads, now) = (self.core.heads()?, self.now());
        let mut owners = self.members().owners();
        owners.extend(heads.keys().cloned());
        let held = lock(&self.held).clone();
        let members = self.members();
        let view = |owner: NodeName| {
            let log = heads.get(&owner);
            let (position, known) = (log.map_or(Seq(0), |log| log.head.seq), members.log(&owner));
            let is_own = owner == *self.name();
            let state = match (is_own, held.contains_key(&owner)) {
                (true, _) => LogState::Own,
                (_, true) => LogState::Held,
                _ if position < known.head => LogState::Behind,
                _ => LogState::Current,
            };
            let stamp = log.map(|log| log.head.stamp.millis());
            LogView {
                incarnation: log.map_or(0, |log| log.incarnation.0),
                position,
                head: known.head.max(position),
                age_ms: if is_own { Some(0) } else { age_of(known, stamp, now) },
                state,
                held: held.get(&owner).cloned(),
                node: owner,
            }
        };
        Ok(owners.into_iter().map(view).collect())
    }
}

/// How old the figures of a log are: since its owner last told of an end that is folded here, or since the last entry
/// where it has told nothing since this node's start.
fn age_of(known: Known, last_entry: Option<Millis>, now: Millis) -> Option<u64> {
    let since = known.fresh.max(last_entry.filter(|_| known.fresh.is_none()));
    since.map(|since| (now.0 - since.0).max(0) as u64)
}

//! Answers queries from the store's readers: quick ones on the spot, others on a thread that may wait for the disk.

use std::sync::Arc;

use acopio_contract::QueryError;
use acopio_contract::query::{
    ClusterView, LogState, LogView, NodeState, NodeStatus, NodeView, Page, Query, View, Warehouses,
};
use acopio_store::Reader;

use crate::core::storage;
use crate::node::Node;
use crate::proof;

impl Node {
    pub(crate) async fn answer(&self, query: Query) -> Result<View, QueryError> {
        if let Some(answer) = self.cluster().and_then(|cluster| cluster.answer_for(&query)) {
            return answer;
        }
        match query {
            Query::Status(_) => {
                let mut view = self.status().map(View::Status)?;
                if let Some(cluster) = self.cluster() {
                    cluster.hold_back(&mut view);
                }
                return Ok(view);
            }
            Query::Cluster(_) => return self.alone().map(View::Cluster),
            Query::Operations(_) => return Ok(View::Operations(Page { items: Vec::new(), next: None })),
            Query::OperationById(_) => return Ok(View::OperationById(None)),
            Query::DeadLetters(_) => return Ok(View::DeadLetters(Page { items: Vec::new(), next: None })),
            _ => {}
        }
        let mut view = if is_quick(&query) {
            read(&*self.core.reader, &query)?
        } else {
            let reader = Arc::clone(&self.core.reader);
            let answer = tokio::task::spawn_blocking(move || read(&*reader, &query)).await;
            answer
                .map_err(|error| QueryError::Storage { what: "the answer", reason: error.to_string() })??
        };
        if let Some(cluster) = self.cluster() {
            cluster.date(&mut view)?;
            cluster.hold_back(&mut view);
        }
        Ok(view)
    }

    fn status(&self) -> Result<NodeStatus, QueryError> {
        let heads = self.core.reader.heads().map_err(|error| storage("the logs' ends", &error))?;
        let head = heads.get(&self.core.identity.node).map(|own| own.head).unwrap_or_default();
        let company = self.core.reader.company().map_err(|error| storage("the company", &error))?;
        Ok(NodeStatus {
            node: self.core.identity.node.clone(),
            incarnation: self.core.identity.incarnation.0,
            company,
            head: head.seq,
            stamp: head.stamp,
            known: heads.into_iter().map(|(node, log)| (node, log.head.seq)).collect(),
            stopped: self.core.stopped(),
            waiting: self.core.waiting(),
        })
    }

    /// The cluster of a node that works by itself.
    fn alone(&self) -> Result<ClusterView, QueryError> {
        let status = self.status()?;
        let own = self.core.reader.warehouses(&Warehouses)?.into_iter().map(|warehouse| warehouse.code);
        let node = NodeView {
            name: status.node.clone(),
            incarnation: status.incarnation,
            state: NodeState::Up,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            address: String::new(),
            owns: own.collect(),
            heard_ms: Some(0),
            skew_ms: Some(0),
            last_error: status.stopped,
        };
        let log = LogView {
            node: status.node.clone(),
            incarnation: status.incarnation,
            position: status.head,
            head: status.head,
            age_ms: Some(0),
            state: LogState::Own,
            held: None,
        };
        Ok(ClusterView {
            node: status.node,
            company: status.company,
            fabric: None,
            nodes: vec![node],
            logs: vec![log],
            commands_waiting: 0,
            dead_letters: 0,
        })
    }
}

/// Whether a query touches a handful of rows: a hop to another thread would cost more than the answer.
fn is_quick(query: &Query) -> bool {
    match query {
        Query::Stock(stock) => stock.sku.is_some() && stock.text.is_none(),
        Query::ProductBySku(_)
        | Query::StockOf(_)
        | Query::Movement(_)
        | Query::HoldById(_)
        | Query::RuleByKey(_)
        | Query::AlertById(_)
        | Query::UserById(_)
        | Query::UserByName(_)
        | Query::SessionById(_)
        | Query::Access(_)
        | Query::ImportById(_)
        | Query::TransferById(_)
        | Query::VoidById(_)
        | Query::ConflictById(_)
        | Query::SigningKey(_)
        | Query::IsKnown(_)
        | Query::CompanySettings(_) => true,
        _ => false,
    }
}

fn read(reader: &dyn Reader, query: &Query) -> Result<View, QueryError> {
    Ok(match query {
        Query::Products(query) => View::Products(reader.products(query)?),
        Query::ProductBySku(query) => View::ProductBySku(reader.product(query)?),
        Query::Categories(query) => View::Categories(reader.categories(query)?),
        Query::Warehouses(query) => View::Warehouses(reader.warehouses(query)?),
        Query::Stock(query) => View::Stock(reader.stock(query)?),
        Query::StockOf(query) => View::StockOf(reader.stock_of(query)?),
        Query::Movements(query) => View::Movements(reader.movements(query)?),
        Query::Movement(query) => View::Movement(reader.movement(query)?),
        Query::Holds(query) => View::Holds(reader.holds(query)?),
        Query::HoldById(query) => View::HoldById(reader.hold(query)?),
        Query::Rules(query) => View::Rules(reader.rules(query)?),
        Query::RuleByKey(query) => View::RuleByKey(reader.rule(query)?),
        Query::Alerts(query) => View::Alerts(reader.alerts(query)?),
        Query::AlertById(query) => View::AlertById(reader.alert(query)?),
        Query::Users(query) => View::Users(reader.users(query)?),
        Query::UserById(query) => View::UserById(reader.user(query)?),
        Query::UserByName(query) => View::UserByName(reader.user_by_name(query)?),
        Query::Sessions(query) => View::Sessions(reader.sessions(query)?),
        Query::SessionById(query) => View::SessionById(reader.session(query)?),
        Query::Access(query) => View::Access(reader.access(query)?),
        Query::Imports(query) => View::Imports(reader.imports(query)?),
        Query::ImportById(query) => View::ImportById(reader.import(query)?),
        Query::Posted(query) => View::Posted(reader.posted(query)?),
        Query::Entries(query) => View::Entries(reader.entries(query)?),
        Query::Tallies(query) => View::Tallies(reader.tallies(query)?),
        Query::CompanySettings(query) => View::CompanySettings(reader.settings(query)?),
        Query::IsKnown(query) => {
            let outcome = reader.outcome(&query.command);
            View::IsKnown(outcome.map_err(|error| storage("a command", &error))?.is_some())
        }
        Query::Deeds(query) => View::Deeds(reader.deeds(query)?),
        Query::SigningKey(query) => View::SigningKey(reader.signing_key(query)?),
        Query::Backup(query) => View::Backup(reader.backup(query)?),
        Query::Transfers(query) => View::Transfers(reader.transfers(query)?),
        Query::TransferById(query) => View::TransferById(reader.transfer(query)?),
        Query::Voids(query) => View::Voids(reader.voids(query)?),
        Query::VoidById(query) => View::VoidById(reader.void(query)?),
        Query::Conflicts(query) => View::Conflicts(reader.conflicts(query)?),
        Query::ConflictById(query) => View::ConflictById(reader.conflict(query)?),
        Query::ExplorerTables(query) => View::ExplorerTables(reader.explorer_tables(query)?),
        Query::Explore(query) => View::Explore(reader.explore(query)?),
        Query::Verify(_) => {
            let audit = reader.audit().map_err(|error| storage("the database", &error))?;
            let report = proof::verify(&*audit, &mut |_| {});
            View::Verify(report.map_err(|error| storage("the database", &error))?)
        }
        Query::Status(_)
        | Query::Cluster(_)
        | Query::Operations(_)
        | Query::OperationById(_)
        | Query::DeadLetters(_) => unreachable!("the node itself answers for this"),
    })
}

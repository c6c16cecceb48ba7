//! A company of two nodes as one of them sees it: MAD is decided elsewhere, by a node that answers when a test says so.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use acopio_contract::query::{
    ClusterView, DeadLetter, FabricView, LogState, LogView, NodeState, NodeView, Operation, OperationState,
    Page, Query, View,
};
use acopio_contract::{Inventory, Manage, ManageError, Managed, News, QueryError, Receipt, SubmitError};
use acopio_ledger::command::{ChangeProduct, Command, MoveLine, NameWarehouse, ProductPatch};
use acopio_ledger::conflict::{Conflict, Side};
use acopio_ledger::ids::{EntryId, Millis, Seq, Stamp, UserId};
use acopio_ledger::names::{NodeName, Sku, Title, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::void::{Void, VoidEntries, VoidKind, VoidState};
use acopio_ledger::writes::Write;
use acopio_ledger::{Body, Submission};
use acopio_node::Node;
use tokio::sync::watch;
use uuid::Uuid;

/// The node in Madrid is out of reach until a test brings it back.
pub(crate) struct Elsewhere {
    node: Arc<Node>,
    state: Mutex<State>,
    news: watch::Sender<News>,
}

#[derive(Default)]
struct State {
    waiting: BTreeMap<String, (Submission, Operation)>,
    /// How long each caller was ready to wait for Madrid.
    waits: Vec<Duration>,
    dead: Vec<DeadLetter>,
    filling: bool,
    /// Whether Madrid has left the company.
    is_removed: bool,
    managed: Vec<String>,
}

impl Elsewhere {
    /// Two nodes, of which `node` is the one that answers.
    pub(crate) fn beside(node: Arc<Node>) -> Arc<Elsewhere> {
        let news = watch::Sender::new(News::default());
        let dead = DeadLetter {
            id: "17".to_owned(),
            from: Some(name("mad")),
            laid_aside: Millis(1_795_415_316_123),
            deliveries: 5,
            reason: "it cannot be read".to_owned(),
            body: "0a".to_owned(),
        };
        let state = State { dead: vec![dead], ..State::default() };
        Arc::new(Elsewhere { node, state: Mutex::new(state), news })
    }

    /// Madrid is reached: what waits is decided, in the order in which it was accepted.
    pub(crate) async fn reach_madrid(&self) {
        let waiting: Vec<_> = self.state().waiting.values().cloned().collect();
        for (submission, operation) in waiting {
            let receipt = self.node.submit(submission).await.unwrap();
            let is_refused =
                matches!(receipt.record.entries[0].body, Body::Refused(_) | Body::BatchRefused(_));
            let state = if is_refused { OperationState::Refused } else { OperationState::Done };
            let mut known = self.state();
            let (_, kept) = known.waiting.get_mut(&operation.id).unwrap();
            *kept = Operation { state, outcome: Some(receipt.record), ..operation };
        }
        self.news.send_modify(|news| news.people += 1);
    }

    /// Madrid has left for good.
    pub(crate) fn remove_madrid(&self) {
        self.state().is_removed = true;
    }

    /// Whether the node is still getting the company's logs.
    pub(crate) fn set_filling(&self, filling: bool) {
        self.state().filling = filling;
    }

    /// How long the last caller was ready to wait for Madrid.
    pub(crate) fn last_wait(&self) -> Duration {
        *self.state().waits.last().unwrap()
    }

    /// What was done about the cluster.
    pub(crate) fn managed(&self) -> Vec<String> {
        self.state().managed.clone()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    fn accept(&self, submission: Submission, wait: Duration) -> Result<Receipt, SubmitError> {
        let mut state = self.state();
        state.waits.push(wait);
        let known = state.waiting.values().find(|(known, _)| known.id == submission.id);
        let id = match known {
            Some((_, operation)) => operation.id.clone(),
            None => Uuid::now_v7().to_string(),
        };
        let operation = Operation {
            id: id.clone(),
            user: submission.id.user,
            key: submission.id.key.to_string(),
            command: "move".to_owned(),
            warehouse: madrid(),
            owner: name("mad"),
            state: OperationState::Queued,
            accepted: Millis(1_795_415_316_123),
            expires: Millis(1_796_020_116_123),
            outcome: None,
        };
        state.waiting.entry(id.clone()).or_insert((submission, operation));
        Err(SubmitError::Accepted { operation: id })
    }

    fn cluster(&self) -> ClusterView {
        let state = self.state();
        let node = |code: &str, state, heard_ms| NodeView {
            name: name(code),
            incarnation: 1,
            state,
            version: "0.1.0".to_owned(),
            address: String::new(),
            owns: vec![WarehouseCode::recorded(&code.to_uppercase())],
            heard_ms: Some(heard_ms),
            skew_ms: Some(-3),
            last_error: None,
        };
        let log = |code: &str, position, head, state| LogView {
            node: name(code),
            incarnation: 1,
            position: Seq(position),
            head: Seq(head),
            age_ms: Some(90_000),
            state,
            held: None,
        };
        let own = if state.filling { NodeState::Filling } else { NodeState::Up };
        let mut nodes = vec![node("mad", NodeState::Down, 90_000), node("main", own, 0)];
        nodes.retain(|node| !state.is_removed || node.name != name("mad"));
        ClusterView {
            node: name("main"),
            company: Some([1; 16]),
            fabric: Some(FabricView {
                connected: false,
                round_trip_us: Some(700),
                last_error: Some("connection refused".to_owned()),
                published: Seq(5),
            }),
            nodes,
            logs: vec![log("mad", 7, 10, LogState::Behind), log("main", 5, 5, LogState::Own)],
            commands_waiting: state.waiting.len() as u64,
            dead_letters: state.dead.len() as u64,
        }
    }
}

fn name(text: &str) -> NodeName {
    NodeName::new(text).unwrap()
}

fn madrid() -> WarehouseCode {
    WarehouseCode::recorded("MAD")
}

fn is_for_madrid(command: &Command) -> bool {
    match command {
        Command::Move(moves) => moves.lines.iter().any(|line| line.warehouse == madrid()),
        Command::Hold(hold) => hold.key.warehouse == madrid(),
        _ => false,
    }
}

/// Whether a batch has lines for Madrid and others.
fn is_apart(command: &Command) -> bool {
    let Command::Move(moves) = command else { return false };
    let is_of_madrid = |line: &MoveLine| line.warehouse == madrid();
    !moves.atomic && moves.lines.iter().any(is_of_madrid) && !moves.lines.iter().all(is_of_madrid)
}

/// An issue of three mugs that Madrid's old owner wrote too late.
fn void() -> Void {
    let id: EntryId = "old.1.9".parse().unwrap();
    let what = VoidEntries {
        record: id.clone(),
        actor: UserId::default(),
        stamp: Stamp::at(Millis(1_795_415_316_123)),
        kind: VoidKind::Issue,
        sku: Some(Sku::recorded("A1")),
        quantity: Quantity(-3_000),
        entries: 2,
    };
    Void { id, warehouse: madrid(), what: Some(what), state: VoidState::Open }
}

/// Two names of the product A1, of which Madrid's was written later.
fn conflict() -> Conflict {
    let side = |node: &str, millis, value: &str| Side {
        write: Write { stamp: Stamp::at(Millis(millis)), node: name(node) },
        based_on: Vec::new(),
        value: value.to_owned(),
    };
    Conflict {
        id: "product/A1/name".parse().unwrap(),
        sides: vec![side("main", 1_795_415_316_000, "\"Cup\""), side("mad", 1_795_415_316_500, "\"Mug\"")],
    }
}

/// The node knows of no conflict: what settling it comes to, where main's name is chosen.
fn chosen(submission: Submission) -> Submission {
    let conflict = conflict();
    match &submission.command {
        Command::SettleConflict(settle)
            if settle.conflict == conflict.id && settle.node == Some(name("main")) =>
        {
            let patch = ProductPatch { name: Some(Title::new("Cup").unwrap()), ..ProductPatch::default() };
            let change = ChangeProduct { sku: Sku::recorded("A1"), patch, expected: None };
            Submission { command: Command::ChangeProduct(change), ..submission }
        }
        _ => submission,
    }
}

fn page<T>(items: Vec<T>) -> Page<T> {
    Page { items, next: None }
}

#[async_trait::async_trait]
impl Inventory for Elsewhere {
    async fn submit_within(&self, submission: Submission, wait: Duration) -> Result<Receipt, SubmitError> {
        if is_apart(&submission.command) {
            return Err(SubmitError::SeveralOwners);
        }
        let decided = |(known, operation): &(Submission, Operation)| {
            known.id == submission.id && operation.state != OperationState::Queued
        };
        let is_decided = self.state().waiting.values().any(decided);
        if is_for_madrid(&submission.command) && !is_decided {
            return self.accept(submission, wait);
        }
        self.node.submit_within(chosen(submission), wait).await
    }

    async fn manage(&self, manage: Manage) -> Result<Managed, ManageError> {
        self.state().managed.push(format!("{manage:?}"));
        match manage {
            Manage::RequeueLetter { id } | Manage::DiscardLetter { id } => {
                let mut state = self.state();
                let count = state.dead.len();
                state.dead.retain(|letter| letter.id != id);
                let is_found = state.dead.len() < count;
                is_found.then_some(Managed::Done).ok_or(ManageError::NotFound { what: "dead letter", id })
            }
            Manage::TakeOver { command, warehouse } => {
                let name = Title::new("Taken").unwrap();
                let rename = NameWarehouse { code: warehouse, name, expected: None };
                let command = Submission {
                    id: command,
                    cause: None,
                    command: Command::RenameWarehouse(rename),
                    expires: None,
                    place: None,
                };
                Ok(Managed::Written(self.node.submit(command).await?))
            }
            Manage::ReleaseLog { .. } | Manage::Replace { .. } | Manage::Remove { .. } => {
                Err(ManageError::Conflict { reason: "the log is not held".to_owned() })
            }
        }
    }

    async fn query(&self, query: Query) -> Result<View, QueryError> {
        Ok(match query {
            Query::Cluster(_) => View::Cluster(self.cluster()),
            Query::Operations(asked) => {
                let state = self.state();
                let rows = state.waiting.values().rev().map(|(_, operation)| operation.clone());
                let rows = rows.filter(|row| asked.user.is_none_or(|user| user == row.user));
                View::Operations(page(
                    rows.filter(|row| asked.state.is_none_or(|state| state == row.state)).collect(),
                ))
            }
            Query::OperationById(asked) => {
                let known = self.state().waiting.get(&asked.id).map(|(_, operation)| operation.clone());
                View::OperationById(known)
            }
            Query::Voids(_) => View::Voids(page(vec![void()])),
            Query::Conflicts(_) => View::Conflicts(page(vec![conflict()])),
            Query::ConflictById(asked) => View::ConflictById(Some(conflict()).filter(|it| it.id == asked.id)),
            Query::DeadLetters(_) => View::DeadLetters(page(self.state().dead.clone())),
            Query::StockOf(_) => match self.node.query(query).await? {
                View::StockOf(Some(mut rows)) => {
                    for row in rows.iter_mut().filter(|row| row.key.warehouse == madrid()) {
                        (row.age_ms, row.is_live) = (90_000, false);
                    }
                    View::StockOf(Some(rows))
                }
                other => other,
            },
            query => self.node.query(query).await?,
        })
    }

    fn watch(&self) -> watch::Receiver<News> {
        self.news.subscribe()
    }
}

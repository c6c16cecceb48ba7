//! A company of nodes in one process, and the words in which cases are written.

use std::sync::Arc;
use std::time::Duration;

use acopio_contract::query::{Cluster, ClusterView, StockOf, ask};
use acopio_contract::{Inventory, Receipt, SubmitError};
use acopio_fabric::LocalHub;
use acopio_ledger::codec::Frame;
use acopio_ledger::command::{Amount, Found, MoveKind, MoveLine, Moves, NameWarehouse, NewProduct, NewUser};
use acopio_ledger::ids::{CommandId, Incarnation, LogId, Millis, Seq, UserId};
use acopio_ledger::names::{IdempotencyKey, NodeName, Sku, Title, Username, WarehouseCode};
use acopio_ledger::quantity::Quantity;
use acopio_ledger::records::{Grant, Role, Unit};
use acopio_ledger::{Changes, Command, Submission};
use acopio_node::{
    Clock, ClusterOptions, Fill, Node, NodeConfig, WriterKind, begin_again, begin_recovery, rebuild,
};
use acopio_store::{Faults, MemoryStore, Reader, Store};
use tokio::time::{Instant, timeout};

const COMPANY: [u8; 16] = *b"a company of few";
pub(crate) const USER: UserId = UserId(*b"somebody at work");
/// No state takes longer to come about. The clock of these tests runs as fast as nothing happens.
const PATIENCE: Duration = Duration::from_secs(120);

/// One node, and what its disk holds.
pub(crate) struct Site {
    pub(crate) name: NodeName,
    disk: MemoryStore,
    is_founder: bool,
    pub(crate) node: Arc<Node>,
}

/// A company of nodes that meet at one hub.
pub(crate) struct World {
    pub(crate) hub: LocalHub,
    pub(crate) sites: Vec<Site>,
    next_key: u64,
    began: Instant,
}

impl World {
    /// Nodes of these names, each with a warehouse of its name in capitals, and a product CUP.
    pub(crate) async fn new(names: &[&str]) -> World {
        let mut world = World { hub: LocalHub::new(), sites: Vec::new(), next_key: 0, began: Instant::now() };
        for name in names {
            world.add(name).await;
        }
        world
    }

    /// One more node, filled.
    pub(crate) async fn add(&mut self, name: &str) {
        let index = self.begin(name);
        let mut fill = self.sites[index].node.fill().unwrap();
        timeout(PATIENCE, fill.wait_for(|fill| fill.is_done())).await.unwrap().unwrap();
        if index == 0 {
            self.must(0, Command::Found(Found { company: COMPANY, admin: admin() })).await;
            self.must(0, Command::CreateProduct(cup())).await;
        }
        let code = WarehouseCode::recorded(&name.to_uppercase());
        let named = NameWarehouse { code, name: Title::recorded(name), expected: None };
        self.must(index, Command::CreateWarehouse(named)).await;
    }

    /// A node starts for the first time.
    pub(crate) fn begin(&mut self, name: &str) -> usize {
        let is_founder = self.sites.is_empty();
        let identity = LogId { node: NodeName::recorded(name), incarnation: Incarnation(1) };
        let disk = MemoryStore::new(identity, Faults::default());
        let node = start(&self.hub, self.began, name, &disk, is_founder);
        self.sites.push(Site { name: NodeName::recorded(name), disk, is_founder, node });
        self.sites.len() - 1
    }

    /// A node of its own kind, which has not joined.
    pub(crate) fn alone(&self, store: Box<dyn Store>) -> Arc<Node> {
        start_alone(self.began, store)
    }

    /// Ends a node as a power cut does.
    pub(crate) fn crash(&mut self, site: usize) {
        self.sites[site].node.crash();
    }

    /// Starts a node on what its disk holds.
    pub(crate) fn start(&mut self, site: usize) {
        let Site { name, disk, is_founder, .. } = &self.sites[site];
        self.sites[site].node = start(&self.hub, self.began, name.as_str(), disk, *is_founder);
    }

    /// A node's disk is replaced by an empty one.
    pub(crate) fn wipe(&mut self, site: usize) {
        let identity = LogId { node: self.sites[site].name.clone(), incarnation: Incarnation(1) };
        self.sites[site].disk = MemoryStore::new(identity, Faults::default());
        begin_recovery(&mut self.sites[site].disk.reopened()).unwrap();
        self.sites[site].is_founder = false;
    }

    /// A node's disk as it is now.
    pub(crate) fn copy_of_disk(&self, site: usize) -> MemoryStore {
        let reader = self.reader(site);
        let identity = LogId { node: self.sites[site].name.clone(), incarnation: Incarnation(1) };
        let mut copy = MemoryStore::new(identity, Faults::default());
        for (node, log) in reader.heads().unwrap() {
            let frames = reader.frames(&node, Seq(0), usize::MAX).unwrap();
            let frames: Vec<Frame> =
                frames.iter().map(|frame| Frame::from_bytes(&frame.bytes).unwrap().0).collect();
            let log = LogId { node, incarnation: log.incarnation };
            copy.follow(&log, &frames, &Changes::default()).unwrap();
        }
        rebuild(&mut copy, &mut |_| {}).unwrap();
        copy
    }

    /// A node finds another disk.
    pub(crate) fn put_disk(&mut self, site: usize, disk: MemoryStore) {
        self.sites[site].disk = disk;
    }

    /// Waits until a node has got its own log back, and starts it in the next incarnation of that.
    pub(crate) async fn recover(&mut self, site: usize) {
        let mut fill = self.sites[site].node.fill().unwrap();
        timeout(PATIENCE, fill.wait_for(|fill| *fill == Fill::Recovered)).await.unwrap().unwrap();
        self.crash(site);
        begin_again(&mut self.sites[site].disk.reopened()).unwrap();
        self.start(site);
    }

    /// What a node's disk says.
    pub(crate) fn reader(&self, site: usize) -> Arc<dyn Reader> {
        self.sites[site].disk.reader()
    }

    /// A command with a key of its own.
    pub(crate) fn submission(&mut self, command: Command) -> Submission {
        self.next_key += 1;
        let key = IdempotencyKey::recorded(&format!("key-{}", self.next_key));
        Submission { id: CommandId { user: USER, key }, cause: None, command, expires: None, place: None }
    }

    /// Sends a command to a node.
    pub(crate) async fn send(&mut self, site: usize, command: Command) -> Result<Receipt, SubmitError> {
        let submission = self.submission(command);
        self.sites[site].node.submit(submission).await
    }

    /// Sends a command that must be done.
    pub(crate) async fn must(&mut self, site: usize, command: Command) -> Receipt {
        let receipt = self.send(site, command).await.unwrap();
        assert_eq!(receipt.refusal(), None);
        receipt
    }

    /// What a node says is on hand in a warehouse.
    pub(crate) async fn on_hand(&self, site: usize, warehouse: &str) -> i64 {
        let query = StockOf { sku: Sku::recorded("CUP"), scope: None };
        let rows = ask(&*self.sites[site].node, query).await.unwrap().unwrap_or_default();
        let row = rows.iter().find(|row| row.key.warehouse.as_str() == warehouse);
        row.map_or(0, |row| row.balance.on_hand.0 / 1_000)
    }

    /// The cluster as a node sees it.
    pub(crate) async fn view(&self, site: usize) -> ClusterView {
        ask(&*self.sites[site].node, Cluster).await.unwrap()
    }

    /// Waits until all nodes know the same, and nothing waits anywhere.
    pub(crate) async fn rest(&self) {
        until("at rest", async || {
            let heads = |site: usize| self.reader(site).heads().unwrap();
            let is_equal = (1..self.sites.len()).all(|site| heads(site) == heads(0));
            let mut waiting = 0;
            for site in 0..self.sites.len() {
                waiting += self.view(site).await.commands_waiting;
            }
            is_equal && waiting == 0
        })
        .await;
        for site in 0..self.sites.len() {
            let reader = self.reader(site);
            let report = acopio_node::verify(&*reader.audit().unwrap(), &mut |_| {}).unwrap();
            assert_eq!(report.fault, None, "{}", self.sites[site].name);
        }
    }
}

fn start(hub: &LocalHub, began: Instant, name: &str, disk: &MemoryStore, is_founder: bool) -> Arc<Node> {
    let node = start_alone(began, Box::new(disk.reopened()));
    node.join(Arc::new(hub.join(NodeName::recorded(name))), options(is_founder)).unwrap();
    node
}

fn start_alone(began: Instant, store: Box<dyn Store>) -> Arc<Node> {
    let config = NodeConfig { writer: WriterKind::Task, ..NodeConfig::default() };
    Node::start(store, config, clock(began)).unwrap()
}

/// What nodes of the company tell of themselves.
pub(crate) fn options(is_founder: bool) -> ClusterOptions {
    ClusterOptions {
        company: COMPANY,
        is_founder,
        address: String::new(),
        recover_without: Vec::new(),
        duplicates: None,
    }
}

/// The clock of a paused runtime: it goes as fast as nothing happens.
fn clock(began: Instant) -> Clock {
    Clock::new(move || Millis(1_800_000_000_000 + began.elapsed().as_millis() as i64))
}

/// Waits for a state.
pub(crate) async fn until(state: &str, mut is_reached: impl AsyncFnMut() -> bool) {
    let reached = async {
        while !is_reached().await {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(PATIENCE, reached).await.unwrap_or_else(|_| panic!("not {state} in {PATIENCE:?}"));
}

/// So many cups come or go.
pub(crate) fn cups(kind: MoveKind, warehouse: &str, count: i64) -> Command {
    let line = MoveLine {
        kind,
        warehouse: WarehouseCode::recorded(warehouse),
        sku: Sku::recorded("CUP"),
        amount: Amount::By(Quantity::whole(count).unwrap()),
        reason: None,
        reference: None,
        occurred_at: None,
        source: None,
    };
    Command::Move(Moves { lines: vec![line], atomic: false })
}

fn admin() -> NewUser {
    NewUser {
        id: USER,
        username: Username::recorded("somebody"),
        email: None,
        full_name: "Somebody".to_owned(),
        password_hash: "none".to_owned(),
        must_change_password: false,
        grants: vec![Grant { role: Role::Admin, warehouses: Vec::new() }],
    }
}

fn cup() -> NewProduct {
    NewProduct {
        sku: Sku::recorded("CUP"),
        name: Title::recorded("Cup"),
        description: String::new(),
        category: None,
        unit: Unit { name: "each".to_owned(), decimals: 0 },
        barcodes: Vec::new(),
        attributes: Default::default(),
        price: None,
        cost: None,
    }
}

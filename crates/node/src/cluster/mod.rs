//! A node among others: its log goes out, theirs come in, commands find the node that decides about them.
//!
//! Each file is one task or one part of it; all share [`Cluster`]. Nothing here is a fact of its own: what must outlive a
//! restart stands in a log or in a note.

mod answer;
mod confirm;
mod depart;
mod duplicate;
mod fill;
mod follow;
mod letters;
mod marks;
mod members;
mod newcomer;
mod operations;
mod outbox;
mod presence;
mod publish;
mod recover;
mod repair;
mod route;
mod takeover;
mod view;
mod words;

use std::collections::BTreeMap;
use std::future::Future;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use acopio_contract::query::Warehouses;
use acopio_contract::{Manage, ManageError, Managed, QueryError, SubmitError};
use acopio_fabric::Fabric;
use acopio_ledger::ids::{CommandId, Millis, Positions, Seq};
use acopio_ledger::names::{NodeName, WarehouseCode};
use acopio_ledger::records::Warehouse;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::AbortHandle;

use crate::core::Core;
use crate::watched::Watched;

use duplicate::Lent;
pub use fill::Fill;
use members::Members;
pub use newcomer::NoDuplicate;
use outbox::Outbox;

/// What a node tells others of itself, and must know to work among them.
#[derive(Clone, Debug)]
pub struct ClusterOptions {
    /// The company that the fabric belongs to.
    pub company: [u8; 16],
    /// Whether this node may found it: then it does not wait for others at its first start.
    pub is_founder: bool,
    /// Where people reach this node; empty if it does not say.
    pub address: String,
    /// Nodes that are not waited for when this one gets its own log back: they will never tell how far they had it.
    pub recover_without: Vec<NodeName>,
    /// A folder for duplicates of the database, of this node alone: what is in it is removed. Without one it hands out
    /// none.
    pub duplicates: Option<PathBuf>,
}

/// What all tasks share.
pub(crate) struct Cluster {
    core: Arc<Core>,
    fabric: Arc<dyn Fabric>,
    options: ClusterOptions,
    members: Mutex<Members>,
    outbox: Mutex<Outbox>,
    /// Why a log goes no further here, by its node.
    held: Mutex<BTreeMap<NodeName, String>>,
    /// Nodes whose logs are let in however far ahead their clocks are.
    released: Mutex<Vec<NodeName>>,
    /// The position up to which the own log is published.
    published: Watched<Seq>,
    /// Commands that are decided here and wait for the log to be published so far.
    in_doubt: Mutex<BTreeMap<Seq, CommandId>>,
    fill: watch::Sender<Fill>,
    /// What new nodes begin with.
    duplicate: Lent,
    /// Something waits in the outbox that was not sent yet.
    unsent: Notify,
    /// What went wrong last with the own log, if it still is.
    complaint: Mutex<Option<String>>,
    tasks: Mutex<Vec<AbortHandle>>,
}

impl Cluster {
    /// Joins the others; everything else is done by tasks.
    ///
    /// # Errors
    ///
    /// When notes of earlier times cannot be read.
    pub(crate) fn start(
        core: Arc<Core>,
        fabric: Arc<dyn Fabric>,
        options: ClusterOptions,
        folded: mpsc::Receiver<CommandId>,
    ) -> Result<Arc<Cluster>, QueryError> {
        let members = Members::from_notes(core.notes(members::NOTE)?);
        let outbox = Outbox::from_notes(core.notes(outbox::NOTE)?, core.clock.now());
        let fill = Fill::at_start(&core, &options)?;
        let duplicate = Lent::in_folder(options.duplicates.clone());
        let cluster = Arc::new(Cluster {
            core,
            fabric,
            options,
            members: Mutex::new(members),
            outbox: Mutex::new(outbox),
            held: Mutex::default(),
            released: Mutex::default(),
            published: Watched::new(Seq(0)),
            in_doubt: Mutex::default(),
            fill: watch::Sender::new(fill),
            duplicate,
            unsent: Notify::new(),
            complaint: Mutex::default(),
            tasks: Mutex::default(),
        });
        cluster.spawn(publish::run(Arc::clone(&cluster)));
        cluster.spawn(presence::announce(Arc::clone(&cluster)));
        cluster.spawn(presence::hear(Arc::clone(&cluster)));
        cluster.spawn(answer::run(Arc::clone(&cluster)));
        cluster.spawn(letters::run(Arc::clone(&cluster)));
        cluster.spawn(outbox::send(Arc::clone(&cluster)));
        cluster.spawn(operations::settle(Arc::clone(&cluster), folded));
        cluster.spawn(confirm::run(Arc::clone(&cluster)));
        cluster.spawn(fill::run(Arc::clone(&cluster)));
        cluster.spawn(takeover::run(Arc::clone(&cluster)));
        follow::begin(&cluster);
        Ok(cluster)
    }

    /// Ends all tasks.
    pub(crate) fn stop(&self) {
        self.tasks().drain(..).for_each(|task| task.abort());
    }

    /// How far this node is with getting the company's logs for the first time.
    pub(crate) fn fill(&self) -> watch::Receiver<Fill> {
        self.fill.subscribe()
    }

    /// Does what people ask about the cluster.
    ///
    /// # Errors
    ///
    /// When it was not done.
    pub(crate) async fn manage(&self, manage: Manage) -> Result<Managed, ManageError> {
        match manage {
            Manage::RequeueLetter { id } => self.requeue_letter(&id).await.map(|()| Managed::Done),
            Manage::DiscardLetter { id } => self.discard_letter(&id).await.map(|()| Managed::Done),
            Manage::TakeOver { command, warehouse } => self.take_over(command, &warehouse).await,
            Manage::ReleaseLog { node } => {
                lock(&self.released).push(node);
                Ok(Managed::Done)
            }
            Manage::Remove { node } => self.remove(&node).await.map(|()| Managed::Done),
            Manage::Replace { node } => self.replace(&node).await.map(|()| Managed::Done),
        }
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let task = tokio::spawn(task).abort_handle();
        let mut tasks = self.tasks();
        tasks.retain(|task| !task.is_finished());
        tasks.push(task);
    }

    fn tasks(&self) -> MutexGuard<'_, Vec<AbortHandle>> {
        lock(&self.tasks)
    }

    fn members(&self) -> MutexGuard<'_, Members> {
        lock(&self.members)
    }

    fn outbox(&self) -> MutexGuard<'_, Outbox> {
        lock(&self.outbox)
    }

    fn now(&self) -> Millis {
        self.core.clock.now()
    }

    fn name(&self) -> &NodeName {
        &self.core.identity.node
    }

    /// How far each log is folded here.
    fn positions(&self) -> Positions {
        self.core.positions.get()
    }

    /// Who decides about a warehouse, as is known here.
    fn owner(&self, warehouse: &WarehouseCode) -> Result<Option<NodeName>, SubmitError> {
        Ok(self.known(warehouse)?.map(|known| known.decider().clone()))
    }

    /// A warehouse as it is known here.
    fn known(&self, warehouse: &WarehouseCode) -> Result<Option<Warehouse>, SubmitError> {
        Ok(self.warehouses()?.into_iter().find(|known| known.code == *warehouse))
    }

    /// All warehouses as they are known here.
    fn warehouses(&self) -> Result<Vec<Warehouse>, SubmitError> {
        let known = self.core.reader.warehouses(&Warehouses);
        known.map_err(|error| SubmitError::Stopped { reason: error.to_string() })
    }

    /// Says what is wrong with the own log, once for as long as it is.
    fn complain(&self, complaint: Option<String>) {
        let mut present = lock(&self.complaint);
        if let Some(complaint) = complaint.as_ref().filter(|complaint| Some(*complaint) != present.as_ref()) {
            tracing::warn!(complaint, "the node's log does not go out");
        }
        *present = complaint;
    }
}

/// A panic elsewhere leaves these as whole as they were: each change is one assignment.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

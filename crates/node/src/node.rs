//! A running node: an `Inventory` on one store, by itself or among others.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use acopio_contract::query::{Query, View};
use acopio_contract::{Inventory, Manage, ManageError, Managed, News, QueryError, Receipt, SubmitError};
use acopio_fabric::Fabric;
use acopio_ledger::Submission;
use acopio_ledger::ids::CommandId;
use acopio_store::Store;
use tokio::sync::{mpsc, watch};
use tokio::task::AbortHandle;

use crate::answers::Answers;
use crate::clock::Clock;
use crate::cluster::{Cluster, ClusterOptions, Fill};
use crate::core::Core;
use crate::machine::{Machine, recovery_note};
use crate::quorum::replicated;
use crate::watched::Watched;
use crate::writer::{Awaited, GroupLimits, Tell, Writer};

/// How a node runs.
#[derive(Clone, Copy, Debug)]
pub struct NodeConfig {
    /// How many commands may wait; more are answered as busy.
    pub queue_commands_max: usize,
    /// How many commands one commit may hold.
    pub group_commands_max: usize,
    /// How many lines of movements one commit may hold, before the last command's own.
    pub group_lines_max: usize,
    /// Where its writer works.
    pub writer: WriterKind,
}

/// Where a writer works.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriterKind {
    /// In a thread of its own, so that it may wait for the disk.
    Thread,
    /// In a task of the present runtime: for stores in memory, and simulations of many nodes in one thread.
    Task,
}

impl Default for NodeConfig {
    fn default() -> NodeConfig {
        NodeConfig {
            queue_commands_max: 4_096,
            group_commands_max: 1_024,
            group_lines_max: 16_384,
            writer: WriterKind::Thread,
        }
    }
}

/// A running node.
pub struct Node {
    pub(crate) core: Arc<Core>,
    cluster: OnceLock<Arc<Cluster>>,
    /// Commands that were folded and that somebody waits for, until the cluster takes them.
    folded: Mutex<Option<mpsc::Receiver<CommandId>>>,
    writer: Mutex<Option<JoinHandle<Machine>>>,
    /// The writer where it is a task.
    task: Option<AbortHandle>,
}

impl Node {
    /// Starts a node on a store.
    ///
    /// # Errors
    ///
    /// When the writer's thread cannot be started.
    pub fn start(store: Box<dyn Store>, config: NodeConfig, clock: Clock) -> std::io::Result<Arc<Node>> {
        let (identity, reader, head) = (store.identity(), store.reader(), store.head());
        let machine = Machine::new(store);
        let (sender, queue) = mpsc::channel(config.queue_commands_max);
        let (news_sender, news) = watch::channel(News { head: head.seq, ..News::default() });
        let positions = Arc::new(Watched::new(machine.positions()));
        let replicated = Arc::new(Watched::new(replicated(&*reader)));
        let (stopped_sender, stopped) = watch::channel(None);
        let (awaited, folded) = Awaited::new();
        let tell = Tell {
            news: news_sender.clone(),
            positions: Arc::clone(&positions),
            replicated: Arc::clone(&replicated),
            stopped: stopped_sender,
            awaited: Arc::clone(&awaited),
            answers: Answers::here(),
        };
        let limits = GroupLimits { commands: config.group_commands_max, lines: config.group_lines_max };
        let writer = Writer { machine, clock: clock.clone(), limits, tell };
        let (thread, task) = match config.writer {
            WriterKind::Thread => {
                let thread = std::thread::Builder::new().name("writer".to_owned());
                (Some(thread.spawn(move || writer.run(queue))?), None)
            }
            WriterKind::Task => (None, Some(tokio::spawn(writer.run_as_task(queue)).abort_handle())),
        };
        let core = Core {
            identity,
            reader,
            clock,
            queue: Mutex::new(Some(sender)),
            queue_commands_max: config.queue_commands_max,
            news,
            waker: Mutex::new(Some(news_sender)),
            positions,
            replicated,
            stopped,
            awaited,
        };
        Ok(Arc::new(Node {
            core: Arc::new(core),
            cluster: OnceLock::new(),
            folded: Mutex::new(Some(folded)),
            writer: Mutex::new(thread),
            task,
        }))
    }

    /// Joins the other nodes of the company. From then on commands find the node that decides about them.
    ///
    /// # Errors
    ///
    /// When what the node has noted of earlier times cannot be read.
    ///
    /// # Panics
    ///
    /// When it has joined before.
    pub fn join(&self, fabric: Arc<dyn Fabric>, options: ClusterOptions) -> Result<(), QueryError> {
        let folded = self.folded.lock().unwrap_or_else(PoisonError::into_inner).take();
        let folded = folded.expect("a node joins once");
        let cluster = Cluster::start(Arc::clone(&self.core), fabric, options, folded)?;
        self.cluster.set(cluster).unwrap_or_else(|_| unreachable!("a node joins once"));
        Ok(())
    }

    /// Notes that others may have more of this node's own log than itself: once it has joined them it gets that back
    /// before it writes anything.
    ///
    /// # Errors
    ///
    /// When that cannot be noted.
    pub async fn begin_recovery(&self) -> Result<(), SubmitError> {
        self.core.keep(vec![recovery_note(true)]).await
    }

    /// How far a node that has joined is with getting the company's logs for the first time.
    pub fn fill(&self) -> Option<watch::Receiver<Fill>> {
        self.cluster().map(|cluster| cluster.fill())
    }

    /// Takes no more commands, finishes those that wait, and closes the store.
    ///
    /// # Panics
    ///
    /// When the writer's thread has panicked: an assertion has stopped what must not happen.
    pub fn stop(&self) {
        if let Some(cluster) = self.cluster() {
            cluster.stop();
        }
        self.core.close();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            let machine = writer.join().expect("the writer has stopped on an assertion");
            drop(machine.into_store());
        }
    }

    /// Ends everything at once, as a power cut does: what is not committed is lost, and nobody is told. For nodes whose
    /// writer is a task.
    pub fn crash(&self) {
        if let Some(cluster) = self.cluster() {
            cluster.stop();
        }
        if let Some(task) = &self.task {
            task.abort();
        }
        self.core.close();
    }

    /// What of the database was found to be damaged: the node must be ended, and get what it had from elsewhere.
    pub fn damage(&self) -> Option<String> {
        self.core.reader.damage()
    }

    /// Why the node has stopped writing, if it has.
    pub fn stopped(&self) -> Option<String> {
        self.core.stopped()
    }

    pub(crate) fn cluster(&self) -> Option<&Arc<Cluster>> {
        self.cluster.get()
    }
}

#[async_trait::async_trait]
impl Inventory for Node {
    async fn submit_within(&self, submission: Submission, wait: Duration) -> Result<Receipt, SubmitError> {
        match self.cluster() {
            Some(cluster) => cluster.submit(submission, wait).await,
            None => {
                self.core.check_machines(&submission, 0)?;
                self.core.submit(submission).await.and_then(|receipt| self.core.told_alone(receipt))
            }
        }
    }

    async fn manage(&self, manage: Manage) -> Result<Managed, ManageError> {
        match self.cluster() {
            Some(cluster) => cluster.manage(manage).await,
            None => Err(ManageError::Alone),
        }
    }

    async fn query(&self, query: Query) -> Result<View, QueryError> {
        self.answer(query).await
    }

    fn watch(&self) -> watch::Receiver<News> {
        self.core.news.clone()
    }
}

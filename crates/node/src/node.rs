//! A running node: an `Inventory` on one store.

use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use acopio_contract::query::{Query, View};
use acopio_contract::{Inventory, Manage, ManageError, Managed, News, QueryError, Receipt, SubmitError};
use acopio_ledger::Submission;
use acopio_ledger::ids::LogId;
use acopio_store::{Reader, Store};
use tokio::sync::{mpsc, oneshot, watch};

use crate::driver::{self, GroupLimits, Tell, Waiting};
use crate::machine::Machine;

/// How a node runs.
#[derive(Clone, Copy, Debug)]
pub struct NodeConfig {
    /// How many commands may wait; more are answered as busy.
    pub queue_commands_max: usize,
    /// How many commands one commit may hold.
    pub group_commands_max: usize,
    /// How many lines of movements one commit may hold, before the last command's own.
    pub group_lines_max: usize,
}

impl Default for NodeConfig {
    fn default() -> NodeConfig {
        NodeConfig { queue_commands_max: 4_096, group_commands_max: 1_024, group_lines_max: 16_384 }
    }
}

/// A running node.
pub struct Node {
    pub(crate) identity: LogId,
    pub(crate) reader: Arc<dyn Reader>,
    queue: Mutex<Option<mpsc::Sender<Waiting>>>,
    queue_commands_max: usize,
    news: watch::Receiver<News>,
    stopped: watch::Receiver<Option<String>>,
    writer: Mutex<Option<JoinHandle<Machine>>>,
}

impl Node {
    /// Starts a node on a store.
    ///
    /// # Errors
    ///
    /// When the writer's thread cannot be started.
    pub fn start(store: Box<dyn Store>, config: NodeConfig) -> std::io::Result<Arc<Node>> {
        let (identity, reader, head) = (store.identity(), store.reader(), store.head());
        let (sender, queue) = mpsc::channel(config.queue_commands_max);
        let (news_sender, news) = watch::channel(News { head: head.seq, people: 0 });
        let (stopped_sender, stopped) = watch::channel(None);
        let tell = Tell { news: news_sender, stopped: stopped_sender };
        let limits = GroupLimits { commands: config.group_commands_max, lines: config.group_lines_max };
        let machine = Machine::new(store);
        let writer = std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || driver::run(machine, queue, limits, &tell))?;
        Ok(Arc::new(Node {
            identity,
            reader,
            queue: Mutex::new(Some(sender)),
            queue_commands_max: config.queue_commands_max,
            news,
            stopped,
            writer: Mutex::new(Some(writer)),
        }))
    }

    /// Takes no more commands, finishes those that wait, and closes the store.
    ///
    /// # Panics
    ///
    /// When the writer's thread has panicked: an assertion has stopped what must not happen.
    pub fn stop(&self) {
        drop(self.queue.lock().expect("no thread panics with this lock").take());
        let writer = self.writer.lock().expect("no thread panics with this lock").take();
        if let Some(writer) = writer {
            let machine = writer.join().expect("the writer has stopped on an assertion");
            drop(machine.into_store());
        }
    }

    /// Why the node has stopped writing, if it has.
    pub fn stopped(&self) -> Option<String> {
        self.stopped.borrow().clone()
    }

    /// How many commands are waiting.
    pub(crate) fn waiting(&self) -> usize {
        let queue = self.queue.lock().expect("no thread panics with this lock");
        queue.as_ref().map_or(0, |queue| self.queue_commands_max - queue.capacity())
    }

    fn sender(&self) -> Option<mpsc::Sender<Waiting>> {
        self.queue.lock().expect("no thread panics with this lock").clone()
    }
}

#[async_trait::async_trait]
impl Inventory for Node {
    async fn submit_within(&self, submission: Submission, _: Duration) -> Result<Receipt, SubmitError> {
        let gone = || SubmitError::Stopped {
            reason: self.stopped().unwrap_or_else(|| "the node is shutting down".to_owned()),
        };
        let Some(queue) = self.sender() else {
            return Err(gone());
        };
        let (answer, answered) = oneshot::channel();
        match queue.try_send(Waiting { submission, answer }) {
            Ok(()) => {}
            Err(mpsc::error::TrySendError::Full(_)) => {
                return Err(SubmitError::Busy { waiting: self.queue_commands_max });
            }
            Err(mpsc::error::TrySendError::Closed(_)) => return Err(gone()),
        }
        drop(queue);
        answered.await.unwrap_or_else(|_| Err(gone()))
    }

    async fn manage(&self, _: Manage) -> Result<Managed, ManageError> {
        Err(ManageError::Alone)
    }

    async fn query(&self, query: Query) -> Result<View, QueryError> {
        self.answer(query).await
    }

    fn watch(&self) -> watch::Receiver<News> {
        self.news.clone()
    }
}

//! The writer: drains the node's queue, has the machine step, answers, and tells what is new.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use acopio_contract::{News, Receipt, SubmitError};
use acopio_ledger::codec::Frame;
use acopio_ledger::command::Command;
use acopio_ledger::ids::{CommandId, Epoch, LogId, Positions};
use acopio_ledger::names::{NodeName, WarehouseCode};
use acopio_ledger::{Record, Submission};
use acopio_store::Note;
use tokio::sync::{mpsc, oneshot, watch};

use crate::answers::Answers;
use crate::clock::Clock;
use crate::machine::{Changed, FollowError, Followed, Machine};
use crate::quorum::replicated;
use crate::watched::Watched;

/// How many outcomes wait to be noted.
const OUTCOMES_MAX: usize = 65_536;

/// A frame with what can be read in it.
pub(crate) type Arrived = (Frame, Vec<Record>);

/// What the writer takes.
#[expect(
    clippy::large_enum_variant,
    reason = "nearly all are commands, which one more allocation would slow down"
)]
pub(crate) enum Input {
    /// A command to be decided.
    Command(Waiting),
    /// Frames of another node's log.
    Frames { log: LogId, frames: Vec<Arrived>, answer: oneshot::Sender<Result<Followed, FollowError>> },
    /// Another node decides about a warehouse from now on.
    Fence { warehouse: WarehouseCode, by: NodeName, epoch: Epoch, answer: oneshot::Sender<()> },
    /// Notes of this node alone.
    Notes { notes: Vec<Note>, answer: oneshot::Sender<Result<(), SubmitError>> },
}

/// A command on its way, and where its answer goes.
pub(crate) struct Waiting {
    pub(crate) submission: Submission,
    pub(crate) answer: oneshot::Sender<Result<Receipt, SubmitError>>,
}

/// What the writer tells others.
pub(crate) struct Tell {
    pub(crate) news: watch::Sender<News>,
    pub(crate) positions: Arc<Watched<Positions>>,
    pub(crate) replicated: Arc<Watched<Arc<BTreeSet<WarehouseCode>>>>,
    pub(crate) stopped: watch::Sender<Option<String>>,
    pub(crate) awaited: Arc<Awaited>,
    pub(crate) answers: Answers,
}

/// How much is taken from the queue for one group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GroupLimits {
    pub(crate) commands: usize,
    pub(crate) lines: usize,
}

/// Commands that were accepted for other nodes: the writer tells when it has folded what one has led to.
pub(crate) struct Awaited {
    commands: Mutex<BTreeSet<CommandId>>,
    folded: mpsc::Sender<CommandId>,
}

impl Awaited {
    /// None yet, and where it is told that one is folded.
    pub(crate) fn new() -> (Arc<Awaited>, mpsc::Receiver<CommandId>) {
        let (folded, receiver) = mpsc::channel(OUTCOMES_MAX);
        (Arc::new(Awaited { commands: Mutex::default(), folded }), receiver)
    }

    /// Waits for a command's outcome from now on.
    pub(crate) fn add(&self, command: CommandId) {
        self.commands().insert(command);
    }

    /// Waits for it no more.
    pub(crate) fn remove(&self, command: &CommandId) {
        self.commands().remove(command);
    }

    /// The awaited ones among the commands of records.
    fn among<'r>(&self, records: impl Iterator<Item = &'r Record>) -> Vec<CommandId> {
        let commands = self.commands();
        if commands.is_empty() {
            return Vec::new();
        }
        records.map(|record| &record.command).filter(|command| commands.contains(command)).cloned().collect()
    }

    /// Tells of commands whose records are folded, each once.
    fn tell(&self, awaited: Vec<CommandId>) {
        let mut commands = self.commands();
        for command in awaited {
            // Where nobody has room, it is found again when the command is sent again.
            if commands.contains(&command) && self.folded.try_send(command.clone()).is_ok() {
                commands.remove(&command);
            }
        }
    }

    fn commands(&self) -> MutexGuard<'_, BTreeSet<CommandId>> {
        self.commands.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The machine with its clock, limits and listeners.
pub(crate) struct Writer {
    pub(crate) machine: Machine,
    pub(crate) clock: Clock,
    pub(crate) limits: GroupLimits,
    pub(crate) tell: Tell,
}

impl Writer {
    /// Works in a thread of its own until the queue is closed and empty; gives the machine back.
    pub(crate) fn run(mut self, mut queue: mpsc::Receiver<Input>) -> Machine {
        while let Some(first) = queue.blocking_recv() {
            self.work(first, &mut queue);
        }
        self.machine
    }

    /// The same as a task: for nodes that share one thread, as in simulations.
    pub(crate) async fn run_as_task(mut self, mut queue: mpsc::Receiver<Input>) -> Machine {
        while let Some(first) = queue.recv().await {
            self.work(first, &mut queue);
        }
        self.machine
    }

    /// Does one thing, and whatever ended a group of commands after it.
    fn work(&mut self, first: Input, queue: &mut mpsc::Receiver<Input>) {
        let mut next = Some(first);
        while let Some(input) = next.take() {
            match input {
                Input::Command(first) => next = self.group(first, queue),
                Input::Frames { log, frames, answer } => {
                    let followed = self.follow(&log, frames);
                    // Whoever brought them may have gone; they are folded all the same.
                    let _: Result<(), _> = answer.send(followed);
                }
                Input::Fence { warehouse, by, epoch, answer } => {
                    self.machine.fence(warehouse, by, epoch);
                    let _: Result<(), _> = answer.send(());
                }
                Input::Notes { notes, answer } => {
                    let kept = self.machine.keep(&notes);
                    self.tell_stopped();
                    let _: Result<(), _> = answer.send(kept);
                }
            }
        }
    }

    /// Decides what waits, up to the limits, so that one fsync serves all of it. Answers what came after it that is no
    /// command.
    fn group(&mut self, first: Waiting, queue: &mut mpsc::Receiver<Input>) -> Option<Input> {
        let mut lines = lines_of(&first.submission);
        let mut submissions = vec![first.submission];
        let mut answers = vec![first.answer];
        let mut other = None;
        while submissions.len() < self.limits.commands && lines < self.limits.lines {
            match queue.try_recv() {
                Ok(Input::Command(next)) => {
                    lines += lines_of(&next.submission);
                    submissions.push(next.submission);
                    answers.push(next.answer);
                }
                Ok(input) => {
                    other = Some(input);
                    break;
                }
                Err(_) => break,
            }
        }
        let step = self.machine.step(self.clock.now(), &submissions);
        if !step.frames.is_empty() {
            self.tell_news(step.changed);
            let receipts = step.answers.iter().flatten();
            let awaited = self.tell.awaited.among(receipts.map(|receipt| &*receipt.record));
            self.tell.awaited.tell(awaited);
        }
        self.tell_stopped();
        self.tell.answers.send(answers, step.answers);
        other
    }

    fn follow(&mut self, log: &LogId, frames: Vec<Arrived>) -> Result<Followed, FollowError> {
        let awaited = self.tell.awaited.among(frames.iter().flat_map(|(_, records)| records));
        let followed = self.machine.follow(log, frames);
        if let Ok(followed) = &followed
            && 0 < followed.entries
        {
            self.tell_news(followed.changed);
            self.tell.awaited.tell(awaited);
        }
        self.tell_stopped();
        followed
    }

    fn tell_news(&self, changed: Changed) {
        if changed.warehouses {
            self.tell.replicated.set(replicated(&*self.machine.store().reader()));
        }
        let positions = self.machine.positions();
        let head = self.machine.store().head().seq;
        self.tell.positions.set(positions);
        self.tell.news.send_modify(|news| {
            news.head = head;
            news.changes += 1;
            news.people += u64::from(changed.people);
        });
    }

    fn tell_stopped(&self) {
        if self.machine.stopped().is_some() && self.tell.stopped.borrow().is_none() {
            self.tell.stopped.send_replace(self.machine.stopped().map(ToOwned::to_owned));
        }
    }
}

fn lines_of(submission: &Submission) -> usize {
    match &submission.command {
        Command::Move(moves) => moves.lines.len(),
        _ => 1,
    }
}

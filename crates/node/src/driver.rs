//! The thread that drives the machine: drains the queue, steps, answers.

use std::time::{SystemTime, UNIX_EPOCH};

use acopio_contract::{News, Receipt, SubmitError};
use acopio_ledger::Submission;
use acopio_ledger::command::Command;
use acopio_ledger::ids::Millis;
use tokio::sync::{mpsc, oneshot, watch};

use crate::machine::Machine;

/// A command on its way, and where its answer goes.
pub(crate) struct Waiting {
    pub(crate) submission: Submission,
    pub(crate) answer: oneshot::Sender<Result<Receipt, SubmitError>>,
}

/// What the thread tells others.
pub(crate) struct Tell {
    pub(crate) news: watch::Sender<News>,
    pub(crate) stopped: watch::Sender<Option<String>>,
}

/// How much is taken from the queue for one group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GroupLimits {
    pub(crate) commands: usize,
    pub(crate) lines: usize,
}

/// Runs until the queue is closed and empty; gives the machine back.
pub(crate) fn run(
    mut machine: Machine,
    mut queue: mpsc::Receiver<Waiting>,
    limits: GroupLimits,
    tell: &Tell,
) -> Machine {
    let mut submissions = Vec::new();
    let mut answers = Vec::new();
    while let Some(first) = queue.blocking_recv() {
        fill(&mut queue, first, limits, &mut submissions, &mut answers);
        let step = machine.step(now(), &submissions);
        submissions.clear();
        if !step.frames.is_empty() {
            let head = machine.store().head().seq;
            tell.news.send_modify(|news| {
                news.head = head;
                news.people += u64::from(step.people_changed);
            });
        }
        if machine.stopped().is_some() && tell.stopped.borrow().is_none() {
            tell.stopped.send_replace(machine.stopped().map(ToOwned::to_owned));
        }
        for (sender, answer) in answers.drain(..).zip(step.answers) {
            // Whoever asked may have gone; the command is done all the same.
            let _: Result<(), _> = oneshot::Sender::send(sender, answer);
        }
    }
    machine
}

/// Takes what waits, up to the limits, so that one fsync serves all of it.
fn fill(
    queue: &mut mpsc::Receiver<Waiting>,
    first: Waiting,
    limits: GroupLimits,
    submissions: &mut Vec<Submission>,
    answers: &mut Vec<oneshot::Sender<Result<Receipt, SubmitError>>>,
) {
    let mut lines = lines_of(&first.submission);
    submissions.push(first.submission);
    answers.push(first.answer);
    while submissions.len() < limits.commands && lines < limits.lines {
        let Ok(next) = queue.try_recv() else { return };
        lines += lines_of(&next.submission);
        submissions.push(next.submission);
        answers.push(next.answer);
    }
}

fn lines_of(submission: &Submission) -> usize {
    match &submission.command {
        Command::Move(moves) => moves.lines.len(),
        _ => 1,
    }
}

/// The wall clock.
fn now() -> Millis {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Millis(since.as_millis() as i64)
}

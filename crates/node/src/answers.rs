//! Hands answers back to those who asked.

use acopio_contract::{Receipt, SubmitError};
use tokio::runtime::Handle;
use tokio::sync::oneshot;

/// Up to so many answers are sent by the writer itself; a task for them would come later.
const FEW: usize = 4;

/// What became of a command.
type Answer = Result<Receipt, SubmitError>;

/// Sends the answers of a group.
///
/// Each wakes a task. From outside the runtime that costs a lock and often a call of the kernel, which the next group
/// would wait for: so a whole group is sent by one task inside, where waking another is cheap.
pub(crate) struct Answers {
    runtime: Option<Handle>,
}

impl Answers {
    /// Answers to tasks of the runtime that this is called in, or of none.
    pub(crate) fn here() -> Answers {
        Answers { runtime: Handle::try_current().ok() }
    }

    /// Sends answers, in the order of those who wait for them.
    pub(crate) fn send(&self, waiting: Vec<oneshot::Sender<Answer>>, answers: Vec<Answer>) {
        match &self.runtime {
            Some(runtime) if FEW < waiting.len() => {
                drop(runtime.spawn(async { send_each(waiting, answers) }))
            }
            _ => send_each(waiting, answers),
        }
    }
}

fn send_each(waiting: Vec<oneshot::Sender<Answer>>, answers: Vec<Answer>) {
    for (sender, answer) in waiting.into_iter().zip(answers) {
        // Whoever asked may have gone; the command is done all the same.
        let _: Result<(), _> = sender.send(answer);
    }
}

//! How the thread that works on an import reaches the inventory, which is asynchronous.

use std::sync::Arc;
use std::time::Duration;

use acopio_contract::query::{Ask, ask};
use acopio_contract::{Inventory, QueryError, Receipt, SubmitError};
use acopio_ledger::Submission;
use futures_util::stream::{self, StreamExt};
use tokio::runtime::Handle;

/// How many questions or commands that do not depend on each other are on their way at the same time.
const AT_ONCE_MAX: usize = 64;
/// How often a busy inventory is asked again before the import gives up: for about two minutes.
const BUSY_TRIES_MAX: u32 = 120;
const BUSY_WAIT_FIRST: Duration = Duration::from_millis(10);
const BUSY_WAIT_MAX: Duration = Duration::from_secs(1);

/// A blocking thread's way to the inventory. Must not be used from a thread of the runtime.
#[derive(Clone)]
pub(super) struct Link {
    inventory: Arc<dyn Inventory>,
    runtime: Handle,
}

impl Link {
    /// A link through the present runtime.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    pub(super) fn new(inventory: Arc<dyn Inventory>) -> Link {
        Link { inventory, runtime: Handle::current() }
    }

    /// Asks one question.
    ///
    /// # Errors
    ///
    /// As [`Inventory::query`].
    pub(super) fn ask<Q: Ask>(&self, query: Q) -> Result<Q::Answer, QueryError> {
        self.runtime.block_on(ask(&*self.inventory, query))
    }

    /// Asks many questions; the answers are in their order.
    ///
    /// # Errors
    ///
    /// The first that fails.
    pub(super) fn ask_each<Q: Ask>(
        &self,
        queries: impl IntoIterator<Item = Q>,
    ) -> Result<Vec<Q::Answer>, QueryError> {
        let questions = queries.into_iter().map(|query| ask(&*self.inventory, query));
        let answers = stream::iter(questions).buffered(AT_ONCE_MAX).collect::<Vec<_>>();
        self.runtime.block_on(answers).into_iter().collect()
    }

    /// Executes a command.
    ///
    /// # Errors
    ///
    /// As [`Inventory::submit`]; busy only when that does not end.
    pub(super) fn submit(&self, submission: &Submission) -> Result<Receipt, SubmitError> {
        self.runtime.block_on(submit(&*self.inventory, submission))
    }

    /// Executes commands that do not depend on each other; `each` gets the receipts in their order.
    ///
    /// # Errors
    ///
    /// The first that fails; some later ones may be done all the same.
    pub(super) fn submit_each(
        &self,
        submissions: impl IntoIterator<Item = Submission>,
        mut each: impl FnMut(Receipt),
    ) -> Result<(), SubmitError> {
        let commands = submissions
            .into_iter()
            .map(|submission| async move { submit(&*self.inventory, &submission).await });
        self.runtime.block_on(async {
            let mut receipts = stream::iter(commands).buffered(AT_ONCE_MAX);
            while let Some(receipt) = receipts.next().await {
                each(receipt?);
            }
            Ok(())
        })
    }
}

/// Executes a command; while the inventory is busy, again after a moment that doubles each time.
async fn submit(inventory: &dyn Inventory, submission: &Submission) -> Result<Receipt, SubmitError> {
    let mut wait = BUSY_WAIT_FIRST;
    for _ in 1..BUSY_TRIES_MAX {
        match inventory.submit(submission.clone()).await {
            Err(SubmitError::Busy { .. }) => tokio::time::sleep(wait).await,
            answer => return answer,
        }
        wait = (wait * 2).min(BUSY_WAIT_MAX);
    }
    inventory.submit(submission.clone()).await
}

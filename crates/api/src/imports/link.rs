//! How the thread that works on an import reaches the inventory, which is asynchronous.

use std::sync::Arc;
use std::time::Duration;

use acopio_contract::query::{Ask, ask};
use acopio_contract::{Inventory, QueryError, Receipt, SubmitError};
use acopio_ledger::Submission;
use futures_util::stream::{self, StreamExt};
use tokio::runtime::Handle;

use super::work::Job;

/// How many questions or commands that do not depend on each other are on their way at the same time.
const AT_ONCE_MAX: usize = 64;
/// How often a busy inventory is asked again before the import gives up: for about two minutes.
const BUSY_TRIES_MAX: u32 = 120;
const BUSY_WAIT_FIRST: Duration = Duration::from_millis(10);
const BUSY_WAIT_MAX: Duration = Duration::from_secs(1);
/// How long one attempt waits for a node that decides about it, and how often before the import gives up: for about ten
/// minutes. Short enough for a server that is to end.
const ELSEWHERE_WAIT: Duration = Duration::from_secs(5);
const ELSEWHERE_TRIES_MAX: u32 = 120;

/// A blocking thread's way to the inventory. Must not be used from a thread of the runtime.
#[derive(Clone)]
pub(super) struct Link {
    inventory: Arc<dyn Inventory>,
    runtime: Handle,
    /// The import that it works for.
    job: Arc<Job>,
}

impl Link {
    /// A link through the present runtime.
    ///
    /// # Panics
    ///
    /// Outside of a runtime.
    pub(super) fn new(inventory: Arc<dyn Inventory>, job: Arc<Job>) -> Link {
        Link { inventory, runtime: Handle::current(), job }
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
    /// As [`Inventory::submit`]; busy, or waiting for another node, only when that does not end.
    pub(super) fn submit(&self, submission: &Submission) -> Result<Receipt, SubmitError> {
        self.runtime.block_on(self.decided(submission))
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
        let commands =
            submissions.into_iter().map(|submission| async move { self.decided(&submission).await });
        self.runtime.block_on(async {
            let mut receipts = stream::iter(commands).buffered(AT_ONCE_MAX);
            while let Some(receipt) = receipts.next().await {
                each(receipt?);
            }
            Ok(())
        })
    }

    /// Executes a command; while the inventory is busy, again after a moment that doubles each time, and while it waits
    /// for another node, again with the same identity, so that it is one and the same command.
    async fn decided(&self, submission: &Submission) -> Result<Receipt, SubmitError> {
        let (mut wait, mut busy_tries, mut elsewhere_tries) = (BUSY_WAIT_FIRST, 1, 1);
        loop {
            match self.inventory.submit_within(submission.clone(), ELSEWHERE_WAIT).await {
                Err(SubmitError::Busy { .. }) if busy_tries < BUSY_TRIES_MAX => {
                    busy_tries += 1;
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(BUSY_WAIT_MAX);
                }
                Err(SubmitError::Accepted { .. })
                    if elsewhere_tries < ELSEWHERE_TRIES_MAX && !self.job.is_cancelled() =>
                {
                    elsewhere_tries += 1;
                }
                answer => return answer,
            }
        }
    }
}

//! Finds the node that decides about a command. Each is tried here first: a node always knows what it may decide.

use std::time::Duration;

use acopio_contract::{Receipt, SubmitError};
use acopio_fabric::FabricError;
use acopio_ledger::ids::{Millis, Seq};
use acopio_ledger::names::{NodeName, WarehouseCode};
use acopio_ledger::{Command, Submission};
use tokio::time::{Instant, timeout_at};

use super::Cluster;
use super::operations::id_of;
use super::outbox::WAITING_MAX;
use super::words::{self, Errand, Executed, Question};
use crate::machine::check_size;

/// When a command that nobody has decided comes too late, if whoever sent it does not say.
const EXPIRES_AFTER_MS: i64 = 7 * 24 * 60 * 60 * 1_000;

impl Cluster {
    /// Executes a command wherever that is decided; waits so long for another node, then accepts it for later.
    pub(crate) async fn submit(
        &self,
        submission: Submission,
        wait: Duration,
    ) -> Result<Receipt, SubmitError> {
        // What is decided on a part of the logs could be decided otherwise on the whole.
        if !self.fill.borrow().is_done() {
            return Err(SubmitError::Busy { waiting: 0 });
        }
        self.core.check_machines(&submission, self.fabric.replicas())?;
        let deadline = Instant::now() + wait;
        match self.core.submit(submission.clone()).await {
            Ok(receipt) => self.tell(submission, receipt, deadline).await,
            Err(SubmitError::NotHere { warehouse, owner }) => {
                if let Command::Move(moves) = &submission.command
                    && moves.lines.iter().any(|line| line.warehouse != warehouse)
                    && !moves.atomic
                {
                    return Err(SubmitError::SeveralOwners);
                }
                self.forward(submission, warehouse, &owner, deadline).await
            }
            Err(error) => Err(error),
        }
    }

    async fn forward(
        &self,
        submission: Submission,
        warehouse: WarehouseCode,
        owner: &NodeName,
        deadline: Instant,
    ) -> Result<Receipt, SubmitError> {
        let errand = self.errand(&submission, warehouse);
        // While one waits, later ones wait behind it.
        let must_wait = self.outbox().holds_for(&errand.warehouse);
        if !must_wait && let Some(answer) = self.ask_owner(&errand, owner, deadline).await {
            return answer;
        }
        self.accept(errand, deadline).await
    }

    pub(super) fn errand(&self, submission: &Submission, warehouse: WarehouseCode) -> Errand {
        Errand {
            from: self.name().clone(),
            user: submission.id.user,
            key: submission.id.key.to_string(),
            cause: submission.cause.clone(),
            command: submission.command.clone(),
            expires: submission.expires.unwrap_or(Millis(self.now().0 + EXPIRES_AFTER_MS)),
            warehouse,
        }
    }

    /// Asks the owner directly; nothing where it does not decide in time, or that is in doubt.
    async fn ask_owner(
        &self,
        errand: &Errand,
        owner: &NodeName,
        deadline: Instant,
    ) -> Option<Result<Receipt, SubmitError>> {
        let question = words::encode(&Question::Execute(Box::new(errand.clone())));
        let within = deadline.saturating_duration_since(Instant::now());
        let answer = match self.fabric.call(owner, question, within).await {
            Ok(answer) => answer,
            Err(FabricError::Absent { .. }) => return None,
            Err(error) => {
                tracing::debug!(%owner, %error, "a command waits: its owner does not answer");
                return None;
            }
        };
        match words::decode(&answer) {
            Ok(Executed::Decided { node, last }) => self.read_own_write(errand, &node, last, deadline).await,
            Ok(Executed::KeyReused) => Some(Err(SubmitError::KeyReused { key: errand.key.clone() })),
            Ok(Executed::TooLarge { bytes, most }) => Some(Err(SubmitError::TooLarge { bytes, most })),
            Ok(Executed::Later { reason }) => {
                tracing::debug!(%owner, reason, "a command waits");
                None
            }
            Err(reason) => {
                tracing::warn!(%owner, reason, "the answer of a node cannot be read");
                None
            }
        }
    }

    /// Waits until what the owner has decided is folded here, so that whoever asked reads it here too.
    async fn read_own_write(
        &self,
        errand: &Errand,
        node: &NodeName,
        last: Seq,
        deadline: Instant,
    ) -> Option<Result<Receipt, SubmitError>> {
        let folded = self.core.positions.wait_for(|positions| last <= positions.get(node));
        timeout_at(deadline, folded).await.ok()?;
        match self.core.submit(errand.submission()).await {
            Ok(receipt) => Some(Ok(Receipt { repeated: false, ..receipt })),
            Err(error) => Some(Err(error)),
        }
    }

    /// Takes a command into the outbox; answers its outcome if that comes in time, else by which operation it is known.
    pub(super) async fn accept(&self, errand: Errand, deadline: Instant) -> Result<Receipt, SubmitError> {
        let command = errand.id();
        let accepted = || SubmitError::Accepted { operation: id_of(&command) };
        // Its owner could not decide it, and all that came later would wait behind it.
        check_size(&errand.command)?;
        let (note, outcome) = {
            let mut outbox = self.outbox();
            if outbox.get(&command).is_some_and(|waiting| !waiting.errand.asks_the_same(&errand)) {
                return Err(SubmitError::KeyReused { key: errand.key });
            }
            if WAITING_MAX <= outbox.len() {
                return Err(SubmitError::Busy { waiting: outbox.len() });
            }
            (outbox.add(errand, self.now()), outbox.listen(&command))
        };
        if let Some(note) = note {
            if let Err(error) = self.core.keep(vec![note]).await {
                self.outbox().take(&command);
                return Err(error);
            }
            self.unsent.notify_one();
            // It may have been folded between the question to its owner and now.
            self.settle(&command).await;
        }
        let Some(outcome) = outcome else { return Err(accepted()) };
        match timeout_at(deadline, outcome).await {
            Ok(Ok(receipt)) => Ok(receipt),
            _ => Err(accepted()),
        }
    }
}

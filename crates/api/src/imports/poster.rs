//! Posts lines of movements, each by itself, and tells which were refused.

use std::collections::BTreeMap;

use acopio_contract::SubmitError;
use acopio_ledger::command::{Command, MoveLine, Moves};
use acopio_ledger::names::WarehouseCode;
use acopio_ledger::{Body, Record, Refusal};

use super::halt::Halt;
use super::work::Work;

/// Posts the batches of one step of a run.
pub(super) struct Poster<'w> {
    work: &'w Work,
    step: &'static str,
    batches: u64,
}

impl<'w> Poster<'w> {
    /// `step` tells the commands of one step from those of others.
    pub(super) fn new(work: &'w Work, step: &'static str) -> Poster<'w> {
        Poster { work, step, batches: 0 }
    }

    /// Posts lines in their order. For each there is nothing, or why it was refused.
    ///
    /// # Errors
    ///
    /// When the inventory takes no commands.
    pub(super) fn post(&mut self, lines: Vec<MoveLine>) -> Result<Vec<Option<Refusal>>, Halt> {
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        self.batches += 1;
        let part = format!("{}{}", self.step, self.batches);
        let moves = Moves { lines, atomic: false };
        let submission = self.work.command(&part, Command::Move(moves));
        let answer = self.work.link.submit(&submission);
        let Command::Move(Moves { mut lines, .. }) = submission.command else {
            unreachable!("the command is a batch of movements");
        };
        match answer {
            Ok(receipt) => Ok(outcomes(&receipt.record, lines.len())),
            Err(SubmitError::SeveralOwners) => self.post_apart(lines),
            // Long texts in many lines: half as many will do.
            Err(SubmitError::TooLarge { .. }) if 1 < lines.len() => {
                let second = lines.split_off(lines.len() / 2);
                let mut outcomes = self.post(lines)?;
                outcomes.extend(self.post(second)?);
                Ok(outcomes)
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Posts each warehouse's lines by themselves, for several nodes decide about them.
    fn post_apart(&mut self, lines: Vec<MoveLine>) -> Result<Vec<Option<Refusal>>, Halt> {
        let mut outcomes = vec![None; lines.len()];
        let mut parts: BTreeMap<WarehouseCode, (Vec<usize>, Vec<MoveLine>)> = BTreeMap::new();
        for (index, line) in lines.into_iter().enumerate() {
            let (indexes, part) = parts.entry(line.warehouse.clone()).or_default();
            indexes.push(index);
            part.push(line);
        }
        for (indexes, part) in parts.into_values() {
            for (index, outcome) in indexes.into_iter().zip(self.post(part)?) {
                outcomes[index] = outcome;
            }
        }
        Ok(outcomes)
    }
}

/// One outcome for each line: a movement or a refusal. Alerts stand beside them and are no lines.
fn outcomes(record: &Record, lines: usize) -> Vec<Option<Refusal>> {
    let outcome = |body: &Body| match body {
        Body::Moved(_) => Some(None),
        Body::Refused(refused) => Some(Some(refused.refusal.clone())),
        _ => None,
    };
    let outcomes: Vec<_> = record.entries.iter().filter_map(|entry| outcome(&entry.body)).collect();
    assert_eq!(outcomes.len(), lines, "a batch has one outcome for each line");
    outcomes
}

//! Receipts: what a command has led to.

use std::sync::Arc;

use acopio_ledger::ids::Seq;
use acopio_ledger::{Body, Record, Refusal};

/// The answer to a command: its record. The same command gets the same receipt for ever.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// What the command has led to; refusals are among it.
    pub record: Arc<Record>,
    /// Whether the command was known already, so that this is the answer of the first time.
    pub repeated: bool,
}

impl Receipt {
    /// The refusal, where the command was refused as a whole. Lines of a batch that is not atomic have their own.
    pub fn refusal(&self) -> Option<&Refusal> {
        match self.record.entries.as_slice() {
            [entry] => match &entry.body {
                Body::Refused(refused) => Some(&refused.refusal),
                _ => None,
            },
            _ => None,
        }
    }

    /// The position of the last entry.
    pub fn last(&self) -> Seq {
        self.record.first.seq.plus(self.record.entries.len() as u64 - 1)
    }
}

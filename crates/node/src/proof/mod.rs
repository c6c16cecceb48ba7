//! Proves logs and views, and makes the views anew from the logs.

mod chain;
mod fold;
mod rebuild;
mod strands;
mod transit;
mod views;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use acopio_contract::query::VerifyReport;
use acopio_ledger::names::NodeName;
use acopio_ledger::ownership::Ownership;
use acopio_ledger::{Record, apply};
use acopio_store::{Audit, LogHead, StoreError};

use fold::Fold;
use strands::{Stop, Strands};

pub use rebuild::rebuild;

/// How many bytes of frames are read at a time.
const READ_BYTES: usize = 4 << 20;

/// How many frames may wait between reading and folding.
const FRAMES_WAITING_MAX: usize = 64;

/// How far a proof or a rebuild is, in entries of all logs.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// How many were read.
    pub at: u64,
    /// How many there are.
    pub end: u64,
}

/// Folds all logs anew and compares every view with what they come to; stops at the first thing that is wrong.
///
/// # Errors
///
/// When storage fails. What is wrong in a log or in a view is not an error but the report's fault.
pub fn verify(audit: &dyn Audit, progress: &mut dyn FnMut(Progress)) -> Result<VerifyReport, StoreError> {
    let end = entries_of(audit.heads());
    let read = |node: &NodeName, after| audit.frames(node, after, READ_BYTES);
    let mut strands = Strands::new(audit.heads(), &read, apply::waits_for);
    let fold = Fold::knowing(ownership(audit)?);
    let (fold, read_fault) = std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(FRAMES_WAITING_MAX);
        let folding = scope.spawn(move || fold_all(fold, &receiver));
        let fault = read_all(&mut strands, &sender, &mut |at| progress(Progress { at, end }));
        drop(sender);
        let fold = folding.join().expect("folding has stopped on an assertion");
        fault.map(|fault| (fold, fault))
    })?;
    let mut report = VerifyReport {
        frames: strands.frames(),
        entries: strands.entries(),
        movements: fold.movements,
        balances: 0,
        // The fold lags behind the reader, so what it finds comes before what stopped the reader.
        fault: fold.fault.clone().or(read_fault).or_else(|| strands.fault_at_end()),
    };
    if report.fault.is_none() {
        report.fault = fold.transit.fault(fold.changes());
    }
    if report.fault.is_none() {
        report.fault = views::compare(audit, &fold, &mut report.balances)?;
    }
    Ok(report)
}

fn entries_of(heads: &BTreeMap<NodeName, LogHead>) -> u64 {
    heads.values().map(|log| log.head.seq.0).sum()
}

/// Reads, checks and decodes frame after frame; answers with the first fault, or with nothing at the end.
fn read_all(
    strands: &mut Strands<'_>,
    sender: &SyncSender<Vec<Record>>,
    reached: &mut dyn FnMut(u64),
) -> Result<Option<String>, StoreError> {
    loop {
        let records = match strands.next() {
            Ok(Some(records)) => records,
            Ok(None) => return Ok(None),
            Err(Stop::Fault(fault)) => return Ok(Some(fault)),
            Err(Stop::Storage(error)) => return Err(error),
        };
        if sender.send(records).is_err() {
            return Ok(None); // the fold has found a fault
        }
        reached(strands.entries());
    }
}

/// Who owns the warehouses, as the view says: what it should say is folded beside it, and compared in the end.
fn ownership(audit: &dyn Audit) -> Result<Ownership, StoreError> {
    let known = audit.warehouses()?.into_iter();
    Ok(known.map(|warehouse| (warehouse.code.clone(), Arc::new(warehouse))).collect())
}

fn fold_all(mut fold: Fold, receiver: &Receiver<Vec<Record>>) -> Fold {
    while let Ok(records) = receiver.recv() {
        for record in &records {
            fold.record(record);
            if fold.fault.is_some() {
                return fold;
            }
        }
    }
    fold
}

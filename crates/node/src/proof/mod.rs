//! Proves a log and its views, and makes the views anew from the log.

mod chain;
mod fold;
mod transit;
mod views;

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use acopio_contract::query::VerifyReport;
use acopio_ledger::ids::Seq;
use acopio_ledger::{Books, Record, apply, codec};
use acopio_store::{Audit, Store, StoreError};

use chain::Chain;
use fold::Fold;

/// How many bytes of frames are read at a time.
const READ_BYTES: usize = 4 << 20;

/// How many frames may wait between reading and folding.
const FRAMES_WAITING_MAX: usize = 64;

/// How many entries are folded into one transaction when views are made anew.
const REFOLD_ENTRIES: usize = 50_000;

/// How far a proof or a rebuild is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// The position that was reached.
    pub at: Seq,
    /// The last position.
    pub end: Seq,
}

/// Folds the whole log anew and compares every view with it; stops at the first thing that is wrong.
///
/// # Errors
///
/// When storage fails. What is wrong in the log or in a view is not an error but the report's fault.
pub fn verify(audit: &dyn Audit, progress: &mut dyn FnMut(Progress)) -> Result<VerifyReport, StoreError> {
    let head = audit.head();
    let mut chain = Chain::default();
    let (fold, chain_fault) = std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(FRAMES_WAITING_MAX);
        let folding = scope.spawn(move || fold_all(&receiver));
        let fault = read_all(audit, &mut chain, &sender, &mut |at| progress(Progress { at, end: head.seq }));
        drop(sender);
        let fold = folding.join().expect("folding has stopped on an assertion");
        fault.map(|fault| (fold, fault))
    })?;
    let mut report = VerifyReport {
        frames: chain.frames,
        entries: chain.seq.0,
        movements: fold.movements,
        balances: 0,
        // The fold lags behind the reader, so what it finds comes before what stopped the reader.
        fault: fold.fault.clone().or(chain_fault).or_else(|| chain.fault_at_end(head)),
    };
    if report.fault.is_none() {
        report.fault = fold.transit.fault(fold.changes());
    }
    if report.fault.is_none() {
        report.fault = views::compare(audit, &fold, &mut report.balances)?;
    }
    Ok(report)
}

/// Reads, checks and decodes frame after frame; answers with the first fault, or with nothing at the end.
fn read_all(
    audit: &dyn Audit,
    chain: &mut Chain,
    sender: &SyncSender<Vec<Record>>,
    reached: &mut dyn FnMut(Seq),
) -> Result<Option<String>, StoreError> {
    loop {
        let frames = audit.frames(chain.seq, READ_BYTES)?;
        if frames.is_empty() {
            return Ok(None);
        }
        for frame in frames {
            match chain.check(&frame) {
                Ok(records) => {
                    if sender.send(records).is_err() {
                        return Ok(None); // the fold has found a fault
                    }
                }
                Err(fault) => return Ok(Some(fault)),
            }
        }
        reached(chain.seq);
    }
}

fn fold_all(receiver: &Receiver<Vec<Record>>) -> Fold {
    let mut fold = Fold::default();
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

/// Drops all views and folds the log into them anew.
///
/// # Errors
///
/// When storage fails or a frame cannot be read.
pub fn rebuild(store: &mut dyn Store, progress: &mut dyn FnMut(Progress)) -> Result<u64, StoreError> {
    let (reader, end) = (store.reader(), store.head().seq);
    store.drop_views()?;
    let mut at = Seq(0);
    while at < end {
        let frames = reader.frames(at, READ_BYTES)?;
        if frames.is_empty() {
            let what = format!("log after {at}");
            return Err(StoreError::Damaged { what, reason: format!("it ends before {end}") });
        }
        let mut records = Vec::new();
        for frame in &frames {
            let decoded = codec::decode_frame(&frame.bytes);
            let (_, found) = decoded.map_err(|error| StoreError::Damaged {
                what: format!("frame at {}", frame.first),
                reason: error.to_string(),
            })?;
            records.extend(found);
        }
        at = records.last().map_or(at, |record| record.first.seq.plus(record.entries.len() as u64 - 1));
        refold(store, &records)?;
        progress(Progress { at, end });
    }
    Ok(end.0)
}

fn refold(store: &mut dyn Store, records: &[Record]) -> Result<(), StoreError> {
    let mut rest = records;
    while !rest.is_empty() {
        let mut entries = 0;
        let fits = rest.iter().take_while(|record| {
            entries += record.entries.len();
            entries <= REFOLD_ENTRIES
        });
        let (now, later) = rest.split_at(fits.count().max(1));
        let changes = {
            let mut books = Books::over(store.source());
            now.iter().for_each(|record| apply::record(&mut books, record));
            books.take_changes()
        };
        store.refold(&changes)?;
        rest = later;
    }
    Ok(())
}

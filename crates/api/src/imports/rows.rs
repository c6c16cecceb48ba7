//! The second pass over a file of movements: posts its rows.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use acopio_ledger::Refusal;
use acopio_ledger::command::MoveLine;

use super::cells::Cells;
use super::halt::Halt;
use super::judge::{Fault, Judge};
use super::pass::{CHUNK_ROWS, Item, Pass, Verdict};
use super::poster::Poster;
use super::record::Figures;
use super::work::{Tally, Work};

/// How many chunks are read while one is being posted.
const CHUNKS_AHEAD_MAX: usize = 2;

type Chunk = Result<Vec<Item>, Halt>;

/// Posts every row that can be, in the order of the file; all others are reported.
///
/// One batch is on its way at a time, while the next ones are read and planned. More on their way would gain nothing,
/// for a batch is as much as one commit takes, but a busy answer to one of them would put rows out of order.
///
/// # Errors
///
/// When the file cannot be read to its end, or the inventory takes no commands.
pub(super) fn post(work: &Work, judge: Judge, surveyed: Figures) -> Result<Figures, Halt> {
    let mut pass = Pass::open(&work.job.folder, &work.profile, judge, work.link.clone())?;
    // Where the survey has found none, there is none, but for what another import posts at the same moment: the ledger
    // refuses that.
    pass.may_be_known = 0 < surveyed.known;
    let cells = pass.cells.clone();
    let mut tally = work.report()?;
    let Figures { rows, planned, products_new, openings, .. } = surveyed;
    tally.rows_in_all = rows;
    tally.figures = Figures { planned, products_new, openings, ..Figures::default() };
    let posted = thread::scope(|scope| {
        let (sender, chunks) = sync_channel(CHUNKS_AHEAD_MAX);
        scope.spawn(move || read_ahead(pass, &sender));
        post_chunks(work, chunks, &cells, &mut tally)
    });
    // What was found before a failure is reported too.
    let figures = tally.finish()?;
    posted.map(|()| figures)
}

/// Sends chunks until the end of the file, an error, or nobody wants any more.
fn read_ahead(mut pass: Pass, sender: &SyncSender<Chunk>) {
    loop {
        let chunk = pass.next_chunk();
        let is_last = chunk.as_ref().map_or(true, Vec::is_empty);
        if sender.send(chunk).is_err() || is_last {
            return;
        }
    }
}

fn post_chunks(work: &Work, chunks: Receiver<Chunk>, cells: &Cells, tally: &mut Tally) -> Result<(), Halt> {
    let mut poster = Poster::new(work, "r");
    for chunk in chunks {
        let items = chunk?;
        assert!(items.len() <= CHUNK_ROWS, "a chunk fits one batch");
        let lines: Vec<MoveLine> = items.iter().filter_map(|item| Some(item.planned()?.line())).collect();
        let mut outcomes = poster.post(lines)?.into_iter();
        for mut item in items {
            if item.planned().is_some() {
                match outcomes.next().expect("there is one outcome for each line") {
                    None => {
                        tally.posted();
                        continue;
                    }
                    // Another import of the same rows was quicker.
                    Some(Refusal::AlreadyImported { .. }) => item.verdict = Verdict::Known,
                    Some(refusal) => item.refuse(cells, &Fault::from(refusal)),
                }
            }
            tally.count(item.verdict)?;
        }
        work.progress(tally)?;
    }
    Ok(())
}

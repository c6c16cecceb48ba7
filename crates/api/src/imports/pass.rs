//! One pass over a file of movements, chunk by chunk: what each row comes to.
//!
//! A check is one pass, a commit is two, each with a planner of its own that sees every row from the first: the identity
//! of equal rows depends on their order.

use std::sync::Arc;

use acopio_contract::query::Posted;
use acopio_sheets::{Outcome, PlannedMove, Planner, Problem as RowProblem, Profile, Row, Rows};

use super::cells::Cells;
use super::halt::Halt;
use super::judge::{Fault, Judge};
use super::link::Link;
use super::record::Folder;

/// How many rows are held in memory at a time, and posted by one command.
pub(super) const CHUNK_ROWS: usize = 4_000;

/// A row and what it comes to.
pub(super) struct Item {
    pub(super) row: Row,
    pub(super) verdict: Verdict,
}

/// What a row comes to.
pub(super) enum Verdict {
    /// It can be posted.
    Post(Box<PlannedMove>),
    /// It was posted before.
    Known,
    /// The profile passes it over.
    Skipped(RowProblem),
    /// All that is wrong with it.
    Refused(Vec<RowProblem>),
}

/// A file that is being read.
pub(super) struct Pass {
    rows: Rows,
    planner: Planner,
    pub(super) cells: Arc<Cells>,
    pub(super) judge: Judge,
    /// Whether some rows may have been posted before.
    pub(super) may_be_known: bool,
    link: Link,
}

impl Pass {
    /// Opens the file.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or its header does not fit the profile.
    pub(super) fn open(folder: &Folder, profile: &Profile, judge: Judge, link: Link) -> Result<Pass, Halt> {
        let rows = Rows::open(&folder.data(), &profile.read_options())?;
        let planner = Planner::new(profile, rows.header()).map_err(Halt::Header)?;
        let cells = Arc::new(Cells::new(profile, rows.header()));
        Ok(Pass { rows, planner, cells, judge, may_be_known: true, link })
    }

    /// The next rows in their order; none at the end of the file.
    ///
    /// # Errors
    ///
    /// When the file breaks off, or the inventory does not answer.
    pub(super) fn next_chunk(&mut self) -> Result<Vec<Item>, Halt> {
        let mut items = Vec::new();
        for row in self.rows.by_ref().take(CHUNK_ROWS) {
            let row = row?;
            let verdict = match self.planner.row(&row) {
                Outcome::Move(planned) => Verdict::Post(planned),
                Outcome::Product(_) => unreachable!("a profile of movements plans no products"),
                Outcome::Skipped(problem) => Verdict::Skipped(problem),
                Outcome::Refused(problems) => Verdict::Refused(problems),
            };
            items.push(Item { row, verdict });
        }
        if self.may_be_known {
            self.mark_known(&mut items)?;
        }
        self.mark_refused(&mut items)?;
        Ok(items)
    }

    /// Rows that were posted before are not sent again, so that a second run writes nothing at all, not even refusals.
    fn mark_known(&self, items: &mut [Item]) -> Result<(), Halt> {
        let sources = items.iter().filter_map(|item| item.planned().map(|planned| planned.source)).collect();
        let posted = self.link.ask(Posted { sources })?;
        let planned = items.iter_mut().filter(|item| item.planned().is_some());
        for (item, _) in planned.zip(posted).filter(|(_, posted)| *posted) {
            item.verdict = Verdict::Known;
        }
        Ok(())
    }

    fn mark_refused(&mut self, items: &mut [Item]) -> Result<(), Halt> {
        let skus = items.iter().filter_map(|item| item.planned().map(|planned| &planned.key.sku));
        self.judge.facts.learn(&self.link, skus)?;
        for item in items {
            if let Some(fault) = item.planned().and_then(|planned| self.judge.fault(planned)) {
                item.refuse(&self.cells, &fault);
            }
        }
        Ok(())
    }
}

impl Item {
    /// The movement, when the row can be posted.
    pub(super) fn planned(&self) -> Option<&PlannedMove> {
        match &self.verdict {
            Verdict::Post(planned) => Some(planned),
            _ => None,
        }
    }

    /// Takes note that the row cannot be posted.
    pub(super) fn refuse(&mut self, cells: &Cells, fault: &Fault) {
        self.verdict = Verdict::Refused(vec![cells.problem(&self.row, fault.field, &fault.reason)]);
    }
}

//! The history of everything: all logs backwards, merged by stamp and node.

use std::rc::Rc;

use acopio_contract::query::{HistoryTime, MovementRow, Page};
use acopio_ledger::ids::{Positions, Seq, Stamp};
use acopio_ledger::names::NodeName;

use super::movements::History;
use crate::cursor;
use crate::sqlite::fault::Outcome;
use crate::sqlite::piece::Piece;
use crate::sqlite::place::{LogNumber, Place};

/// How many entries one request looks at.
const ENTRIES_MAX: usize = 10_000;
/// The list, as its cursors name it. These hold the next position of each log.
const LIST: &str = "movements";

/// One log on the way back.
struct Strand {
    node: NodeName,
    /// The next entry.
    at: Place,
    /// What holds it.
    piece: Rc<Piece>,
}

impl Strand {
    fn stamp(&self) -> Stamp {
        self.piece.stamp_of(self.at.seq())
    }

    /// Where it stands in the order of all histories.
    fn rank(&self) -> (Stamp, &NodeName) {
        (self.stamp(), &self.node)
    }
}

impl History<'_, '_> {
    /// Goes backwards along all logs, always the latest entry next.
    pub(super) fn of_all(&self) -> Outcome<Page<MovementRow>> {
        let (mut strands, mut items, mut examined) = (self.strands()?, Vec::new(), 0);
        'latest: while examined < ENTRIES_MAX && !strands.is_empty() {
            // The latest strand is the last; it is followed until the one before it is later.
            strands.sort_by(|a, b| a.rank().cmp(&b.rank()));
            while let Some((latest, others)) = strands.split_last_mut()
                && others.last().is_none_or(|other| other.rank() < latest.rank())
                && examined < ENTRIES_MAX
            {
                examined += 1;
                if self.is_too_old(latest.stamp()) {
                    return Ok(Page { items, next: None });
                }
                if let Some(row) = self.row(&latest.piece, latest.at, None)? {
                    if items.len() == self.query.page.limit {
                        break 'latest;
                    }
                    items.push(row);
                }
                if !self.step(latest)? {
                    strands.pop();
                }
            }
        }
        let next: Positions = strands.into_iter().map(|strand| (strand.node, strand.at.seq())).collect();
        Ok(Page { items, next: (!next.is_empty()).then(|| cursor::encode(LIST, &next)) })
    }

    /// All logs from where the page before has ended, or from the last entry that can be wanted.
    fn strands(&self) -> Outcome<Vec<Strand>> {
        let after: Option<Positions> = cursor::decode(LIST, &self.query.page)?;
        let mut strands = Vec::new();
        for (node, number) in self.log.logs().by_node() {
            let seq = match &after {
                Some(after) => after.get(node).min(Seq::MAX),
                None => self.last(number)?,
            };
            let at = Place::new(number, seq);
            let piece = if at.is_some() { self.log.piece_before(at)? } else { None };
            if let Some(piece) = piece {
                let at = at.with(seq.min(Seq(piece.end().0 - 1)));
                strands.push(Strand { node: node.clone(), at, piece });
            }
        }
        Ok(strands)
    }

    /// Goes one entry back; false at the beginning of the log.
    fn step(&self, strand: &mut Strand) -> Outcome<bool> {
        strand.at = strand.at.with(Seq(strand.at.seq().0 - 1));
        if !strand.piece.holds(strand.at.seq()) {
            match self.log.piece(strand.at)? {
                Some(piece) => strand.piece = piece,
                None => return Ok(false),
            }
        }
        Ok(true)
    }

    /// The last entry of a log that can be wanted.
    fn last(&self, log: LogNumber) -> Outcome<Seq> {
        match (self.query.time, self.query.to) {
            (HistoryTime::Recorded, Some(to)) if to.0 < i64::MAX >> 17 => {
                self.log.last_before(log, Stamp::at(to))
            }
            _ => Ok(Seq::MAX),
        }
    }
}

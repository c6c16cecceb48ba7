//! Takes in what other nodes have written: checks that it continues their logs as they are known here, folds it into
//! the same views, and commits frames and views together.

use acopio_ledger::codec::{DecodeError, Frame};
use acopio_ledger::ids::{LogId, Seq};
use acopio_ledger::names::NodeName;
use acopio_ledger::{Books, Record, apply};
use acopio_store::{Head, LogHead};

use super::{Changed, Machine, judge};

/// What following has led to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// How many entries were new.
    pub entries: u64,
    /// Of which kinds of records any has changed.
    pub changed: Changed,
    /// The position of another log that must be here first: the frames from there on were not taken in, and are to be
    /// sent again then.
    pub waits_for: Option<(NodeName, Seq)>,
}

/// Why frames of another node's log were not taken in. Nothing of them was written.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// Frames before them are missing: ask for what follows this log's end here.
    #[error("the log is known here up to {known}, the frames go on at {found}")]
    Gap {
        /// The last position that is known.
        known: Seq,
        /// Where the frames begin.
        found: Seq,
    },
    /// They are not what follows here: another log, another past, or stamps that do not rise.
    #[error("frame at {first}: {fault}")]
    Broken {
        /// Where the frame begins that does not fit.
        first: Seq,
        /// What does not fit.
        fault: String,
    },
    /// The bytes are no frame that this program can read.
    #[error("cannot read the frame")]
    Decode(#[from] DecodeError),
    /// The node has stopped writing since a commit failed; it must be restarted.
    #[error("the node has stopped writing: {reason}")]
    Stopped {
        /// What failed.
        reason: String,
    },
}

/// Reads a frame of a node's log, for [`Machine::follow`].
///
/// # Errors
///
/// When the bytes cannot be read, or belong to another log.
pub fn read_frame(log: &LogId, bytes: &[u8]) -> Result<(Frame, Vec<Record>), FollowError> {
    let (frame, header, records) = Frame::from_bytes(bytes)?;
    let found = LogId { node: header.node, incarnation: header.incarnation };
    if found != *log {
        return Err(broken(&frame, format!("it belongs to the log {found}, not to {log}")));
    }
    Ok((frame, records))
}

impl Machine {
    /// Takes in frames of another node's log, all of one incarnation, in their order. Frames that are here already are
    /// passed over, so that each is folded once however often it comes. A frame in which a warehouse is taken waits
    /// until the log of the owner before is here up to the cut.
    ///
    /// # Errors
    ///
    /// When a frame does not follow on the end of the copy: then nothing is written. When the commit fails, the node
    /// stops writing.
    pub fn follow(
        &mut self,
        log: &LogId,
        frames: Vec<(Frame, Vec<Record>)>,
    ) -> Result<Followed, FollowError> {
        if let Some(reason) = &self.stopped {
            return Err(FollowError::Stopped { reason: reason.clone() });
        }
        let (mut new, mut records, mut waits_for) = (Vec::new(), Vec::new(), None);
        let mut end = self.end_of(log)?;
        for (frame, own) in frames {
            if frame.first.0 + frame.entries - 1 <= end.seq.0 {
                continue;
            }
            // First: what is missing before it may be what the other log waits for.
            let next = continued(log, end, &frame, &own)?;
            waits_for = self.missing(log, &own);
            if waits_for.is_some() {
                break;
            }
            end = next;
            new.push(frame);
            records.extend(own);
        }
        if new.is_empty() {
            return Ok(Followed { waits_for, ..Followed::default() });
        }
        let changes = {
            let mut books = Books::over(self.store.source());
            records.iter().for_each(|record| apply::record(&mut books, record));
            books.take_changes()
        };
        let written = match judge::is_misjudged(&*self.store, &records, &changes) {
            Ok(false) => self.store.follow(log, &new, &changes),
            Ok(true) => judge::fold_anew(&mut *self.store, Some(log), &new),
            Err(error) => Err(error),
        };
        if let Err(error) = written {
            return Err(FollowError::Stopped { reason: self.fail(&error) });
        }
        if log.node != self.store.identity().node {
            self.copies.insert(log.node.clone(), LogHead { incarnation: log.incarnation, head: end });
        }
        let entries = new.iter().map(|frame| frame.entries).sum();
        Ok(Followed { entries, changed: Changed::by(&records), waits_for })
    }

    /// What of other logs must be here before a frame of a log.
    fn missing(&self, log: &LogId, records: &[Record]) -> Option<(NodeName, Seq)> {
        let known = |node: &NodeName| match self.copies.get(node) {
            Some(copy) => copy.head.seq,
            None if *node == self.store.identity().node => self.store.head().seq,
            None => Seq(0),
        };
        let mut waits = records.iter().filter_map(apply::waits_for);
        waits.find(|(node, seq)| *node != log.node && known(node) < *seq)
    }

    /// Where the copy of a log ends, if that log may go on in its incarnation.
    fn end_of(&self, log: &LogId) -> Result<Head, FollowError> {
        let refuse = |first, fault: String| Err(FollowError::Broken { first, fault });
        let own = self.store.identity().node;
        if log.node == own && !self.is_recovering {
            return refuse(self.store.head().seq, "it is this node's own log".to_owned());
        }
        let copy = if log.node == own {
            self.store.heads().get(&own).copied()
        } else {
            self.copies.get(&log.node).copied()
        };
        match copy {
            Some(copy) if log.incarnation < copy.incarnation => {
                let fault = format!("the log has gone on to incarnation {}", copy.incarnation);
                refuse(copy.head.seq, fault)
            }
            Some(copy) => Ok(copy.head),
            None => Ok(Head::default()),
        }
    }
}

/// Where a log ends after a frame that follows on its end.
fn continued(log: &LogId, end: Head, frame: &Frame, records: &[Record]) -> Result<Head, FollowError> {
    if end.seq.plus(1) < frame.first {
        return Err(FollowError::Gap { known: end.seq, found: frame.first });
    }
    if frame.first <= end.seq {
        return Err(broken(frame, format!("it overlaps what is known up to {}", end.seq)));
    }
    if frame.previous != end.hash {
        return Err(broken(frame, "the frame before it is not the one that is known".to_owned()));
    }
    if frame.stamp <= end.stamp {
        return Err(broken(frame, format!("its stamp {} is not after {}", frame.stamp, end.stamp)));
    }
    if let Some(record) = records.iter().find(|record| record.first.log() != *log) {
        return Err(broken(frame, format!("it belongs to the log {}, not to {log}", record.first.log())));
    }
    let (seq, stamp) = (end.seq.plus(frame.entries), frame.stamp.plus(frame.entries - 1));
    Ok(Head { seq, stamp, hash: frame.hash })
}

fn broken(frame: &Frame, fault: String) -> FollowError {
    FollowError::Broken { first: frame.first, fault }
}

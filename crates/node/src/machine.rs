//! The node as a state machine: one step decides a group of commands and commits them together.

mod fence;
mod follow;
mod judge;
mod place;
mod recovery;

use std::collections::BTreeMap;
use std::sync::Arc;

use acopio_contract::{Receipt, SubmitError};
use acopio_ledger::codec::{self, FRAME_BYTES_MAX, Frame, FrameBuilder, Header};
use acopio_ledger::command::Moves;
use acopio_ledger::decide::{self, Now};
use acopio_ledger::ids::{EntryId, LogId, Millis, Positions, Seq, Stamp};
use acopio_ledger::names::NodeName;
use acopio_ledger::{Body, Books, Changes, Command, Record, Source, Submission};
use acopio_store::{Head, LogHead, Note, Store};

use self::fence::Fences;

pub use follow::{FollowError, Followed, read_frame};
pub(crate) use recovery::{NOTE as RECOVERY_NOTE, note as recovery_note};
pub use recovery::{begin_again, begin_recovery};

/// Room in a frame for its header.
const HEADER_BYTES: usize = 256;

/// The most bytes that one command's record may have.
const RECORD_BYTES_MAX: usize = FRAME_BYTES_MAX - HEADER_BYTES;

/// How far ahead of its own clock a node believes a stamp: its own stamps do not follow one that is later, so that one
/// wrong clock does not carry all others with it.
pub const STAMP_AHEAD_MAX_MS: i64 = 2 * 60 * 60 * 1_000;

/// One node's state: its store, and whether it may still write.
pub struct Machine {
    store: Box<dyn Store>,
    /// Where the logs of other nodes end here.
    copies: BTreeMap<NodeName, LogHead>,
    /// The warehouses that others take over by force.
    fences: Fences,
    /// Whether its own log is got back from others: then it takes that in, and writes nothing itself.
    is_recovering: bool,
    stopped: Option<String>,
}

/// What one step has led to.
pub struct Step {
    /// The answers, in the order of the commands.
    pub answers: Vec<Result<Receipt, SubmitError>>,
    /// The frames that were committed.
    pub frames: Vec<Frame>,
    /// Of which kinds of records any has changed.
    pub changed: Changed,
}

impl Machine {
    /// A node on a store.
    pub fn new(store: Box<dyn Store>) -> Machine {
        let mut copies = store.heads();
        copies.remove(&store.identity().node);
        let is_recovering = recovery::is_noted(&*store);
        Machine { store, copies, fences: Fences::new(), is_recovering, stopped: None }
    }

    /// The store.
    pub fn store(&self) -> &dyn Store {
        &*self.store
    }

    /// The store, to be closed or rebuilt.
    pub fn into_store(self) -> Box<dyn Store> {
        self.store
    }

    /// How far each log is folded, the own one included.
    pub fn positions(&self) -> Positions {
        let copies = self.copies.iter().map(|(node, copy)| (node.clone(), copy.head.seq));
        copies.chain([(self.store.identity().node, self.store.head().seq)]).collect()
    }

    /// Keeps notes; they are durable when this returns.
    ///
    /// # Errors
    ///
    /// When the node has stopped writing, which a failure here makes it do.
    pub fn keep(&mut self, notes: &[Note]) -> Result<(), SubmitError> {
        if let Some(reason) = &self.stopped {
            return Err(SubmitError::Stopped { reason: reason.clone() });
        }
        let kept = self.store.keep(notes);
        self.is_recovering = recovery::after(notes).unwrap_or(self.is_recovering);
        kept.map_err(|error| SubmitError::Stopped { reason: self.fail(&error) })
    }

    /// Why the node has stopped writing, if it has.
    pub fn stopped(&self) -> Option<&str> {
        self.stopped.as_deref()
    }

    /// Decides commands one after the other, each on what those before it have left, commits all in one go, and only
    /// then answers. Known commands get the answer of the first time.
    pub fn step(&mut self, now: Millis, submissions: &[Submission]) -> Step {
        let recovers = self.is_recovering.then(|| recovery::REASON.to_owned());
        if let Some(reason) = self.stopped.clone().or(recovers) {
            let error = SubmitError::Stopped { reason };
            let answers = submissions.iter().map(|_| Err(error.clone())).collect();
            return Step { answers, frames: Vec::new(), changed: Changed::default() };
        }
        let mut group = Group::open(&*self.store, &self.fences, self.next_stamp(now));
        let answers: Vec<_> = submissions.iter().map(|submission| group.take(submission)).collect();
        let is_misjudged = group.is_misjudged;
        let (records, changes) = group.close();
        if records.is_empty() {
            return Step { answers, frames: Vec::new(), changed: Changed::default() };
        }
        let frames = frames(&self.store.identity(), self.store.head(), &records);
        let written = if is_misjudged {
            judge::fold_anew(&mut *self.store, None, &frames)
        } else {
            self.store.commit(&frames, &changes)
        };
        match written {
            Ok(()) => Step { answers, frames, changed: Changed::by(records.iter().map(Arc::as_ref)) },
            Err(error) => self.stop(answers, &error),
        }
    }

    /// The stamp of the next own entry: after all that this node knows, so that what is written upon it is later; but
    /// for stamps that no clock can show yet.
    fn next_stamp(&self, now: Millis) -> Stamp {
        let believed = Stamp::at(Millis(now.0.saturating_add(STAMP_AHEAD_MAX_MS)));
        let known = self.copies.values().map(|copy| copy.head.stamp).filter(|stamp| *stamp <= believed);
        known.fold(self.store.head().stamp, Stamp::max).next(now)
    }

    /// A commit failed: nobody knows what the disk holds until the store is reopened, so nothing more is written and
    /// no answer of this group may say that it was.
    fn stop(&mut self, answers: Vec<Result<Receipt, SubmitError>>, error: &dyn std::error::Error) -> Step {
        let stopped = SubmitError::Stopped { reason: self.fail(error) };
        let answers = answers.into_iter().map(|answer| answer.and(Err(stopped.clone()))).collect();
        Step { answers, frames: Vec::new(), changed: Changed::default() }
    }
}

impl Machine {
    /// Stops all writing; answers why.
    fn fail(&mut self, error: &dyn std::error::Error) -> String {
        let reason = chain(error);
        tracing::error!(reason, "a commit failed: the node stops writing until it is restarted");
        self.stopped = Some(reason.clone());
        reason
    }
}

/// An error with all its causes, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// A group of commands that will be committed together.
struct Group<'a> {
    store: &'a dyn Store,
    fences: &'a Fences,
    books: Books<&'a dyn Source>,
    first: EntryId,
    stamp: Stamp,
    entries: u64,
    records: Vec<Arc<Record>>,
    by_position: BTreeMap<Seq, usize>,
    /// Whether a taking has cut off what was folded: then nothing more is decided before the views are made anew.
    is_misjudged: bool,
}

impl<'a> Group<'a> {
    fn open(store: &'a dyn Store, fences: &'a Fences, stamp: Stamp) -> Group<'a> {
        let (LogId { node, incarnation }, head) = (store.identity(), store.head());
        Group {
            store,
            fences,
            books: Books::over(store.source()),
            first: EntryId { node, incarnation, seq: head.seq.plus(1) },
            stamp,
            entries: 0,
            records: Vec::new(),
            by_position: BTreeMap::new(),
            is_misjudged: false,
        }
    }

    fn close(mut self) -> (Vec<Arc<Record>>, Changes) {
        (self.records, self.books.take_changes())
    }

    /// Answers a command: from memory if it is known, else by deciding it.
    fn take(&mut self, submission: &Submission) -> Result<Receipt, SubmitError> {
        match self.books.command(&submission.id) {
            Some(first) => self.repeat(submission, &first),
            None if self.is_misjudged => Err(SubmitError::Busy { waiting: self.records.len() }),
            None => {
                place::check(&self.books, self.fences, &self.first.node, submission)?;
                self.decide(submission)
            }
        }
    }

    fn repeat(&self, submission: &Submission, first: &EntryId) -> Result<Receipt, SubmitError> {
        let own = self.by_position.get(&first.seq).map(|&index| &self.records[index]);
        let record = match own.filter(|record| record.first == *first) {
            Some(record) => record.clone(),
            None => {
                let record = self.store.record(first);
                Arc::new(record.map_err(|error| SubmitError::Stopped { reason: chain(&error) })?)
            }
        };
        if !record.answers(&submission.id, submission.command.fingerprint()) {
            return Err(SubmitError::KeyReused { key: submission.id.key.to_string() });
        }
        Ok(Receipt { record, repeated: true })
    }

    fn decide(&mut self, submission: &Submission) -> Result<Receipt, SubmitError> {
        let next = EntryId { seq: self.first.seq.plus(self.entries), ..self.first.clone() };
        let now = Now { next, stamp: self.stamp.plus(self.entries) };
        let record = if may_be_too_large(&submission.command) {
            self.try_large(&now, submission)?
        } else {
            decide::execute(&mut self.books, &now, submission)
        };
        if matches!(submission.command, Command::Take(_)) {
            // What cannot be read now cannot be folded anew either: then the commit fails.
            self.is_misjudged = judge::is_misjudged(self.store, &[], self.books.changes()).unwrap_or(true);
        }
        self.entries += record.entries.len() as u64;
        let record = Arc::new(record);
        self.by_position.insert(record.first.seq, self.records.len());
        self.records.push(record.clone());
        Ok(Receipt { record, repeated: false })
    }

    /// Decides in books of its own, which are dropped if the record does not fit a frame.
    fn try_large(&mut self, now: &Now, submission: &Submission) -> Result<Record, SubmitError> {
        let mut trial = Books::over(&self.books);
        let record = decide::execute(&mut trial, now, submission);
        let bytes = codec::record_bytes(&record);
        if RECORD_BYTES_MAX < bytes {
            return Err(SubmitError::TooLarge { bytes, most: RECORD_BYTES_MAX });
        }
        let changes = trial.take_changes();
        self.books.absorb(changes);
        Ok(record)
    }
}

/// Whether a command's record could be larger than a frame: judged by the command alone, so that small ones are decided
/// without a trial.
fn may_be_too_large(command: &Command) -> bool {
    match command {
        Command::Move(moves) => RECORD_BYTES_MAX < moves_bytes(moves),
        Command::UndoImport(_) | Command::Repost(_) => true,
        _ => false,
    }
}

/// Makes sure that a command's record fits a frame, whatever is decided about its lines: for commands that are accepted
/// now and decided later, when nobody waits for the answer.
///
/// # Errors
///
/// [`SubmitError::TooLarge`] when that is not certain.
pub(crate) fn check_size(command: &Command) -> Result<(), SubmitError> {
    match command {
        Command::Move(moves) if RECORD_BYTES_MAX < moves_bytes(moves) => {
            Err(SubmitError::TooLarge { bytes: moves_bytes(moves), most: RECORD_BYTES_MAX })
        }
        _ => Ok(()),
    }
}

/// An upper bound of the bytes that movements add to a record.
fn moves_bytes(moves: &Moves) -> usize {
    /// A movement with the alert that it raises, without its free texts.
    const LINE_BYTES: usize = 320;
    let length =
        |text: &Option<acopio_ledger::names::Line>| text.as_ref().map_or(0, |text| text.as_str().len());
    let lines = moves.lines.iter();
    lines.map(|line| LINE_BYTES + length(&line.reason) + length(&line.reference)).sum()
}

/// Packs records into as few frames as hold them.
fn frames(identity: &LogId, head: Head, records: &[Arc<Record>]) -> Vec<Frame> {
    let mut frames = Vec::new();
    let mut previous = head.hash;
    let mut rest = records;
    while !rest.is_empty() {
        let mut bytes = HEADER_BYTES;
        let fits = rest.iter().take_while(|record| {
            bytes += codec::record_bytes(record);
            bytes <= FRAME_BYTES_MAX
        });
        let (now, later) = rest.split_at(fits.count().max(1));
        let header = Header {
            node: identity.node.clone(),
            incarnation: identity.incarnation,
            first: now[0].first.seq,
            stamp: now[0].stamp,
            previous,
        };
        let mut builder = FrameBuilder::new(header, now.iter().map(|record| record.entries.len()).sum());
        now.iter().for_each(|record| builder.push(record));
        let frame = builder.seal();
        previous = frame.hash;
        frames.push(frame);
        rest = later;
    }
    frames
}

/// Of which kinds of records, that others keep in memory, any has changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Users, sessions or keys: who may come in.
    pub people: bool,
    /// Warehouses, but for their names.
    pub warehouses: bool,
}

impl Changed {
    /// By what was written.
    fn by<'r>(records: impl IntoIterator<Item = &'r Record>) -> Changed {
        let mut changed = Changed::default();
        for entry in records.into_iter().flat_map(|record| &record.entries) {
            match entry.body {
                Body::UserSet(_) | Body::SessionClosed(_) | Body::KeyPublished(_) => changed.people = true,
                // What is taken by force makes void what was said of the warehouse before.
                Body::DurabilitySet(_) | Body::WarehouseTaken(_) => changed.warehouses = true,
                _ => {}
            }
        }
        changed
    }
}

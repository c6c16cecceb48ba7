//! Decides commands: what would change, or why not. Each file decides one kind of thing.
//!
//! A decision reads books and arguments, nothing else, and changes nothing. [`execute`] alone lays decisions into the
//! books, so that the next decision sees them.

mod alert;
mod batch;
mod catalogue;
mod hold;
mod import;
mod movement;
mod people;
mod rule;
mod transfer;

use crate::apply::{self, Meta};
use crate::books::{Books, Source};
use crate::command::{Command, Submission};
use crate::entry::{Body, Entry, Record, Refused};
use crate::ids::{EntryId, Epoch, Stamp, Version};
use crate::refusal::Refusal;

/// Where the next entry will stand, and when it is.
#[derive(Clone, Debug)]
pub struct Now {
    /// The id that the next entry will have.
    pub next: EntryId,
    /// The stamp that it will have.
    pub stamp: Stamp,
}

impl Now {
    /// The same for the entry after `count` more.
    fn after(&self, count: usize) -> Now {
        let seq = self.next.seq.plus(count as u64);
        Now { next: EntryId { seq, ..self.next.clone() }, stamp: self.stamp.plus(count as u64) }
    }
}

/// What a decision comes to: at least one body, or a refusal.
type Decision = Result<Vec<Body>, Refusal>;

/// Decides a command and lays what it leads to into the books. A refusal leads to an entry too, so that it is
/// remembered like a success.
pub fn execute<S: Source>(books: &mut Books<S>, now: &Now, submission: &Submission) -> Record {
    let mut desk = Desk { books, now: now.clone(), submission, bodies: Vec::new() };
    match &submission.command {
        Command::Move(moves) => batch::decide(&mut desk, moves),
        command => {
            let decision = single(desk.books, now, submission, command);
            desk.settle(decision);
        }
    }
    let entries = desk.bodies.into_iter().map(|body| Entry { epoch: Epoch(1), body }).collect::<Vec<_>>();
    assert!(!entries.is_empty(), "every command leads to an entry");
    let record = Record {
        command: submission.id.clone(),
        fingerprint: submission.command.fingerprint(),
        cause: submission.cause.clone(),
        first: now.next.clone(),
        stamp: now.stamp,
        entries,
    };
    apply::command(books, &record);
    record
}

fn single<S: Source>(books: &Books<S>, now: &Now, submission: &Submission, command: &Command) -> Decision {
    match command {
        Command::Move(_) => unreachable!("movements are decided line by line"),
        Command::Undo(undo) => movement::undo(books, now, undo),
        Command::Hold(hold) => hold::hold(books, hold),
        Command::Release(release) => hold::release(books, release),
        Command::CreateProduct(product) => catalogue::create_product(books, now, product),
        Command::ChangeProduct(change) => catalogue::change_product(books, now, change),
        Command::CreateCategory(create) => catalogue::create_category(books, create),
        Command::RenameCategory(rename) => catalogue::rename_category(books, rename),
        Command::RemoveCategory(remove) => catalogue::remove_category(books, remove),
        Command::CreateWarehouse(create) => catalogue::create_warehouse(books, create),
        Command::RenameWarehouse(rename) => catalogue::rename_warehouse(books, rename),
        Command::SetRule(set) => rule::set(books, set),
        Command::RemoveRule(remove) => rule::remove(books, remove),
        Command::AcknowledgeAlert(acknowledge) => alert::acknowledge(books, acknowledge),
        Command::SnoozeAlert(snooze) => alert::snooze(books, now, snooze),
        Command::CreateUser(user) => people::create_user(books, user),
        Command::ChangeUser(change) => people::change_user(books, change),
        Command::OpenSession(open) => people::open_session(books, open),
        Command::CloseSession(close) => people::close_session(books, close),
        Command::BeginImport(begin) => import::begin(books, begin),
        Command::UndoImport(undo) => import::undo(books, now, &submission.cause, undo),
        Command::Found(found) => people::found(books, found),
        Command::PublishKey(publish) => people::publish_key(publish),
        Command::DraftTransfer(draft) => transfer::draft(books, draft),
        Command::CancelTransfer(cancel) => transfer::cancel(books, cancel),
        Command::DispatchTransfer(dispatch) => transfer::dispatch(books, now, dispatch),
        Command::ReceiveTransfer(receive) => transfer::receive(books, now, receive),
        Command::SettleTransfer(settle) => transfer::settle(books, now, settle),
    }
}

/// Where one command is worked off: the books, and the bodies so far.
struct Desk<'a, S: Source> {
    books: &'a mut Books<S>,
    now: Now,
    submission: &'a Submission,
    bodies: Vec<Body>,
}

impl<S: Source> Desk<'_, S> {
    /// Where the next entry will stand.
    fn now(&self) -> Now {
        self.now.after(self.bodies.len())
    }

    /// Lays a decision into the books; a refusal as an entry of its own.
    fn settle(&mut self, decision: Decision) {
        let bodies = decision.unwrap_or_else(|refusal| vec![Body::Refused(Refused { refusal })]);
        for body in bodies {
            let Now { next, stamp } = self.now();
            let cause = self.submission.cause.clone();
            let meta = Meta { id: next, stamp, actor: self.submission.id.user, cause };
            apply::body(self.books, &meta, &body);
            self.bodies.push(body);
        }
    }
}

/// Refuses when the record is not at the version that `If-Match` names.
fn check_version(expected: Option<Version>, actual: Version) -> Result<(), Refusal> {
    match expected {
        Some(expected) if expected != actual => Err(Refusal::PreconditionFailed { expected, actual }),
        _ => Ok(()),
    }
}

/// "No such thing": a path that leads nowhere.
fn not_found(what: &str, id: impl ToString) -> Refusal {
    Refusal::NotFound { what: what.to_owned(), id: id.to_string() }
}

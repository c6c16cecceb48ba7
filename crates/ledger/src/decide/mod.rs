//! Decides commands: what would change, or why not. Each file decides one kind of thing.
//!
//! A decision reads books and arguments, nothing else, and changes nothing. [`execute`] alone lays decisions into the
//! books, so that the next decision sees them.

mod alert;
mod batch;
mod catalogue;
mod conflict;
mod hold;
mod import;
mod movement;
mod ownership;
mod people;
mod redo;
mod rule;
mod settings;
mod transfer;
mod void;

use crate::apply::{self, Meta};
use crate::body::BasedOn;
use crate::books::{Books, Source};
use crate::command::{Cause, Command, Submission, Where};
use crate::entry::{Body, Entry, Record, Refused};
use crate::ids::{EntryId, Epoch, Stamp, UserId, Version};
use crate::names::WarehouseCode;
use crate::refusal::Refusal;
use crate::writes::Writes;

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
/// remembered like a success. Whether this node may decide it is the caller's to know: see [`Command::warehouse`].
pub fn execute<S: Source>(books: &mut Books<S>, now: &Now, submission: &Submission) -> Record {
    let (actor, cause) = (submission.id.user, submission.cause.clone());
    let mut desk = Desk { books, now: now.clone(), actor, cause, place: None, bodies: Vec::new() };
    match (expired(now, submission), &submission.command) {
        (Some(refusal), _) => desk.refuse(submission, &refusal),
        (None, Command::Move(moves)) => batch::decide(&mut desk, moves),
        (None, Command::Repost(repost)) => void::repost(&mut desk, repost),
        (None, command) => {
            let decision = single(desk.books, now, &desk.cause, command);
            if decision.is_err() {
                desk.place = place(desk.books, submission);
            }
            desk.settle(decision);
        }
    }
    let (cause, bodies) = (desk.cause, desk.bodies);
    assert!(!bodies.is_empty(), "every command leads to an entry");
    let record = Record {
        command: submission.id.clone(),
        fingerprint: submission.command.fingerprint(),
        cause,
        first: now.next.clone(),
        stamp: now.stamp,
        entries: with_epochs(books, bodies),
    };
    apply::command(books, &record);
    record
}

fn expired(now: &Now, submission: &Submission) -> Option<Refusal> {
    let expired_at = submission.expires.filter(|expires| *expires < now.stamp.millis())?;
    Some(Refusal::Expired { expired_at })
}

/// Bodies with the epochs of the warehouses that they concern; 1 for what concerns none.
fn with_epochs<S: Source>(books: &Books<S>, bodies: Vec<Body>) -> Vec<Entry> {
    let mut known: Option<(WarehouseCode, Epoch)> = None;
    let mut epoch_of = |code: WarehouseCode| match &known {
        Some((last, epoch)) if *last == code => *epoch,
        _ => {
            let epoch = books.warehouse(&code).map_or(Epoch(1), |warehouse| warehouse.epoch);
            known = Some((code, epoch));
            epoch
        }
    };
    let entry = |body: Body| {
        let epoch = body.warehouse_of_epoch(books).map_or(Epoch(1), &mut epoch_of);
        Entry { epoch, body }
    };
    bodies.into_iter().map(entry).collect()
}

fn single<S: Source>(books: &Books<S>, now: &Now, cause: &Option<Cause>, command: &Command) -> Decision {
    match command {
        Command::Move(_) | Command::Repost(_) => unreachable!("these are decided line by line"),
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
        Command::UndoImport(undo) => import::undo(books, now, cause, undo),
        Command::Found(found) => people::found(books, found),
        Command::PublishKey(publish) => people::publish_key(publish),
        Command::RunStatement(run) => people::run_statement(run),
        Command::DraftTransfer(draft) => transfer::draft(books, now, draft),
        Command::CancelTransfer(cancel) => transfer::cancel(books, cancel),
        Command::DispatchTransfer(dispatch) => transfer::dispatch(books, now, dispatch),
        Command::ReceiveTransfer(receive) => transfer::receive(books, now, receive),
        Command::SettleTransfer(settle) => transfer::settle(books, now, settle),
        Command::HandOver(hand_over) => ownership::hand_over(books, hand_over),
        Command::SetDurability(set) => ownership::set_durability(books, set),
        Command::Take(take) => ownership::take(books, now, take),
        Command::DiscardVoid(discard) => void::discard(books, discard),
        Command::ChangeSettings(change) => settings::change(books, change),
        Command::SettleConflict(settle) => conflict::settle(books, now, settle),
    }
}

/// Where one command is worked off: the books, and the bodies so far.
struct Desk<'a, S: Source> {
    books: &'a mut Books<S>,
    now: Now,
    actor: UserId,
    cause: Option<Cause>,
    /// The warehouse by whose owner a refusal is decided.
    place: Option<WarehouseCode>,
    bodies: Vec<Body>,
}

impl<S: Source> Desk<'_, S> {
    /// Where the next entry will stand.
    fn now(&self) -> Now {
        self.now.after(self.bodies.len())
    }

    /// Lays a decision into the books; a refusal as an entry of its own.
    fn settle(&mut self, decision: Decision) {
        let refused = |refusal| Body::Refused(Refused { refusal, warehouse: self.place.clone() });
        let bodies = decision.unwrap_or_else(|refusal| vec![refused(refusal)]);
        for body in bodies {
            let Now { next, stamp } = self.now();
            let meta = Meta { id: next, stamp, actor: self.actor, cause: self.cause.clone() };
            apply::body(self.books, &meta, &body);
            self.bodies.push(body);
        }
    }

    /// Refuses a command as a whole: a batch of which each line stands for itself line by line.
    fn refuse(&mut self, submission: &Submission, refusal: &Refusal) {
        let lines = match &submission.command {
            Command::Move(moves) if !moves.atomic => moves.lines.len(),
            _ => 1,
        };
        self.place = place(self.books, submission);
        (0..lines).for_each(|_| self.settle(Err(refusal.clone())));
    }
}

/// The one warehouse that a command touches, if it does.
fn place<S: Source>(books: &Books<S>, submission: &Submission) -> Option<WarehouseCode> {
    match submission.warehouse(books) {
        Where::In(code) => owned(books, &code),
        Where::Anywhere | Where::Lines | Where::Unknown => None,
    }
}

/// A warehouse that is known, and so has an owner: of any other a refusal is nobody's in particular.
fn owned<S: Source>(books: &Books<S>, code: &WarehouseCode) -> Option<WarehouseCode> {
    books.warehouse(code).map(|_| code.clone())
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

/// What a change of a record is based on: the latest write of it by each node that is known here.
fn based_on(writes: &Writes) -> Vec<BasedOn> {
    writes.known().map(|write| BasedOn { stamp: write.stamp.0, node: write.node.to_string() }).collect()
}

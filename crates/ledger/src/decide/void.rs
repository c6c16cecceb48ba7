//! Decides what becomes of void records: each is posted again or discarded, once.

use super::{Decision, Desk, batch, not_found, redo, single};
use crate::body::{AnswersCommand, VoidSettled};
use crate::books::{Books, Source};
use crate::command::{Command, DiscardVoid, Repost};
use crate::entry::{Body, Record};
use crate::ids::EntryId;
use crate::refusal::Refusal;
use crate::void::{Void, VoidState};

/// Does once more what the void record was to do, upon the stock as it is now. If that is refused, the record stays on
/// the list. The command that it had come from is answered by this record from now on, if nothing else answers it.
pub(super) fn repost<S: Source>(desk: &mut Desk<'_, S>, repost: &Repost) {
    let (void, record) = match found(desk.books, &repost.void) {
        Ok(found) => found,
        Err(refusal) => return desk.settle(Err(refusal)),
    };
    let Some(command) = redo::command(desk.books, &record, &void.warehouse) else {
        return desk.settle(Err(Refusal::NotRepostable { void: void.id }));
    };
    desk.cause = record.cause.clone().or(desk.cause.take());
    desk.place = Some(void.warehouse.clone());
    match &command {
        Command::Move(moves) => batch::decide(desk, moves),
        command => {
            let decision = single(desk.books, &desk.now, &desk.cause, command);
            desk.settle(decision);
        }
    }
    if !matches!(desk.bodies[0], Body::Refused(_) | Body::BatchRefused(_)) {
        let settled = posted(desk.books, &void, &record);
        desk.settle(Ok(vec![Body::VoidSettled(settled)]));
    }
}

/// The open void record of that id, and its record in the log.
fn found<S: Source>(books: &Books<S>, id: &EntryId) -> Result<(Void, Record), Refusal> {
    let void = open(books, id)?;
    let record = void.what.as_ref().and_then(|what| books.record(&what.record));
    let record = record.ok_or_else(|| not_found("void record", id))?;
    Ok((void, record))
}

fn open<S: Source>(books: &Books<S>, id: &EntryId) -> Result<Void, Refusal> {
    let void = books.void(id).ok_or_else(|| not_found("void record", id))?;
    match void.state {
        VoidState::Open => Ok(void),
        _ => Err(Refusal::AlreadyReconciled { void: id.clone() }),
    }
}

fn posted<S: Source>(books: &Books<S>, void: &Void, record: &Record) -> VoidSettled {
    let answers = || AnswersCommand {
        user: record.command.user.0.to_vec(),
        key: record.command.key_bytes(),
        fingerprint: record.fingerprint,
    };
    let is_unanswered = books.command(&record.command).is_none();
    VoidSettled { posted: true, answers: is_unanswered.then(answers), ..settled(void) }
}

pub(super) fn discard<S: Source>(books: &Books<S>, discard: &DiscardVoid) -> Decision {
    let void = open(books, &discard.void)?;
    let reason = discard.reason.as_ref().map(ToString::to_string).unwrap_or_default();
    Ok(vec![Body::VoidSettled(VoidSettled { reason, ..settled(&void) })])
}

fn settled(void: &Void) -> VoidSettled {
    VoidSettled {
        void: void.id.to_string(),
        warehouse: void.warehouse.to_string(),
        posted: false,
        reason: String::new(),
        answers: None,
    }
}

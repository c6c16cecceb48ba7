//! Where a command is decided: by the owner of the one warehouse that it touches, if it touches one.

use super::{Command, Moves, Submission};
use crate::books::Source;
use crate::ids::EntryId;
use crate::names::WarehouseCode;

/// Where a command is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Where {
    /// On any node: catalogue, people, what makes a warehouse or takes one.
    Anywhere,
    /// By the owner of this warehouse.
    In(WarehouseCode),
    /// A batch that is not atomic and names several warehouses: each line by the owner of its own.
    Lines,
    /// It names something that is not known here, so it is refused here.
    Unknown,
}

impl Submission {
    /// Where the command is decided, as far as is known below or to whoever has accepted it.
    pub fn warehouse<S: Source + ?Sized>(&self, source: &S) -> Where {
        match (self.command.warehouse(source), &self.place) {
            (Where::Unknown, Some(place)) => Where::In(place.clone()),
            (known, _) => known,
        }
    }
}

impl Command {
    /// Where the command is decided, as far as is known below.
    pub fn warehouse<S: Source + ?Sized>(&self, source: &S) -> Where {
        let sender = |id: &EntryId| of(source.transfer(id).map(|transfer| transfer.from));
        let receiver = |id: &EntryId| of(source.transfer(id).map(|transfer| transfer.to));
        let alert = |id: &EntryId| of(source.alert(id).map(|alert| alert.key.warehouse));
        let void = |id: &EntryId| of(source.void(id).map(|void| void.warehouse));
        match self {
            Command::Move(moves) => moves.place(),
            Command::Undo(undo) => of(source.movement(&undo.movement).map(|(moved, _)| moved.key.warehouse)),
            Command::Hold(hold) => Where::In(hold.key.warehouse.clone()),
            Command::Release(release) => of(source.hold(&release.hold).map(|hold| hold.key.warehouse)),
            Command::SetRule(set) => Where::In(set.key.warehouse.clone()),
            Command::RemoveRule(remove) => Where::In(remove.key.warehouse.clone()),
            Command::AcknowledgeAlert(acknowledge) => alert(&acknowledge.alert),
            Command::SnoozeAlert(snooze) => alert(&snooze.alert),
            Command::DraftTransfer(draft) => Where::In(draft.from.clone()),
            Command::CancelTransfer(cancel) => sender(&cancel.transfer),
            Command::DispatchTransfer(dispatch) => sender(&dispatch.transfer),
            Command::ReceiveTransfer(receive) => receiver(&receive.transfer),
            Command::SettleTransfer(settle) => receiver(&settle.transfer),
            Command::HandOver(hand_over) => Where::In(hand_over.warehouse.clone()),
            Command::SetDurability(set) => Where::In(set.warehouse.clone()),
            Command::Repost(repost) => void(&repost.void),
            Command::DiscardVoid(discard) => void(&discard.void),
            Command::CreateProduct(_)
            | Command::ChangeProduct(_)
            | Command::CreateCategory(_)
            | Command::RenameCategory(_)
            | Command::RemoveCategory(_)
            | Command::CreateWarehouse(_)
            | Command::RenameWarehouse(_)
            | Command::CreateUser(_)
            | Command::ChangeUser(_)
            | Command::OpenSession(_)
            | Command::CloseSession(_)
            | Command::BeginImport(_)
            | Command::UndoImport(_)
            | Command::Found(_)
            | Command::PublishKey(_)
            | Command::RunStatement(_)
            | Command::Take(_)
            | Command::ChangeSettings(_)
            | Command::SettleConflict(_) => Where::Anywhere,
        }
    }
}

fn of(warehouse: Option<WarehouseCode>) -> Where {
    warehouse.map_or(Where::Unknown, Where::In)
}

impl Moves {
    fn place(&self) -> Where {
        let Some(first) = self.lines.first() else { return Where::Anywhere };
        let is_of_one = || self.lines.iter().all(|line| line.warehouse == first.warehouse);
        if self.atomic || is_of_one() { Where::In(first.warehouse.clone()) } else { Where::Lines }
    }
}

//! Who may ask what: the one place where roles are enforced, for every way in.

use acopio_ledger::command::Command;
use acopio_ledger::conflict::RecordKind;
use acopio_ledger::ids::UserId;
use acopio_ledger::names::WarehouseCode;
use acopio_ledger::records::{Grant, Role};

use crate::manage::Manage;
use crate::query::Scope;

/// Somebody whose identity is proved, and what they may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Who it is.
    pub user: UserId,
    /// The login name.
    pub username: String,
    /// What they may do.
    pub grants: Vec<Grant>,
}

/// What was refused to a principal.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this needs the role {role:?}{}", self.place())]
pub struct Denied {
    /// The role that is needed.
    pub role: Role,
    /// Where it is needed; nowhere in particular if `None`.
    pub warehouse: Option<WarehouseCode>,
}

impl Denied {
    fn place(&self) -> String {
        match &self.warehouse {
            Some(code) => format!(" in {code}"),
            None => " in all warehouses".to_owned(),
        }
    }
}

impl Principal {
    /// The highest role in a warehouse, if any.
    pub fn role_in(&self, warehouse: &WarehouseCode) -> Option<Role> {
        let here = |grant: &&Grant| grant.warehouses.is_empty() || grant.warehouses.contains(warehouse);
        self.grants.iter().filter(here).map(|grant| grant.role).max()
    }

    /// The highest role that holds everywhere, if any. An administrator is one everywhere.
    pub fn role_everywhere(&self) -> Option<Role> {
        let everywhere = |grant: &&Grant| grant.warehouses.is_empty() || grant.role == Role::Admin;
        self.grants.iter().filter(everywhere).map(|grant| grant.role).max()
    }

    /// The highest role held anywhere, if any.
    pub fn role_somewhere(&self) -> Option<Role> {
        self.grants.iter().map(|grant| grant.role).max()
    }

    /// The warehouses whose rows may be seen; `None` means all.
    pub fn scope(&self) -> Scope {
        if self.role_everywhere().is_some() {
            return None;
        }
        let mut codes: Vec<_> = self.grants.iter().flat_map(|grant| grant.warehouses.clone()).collect();
        codes.sort();
        codes.dedup();
        Some(codes)
    }

    /// Whether `cost` may be seen.
    pub fn sees_cost(&self) -> bool {
        Some(Role::Manager) <= self.role_somewhere()
    }

    /// Demands a role in one warehouse.
    ///
    /// # Errors
    ///
    /// When the principal has less.
    pub fn need_in(&self, warehouse: &WarehouseCode, role: Role) -> Result<(), Denied> {
        let has = self.role_everywhere().max(self.role_in(warehouse));
        if Some(role) <= has { Ok(()) } else { Err(Denied { role, warehouse: Some(warehouse.clone()) }) }
    }

    /// Demands a role that holds everywhere: for the catalogue's owner, users and settings.
    ///
    /// # Errors
    ///
    /// When the principal has less.
    pub fn need_everywhere(&self, role: Role) -> Result<(), Denied> {
        if Some(role) <= self.role_everywhere() { Ok(()) } else { Err(Denied { role, warehouse: None }) }
    }

    /// Demands a role held anywhere: for what concerns no warehouse in particular, as the catalogue.
    ///
    /// # Errors
    ///
    /// When the principal has less.
    pub fn need_somewhere(&self, role: Role) -> Result<(), Denied> {
        if Some(role) <= self.role_somewhere() { Ok(()) } else { Err(Denied { role, warehouse: None }) }
    }

    /// Demands what a command needs. Commands that name a record by its id (undo, release, alerts, transfers) need the role
    /// in the record's warehouse, which `place` tells: of a transfer, its sender up to the dispatch, then its receiver.
    ///
    /// # Errors
    ///
    /// When the principal has less.
    pub fn check(&self, command: &Command, place: Option<&WarehouseCode>) -> Result<(), Denied> {
        match command {
            Command::Move(moves) => self.check_lines(moves),
            Command::Hold(hold) => self.need_in(&hold.key.warehouse, Role::Operator),
            Command::DraftTransfer(draft) => self.need_in(&draft.from, Role::Operator),
            Command::Undo(_)
            | Command::Release(_)
            | Command::AcknowledgeAlert(_)
            | Command::SnoozeAlert(_)
            | Command::CancelTransfer(_)
            | Command::DispatchTransfer(_)
            | Command::ReceiveTransfer(_)
            | Command::SettleTransfer(_) => match place {
                Some(warehouse) => self.need_in(warehouse, Role::Operator),
                None => self.need_somewhere(Role::Operator),
            },
            // What a void record was to do is done in the name of whoever posts it again.
            Command::Repost(_) | Command::DiscardVoid(_) => match place {
                Some(warehouse) => self.need_in(warehouse, Role::Manager),
                None => self.need_somewhere(Role::Manager),
            },
            Command::SetRule(set) => self.need_in(&set.key.warehouse, Role::Manager),
            Command::RemoveRule(remove) => self.need_in(&remove.key.warehouse, Role::Manager),
            Command::CreateProduct(_)
            | Command::ChangeProduct(_)
            | Command::CreateCategory(_)
            | Command::RenameCategory(_)
            | Command::RemoveCategory(_) => self.need_somewhere(Role::Manager),
            Command::BeginImport(_) | Command::UndoImport(_) => self.need_everywhere(Role::Manager),
            Command::SettleConflict(settle) if settle.conflict.kind == RecordKind::Product => {
                self.need_somewhere(Role::Manager)
            }
            Command::CreateWarehouse(_)
            | Command::RenameWarehouse(_)
            | Command::HandOver(_)
            | Command::SetDurability(_)
            | Command::Take(_)
            | Command::SettleConflict(_)
            | Command::ChangeSettings(_)
            | Command::CreateUser(_)
            | Command::Found(_)
            | Command::PublishKey(_)
            | Command::RunStatement(_) => self.need_everywhere(Role::Admin),
            Command::ChangeUser(change) if change.id == self.user && change.patch.grants.is_none() => {
                match change.patch.disabled {
                    Some(_) => self.need_everywhere(Role::Admin),
                    None => Ok(()),
                }
            }
            Command::ChangeUser(_) => self.need_everywhere(Role::Admin),
            Command::OpenSession(open) if open.user == self.user => Ok(()),
            Command::OpenSession(_) => self.need_everywhere(Role::Admin),
            Command::CloseSession(_) => Ok(()),
        }
    }

    /// Demands what managing the cluster needs: all of it is for administrators.
    ///
    /// # Errors
    ///
    /// When the principal is none.
    pub fn check_manage(&self, manage: &Manage) -> Result<(), Denied> {
        match manage {
            Manage::RequeueLetter { .. }
            | Manage::DiscardLetter { .. }
            | Manage::TakeOver { .. }
            | Manage::ReleaseLog { .. }
            | Manage::Remove { .. }
            | Manage::Replace { .. } => self.need_everywhere(Role::Admin),
        }
    }

    /// Whether somebody's operation may be seen: one's own, and a manager of all warehouses sees everybody's.
    pub fn sees_operation_of(&self, user: UserId) -> bool {
        user == self.user || self.need_everywhere(Role::Manager).is_ok()
    }

    fn check_lines(&self, moves: &acopio_ledger::command::Moves) -> Result<(), Denied> {
        let mut cleared: Option<&WarehouseCode> = None;
        for line in &moves.lines {
            if cleared != Some(&line.warehouse) {
                self.need_in(&line.warehouse, Role::Operator)?;
                cleared = Some(&line.warehouse);
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn principal(role: Role, warehouses: &[&str]) -> Principal {
        let warehouses = warehouses.iter().map(|code| WarehouseCode::recorded(code)).collect();
        Principal {
            user: UserId::default(),
            username: "u".to_owned(),
            grants: vec![Grant { role, warehouses }],
        }
    }

    #[test]
    fn a_role_holds_where_it_was_granted() {
        let (lon, mad) = (WarehouseCode::recorded("LON"), WarehouseCode::recorded("MAD"));
        let operator = principal(Role::Operator, &["LON"]);
        assert!(operator.need_in(&lon, Role::Operator).is_ok());
        assert!(operator.need_in(&lon, Role::Manager).is_err());
        let denied = operator.need_in(&mad, Role::Operator).unwrap_err();
        assert_eq!(denied.to_string(), "this needs the role Operator in MAD");
        assert_eq!(operator.scope(), Some(vec![lon]));
        assert!(!operator.sees_cost());
    }

    #[test]
    fn operations_are_seen_by_their_user_and_by_managers_of_all_warehouses() {
        let somebody = UserId([7; 16]);
        assert!(principal(Role::Viewer, &["LON"]).sees_operation_of(UserId::default()));
        assert!(!principal(Role::Manager, &["LON"]).sees_operation_of(somebody));
        assert!(principal(Role::Manager, &[]).sees_operation_of(somebody));
    }

    #[test]
    fn only_administrators_manage_the_cluster() {
        let manage = Manage::DiscardLetter { id: "1".to_owned() };
        assert!(principal(Role::Manager, &[]).check_manage(&manage).is_err());
        assert!(principal(Role::Admin, &["LON"]).check_manage(&manage).is_ok());
    }

    #[test]
    fn an_administrator_may_do_everything_everywhere() {
        let admin = principal(Role::Admin, &["LON"]);
        assert!(admin.need_everywhere(Role::Admin).is_ok());
        assert_eq!(admin.scope(), None);
        assert!(admin.sees_cost());
    }
}

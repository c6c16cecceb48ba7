//! Users as they leave: everything but the password.

use acopio_ledger::ids::UserId;
use acopio_ledger::records::{Grant, Role, User};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::{CodeText, TimeText};

/// A person or program that may log in.
#[derive(Serialize, ToSchema)]
#[schema(as = User)]
pub(crate) struct UserView {
    /// The permanent id.
    #[schema(value_type = String, format = "uuid")]
    pub(super) id: UserId,
    /// The login name, unique without regard to case.
    pub(super) username: String,
    /// The e-mail address, unique without regard to case.
    pub(super) email: Option<String>,
    /// The person's name.
    pub(super) full_name: String,
    /// Whether the password must be changed before anything else.
    pub(super) must_change_password: bool,
    /// Whether logging in is refused.
    pub(super) disabled: bool,
    /// What they may do.
    pub(super) grants: Vec<GrantView>,
    /// How often the user has changed; also the `ETag`.
    pub(super) version: u64,
    /// When the user was created.
    pub(super) created_at: TimeText,
}

/// A role in all or in named warehouses.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Grant)]
pub(crate) struct GrantView {
    /// The role.
    #[schema(value_type = RoleName)]
    role: Role,
    /// Where; empty means everywhere.
    #[serde(default)]
    #[schema(max_items = 1_000)]
    warehouses: Vec<CodeText>,
}

/// What somebody may do, each role all that those before it may.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case", as = Role)]
#[expect(dead_code, reason = "only its document is used")]
pub(crate) enum RoleName {
    /// Looks.
    Viewer,
    /// Moves stock.
    Operator,
    /// Also keeps the catalogue and rules, imports, and sees cost.
    Manager,
    /// Also keeps users, warehouses and the system.
    Admin,
}

impl From<User> for UserView {
    fn from(user: User) -> UserView {
        let disabled = user.is_disabled();
        UserView {
            id: user.id,
            username: user.username,
            email: Some(user.email).filter(|email| !email.is_empty()),
            full_name: user.full_name,
            must_change_password: user.must_change_password,
            disabled,
            grants: user.grants.into_iter().map(GrantView::from).collect(),
            version: user.version.0,
            created_at: TimeText(user.created.millis()),
        }
    }
}

impl From<Grant> for GrantView {
    fn from(grant: Grant) -> GrantView {
        let warehouses = grant.warehouses.into_iter().map(crate::wire::Checked).collect();
        GrantView { role: grant.role, warehouses }
    }
}

impl From<GrantView> for Grant {
    fn from(grant: GrantView) -> Grant {
        Grant { role: grant.role, warehouses: grant.warehouses.into_iter().map(|code| code.0).collect() }
    }
}

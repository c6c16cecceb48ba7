//! Users as they are asked for.

use acopio_ledger::command::{NewUser, UserPatch};
use acopio_ledger::ids::UserId;
use acopio_ledger::records::Grant;
use serde::Deserialize;
use utoipa::ToSchema;

use super::view::GrantView;
use crate::auth::passwords;
use crate::problem::Problem;
use crate::wire::{Object, UsernameText};

const EMAIL_CHARS_MAX: usize = 254;
const FULL_NAME_CHARS_MAX: usize = 200;
const GRANTS_MAX: usize = 100;

/// A user to be created.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserRequest {
    /// The login name, unique without regard to case.
    username: UsernameText,
    /// The first password: 10 to 200 characters, not the username.
    #[schema(min_length = 10, max_length = 200)]
    pub(super) password: String,
    /// The e-mail address, unique without regard to case.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// The person's name.
    #[serde(default)]
    #[schema(max_length = 200)]
    full_name: String,
    /// Whether the password must be changed at the first login: yes, if not said.
    must_change_password: Option<bool>,
    /// What they may do.
    #[serde(default)]
    #[schema(max_items = 100, value_type = Vec<GrantView>)]
    grants: Vec<Object<GrantView>>,
}

/// What changes of a user. What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserChange {
    /// The login name.
    username: Option<UsernameText>,
    /// A new password; ends all sessions of the user. One's own is changed at `/v1/users/me/password`.
    #[schema(min_length = 10, max_length = 200)]
    pub(super) password: Option<String>,
    /// The e-mail address; empty for none.
    #[schema(max_length = 254)]
    email: Option<String>,
    /// The person's name.
    #[schema(max_length = 200)]
    full_name: Option<String>,
    /// Whether the password must be changed before anything else.
    must_change_password: Option<bool>,
    /// Whether logging in is refused.
    disabled: Option<bool>,
    /// All grants.
    #[schema(max_items = 100, value_type = Option<Vec<GrantView>>)]
    grants: Option<Vec<Object<GrantView>>>,
}

impl UserRequest {
    /// The user, without the hash of the password, which is left to be computed.
    ///
    /// # Errors
    ///
    /// The field that breaks a rule.
    pub(super) fn check(self, id: UserId) -> Result<(NewUser, String), Problem> {
        let username = self.username.0;
        check_password("password", username.as_str(), &self.password)?;
        check_email(self.email.as_deref().unwrap_or_default())?;
        check_full_name(&self.full_name)?;
        let user = NewUser {
            id,
            username,
            email: self.email,
            full_name: self.full_name,
            password_hash: String::new(),
            must_change_password: self.must_change_password.unwrap_or(true),
            grants: check_grants(self.grants)?,
        };
        Ok((user, self.password))
    }
}

impl UserChange {
    /// The change, without the hash of a new password, which is left to be computed.
    ///
    /// # Errors
    ///
    /// The field that breaks a rule.
    pub(super) fn check(self, username: &str) -> Result<(UserPatch, Option<String>), Problem> {
        if let Some(password) = &self.password {
            let username = self.username.as_ref().map_or(username, |username| username.0.as_str());
            check_password("password", username, password)?;
        }
        check_email(self.email.as_deref().unwrap_or_default())?;
        check_full_name(self.full_name.as_deref().unwrap_or_default())?;
        let patch = UserPatch {
            username: self.username.map(|username| username.0),
            email: self.email,
            full_name: self.full_name,
            password_hash: None,
            must_change_password: self.must_change_password,
            disabled: self.disabled,
            grants: self.grants.map(check_grants).transpose()?,
        };
        Ok((patch, self.password))
    }
}

/// Checks a new password; messages do not repeat it.
pub(super) fn check_password(field: &str, username: &str, password: &str) -> Result<(), Problem> {
    let rule = match passwords::check_new(username, password) {
        Ok(()) => return Ok(()),
        Err(rule) => rule,
    };
    let characters = format!("{} characters", password.chars().count());
    Err(Problem::invalid("invalid_password", field, characters, rule))
}

fn check_email(email: &str) -> Result<(), Problem> {
    let has_form = || {
        let mut parts = email.split('@');
        let (Some(name), Some(host), None) = (parts.next(), parts.next(), parts.next()) else { return false };
        !name.is_empty() && !host.is_empty() && email.chars().all(|c| !c.is_whitespace() && !c.is_control())
    };
    if email.is_empty() || (email.chars().count() <= EMAIL_CHARS_MAX && has_form()) {
        return Ok(());
    }
    let rule =
        format!("must be an e-mail address of at most {EMAIL_CHARS_MAX} characters, as ana@example.com");
    Err(Problem::invalid("invalid_email", "email", email, rule))
}

fn check_full_name(name: &str) -> Result<(), Problem> {
    if name.chars().count() <= FULL_NAME_CHARS_MAX && !name.chars().any(char::is_control) {
        return Ok(());
    }
    let rule = format!("must be at most {FULL_NAME_CHARS_MAX} characters, no control characters");
    Err(Problem::invalid("invalid_name", "full_name", name, rule))
}

fn check_grants(grants: Vec<Object<GrantView>>) -> Result<Vec<Grant>, Problem> {
    if GRANTS_MAX < grants.len() {
        let rule = format!("must be at most {GRANTS_MAX}");
        return Err(Problem::invalid("invalid_field", "grants", grants.len(), rule));
    }
    Ok(grants.into_iter().map(|Object(grant)| Grant::from(grant)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_have_a_name_and_a_host() {
        for email in ["", "ana@example.com", "añá@ejemplo"] {
            assert!(check_email(email).is_ok(), "{email}");
        }
        for email in ["ana", "@b", "a@", "a@b@c", "a b@c"] {
            assert!(check_email(email).is_err(), "{email}");
        }
    }
}

//! Passwords: their rule, and their argon2id hashes, computed off the async threads and few at a time.

use std::sync::OnceLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use tokio::sync::Semaphore;

use crate::problem::Problem;

/// The fewest characters of a password.
pub(crate) const CHARS_MIN: usize = 10;
/// The most characters of a password.
pub(crate) const CHARS_MAX: usize = 200;

/// How many hashes are computed at the same time: each takes 19 MiB and a whole core.
const HASHES_AT_ONCE: usize = 2;
/// How many more may wait for their turn.
const WAITING_MAX: usize = 64;

/// Computes hashes, few at a time.
pub(crate) struct Passwords {
    turns: Semaphore,
    places: Semaphore,
}

impl Passwords {
    pub(crate) fn new() -> Passwords {
        Passwords {
            turns: Semaphore::new(HASHES_AT_ONCE),
            places: Semaphore::new(HASHES_AT_ONCE + WAITING_MAX),
        }
    }

    /// Whether the password is the one of the hash. Without a hash it is not, and that takes as long to find out.
    ///
    /// # Errors
    ///
    /// When too many are waiting.
    pub(crate) async fn is_right(&self, password: String, hash: Option<String>) -> Result<bool, Problem> {
        self.compute(move || match hash.as_deref().filter(|hash| !hash.is_empty()) {
            Some(hash) => matches(&password, hash),
            None => {
                matches(&password, nobodys_hash());
                false
            }
        })
        .await
    }

    /// The hash of a new password.
    ///
    /// # Errors
    ///
    /// When too many are waiting.
    pub(crate) async fn hash(&self, password: String) -> Result<String, Problem> {
        self.compute(move || hash(&password)).await
    }

    async fn compute<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let crowded = |_| Problem::busy("too many logins are waiting", 1);
        let _place = self.places.try_acquire().map_err(crowded)?;
        let _turn = self.turns.acquire().await.map_err(Problem::internal)?;
        tokio::task::spawn_blocking(work).await.map_err(Problem::internal)
    }
}

/// The argon2id hash of a password, as a PHC string with a salt of its own. Takes tens of milliseconds.
///
/// # Panics
///
/// When the operating system has no random numbers.
pub fn hash(password: &str) -> String {
    Argon2::default().hash_password(password.as_bytes()).expect("a salt can be drawn").to_string()
}

fn matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// A hash that costs what a real one does, for users who do not exist.
fn nobodys_hash() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| hash("nobody has this password"))
}

/// Checks a new password against the rule.
///
/// # Errors
///
/// The rule that it breaks, as in "must have at least 10 characters".
pub fn check_new(username: &str, password: &str) -> Result<(), String> {
    let count = password.chars().count();
    if count < CHARS_MIN {
        Err(format!("must have at least {CHARS_MIN} characters"))
    } else if CHARS_MAX < count {
        Err(format!("must have at most {CHARS_MAX} characters"))
    } else if password.to_lowercase() == username.to_lowercase() {
        Err("must not be the username".to_owned())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_is_right() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse".to_owned()).await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(passwords.is_right("correct horse".to_owned(), Some(hash.clone())).await.unwrap());
        assert!(!passwords.is_right("battery".to_owned(), Some(hash)).await.unwrap());
        assert!(!passwords.is_right("nobody has this password".to_owned(), None).await.unwrap());
    }

    #[test]
    fn new_passwords_are_long_and_not_the_username() {
        assert!(check_new("ana", "0123456789").is_ok());
        assert_eq!(check_new("ana", "short").unwrap_err(), "must have at least 10 characters");
        assert_eq!(check_new("Annabella-1", "annabella-1").unwrap_err(), "must not be the username");
        assert!(check_new("ana", &"x".repeat(201)).is_err());
    }
}

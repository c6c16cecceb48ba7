//! Whether the database was found to be damaged, by whoever has read in it.

use std::sync::OnceLock;

use super::fault::{Fault, Outcome};

/// The first damage that was met: shared by the writer and all readers.
#[derive(Debug, Default)]
pub(super) struct Damage(OnceLock<String>);

impl Damage {
    /// Notes what went wrong in some work, if that was the database's fault.
    pub(super) fn note<T>(&self, outcome: Outcome<T>) -> Outcome<T> {
        outcome.inspect_err(|fault| self.look_at(fault))
    }

    /// Notes a fault, if it is the database's.
    pub(super) fn look_at(&self, fault: &Fault) {
        if let Some(reason) = fault.damage() {
            self.0.get_or_init(|| reason);
        }
    }

    /// What was met.
    pub(super) fn get(&self) -> Option<String> {
        self.0.get().cloned()
    }
}

#[cfg(test)]
mod tests {
    use rusqlite::{Error, ffi};

    use super::*;

    #[test]
    fn the_first_damage_is_kept_and_nothing_else() {
        let damage = Damage::default();
        let failed = |code| Err::<(), _>(Fault::Database(Error::SqliteFailure(ffi::Error::new(code), None)));
        assert!(damage.note(failed(ffi::SQLITE_BUSY)).is_err());
        assert!(damage.note(failed(ffi::SQLITE_FULL)).is_err());
        assert_eq!(damage.get(), None);
        assert!(damage.note(failed(ffi::SQLITE_CORRUPT)).is_err());
        assert!(damage.note(Err::<(), _>(Fault::damaged("log at 7", "cut off"))).is_err());
        assert!(damage.get().expect("it was met").contains("malformed"));
    }
}

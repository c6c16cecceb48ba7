//! Limits on failed logins, by username and by address. Successes cost nothing.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;

use crate::problem::Problem;

/// For one username: five failures in a row, then one in six seconds.
const PER_USERNAME: Rate = Rate { burst: 5, interval: Duration::from_secs(6) };
/// For one address: thirty failures in a row, then one in a second.
const PER_ADDRESS: Rate = Rate { burst: 30, interval: Duration::from_secs(1) };
/// How many usernames or addresses are remembered.
const REMEMBERED_MAX: usize = 10_000;

/// So many at once, then one per interval.
#[derive(Clone, Copy)]
struct Rate {
    burst: u32,
    interval: Duration,
}

/// Who has failed to log in lately.
pub(crate) struct LoginLimits {
    usernames: Mutex<Buckets<String>>,
    addresses: Mutex<Buckets<Option<IpAddr>>>,
}

impl LoginLimits {
    pub(crate) fn new() -> LoginLimits {
        LoginLimits {
            usernames: Mutex::new(Buckets::new(PER_USERNAME)),
            addresses: Mutex::new(Buckets::new(PER_ADDRESS)),
        }
    }

    /// Counts a try before its outcome is known, so that many at the same time count too.
    ///
    /// # Errors
    ///
    /// When there were too many failures: 429 with Retry-After.
    pub(crate) fn count(&self, username: &str, address: Option<IpAddr>) -> Result<(), Problem> {
        let now = Instant::now();
        let by_address = lock(&self.addresses).take(address, now);
        let by_username = by_address.and_then(|()| lock(&self.usernames).take(username.to_lowercase(), now));
        by_username.map_err(|wait| {
            let seconds = wait.as_secs() as u32 + 1;
            let detail = format!("too many failed logins: try again in {seconds} s");
            Problem::new(StatusCode::TOO_MANY_REQUESTS, "too_many_logins", detail).retry_after(seconds)
        })
    }

    /// Takes a try back: it was right.
    pub(crate) fn forgive(&self, username: &str, address: Option<IpAddr>) {
        lock(&self.addresses).give_back(&address);
        lock(&self.usernames).give_back(&username.to_lowercase());
    }
}

fn lock<K>(buckets: &Mutex<Buckets<K>>) -> std::sync::MutexGuard<'_, Buckets<K>> {
    // What a panic leaves behind is at worst one try counted or not.
    buckets.lock().unwrap_or_else(PoisonError::into_inner)
}

/// For each key, when it would be as if nothing had happened (the generic cell rate algorithm).
struct Buckets<K> {
    rate: Rate,
    clear_at: HashMap<K, Instant>,
}

impl<K: Hash + Eq> Buckets<K> {
    fn new(rate: Rate) -> Buckets<K> {
        Buckets { rate, clear_at: HashMap::new() }
    }

    fn take(&mut self, key: K, now: Instant) -> Result<(), Duration> {
        let patience = self.rate.interval * (self.rate.burst - 1);
        let clear_at = self.clear_at.get(&key).copied().unwrap_or(now).max(now);
        let ahead = clear_at - now;
        if patience < ahead {
            return Err(ahead - patience);
        }
        self.make_room(now);
        self.clear_at.insert(key, clear_at + self.rate.interval);
        Ok(())
    }

    fn give_back(&mut self, key: &K) {
        if let Some(clear_at) = self.clear_at.get_mut(key) {
            *clear_at -= self.rate.interval;
        }
    }

    fn make_room(&mut self, now: Instant) {
        if REMEMBERED_MAX <= self.clear_at.len() {
            self.clear_at.retain(|_, clear_at| now < *clear_at);
        }
        if REMEMBERED_MAX <= self.clear_at.len() {
            // Ten thousand failing at once is an attack; better forget it than keep everybody out.
            self.clear_at.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_limited_and_time_heals() {
        let mut buckets = Buckets::new(Rate { burst: 2, interval: Duration::from_secs(10) });
        let start = Instant::now();
        assert!(buckets.take("ana", start).is_ok());
        assert!(buckets.take("ana", start).is_ok());
        assert_eq!(buckets.take("ana", start), Err(Duration::from_secs(10)));
        assert!(buckets.take("bea", start).is_ok());
        assert!(buckets.take("ana", start + Duration::from_secs(10)).is_ok());
    }

    #[test]
    fn successes_cost_nothing() {
        let limits = LoginLimits::new();
        for _ in 0..100 {
            limits.count("Ana", None).unwrap();
            limits.forgive("ana", None);
        }
        for _ in 0..5 {
            limits.count("ana", None).unwrap();
        }
        assert_eq!(limits.count("ANA", None).unwrap_err().code(), "too_many_logins");
    }
}

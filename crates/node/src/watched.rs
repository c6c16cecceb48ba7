//! A value that tasks wait upon. They are woken in the order in which they began to wait, so that simulations of one
//! seed go the same way each time; tokio's own `watch` wakes them by chance.

use std::sync::{Mutex, PoisonError};

use tokio::sync::Notify;

/// See the file's document.
#[derive(Debug, Default)]
pub(crate) struct Watched<T> {
    value: Mutex<T>,
    changed: Notify,
}

impl<T: Clone + PartialEq> Watched<T> {
    pub(crate) fn new(value: T) -> Watched<T> {
        Watched { value: Mutex::new(value), changed: Notify::new() }
    }

    pub(crate) fn get(&self) -> T {
        self.value.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn set(&self, value: T) {
        *self.value.lock().unwrap_or_else(PoisonError::into_inner) = value;
        self.changed.notify_waiters();
    }

    /// Waits until the value is as wished.
    pub(crate) async fn wait_for(&self, is_wished: impl Fn(&T) -> bool) -> T {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            // From here on no change is missed.
            changed.as_mut().enable();
            let value = self.get();
            if is_wished(&value) {
                return value;
            }
            changed.await;
        }
    }

    /// Waits until it is another than this one.
    pub(crate) async fn changed_from(&self, seen: &T) -> T {
        self.wait_for(|value| value != seen).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;

    #[tokio::test]
    async fn whoever_waits_sees_the_value_that_is_wished() {
        let watched = Arc::new(Watched::new(0));
        let waiting = tokio::spawn({
            let watched = Arc::clone(&watched);
            async move { watched.wait_for(|value| 2 <= *value).await }
        });
        tokio::task::yield_now().await;
        watched.set(1);
        tokio::task::yield_now().await;
        watched.set(3);
        assert_eq!(waiting.await.unwrap(), 3);
        assert_eq!(watched.changed_from(&1).await, 3, "it has changed already");
    }
}

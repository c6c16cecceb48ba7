//! A bounded cache of what was used recently, flat in memory.
//!
//! Two generations: what is used moves to the young one; when that is full it becomes the old one, and what lay there
//! unused is dropped. A list in the order of use would be more exact, but each look-up would touch five places in memory
//! that are far apart instead of one or two.

use std::hash::Hash;

use hashbrown::HashMap;

/// Keeps between one and two times `kept` values.
pub(super) struct Recent<K, V> {
    kept: usize,
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Hash + Eq + Clone, V: Clone> Recent<K, V> {
    /// An empty cache of that many values.
    pub(super) fn new(kept: usize) -> Recent<K, V> {
        assert!(0 < kept, "a cache keeps something");
        Recent { kept, young: HashMap::new(), old: HashMap::new() }
    }

    /// The value of a key, which is young again then.
    pub(super) fn get(&mut self, key: &K) -> Option<V> {
        if let Some(value) = self.young.get(key) {
            return Some(value.clone());
        }
        let (key, value) = self.old.remove_entry(key)?;
        self.put(key, value.clone());
        Some(value)
    }

    /// The value of a key, to be changed; it is young again then.
    pub(super) fn get_mut(&mut self, key: &K) -> Option<&mut V> {
        // The young one counts where an earlier value lies in the old generation.
        if !self.young.contains_key(key) {
            let (key, value) = self.old.remove_entry(key)?;
            self.put(key, value);
        }
        self.young.get_mut(key)
    }

    /// Sets the value of a key.
    pub(super) fn put(&mut self, key: K, value: V) {
        if self.kept <= self.young.len() {
            std::mem::swap(&mut self.young, &mut self.old);
            // Keeps its places in memory, so that it need not grow again.
            self.young.clear();
        }
        self.young.insert(key, value);
    }

    /// Forgets a key.
    pub(super) fn remove(&mut self, key: &K) {
        self.young.remove(key);
        self.old.remove(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        let mut cache = Recent::new(3);
        for key in 0..20 {
            cache.put(key, key * 10);
            assert_eq!(cache.get(&0), Some(0), "used all the time");
        }
        assert_eq!(cache.get(&19), Some(190));
        assert_eq!(cache.get(&5), None);
        assert!(cache.young.len() + cache.old.len() <= 6);
    }

    #[test]
    fn the_last_value_counts() {
        let mut cache = Recent::new(2);
        cache.put("a", 1);
        cache.put("b", 2);
        cache.put("c", 3);
        cache.put("a", 4);
        assert_eq!(cache.get(&"a"), Some(4));
        *cache.get_mut(&"a").unwrap() += 1;
        assert_eq!(cache.get(&"a"), Some(5), "not an earlier one");
        *cache.get_mut(&"b").unwrap() += 7;
        assert_eq!(cache.get(&"b"), Some(9), "of the old generation");
        assert!(cache.get_mut(&"d").is_none());
        cache.remove(&"a");
        assert_eq!(cache.get(&"a"), None, "not even the old value");
    }
}

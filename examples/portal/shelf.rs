//! A bounded place in memory. A portal with more than one node keeps this in its database.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Mutex, MutexGuard, PoisonError},
};

/// How many entries a shelf holds; beyond it the oldest goes.
const CAPACITY: usize = 1000;

/// Values by a key that only their owner knows.
pub(super) struct Shelf<T>(Mutex<Content<T>>);

struct Content<T> {
    values: HashMap<String, T>,
    /// Keys in the order in which they came; may name some that are gone.
    order: VecDeque<String>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(Mutex::new(Content { values: HashMap::new(), order: VecDeque::new() }))
    }
}

impl<T: Clone> Shelf<T> {
    /// Puts a value there, in place of one with the same key.
    pub(super) fn put(&self, key: String, value: T) {
        let mut content = self.content();
        if content.values.insert(key.clone(), value).is_none() {
            content.order.push_back(key);
        }
        while content.order.len() > CAPACITY {
            let oldest = content.order.pop_front();
            oldest.and_then(|key| content.values.remove(&key));
        }
    }

    /// A copy of the value.
    pub(super) fn get(&self, key: &str) -> Option<T> {
        self.content().values.get(key).cloned()
    }

    /// Takes the value away: whoever comes second finds nothing.
    pub(super) fn take(&self, key: &str) -> Option<T> {
        self.content().values.remove(key)
    }

    /// Replaces a value that is still there: a session that ended meanwhile stays ended.
    pub(super) fn replace(&self, key: &str, value: T) -> bool {
        self.content().values.get_mut(key).map(|place| *place = value).is_some()
    }

    fn content(&self) -> MutexGuard<'_, Content<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_entry_makes_room() {
        let shelf = Shelf::default();
        for number in 0..=CAPACITY {
            shelf.put(number.to_string(), number);
        }
        assert_eq!((shelf.get("0"), shelf.get("1"), shelf.get("1000")), (None, Some(1), Some(1000)));
    }

    #[test]
    fn a_value_is_taken_once_and_not_replaced_when_gone() {
        let shelf = Shelf::default();
        shelf.put("key".into(), 1);
        assert!(shelf.replace("key", 2));
        assert_eq!((shelf.take("key"), shelf.take("key")), (Some(2), None));
        assert!(!shelf.replace("key", 3));
    }
}

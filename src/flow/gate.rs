//! One at a time per key, within this node.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Lets those with the same key in one after the other, first come, first served. Keys nobody waits for take no memory.
#[derive(Default)]
pub struct Gate {
    keys: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// Being inside, or waiting. Dropping it lets the next one in.
pub struct Pass<'a> {
    gate: &'a Gate,
    key: &'a str,
    // Both are there until `drop` takes them, in this order.
    permit: Option<OwnedSemaphorePermit>,
    semaphore: Option<Arc<Semaphore>>,
}

impl Gate {
    /// Waits to be let in; `None` if that takes longer than `patience`.
    pub async fn enter<'a>(&'a self, key: &'a str, patience: Duration) -> Option<Pass<'a>> {
        let semaphore = {
            let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(keys.entry(key.to_owned()).or_insert_with(|| Arc::new(Semaphore::new(1))))
        };
        let mut pass = Pass { gate: self, key, permit: None, semaphore: Some(Arc::clone(&semaphore)) };
        let permit = tokio::time::timeout(patience, semaphore.acquire_owned()).await.ok()?;
        pass.permit = permit.ok();
        Some(pass)
    }
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        let mut keys = self.gate.keys.lock().unwrap_or_else(PoisonError::into_inner);
        self.permit = None;
        self.semaphore = None;
        // Arcs are made under this lock only: one reference left is the map's own.
        if keys.get(self.key).is_some_and(|semaphore| Arc::strong_count(semaphore) == 1) {
            keys.remove(self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use futures_util::future::join_all;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn is_empty(gate: &Gate) -> bool {
        gate.keys.lock().unwrap().is_empty()
    }

    #[tokio::test]
    async fn sec_s6_one_per_key_is_inside_at_a_time() {
        let (gate, inside) = (Gate::default(), AtomicUsize::new(0));
        let visits = (0..50).map(|_| async {
            let pass = gate.enter("anna", LONG).await.unwrap();
            assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
            tokio::task::yield_now().await;
            inside.fetch_sub(1, Ordering::SeqCst);
            drop(pass);
        });
        join_all(visits).await;
        assert!(is_empty(&gate), "nothing is left behind");
    }

    #[tokio::test]
    async fn keys_do_not_wait_for_each_other() {
        let gate = Gate::default();
        let anna = gate.enter("anna", LONG).await.unwrap();
        let bert = gate.enter("bert", Duration::ZERO).await;
        assert!(bert.is_some());
        drop((anna, bert));
        assert!(is_empty(&gate));
    }

    #[tokio::test]
    async fn patience_ends_and_leaves_nothing_behind() {
        let gate = Gate::default();
        let inside = gate.enter("anna", LONG).await.unwrap();
        assert!(gate.enter("anna", Duration::from_millis(1)).await.is_none());
        assert!(!is_empty(&gate));
        drop(inside);
        assert!(is_empty(&gate));
        assert!(gate.enter("anna", LONG).await.is_some());
    }
}

//! Password hashing on threads of its own, with memory of its own and a bounded, fair queue (security.md S7, performance.md 4).
//!
//! A hash costs 19 MiB and some 15 ms of a core. Through tokio's blocking pool a flood of sign-ins would take gigabytes
//! and every core; here it takes as many threads as configured and their memory, and what would wait for more than two
//! seconds is refused at once, before anybody counts it as a failure. Capacity: threads divided by the time of one hash.

mod queue;
mod worker;

use std::{
    io,
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
    time::Duration,
};

use tokio::sync::oneshot;

pub use self::queue::Lane;
use self::worker::{Job, Shared, Task};
use crate::{
    authn::{
        password::PasswordInput,
        stored_password::{HashCost, HashError, Peppers, StoredPassword},
    },
    base::entropy::SharedEntropy,
};

/// How a pool is made.
pub struct PoolConfig {
    /// Hashing threads, at least one; normally as many as there are cores.
    pub threads: usize,
    /// Cost of new hashes.
    pub cost: HashCost,
    /// The keyed step before Argon2.
    pub peppers: Peppers,
    /// Where salts come from.
    pub entropy: SharedEntropy,
    /// How much the threads give way to others, 0 (not at all) to 19. Heeded on Linux, where it is per thread.
    pub nice: i32,
}

/// What a verification found.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Not the password, or there is none to match.
    Mismatch,
    /// The password.
    Match {
        /// A hash to store in place of one of another scheme, cost or pepper.
        replacement: Option<String>,
    },
}

/// Why there is no verdict. Neither is a failed attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HashingError {
    /// The queue holds two seconds of work, or this lane's share of it.
    #[error("too many passwords are waiting to be checked")]
    Overloaded {
        /// When it is worth trying again; whole seconds.
        retry_after: Duration,
    },
    /// The pool was shut down.
    #[error("the hashing threads have stopped")]
    Stopped,
}

/// The hashing threads. Dropping it stops and joins them.
pub struct HashPool {
    shared: Arc<Shared>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl HashPool {
    /// Starts the threads. Their memory is allocated by the first hash of each, and kept.
    ///
    /// # Errors
    /// When the system refuses a thread.
    pub fn start(config: PoolConfig) -> io::Result<Self> {
        let (count, nice) = (config.threads.max(1), config.nice);
        let pool = Self { shared: Arc::new(Shared::new(config)), threads: Mutex::default() };
        for number in 0..count {
            let shared = Arc::clone(&pool.shared);
            let name = format!("usher-hash-{number}");
            let thread = std::thread::Builder::new().name(name).spawn(move || worker::run(&shared, nice))?;
            pool.threads.lock().unwrap_or_else(PoisonError::into_inner).push(thread);
        }
        Ok(pool)
    }

    /// Whether `input` is the password behind `stored`, the text in the database.
    ///
    /// Without a hash, or with one that cannot be used, a hash of the current cost is computed all the same and nothing
    /// matches (X3); a cheaper hash is followed by the rest of that work. One verification per `key` runs at a time.
    ///
    /// # Errors
    /// [`HashingError`]; nothing was compared then.
    pub async fn verify(
        &self,
        lane: Lane,
        key: &str,
        stored: Option<&str>,
        input: PasswordInput,
    ) -> Result<Verdict, HashingError> {
        let stored = stored.and_then(|text| match StoredPassword::parse(text) {
            Ok(stored) => Some(stored),
            Err(HashError::Empty) => None,
            Err(error) => {
                tracing::warn!(%error, "a stored password hash cannot be used");
                None
            }
        });
        let (answer, verdict) = oneshot::channel();
        self.shared.submit(lane, Some(key), Job { input, task: Task::Verify { stored, answer } })?;
        verdict.await.map_err(|_| HashingError::Stopped)
    }

    /// Hashes a new password for storage.
    ///
    /// # Errors
    /// [`HashingError`].
    pub async fn hash(&self, lane: Lane, input: PasswordInput) -> Result<String, HashingError> {
        let (answer, hash) = oneshot::channel();
        self.shared.submit(lane, None, Job { input, task: Task::Hash { answer } })?;
        hash.await.map_err(|_| HashingError::Stopped)
    }

    /// Whether a verification would be taken now; spares the caller work that would be for nothing.
    ///
    /// # Errors
    /// [`HashingError`], as [`HashPool::verify`] would answer.
    pub fn has_room(&self, lane: Lane) -> Result<(), HashingError> {
        self.shared.has_room(lane)
    }

    /// Changes the cost of new hashes, when the settings do.
    pub fn set_cost(&self, cost: HashCost) {
        self.shared.set_cost(cost);
    }

    /// Stops the threads after the hashes they are at and waits for them; what is queued is dropped.
    pub fn shutdown(&self) {
        self.shared.stop();
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // A thread that panicked has nothing more to say than its message on the way.
            let _ = thread.join();
        }
    }
}

impl Drop for HashPool {
    fn drop(&mut self) {
        self.shutdown();
    }
}

#[cfg(test)]
mod tests;

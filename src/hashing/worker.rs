//! What the hashing threads share, and what each of them does.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use tokio::sync::oneshot;

use super::{
    HashingError, Lane, PoolConfig, Verdict,
    queue::{Queue, Taken},
};
use crate::{
    authn::{
        password::PasswordInput,
        stored_password::{self, HashCost, HashMemory, Peppers, StoredPassword},
    },
    base::entropy::SharedEntropy,
    telemetry::{metrics, stopwatch::Stopwatch},
};

/// How much work may wait: what the threads do in two seconds (security.md S7).
const QUEUE_SECONDS: f64 = 2.0;
/// Work per second and thread until it has been measured: less than any machine of this decade does.
const FIRST_GUESS: f64 = 1_000_000.0;

/// A password and what to do with it.
pub(super) struct Job {
    pub(super) input: PasswordInput,
    pub(super) task: Task,
}

pub(super) enum Task {
    Verify { stored: Option<StoredPassword>, answer: oneshot::Sender<Verdict> },
    Hash { answer: oneshot::Sender<String> },
}

pub(super) struct Shared {
    threads: usize,
    peppers: Peppers,
    entropy: SharedEntropy,
    state: Mutex<State>,
    wake: Condvar,
}

struct State {
    queue: Queue<Job>,
    cost: HashCost,
    /// Work per second of one thread, a moving average over hashes of the current cost.
    speed: f64,
    measured: bool,
    stopping: bool,
}

impl Shared {
    pub(super) fn new(config: PoolConfig) -> Self {
        let state =
            State { queue: Queue::new(), cost: config.cost, speed: FIRST_GUESS, measured: false, stopping: false };
        Self {
            threads: config.threads.max(1),
            peppers: config.peppers,
            entropy: config.entropy,
            state: Mutex::new(state),
            wake: Condvar::new(),
        }
    }

    pub(super) fn submit(&self, lane: Lane, key: Option<&str>, job: Job) -> Result<(), HashingError> {
        let mut state = self.lock();
        if state.stopping {
            return Err(HashingError::Stopped);
        }
        let work = match &job.task {
            Task::Verify { stored: Some(stored), .. } => stored.work().max(state.cost.work()),
            _ => state.cost.work(),
        };
        let limit = self.limit(&state);
        if state.queue.push(lane, key, work, limit, job).is_err() {
            metrics::hash_refused();
            return Err(self.overloaded(&state));
        }
        drop(state);
        metrics::hash_queued();
        self.wake.notify_one();
        Ok(())
    }

    pub(super) fn has_room(&self, lane: Lane) -> Result<(), HashingError> {
        let state = self.lock();
        let room = state.queue.has_room(lane, state.cost.work(), self.limit(&state));
        if room { Ok(()) } else { Err(self.overloaded(&state)) }
    }

    /// Work that all threads do in a second.
    fn per_second(&self, state: &State) -> f64 {
        state.speed * self.threads as f64
    }

    fn limit(&self, state: &State) -> u64 {
        (self.per_second(state) * QUEUE_SECONDS) as u64
    }

    fn overloaded(&self, state: &State) -> HashingError {
        let seconds = (state.queue.work() as f64 / self.per_second(state)).ceil().max(1.0);
        HashingError::Overloaded { retry_after: Duration::from_secs(seconds as u64) }
    }

    pub(super) fn set_cost(&self, cost: HashCost) {
        self.lock().cost = cost;
    }

    pub(super) fn stop(&self) {
        let mut state = self.lock();
        state.stopping = true;
        state.queue.clear();
        drop(state);
        self.wake.notify_all();
    }

    /// Waits for a job; `None` when the pool stops.
    fn next(&self) -> Option<(Taken<Job>, Pace)> {
        let mut state = self.lock();
        loop {
            if state.stopping {
                return None;
            }
            if let Some(taken) = state.queue.take() {
                metrics::hash_taken();
                let expected = Duration::from_secs_f64(state.cost.work() as f64 / state.speed);
                return Some((taken, Pace { cost: state.cost, expected }));
            }
            state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn finished(&self, key: Option<&str>, work: u64, pace: Pace, took: Option<Duration>) {
        let mut state = self.lock();
        state.queue.done(key);
        if let Some(took) = took.filter(|took| work == pace.cost.work() && !took.is_zero()) {
            let speed = work as f64 / took.as_secs_f64();
            state.speed = if state.measured { state.speed * 0.9 + speed * 0.1 } else { speed };
            state.measured = true;
        }
        drop(state);
        // Another job of the same key may have waited for this one while every thread slept.
        self.wake.notify_one();
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work_on(&self, job: Job, pace: Pace, memory: &mut HashMemory) {
        let Job { input, task } = job;
        match task {
            Task::Verify { stored, answer } => {
                let matches = self.compare(stored.as_ref(), &input, pace, memory);
                let verdict = match stored {
                    Some(stored) if matches => {
                        let outdated = stored.needs_upgrade(pace.cost, &self.peppers);
                        let replacement = if outdated { self.hash(&input, pace.cost, memory) } else { None };
                        Verdict::Match { replacement }
                    }
                    _ => Verdict::Mismatch,
                };
                let _ = answer.send(verdict);
            }
            Task::Hash { answer } => {
                if let Some(hash) = self.hash(&input, pace.cost, memory) {
                    let _ = answer.send(hash);
                }
            }
        }
    }

    /// Compares, and makes every comparison take at least as long as one hash of the current cost.
    fn compare(
        &self,
        stored: Option<&StoredPassword>,
        input: &PasswordInput,
        pace: Pace,
        memory: &mut HashMemory,
    ) -> bool {
        let watch = Stopwatch::start();
        let compared = stored.map(|stored| (stored.costs(pace.cost), stored.verify(input, &self.peppers, memory)));
        let (matches, missing) = match compared {
            Some((true, Ok(matches))) => (matches, 0),
            Some((false, Ok(matches))) => (matches, pace.missing(watch.elapsed())),
            Some((_, Err(error))) => {
                tracing::error!(%error, "a stored password hash cannot be verified");
                (false, 1000)
            }
            None => (false, 1000),
        };
        if missing > 0 {
            stored_password::spend(input, missing, pace.cost, &self.peppers, memory);
        }
        matches
    }

    fn hash(&self, input: &PasswordInput, cost: HashCost, memory: &mut HashMemory) -> Option<String> {
        stored_password::hash(input, self.entropy.bytes(), cost, &self.peppers, memory)
            .inspect_err(|error| tracing::error!(%error, "hashing failed"))
            .ok()
    }
}

/// The cost of a current hash, and how long it takes here.
#[derive(Clone, Copy)]
struct Pace {
    cost: HashCost,
    expected: Duration,
}

impl Pace {
    /// How much of a current hash is missing after `elapsed`, in thousandths.
    fn missing(self, elapsed: Duration) -> u32 {
        let rest = self.expected.saturating_sub(elapsed);
        (rest.as_secs_f64() / self.expected.as_secs_f64() * 1000.0) as u32
    }
}

/// Whether nobody waits for the answer any more.
fn abandoned(job: &Job) -> bool {
    match &job.task {
        Task::Verify { answer, .. } => answer.is_closed(),
        Task::Hash { answer } => answer.is_closed(),
    }
}

/// The life of a hashing thread.
pub(super) fn run(shared: &Shared, nice: i32) {
    lower_priority(nice);
    let mut memory = HashMemory::default();
    while let Some((Taken { key, work, job }, pace)) = shared.next() {
        let took = if abandoned(&job) {
            None
        } else {
            let watch = Stopwatch::start();
            // One thread lost to a panic would be lost until the next start.
            let survived = catch_unwind(AssertUnwindSafe(|| shared.work_on(job, pace, &mut memory)));
            survived.inspect_err(|_| metrics::panicked()).ok().map(|()| watch.elapsed())
        };
        if let Some(took) = took {
            metrics::hashed(took);
        }
        memory.shrink_to(pace.cost);
        shared.finished(key.as_deref(), work, pace, took);
    }
}

/// On Linux `nice` is a property of the thread, so requests go first and hashing takes what they leave.
fn lower_priority(nice: i32) {
    #[cfg(target_os = "linux")]
    if nice > 0
        && let Err(error) = rustix::process::nice(nice)
    {
        tracing::warn!(%error, "hashing threads keep their priority");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = nice;
}

//! How many statements a request ran, and for how long.

use std::{
    cell::Cell,
    future::Future,
    time::{Duration, Instant},
};

tokio::task_local! {
    static COUNT: Cell<Queries>;
}

/// Statements of one request.
#[derive(Clone, Copy, Default, Debug)]
pub struct Queries {
    /// How many.
    pub count: u32,
    /// Time spent waiting for them.
    pub time: Duration,
}

/// Runs `work` and says what it asked of the database.
pub async fn count<T>(work: impl Future<Output = T>) -> (T, Queries) {
    COUNT
        .scope(Cell::new(Queries::default()), async {
            let result = work.await;
            (result, COUNT.with(Cell::get))
        })
        .await
}

/// A statement that is running.
pub struct Running(Instant);

/// Starts the watch of one statement.
#[allow(clippy::disallowed_methods, reason = "telemetry owns the stopwatch")]
pub fn start() -> Running {
    Running(Instant::now())
}

impl Running {
    /// The statement is done.
    pub fn stop(self) {
        // Outside a request (jobs, commands) nobody counts.
        let _ = COUNT.try_with(|cell| {
            let so_far = cell.get();
            cell.set(Queries { count: so_far.count + 1, time: so_far.time + self.0.elapsed() });
        });
    }
}

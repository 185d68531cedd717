//! How many database statements a request ran, and how long they took.
//!
//! The counter is task-local: the macros of the store call [`start`] and stop, whoever serves a request wraps it in [`scope`].

use std::{cell::Cell, time::Duration};

use super::stopwatch::Stopwatch;

tokio::task_local! {
    static QUERIES: Cell<Queries>;
}

/// What one request asked of the database.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Queries {
    /// Statements run.
    pub count: u32,
    /// Their durations added up.
    pub time: Duration,
}

/// Runs `work` and counts the statements noted within. An inner scope counts for itself only.
pub async fn scope<T>(work: impl Future<Output = T>) -> (T, Queries) {
    QUERIES
        .scope(Cell::default(), async {
            let output = work.await;
            (output, QUERIES.with(Cell::get))
        })
        .await
}

/// Notes one statement that took `duration`. Outside of a [`scope`] (jobs, commands) nobody counts.
pub fn note(duration: Duration) {
    let _uncounted = QUERIES.try_with(|queries| {
        let Queries { count, time } = queries.get();
        queries.set(Queries { count: count.saturating_add(1), time: time.saturating_add(duration) });
    });
}

/// A statement that is running.
#[must_use]
pub struct Running(Stopwatch);

/// Starts the watch of one statement.
pub fn start() -> Running {
    Running(Stopwatch::start())
}

impl Running {
    /// The statement is done.
    pub fn stop(self) {
        note(self.0.elapsed());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_scope_counts_its_own_statements_across_awaits() {
        let ((), counted) = scope(async {
            note(Duration::from_micros(5));
            tokio::task::yield_now().await;
            note(Duration::from_micros(7));
        })
        .await;
        assert_eq!(counted, Queries { count: 2, time: Duration::from_micros(12) });
    }

    #[tokio::test]
    async fn requests_side_by_side_do_not_count_for_each_other() {
        let one = scope(async {
            note(Duration::ZERO);
            tokio::task::yield_now().await;
        });
        let none = scope(tokio::task::yield_now());
        let ((_, one), (_, none)) = tokio::join!(one, none);
        assert_eq!((one.count, none.count), (1, 0));
    }

    #[test]
    fn outside_of_a_scope_nothing_happens() {
        note(Duration::from_secs(1));
    }
}

//! SQLite's one writer: many requests, one connection, one commit for all that wait (performance.md 6).
//!
//! Each request works inside a savepoint of its own. When it is done it joins the group that waits for the next commit
//! and queues behind the requests that are already waiting for the connection; the first of the group to get the
//! connection back commits for everybody. The queue is first in, first out, so a group is as large as the load and a
//! lone request commits at once. Nobody is answered before the commit that holds its work.
//!
//! Every text handed to the connection costs a change of threads, more than most statements cost themselves: a savepoint
//! that is finished is released in the same breath in which the next one is set, or by the commit.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use super::error::StoreError;

type Outcome = Result<(), String>;

/// The connection and what is under way on it.
struct Lane {
    connection: SqliteConnection,
    /// `BEGIN IMMEDIATE` was said and `COMMIT` was not.
    open: bool,
    /// A unit of work was left without commit or rollback; its savepoint is still there.
    abandoned: bool,
    /// The savepoint of a unit that is done is still there.
    unreleased: bool,
    /// `COMMIT` was said, and the request that said it was given up before the answer came.
    committing: bool,
    /// Those whose work is released and waits for the commit.
    group: Vec<oneshot::Sender<Outcome>>,
}

/// The writer of a SQLite database.
#[derive(Clone)]
pub(super) struct Writer {
    lane: Arc<Mutex<Lane>>,
    waiting: Arc<AtomicUsize>,
}

/// One unit of work on the writer: all or nothing.
pub struct WriteUnit {
    writer: Writer,
    lane: Option<OwnedMutexGuard<Lane>>,
}

/// Counts a waiting request, also when it is given up.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(counter: &'a AtomicUsize) -> Self {
        counter.fetch_add(1, Ordering::Relaxed);
        Self(counter)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Writer {
    pub(super) async fn open(options: &SqliteConnectOptions) -> Result<Self, StoreError> {
        let connection = SqliteConnection::connect_with(options).await?;
        let lane =
            Lane { connection, open: false, abandoned: false, unreleased: false, committing: false, group: Vec::new() };
        Ok(Self { lane: Arc::new(Mutex::new(lane)), waiting: Arc::default() })
    }

    async fn lane(&self) -> OwnedMutexGuard<Lane> {
        let _waiting = Waiting::enter(&self.waiting);
        Arc::clone(&self.lane).lock_owned().await
    }

    pub(super) async fn begin(&self) -> Result<WriteUnit, StoreError> {
        let writer = self.clone();
        to_the_end(async move {
            let mut lane = writer.lane().await;
            lane.clear_abandoned().await;
            lane.enter().await?;
            // From here on, dropping the unit leaves a savepoint behind.
            lane.abandoned = true;
            Ok(WriteUnit { writer, lane: Some(lane) })
        })
        .await
    }
}

/// Runs `work` to its end though whoever asked for it may give up in the middle: a transaction that is neither
/// committed nor undone would keep every other process from writing.
async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, StoreError>> + Send + 'static,
) -> Result<T, StoreError> {
    #[allow(clippy::disallowed_methods, reason = "a few statements, which must not be cut off")]
    let task = tokio::spawn(work);
    task.await.unwrap_or_else(|_| Err(gone()))
}

// A request can be given up at every `await`, and the statement it said may run all the same. So what is remembered of
// a statement is set before it is said, and each can be followed by itself without harm.
impl Lane {
    async fn run(&mut self, sql: &'static str) -> Result<(), StoreError> {
        sqlx::query(sql).execute(&mut self.connection).await?;
        Ok(())
    }

    /// Sets the savepoint of a new unit, in a transaction that is begun for it if there is none.
    async fn enter(&mut self) -> Result<(), StoreError> {
        if self.committing {
            // Its outcome is the group's alone; whoever is in it hears it now.
            drop(self.commit().await);
        }
        if !self.open {
            self.open = true;
            let begun = self.run("BEGIN IMMEDIATE; SAVEPOINT unit").await;
            if begun.is_err() {
                // It may have begun and then failed to set the savepoint.
                self.open = false;
                drop(self.run("ROLLBACK").await);
            }
            return begun;
        }
        if !self.unreleased {
            return self.run("SAVEPOINT unit").await;
        }
        self.unreleased = false;
        let entered = self.run("RELEASE unit; SAVEPOINT unit").await;
        if let Err(error) = &entered {
            self.give_up(&error.to_string()).await;
        }
        entered
    }

    /// Undoes what was left in the middle. Where that cannot be done the whole group hears that nothing of it is stored.
    async fn clear_abandoned(&mut self) {
        if !self.abandoned {
            return;
        }
        self.abandoned = false;
        if let Err(error) = self.run("ROLLBACK TO unit; RELEASE unit").await {
            // SQLite has rolled everything back by itself: the disk is full, or broken.
            self.give_up(&error.to_string()).await;
        }
    }

    /// Nothing of the transaction is stored; the connection stays usable for the next one.
    async fn give_up(&mut self, error: &str) {
        drop(self.run("ROLLBACK").await);
        self.answer(&Err(error.to_owned()));
    }

    /// Commits the work of the whole group and tells everybody in it.
    async fn commit(&mut self) -> Outcome {
        let again = std::mem::replace(&mut self.committing, true);
        let mut outcome = self.run("COMMIT").await.map_err(|error| error.to_string());
        self.committing = false;
        if again && outcome.as_ref().is_err_and(|error| error.contains("no transaction is active")) {
            outcome = Ok(());
        }
        if outcome.is_err() {
            // Nothing of the group is stored; leave the connection usable for the next one.
            drop(self.run("ROLLBACK").await);
        }
        self.answer(&outcome);
        outcome
    }

    /// The transaction has ended: tells everybody in the group how.
    fn answer(&mut self, outcome: &Outcome) {
        (self.open, self.unreleased) = (false, false);
        for waiter in self.group.drain(..) {
            drop(waiter.send(outcome.clone()));
        }
    }
}

impl WriteUnit {
    /// The connection.
    pub(super) fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.lane.as_mut().map(|lane| &mut lane.connection).ok_or_else(gone)
    }

    pub(super) async fn commit(mut self) -> Result<(), StoreError> {
        let lane = self.lane.take().ok_or_else(gone)?;
        let writer = self.writer.clone();
        to_the_end(async move { writer.commit(lane).await.map_err(StoreError::Commit) }).await
    }

    /// Undoes the unit and lets those that wait for their commit have it.
    pub(super) async fn rollback(mut self) -> Result<(), StoreError> {
        let lane = self.lane.take().ok_or_else(gone)?;
        let writer = self.writer.clone();
        to_the_end(async move { writer.undo(lane).await }).await
    }
}

impl Drop for WriteUnit {
    fn drop(&mut self) {
        let Some(lane) = self.lane.take() else { return };
        let writer = self.writer.clone();
        // Without a runtime the process is ending, and the file with it is left as it was.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move { drop(writer.undo(lane).await) });
        }
    }
}

impl Writer {
    async fn commit(&self, mut lane: OwnedMutexGuard<Lane>) -> Outcome {
        lane.abandoned = false;
        if self.waiting.load(Ordering::Relaxed) == 0 {
            // COMMIT releases the savepoint too: a lone request pays one statement.
            return lane.commit().await;
        }
        lane.unreleased = true;
        let (sender, mut receiver) = oneshot::channel();
        lane.group.push(sender);
        drop(lane);
        tokio::select! {
            biased;
            outcome = &mut receiver => outcome.unwrap_or_else(|_| Err("the writer is gone".to_owned())),
            mut lane = self.lane() => {
                // The group may have been committed between the queue and this line, or have ended with what was undone.
                if let Ok(outcome) = receiver.try_recv() {
                    return outcome;
                }
                lane.clear_abandoned().await;
                match receiver.try_recv() {
                    Ok(outcome) => outcome,
                    Err(_) => lane.commit().await,
                }
            }
        }
    }

    async fn undo(&self, mut lane: OwnedMutexGuard<Lane>) -> Result<(), StoreError> {
        lane.clear_abandoned().await;
        if lane.open && self.waiting.load(Ordering::Relaxed) == 0 {
            lane.commit().await.map_err(StoreError::Commit)?;
        }
        Ok(())
    }
}

fn gone() -> StoreError {
    StoreError::Commit("the unit of work is finished".to_owned())
}

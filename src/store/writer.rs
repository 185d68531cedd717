//! SQLite's one writer: many requests, one connection, one commit for all that wait (performance.md 6).
//!
//! Each request works inside a savepoint of its own. When it is done it joins the group that waits for the next commit
//! and queues behind the requests that are already waiting for the connection; the first of the group to get the
//! connection back commits for everybody. The queue is first in, first out, so a group is as large as the load and a
//! lone request commits at once. Nobody is answered before the commit that holds its work.
//!
//! Every text handed to the connection costs a change of threads, more than most statements cost themselves. So a unit
//! sets its savepoint in one text with its first statement ([`Entry`]), and that text also begins the transaction or
//! releases the savepoint of the unit before; the last one goes with the commit. The two names that savepoints have in
//! turn tell whether such a text was ever said, where a request was given up with its first statement under way.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use tokio::sync::{Mutex, OwnedMutexGuard, oneshot};

use super::error::StoreError;

type Outcome = Result<(), String>;

/// The name of a savepoint.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Name {
    Even,
    Odd,
}

impl Name {
    const fn next(before: Option<Self>) -> Self {
        match before {
            None | Some(Self::Odd) => Self::Even,
            Some(Self::Even) => Self::Odd,
        }
    }
}

/// How a unit of work is entered: what is said before its first statement. The macros of `tx` hold the texts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Entry {
    /// It is entered.
    Done,
    /// `BEGIN IMMEDIATE; SAVEPOINT even`
    Begin,
    /// `RELEASE even; SAVEPOINT odd`
    AfterEven,
    /// `RELEASE odd; SAVEPOINT even`
    AfterOdd,
}

/// A unit of work that may have been left without commit or rollback.
#[derive(Clone, Copy)]
struct Unit {
    name: Name,
    /// The savepoint of the unit before, which is done.
    before: Option<Name>,
    /// Its savepoint is there for certain.
    entered: bool,
}

/// The connection and what is under way on it.
struct Lane {
    connection: SqliteConnection,
    /// `BEGIN IMMEDIATE` was said and `COMMIT` was not.
    open: bool,
    /// The unit under way; whoever finds one here finds it abandoned.
    unit: Option<Unit>,
    /// The savepoint of a unit that is done, still there.
    unreleased: Option<Name>,
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
    entry: Entry,
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
        let lane = Lane { connection, open: false, unit: None, unreleased: None, committing: false, group: Vec::new() };
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
            lane.clear_abandoned().await?;
            let entry = lane.entry().await;
            Ok(WriteUnit { writer, lane: Some(lane), entry })
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

    /// How the next unit is entered.
    async fn entry(&mut self) -> Entry {
        if self.committing {
            // Its outcome is the group's alone; whoever is in it hears it now.
            drop(self.commit().await);
        }
        match self.unreleased {
            None => Entry::Begin,
            Some(Name::Even) => Entry::AfterEven,
            Some(Name::Odd) => Entry::AfterOdd,
        }
    }

    /// Notes that the text that enters a unit is about to be said.
    fn entering(&mut self) {
        let before = self.unreleased.take();
        self.open = true;
        self.unit = Some(Unit { name: Name::next(before), before, entered: false });
    }

    /// Undoes what was left in the middle. Its savepoint stays, empty, as if its unit were done.
    async fn clear_abandoned(&mut self) -> Result<(), StoreError> {
        let Some(unit) = self.unit.take() else { return Ok(()) };
        let undone = match unit.name {
            Name::Even => self.run("ROLLBACK TO even").await,
            Name::Odd => self.run("ROLLBACK TO odd").await,
        };
        let Err(error) = undone else {
            self.unreleased = Some(unit.name);
            return Ok(());
        };
        // Either the text that sets the savepoint was never said, and the one before is there; or SQLite has rolled
        // everything back by itself, because the disk is full or broken.
        let known = match (unit.entered, unit.before) {
            (true, _) | (false, None) => Err(error),
            (false, Some(Name::Even)) => self.run("RELEASE even; SAVEPOINT odd").await,
            (false, Some(Name::Odd)) => self.run("RELEASE odd; SAVEPOINT even").await,
        };
        match known {
            Ok(()) => self.unreleased = Some(unit.name),
            Err(error) => self.give_up(&error.to_string()).await,
        }
        Ok(())
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
        (self.open, self.unit, self.unreleased) = (false, None, None);
        for waiter in self.group.drain(..) {
            drop(waiter.send(outcome.clone()));
        }
    }
}

impl WriteUnit {
    /// The connection, and what must be said in one text before the statement.
    pub(super) fn entering(&mut self) -> Result<(&mut SqliteConnection, Entry), StoreError> {
        let entry = std::mem::replace(&mut self.entry, Entry::Done);
        let lane = self.lane.as_mut().ok_or_else(gone)?;
        if entry != Entry::Done {
            lane.entering();
        } else if let Some(unit) = &mut lane.unit {
            // A second statement: the first one was answered.
            unit.entered = true;
        }
        Ok((&mut lane.connection, entry))
    }

    /// Enters the unit by itself, before a statement whose touched rows are counted: of several in one text, all are.
    pub(super) async fn enter(&mut self) -> Result<(), StoreError> {
        if self.entry == Entry::Done {
            return Ok(());
        }
        let (connection, entry) = self.entering()?;
        let text = match entry {
            Entry::Done => return Ok(()),
            Entry::Begin => "BEGIN IMMEDIATE; SAVEPOINT even",
            Entry::AfterEven => "RELEASE even; SAVEPOINT odd",
            Entry::AfterOdd => "RELEASE odd; SAVEPOINT even",
        };
        sqlx::query(text).execute(connection).await?;
        Ok(())
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
        let unit = lane.unit.take();
        if self.waiting.load(Ordering::Relaxed) == 0 {
            // COMMIT releases the savepoint too: a lone request pays one statement.
            return if lane.open { lane.commit().await } else { Ok(()) };
        }
        let Some(unit) = unit else { return Ok(()) };
        lane.unreleased = Some(unit.name);
        let (sender, mut receiver) = oneshot::channel();
        lane.group.push(sender);
        drop(lane);
        tokio::select! {
            biased;
            outcome = &mut receiver => outcome.unwrap_or_else(|_| Err("the writer is gone".to_owned())),
            mut lane = self.lane() => {
                // The group may have been committed between the queue and this line.
                match receiver.try_recv() {
                    Ok(outcome) => outcome,
                    Err(_) => match lane.clear_abandoned().await {
                        // Undoing it may have ended the group as well.
                        Ok(()) => match receiver.try_recv() {
                            Ok(outcome) => outcome,
                            Err(_) => lane.commit().await,
                        },
                        Err(error) => Err(error.to_string()),
                    },
                }
            }
        }
    }

    async fn undo(&self, mut lane: OwnedMutexGuard<Lane>) -> Result<(), StoreError> {
        lane.clear_abandoned().await?;
        if self.waiting.load(Ordering::Relaxed) == 0 && lane.open {
            lane.commit().await.map_err(StoreError::Commit)?;
        }
        Ok(())
    }
}

fn gone() -> StoreError {
    StoreError::Commit("the unit of work is finished".to_owned())
}

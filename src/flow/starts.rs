//! How much strangers may leave in the database, all of them together: open attempts to sign in, and requests kept
//! behind a handle (security.md S5 L9, S13).
//!
//! A job counts the rows; in between each node adds what it stores itself. So a start pays one addition in memory, and
//! whoever stores nothing – an authorization with a live session – does not come here at all. Beyond the cap a start is
//! refused with 503; attempts that have ended give way first.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use crate::{
    base::rate::LimitPolicy,
    flow::{clean_up::BATCH, error::FlowError, node::Node},
    store::attempt,
};

/// Attempts: a hundred thousand people between the first page and the last.
const ATTEMPTS: usize = 100_000;
/// Kept requests live for ten minutes and are larger.
const REQUESTS: usize = 20_000;
/// When somebody who was refused may try again: the count is newer then.
const AGAIN: Duration = Duration::from_secs(60);

/// How many rows there may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Caps {
    /// Attempts, open and ended.
    pub attempts: usize,
    /// Requests kept behind a handle.
    pub requests: usize,
}

impl Caps {
    /// The defaults under `[limits]`: part of L9.
    pub fn new(policy: &LimitPolicy) -> Self {
        Self { attempts: policy.number("L9", ATTEMPTS), requests: policy.number("L9", REQUESTS) }
    }
}

/// The room that is taken, as far as this node knows.
pub(super) struct Starts {
    pub(super) attempts: Room,
    pub(super) requests: Room,
}

impl Starts {
    pub(super) fn new(caps: Caps) -> Self {
        Self { attempts: Room::new(caps.attempts), requests: Room::new(caps.requests) }
    }
}

/// Room for so many rows.
pub(super) struct Room {
    cap: u64,
    taken: AtomicU64,
}

impl Room {
    fn new(cap: usize) -> Self {
        Self { cap: u64::try_from(cap).unwrap_or(u64::MAX), taken: AtomicU64::new(0) }
    }

    /// Takes the room of one row.
    ///
    /// # Errors
    /// [`FlowError::Overloaded`] if there is none.
    pub(super) fn take(&self) -> Result<(), FlowError> {
        if self.taken.fetch_add(1, Ordering::Relaxed) < self.cap {
            return Ok(());
        }
        self.taken.fetch_sub(1, Ordering::Relaxed);
        Err(FlowError::Overloaded(AGAIN))
    }

    /// One row more than fit tells as much as all of them.
    fn limit(&self) -> i64 {
        i64::try_from(self.cap.saturating_add(1)).unwrap_or(i64::MAX)
    }

    /// From here on ended rows make room for new ones.
    fn comfortable(&self) -> u64 {
        self.cap / 2
    }
}

/// Counts what is there. When half of the room for attempts is taken, those that have ended go before their time.
pub async fn count_starts(node: &Node) -> Result<(), FlowError> {
    let Starts { attempts, requests } = &node.starts;
    let mut open = count_attempts(node).await?;
    if open > attempts.comfortable() {
        make_room(node, open - attempts.comfortable()).await?;
        open = count_attempts(node).await?;
    }
    attempts.taken.store(open, Ordering::Relaxed);
    let mut tx = node.db.read().await?;
    let kept = attempt::count_handles(&mut tx, requests.limit()).await?;
    requests.taken.store(kept, Ordering::Relaxed);
    if open > attempts.comfortable() || kept > requests.comfortable() {
        tracing::warn!(attempts = open, requests = kept, "half of what strangers may leave here is taken");
    }
    Ok(())
}

async fn count_attempts(node: &Node) -> Result<u64, FlowError> {
    let mut tx = node.db.read().await?;
    Ok(attempt::count(&mut tx, node.starts.attempts.limit()).await?)
}

/// Deletes attempts that have ended, batch by batch, until `surplus` of them or all are gone.
async fn make_room(node: &Node, surplus: u64) -> Result<(), FlowError> {
    let mut gone = 0;
    while gone < surplus {
        let mut tx = node.db.write().await?;
        let rows = attempt::collect_ended(&mut tx, node.now(), BATCH).await?;
        tx.commit().await?;
        if rows == 0 {
            break;
        }
        gone += rows;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_for_so_many_and_who_is_refused_takes_none() {
        let room = Room::new(2);
        assert!(room.take().is_ok() && room.take().is_ok());
        for _ in 0..3 {
            assert!(matches!(room.take(), Err(FlowError::Overloaded(AGAIN))));
        }
        room.taken.store(1, Ordering::Relaxed);
        assert!(room.take().is_ok());
        assert!(room.take().is_err());
    }

    #[test]
    fn sec_s5_l9_scales_and_switches_the_caps_off() {
        let policy = |scale, off: &[&str]| LimitPolicy {
            scale,
            off: off.iter().map(|name| (*name).to_owned()).collect(),
            ..LimitPolicy::default()
        };
        assert_eq!(Caps::new(&policy(0.5, &[])), Caps { attempts: 50_000, requests: 10_000 });
        let off = Room::new(Caps::new(&policy(1.0, &["L9"])).attempts);
        assert!((0..1000).all(|_| off.take().is_ok()));
        assert!(off.limit() > 0);
    }
}

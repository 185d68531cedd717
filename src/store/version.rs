//! Two counters that tell nodes when to forget what they hold in memory (performance.md 5, 9).
//!
//! `catalog`: clients, settings, keys, permissions, profiles. `state`: anything that decides whether a token that
//! was issued still holds. "At once" means: at once on this node, within a second on the others. A node that could
//! not look for longer than [`MAX_AGE`] may not go by what it remembers any more.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use tokio::sync::Notify;

use super::{
    Db,
    error::StoreError,
    message::Channel,
    tx::{Touched, Tx},
};
use crate::base::moment::Moment;

/// How old what a node remembers may be while the database cannot be reached: whoever depends on it fails closed after
/// that (security.md Q99).
pub const MAX_AGE: Duration = Duration::from_secs(5);
/// How long one look at the counters may take, whatever became of the connection.
const LOOK_TIME: Duration = Duration::from_secs(2);

/// What this node has seen of the counters.
#[derive(Clone, Default)]
pub struct Versions(Arc<Seen>);

#[derive(Default)]
struct Seen {
    catalog: AtomicI64,
    state: AtomicI64,
    /// Moves whenever this node commits a change or sees another node's.
    generation: AtomicI64,
    catalog_generation: AtomicI64,
    /// When the last look at the counters began that succeeded, in microseconds since the epoch.
    looked_at: AtomicI64,
    /// Told when a message is committed here, one for whoever sends each kind.
    mail: Notify,
    sms: Notify,
    /// Told when an errand is committed here.
    errands: Notify,
}

impl Versions {
    /// A number that moves whenever issued tokens may have lost their ground. Keep it beside what you remember.
    pub fn state(&self) -> i64 {
        self.0.generation.load(Ordering::Acquire)
    }

    /// A number that moves whenever the catalog changed.
    pub fn catalog(&self) -> i64 {
        self.0.catalog_generation.load(Ordering::Acquire)
    }

    /// Whether the counters were looked at so lately that what is in memory may be answered from. A clock that was set
    /// back makes nothing younger than that.
    pub fn is_current(&self, now: Moment) -> bool {
        let looked_at = Moment::from_micros(self.0.looked_at.load(Ordering::Acquire));
        now.since(looked_at).max(looked_at.since(now)) <= MAX_AGE
    }

    /// Waits until this node commits a message. One that was committed while nobody waited is not forgotten.
    pub async fn message_written(&self, channel: Channel) {
        match channel {
            Channel::Email => self.0.mail.notified().await,
            Channel::Sms => self.0.sms.notified().await,
        }
    }

    /// Waits until this node commits an errand. One that was committed while nobody waited is not forgotten.
    pub async fn errand_left(&self) {
        self.0.errands.notified().await;
    }

    /// The catalog first: whoever sees the new state must not find the old catalog.
    pub(super) fn moved_here(&self, touched: Touched) {
        if touched.catalog {
            self.0.catalog_generation.fetch_add(1, Ordering::AcqRel);
        }
        if touched.state {
            self.0.generation.fetch_add(1, Ordering::AcqRel);
        }
        if touched.outbox {
            self.0.mail.notify_one();
            self.0.sms.notify_one();
        }
        if touched.errands {
            self.0.errands.notify_one();
        }
    }
}

#[derive(sqlx::FromRow)]
struct Counter {
    name: String,
    value: i64,
}

/// Looks at the counters in the database; what another process moved moves here too. Called about twice a second, and
/// `now` is the time of the call: what it finds is no younger.
///
/// # Errors
/// [`StoreError::Busy`] if there is no answer within two seconds.
pub async fn refresh(db: &Db, now: Moment) -> Result<(), StoreError> {
    let look = async {
        let mut tx = db.read().await?;
        fetch_all!(tx, Counter, "SELECT name, value FROM version ORDER BY name")
    };
    let late = |_| Err(StoreError::Busy(sqlx::Error::PoolTimedOut));
    let counters = tokio::time::timeout(LOOK_TIME, look).await.unwrap_or_else(late)?;
    let seen = &db.versions().0;
    for counter in counters {
        let (stored, generation) = match counter.name.as_str() {
            "catalog" => (&seen.catalog, &seen.catalog_generation),
            _ => (&seen.state, &seen.generation),
        };
        if stored.swap(counter.value, Ordering::AcqRel) != counter.value {
            generation.fetch_add(1, Ordering::AcqRel);
        }
    }
    // Last: whoever finds it current must find what was seen. Of two looks at once the earlier may say so later, which
    // makes the node seem older than it is.
    seen.looked_at.store(now.as_micros(), Ordering::Release);
    Ok(())
}

pub(super) async fn move_on(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    execute!(tx, "UPDATE version SET value = value + 1 WHERE name = $1", name)?;
    Ok(())
}

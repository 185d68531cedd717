//! Two counters that tell nodes when to forget what they hold in memory (performance.md 5, 9).
//!
//! `catalog`: clients, settings, keys, permissions, profiles. `state`: anything that decides whether a token that
//! was issued still holds. "At once" means: at once on this node, within a second on the others.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use super::{
    Db,
    error::StoreError,
    tx::{Touched, Tx},
};

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

    /// The catalog first: whoever sees the new state must not find the old catalog.
    pub(super) fn moved_here(&self, touched: Touched) {
        if touched.catalog {
            self.0.catalog_generation.fetch_add(1, Ordering::AcqRel);
        }
        if touched.state {
            self.0.generation.fetch_add(1, Ordering::AcqRel);
        }
    }
}

#[derive(sqlx::FromRow)]
struct Counter {
    name: String,
    value: i64,
}

/// Looks at the counters in the database; what another process moved moves here too. Called about twice a second.
pub async fn refresh(db: &Db) -> Result<(), StoreError> {
    let mut tx = db.read().await?;
    let counters = fetch_all!(tx, Counter, "SELECT name, value FROM version ORDER BY name")?;
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
    Ok(())
}

pub(super) async fn move_on(tx: &mut Tx, name: &str) -> Result<(), StoreError> {
    execute!(tx, "UPDATE version SET value = value + 1 WHERE name = $1", name)?;
    Ok(())
}

//! `usher keys`: what signs, what will, and a new key before its time (Q45, security.md S12).

use crate::{
    base::{entropy::Entropy, moment::Moment},
    flow::{
        error::FlowError,
        keys::{generate, signing_rows, stored_signing},
        open::KEK_ID,
    },
    identity::audit::{Actor, AuditEvent},
    keys::{
        kek::Kek,
        rotation::{KeyState, Policy, SigningKeyRow, Step},
    },
    oidc::client::SigningAlg,
    store::{Db, Tx, audit, key},
};

/// A signing key as an operator sees it.
#[derive(Clone, Debug)]
pub struct KeyFacts {
    /// Key id.
    pub kid: String,
    /// What it signs with.
    pub alg: SigningAlg,
    /// Where it stands.
    pub state: KeyState,
    /// In the JWKS document since then.
    pub published_at: Moment,
    /// Signs from then on.
    pub active_from: Moment,
    /// Out of use since then.
    pub retired_at: Option<Moment>,
}

/// What a rotation did for one algorithm.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rotation {
    /// A new key is published.
    Published {
        /// Its id.
        kid: String,
        /// It signs from then on.
        active_from: Moment,
    },
    /// The next key is published already; nothing was done.
    Underway,
}

/// What became of the wish to withdraw a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RetireOutcome {
    /// It verifies nothing any more. A new key signs, if no other was left.
    Retired {
        /// The id of the new key.
        successor: Option<String>,
    },
    /// There is no such key, or it is retired.
    NoSuchKey,
}

/// Every signing key, oldest first.
///
/// # Errors
/// If the database fails or holds what cannot be read.
pub async fn list(db: &Db, now: Moment) -> Result<Vec<KeyFacts>, FlowError> {
    let rows = signing_rows(&mut db.read().await?).await?;
    let states = Policy::default().states(&rows, now);
    let facts = |(row, state): (SigningKeyRow, KeyState)| KeyFacts {
        kid: row.kid,
        alg: row.alg,
        state,
        published_at: row.published_at,
        active_from: row.active_from,
        retired_at: row.retired_at,
    };
    Ok(rows.into_iter().zip(states).map(facts).collect())
}

/// Publishes a new key for `alg`, to sign once everybody can know it: a day later, or at once if it is the first.
///
/// # Errors
/// If no key can be made or the database fails.
pub async fn rotate(
    db: &Db,
    kek: &Kek,
    entropy: &dyn Entropy,
    now: Moment,
    alg: SigningAlg,
) -> Result<Rotation, FlowError> {
    let made = generate(alg).await?;
    let mut tx = db.write().await?;
    key::lock(&mut tx).await?;
    let Some(active_from) = Policy::default().rotate(&signing_rows(&mut tx).await?, alg, now) else {
        tx.rollback().await?;
        return Ok(Rotation::Underway);
    };
    let row = SigningKeyRow::new(&made, kek, entropy, now, active_from)?;
    publish(&mut tx, kek, entropy, now, &row).await?;
    tx.commit().await?;
    Ok(Rotation::Published { kid: row.kid, active_from })
}

/// Withdraws a key at once: what it signed is worth nothing from here on. For keys that leaked.
///
/// # Errors
/// If no successor can be made or the database fails.
pub async fn retire(
    db: &Db,
    kek: &Kek,
    entropy: &dyn Entropy,
    now: Moment,
    kid: &str,
) -> Result<RetireOutcome, FlowError> {
    let rows = signing_rows(&mut db.read().await?).await?;
    let Some(alg) = rows.iter().find(|row| row.kid == kid && row.retired_at.is_none()).map(|row| row.alg) else {
        return Ok(RetireOutcome::NoSuchKey);
    };
    // Made before the transaction, in case it is needed.
    let made = generate(alg).await?;
    let mut tx = db.write().await?;
    key::lock(&mut tx).await?;
    if !key::retire_signing(&mut tx, kid, now).await? {
        tx.rollback().await?;
        return Ok(RetireOutcome::NoSuchKey);
    }
    let event = AuditEvent::new(entropy, now, "key.retired", Actor::Operator("keys retire")).target("signing_key", kid);
    audit::record(&mut tx, &event).await?;
    let steps = Policy::default().plan(&signing_rows(&mut tx).await?, now);
    let nobody_signs = steps.contains(&Step::Generate { alg, active_from: now });
    let mut successor = None;
    if nobody_signs {
        let row = SigningKeyRow::new(&made, kek, entropy, now, now)?;
        publish(&mut tx, kek, entropy, now, &row).await?;
        successor = Some(row.kid);
    }
    tx.commit().await?;
    Ok(RetireOutcome::Retired { successor })
}

async fn publish(
    tx: &mut Tx,
    kek: &Kek,
    entropy: &dyn Entropy,
    now: Moment,
    row: &SigningKeyRow,
) -> Result<(), FlowError> {
    // This may be the first thing sealed in this database.
    key::set_fact(tx, KEK_ID, &kek.id().to_string()).await?;
    key::insert_signing(tx, &stored_signing(row)).await?;
    let event = AuditEvent::new(entropy, now, "key.published", Actor::Operator("keys"))
        .target("signing_key", row.kid.as_str())
        .detail("alg", row.alg.as_str())
        .detail("active_from", row.active_from.to_string());
    Ok(audit::record(tx, &event).await?)
}

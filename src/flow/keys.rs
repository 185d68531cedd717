//! Making keys and reading them: the rows of the store on one side, the ring on the other.

use crate::{
    base::{entropy::Entropy, moment::Moment},
    flow::{error::FlowError, open::KEK_ID},
    keys::{
        kek::Kek,
        rotation::{Policy, SigningKeyRow, Step},
        seal::Sealed,
        secret_keys::{Purpose, SecretKeyRow, missing_purposes},
        sign::SigningKey,
    },
    oidc::client::SigningAlg,
    store::{Db, Tx, key},
};

/// The signing keys as stored.
pub async fn signing_rows(tx: &mut Tx) -> Result<Vec<SigningKeyRow>, FlowError> {
    key::signing(tx).await?.into_iter().map(signing_row).collect()
}

/// The symmetric keys as stored.
pub async fn secret_rows(tx: &mut Tx) -> Result<Vec<SecretKeyRow>, FlowError> {
    key::secret(tx).await?.into_iter().map(secret_row).collect()
}

/// Makes the symmetric keys that are missing. Two nodes that start together agree: the second finds the first's.
pub async fn ensure_secret_keys(db: &Db, kek: &Kek, entropy: &dyn Entropy, now: Moment) -> Result<(), FlowError> {
    let mut tx = db.write().await?;
    key::lock(&mut tx).await?;
    let rows = secret_rows(&mut tx).await?;
    let missing: Vec<Purpose> = missing_purposes(&rows).collect();
    if missing.is_empty() {
        return Ok(tx.rollback().await?);
    }
    key::set_fact(&mut tx, KEK_ID, &kek.id().to_string()).await?;
    for purpose in missing {
        let row = SecretKeyRow::generate(purpose, kek, entropy, now)?;
        key::insert_secret(&mut tx, &stored_secret(&row)).await?;
    }
    Ok(tx.commit().await?)
}

/// Does what the policy asks for `algs`: makes keys that are due, retires those that have served.
/// The keys are made before the transaction begins; whoever comes second throws its own away.
pub async fn tend_signing_keys(
    db: &Db,
    kek: &Kek,
    entropy: &dyn Entropy,
    algs: &[SigningAlg],
    now: Moment,
) -> Result<(), FlowError> {
    let policy = Policy::default();
    let rows = signing_rows(&mut db.read().await?).await?;
    let steps = policy.plan(&rows, now);
    let due = |step: &Step| match step {
        Step::Generate { alg, .. } => algs.contains(alg),
        Step::Retire { .. } => true,
    };
    let mut made = Vec::new();
    for step in steps.iter().filter(|step| due(step)) {
        if let Step::Generate { alg, active_from } = step {
            made.push(SigningKeyRow::new(&generate(*alg).await?, kek, entropy, now, *active_from)?);
        }
    }
    if !steps.iter().any(due) {
        return Ok(());
    }
    let mut tx = db.write().await?;
    key::lock(&mut tx).await?;
    let rows = signing_rows(&mut tx).await?;
    for step in policy.plan(&rows, now) {
        match step {
            Step::Generate { alg, .. } => {
                if let Some(row) = made.iter().find(|row| row.alg == alg) {
                    key::insert_signing(&mut tx, &stored_signing(row)).await?;
                }
            }
            Step::Retire { kid } => {
                key::retire_signing(&mut tx, &kid, now).await?;
            }
        }
    }
    Ok(tx.commit().await?)
}

/// Makes a key. An RSA key takes a tenth of a second and more: not on a thread that serves requests.
pub(super) async fn generate(alg: SigningAlg) -> Result<SigningKey, FlowError> {
    if alg != SigningAlg::RS256 {
        return Ok(SigningKey::generate(alg)?);
    }
    #[allow(clippy::disallowed_methods, reason = "one key in ninety days; no password is hashed here")]
    let made = tokio::task::spawn_blocking(move || SigningKey::generate(alg));
    Ok(made.await.map_err(|_| FlowError::NoKey(alg.as_str()))??)
}

/// A signing key on its way to the store.
pub fn stored_signing(row: &SigningKeyRow) -> key::SigningKeyRow {
    key::SigningKeyRow {
        kid: row.kid.clone(),
        algorithm: row.alg.as_str().to_owned(),
        sealed: row.sealed.text().to_owned(),
        published_at: row.published_at.as_micros(),
        active_from: row.active_from.as_micros(),
        retired_at: row.retired_at.map(Moment::as_micros),
    }
}

fn signing_row(row: key::SigningKeyRow) -> Result<SigningKeyRow, FlowError> {
    Ok(SigningKeyRow {
        kid: row.kid,
        alg: SigningAlg::parse(&row.algorithm).ok_or(FlowError::Corrupt("signing_key.algorithm"))?,
        sealed: Sealed::parse(&row.sealed)?,
        published_at: Moment::from_micros(row.published_at),
        active_from: Moment::from_micros(row.active_from),
        retired_at: row.retired_at.map(Moment::from_micros),
    })
}

fn stored_secret(row: &SecretKeyRow) -> key::SecretKeyRow {
    key::SecretKeyRow {
        id: row.id.to_string(),
        purpose: row.purpose.text().to_owned(),
        sealed: row.sealed.text().to_owned(),
        created_at: row.created_at.as_micros(),
    }
}

fn secret_row(row: key::SecretKeyRow) -> Result<SecretKeyRow, FlowError> {
    Ok(SecretKeyRow {
        id: row.id.parse().map_err(|_| FlowError::Corrupt("secret_key.id"))?,
        purpose: Purpose::from_text(&row.purpose).ok_or(FlowError::Corrupt("secret_key.purpose"))?,
        sealed: Sealed::parse(&row.sealed)?,
        created_at: Moment::from_micros(row.created_at),
    })
}

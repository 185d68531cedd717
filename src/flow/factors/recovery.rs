//! Recovery codes: made, shown once, used once (S8, Q68, inventory M23).

use std::collections::HashSet;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::try_join_all;

use super::verify::{Checked, Right};
use crate::{
    authn::{
        assurance::Proof,
        factor::MfaMethod,
        lockout::BucketKey,
        password::PasswordInput,
        recovery_code::{CODES, RecoveryCode},
    },
    base::{id::UserId, secret::Secret},
    flow::{
        error::FlowError,
        factors::{Enrolling, Refusal, permit_change},
        new_password,
        node::Node,
        outbox::{Desk, notices},
        snapshot::Snapshot,
    },
    hashing::{self, HashingError, Lane},
    keys::secret_keys::{HmacKey, Purpose},
    store::{self, recovery_code::NewRecoveryCode},
};

/// What became of the wish for codes.
pub enum CreateCodes {
    /// Ten codes, to be shown once. Those of a set before work no more.
    Created(Vec<Secret<String>>),
    /// Not now.
    Refused(Refusal),
}

/// Makes a set of codes in place of the one before.
pub async fn create_recovery_codes(
    node: &Node,
    snapshot: &Snapshot,
    enrolling: &Enrolling<'_>,
) -> Result<CreateCodes, FlowError> {
    let user = enrolling.session.user_id;
    let mut tx = node.db.read().await?;
    if let Err(refusal) = enrolling.permit(&mut tx, MfaMethod::Recovery, node.now()).await? {
        return Ok(CreateCodes::Refused(refusal));
    }
    drop(tx);
    let codes = draw(node, snapshot.secrets.current(Purpose::Code), user);
    let hashes = try_join_all(codes.iter().map(|(_, code)| new_password::hash(node, input(code)))).await?;
    let now = node.now();
    let rows: Vec<_> = codes
        .iter()
        .zip(hashes)
        .map(|((selector, _), hash)| NewRecoveryCode { id: node.entropy.uuid(now), selector: selector.clone(), hash })
        .collect();
    let mut tx = node.db.write().await?;
    // Asked again: hashing took a while, and an administrator may have taken the factors meanwhile.
    let permit = match enrolling.hold(&mut tx, now).await? {
        Some(holding) => permit_change(&mut tx, &holding.session, now).await?,
        None => Err(Refusal::SignInAgain),
    };
    if let Err(refusal) = permit {
        tx.rollback().await?;
        return Ok(CreateCodes::Refused(refusal));
    }
    store::recovery_code::replace(&mut tx, user, &rows, now).await?;
    if let Some(person) = store::user::find(&mut tx, user).await? {
        let (desk, browser) = (Desk::of(node, snapshot, now), &enrolling.caller.browser);
        notices::factor_added(&mut tx, desk, &person, MfaMethod::Recovery, browser).await?;
    }
    store::lockout::clear(&mut tx, &BucketKey::factor(user, MfaMethod::Recovery)).await?;
    store::audit::record(&mut tx, &enrolling.event(node, now, "recovery_codes.created")).await?;
    tx.commit().await?;
    Ok(CreateCodes::Created(codes.iter().map(|(_, code)| code.shown()).collect()))
}

/// Ten codes of ten selectors.
fn draw(node: &Node, key: &HmacKey, user: UserId) -> Vec<(String, RecoveryCode)> {
    let (mut codes, mut taken) = (Vec::with_capacity(CODES), HashSet::with_capacity(CODES));
    while codes.len() < CODES {
        let code = RecoveryCode::generate(&*node.entropy);
        let selector = selector(key, user, &code);
        if taken.insert(selector.clone()) {
            codes.push((selector, code));
        }
    }
    codes
}

/// Two bytes of a MAC: enough to find the one hash to compare with, of no use without the key.
fn selector(key: &HmacKey, user: UserId, code: &RecoveryCode) -> String {
    let mac = key.mac(&[b"recovery", user.text().as_bytes(), code.plain().as_bytes()]);
    URL_SAFE_NO_PAD.encode(mac.first_chunk::<2>().copied().unwrap_or_default())
}

/// Sixteen letters and digits are never too long.
fn input(code: &RecoveryCode) -> PasswordInput {
    PasswordInput::parse(code.plain()).unwrap_or_default()
}

/// Compares what was typed with the one code it can be: one hash, whether there is such a code or not.
pub(super) async fn check(node: &Node, snapshot: &Snapshot, user: UserId, typed: &str) -> Result<Checked, FlowError> {
    let code = RecoveryCode::parse(typed);
    let mut candidate = None;
    if let Some(code) = &code {
        let mut tx = node.db.read().await?;
        for key in snapshot.secrets.all(Purpose::Code) {
            if candidate.is_none() {
                candidate = store::recovery_code::candidate(&mut tx, user, &selector(key, user, code)).await?;
            }
        }
    }
    let stored = candidate.as_ref().map(|it| it.hash.expose().as_str());
    let key = BucketKey::factor(user, MfaMethod::Recovery);
    let input = code.as_ref().map(input).unwrap_or_default();
    let verdict = node.hashing.verify(Lane::Untrusted, key.as_str(), stored, input).await.map_err(overloaded)?;
    let candidate = match (verdict, candidate) {
        (hashing::Verdict::Match { .. }, Some(candidate)) => candidate,
        _ => return Ok(Checked::Wrong),
    };
    if candidate.used {
        return Ok(Checked::Used);
    }
    let now = node.now();
    let mut tx = node.db.write().await?;
    let Some(epoch) = store::user::hold(&mut tx, user).await? else {
        tx.rollback().await?;
        return Ok(Checked::Gone);
    };
    if !store::recovery_code::use_code(&mut tx, user, candidate.id, now).await? {
        tx.rollback().await?;
        return Ok(Checked::Used);
    }
    let left = store::recovery_code::left(&mut tx, user).await?;
    Ok(Checked::Right(Box::new(Right { tx, epoch, proof: Proof::Recovery, recovery_left: Some(left) })))
}

const fn overloaded(error: HashingError) -> FlowError {
    match error {
        HashingError::Overloaded { retry_after } => FlowError::Overloaded(retry_after),
        HashingError::Stopped => FlowError::Overloaded(std::time::Duration::from_secs(1)),
    }
}

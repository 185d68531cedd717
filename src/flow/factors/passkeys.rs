//! Enrolling a passkey (WebAuthn §7.1; inventory M2, experience.md page 13): as a second factor and as the only
//! credential alike, because each is discoverable and verifies its user.

use serde_json::Value;
use uuid::Uuid;

use crate::{
    authn::{
        assurance::Proof,
        factor::MfaMethod,
        passkey::{CHALLENGE_LIFE, Ceremony, Known, MAX_PASSKEYS, NewPasskey, Owner, PasskeyError},
    },
    base::moment::Moment,
    flow::{
        error::FlowError,
        factors::{Enrolling, Proved, Refusal},
        node::Node,
    },
    store::{
        self, StoreError,
        passkey::{Challenge, ChallengeKind, StoredPasskey},
    },
};

/// What became of the wish for a passkey.
pub enum BeginPasskey {
    /// For `navigator.credentials.create`: `{"publicKey": …}`, in JSON.
    Options(Value),
    /// Not now.
    Refused(Refusal),
    /// The person has as many as anybody may have.
    TooMany,
    /// This site has none: its host is an address.
    Unavailable,
}

/// Asks the browser to make a passkey. `vendor` names the site in its dialog.
pub async fn begin_passkey(node: &Node, enrolling: &Enrolling<'_>, vendor: &str) -> Result<BeginPasskey, FlowError> {
    let Some(site) = &node.passkeys else { return Ok(BeginPasskey::Unavailable) };
    let now = node.now();
    let user = enrolling.session.user_id;
    let mut tx = node.db.read().await?;
    if let Err(refusal) = enrolling.permit(&mut tx, MfaMethod::Passkey, now).await? {
        return Ok(BeginPasskey::Refused(refusal));
    }
    let Some(person) = store::user::find(&mut tx, user).await? else {
        return Ok(BeginPasskey::Refused(Refusal::SignInAgain));
    };
    let stored = store::passkey::of_user(&mut tx, user).await?;
    drop(tx);
    if stored.len() >= MAX_PASSKEYS {
        return Ok(BeginPasskey::TooMany);
    }
    let label = person.label();
    let owner = Owner { id: user.uuid(), user_name: &person.user_name, display_name: &label };
    let ceremony = site.begin_registration(owner, vendor, &known(&stored)).map_err(unreadable)?;
    let options = ask(node, enrolling, ceremony, now).await?;
    Ok(BeginPasskey::Options(options))
}

async fn ask(node: &Node, enrolling: &Enrolling<'_>, ceremony: Ceremony, now: Moment) -> Result<Value, FlowError> {
    let challenge = Challenge { id: node.entropy.uuid(now), state: ceremony.state };
    let (kind, user) = (ChallengeKind::Register, Some(enrolling.session.user_id));
    let mut tx = node.db.write().await?;
    store::passkey::ask(&mut tx, enrolling.flow, kind, user, &challenge, now, now.plus(CHALLENGE_LIFE)).await?;
    tx.commit().await?;
    Ok(ceremony.options)
}

/// What became of the browser's answer.
pub enum FinishPasskey {
    /// The passkey counts; having it was proved by this.
    Enrolled {
        /// The open transaction.
        proved: Box<Proved>,
        /// The passkey, to be named.
        id: Uuid,
        /// The name that its model suggests; empty if none.
        name: String,
    },
    /// The answer does not verify.
    Rejected,
    /// Somebody has this passkey already.
    Exists,
    /// Nothing was asked here, or too long ago.
    Gone,
}

/// Checks the answer and stores the passkey. The challenge is used up, whatever the answer is worth.
pub async fn finish_passkey(node: &Node, enrolling: &Enrolling<'_>, answer: &str) -> Result<FinishPasskey, FlowError> {
    let (Some(site), true) = (&node.passkeys, enrolling.rules.allows(MfaMethod::Passkey)) else {
        return Ok(FinishPasskey::Gone);
    };
    let now = node.now();
    let user = enrolling.session.user_id;
    let mut tx = node.db.read().await?;
    let asked = store::passkey::asked(&mut tx, enrolling.flow, ChallengeKind::Register, Some(user), now).await?;
    drop(tx);
    let Some(challenge) = asked else { return Ok(FinishPasskey::Gone) };
    let passkey = site.finish_registration(answer, &challenge.state);
    let mut tx = node.db.write().await?;
    let held = enrolling.hold(&mut tx, now).await?;
    let answered = store::passkey::answer(&mut tx, enrolling.flow, ChallengeKind::Register, challenge.id, now).await?;
    let (Some(holding), true) = (held, answered) else {
        tx.rollback().await?;
        return Ok(FinishPasskey::Gone);
    };
    let passkey: NewPasskey = match passkey {
        Ok(passkey) => passkey,
        Err(error) => {
            tracing::info!(%error, "a new passkey was refused");
            let event = enrolling.event(node, now, "factor.added").detail("method", MfaMethod::Passkey.text());
            store::audit::record(&mut tx, &event.failed("passkey")).await?;
            tx.commit().await?;
            return Ok(FinishPasskey::Rejected);
        }
    };
    let id = node.entropy.uuid(now);
    match store::passkey::insert(&mut tx, id, user, &passkey, now).await {
        Ok(()) => {}
        Err(StoreError::Conflict(_)) => return Ok(FinishPasskey::Exists),
        Err(error) => return Err(error.into()),
    }
    store::factor::forget_postponed(&mut tx, user).await?;
    let event = enrolling.event(node, now, "factor.added").detail("method", MfaMethod::Passkey.text());
    store::audit::record(&mut tx, &event).await?;
    let proof = Proof::Passkey { synchronised: passkey.synchronised };
    let proved = Box::new(Proved { tx, user, epoch: holding.epoch, proof, recovery_left: None });
    Ok(FinishPasskey::Enrolled { proved, id, name: passkey.name.unwrap_or_default() })
}

pub(super) fn known(stored: &[StoredPasskey]) -> Vec<Known<'_>> {
    stored.iter().map(|passkey| Known { credential_id: &passkey.credential_id }).collect()
}

pub(super) fn unreadable(error: PasskeyError) -> FlowError {
    tracing::error!(%error, "a passkey ceremony cannot begin");
    FlowError::Corrupt("passkey")
}

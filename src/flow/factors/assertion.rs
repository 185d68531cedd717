//! Proving a passkey (WebAuthn §7.2): as a second factor of somebody who is known, or alone (experience.md pages 1, 3).

use serde_json::Value;

use super::verify::{FactorProof, FactorVerdict, factor_event};
use crate::{
    authn::{
        assurance::Proof,
        factor::{FlowId, MfaMethod},
        passkey::{Asserted, Assertion, CHALLENGE_LIFE, Passkeys},
    },
    base::{id::UserId, moment::Moment},
    flow::{
        caller::Caller,
        error::FlowError,
        factors::{
            Proved,
            passkeys::{known, unreadable},
        },
        node::Node,
        snapshot::Snapshot,
    },
    identity::audit::{Actor, AuditEvent},
    store::{
        self, Tx,
        passkey::{Challenge, ChallengeKind, StoredPasskey},
    },
};

/// Asks a browser for one of the passkeys of `user`, as a second factor; `None` if there is none to ask for. The answer
/// goes to `verify_factor`.
pub async fn begin_assertion(node: &Node, user: UserId, flow: FlowId) -> Result<Option<Value>, FlowError> {
    let Some(site) = &node.passkeys else { return Ok(None) };
    let stored = store::passkey::of_user(&mut node.db.read().await?, user).await?;
    if stored.is_empty() {
        return Ok(None);
    }
    ask(node, site, flow, ChallengeKind::SecondFactor, Some(user), &stored).await.map(Some)
}

/// Asks a browser for a passkey of whoever sits in front of it: by the button of the sign-in page or, with `mediation:
/// "conditional"` set by the page, in the menu of its name field. `None` if the site has no passkeys. The same for
/// everybody: nobody is known yet. The answer goes to [`finish_sign_in`].
pub async fn begin_sign_in(node: &Node, snapshot: &Snapshot, flow: FlowId) -> Result<Option<Value>, FlowError> {
    match &node.passkeys {
        Some(site) if stands_alone(snapshot) => ask(node, site, flow, ChallengeKind::SignIn, None, &[]).await.map(Some),
        _ => Ok(None),
    }
}

/// Whether the instance lets a passkey sign somebody in without a password.
fn stands_alone(snapshot: &Snapshot) -> bool {
    snapshot.settings.instance(&crate::config::settings::MFA_METHODS).contains(&MfaMethod::Passkey)
}

async fn ask(
    node: &Node,
    site: &Passkeys,
    flow: FlowId,
    kind: ChallengeKind,
    user: Option<UserId>,
    stored: &[StoredPasskey],
) -> Result<Value, FlowError> {
    let now = node.now();
    let ceremony = site.begin_authentication(&known(stored)).map_err(unreadable)?;
    let challenge = Challenge { id: node.entropy.uuid(now), state: ceremony.state };
    let mut tx = node.db.write().await?;
    store::passkey::ask(&mut tx, flow, kind, user, &challenge, now, now.plus(CHALLENGE_LIFE)).await?;
    tx.commit().await?;
    Ok(ceremony.options)
}

/// A challenge and what came back for it.
struct Answered {
    challenge: Challenge,
    found: Option<(StoredPasskey, Asserted)>,
    /// The answer can be read, but nobody has its passkey.
    unknown: bool,
}

/// Looks the challenge up and checks the answer, in no transaction; `None` if nothing was asked.
async fn check(
    node: &Node,
    flow: FlowId,
    kind: ChallengeKind,
    user: Option<UserId>,
    answer: &str,
) -> Result<Option<Answered>, FlowError> {
    let Some(site) = &node.passkeys else { return Ok(None) };
    let mut tx = node.db.read().await?;
    let asked = store::passkey::asked(&mut tx, flow, kind, user, node.now()).await?;
    let Some(challenge) = asked else { return Ok(None) };
    let nothing = |challenge, unknown| Ok(Some(Answered { challenge, found: None, unknown }));
    let Ok(assertion) = Assertion::read(answer) else { return nothing(challenge, false) };
    let stored = store::passkey::find(&mut tx, &assertion.credential_id()).await?;
    drop(tx);
    let Some(stored) = stored else { return nothing(challenge, true) };
    // As the only credential the authenticator must say whose it is (WebAuthn §7.2 step 6); as a second factor it may.
    let owner = stored.user.uuid();
    let its_owner = match user {
        Some(user) => stored.user == user && !assertion.names_another(owner),
        None => assertion.user_handle() == Some(owner),
    };
    if !its_owner {
        return nothing(challenge, false);
    }
    match site.finish_authentication(&assertion, &challenge.state, &stored.credential) {
        Ok(asserted) => Ok(Some(Answered { challenge, found: Some((stored, asserted)), unknown: false })),
        Err(error) => {
            tracing::info!(%error, "an answer with a passkey was refused");
            nothing(challenge, false)
        }
    }
}

/// What the transaction that uses a challenge up came to.
enum Used {
    Proved(Box<Proved>),
    Wrong(Tx),
    Gone,
}

/// Uses the challenge up, once, and the passkey's count (D14).
async fn use_up(
    node: &Node,
    flow: FlowId,
    kind: ChallengeKind,
    answered: Answered,
    now: Moment,
) -> Result<Used, FlowError> {
    let mut tx = node.db.write().await?;
    let owner = answered.found.as_ref().map(|(stored, _)| stored.user);
    let epoch = match owner {
        Some(user) => store::user::hold(&mut tx, user).await?,
        None => None,
    };
    if !store::passkey::answer(&mut tx, flow, kind, answered.challenge.id, now).await? {
        tx.rollback().await?;
        return Ok(Used::Gone);
    }
    let (Some((stored, asserted)), Some(epoch)) = (answered.found, epoch) else { return Ok(Used::Wrong(tx)) };
    let Asserted { credential, synchronised, counter } = asserted;
    if !store::passkey::used(&mut tx, stored.id, &credential, synchronised, counter, now).await? {
        return Ok(Used::Wrong(tx));
    }
    // Whoever holds a passkey is the owner: a hundred wrong passwords of strangers are over (S5 L3).
    store::lockout::lift_switch_off(&mut tx, stored.user).await?;
    let proof = Proof::Passkey { synchronised };
    Ok(Used::Proved(Box::new(Proved { tx, user: stored.user, epoch, proof, recovery_left: None })))
}

/// A passkey as a second factor; called by `verify_factor` only.
pub(super) async fn verify_second(
    node: &Node,
    proof: &FactorProof<'_>,
    answer: &str,
) -> Result<FactorVerdict, FlowError> {
    let kind = ChallengeKind::SecondFactor;
    let Some(answered) = check(node, proof.flow, kind, Some(proof.user), answer).await? else {
        return Ok(FactorVerdict::Gone);
    };
    let now = node.now();
    let event = |action| factor_event(node, now, action, proof).detail("method", MfaMethod::Passkey.text());
    match use_up(node, proof.flow, kind, answered, now).await? {
        Used::Proved(mut proved) => {
            store::audit::record(&mut proved.tx, &event("factor.proved")).await?;
            Ok(FactorVerdict::Proved(proved))
        }
        Used::Wrong(mut tx) => {
            store::audit::record(&mut tx, &event("factor.failed").failed("wrong")).await?;
            tx.commit().await?;
            Ok(FactorVerdict::Wrong)
        }
        Used::Gone => Ok(FactorVerdict::Gone),
    }
}

/// What became of an answer to [`begin_sign_in`].
pub enum PasskeySignIn {
    /// Somebody proved who they are, all alone with their passkey (`Assurance::of(proved.proof)`): a session is to be
    /// opened in the transaction.
    Proved(Box<Proved>),
    /// Nobody has this passkey: the browser may be told to forget it (`signalUnknownCredential`).
    Unknown,
    /// The answer does not verify, or its owner may not sign in: nobody is told which (D31).
    Rejected,
    /// Nothing was asked here, or too long ago.
    Gone,
}

/// Verifies an answer that stands alone. An automatic lock of the password does not concern it (D13).
pub async fn finish_sign_in(
    node: &Node,
    snapshot: &Snapshot,
    flow: FlowId,
    answer: &str,
    client_id: Option<&str>,
    caller: &Caller,
) -> Result<PasskeySignIn, FlowError> {
    let kind = ChallengeKind::SignIn;
    if !stands_alone(snapshot) {
        return Ok(PasskeySignIn::Gone);
    }
    let Some(answered) = check(node, flow, kind, None, answer).await? else { return Ok(PasskeySignIn::Gone) };
    let now = node.now();
    let (unknown, owner) = (answered.unknown, answered.found.as_ref().map(|(stored, _)| stored.user));
    match use_up(node, flow, kind, answered, now).await? {
        Used::Proved(proved) => Ok(PasskeySignIn::Proved(proved)),
        Used::Wrong(mut tx) => {
            let event = AuditEvent::new(&*node.entropy, now, "signin.failed", Actor::Anonymous)
                .caller(caller.browser.ip.clone(), caller.request_id.clone())
                .detail("method", MfaMethod::Passkey.text())
                .failed(if unknown { "unknown" } else { "passkey" });
            let event = client_id.map_or_else(|| event.clone(), |client| event.clone().client(client));
            let event = owner.map_or_else(|| event.clone(), |user| event.clone().target("user", user.text()));
            store::audit::record(&mut tx, &event).await?;
            tx.commit().await?;
            Ok(if unknown { PasskeySignIn::Unknown } else { PasskeySignIn::Rejected })
        }
        Used::Gone => Ok(PasskeySignIn::Gone),
    }
}

//! Second factors: prove, enrol, list, remove, reset; and what proving one does to a session (D4, D18, D29; inventory
//! M1–M30).
//!
//! [`assess`] says what is to happen, [`verify::verify_factor`] is the one way to prove a factor, the other files enrol
//! them. What a proof was consumed in is an open transaction: whoever receives a [`Proved`] puts into it what the proof
//! buys, usually [`raise::raise_session`], and commits (D14). Dropped, it is as if nothing had been proved.

use crate::{
    authn::{
        assurance::Proof,
        factor::{FlowId, MfaMethod},
        mfa_policy::{Change, MfaRules, may_change},
        one_time_code::Channel,
    },
    base::{id::UserId, moment::Moment},
    flow::{caller::Caller, error::FlowError, node::Node},
    identity::audit::{Actor, AuditEvent},
    store::{self, Tx, session::Session},
};

pub mod assertion;
pub mod assess;
pub mod codes;
pub mod list;
pub mod passkeys;
pub mod raise;
pub mod recovery;
pub mod reset;
pub mod totp;
pub mod trust;
pub mod verify;

/// A proof that counts. It was consumed in `tx`, which is still open.
#[must_use = "dropped, it is as if nothing had been proved: commit `tx`"]
pub struct Proved {
    /// The transaction to put into it what the proof buys, and to commit.
    pub tx: Tx,
    /// Whose proof it is.
    pub user: UserId,
    /// The user's epoch: a session of another one is not raised.
    pub epoch: i64,
    /// What was proved.
    pub proof: Proof,
    /// Recovery codes that are left, where one was used: none left, or few, is worth a word.
    pub recovery_left: Option<u32>,
}

/// Somebody about to change their own factors, in a session.
#[derive(Clone, Copy)]
pub struct Enrolling<'a> {
    /// The live session. Its proof must be fresh (D29) and of the strongest factor there is (Q74).
    pub session: &'a Session,
    /// What a pending enrolment is bound to.
    pub flow: FlowId,
    /// The rules in force: the scope that asks to enrol, or the instance's on the pages of the account.
    pub rules: &'a MfaRules,
    /// The browser.
    pub caller: &'a Caller,
}

/// Why a factor may not be changed now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// `mfa.methods` or `mfa.policy` does not allow it.
    NotAllowed,
    /// One of these is to be proved first ([`verify::verify_factor`], then [`raise::raise_session`]).
    Prove(Vec<MfaMethod>),
    /// The person is to sign in again first.
    SignInAgain,
}

/// User and session, held by the transaction that changes a factor.
struct Holding {
    epoch: i64,
    session: Session,
}

impl Enrolling<'_> {
    /// Whether `method` may be enrolled now.
    async fn permit(&self, tx: &mut Tx, method: MfaMethod, now: Moment) -> Result<Result<(), Refusal>, FlowError> {
        if !self.rules.allows(method) {
            return Ok(Err(Refusal::NotAllowed));
        }
        permit_change(tx, self.session, now).await
    }

    /// Holds user and session for the transaction that changes a factor; `None` if either is not what it was.
    async fn hold(&self, tx: &mut Tx, now: Moment) -> Result<Option<Holding>, FlowError> {
        let Some(epoch) = store::user::hold(tx, self.session.user_id).await? else { return Ok(None) };
        let session = store::session::hold(tx, self.session.id, now).await?;
        let same = session.filter(|it| it.user_id == self.session.user_id && it.user_epoch == epoch);
        Ok(same.map(|session| Holding { epoch, session }))
    }

    fn event(&self, node: &Node, now: Moment, action: &'static str) -> AuditEvent {
        event(node, now, action, self.session.user_id, self.caller)
    }
}

/// Whether factors may be changed in a session.
async fn permit_change(tx: &mut Tx, session: &Session, now: Moment) -> Result<Result<(), Refusal>, FlowError> {
    let held = assess::held(tx, session.user_id, &[]).await?;
    Ok(match may_change(&held, session.acr, session.auth_time, now) {
        Change::Allowed => Ok(()),
        Change::Prove(methods) => Err(Refusal::Prove(methods)),
        Change::SignInAgain => Err(Refusal::SignInAgain),
    })
}

/// An entry about somebody's own factors.
fn event(node: &Node, now: Moment, action: &'static str, user: UserId, caller: &Caller) -> AuditEvent {
    AuditEvent::new(&*node.entropy, now, action, Actor::User(user))
        .target("user", user.text())
        .caller(caller.browser.ip.clone(), caller.request_id.clone())
}

/// What codes can be sent by, where nothing is known of it: both, because without a provider messages are captured.
pub const CHANNELS: [Channel; 2] = [Channel::Email, Channel::Sms];

//! The one function that verifies a second factor, for every path there is (D4; security.md S5 L5, S8; inventory M28).
//!
//! A slot in two buckets of user and factor is taken first, in a transaction of its own: one for the tries of a quarter
//! of an hour, one for those of a day. What was typed is then compared, and consumed in the transaction that the caller
//! goes on with. Nothing here counts against the password.

use crate::{
    authn::{
        assurance::Proof,
        factor::{FlowId, MfaMethod},
        lockout::{BucketKey, Consequence, LockoutSettings, SLOT_WAIT},
        one_time_code::{Channel, CodePurpose},
        totp::Seed,
    },
    base::{id::UserId, moment::Moment},
    flow::{
        caller::Caller,
        error::FlowError,
        factors::{Proved, assertion, codes, event, recovery, totp},
        node::Node,
        outbox::{Desk, notices},
        slots::{self, Limit, Reserved, TURN_WAIT},
        snapshot::Snapshot,
    },
    identity::audit::AuditEvent,
    store::{self, StoreError, Tx, lockout::Decided, one_time_code::CodePlace},
};

/// What somebody presents as a second factor.
#[derive(Clone, Copy)]
pub enum Answer<'a> {
    /// A code of the authenticator app.
    Totp(&'a str),
    /// A recovery code.
    Recovery(&'a str),
    /// A code by mail or SMS.
    Code {
        /// What carried it.
        channel: Channel,
        /// What it is to be good for.
        purpose: CodePurpose,
        /// What it is about, as [`codes::remember_code`] was told: the address or number to be verified; else empty.
        about: &'a str,
        /// The six digits.
        typed: &'a str,
    },
    /// What a browser says for a passkey ([`assertion::begin_assertion`]), in JSON.
    Passkey(&'a str),
}

impl Answer<'_> {
    /// The method it belongs to.
    pub const fn method(&self) -> MfaMethod {
        match self {
            Self::Totp(_) => MfaMethod::Totp,
            Self::Recovery(_) => MfaMethod::Recovery,
            Self::Code { channel, .. } => channel.method(),
            Self::Passkey(_) => MfaMethod::Passkey,
        }
    }
}

/// Who presents it, and where.
#[derive(Clone, Copy)]
pub struct FactorProof<'a> {
    /// Whose factor it is to be: known by a password, a session, an approval.
    pub user: UserId,
    /// The flow that a code or a challenge was made for.
    pub flow: FlowId,
    /// What is presented.
    pub answer: Answer<'a>,
    /// The client on whose behalf the user signs in.
    pub client_id: Option<&'a str>,
    /// Where it comes from.
    pub caller: &'a Caller,
}

/// What it is worth. Only [`FactorVerdict::Wrong`] was counted.
pub enum FactorVerdict {
    /// It counts.
    Proved(Box<Proved>),
    /// It is wrong, or there is nothing to compare it with.
    Wrong,
    /// It was right and has been used before; an app shows another one in half a minute.
    Used,
    /// No code or challenge is open in this flow: none was sent, it is too old, or it was tried five times.
    Gone,
    /// Too many were wrong: none is taken until then; [`Moment::MAX`]: until the factor is enrolled anew or reset.
    Locked(Moment),
    /// The method is not among those allowed here.
    NotAllowed,
}

/// Verifies. `allowed` are the methods of the decision that asked (`Decision::Prove`, `Refusal::Prove`): no other is
/// even looked at, whatever a form says.
///
/// # Errors
/// When the database fails, or there is too much to do; a slot that was taken then counts as a failure after thirty
/// seconds.
pub async fn verify_factor(
    node: &Node,
    snapshot: &Snapshot,
    proof: &FactorProof<'_>,
    allowed: &[MfaMethod],
) -> Result<FactorVerdict, FlowError> {
    let method = proof.answer.method();
    if !allowed.contains(&method) {
        return Ok(FactorVerdict::NotAllowed);
    }
    // A signature cannot be guessed: passkeys are never blocked (D13), so nobody can block them for somebody else.
    if let Answer::Passkey(answer) = proof.answer {
        return assertion::verify_second(node, proof, answer).await;
    }
    let attempt = FactorAttempt::new(proof, method);
    let Some(_turn) = node.factor_turns.enter(attempt.key.as_str(), TURN_WAIT).await else {
        return Err(FlowError::Overloaded(SLOT_WAIT));
    };
    let slots = match slots::reserve(
        &node.db,
        &*node.clock,
        &*node.entropy,
        &attempt.limits(),
        &Watch { attempt: &attempt, node },
    )
    .await?
    {
        Reserved::Slots(slots) => slots,
        Reserved::Locked => return attempt.locked(node).await,
        Reserved::Busy => return Err(FlowError::Overloaded(SLOT_WAIT)),
    };
    match check(node, snapshot, proof).await {
        Ok(Checked::Right(right)) => attempt.succeed(node, snapshot, *right, &slots).await,
        Ok(Checked::Wrong) => attempt.fail(node, &slots).await,
        Ok(Checked::Used) => slots::release(&node.db, &slots).await.map(|()| FactorVerdict::Used).map_err(Into::into),
        Ok(Checked::Gone) => slots::release(&node.db, &slots).await.map(|()| FactorVerdict::Gone).map_err(Into::into),
        Err(error) => {
            slots::release(&node.db, &slots).await?;
            Err(error)
        }
    }
}

/// What comparing found.
pub(super) enum Checked {
    /// It is right, and consumed in this transaction.
    Right(Box<Right>),
    Wrong,
    Used,
    Gone,
}

/// A proof on its way to be one.
pub(super) struct Right {
    pub(super) tx: Tx,
    pub(super) epoch: i64,
    pub(super) proof: Proof,
    pub(super) recovery_left: Option<u32>,
}

async fn check(node: &Node, snapshot: &Snapshot, proof: &FactorProof<'_>) -> Result<Checked, FlowError> {
    match proof.answer {
        Answer::Totp(typed) => check_totp(node, proof.user, typed).await,
        Answer::Recovery(typed) => recovery::check(node, snapshot, proof.user, typed).await,
        Answer::Code { channel, purpose, about, typed } => {
            let place = CodePlace { user: proof.user, purpose, flow: proof.flow, channel };
            codes::check(node, snapshot, place, about, typed).await
        }
        Answer::Passkey(_) => Ok(Checked::Wrong),
    }
}

async fn check_totp(node: &Node, user: UserId, typed: &str) -> Result<Checked, FlowError> {
    let now = node.now();
    let stored = store::totp::active(&mut node.db.read().await?, user).await?;
    // Who has no app gets the answer of who has one, after the same work.
    let seed = match &stored {
        Some(stored) => totp::open_seed(node, stored)?,
        None => Seed::generate(&*node.entropy),
    };
    let (Some(step), Some(stored)) = (seed.step_of(typed, now), stored) else { return Ok(Checked::Wrong) };
    let mut tx = node.db.write().await?;
    let Some(epoch) = store::user::hold(&mut tx, user).await? else {
        tx.rollback().await?;
        return Ok(Checked::Gone);
    };
    if !store::totp::use_step(&mut tx, user, stored.id, step, now).await? {
        tx.rollback().await?;
        return Ok(Checked::Used);
    }
    Ok(Checked::Right(Box::new(Right { tx, epoch, proof: Proof::Totp, recovery_left: None })))
}

/// An attempt at one factor of one user, and what it is counted in.
struct FactorAttempt<'a> {
    proof: &'a FactorProof<'a>,
    method: MfaMethod,
    key: BucketKey,
    day_key: BucketKey,
    settings: LockoutSettings,
    day_settings: LockoutSettings,
}

impl<'a> FactorAttempt<'a> {
    fn new(proof: &'a FactorProof<'a>, method: MfaMethod) -> Self {
        Self {
            proof,
            method,
            key: BucketKey::factor(proof.user, method),
            day_key: BucketKey::factor_day(proof.user, method),
            settings: LockoutSettings::factor(),
            day_settings: LockoutSettings::factor_day(),
        }
    }

    fn limits(&self) -> [Limit<'_>; 2] {
        [Limit { key: &self.key, settings: &self.settings }, Limit { key: &self.day_key, settings: &self.day_settings }]
    }

    /// A success ends the series; the day's count goes on (S8: twenty a day keep the arithmetic).
    async fn succeed(
        &self,
        node: &Node,
        snapshot: &Snapshot,
        right: Right,
        slots: &[uuid::Uuid],
    ) -> Result<FactorVerdict, FlowError> {
        let Right { mut tx, epoch, proof, recovery_left } = right;
        store::lockout::clear(&mut tx, &self.key).await?;
        for slot in slots {
            store::lockout::release(&mut tx, *slot).await?;
        }
        store::audit::record(&mut tx, &self.event(node, node.now(), "factor.proved")).await?;
        let user = self.proof.user;
        if let Some(left) = recovery_left {
            self.tell_of_recovery(&mut tx, Desk::of(node, snapshot, node.now()), left).await?;
        }
        Ok(FactorVerdict::Proved(Box::new(Proved { tx, user, epoch, proof, recovery_left })))
    }

    /// Whoever lost a device is told what stood in for it, and how often it still can (S8).
    async fn tell_of_recovery(&self, tx: &mut Tx, desk: Desk<'_>, left: u32) -> Result<(), FlowError> {
        let Some(person) = store::user::find(tx, self.proof.user).await? else { return Ok(()) };
        Ok(notices::recovery_code_used(tx, desk, &person, left, &self.proof.caller.browser).await?)
    }

    async fn fail(&self, node: &Node, slots: &[uuid::Uuid]) -> Result<FactorVerdict, FlowError> {
        let now = node.now();
        let mut tx = node.db.write().await?;
        for (limit, slot) in self.limits().into_iter().zip(slots) {
            let (consequence, _) = store::lockout::fail(&mut tx, limit.key, *slot, limit.settings, now).await?;
            if let Consequence::LockedUntil(until) = consequence {
                let event = self.event(node, now, "factor.locked").detail("until", until.to_string());
                store::audit::record(&mut tx, &event).await?;
            }
        }
        store::audit::record(&mut tx, &self.event(node, now, "factor.failed").failed("wrong")).await?;
        tx.commit().await?;
        Ok(FactorVerdict::Wrong)
    }

    async fn locked(&self, node: &Node) -> Result<FactorVerdict, FlowError> {
        let now = node.now();
        let mut tx = node.db.write().await?;
        let mut until = now;
        for limit in self.limits() {
            until = until.max(store::lockout::lock_of(&mut tx, limit.key, now).await?.unwrap_or(now));
        }
        store::audit::record(&mut tx, &self.event(node, now, "factor.failed").failed("locked")).await?;
        tx.commit().await?;
        Ok(FactorVerdict::Locked(until))
    }

    fn event(&self, node: &Node, now: Moment, action: &'static str) -> AuditEvent {
        factor_event(node, now, action, self.proof).detail("method", self.method.text())
    }
}

/// Writes down what became of proofs that were given up.
struct Watch<'a> {
    attempt: &'a FactorAttempt<'a>,
    node: &'a Node,
}

impl slots::Witness for Watch<'_> {
    async fn given_up(&self, tx: &mut Tx, _: &BucketKey, decided: Decided) -> Result<(), StoreError> {
        let (attempt, now) = (self.attempt, self.node.now());
        let failed = attempt.event(self.node, now, "factor.failed").failed("given_up");
        store::audit::record(tx, &failed.detail("times", decided.given_up.to_string())).await?;
        let Some(until) = decided.locked_until else { return Ok(()) };
        let locked = attempt.event(self.node, now, "factor.locked").detail("until", until.to_string());
        store::audit::record(tx, &locked).await
    }
}

/// An entry about a factor that was presented.
pub(super) fn factor_event(node: &Node, now: Moment, action: &'static str, proof: &FactorProof<'_>) -> AuditEvent {
    let event = event(node, now, action, proof.user, proof.caller);
    match proof.client_id {
        Some(client_id) => event.client(client_id),
        None => event,
    }
}

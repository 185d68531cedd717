//! Second factors within the hosted sign-in: proving one, and enrolling one; each raises the session in place (domain.md 4;
//! protocol.md B30, P6; RFC 9470 §4).

use serde_json::Value;
use uuid::Uuid;

use crate::{
    authn::{
        factor::{FlowId, MfaMethod},
        mfa_policy::MfaRules,
    },
    base::{moment::Moment, secret::Secret},
    flow::{
        authorize::Attempt,
        caller::Caller,
        demand::passkeys_stand_alone,
        error::{FlowError, chain},
        factors::{
            Enrolling, Proved, Refusal, assertion,
            passkeys::{BeginPasskey, FinishPasskey, begin_passkey, finish_passkey},
            raise::raise_session,
            recovery::{CreateCodes, create_recovery_codes},
            totp::{BeginTotp, ConfirmTotp, TotpOffer, begin_totp, confirm_totp},
            trust::{Trust, TrustCookie, trust_browser},
            verify::{Answer, FactorProof, FactorVerdict, verify_factor},
        },
        interaction::{Confirm, Progress, Step},
        issue_code::NewSecret,
        outbox::{Desk, notices},
        survey::{Findings, Journey},
    },
    store::{self, session::Session},
};

/// What became of a factor that was presented.
pub enum Proving {
    /// It counts; the browser gets its cookies, and the attempt goes on.
    Raised(Box<Raised>),
    /// It is wrong.
    Wrong,
    /// It was right and has been used before.
    Used,
    /// No code or challenge is open in this attempt.
    Gone,
    /// None is taken until then; [`Moment::MAX`]: until the factor is enrolled anew or reset.
    Locked(Moment),
    /// Something else is due.
    Stale(Box<Step>),
    /// The attempt was answered meanwhile.
    Finished,
}

/// A raised session, for the browser.
pub struct Raised {
    /// The session's new secret.
    pub session: NewSecret,
    /// The cookie of a browser that is trusted from now on.
    pub trust: Option<TrustCookie>,
    /// Recovery codes, to be shown once.
    pub codes: Vec<Secret<String>>,
    /// How many recovery codes are left, where one was used.
    pub recovery_left: Option<u32>,
    /// A new passkey, which can be named.
    pub passkey: Option<Uuid>,
}

/// What became of the wish to enrol a factor.
pub enum Offered<T> {
    /// It goes on.
    Offer(T),
    /// Something else is due, such as proving who it is again (D29, Q74).
    Elsewhere(Box<Step>),
    /// The person has as many as anybody may have, or the site has none of this kind.
    Unavailable,
}

/// What became of the answer that completes a factor.
pub enum Enrolled {
    /// The factor counts, and was proved by this.
    Raised(Box<Raised>),
    /// It is wrong, and may be tried again.
    Wrong,
    /// Somebody has this passkey already.
    Exists,
    /// Nothing is being set up here, or not any more: it begins anew.
    Gone,
    /// Something else is due.
    Stale(Box<Step>),
    /// The attempt was answered meanwhile.
    Finished,
}

/// What is kept of a proof that went well.
enum Lifted {
    Done(Box<(Raised, Session)>),
    Finished,
    Gone,
}

impl Journey<'_> {
    /// Verifies a factor, if one is what is due, raises the session, and trusts the browser if that is wished and allowed.
    pub async fn prove(
        &self,
        attempt: &Attempt,
        answer: Answer<'_>,
        trust: bool,
        caller: &Caller,
    ) -> Result<Proving, FlowError> {
        let (findings, step) = self.look(caller).await?;
        let (Step::ProveFactor { methods, .. }, Some(session), Some(demand)) =
            (&step, &findings.session, &findings.demand)
        else {
            return Ok(Proving::Stale(Box::new(step)));
        };
        let flow = FlowId::Attempt(attempt.id);
        let proof = FactorProof { user: session.user_id, flow, answer, client_id: Some(self.client.id()), caller };
        let proved = match verify_factor(self.node, self.snapshot, &proof, methods).await? {
            FactorVerdict::Proved(proved) => proved,
            FactorVerdict::Wrong => return Ok(Proving::Wrong),
            FactorVerdict::Used => return Ok(Proving::Used),
            FactorVerdict::Gone => return Ok(Proving::Gone),
            FactorVerdict::Locked(until) => return Ok(Proving::Locked(until)),
            FactorVerdict::NotAllowed => return Ok(Proving::Stale(Box::new(step))),
        };
        let trusted = trust.then_some(&demand.rules);
        Ok(match self.lift(*proved, attempt, session, trusted, caller).await? {
            Lifted::Done(done) => Proving::Raised(Box::new(done.0)),
            Lifted::Finished => Proving::Finished,
            Lifted::Gone => Proving::Gone,
        })
    }

    /// Puts into the transaction of a proof what it buys, and commits.
    async fn lift(
        &self,
        mut proved: Proved,
        attempt: &Attempt,
        session: &Session,
        trust: Option<&MfaRules>,
        caller: &Caller,
    ) -> Result<Lifted, FlowError> {
        let now = self.node.now();
        let Some(raised) = raise_session(&mut proved, self.node, session.id, now).await? else {
            proved.tx.rollback().await?;
            return Ok(Lifted::Gone);
        };
        let trust = match trust {
            Some(rules) => match trust_browser(&mut proved, self.node, rules, caller, now).await? {
                Trust::Cookie(cookie) => Some(cookie),
                Trust::Trusted | Trust::NotAllowed => None,
            },
            None => None,
        };
        let progress = Progress { confirm: None, ..attempt.progress.clone().within(session.id) };
        if !store::attempt::update(&mut proved.tx, attempt.id, &progress).await? {
            proved.tx.rollback().await?;
            return Ok(Lifted::Finished);
        }
        let recovery_left = proved.recovery_left;
        proved.tx.commit().await?;
        let secret = NewSecret { value: raised.cookie, keep: raised.keep };
        let done = Raised { session: secret, trust, codes: Vec::new(), recovery_left, passkey: None };
        Ok(Lifted::Done(Box::new((done, raised.session))))
    }

    /// Begins to set up an authenticator app, or shows again what was begun.
    pub async fn offer_totp(
        self,
        attempt: &Attempt,
        vendor: &str,
        caller: &Caller,
    ) -> Result<Offered<Box<TotpOffer>>, FlowError> {
        let (findings, step) = self.look(caller).await?;
        let Some(enrolling) = enrolling(&findings, &step, MfaMethod::Totp, attempt, caller) else {
            return Ok(Offered::Elsewhere(Box::new(step)));
        };
        match begin_totp(self.node, &enrolling, vendor).await? {
            BeginTotp::Offer(offer) => Ok(Offered::Offer(offer)),
            BeginTotp::Refused(refusal) => self.confirm(attempt, &findings, refusal, caller).await,
        }
    }

    /// Confirms the app by its first code.
    pub async fn enrol_totp(&self, attempt: &Attempt, typed: &str, caller: &Caller) -> Result<Enrolled, FlowError> {
        let (findings, step) = self.look(caller).await?;
        let Some(enrolling) = enrolling(&findings, &step, MfaMethod::Totp, attempt, caller) else {
            return Ok(Enrolled::Stale(Box::new(step)));
        };
        match confirm_totp(self.node, &enrolling, typed).await? {
            ConfirmTotp::Enrolled(mut proved) => {
                if let Some(person) = store::user::find(&mut proved.tx, proved.user).await? {
                    let (desk, browser) = (self.desk(), &caller.browser);
                    notices::factor_added(&mut proved.tx, desk, &person, MfaMethod::Totp, browser).await?;
                }
                self.enrolled(*proved, None, attempt, &findings, caller).await
            }
            ConfirmTotp::Wrong => Ok(Enrolled::Wrong),
            ConfirmTotp::Gone => Ok(Enrolled::Gone),
        }
    }

    /// What a browser is to be asked for a passkey: to make one, to prove one, or to sign somebody in by one alone,
    /// whichever is due.
    pub async fn passkey_options(
        self,
        attempt: &Attempt,
        vendor: &str,
        caller: &Caller,
    ) -> Result<Offered<Value>, FlowError> {
        let (findings, step) = self.look(caller).await?;
        let flow = FlowId::Attempt(attempt.id);
        let options = match (&step, &findings.session) {
            (Step::SignIn { .. }, _) if passkeys_stand_alone(self.node, self.snapshot) => {
                assertion::begin_sign_in(self.node, self.snapshot, flow).await?
            }
            (Step::ProveFactor { methods, .. }, Some(session)) if methods.contains(&MfaMethod::Passkey) => {
                assertion::begin_assertion(self.node, session.user_id, flow).await?
            }
            _ => {
                let Some(enrolling) = enrolling(&findings, &step, MfaMethod::Passkey, attempt, caller) else {
                    return Ok(Offered::Elsewhere(Box::new(step)));
                };
                match begin_passkey(self.node, &enrolling, vendor).await? {
                    BeginPasskey::Options(options) => Some(options),
                    BeginPasskey::Refused(refusal) => return self.confirm(attempt, &findings, refusal, caller).await,
                    BeginPasskey::TooMany | BeginPasskey::Unavailable => None,
                }
            }
        };
        Ok(options.map_or(Offered::Unavailable, Offered::Offer))
    }

    /// Takes the browser's answer for a new passkey.
    pub async fn enrol_passkey(&self, attempt: &Attempt, answer: &str, caller: &Caller) -> Result<Enrolled, FlowError> {
        let (findings, step) = self.look(caller).await?;
        let Some(enrolling) = enrolling(&findings, &step, MfaMethod::Passkey, attempt, caller) else {
            return Ok(Enrolled::Stale(Box::new(step)));
        };
        match finish_passkey(self.node, &enrolling, answer).await? {
            FinishPasskey::Enrolled { mut proved, id, name } => {
                if let Some(person) = store::user::find(&mut proved.tx, proved.user).await? {
                    notices::passkey_added(&mut proved.tx, self.desk(), &person, &name, &caller.browser).await?;
                }
                self.enrolled(*proved, Some(id), attempt, &findings, caller).await
            }
            FinishPasskey::Rejected => Ok(Enrolled::Wrong),
            FinishPasskey::Exists => Ok(Enrolled::Exists),
            FinishPasskey::Gone => Ok(Enrolled::Gone),
        }
    }

    fn desk(&self) -> Desk<'_> {
        Desk::of(self.node, self.snapshot, self.node.now())
    }

    /// Raises the session by the new factor. Whoever has no recovery codes gets some.
    async fn enrolled(
        &self,
        proved: Proved,
        passkey: Option<Uuid>,
        attempt: &Attempt,
        findings: &Findings,
        caller: &Caller,
    ) -> Result<Enrolled, FlowError> {
        let (Some(before), Some(demand)) = (&findings.session, &findings.demand) else { return Ok(Enrolled::Gone) };
        let (mut raised, session) = match self.lift(proved, attempt, before, None, caller).await? {
            Lifted::Done(done) => *done,
            Lifted::Finished => return Ok(Enrolled::Finished),
            Lifted::Gone => return Ok(Enrolled::Gone),
        };
        raised.passkey = passkey;
        let rules = &demand.rules;
        if rules.allows(MfaMethod::Recovery) && !demand.held.enrolled.contains(&MfaMethod::Recovery) {
            let enrolling = Enrolling { session: &session, flow: FlowId::Attempt(attempt.id), rules, caller };
            // The factor counts, and the browser must get its new cookie: codes can be made later.
            match create_recovery_codes(self.node, self.snapshot, &enrolling).await {
                Ok(CreateCodes::Created(codes)) => raised.codes = codes,
                Ok(CreateCodes::Refused(_)) => {}
                Err(error) => tracing::warn!(error = chain(&error), "no recovery codes were made"),
            }
        }
        Ok(Enrolled::Raised(Box::new(raised)))
    }

    /// Notes what is to be proved again before a factor is enrolled, and says what is due now.
    async fn confirm<T>(
        mut self,
        attempt: &Attempt,
        findings: &Findings,
        refusal: Refusal,
        caller: &Caller,
    ) -> Result<Offered<T>, FlowError> {
        let methods = match refusal {
            Refusal::NotAllowed => return Ok(Offered::Unavailable),
            Refusal::Prove(methods) => methods,
            Refusal::SignInAgain => Vec::new(),
        };
        if let Some(session) = &findings.session {
            let confirm = Some(Confirm { since: self.node.now(), methods });
            self.progress = Progress { confirm, ..attempt.progress.clone().within(session.id) };
            let mut tx = self.node.db.write().await?;
            store::attempt::update(&mut tx, attempt.id, &self.progress).await?;
            tx.commit().await?;
        }
        Ok(Offered::Elsewhere(Box::new(self.look(caller).await?.1)))
    }
}

/// Whoever enrols `method`, if that is what is due.
fn enrolling<'a>(
    findings: &'a Findings,
    step: &Step,
    method: MfaMethod,
    attempt: &Attempt,
    caller: &'a Caller,
) -> Option<Enrolling<'a>> {
    let Step::EnrolFactor { methods, .. } = step else { return None };
    let (session, demand) = (findings.session.as_ref()?, findings.demand.as_ref()?);
    let enrolling = Enrolling { session, flow: FlowId::Attempt(attempt.id), rules: &demand.rules, caller };
    methods.contains(&method).then_some(enrolling)
}

//! A person's telephone number: changed after a code that was sent to it (inventory M15; security.md Q66, Q70, Q84).

use std::time::Duration;

use crate::{
    authn::{
        factor::{FlowId, MfaMethod},
        one_time_code::{Channel, CodePurpose},
        send_limits::{SendPurpose, SendRefusal},
    },
    base::{moment::Moment, phone::PhoneNumber},
    config::settings::Site,
    flow::{
        account::{
            event,
            fresh::{Freshness, require_fresh},
            profile::is_managed,
        },
        caller::Caller,
        error::FlowError,
        factors::{
            codes::remember_code,
            verify::{Answer, FactorProof, FactorVerdict, verify_factor},
        },
        interaction::Confirm,
        may_send::{Destination, Sending, may_send},
        node::Node,
        outbox::{Desk, Enqueued, Letter, Recipient, enqueue, notices},
        snapshot::Snapshot,
    },
    identity::{attributes, user::User},
    notify::sms,
    store::{self, Tx, one_time_code::CodePlace, session::Session},
    theme::mails::SmsCode,
};

/// The kind of number that is kept here.
const KIND: &str = "mobile";

/// What became of the wish for another number.
#[derive(Clone, PartialEq, Debug)]
pub enum PhoneOutcome {
    /// A code is on its way to this number.
    Sent(PhoneNumber),
    /// The number is kept; where no code can be sent it is not verified.
    Saved,
    /// This is to be proved first.
    Prove(Confirm),
    /// It is no number that could be called.
    Malformed,
    /// Text messages do not go there.
    Unreachable,
    /// Too many were asked for: again after this long.
    Wait(Duration),
    /// A directory owns this login.
    Managed,
    /// The code is wrong.
    Wrong,
    /// No code is open: none was sent, it is too old, or it was tried five times.
    Gone,
    /// Too many were wrong: none is taken until then.
    Locked(Moment),
}

/// Somebody at their telephone number.
pub struct Phone<'a> {
    /// The node.
    pub node: &'a Node,
    /// The catalog.
    pub snapshot: &'a Snapshot,
    /// The session.
    pub session: &'a Session,
    /// The browser.
    pub caller: &'a Caller,
}

/// Whether a code can be sent to a number: through a carrier, or where messages are captured.
pub fn sends_codes(node: &Node, snapshot: &Snapshot) -> bool {
    sms::is_configured(&snapshot.settings) || node.site == Site::Loopback
}

/// The number that is kept here.
pub fn number_of(user: &User) -> Option<&attributes::PhoneNumber> {
    let numbers = &user.attributes.phone_numbers;
    numbers.iter().find(|phone| phone.kind.as_deref() == Some(KIND)).or_else(|| numbers.first())
}

impl Phone<'_> {
    /// Sends a code to a number, or keeps the number as it is where none can be sent.
    pub async fn ask(&self, typed: &str) -> Result<PhoneOutcome, FlowError> {
        let Ok(number) = PhoneNumber::parse(typed) else { return Ok(PhoneOutcome::Malformed) };
        let now = self.node.now();
        let mut tx = self.node.db.write().await?;
        let user = match self.hold(&mut tx, now).await? {
            Ok(user) => user,
            Err(outcome) => {
                tx.rollback().await?;
                return Ok(outcome);
            }
        };
        if !sends_codes(self.node, self.snapshot) {
            self.keep(&mut tx, user, Some((&number, false)), now).await?;
            tx.commit().await?;
            return Ok(PhoneOutcome::Saved);
        }
        let from = self.caller.browser.ip.as_deref().and_then(|ip| ip.parse().ok());
        let (purpose, to) = (SendPurpose::VerifyPhone, Destination::Sms(&number));
        let sending = Sending { purpose, to, user: Some(user.id), from };
        if let Err(refusal) = may_send(&mut tx, self.node, self.snapshot, &sending).await? {
            tx.commit().await?;
            return Ok(match refusal {
                SendRefusal::Wait(wait) | SendRefusal::Budget(wait) => PhoneOutcome::Wait(wait),
                SendRefusal::Country | SendRefusal::Range => PhoneOutcome::Unreachable,
            });
        }
        self.send(&mut tx, &user, &number, now).await?;
        tx.commit().await?;
        Ok(PhoneOutcome::Sent(number))
    }

    async fn send(&self, tx: &mut Tx, user: &User, number: &PhoneNumber, now: Moment) -> Result<(), FlowError> {
        let host = self.node.issuer.split("://").nth(1).unwrap_or_default().to_owned();
        let to = Recipient::at(user, number.as_str());
        let letter = Letter::new(&to, &SmsCode { host }).with_code(self.place().purpose.text(), Channel::Sms.life());
        let written = enqueue(tx, Desk::of(self.node, self.snapshot, now), letter).await?;
        if let Enqueued::Written { secret: Some(code), .. } = written {
            remember_code(tx, self.node, self.snapshot, self.place(), number.as_str(), &code).await?;
        }
        Ok(())
    }

    fn place(&self) -> CodePlace {
        CodePlace {
            user: self.session.user_id,
            purpose: CodePurpose::VerifyPhone,
            flow: FlowId::Session(self.session.id),
            channel: Channel::Sms,
        }
    }

    /// Keeps a number by the code that was sent to it.
    pub async fn confirm(&self, number: &str, typed: &str) -> Result<PhoneOutcome, FlowError> {
        let Ok(number) = PhoneNumber::parse(number) else { return Ok(PhoneOutcome::Gone) };
        let (channel, purpose) = (Channel::Sms, CodePurpose::VerifyPhone);
        let answer = Answer::Code { channel, purpose, about: number.as_str(), typed };
        let flow = FlowId::Session(self.session.id);
        let proof = FactorProof { user: self.session.user_id, flow, answer, client_id: None, caller: self.caller };
        let proved = match verify_factor(self.node, self.snapshot, &proof, &[MfaMethod::Sms]).await? {
            FactorVerdict::Proved(proved) => proved,
            FactorVerdict::Wrong | FactorVerdict::Used => return Ok(PhoneOutcome::Wrong),
            FactorVerdict::Gone | FactorVerdict::NotAllowed => return Ok(PhoneOutcome::Gone),
            FactorVerdict::Locked(until) => return Ok(PhoneOutcome::Locked(until)),
        };
        let (mut tx, now) = (proved.tx, self.node.now());
        match self.hold(&mut tx, now).await? {
            Ok(user) => self.keep(&mut tx, user, Some((&number, true)), now).await?,
            Err(outcome) => {
                tx.rollback().await?;
                return Ok(outcome);
            }
        }
        tx.commit().await?;
        Ok(PhoneOutcome::Saved)
    }

    /// Takes the number away.
    pub async fn remove(&self) -> Result<PhoneOutcome, FlowError> {
        let now = self.node.now();
        let mut tx = self.node.db.write().await?;
        match self.hold(&mut tx, now).await? {
            Ok(user) => self.keep(&mut tx, user, None, now).await?,
            Err(outcome) => {
                tx.rollback().await?;
                return Ok(outcome);
            }
        }
        tx.commit().await?;
        Ok(PhoneOutcome::Saved)
    }

    /// The user, held, if they may change the number now.
    async fn hold(&self, tx: &mut Tx, now: Moment) -> Result<Result<User, PhoneOutcome>, FlowError> {
        let again = || PhoneOutcome::Prove(Confirm { since: now, methods: Vec::new() });
        if store::user::hold(tx, self.session.user_id).await?.is_none() {
            return Ok(Err(again()));
        }
        let held = store::session::hold(tx, self.session.id, now).await?;
        let found = store::user::find(tx, self.session.user_id).await?;
        let (Some(user), Some(held)) = (found, held) else { return Ok(Err(again())) };
        if is_managed(&user) {
            return Ok(Err(PhoneOutcome::Managed));
        }
        Ok(match require_fresh(tx, &held, now).await? {
            Freshness::Fresh => Ok(user),
            Freshness::Prove(confirm) => Err(PhoneOutcome::Prove(confirm)),
        })
    }

    async fn keep(
        &self,
        tx: &mut Tx,
        mut user: User,
        number: Option<(&PhoneNumber, bool)>,
        now: Moment,
    ) -> Result<(), FlowError> {
        let before = number_of(&user).cloned();
        user.attributes.phone_numbers.retain(|phone| Some(phone) != before.as_ref());
        if let Some((number, verified)) = number {
            let primary = before.as_ref().is_none_or(|phone| phone.primary);
            let (value, kind) = (number.as_str().to_owned(), Some(KIND.to_owned()));
            let phone = attributes::PhoneNumber { value, kind, primary, verified };
            user.attributes.phone_numbers.insert(0, phone);
        }
        user.updated_at = now;
        store::user::update(tx, &user).await?;
        let masked = number.map(|(number, _)| number.masked());
        let desk = Desk::of(self.node, self.snapshot, now);
        notices::phone_changed(tx, desk, &user, masked.as_deref(), &self.caller.browser).await?;
        let event = event(self.node, now, "phone.changed", user.id, self.caller);
        Ok(store::audit::record(tx, &event).await?)
    }
}

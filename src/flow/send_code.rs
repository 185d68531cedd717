//! Codes by mail and SMS as the second factor of a sign-in: sent by a press of a button, to what the person verified, as
//! often as the limits allow (D28; security.md S5 L6, S8; inventory M4, M7, M22).

use std::{net::IpAddr, time::Duration};

use url::Url;

use crate::{
    authn::{
        factor::FlowId,
        mask,
        one_time_code::{Channel, CodePurpose},
        send_limits::{SendPurpose, SendRefusal},
    },
    base::{email::EmailAddress, id::UserId, phone::PhoneNumber},
    flow::{
        authorize::Attempt,
        caller::Caller,
        error::FlowError,
        factors::{assess, codes::remember_code},
        interaction::Step,
        may_send::{Destination, Sending, again_after, may_send},
        outbox::{Desk, Enqueued, Letter, Recipient, enqueue, notices::circumstance},
        survey::{Findings, Journey},
    },
    identity::{
        audit::{Actor, AuditEvent},
        user::User,
    },
    store::{self, Tx, message::Channel as Carried, one_time_code::CodePlace},
    theme::mails::{MfaCode, SmsCode},
};

/// What became of the wish for a code.
pub enum CodeSending {
    /// It is on its way; the one before it is dead.
    Sent,
    /// None is sent now. The one before it, if there is one, still works.
    Refused(SendRefusal),
    /// Whoever carries text messages takes none at the moment (M7).
    Down,
    /// Something else is due, or this method is not offered.
    Stale(Box<Step>),
}

/// What a page of a sent code shows of it.
pub struct SentCode {
    /// Where it goes, masked.
    pub target: String,
    /// One was sent in this attempt, and can be tried.
    pub live: bool,
    /// How long until another one can be sent.
    pub wait: Duration,
}

/// Where a code goes.
enum Target {
    Email(EmailAddress),
    Sms(PhoneNumber),
}

impl Target {
    /// What the person verified, as far as a message can be sent there.
    fn of(user: &User, channel: Channel) -> Option<Self> {
        let text = assess::target(user, channel)?;
        match channel {
            Channel::Email => EmailAddress::parse(text).ok().map(Self::Email),
            Channel::Sms => PhoneNumber::parse(text).ok().map(Self::Sms),
        }
    }

    const fn destination(&self) -> Destination<'_> {
        match self {
            Self::Email(address) => Destination::Email(address),
            Self::Sms(number) => Destination::Sms(number),
        }
    }

    fn masked(&self) -> String {
        match self {
            Self::Email(address) => mask::email(address.as_str()),
            Self::Sms(number) => number.masked(),
        }
    }
}

impl Journey<'_> {
    /// Sends a code by `channel`, if a factor is what is due and this is one of the ways to prove it.
    pub async fn send_code(
        &self,
        attempt: &Attempt,
        channel: Channel,
        caller: &Caller,
    ) -> Result<CodeSending, FlowError> {
        let (findings, step) = self.look(caller).await?;
        let (Step::ProveFactor { methods, .. }, Some(session)) = (&step, &findings.session) else {
            return Ok(CodeSending::Stale(Box::new(step)));
        };
        if !methods.contains(&channel.method()) {
            return Ok(CodeSending::Stale(Box::new(step)));
        }
        let user = session.user_id;
        let person = store::user::find(&mut self.node.db.read().await?, user).await?;
        let Some((person, target)) = person.and_then(|it| Target::of(&it, channel).map(|target| (it, target))) else {
            return Ok(CodeSending::Refused(SendRefusal::Range));
        };
        let mut tx = self.node.db.write().await?;
        if channel == Channel::Sms && store::delivery::is_failing(&mut tx, Carried::Sms, self.node.now()).await? {
            tx.rollback().await?;
            return Ok(CodeSending::Down);
        }
        let sending = sending(user, &target, caller);
        if let Err(refusal) = may_send(&mut tx, self.node, self.snapshot, &sending).await? {
            // What asking counted, and the alarms that it set off, stay.
            tx.commit().await?;
            return Ok(CodeSending::Refused(refusal));
        }
        self.put(&mut tx, attempt, &findings, &person, &target, channel, caller).await?;
        tx.commit().await?;
        Ok(CodeSending::Sent)
    }

    /// Writes the message, and keeps what its code is compared with.
    #[allow(clippy::too_many_arguments, reason = "one act on many facts; a struct would only rename them")]
    async fn put(
        &self,
        tx: &mut Tx,
        attempt: &Attempt,
        findings: &Findings,
        person: &User,
        target: &Target,
        channel: Channel,
        caller: &Caller,
    ) -> Result<(), FlowError> {
        let now = self.node.now();
        let place = place(attempt, person.id, channel);
        let desk = Desk::of(self.node, self.snapshot, now);
        let (to, letter);
        match target {
            Target::Email(address) => {
                to = Recipient::at(person, address.as_str());
                letter = Letter::new(&to, &MfaCode { at: circumstance(&caller.browser, now) });
            }
            Target::Sms(number) => {
                to = Recipient::at(person, number.as_str());
                letter = Letter::new(&to, &SmsCode { host: host(&self.node.issuer) });
            }
        }
        let company = findings.company().map(|company| company.customer_name.as_str());
        let letter = letter.about(company, Some(self.client.name())).with_code(place.purpose.text(), channel.life());
        let Enqueued::Written { secret: Some(code), .. } = enqueue(tx, desk, letter).await? else {
            return Err(FlowError::Corrupt("outbox.secret"));
        };
        remember_code(tx, self.node, self.snapshot, place, "", &code).await?;
        let event = AuditEvent::new(&*self.node.entropy, now, "factor.code_sent", Actor::User(person.id))
            .target("user", person.id.text())
            .client(self.client.id())
            .caller(caller.browser.ip.clone(), caller.request_id.clone())
            .detail("method", channel.method().text());
        Ok(store::audit::record(tx, &event).await?)
    }

    /// What a page shows of the code that was sent by `channel`, or could be; `None` if there is nowhere to send one.
    pub async fn sent_code(
        &self,
        attempt: &Attempt,
        findings: &Findings,
        channel: Channel,
        caller: &Caller,
    ) -> Result<Option<SentCode>, FlowError> {
        let Some(session) = &findings.session else { return Ok(None) };
        let mut tx = self.node.db.read().await?;
        let person = store::user::find(&mut tx, session.user_id).await?;
        let Some(target) = person.and_then(|it| Target::of(&it, channel)) else { return Ok(None) };
        let place = place(attempt, session.user_id, channel);
        let live = store::one_time_code::is_live(&mut tx, place, self.node.now()).await?;
        let sending = sending(session.user_id, &target, caller);
        let wait = again_after(&mut tx, self.node, self.snapshot, &sending).await?;
        Ok(Some(SentCode { target: target.masked(), live, wait }))
    }
}

/// What a code is bound to: this attempt, and nothing else.
const fn place(attempt: &Attempt, user: UserId, channel: Channel) -> CodePlace {
    CodePlace { user, purpose: CodePurpose::SecondFactor, flow: FlowId::Attempt(attempt.id), channel }
}

fn sending<'a>(user: UserId, target: &'a Target, caller: &Caller) -> Sending<'a> {
    let from: Option<IpAddr> = caller.browser.ip.as_deref().and_then(|ip| ip.parse().ok());
    Sending { purpose: SendPurpose::SignIn, to: target.destination(), user: Some(user), from }
}

/// The host that the last line of a text message binds its code to.
fn host(issuer: &str) -> String {
    Url::parse(issuer).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default()
}

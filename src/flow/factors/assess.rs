//! What is demanded of whoever is signed in, as `authn::mfa_policy` decides it: the facts are loaded here.

use crate::{
    authn::{
        acr::Acr,
        factor::MfaMethod,
        mfa_policy::{Asked, Decision, Facts, Held, MfaPolicy, MfaRules, decide},
        one_time_code::Channel,
    },
    base::{
        id::{CustomerId, UserId},
        moment::Moment,
    },
    config::settings::Scope,
    flow::{caller::Caller, error::FlowError, node::Node, snapshot::Snapshot},
    identity::{
        attributes::{Email, PhoneNumber},
        user::User,
    },
    store::{self, Tx, factor::Enrolled, session::Session},
};

/// For whom, where, and what a client asks for.
pub struct Question<'a> {
    /// The session.
    pub session: &'a Session,
    /// The client that asks.
    pub client_id: Option<&'a str>,
    /// The company chosen, if one is.
    pub customer: Option<CustomerId>,
    /// The assurance that the client asks for.
    pub asked: Asked<'a>,
    /// The browser.
    pub caller: &'a Caller,
    /// What codes can be sent by; [`super::CHANNELS`] if nothing is known of it.
    pub channels: &'a [Channel],
    /// The person said "later" within this attempt.
    pub postponed: bool,
}

/// The answer, and what it was given on.
pub struct Assessment {
    /// What is to happen.
    pub decision: Decision,
    /// The rules in force here.
    pub rules: MfaRules,
    /// What the person has; empty where the decision did not depend on it.
    pub held: Held,
    /// The browser is trusted; `false` where the decision did not depend on it.
    pub trusted_browser: bool,
}

/// Decides. Where factors are off it costs no statement, and for somebody without one, or who proved it, a single one.
pub async fn assess(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    question: &Question<'_>,
) -> Result<Assessment, FlowError> {
    let (now, user) = (node.now(), question.session.user_id);
    let rules = rules(tx, node, snapshot, user, question.client_id, question.customer).await?;
    let nothing = |rules| Ok(Assessment::nothing(rules));
    let asks = question.asked.essential || !question.asked.values.is_empty();
    let acr = question.session.acr;
    if rules.policy == MfaPolicy::Off && !asks {
        return nothing(rules);
    }
    let factors = store::factor::enrolled(tx, user).await?;
    if rules.policy == MfaPolicy::Optional && !asks && settled(&rules, &factors, acr) {
        return nothing(rules);
    }
    let held = with_codes(tx, user, &factors, question.channels).await?;
    let trusted_browser = is_trusted(tx, question, &rules, now).await?;
    let mut postponed = store::factor::postponed(tx, user).await?;
    postponed.just_now = question.postponed;
    let facts = Facts { rules: &rules, held: &held, acr, asked: question.asked, trusted_browser, postponed, now };
    Ok(Assessment { decision: decide(&facts), rules, held, trusted_browser })
}

impl Assessment {
    /// Nothing is demanded, and nothing had to be looked at.
    pub fn nothing(rules: MfaRules) -> Self {
        Self { decision: Decision::Nothing, rules, held: Held::default(), trusted_browser: false }
    }
}

/// Where a factor is optional: the person has none, or has proved one of a kind that is allowed.
fn settled(rules: &MfaRules, factors: &[Enrolled], acr: Acr) -> bool {
    let reached = acr >= rules.stated_min_acr.unwrap_or(Acr::Mfa);
    factors.is_empty()
        || (reached && factors.iter().any(|factor| rules.allows(factor.method) && factor.method.reaches() <= acr))
}

/// The rules of everything that has a say: instance, client, customer, groups. A site without passkeys allows none.
pub async fn rules(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    user: UserId,
    client_id: Option<&str>,
    customer: Option<CustomerId>,
) -> Result<MfaRules, FlowError> {
    let groups = match snapshot.settings.knows_groups() {
        true => store::group::of_user(tx, user, customer).await?,
        false => Vec::new(),
    };
    let mut rules = snapshot.settings.mfa(&Scope { client: client_id, customer, groups: &groups, profile: None });
    rules.methods.retain(|method| *method != MfaMethod::Passkey || node.passkeys.is_some());
    Ok(rules)
}

/// What a person has: enrolled factors, recovery codes that are left, and where codes could be sent by `channels`.
pub async fn held(tx: &mut Tx, user: UserId, channels: &[Channel]) -> Result<Held, FlowError> {
    let factors = store::factor::enrolled(tx, user).await?;
    with_codes(tx, user, &factors, channels).await
}

async fn with_codes(tx: &mut Tx, user: UserId, factors: &[Enrolled], channels: &[Channel]) -> Result<Held, FlowError> {
    let last = factors.iter().filter(|it| it.last_used_at.is_some()).max_by_key(|it| it.last_used_at);
    let last_used = last.map(|factor| factor.method);
    let mut enrolled: Vec<MfaMethod> = factors.iter().map(|factor| factor.method).collect();
    enrolled.sort_unstable();
    enrolled.dedup();
    if store::recovery_code::left(tx, user).await? > 0 {
        enrolled.push(MfaMethod::Recovery);
    }
    let reachable = match channels.is_empty() {
        true => Vec::new(),
        false => {
            let person = store::user::find(tx, user).await?;
            let has = |channel: &&Channel| person.as_ref().is_some_and(|it| target(it, **channel).is_some());
            channels.iter().filter(has).map(|channel| channel.method()).collect()
        }
    };
    Ok(Held { enrolled, reachable, last_used })
}

/// Where a code of `channel` goes: only to what its owner verified (S8, M4, M15).
pub fn target(user: &User, channel: Channel) -> Option<&str> {
    match channel {
        Channel::Email => verified_email(user).map(|email| email.value.as_str()),
        Channel::Sms => verified_phone(user).map(|phone| phone.value.as_str()),
    }
}

fn verified_email(user: &User) -> Option<&Email> {
    let mut verified = user.attributes.emails.iter().filter(|email| email.verified);
    let first = verified.clone().next();
    verified.find(|email| email.primary).or(first)
}

/// A mobile number before any other, the primary one of those.
fn verified_phone(user: &User) -> Option<&PhoneNumber> {
    let verified = user.attributes.phone_numbers.iter().filter(|phone| phone.verified);
    verified.max_by_key(|phone| (phone.kind.as_deref() == Some("mobile"), phone.primary))
}

async fn is_trusted(tx: &mut Tx, question: &Question<'_>, rules: &MfaRules, now: Moment) -> Result<bool, FlowError> {
    let Some(presented) = question.caller.trusted_browser.as_ref().filter(|_| !rules.remember_device.is_zero()) else {
        return Ok(false);
    };
    let since = now.minus(rules.remember_device);
    Ok(store::trusted_browser::is_trusted(tx, presented, question.session.user_id, since).await?)
}

/// Notes that the person said "later" to the page that asks to enrol.
pub async fn postpone(tx: &mut Tx, user: UserId, now: Moment) -> Result<(), FlowError> {
    Ok(store::factor::postpone(tx, user, now).await?)
}

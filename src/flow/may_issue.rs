//! The one decision whether anything may be issued, inside the transaction that issues it (D4).
//!
//! Authorization codes, tokens for codes, refreshed tokens: every path asks here, and the functions that build tokens
//! take a [`Permit`], which only this file makes.

use crate::{
    authn::{acr::Acr, mfa_policy::MfaPolicy},
    base::{
        id::{GroupId, ReferenceId, SessionId, UserId},
        moment::Moment,
    },
    config::settings::{self, Scope, Settings},
    flow::{error::FlowError, interaction::client_rules, snapshot::Snapshot},
    identity::{
        membership::Standing,
        permission::{self, Grounds},
        profile,
    },
    oidc::client::Client,
    store::{self, Tx, grant::Grant, membership::Found, session::Session},
};

/// For whom, by which client, on what ground.
pub struct Question<'a> {
    /// The client that is to receive something.
    pub client: &'a Client,
    /// The grant that it is issued on; `None` while that is being made.
    pub grant: Option<&'a Grant>,
    /// The user it speaks of.
    pub user: UserId,
    /// The user's epoch when the session or grant began.
    pub user_epoch: i64,
    /// The company it speaks for.
    pub reference: Option<ReferenceId>,
    /// The session it depends on; `None` for a grant that outlives sessions.
    pub session: Option<SessionId>,
    /// Whether an automatic lock reaches it (domain.md 3).
    pub lock: Lock,
    /// How well the user proved who they are, where the policy in force has a say; `None` for what was issued before
    /// and runs out (security.md, "MFA now required").
    pub assured: Option<Assured>,
    /// `aud` of what is to be issued: permissions may be told to some audiences only.
    pub audience: &'a [String],
}

/// What a session or grant rests on.
#[derive(Clone, Copy, Debug)]
pub struct Assured {
    /// What was proved.
    pub acr: Acr,
    /// A trusted browser spared a second factor: enough for `mfa.policy`, for nothing else (claims.md 3).
    pub trusted_browser: bool,
}

/// Whether an automatic lock of the account reaches what is to be issued (domain.md 3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Lock {
    /// It does, unless the session is in a browser that is known for this user.
    Reaches,
    /// What went on before the lock goes on: refresh.
    Passes,
}

/// Why nothing may be issued.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// The client is switched off.
    Client,
    /// Client or company was switched off since the grant was made: switching it on again brings nothing back.
    Grant,
    /// The user is gone, switched off, locked by an administrator, or signed out everywhere.
    User,
    /// The account is locked for a while.
    Locked,
    /// The session has ended.
    Session,
    /// The password that opened the session is to be changed first.
    PasswordDue,
    /// The company is no longer the user's, or not for this client.
    Company,
    /// The client demands a permission that the user has not.
    Permission,
    /// This much is to be proved now.
    Assurance(Acr),
}

impl Refusal {
    /// A word for logs and audit.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Grant => "grant",
            Self::User => "user",
            Self::Locked => "locked",
            Self::Session => "session",
            Self::PasswordDue => "password_due",
            Self::Company => "company",
            Self::Permission => "permission",
            Self::Assurance(_) => "assurance",
        }
    }
}

/// Leave to issue, with the facts it was given on. Made here only.
pub struct Permit {
    standing: Standing,
    session: Option<Session>,
    permissions: Vec<String>,
}

impl Permit {
    /// Who it is about, as it stood in the issuing transaction.
    pub fn standing(&self) -> &Standing {
        &self.standing
    }

    /// The live session that it depends on, where it depends on one.
    pub fn session(&self) -> Option<&Session> {
        self.session.as_ref()
    }

    /// The epoch of the company that it speaks for; 0 without one.
    pub fn company_epoch(&self) -> i64 {
        self.standing.membership.as_ref().map_or(0, |membership| membership.epoch)
    }

    /// Effective permissions for the audience asked about (domain.md 6).
    pub fn permissions(&self) -> &[String] {
        &self.permissions
    }
}

/// Decides.
pub async fn may_issue(
    tx: &mut Tx,
    snapshot: &Snapshot,
    question: &Question<'_>,
    now: Moment,
) -> Result<Result<Permit, Refusal>, FlowError> {
    if !question.client.is_active() {
        return Ok(Err(Refusal::Client));
    }
    let found = store::membership::load(tx, question.user, question.reference, question.session).await?;
    let Some(Found { standing, session, locked_until }) = found else { return Ok(Err(Refusal::User)) };
    if !standing.user.is_usable() || standing.user.epoch != question.user_epoch {
        return Ok(Err(Refusal::User));
    }
    if let Err(refusal) = ground(tx, &snapshot.settings, question, session.as_ref(), locked_until, now).await? {
        return Ok(Err(refusal));
    }
    if !company_holds(question, &standing) {
        return Ok(Err(Refusal::Company));
    }
    if !is_of_this_epoch(question, &standing) {
        return Ok(Err(Refusal::Grant));
    }
    let company = standing.membership.as_ref().map(|membership| membership.customer.id);
    // Only what is begun anew: what was granted before goes on (domain.md 5, "at next sign-in").
    let due = session.as_ref().and_then(|it| it.password_due.as_ref()).filter(|_| question.grant.is_none());
    if due.is_some_and(|due| due.stands_before(company)) {
        return Ok(Err(Refusal::PasswordDue));
    }
    if let Some(wanted) = lacks(tx, &snapshot.settings, question, &standing, now).await? {
        return Ok(Err(Refusal::Assurance(wanted)));
    }
    let permissions = effective(snapshot, question.client, &standing, question.audience);
    let required = &question.client.metadata().require_permission;
    if !required.is_empty() && !holds(snapshot, &standing, question.audience, required) {
        return Ok(Err(Refusal::Permission));
    }
    Ok(Ok(Permit { standing, session, permissions }))
}

/// The class that a required second factor must reach, where less was proved. Without such a policy it takes no
/// statement.
async fn lacks(
    tx: &mut Tx,
    settings: &Settings,
    question: &Question<'_>,
    standing: &Standing,
    now: Moment,
) -> Result<Option<Acr>, FlowError> {
    let Some(assured) = question.assured else { return Ok(None) };
    let groups: Vec<GroupId> = match settings.knows_groups() {
        true => standing.groups.iter().map(|group| group.id).collect(),
        false => Vec::new(),
    };
    let customer = standing.membership.as_ref().map(|membership| membership.customer.id);
    let scope = Scope { client: Some(question.client.id()), customer, groups: &groups, profile: None };
    if settings.get(&settings::MFA_POLICY, &scope) != MfaPolicy::Required {
        return Ok(None);
    }
    let rules = settings.mfa(&scope);
    let wanted = rules.min_acr();
    let spared = assured.trusted_browser && !rules.remember_device.is_zero() && rules.stated_min_acr.is_none();
    if spared || assured.acr >= wanted {
        return Ok(None);
    }
    // Until the day comes, only whoever has a factor must prove it.
    if rules.enrol_until.is_some_and(|until| until > now) {
        let enrolled = store::factor::enrolled(tx, question.user).await?;
        let does = enrolled.iter().any(|it| rules.allows(it.method) && it.method.reaches() >= wanted);
        return Ok(does.then_some(wanted));
    }
    Ok(Some(wanted))
}

/// Whether the session that it rests on is live, and no lock stands before it.
async fn ground(
    tx: &mut Tx,
    settings: &Settings,
    question: &Question<'_>,
    session: Option<&Session>,
    locked_until: Option<Moment>,
    now: Moment,
) -> Result<Result<(), Refusal>, FlowError> {
    if question.session.is_some() {
        let life = settings.session(Some(question.client.id()));
        if !session.is_some_and(|session| session.is_alive(&life, now)) {
            return Ok(Err(Refusal::Session));
        }
    }
    let locked = question.lock == Lock::Reaches && locked_until.is_some_and(|until| until > now);
    if locked && !is_known(tx, session).await? {
        return Ok(Err(Refusal::Locked));
    }
    Ok(Ok(()))
}

/// An automatic lock keeps strangers out, not the browsers that the user is known in (domain.md 3).
async fn is_known(tx: &mut Tx, session: Option<&Session>) -> Result<bool, FlowError> {
    match session.and_then(|session| Some((session.known_browser_id.as_ref()?, session.user_id))) {
        Some((browser, user)) => Ok(store::known_browser::knows(tx, browser, user).await?),
        None => Ok(false),
    }
}

fn company_holds(question: &Question<'_>, standing: &Standing) -> bool {
    let client = question.client;
    let Some(wanted) = question.reference else { return !client.requires_customer() };
    standing.membership.as_ref().is_some_and(|membership| {
        let customer = &membership.customer;
        membership.reference.id == wanted
            && membership.is_usable()
            && client_rules(client).is_for(customer.code.as_str(), customer.id)
    })
}

/// Whether nothing that the grant rests on was switched off since it was made, however briefly. What was issued while
/// somebody was switching it off carries the older epoch too, so nobody has to wait for anybody (domain.md 3, 5).
fn is_of_this_epoch(question: &Question<'_>, standing: &Standing) -> bool {
    let Some(grant) = question.grant else { return true };
    let company = standing.membership.as_ref();
    grant.client_epoch == question.client.epoch()
        && (grant.narrowable || company.is_none_or(|company| company.epoch == grant.company_epoch))
}

/// Effective permissions of the chosen reference; without one there are none.
pub fn effective(snapshot: &Snapshot, client: &Client, standing: &Standing, audience: &[String]) -> Vec<String> {
    grounds(snapshot, standing, audience, &client.metadata().permission_filter)
        .map(|grounds| permission::effective(&grounds).into_iter().map(str::to_owned).collect())
        .unwrap_or_default()
}

/// Whether the user has a permission that the client itself may never be told of.
fn holds(snapshot: &Snapshot, standing: &Standing, audience: &[String], key: &str) -> bool {
    grounds(snapshot, standing, audience, &[]).is_some_and(|grounds| permission::has(&grounds, key))
}

fn grounds<'a>(
    snapshot: &'a Snapshot,
    standing: &'a Standing,
    audience: &'a [String],
    filter: &'a [String],
) -> Option<Grounds<'a>> {
    let membership = standing.membership.as_ref()?;
    Some(Grounds {
        catalogue: &snapshot.permissions,
        profile: profile::of_customer(&snapshot.profiles, membership.customer.profile),
        reference: &membership.reference,
        groups: &standing.groups,
        audience,
        filter,
    })
}

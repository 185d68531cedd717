//! Signing in with a name and a password on the hosted page.

use crate::{
    authn::{
        assurance::{self, Assurance},
        factor::FlowId,
        password::PasswordInput,
        password_due::PasswordDue,
    },
    base::{
        bearer::{self, BearerHash, BearerKind, Minted, Presented},
        id::{SessionId, UserId},
        moment::Moment,
        secret::Secret,
    },
    flow::{
        authorize::Attempt,
        caller::Caller,
        error::FlowError,
        factors::assertion::{PasskeySignIn, finish_sign_in},
        interaction::Progress,
        node::Node,
        password_due::password_due,
        snapshot::Snapshot,
        verify_password::{Proof, Verdict},
    },
    hashing::Lane,
    identity::audit::{Actor, AuditEvent},
    store::{self, Tx, session::Session},
};

/// What was typed.
pub struct Typed<'a> {
    /// User name or e-mail address.
    pub username: &'a str,
    /// Password, as typed.
    pub password: &'a str,
    /// "Keep me signed in".
    pub remember: bool,
}

/// What became of it.
pub enum SignInOutcome {
    /// The browser gets its cookies; the attempt goes on.
    SignedIn(Box<Cookies>),
    /// One answer for unknown, wrong, password-less, disabled and locked (D31).
    Rejected,
    /// The address tries too often.
    Throttled(std::time::Duration),
    /// The attempt was answered, or the session signed out, meanwhile: the page that is due says what there is to say.
    Finished,
}

impl SignInOutcome {
    /// Its name, for counting.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::SignedIn(_) => "signed_in",
            Self::Rejected => "rejected",
            Self::Throttled(_) => "throttled",
            Self::Finished => "finished",
        }
    }
}

/// Cookies to set.
pub struct Cookies {
    /// The session's new secret.
    pub session: Secret<String>,
    /// How long the browser keeps it; `None`: until it closes.
    pub keep: Option<std::time::Duration>,
    /// A device cookie, where the browser had none that anybody knows.
    pub known_browser: Option<Secret<String>>,
}

/// Verifies, opens or renews the session, and notes in the attempt that this person proved who they are.
pub async fn sign_in(
    node: &Node,
    snapshot: &Snapshot,
    attempt: &Attempt,
    typed: &Typed<'_>,
    caller: &Caller,
) -> Result<SignInOutcome, FlowError> {
    let proof = Proof {
        username: typed.username,
        password: PasswordInput::parse(typed.password).ok(),
        known_browser: caller.known_browser.as_ref(),
        lane: Lane::Untrusted,
        ip: caller.browser.ip.as_deref().and_then(|ip| ip.parse().ok()),
        client_id: Some(&attempt.client_id),
        request_id: caller.request_id.as_deref(),
    };
    let verified = match node.verify_password(snapshot, proof).await? {
        Verdict::Verified(verified) => verified,
        Verdict::Rejected => return Ok(SignInOutcome::Rejected),
        Verdict::Throttled(retry_after) => return Ok(SignInOutcome::Throttled(retry_after)),
        Verdict::Overloaded(retry_after) => return Err(FlowError::Overloaded(retry_after)),
    };
    let due = password_due(node, snapshot, &verified, typed.password).await?;
    let now = node.now();
    let mut tx = node.db.write().await?;
    if !store::user::signed_in(&mut tx, verified.user, verified.epoch, now).await? {
        tx.rollback().await?;
        return Ok(SignInOutcome::Rejected);
    }
    let proof = assurance::Proof::Password;
    let (user, epoch) = (verified.user, verified.epoch);
    let opening = Opening { user, epoch, proof, remember: typed.remember, due, now };
    opening.finish(tx, node, snapshot, attempt, caller).await
}

/// Verifies a passkey that stands alone, and goes on as after a password. `again` is the only user that it may be, where
/// one is to prove it again.
pub async fn sign_in_by_passkey(
    node: &Node,
    snapshot: &Snapshot,
    attempt: &Attempt,
    again: Option<UserId>,
    answer: &str,
    remember: bool,
    caller: &Caller,
) -> Result<SignInOutcome, FlowError> {
    let flow = FlowId::Attempt(attempt.id);
    let proved = finish_sign_in(node, snapshot, flow, answer, Some(&attempt.client_id), caller).await?;
    let PasskeySignIn::Proved(proved) = proved else { return Ok(SignInOutcome::Rejected) };
    let (mut tx, now) = (proved.tx, node.now());
    let is_another = again.is_some_and(|user| user != proved.user);
    if is_another || !store::user::signed_in(&mut tx, proved.user, proved.epoch, now).await? {
        tx.rollback().await?;
        return Ok(SignInOutcome::Rejected);
    }
    let (user, epoch, proof) = (proved.user, proved.epoch, proved.proof);
    let opening = Opening { user, epoch, proof, remember, due: None, now };
    opening.finish(tx, node, snapshot, attempt, caller).await
}

/// Somebody who has just proved who they are.
struct Opening {
    user: UserId,
    epoch: i64,
    proof: assurance::Proof,
    remember: bool,
    due: Option<PasswordDue>,
    now: Moment,
}

impl Opening {
    /// Opens the session and notes it in the attempt.
    async fn finish(
        self,
        mut tx: Tx,
        node: &Node,
        snapshot: &Snapshot,
        attempt: &Attempt,
        caller: &Caller,
    ) -> Result<SignInOutcome, FlowError> {
        let Some(opened) = open_session(&mut tx, node, snapshot, &self, attempt, caller).await? else {
            tx.rollback().await?;
            return Ok(SignInOutcome::Finished);
        };
        let progress = Progress { session: Some(opened.session), proved: true, ..Progress::default() };
        if !store::attempt::update(&mut tx, attempt.id, &progress).await? {
            tx.rollback().await?;
            return Ok(SignInOutcome::Finished);
        }
        tx.commit().await?;
        Ok(SignInOutcome::SignedIn(Box::new(opened.cookies)))
    }
}

struct Opened {
    session: SessionId,
    cookies: Cookies,
}

/// One browser, one user: a session of the same user rises and gets a new cookie, another user's ends (domain.md 1).
/// `None` if the session that should rise has ended meanwhile.
async fn open_session(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    opening: &Opening,
    attempt: &Attempt,
    caller: &Caller,
) -> Result<Option<Opened>, FlowError> {
    let Opening { user, epoch, proof, remember, now, .. } = *opening;
    let browser = known_browser(node, caller.known_browser.as_ref(), tx, now).await?;
    store::known_browser::learn(tx, browser.id, &browser.hash, user, now).await?;
    // Idle ones too: what another user left in this browser ends here.
    let before = match &caller.session {
        Some(presented) => store::session::find(tx, presented, now).await?,
        None => None,
    };
    let same_user = before.as_ref().filter(|session| session.user_id == user);
    if let Some(other) = before.as_ref().filter(|session| session.user_id != user) {
        store::session::end(tx, other.id, now).await?;
    }
    let id = same_user.map_or_else(|| SessionId::new(&*node.entropy, now), |session| session.id);
    let Assurance { acr, amr } = Assurance::of(proof);
    let life = snapshot.settings.session(Some(&attempt.client_id));
    let keep = life.cookie_life(remember);
    let session = Session {
        id,
        user_id: user,
        user_epoch: epoch,
        remember: keep.is_some(),
        auth_time: now,
        acr,
        amr,
        known_browser_id: Some(browser.id.to_string()),
        last_reference_id: same_user.and_then(|session| session.last_reference_id),
        password_due: opening.due.clone(),
        created_at: same_user.map_or(now, |session| session.created_at),
        last_seen_at: now,
        expires_at: life.ends_at(now, remember),
    };
    let cookie = bearer::mint(BearerKind::Session, id.uuid(), &*node.entropy);
    if same_user.is_some() {
        // It may have ended in another tab since it was looked at: a cookie for it would be worth nothing.
        if !store::session::renew(tx, &session, cookie.hash.text()).await? {
            return Ok(None);
        }
    } else {
        store::session::insert(tx, &session, cookie.hash.text(), &caller.browser).await?;
    }
    note(tx, node, attempt, user, caller, now).await?;
    let cookies = Cookies { session: cookie.value, keep, known_browser: browser.value };
    Ok(Some(Opened { session: id, cookies }))
}

async fn note(
    tx: &mut Tx,
    node: &Node,
    attempt: &Attempt,
    user: UserId,
    caller: &Caller,
    now: Moment,
) -> Result<(), FlowError> {
    let event = AuditEvent::new(&*node.entropy, now, "signin", Actor::User(user))
        .target("user", user.text())
        .client(&attempt.client_id)
        .caller(caller.browser.ip.clone(), caller.request_id.clone());
    Ok(store::audit::record(tx, &event).await?)
}

struct BrowserCookie {
    id: uuid::Uuid,
    hash: BearerHash,
    value: Option<Secret<String>>,
}

/// The browser's device cookie: the one it has, which may be other users' too, or a new one.
async fn known_browser(
    node: &Node,
    presented: Option<&Presented>,
    tx: &mut Tx,
    now: Moment,
) -> Result<BrowserCookie, FlowError> {
    if let Some(presented) = presented
        && store::known_browser::exists(tx, presented).await?
    {
        return Ok(BrowserCookie { id: presented.id, hash: presented.hash.clone(), value: None });
    }
    let id = node.entropy.uuid(now);
    let Minted { value, hash } = bearer::mint(BearerKind::KnownBrowser, id, &*node.entropy);
    Ok(BrowserCookie { id, hash, value: Some(value) })
}

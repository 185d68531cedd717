//! Where somebody is signed in, and how they end it (screens.md 2; Q83): their sessions and the browsers they trust.

use uuid::Uuid;

use crate::{
    base::{
        device,
        id::{SessionId, UserId},
        moment::Moment,
    },
    flow::{account::event, caller::Caller, error::FlowError, node::Node, snapshot::Snapshot},
    store::{self, Tx, own_session::OwnSession, session::Session, trusted_browser::TrustedBrowser},
};

/// Everywhere that somebody is signed in, and what spares them a second factor.
pub struct Browsers {
    /// Sessions in use: this one first, then the one used last.
    pub sessions: Vec<Listed>,
    /// Browsers that are not asked for a second factor.
    pub trusted: Vec<Trusted>,
}

/// A session on the page.
pub struct Listed {
    /// Its id.
    pub id: SessionId,
    /// It is the one that the page is shown in.
    pub here: bool,
    /// Browser and system; empty if they are not known.
    pub device: String,
    /// The network address that it was opened from.
    pub ip: Option<String>,
    /// Names of the applications that were signed in to in it.
    pub applications: Vec<String>,
    /// When it was opened.
    pub created_at: Moment,
    /// When it was used last.
    pub last_seen_at: Moment,
}

/// A trusted browser on the page.
pub struct Trusted {
    /// Its id.
    pub id: Uuid,
    /// It is the one that the page is shown in.
    pub here: bool,
    /// Browser and system; empty if they are not known.
    pub device: String,
    /// The network address that it was trusted from.
    pub ip: Option<String>,
    /// When that was.
    pub created_at: Moment,
}

/// Lists them.
pub async fn browsers(
    node: &Node,
    snapshot: &Snapshot,
    session: &Session,
    caller: &Caller,
) -> Result<Browsers, FlowError> {
    let now = node.now();
    let mut tx = node.db.read().await?;
    let own = store::own_session::of_user(&mut tx, session.user_id, now).await?;
    let trusted = store::trusted_browser::of_user(&mut tx, session.user_id).await?;
    drop(tx);
    let life = snapshot.settings.session(None);
    let in_use = own.into_iter().filter(|it| it.session.is_alive(&life, now));
    let mut sessions: Vec<Listed> = in_use.map(|it| listed(snapshot, it, session.id)).collect();
    sessions.sort_by_key(|it| !it.here);
    let cookie = caller.trusted_browser.as_ref().map(|presented| presented.id);
    let trusted = trusted.into_iter().map(|it| shown(it, cookie)).collect();
    Ok(Browsers { sessions, trusted })
}

fn listed(snapshot: &Snapshot, own: OwnSession, here: SessionId) -> Listed {
    let OwnSession { session, browser, clients } = own;
    let name = |id: &String| snapshot.client(id).map(|client| client.name().to_owned());
    Listed {
        id: session.id,
        here: session.id == here,
        device: browser.user_agent.as_deref().map(device::described).unwrap_or_default(),
        ip: browser.ip,
        applications: clients.iter().filter_map(name).collect(),
        created_at: session.created_at,
        last_seen_at: session.last_seen_at,
    }
}

fn shown(browser: TrustedBrowser, cookie: Option<Uuid>) -> Trusted {
    Trusted {
        id: browser.id,
        here: cookie == Some(browser.id),
        device: browser.user_agent.as_deref().map(device::described).unwrap_or_default(),
        ip: browser.ip,
        created_at: browser.created_at,
    }
}

/// Ends one of somebody's other sessions, with the online grants that live in it; `false` if there is no such session.
pub async fn end_session(node: &Node, here: &Session, id: SessionId, caller: &Caller) -> Result<bool, FlowError> {
    let (now, user) = (node.now(), here.user_id);
    let mut tx = node.db.write().await?;
    if id == here.id || !store::own_session::is_of_user(&mut tx, id, user, now).await? {
        tx.rollback().await?;
        return Ok(false);
    }
    store::session::end(&mut tx, id, now).await?;
    let event = event(node, now, "session.ended", user, caller).detail("session", id.text());
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(true)
}

/// Ends every session of somebody but this one, and every grant that was not given in it, offline ones included.
pub async fn end_other_sessions(node: &Node, here: &Session, caller: &Caller) -> Result<u64, FlowError> {
    let (now, user) = (node.now(), here.user_id);
    let mut tx = node.db.write().await?;
    let ended = close_elsewhere(&mut tx, user, here.id, now).await?;
    let event = event(node, now, "sessions.ended", user, caller).detail("ended", ended);
    store::audit::record(&mut tx, &event).await?;
    tx.commit().await?;
    Ok(ended)
}

/// The same, in the transaction of something else. Holds the user, so that nobody signs in meanwhile.
pub(super) async fn close_elsewhere(tx: &mut Tx, user: UserId, keep: SessionId, now: Moment) -> Result<u64, FlowError> {
    store::user::hold(tx, user).await?;
    let ended = store::own_session::end_others(tx, user, keep, now).await?;
    store::application::revoke_elsewhere(tx, user, keep, "signed out elsewhere", now).await?;
    Ok(ended)
}

/// "This wasn't me", said by somebody who is signed in: everything elsewhere ends, browsers that were known or trusted
/// are strangers, links that lead in are dead. What is left to do is a new password.
pub async fn secure(node: &Node, here: &Session, caller: &Caller) -> Result<(), FlowError> {
    let (now, user) = (node.now(), here.user_id);
    let mut tx = node.db.write().await?;
    close_elsewhere(&mut tx, user, here.id, now).await?;
    store::known_browser::forget_for_user(&mut tx, user, here.known_browser_id.as_deref()).await?;
    store::trusted_browser::forget_for_user(&mut tx, user, None).await?;
    store::link::end_for_user(&mut tx, user, now).await?;
    let event = event(node, now, "account.not_me", user, caller).detail("via", "account");
    store::audit::record(&mut tx, &event).await?;
    Ok(tx.commit().await?)
}

//! "Forgot password?" (security.md S9, inventory Q17, K18): the page answers everybody alike, and whoever has an account
//! gets a mail with a link.

use std::{net::IpAddr, time::Duration};

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    authn::send_limits::SendPurpose,
    base::{
        bearer::Presented,
        email::EmailAddress,
        id::{AttemptId, LinkId, UserId},
        login_name::LoginName,
    },
    flow::{
        caller::Caller,
        errands::{AdminRequest, Errand, leave},
        error::FlowError,
        invite,
        may_send::{Destination, Sending, may_send},
        node::Node,
        outbox::{Desk, Letter, Recipient, enqueue, notices::circumstance},
        self_service,
        snapshot::Snapshot,
    },
    identity::{
        audit::{Actor, AuditEvent},
        user::User,
    },
    store::{self, Tx, link::LinkPurpose, session::Browser},
    theme::mails::{AccountActivate, AccountResetPassword},
};

/// How long a link to a new password works (security.md S1).
pub const RESET_LIFE: Duration = Duration::from_secs(30 * 60);

/// Where somebody came from, and is led back to.
#[derive(Clone, Default, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CameFrom {
    /// The attempt to sign in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<AttemptId>,
    /// The application.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<String>,
}

impl CameFrom {
    /// What a link says of it.
    pub fn of_link(detail: &Map<String, Value>) -> Self {
        let text = |name: &str| detail.get(name).and_then(Value::as_str);
        let attempt = text("attempt").and_then(|id| id.parse().ok());
        Self { attempt, client: text("client").map(str::to_owned) }
    }

    /// Says it in a link.
    pub(super) fn on<'a>(&self, mut letter: Letter<'a>) -> Letter<'a> {
        if let Some(attempt) = self.attempt {
            letter = letter.with_detail("attempt", attempt.text());
        }
        match &self.client {
            Some(client) => letter.with_detail("client", client.as_str()),
            None => letter,
        }
    }
}

/// Somebody typed a name and asks for a new password.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ResetRequest {
    /// The name, as typed.
    pub name: String,
    /// The language of the page.
    pub locale: String,
    /// Where they came from.
    pub from: CameFrom,
    /// The browser.
    pub browser: Browser,
}

/// Somebody holds a link that works no more, and asks for another one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct AgainRequest {
    /// The link. That it was presented is checked before.
    pub link: LinkId,
    /// The browser.
    pub browser: Browser,
}

/// Writes down that somebody asks for a new password. Nothing is looked up.
pub async fn forgot_password(
    node: &Node,
    name: &str,
    locale: &str,
    from: CameFrom,
    caller: &Caller,
) -> Result<(), FlowError> {
    // Longer than any name is nobody's.
    let Ok(name) = LoginName::parse(name) else { return Ok(()) };
    let (name, locale) = (name.as_str().to_owned(), locale.to_owned());
    leave(node, &Errand::Reset(ResetRequest { name, locale, from, browser: caller.browser.clone() })).await
}

/// Whether a link was one of ours and another one can be asked for in its place.
pub async fn can_ask_again(node: &Node, presented: &Presented) -> Result<bool, FlowError> {
    let mut tx = node.db.read().await?;
    let known = store::link::known(&mut tx, presented).await?;
    Ok(known.is_some_and(|link| link.user.is_some() && may_be_sent_again(link.purpose)))
}

const fn may_be_sent_again(purpose: LinkPurpose) -> bool {
    matches!(purpose, LinkPurpose::Password | LinkPurpose::Reset | LinkPurpose::Invite)
}

/// Writes down that somebody asks for another link in the place of one they hold.
pub async fn ask_again(node: &Node, presented: &Presented, caller: &Caller) -> Result<(), FlowError> {
    let browser = caller.browser.clone();
    leave(node, &Errand::Again(AgainRequest { link: LinkId::from(presented.id), browser })).await
}

/// Sends the link, if the name is somebody's who may have one. An address of nobody's is counted all the same.
pub(super) async fn send(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    request: &ResetRequest,
) -> Result<(), FlowError> {
    let Ok(name) = LoginName::parse(&request.name) else { return Ok(()) };
    let found = store::user::for_sign_in(tx, &name).await?;
    let Some(found) = found.filter(|found| found.user.is_usable()) else {
        return count_for_nobody(tx, node, snapshot, &request.name, &request.browser).await;
    };
    let asking = Asking {
        user: &found.user,
        first: found.password_hash.is_none(),
        locale: &request.locale,
        from: &request.from,
        browser: &request.browser,
        by_admin: false,
    };
    send_to(tx, node, snapshot, &asking).await
}

/// Sends the link that an administrator asked for: also where people may not ask for one themselves (inventory K18).
pub(super) async fn send_for_admin(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    request: &AdminRequest,
) -> Result<(), FlowError> {
    let Some(user) = usable(tx, Some(request.user)).await? else { return Ok(()) };
    let first = store::password::find(tx, user.id).await?.is_none();
    let (from, browser) = (CameFrom::default(), Browser::default());
    let asking = Asking { user: &user, first, locale: "", from: &from, browser: &browser, by_admin: true };
    send_to(tx, node, snapshot, &asking).await
}

/// Sends another link in the place of one that works no more.
pub(super) async fn send_again(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    request: &AgainRequest,
) -> Result<(), FlowError> {
    let Some(link) = store::link::by_id(tx, request.link).await? else { return Ok(()) };
    let Some(user) = usable(tx, link.user).await? else { return Ok(()) };
    if link.purpose == LinkPurpose::Invite {
        return invite::send_again(tx, node, snapshot, &user, &link.detail, &request.browser).await;
    }
    if !may_be_sent_again(link.purpose) {
        return Ok(());
    }
    let first = store::password::find(tx, user.id).await?.is_none();
    let from = CameFrom::of_link(&link.detail);
    let asking = Asking { user: &user, first, locale: "", from: &from, browser: &request.browser, by_admin: false };
    send_to(tx, node, snapshot, &asking).await
}

/// Somebody who may be sent a link.
struct Asking<'a> {
    user: &'a User,
    first: bool,
    locale: &'a str,
    from: &'a CameFrom,
    browser: &'a Browser,
    by_admin: bool,
}

async fn send_to(tx: &mut Tx, node: &Node, snapshot: &Snapshot, asking: &Asking<'_>) -> Result<(), FlowError> {
    let Asking { user, first, locale, from, browser, by_admin } = *asking;
    if !by_admin && !self_service::may_reset(tx, &snapshot.settings, from.client.as_deref(), user.id).await? {
        return Ok(());
    }
    // Who has no password yet is written to where an invitation would go: there is nothing to take over.
    let to = if first {
        Recipient::verified(user).or_else(|| Recipient::preferred(user))
    } else {
        Recipient::verified(user)
    };
    let Some(mut to) = to else { return Ok(()) };
    let Ok(address) = EmailAddress::parse(&to.address) else { return Ok(()) };
    if to.locale.is_empty() {
        locale.clone_into(&mut to.locale);
    }
    let sending = Sending {
        purpose: SendPurpose::PasswordReset,
        to: Destination::Email(&address),
        user: Some(user.id),
        from: ip(browser),
    };
    if may_send(tx, node, snapshot, &sending).await?.is_err() {
        return Ok(());
    }
    let now = node.now();
    let at = circumstance(browser, now);
    let letter = match first {
        true => Letter::new(&to, &AccountActivate { at }),
        false => Letter::new(&to, &AccountResetPassword { by_admin, at }),
    };
    let client = from.client.as_deref().and_then(|id| snapshot.client(id));
    let letter = letter.about(None, client.as_deref().map(|client| client.name()));
    let letter = letter.with_link(LinkPurpose::Reset, RESET_LIFE);
    let letter = from.on(letter);
    enqueue(tx, Desk::of(node, snapshot, now), letter).await?;
    // What an administrator asks for stands in the log already.
    if by_admin {
        return Ok(());
    }
    let event = AuditEvent::new(&*node.entropy, now, "password.link_sent", Actor::System("forgot password"))
        .target("user", user.id.text())
        .caller(browser.ip.clone(), None)
        .detail("first", first);
    Ok(store::audit::record(tx, &event).await?)
}

/// Counts a mail that nobody gets, where an address was typed: what is refused to one is refused to all.
async fn count_for_nobody(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    typed: &str,
    browser: &Browser,
) -> Result<(), FlowError> {
    let Ok(address) = EmailAddress::parse(typed) else { return Ok(()) };
    let to = Destination::Email(&address);
    let sending = Sending { purpose: SendPurpose::PasswordReset, to, user: None, from: ip(browser) };
    may_send(tx, node, snapshot, &sending).await?.map(drop).or(Ok(()))
}

/// The login, if it may be used.
pub(super) async fn usable(tx: &mut Tx, user: Option<UserId>) -> Result<Option<User>, FlowError> {
    let Some(user) = user else { return Ok(None) };
    Ok(store::user::find(tx, user).await?.filter(User::is_usable))
}

/// The address that a browser came from.
pub(super) fn ip(browser: &Browser) -> Option<IpAddr> {
    browser.ip.as_deref().and_then(|ip| ip.parse().ok())
}

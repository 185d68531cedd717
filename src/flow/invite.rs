//! Invitations (inventory Q18, K17, domain.md 3): a mail with a link, to whoever got a login or a membership. Whoever has no
//! way in yet sets the first password; whoever has one joins with it. No password is ever mailed (D3).

use std::time::Duration;

use serde_json::{Map, Value};

use crate::{
    authn::send_limits::SendPurpose,
    base::{
        email::EmailAddress,
        id::{LinkId, ReferenceId},
    },
    flow::{
        errands::AdminRequest,
        error::FlowError,
        first_password,
        forgot_password::{ip, usable},
        may_send::{Destination, Sending, may_send},
        node::Node,
        outbox::{Desk, Enqueued, Letter, Recipient, enqueue},
        snapshot::Snapshot,
    },
    identity::user::User,
    store::{self, Tx, link::LinkPurpose, session::Browser},
    theme::mails::AccountInvite,
};

/// How long an invitation can be accepted (security.md S1).
pub const INVITE_LIFE: Duration = Duration::from_secs(72 * 60 * 60);

/// Whom to invite.
pub struct Invitation<'a> {
    /// The login.
    pub user: &'a User,
    /// The membership to accept, where there is one.
    pub reference: Option<ReferenceId>,
    /// Who invites; empty if nobody in particular does.
    pub inviter: &'a str,
    /// The browser of a stranger who asks for it; an administrator is not limited by address.
    pub browser: Option<&'a Browser>,
}

/// What became of an invitation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Invited {
    /// A mail is written.
    Sent,
    /// The login has no address that could be written to.
    NoAddress,
    /// There was one a moment ago, or there were too many.
    TooSoon,
}

/// Writes the mail, in the transaction of its cause. An earlier link to the same is dead then.
pub async fn send(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    invitation: &Invitation<'_>,
) -> Result<Invited, FlowError> {
    let user = invitation.user;
    let Some(to) = Recipient::preferred(user) else { return Ok(Invited::NoAddress) };
    let Ok(address) = EmailAddress::parse(&to.address) else { return Ok(Invited::NoAddress) };
    let sending = Sending {
        purpose: SendPurpose::Invitation,
        to: Destination::Email(&address),
        user: Some(user.id),
        from: invitation.browser.and_then(ip),
    };
    if may_send(tx, node, snapshot, &sending).await?.is_err() {
        return Ok(Invited::TooSoon);
    }
    let new_account = store::password::find(tx, user.id).await?.is_none();
    let company = match invitation.reference {
        Some(reference) => store::invitation::find(tx, reference, user.id).await?,
        None => None,
    };
    let mail = AccountInvite { inviter_name: invitation.inviter.to_owned(), new_account };
    let mut letter = Letter::new(&to, &mail)
        .about(company.as_ref().map(|it| it.customer_name.as_str()), None)
        .with_link(LinkPurpose::Invite, INVITE_LIFE);
    for (name, value) in detail(user, invitation.reference) {
        letter = letter.with_detail(&name, value);
    }
    match enqueue(tx, Desk::of(node, snapshot, node.now()), letter).await? {
        Enqueued::Written { .. } | Enqueued::AlreadyThere(_) => Ok(Invited::Sent),
    }
}

/// What a link to accept an invitation says. Nothing else stands in it, so that the next one to the same replaces it.
pub(super) fn detail(user: &User, reference: Option<ReferenceId>) -> Map<String, Value> {
    let mut detail = Map::new();
    if let Some(email) = user.email() {
        detail.insert("email".to_owned(), email.value.clone().into());
    }
    if let Some(reference) = reference {
        detail.insert("reference".to_owned(), reference.text().into());
    }
    detail
}

/// Invites somebody for a command or a file. What became of it in between is looked at again.
pub(super) async fn send_later(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    request: &AdminRequest,
) -> Result<(), FlowError> {
    let Some(user) = usable(tx, Some(request.user)).await? else { return Ok(()) };
    let invitation = Invitation { user: &user, reference: request.reference, inviter: "", browser: None };
    let sent = send(tx, node, snapshot, &invitation).await?;
    if sent != Invited::Sent {
        tracing::warn!(user = %user.id, ?sent, "an invitation is not sent");
    }
    Ok(())
}

/// Invites again, in the place of a link that works no more, if there is something to accept still.
pub(super) async fn send_again(
    tx: &mut Tx,
    node: &Node,
    snapshot: &Snapshot,
    user: &User,
    link: &Map<String, Value>,
    browser: &Browser,
) -> Result<(), FlowError> {
    let reference = match first_password::reference(link) {
        Some(reference) => store::invitation::find(tx, reference, user.id).await?.map(|it| it.reference),
        None => None,
    };
    let has_password = store::password::find(tx, user.id).await?.is_some();
    if has_password && reference.is_none() {
        return Ok(());
    }
    let invitation = Invitation { user, reference, inviter: "", browser: Some(browser) };
    send(tx, node, snapshot, &invitation).await.map(drop)
}

/// Who invites, as the mail of the link says.
pub(super) async fn inviter(tx: &mut Tx, link: LinkId) -> Result<String, FlowError> {
    let message = store::message::find(tx, link.uuid().into()).await?;
    let name = message.as_ref().and_then(|it| it.variables.get("inviter_name")).and_then(Value::as_str);
    Ok(name.unwrap_or_default().to_owned())
}

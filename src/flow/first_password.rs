//! What a first password settles besides: the address that its link was mailed to is proved, and the membership that the
//! login was made with is accepted (domain.md 3, inventory Q17).

use serde_json::{Map, Value};

use crate::{
    base::{
        id::{LinkId, ReferenceId, UserId},
        login_name::LoginName,
        moment::Moment,
    },
    flow::error::FlowError,
    store::{self, Tx, message::Channel},
};

/// Settles it, for whoever used this link. The login is held by this transaction. A link that was printed proves no
/// address: only a mail does.
pub(super) async fn settle(
    tx: &mut Tx,
    user: UserId,
    id: LinkId,
    link: &Map<String, Value>,
    now: Moment,
) -> Result<(), FlowError> {
    let mail = store::message::find(tx, id.uuid().into()).await?;
    if let Some(mail) = mail.filter(|mail| mail.channel == Channel::Email && mail.user_id == Some(user)) {
        verify(tx, user, &mail.recipient, now).await?;
    }
    if let Some(reference) = reference(link) {
        store::invitation::accept(tx, reference, user, now).await?;
    }
    let Some(user) = store::user::find(tx, user).await? else { return Ok(()) };
    Ok(store::invitation::accept_made_with(tx, user.id, user.created_at, now).await?)
}

/// The membership that a link is for.
pub(super) fn reference(link: &Map<String, Value>) -> Option<ReferenceId> {
    link.get("reference").and_then(Value::as_str)?.parse().ok()
}

/// Marks an address of a login as proved; `false` if the login has it no more, or it signs somebody else in meanwhile.
pub(super) async fn verify(tx: &mut Tx, user: UserId, address: &str, now: Moment) -> Result<bool, FlowError> {
    let Some(mut user) = store::user::find(tx, user).await? else { return Ok(false) };
    let Ok(name) = LoginName::parse(address) else { return Ok(false) };
    let same = |value: &str| LoginName::parse(value).is_ok_and(|it| it == name);
    let Some(email) = user.attributes.emails.iter_mut().find(|email| same(&email.value)) else { return Ok(false) };
    if email.verified {
        return Ok(true);
    }
    email.verified = true;
    if store::user::find_by_login_name(tx, &name).await?.is_some_and(|other| other.id != user.id) {
        return Ok(false);
    }
    user.updated_at = now;
    store::user::update(tx, &user).await?;
    Ok(true)
}

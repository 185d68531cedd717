//! What a first password settles besides: the address that its link was mailed to is proved, and the membership that the
//! login was made with is accepted (domain.md 3, inventory Q17).

use serde_json::{Map, Value};

use crate::{
    base::{
        id::{ReferenceId, UserId},
        login_name::LoginName,
        moment::Moment,
    },
    flow::error::FlowError,
    store::{self, Tx},
};

/// Settles it, for a link that says these things. The login is held by this transaction.
pub(super) async fn settle(tx: &mut Tx, user: UserId, link: &Map<String, Value>, now: Moment) -> Result<(), FlowError> {
    if let Some(address) = link.get("email").and_then(Value::as_str) {
        verify(tx, user, address, now).await?;
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

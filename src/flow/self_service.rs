//! What people may do about their password themselves: `accounts.self_service_reset` and
//! `accounts.self_service_password_change` (inventory K18, O23, O24).
//!
//! A client's word counts there and nowhere else. Without one, companies decide: theirs, or their permission profile's. One
//! password opens all of somebody's companies, so it takes all of them to forbid it.

use crate::{
    base::id::{CustomerId, UserId},
    config::settings::{SELF_SERVICE_PASSWORD_CHANGE, SELF_SERVICE_RESET, Scope, Setting, Settings},
    flow::error::FlowError,
    store::{self, Tx},
};

/// Whether "Forgot password?" sends anything to somebody who came from this client, if they came from one.
pub async fn may_reset(
    tx: &mut Tx,
    settings: &Settings,
    client: Option<&str>,
    user: UserId,
) -> Result<bool, FlowError> {
    may(tx, settings, &SELF_SERVICE_RESET, client, user).await
}

/// Whether somebody may change their password.
pub async fn may_change(tx: &mut Tx, settings: &Settings, user: UserId) -> Result<bool, FlowError> {
    may(tx, settings, &SELF_SERVICE_PASSWORD_CHANGE, None, user).await
}

/// Whether anybody who came from this client may be sent a link: what the page says before anybody has a name.
pub fn offers_reset(settings: &Settings, client: Option<&str>) -> bool {
    settings.get(&SELF_SERVICE_RESET, &Scope { client, ..Scope::INSTANCE })
}

async fn may(
    tx: &mut Tx,
    settings: &Settings,
    setting: &Setting<bool>,
    client: Option<&str>,
    user: UserId,
) -> Result<bool, FlowError> {
    let candidates = store::reference::candidates_for_user(tx, user).await?;
    let mut customers: Vec<CustomerId> = candidates.into_iter().filter(|it| it.usable).map(|it| it.customer).collect();
    customers.dedup();
    if customers.is_empty() {
        return Ok(settings.get(setting, &Scope { client, ..Scope::INSTANCE }));
    }
    for id in customers {
        let profile = store::customer::find(tx, id).await?.and_then(|customer| customer.profile);
        if settings.get(setting, &Scope { client, customer: Some(id), profile, ..Scope::INSTANCE }) {
            return Ok(true);
        }
    }
    Ok(false)
}

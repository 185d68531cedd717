//! What ends when something is switched off (domain.md 5). Switching it on again brings nothing of it back.

use crate::{
    base::{
        id::{CustomerId, ReferenceId, UserId},
        moment::Moment,
    },
    store::{self, StoreError, Tx},
};

/// A login: sessions, grants, links and known browsers, in the same transaction. Move its epoch on too.
pub async fn user(tx: &mut Tx, user: UserId, now: Moment) -> Result<(), StoreError> {
    store::session::end_for_user(tx, user, now).await?;
    store::grant::revoke_for_user(tx, user, "user disabled", now).await?;
    store::link::end_for_user(tx, user, now).await?;
    store::known_browser::forget_for_user(tx, user, None).await
}

/// A membership: the grants that speak for it, except those that may move to another company. Sessions go on.
pub async fn reference(tx: &mut Tx, reference: ReferenceId, now: Moment) -> Result<(), StoreError> {
    store::grant::revoke_for_reference(tx, reference, "reference disabled", now).await.map(drop)
}

/// A company: the grants that speak for any of its memberships, likewise.
pub async fn customer(tx: &mut Tx, customer: CustomerId, now: Moment) -> Result<(), StoreError> {
    store::grant::revoke_for_customer(tx, customer, "customer disabled", now).await.map(drop)
}

/// A client: its grants.
pub async fn client(tx: &mut Tx, client_id: &str, now: Moment) -> Result<(), StoreError> {
    store::grant::revoke_for_client(tx, client_id, "client disabled", now).await.map(drop)
}

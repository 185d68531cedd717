//! What ends when a login is switched off (domain.md 5). Switching it on again brings nothing of it back.
//!
//! Clients, companies and memberships have nothing to end: a grant is good in the epoch that it was made in, and the
//! statement that switches one of them off moves its epoch on.

use crate::{
    base::{id::UserId, moment::Moment},
    store::{self, StoreError, Tx},
};

/// Sessions, grants, links, known and trusted browsers and codes of a login, in the transaction that switches it off.
pub async fn user(tx: &mut Tx, user: UserId, now: Moment) -> Result<(), StoreError> {
    store::session::end_for_user(tx, user, now).await?;
    store::grant::revoke_for_user(tx, user, "user disabled", now).await?;
    store::link::end_for_user(tx, user, now).await?;
    store::known_browser::forget_for_user(tx, user, None).await?;
    store::trusted_browser::forget_for_user(tx, user, None).await?;
    store::factor::end_begun(tx, user, now).await
}

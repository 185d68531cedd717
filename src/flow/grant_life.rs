//! How long a client can use what a person lets it have: one rule for the grant, and for the page that asks (Q33).

use std::time::Duration;

use crate::{
    base::{duration::IsoDuration, moment::Moment},
    config::settings::{self, Scope},
    flow::{issue_code::CODE_LIFE, issue_tokens::access_lifetime, snapshot::Snapshot},
    oidc::{
        client::{Client, GrantType},
        scope::{OFFLINE_ACCESS, ScopeSet},
    },
};

/// What keeps a grant usable. The access token that was issued last may be good for its own life longer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// Nothing: the tokens for the code are all there is.
    Tokens,
    /// Refreshing, as long as the session lasts (claims.md 2).
    Session,
    /// Refreshing, whether or not anybody is signed in, unless it is unused for this long.
    Offline(Duration),
}

/// How long a grant can be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GrantLife {
    /// What keeps it usable.
    pub reach: Reach,
    /// When it ends at the latest, as a person is told.
    pub ends_at: Moment,
    /// When the last trace of it may go: whatever was issued is dead by then.
    pub expires_at: Moment,
}

/// The life of a grant of `scope` to `client` that is made `now`, in a session that ends at `session_ends`.
pub fn grant_life(
    snapshot: &Snapshot,
    client: &Client,
    scope: &ScopeSet,
    session_ends: Moment,
    now: Moment,
) -> GrantLife {
    let level = Scope { client: Some(client.id()), ..Scope::INSTANCE };
    let setting = |setting: &settings::Setting<IsoDuration>| snapshot.settings.get(setting, &level).get();
    // An access token of the grant may be issued up to the code's last second and must find its grant until it dies.
    let tokens_die =
        now.plus(CODE_LIFE + setting(&settings::TOKEN_ACCESS).max(setting(&settings::TOKEN_ACCESS_OPAQUE)));
    let token_dies = now.plus(access_lifetime(snapshot, client));
    let family_dies = now.plus(setting(&settings::TOKEN_REFRESH_MAX));
    if !client.allows_grant(GrantType::RefreshToken) {
        return GrantLife { reach: Reach::Tokens, ends_at: token_dies, expires_at: tokens_die };
    }
    if scope.contains(OFFLINE_ACCESS) {
        let idle = setting(&settings::TOKEN_REFRESH_IDLE);
        return GrantLife { reach: Reach::Offline(idle), ends_at: family_dies, expires_at: family_dies };
    }
    let ends_at = session_ends.min(family_dies);
    GrantLife { reach: Reach::Session, ends_at: ends_at.max(token_dies), expires_at: ends_at.max(tokens_die) }
}

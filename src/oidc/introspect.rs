//! Introspection: who may see what of a token, and the answer (RFC 7662; claims.md 2, 4).

use serde_json::{Value, json};

use super::{
    access_token::{AccessToken, Audience},
    claims::{self, Claims},
    client::Client,
    client_auth::AuthFailure,
    facts::Authority,
    resource,
    scope::ScopeSet,
};
use crate::{
    authn::acr::Acr,
    base::{
        id::{GrantId, SessionId},
        moment::Moment,
    },
};

/// Whether an authenticated client may introspect at all: naming itself is not authentication (I1).
pub fn may_introspect(caller: &Client) -> Result<(), AuthFailure> {
    if caller.is_public() { Err(AuthFailure::Missing) } else { Ok(()) }
}

/// Whether `caller` may see an access token: its own, or one for an audience it introspects for (Q16).
pub fn may_see_access_token(caller: &Client, client_id: &str, audience: &Audience) -> bool {
    caller.id() == client_id || audience.0.iter().any(|aud| caller.metadata().introspects.contains(aud))
}

/// The answer for everything that is not active, or not to be seen: this and nothing else (I2).
pub fn inactive() -> Claims {
    Claims::from_iter([("active".to_owned(), Value::Bool(false))])
}

/// The answer for an active access token that was issued to `client`: of a person or, without `person`, of a service.
pub fn access_token(token: &AccessToken, client: &Client, person: Option<&PersonNow<'_>>) -> Claims {
    let Ok(Value::Object(mut claims)) = serde_json::to_value(token) else { return inactive() };
    token.aliases.keys().for_each(|alias| drop(claims.remove(alias)));
    claims.insert("active".to_owned(), Value::Bool(true));
    claims.insert("token_type".to_owned(), json!("Bearer"));
    if let Some(person) = person {
        claims.insert("username".to_owned(), json!(person.user_name));
        person.replace_authority(&mut claims, token);
    }
    claims::add_aliases(&mut claims, client);
    claims
}

/// The person of a token as of now: what was taken away since the token was issued shows at once (D8, claims.md 5).
#[derive(Clone, Copy, Debug)]
pub struct PersonNow<'a> {
    /// The name they sign in with.
    pub user_name: &'a str,
    /// What they may do, for the token's audience and scopes.
    pub authority: &'a Authority,
}

impl PersonNow<'_> {
    /// Puts today's lists in place of the token's: whole, because here no header limits their length.
    fn replace_authority(&self, claims: &mut Claims, token: &AccessToken) {
        let scope = &token.scope;
        // Entitlements are for a licence server, which has an audience of its own.
        let own = token.aud.0.iter().all(|aud| *aud == resource::userinfo(&token.iss));
        for name in ["permissions", "roles", "groups", "entitlements", "authz_overflow"] {
            claims.remove(name);
        }
        let Authority { permissions, roles, groups, entitlements, licenses } = self.authority;
        for (name, told, list) in [
            ("permissions", scope.contains("permissions"), permissions),
            ("roles", scope.contains("roles"), roles),
            ("groups", scope.contains("groups"), groups),
            ("entitlements", !own, entitlements),
        ] {
            if told && !list.is_empty() {
                claims.insert(name.to_owned(), json!(list));
            }
        }
        if !own && !licenses.is_empty() {
            claims.insert("licenses".to_owned(), json!(licenses));
        }
    }
}

/// What is told of an active refresh token, to its own client.
#[derive(Clone, Debug)]
pub struct RefreshTokenFacts<'a> {
    /// Issuer.
    pub issuer: &'a str,
    /// The family.
    pub grant: GrantId,
    /// Whose it is.
    pub client_id: &'a str,
    /// `sub` of the tokens it buys.
    pub sub: &'a str,
    /// The name the person signs in with.
    pub user_name: &'a str,
    /// Granted scopes.
    pub scope: &'a ScopeSet,
    /// Audience of the access tokens it buys.
    pub audience: &'a Audience,
    /// When the family began.
    pub issued_at: Moment,
    /// When this token ends unless it is used.
    pub expires_at: Moment,
    /// When the person signed in.
    pub auth_time: Moment,
    /// How well.
    pub acr: Acr,
    /// With what.
    pub amr: &'a [String],
    /// The session.
    pub sid: Option<SessionId>,
}

/// The answer for an active refresh token. It has no `token_type`: that is a property of access tokens.
pub fn refresh_token(facts: &RefreshTokenFacts<'_>) -> Claims {
    let mut claims = Claims::new();
    let mut add = |name: &str, value: Value| {
        if !value.is_null() {
            claims.insert(name.to_owned(), value);
        }
    };
    add("active", json!(true));
    add("iss", json!(facts.issuer));
    add("jti", json!(facts.grant));
    add("client_id", json!(facts.client_id));
    add("sub", json!(facts.sub));
    add("username", json!(facts.user_name));
    add("scope", json!(facts.scope));
    add("aud", json!(facts.audience));
    add("iat", json!(facts.issued_at.as_secs()));
    add("exp", json!(facts.expires_at.as_secs()));
    add("auth_time", json!(facts.auth_time.as_secs()));
    add("acr", json!(facts.acr));
    add("amr", json!(facts.amr));
    add("sid", json!(facts.sid));
    claims
}

//! The UserInfo answer (OpenID Connect Core §5.3; claims.md 2).

use serde_json::json;

use super::{
    claims::{self, Claims, Release, Subject},
    error::{ErrorCode, OAuthError},
    facts::Company,
};

/// Most companies that are listed.
pub const MAX_COMPANIES: usize = 200;

/// The claims of the answer. `sub` is that of the ID token (H3); nothing is null or blank; `companies` are those the person is
/// eligible for with this client.
/// `None` if the client's subjects are memberships and there is none (see [`Subject::sub`]).
pub fn answer(subject: &Subject<'_>, release: &Release<'_>, companies: &[Company]) -> Option<Claims> {
    told(subject, release, companies, |claim| release.in_userinfo(claim))
}

/// Everything that the client is told of the person, here or in the ID token: what consent is asked for.
pub fn consented(subject: &Subject<'_>, release: &Release<'_>, companies: &[Company]) -> Option<Claims> {
    told(subject, release, companies, |claim| release.in_userinfo(claim) || release.in_id_token(claim))
}

fn told(
    subject: &Subject<'_>,
    release: &Release<'_>,
    companies: &[Company],
    tell: impl Fn(&str) -> bool,
) -> Option<Claims> {
    let mut claims = claims::collect(subject, tell);
    if release.in_userinfo("customers") && !companies.is_empty() {
        let listed: Vec<&Company> = companies.iter().take(MAX_COMPANIES).collect();
        claims.insert("customers".to_owned(), json!(listed));
    }
    claims::add_aliases(&mut claims, release.client);
    claims.insert("sub".to_owned(), json!(subject.sub(release.client)?));
    Some(claims)
}

/// The error for a token without `openid` (H2).
pub fn insufficient_scope() -> OAuthError {
    let text = "the access token was issued without the scope openid";
    OAuthError::new(ErrorCode::InsufficientScope, text).with_member("scope", "openid")
}

/// The error for a token that is not good (H2).
pub fn invalid_token() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidToken, "the access token is not valid")
}

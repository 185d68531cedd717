//! A successful answer of the token endpoint (RFC 6749 §5.1, OpenID Connect Core §3.1.3.3).

use std::time::Duration;

use serde::Serialize;

use super::scope::ScopeSet;

/// The JSON body. It holds secrets: build it, write it, drop it.
#[derive(Clone, Serialize)]
pub struct TokenResponse<'a> {
    /// The access token.
    pub access_token: &'a str,
    /// How to use it.
    pub token_type: &'static str,
    /// Seconds until it ends.
    pub expires_in: u64,
    /// The refresh token, if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refresh_token: Option<&'a str>,
    /// The ID token, if `openid` was granted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<&'a str>,
    /// What was granted.
    #[serde(skip_serializing_if = "ScopeSet::is_empty")]
    pub scope: &'a ScopeSet,
}

impl<'a> TokenResponse<'a> {
    /// An answer with a bearer token. The scope is always told: the client need not remember what it asked for (C9).
    pub fn bearer(access_token: &'a str, lifetime: Duration, scope: &'a ScopeSet) -> Self {
        let expires_in = lifetime.as_secs();
        Self { access_token, token_type: "Bearer", expires_in, refresh_token: None, id_token: None, scope }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn prot_c9_the_answer_has_the_members_of_the_standard() {
        let scope = ScopeSet::parse("openid email").unwrap();
        let mut response = TokenResponse::bearer("at", Duration::from_secs(600), &scope);
        let bare = json!({"access_token": "at", "token_type": "Bearer", "expires_in": 600, "scope": "openid email"});
        assert_eq!(serde_json::to_value(&response).unwrap(), bare);
        response.refresh_token = Some("rt");
        response.id_token = Some("it");
        let value = serde_json::to_value(&response).unwrap();
        assert_eq!((&value["refresh_token"], &value["id_token"]), (&json!("rt"), &json!("it")));
        let nothing = ScopeSet::default();
        let value = serde_json::to_value(TokenResponse::bearer("at", Duration::ZERO, &nothing)).unwrap();
        assert_eq!(value.get("scope"), None);
    }
}

//! A relying party in a few lines: asks, receives, redeems.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::Value;

use super::{
    app::basic,
    browser::{Answer, Browser},
    world::{CALLBACK, PASSWORD, SECRET, World},
};

/// A PKCE verifier and its challenge (RFC 7636 appendix B).
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

/// The query of a usual request of `portal`, with these parameters put over it; an empty value takes one away.
pub fn query(changes: &[(&str, &str)]) -> String {
    let mut params: Vec<(&str, &str)> = vec![
        ("client_id", "portal"),
        ("redirect_uri", CALLBACK),
        ("response_type", "code"),
        ("scope", "openid"),
        ("state", "s-123"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ];
    for (name, value) in changes {
        params.retain(|(known, _)| known != name);
        if !value.is_empty() {
            params.push((name, value));
        }
    }
    form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish()
}

/// The address of the authorization endpoint for such a request.
pub fn authorize(changes: &[(&str, &str)]) -> String {
    format!("/oauth2/authorize?{}", query(changes))
}

impl World {
    /// Signs somebody in for a request and returns the code.
    pub async fn code(&self, browser: &mut Browser, username: &str, changes: &[(&str, &str)]) -> String {
        let page = browser.go(&authorize(changes)).await;
        let answer = match page.location() {
            Some(_) => page,
            None => browser.sign_in(&page, username, PASSWORD).await,
        };
        code_of(&answer)
    }

    /// Redeems a code of `portal`.
    pub async fn redeem(&self, code: &str) -> Answer {
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        self.app.token(Some(&basic("portal", SECRET)), &fields).await
    }

    /// Refreshes a token of `portal`, with further parameters.
    pub async fn refresh(&self, token: &str, more: &[(&str, &str)]) -> Answer {
        let mut fields = vec![("grant_type", "refresh_token"), ("refresh_token", token)];
        fields.extend_from_slice(more);
        self.app.token(Some(&basic("portal", SECRET)), &fields).await
    }

    /// Introspects a token as `portal`.
    pub async fn introspect(&self, token: &str) -> Value {
        let answer = self.app.post("/oauth2/introspect", Some(&basic("portal", SECRET)), &[("token", token)]).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }

    /// Signs Bob in for a request and returns the tokens.
    pub async fn tokens(&self, changes: &[(&str, &str)]) -> Value {
        let mut browser = self.app.browser();
        let code = self.code(&mut browser, "bob", changes).await;
        let answer = self.redeem(&code).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.json()
    }
}

/// The code of a successful authorization response.
pub fn code_of(answer: &Answer) -> String {
    let params = answer.redirect_params();
    params.get("code").cloned().unwrap_or_else(|| panic!("no code: {params:?}"))
}

/// The claims of a JWT, not verified.
pub fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).expect("a compact JWS");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).unwrap()).unwrap()
}

/// The header of a JWT, not verified.
pub fn header(token: &str) -> Value {
    let header = token.split('.').next().expect("a compact JWS");
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap()
}

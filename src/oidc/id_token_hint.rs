//! What an `id_token_hint` says once its signature and issuer are verified; it may be expired (Core §3.1.2.1, RP-Initiated Logout §2).

use serde_json::{Map, Value};

use super::error::{ErrorCode, OAuthError};

/// The claims of a verified ID token that decide something.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdTokenHint {
    /// Whom it speaks of: a person or, for some clients, a membership.
    pub sub: String,
    /// The clients it was issued to.
    pub aud: Vec<String>,
    /// The session it was issued in; tokens without a browser have none.
    pub sid: Option<String>,
}

impl IdTokenHint {
    /// Takes what is needed out of verified claims; `None` if they are not those of an ID token.
    pub fn from_claims(claims: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        let aud = match claims.get("aud")? {
            Value::String(aud) => vec![aud.clone()],
            Value::Array(aud) => aud.iter().map(|aud| aud.as_str().map(str::to_owned)).collect::<Option<_>>()?,
            _ => return None,
        };
        // Access tokens have a client_id, logout tokens events; neither has the time of an authentication without being one of them.
        let other = claims.contains_key("client_id") || claims.contains_key("events");
        let is_id_token = !other && claims.contains_key("auth_time") && !aud.is_empty();
        is_id_token.then_some(Self { sub: text("sub")?, aud, sid: text("sid") })
    }

    /// Whether it was issued to this client.
    pub fn is_for(&self, client_id: &str) -> bool {
        self.aud.iter().any(|aud| aud == client_id)
    }
}

/// The error for a hint that cannot be verified (B18).
pub fn unverifiable() -> OAuthError {
    OAuthError::new(ErrorCode::InvalidRequest, "the id_token_hint cannot be verified")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: Value) -> Option<IdTokenHint> {
        IdTokenHint::from_claims(value.as_object().unwrap())
    }

    #[test]
    fn prot_b18_a_hint_is_an_id_token_of_ours() {
        let hint = read(json!({"sub": "u", "aud": "portal", "sid": "s", "auth_time": 1})).unwrap();
        assert_eq!(hint, IdTokenHint { sub: "u".into(), aud: vec!["portal".into()], sid: Some("s".into()) });
        assert!(read(json!({"sub": "u", "aud": ["a", "b"], "auth_time": 1})).unwrap().is_for("b"));
    }

    #[test]
    fn sec_q47_no_other_token_is_taken_for_a_hint() {
        for other in [
            json!({"sub": "u", "aud": "https://api.example/", "client_id": "portal", "auth_time": 1}),
            json!({"sub": "u", "aud": "portal", "events": {}, "auth_time": 1}),
            json!({"sub": "u", "aud": "portal"}),
            json!({"aud": "portal", "auth_time": 1}),
            json!({"sub": "u", "auth_time": 1}),
            json!({"sub": "u", "aud": [], "auth_time": 1}),
            json!({"sub": "u", "aud": [1], "auth_time": 1}),
            json!({"sub": 1, "aud": "portal", "auth_time": 1}),
        ] {
            assert_eq!(read(other.clone()), None, "{other}");
        }
    }
}

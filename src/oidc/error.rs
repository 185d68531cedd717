//! OAuth errors: a code, a sentence for the developer, and how HTTP carries both.

use std::{borrow::Cow, fmt};

use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Value;

macro_rules! error_codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal;)*) => {
        /// The registered error codes this server answers with.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum ErrorCode { $($(#[$doc])* $name,)* }

        impl ErrorCode {
            /// The code on the wire.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// The HTTP status of a direct answer (not of a redirect) with this code.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status,)* }
            }

            #[cfg(test)]
            pub(crate) const ALL: &'static [Self] = &[$(Self::$name,)*];
        }
    };
}

error_codes! {
    /// RFC 6749 §4.1.2.1, §5.2.
    InvalidRequest = "invalid_request", 400;
    /// RFC 6749 §5.2: client authentication failed.
    InvalidClient = "invalid_client", 401;
    /// RFC 6749 §5.2: the code, refresh token or credential buys nothing.
    InvalidGrant = "invalid_grant", 400;
    /// RFC 6749 §4.1.2.1, §5.2: this client may not do this.
    UnauthorizedClient = "unauthorized_client", 400;
    /// RFC 6749 §5.2.
    UnsupportedGrantType = "unsupported_grant_type", 400;
    /// RFC 6749 §4.1.2.1, §5.2.
    InvalidScope = "invalid_scope", 400;
    /// RFC 8707 §2.
    InvalidTarget = "invalid_target", 400;
    /// RFC 6749 §4.1.2.1.
    AccessDenied = "access_denied", 400;
    /// RFC 6749 §4.1.2.1.
    UnsupportedResponseType = "unsupported_response_type", 400;
    /// RFC 6749 §4.1.2.1.
    ServerError = "server_error", 500;
    /// RFC 6749 §4.1.2.1.
    TemporarilyUnavailable = "temporarily_unavailable", 503;
    /// OpenID Connect Core §3.1.2.6.
    LoginRequired = "login_required", 400;
    /// OpenID Connect Core §3.1.2.6.
    ConsentRequired = "consent_required", 400;
    /// OpenID Connect Core §3.1.2.6; also a refresh that needs the person (domain.md 4).
    InteractionRequired = "interaction_required", 400;
    /// OpenID Connect Core §3.1.2.6.
    AccountSelectionRequired = "account_selection_required", 400;
    /// OpenID Connect Core Unmet Authentication Requirements §2.
    UnmetAuthenticationRequirements = "unmet_authentication_requirements", 400;
    /// OpenID Connect Core §3.1.2.6.
    RequestNotSupported = "request_not_supported", 400;
    /// OpenID Connect Core §3.1.2.6.
    RequestUriNotSupported = "request_uri_not_supported", 400;
    /// OpenID Connect Core §3.1.2.6.
    RegistrationNotSupported = "registration_not_supported", 400;
    /// RFC 7009 §2.2.1.
    UnsupportedTokenType = "unsupported_token_type", 400;
    /// RFC 6750 §3.1.
    InvalidToken = "invalid_token", 401;
    /// RFC 6750 §3.1.
    InsufficientScope = "insufficient_scope", 403;
    /// RFC 9470 §3.
    InsufficientUserAuthentication = "insufficient_user_authentication", 401;
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An `error_description`: only `%x20-21 / %x23-5B / %x5D-7E` (RFC 6749 §5.2). Whatever else arrives becomes `'` (a quote) or `?`,
/// so that no text of ours or of a caller can break a header, a redirect or a strict client.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Description(Cow<'static, str>);

impl Description {
    /// The text, which holds permitted characters only.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn new(text: Cow<'static, str>) -> Self {
        if text.chars().all(permitted) {
            return Self(text);
        }
        let replace = |c| match c {
            c if permitted(c) => c,
            '"' => '\'',
            _ => '?',
        };
        Self(Cow::Owned(text.chars().map(replace).collect()))
    }
}

fn permitted(c: char) -> bool {
    matches!(c, '\u{20}'..='\u{7e}') && c != '"' && c != '\\'
}

impl From<&'static str> for Description {
    fn from(text: &'static str) -> Self {
        Self::new(Cow::Borrowed(text))
    }
}

impl From<String> for Description {
    fn from(text: String) -> Self {
        Self::new(Cow::Owned(text))
    }
}

/// What a protocol endpoint answers when it refuses. Serializes as the JSON body of RFC 6749 §5.2.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[error("{code}: {}", .description.as_str())]
pub struct OAuthError {
    code: ErrorCode,
    description: Description,
    status: u16,
    members: Vec<(&'static str, Value)>,
}

impl OAuthError {
    /// An error with the status its code usually has.
    pub fn new(code: ErrorCode, description: impl Into<Description>) -> Self {
        Self { code, description: description.into(), status: code.status(), members: Vec::new() }
    }

    /// Adds a member to the body, such as `acr_values` or `customer_selection` (claims.md 4).
    #[must_use]
    pub fn with_member(mut self, name: &'static str, value: impl Into<Value>) -> Self {
        self.members.push((name, value.into()));
        self
    }

    /// Answers with another status: 405, 413, 415.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// The error code.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// The sentence for the developer.
    pub fn description(&self) -> &str {
        self.description.as_str()
    }

    /// The HTTP status of a direct answer.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The `WWW-Authenticate` header that belongs to this error: Basic for `invalid_client` (RFC 6749 §5.2; RFC 9110 §15.5.2 wants
    /// one in every 401), Bearer for the errors of RFC 6750 §3.1 and RFC 9470 §3, nothing for the others.
    /// `realm` is the issuer.
    pub fn www_authenticate(&self, realm: &str) -> Option<String> {
        match self.code {
            ErrorCode::InvalidClient => Some(format!("Basic realm=\"{}\", charset=\"UTF-8\"", quotable(realm))),
            ErrorCode::InvalidToken | ErrorCode::InsufficientScope | ErrorCode::InsufficientUserAuthentication => {
                let mut header = bearer_challenge(realm);
                header.push_str(&format!(", error=\"{}\", error_description=\"{}\"", self.code, self.description()));
                for (name, value) in &self.members {
                    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                    header.push_str(&format!(", {name}=\"{}\"", quotable(&text)));
                }
                Some(header)
            }
            _ => None,
        }
    }
}

/// The challenge to a request without credentials: no error code (RFC 6750 §3.1).
pub fn bearer_challenge(realm: &str) -> String {
    format!("Bearer realm=\"{}\"", quotable(realm))
}

fn quotable(text: &str) -> String {
    Description::from(text.to_owned()).0.into_owned()
}

impl Serialize for OAuthError {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2 + self.members.len()))?;
        map.serialize_entry("error", self.code.as_str())?;
        map.serialize_entry("error_description", self.description())?;
        for (name, value) in &self.members {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn prot_a16_descriptions_hold_permitted_characters_only() {
        let hostile = Description::from("a\"b\\c\r\nd\te\u{0}ü é\u{7f}".to_owned());
        assert_eq!(hostile.as_str(), "a'b?c??d?e?? ??");
        for code in ErrorCode::ALL {
            assert!(code.as_str().bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{code}");
        }
    }

    #[test]
    fn prot_a8_failed_client_authentication_is_401_with_a_basic_challenge() {
        let error = OAuthError::new(ErrorCode::InvalidClient, "no");
        assert_eq!(error.status(), 401);
        let header = error.www_authenticate("https://id.example").unwrap_or_default();
        assert_eq!(header, "Basic realm=\"https://id.example\", charset=\"UTF-8\"");
        assert_eq!(OAuthError::new(ErrorCode::InvalidGrant, "no").www_authenticate("x"), None);
    }

    #[test]
    fn prot_h2_bearer_challenges_name_the_error_and_the_scope() {
        let error =
            OAuthError::new(ErrorCode::InsufficientScope, "the token lacks openid").with_member("scope", "openid");
        assert_eq!(error.status(), 403);
        assert_eq!(
            error.www_authenticate("https://id.example").unwrap_or_default(),
            "Bearer realm=\"https://id.example\", error=\"insufficient_scope\", \
             error_description=\"the token lacks openid\", scope=\"openid\""
        );
        assert_eq!(bearer_challenge("a\"b"), "Bearer realm=\"a'b\"");
    }

    #[test]
    fn prot_a15_the_body_is_the_json_of_rfc_6749() {
        let error = OAuthError::new(ErrorCode::InteractionRequired, "more is needed").with_member("max_age", 300);
        let body = serde_json::to_value(&error).unwrap();
        assert_eq!(
            body,
            json!({"error": "interaction_required", "error_description": "more is needed", "max_age": 300})
        );
    }
}

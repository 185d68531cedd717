//! Where an authorization response goes and how it travels (OAuth 2.0 Multiple Response Types §2.1, Form Post Response Mode §2,
//! RFC 9207).

use form_urlencoded::Serializer;
use serde::{Deserialize, Serialize};

use super::{client::ResponseMode, error::OAuthError};

/// The checked way back to a client. Nothing else in this server makes a redirect to a client's URI.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReturnTo {
    /// As received, and matched with a registered one.
    pub redirect_uri: String,
    /// How the response travels.
    pub response_mode: ResponseMode,
    /// Returned byte for byte; absent stays absent (B7).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// A response on its way to the client.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Response {
    /// 303 with this `Location`.
    Redirect(String),
    /// A page whose form the browser posts to `action`.
    FormPost {
        /// The redirect URI.
        action: String,
        /// Hidden fields, in order.
        fields: Vec<(&'static str, String)>,
    },
}

impl ReturnTo {
    /// A successful response with its code. `issuer` goes into every response (B8).
    pub fn code(&self, code: &str, issuer: &str) -> Response {
        self.respond(vec![("code", code.to_owned())], issuer)
    }

    /// An error response; it travels as a success would (B9).
    pub fn error(&self, error: &OAuthError, issuer: &str) -> Response {
        let fields =
            vec![("error", error.code().as_str().to_owned()), ("error_description", error.description().to_owned())];
        self.respond(fields, issuer)
    }

    fn respond(&self, mut fields: Vec<(&'static str, String)>, issuer: &str) -> Response {
        if let Some(state) = &self.state {
            fields.push(("state", state.clone()));
        }
        fields.push(("iss", issuer.to_owned()));
        match self.response_mode {
            ResponseMode::FormPost => Response::FormPost { action: self.redirect_uri.clone(), fields },
            ResponseMode::Query => Response::Redirect(append_query(&self.redirect_uri, &fields)),
            ResponseMode::Fragment => Response::Redirect(format!("{}#{}", self.redirect_uri, encode(&fields))),
        }
    }
}

/// `uri` with further query parameters; a query it has already stays as it is (RFC 6749 §3.1.2).
pub fn append_query(uri: &str, fields: &[(&'static str, String)]) -> String {
    let joint = match uri.split_once('?') {
        None => "?",
        Some((_, query)) if query.is_empty() || query.ends_with('&') => "",
        Some(_) => "&",
    };
    format!("{uri}{joint}{}", encode(fields))
}

fn encode(fields: &[(&'static str, String)]) -> String {
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use url::Url;

    use super::*;
    use crate::oidc::error::ErrorCode;

    const ISSUER: &str = "https://id.example";

    fn to(uri: &str, response_mode: ResponseMode, state: Option<&str>) -> ReturnTo {
        ReturnTo { redirect_uri: uri.into(), response_mode, state: state.map(str::to_owned) }
    }

    fn location(response: Response) -> String {
        match response {
            Response::Redirect(location) => location,
            Response::FormPost { .. } => panic!("a form"),
        }
    }

    #[test]
    fn prot_b3_a_registered_query_is_preserved() {
        let state = Some("s");
        for (uri, expected) in [
            ("https://a.example/cb", "https://a.example/cb?code=c&state=s&iss=https%3A%2F%2Fid.example"),
            ("https://a.example/cb?t=1%20", "https://a.example/cb?t=1%20&code=c&state=s&iss=https%3A%2F%2Fid.example"),
            ("https://a.example/cb?", "https://a.example/cb?code=c&state=s&iss=https%3A%2F%2Fid.example"),
            ("com.example.app:/cb", "com.example.app:/cb?code=c&state=s&iss=https%3A%2F%2Fid.example"),
        ] {
            assert_eq!(location(to(uri, ResponseMode::Query, state).code("c", ISSUER)), expected);
        }
    }

    #[test]
    fn prot_b9_each_mode_carries_success_and_error() {
        let error = OAuthError::new(ErrorCode::AccessDenied, "no access");
        let fragment = to("https://a.example/cb?t=1", ResponseMode::Fragment, None);
        assert_eq!(
            location(fragment.code("c", ISSUER)),
            "https://a.example/cb?t=1#code=c&iss=https%3A%2F%2Fid.example"
        );
        assert!(location(fragment.error(&error, ISSUER)).starts_with("https://a.example/cb?t=1#error=access_denied&"));
        let form = to("https://a.example/cb", ResponseMode::FormPost, Some("<\">"));
        let Response::FormPost { action, fields } = form.error(&error, ISSUER) else { panic!("a redirect") };
        assert_eq!(action, "https://a.example/cb");
        let expected =
            [("error", "access_denied"), ("error_description", "no access"), ("state", "<\">"), ("iss", ISSUER)];
        assert_eq!(fields, expected.map(|(name, value)| (name, value.to_owned())));
    }

    #[test]
    fn prot_b7_an_absent_state_stays_absent() {
        assert!(!location(to("https://a.example/", ResponseMode::Query, None).code("c", ISSUER)).contains("state"));
    }

    proptest! {
        #[test]
        fn prot_b7_b8_state_and_issuer_arrive_exactly(state in "[^\0]{1,200}") {
            let error = OAuthError::new(ErrorCode::LoginRequired, "sign in");
            let to = to("https://a.example/cb?t=1", ResponseMode::Query, Some(&state));
            for response in [to.code("c", ISSUER), to.error(&error, ISSUER)] {
                let url = Url::parse(&location(response)).unwrap();
                let value = |name: &str| url.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.into_owned());
                prop_assert_eq!(value("state"), Some(state.clone()));
                prop_assert_eq!(value("iss"), Some(ISSUER.to_owned()));
                prop_assert_eq!(value("t"), Some("1".to_owned()));
            }
        }
    }
}

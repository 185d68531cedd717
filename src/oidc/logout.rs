//! RP-initiated logout: whether to ask the person, and where the browser may go afterwards (OpenID Connect RP-Initiated Logout 1.0).

use serde::{Deserialize, Serialize};

use super::{
    client::Client,
    error::{ErrorCode, OAuthError},
    id_token_hint::IdTokenHint,
    params::Params,
    redirect_uri::{self, Mismatch},
    response_mode,
};

/// A request to sign out, as sent.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct LogoutRequest {
    /// An ID token issued earlier; not verified yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_token_hint: Option<String>,
    /// The client that asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// Where to go afterwards.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub post_logout_redirect_uri: Option<String>,
    /// Returned there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Languages the person may prefer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ui_locales: Option<String>,
}

impl LogoutRequest {
    /// Reads the parameters (M1: of a query or of a form).
    pub fn parse(params: &Params) -> Self {
        let get = |name| params.get(name).map(str::to_owned);
        Self {
            id_token_hint: get("id_token_hint"),
            client_id: get("client_id"),
            post_logout_redirect_uri: get("post_logout_redirect_uri"),
            state: get("state"),
            ui_locales: get("ui_locales"),
        }
    }

    /// The client to look up: the one named, else the one the hint was issued to.
    pub fn client_id<'a>(&'a self, hint: Option<&'a IdTokenHint>) -> Option<&'a str> {
        self.client_id.as_deref().or_else(|| hint.and_then(|hint| hint.aud.first()).map(String::as_str))
    }
}

/// Where the browser goes once the person is signed out.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct PostLogout {
    uri: String,
    state: Option<String>,
}

impl PostLogout {
    /// The `Location`, with `state` if one was sent (M6).
    pub fn location(&self) -> String {
        match &self.state {
            Some(state) => response_mode::append_query(&self.uri, &[("state", state.clone())]),
            None => self.uri.clone(),
        }
    }
}

/// The session of the browser that asks.
#[derive(Clone, Copy, Debug)]
pub struct LogoutSession<'a> {
    /// Its id, as in `sid`.
    pub sid: &'a str,
}

/// What becomes of the request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum LogoutDecision {
    /// Ask the person first (M5); then go there, if anywhere.
    Ask(Option<PostLogout>),
    /// End the session at once; then go there, if anywhere.
    SignOut(Option<PostLogout>),
    /// There is no session; go there, if anywhere.
    SignedOut(Option<PostLogout>),
}

/// Why a request is answered by an error page; nobody is signed out.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum LogoutError {
    /// The hint is not an ID token of this server (M2).
    #[error("the id_token_hint cannot be verified")]
    Hint,
    /// The hint was issued to another client (M3).
    #[error("the id_token_hint was not issued to this client")]
    HintClient,
    /// No such client, or one that is switched off.
    #[error("there is no such client")]
    Client,
    /// The URI is not registered (M4).
    #[error("the post_logout_redirect_uri is not registered for this client")]
    RedirectUri {
        /// As sent.
        received: String,
        /// What is registered and how it differs, for the developers of a client in development.
        registered: Vec<Mismatch>,
    },
}

impl From<LogoutError> for OAuthError {
    fn from(error: LogoutError) -> Self {
        Self::new(ErrorCode::InvalidRequest, error.to_string())
    }
}

/// Decides. `hint`: the verified hint, an error if there was one and it is not verifiable. `client`: the one that
/// [`LogoutRequest::client_id`] names, if it exists. `session`: that of the browser.
pub fn decide(
    request: &LogoutRequest,
    hint: Option<&IdTokenHint>,
    client: Option<&Client>,
    session: Option<LogoutSession<'_>>,
) -> Result<LogoutDecision, LogoutError> {
    if request.id_token_hint.is_some() && hint.is_none() {
        return Err(LogoutError::Hint);
    }
    if let (Some(hint), Some(client_id)) = (hint, &request.client_id)
        && !hint.is_for(client_id)
    {
        return Err(LogoutError::HintClient);
    }
    let client = client.filter(|client| client.is_active());
    if request.client_id(hint).is_some() && client.is_none() {
        return Err(LogoutError::Client);
    }
    let target = target(request, client)?;
    Ok(match (session, hint) {
        // Without a session there is nobody to confirm, so only a hint opens the way back (M4).
        (None, hint) => LogoutDecision::SignedOut(target.filter(|_| hint.is_some())),
        (Some(session), Some(hint)) if hint.sid.as_deref() == Some(session.sid) => LogoutDecision::SignOut(target),
        (Some(_), _) => LogoutDecision::Ask(target),
    })
}

fn target(request: &LogoutRequest, client: Option<&Client>) -> Result<Option<PostLogout>, LogoutError> {
    let (Some(received), Some(client)) = (&request.post_logout_redirect_uri, client) else { return Ok(None) };
    if client.allows_post_logout_redirect_uri(received) {
        return Ok(Some(PostLogout { uri: received.clone(), state: request.state.clone() }));
    }
    let registered = redirect_uri::explain(received, &client.metadata().post_logout_redirect_uris);
    Err(LogoutError::RedirectUri { received: received.clone(), registered })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::oidc::testing;

    const URI: &str = "https://portal.example/";

    fn hint(sid: &str) -> IdTokenHint {
        IdTokenHint { sub: "u".into(), aud: vec!["portal".into()], sid: Some(sid.into()) }
    }

    fn run(
        pairs: &[(&str, &str)],
        hint: Option<&IdTokenHint>,
        session: Option<&str>,
    ) -> Result<LogoutDecision, LogoutError> {
        let request = LogoutRequest::parse(&pairs.iter().copied().collect());
        let client = testing::client(|_| ());
        let found = request.client_id(hint).filter(|id| *id == "portal").map(|_| &client);
        decide(&request, hint, found, session.map(|sid| LogoutSession { sid }))
    }

    fn to(state: Option<&str>) -> Option<PostLogout> {
        Some(PostLogout { uri: URI.into(), state: state.map(str::to_owned) })
    }

    const HINTED: [(&str, &str); 2] = [("id_token_hint", "x"), ("post_logout_redirect_uri", URI)];

    #[test]
    fn prot_m2_a_bad_hint_is_an_error_page() {
        assert_eq!(run(&HINTED, None, Some("s1")), Err(LogoutError::Hint));
    }

    #[test]
    fn prot_m3_the_client_must_be_the_one_the_hint_was_issued_to() {
        let hint = hint("s1");
        assert_eq!(
            run(&[("id_token_hint", "x"), ("client_id", "other")], Some(&hint), Some("s1")),
            Err(LogoutError::HintClient)
        );
        assert_eq!(run(&[("client_id", "other")], None, Some("s1")), Err(LogoutError::Client));
        assert_eq!(
            run(&[("id_token_hint", "x"), ("client_id", "portal")], Some(&hint), Some("s1")),
            Ok(LogoutDecision::SignOut(None))
        );
    }

    #[test]
    fn prot_m4_only_registered_uris_and_never_without_hint_or_confirmation() {
        let hint = hint("s1");
        for bad in [
            "https://portal.example",
            "https://portal.example/?a=b",
            "https://evil.example/",
            "https://portal.example/callback",
        ] {
            let refused = run(&[("id_token_hint", "x"), ("post_logout_redirect_uri", bad)], Some(&hint), Some("s1"));
            assert!(matches!(refused, Err(LogoutError::RedirectUri { .. })), "{bad}");
        }
        let named = [("client_id", "portal"), ("post_logout_redirect_uri", URI)];
        assert_eq!(run(&named, None, Some("s1")), Ok(LogoutDecision::Ask(to(None))));
        assert_eq!(run(&named, None, None), Ok(LogoutDecision::SignedOut(None)));
        let unnamed = [("post_logout_redirect_uri", URI)];
        assert_eq!(run(&unnamed, None, Some("s1")), Ok(LogoutDecision::Ask(None)));
        assert_eq!(run(&HINTED, Some(&hint), None), Ok(LogoutDecision::SignedOut(to(None))));
    }

    #[test]
    fn prot_m5_sec_q35_without_a_hint_of_this_session_the_person_is_asked() {
        assert_eq!(run(&HINTED, Some(&hint("s1")), Some("s1")), Ok(LogoutDecision::SignOut(to(None))));
        assert_eq!(run(&HINTED, Some(&hint("s2")), Some("s1")), Ok(LogoutDecision::Ask(to(None))));
        let without_sid = IdTokenHint { sid: None, ..hint("") };
        assert_eq!(run(&HINTED, Some(&without_sid), Some("s1")), Ok(LogoutDecision::Ask(to(None))));
        assert_eq!(run(&[], None, Some("s1")), Ok(LogoutDecision::Ask(None)));
    }

    #[test]
    fn prot_m6_state_is_echoed_on_that_redirect_only() {
        let with_state = [("id_token_hint", "x"), ("post_logout_redirect_uri", URI), ("state", "a b&c")];
        let Ok(LogoutDecision::SignOut(Some(target))) = run(&with_state, Some(&hint("s1")), Some("s1")) else {
            panic!("no redirect");
        };
        assert_eq!(target.location(), "https://portal.example/?state=a+b%26c");
        assert_eq!(to(None).unwrap().location(), URI);
        assert_eq!(run(&[("state", "s")], None, Some("s1")), Ok(LogoutDecision::Ask(None)));
        assert_eq!(run(&[], None, None), Ok(LogoutDecision::SignedOut(None)));
    }

    #[test]
    fn sec_m_a_disabled_client_gets_no_redirect() {
        let request = LogoutRequest::parse(&HINTED.into_iter().collect());
        let disabled = Client::new(testing::metadata(), false, Vec::new()).unwrap();
        let hint = hint("s1");
        let decided = decide(&request, Some(&hint), Some(&disabled), Some(LogoutSession { sid: "s1" }));
        assert_eq!(decided, Err(LogoutError::Client));
    }
}

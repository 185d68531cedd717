//! What a browser brings along.

use crate::{
    base::{
        bearer::{BearerKind, Presented, read},
        secret::Secret,
    },
    store::session::Browser,
};

/// Cookies and address of a request from a browser, read but not believed.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// Its sign-in session.
    pub session: Option<Presented>,
    /// Its handle on attempts to sign in.
    pub flow: Option<Presented>,
    /// Its device cookie.
    pub known_browser: Option<Presented>,
    /// Its cookie of a trusted browser.
    pub trusted_browser: Option<Presented>,
    /// Address and agent.
    pub browser: Browser,
    /// The request, for the audit log.
    pub request_id: Option<String>,
}

impl Caller {
    /// The same with the cookie of a trusted browser.
    #[must_use]
    pub fn trusted(mut self, cookie: Option<&str>) -> Self {
        self.trusted_browser = cookie.and_then(|value| read(BearerKind::TrustedBrowser, value));
        self
    }

    /// The same with a session whose cookie is about to be set.
    #[must_use]
    pub fn with_session(mut self, secret: &Secret<String>) -> Self {
        self.session = read(BearerKind::Session, secret.expose());
        self
    }

    /// Reads the cookies' values; what has not the form of its kind is as good as absent.
    pub fn new(session: Option<&str>, flow: Option<&str>, known_browser: Option<&str>, browser: Browser) -> Self {
        let presented = |kind, value: Option<&str>| value.and_then(|value| read(kind, value));
        Self {
            session: presented(BearerKind::Session, session),
            flow: presented(BearerKind::Flow, flow),
            known_browser: presented(BearerKind::KnownBrowser, known_browser),
            trusted_browser: None,
            browser,
            request_id: None,
        }
    }
}

//! When it does not work: what a person reads, and what a developer does.

use serde::Serialize;

use crate::{
    base::moment::Moment,
    oidc::redirect_uri::{Difference, Mismatch},
    theme::frame::{Href, Page, Stamp},
};

/// What to quote when asking for help.
#[derive(Clone, Debug, Serialize)]
pub struct Incident {
    /// The OAuth error, in `#error-code`.
    pub code: String,
    /// The id that the log carries, in `#error-id`.
    pub id: String,
    /// When it happened.
    pub at: Stamp,
}

impl Incident {
    pub(super) fn sample(code: &str) -> Self {
        let at = Moment::from_secs(1_795_200_000).into();
        Self { code: code.to_owned(), id: "8F3K-22QD".to_owned(), at }
    }
}

/// What went wrong, in plain words: a heading and what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// The application's request cannot be answered at all (400).
    Request,
    /// No such application, or one that is switched off (400).
    UnknownClient,
    /// The browser did not bring its cookie along (400).
    CookieLost,
    /// A form came from another site, or without its token (403).
    Forbidden,
    /// Nothing is here (404).
    NotFound,
    /// Something is here, but not for this method (405).
    MethodNotAllowed,
    /// Something was here (410).
    Gone,
    /// More was sent than is read (413).
    TooLarge,
    /// Our fault (500).
    Internal,
    /// Too busy for the moment (503).
    Unavailable,
}

impl ErrorKind {
    const ALL: [(&'static str, Self, &'static str); 10] = [
        ("request", Self::Request, "invalid_request"),
        ("unknown-client", Self::UnknownClient, "invalid_client"),
        ("cookie-lost", Self::CookieLost, "invalid_request"),
        ("forbidden", Self::Forbidden, "access_denied"),
        ("not-found", Self::NotFound, "not_found"),
        ("method-not-allowed", Self::MethodNotAllowed, "method_not_allowed"),
        ("gone", Self::Gone, "gone"),
        ("too-large", Self::TooLarge, "invalid_request"),
        ("internal", Self::Internal, "server_error"),
        ("unavailable", Self::Unavailable, "temporarily_unavailable"),
    ];
}

/// Any error. Never says more about a failure of ours than its id.
#[derive(Clone, Debug, Serialize)]
pub struct ErrorPage {
    /// Heading and advice.
    pub kind: ErrorKind,
    /// What to quote.
    pub incident: Incident,
    /// Where "Try again" leads, if trying again may help.
    pub retry: Option<Href>,
    /// The mismatch in full; for clients with `environment = "development"` only.
    pub developer: Option<Developer>,
}

/// A mistake in the set-up of a client, for whoever can put it right.
#[derive(Clone, Debug, Serialize)]
pub struct Developer {
    /// What is wrong, how it is put right and which rule says so.
    pub mistake: Mistake,
    /// The value that the request brought.
    pub received: Option<String>,
    /// The values that would have been accepted, and in what the received one differs from each.
    pub registered: Vec<Mismatch>,
}

/// What a developer got wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mistake {
    /// `redirect_uri` is not registered (RFC 9700 §4.1.3).
    RedirectUri,
    /// `redirect_uri` is absent and cannot be told (OpenID Core §3.1.2.1).
    RedirectUriMissing,
    /// `post_logout_redirect_uri` is not registered (RP-Initiated Logout §3).
    PostLogoutRedirectUri,
    /// `id_token_hint` is not one of ours for this client (RP-Initiated Logout §4).
    IdTokenHint,
    /// The client is switched off.
    ClientDisabled,
    /// A parameter is sent twice or cannot be read (RFC 6749 §3.1).
    Parameter,
}

impl Page for ErrorPage {
    const TEMPLATE: &'static str = "error";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |kind, code| Self { kind, incident: Incident::sample(code), retry: None, developer: None };
        let explained = |developer| Self { developer: Some(developer), ..page(ErrorKind::Request, "invalid_request") };
        let mut samples: Vec<_> = ErrorKind::ALL.map(|(name, kind, code)| (name, page(kind, code))).into();
        let retry = Some(Href::local("/signin?a=7sK2"));
        samples.push(("internal-retry", Self { retry, ..page(ErrorKind::Internal, "server_error") }));
        samples.extend(Developer::samples().into_iter().map(|(name, developer)| (name, explained(developer))));
        samples
    }
}

impl Developer {
    /// Every difference, in the order of their severity.
    const DIFFERENCES: [Difference; 14] = [
        Difference::TrailingSlash,
        Difference::HostCase,
        Difference::Encoding,
        Difference::LocalhostOrLoopback,
        Difference::Port,
        Difference::Scheme,
        Difference::Query,
        Difference::Fragment,
        Difference::UserInfo,
        Difference::PathCase,
        Difference::Path,
        Difference::Host,
        Difference::Several,
        Difference::NotAUri,
    ];

    fn samples() -> Vec<(&'static str, Self)> {
        let given = |mistake, received: Option<&str>, registered: Vec<Mismatch>| Self {
            mistake,
            received: received.map(str::to_owned),
            registered,
        };
        let value = |registered: &str, difference| Mismatch { registered: registered.to_owned(), difference };
        let portal = || {
            let local = value("http://localhost:3000/callback", Difference::Several);
            vec![value("https://portal.acme.example/callback", Difference::TrailingSlash), local]
        };
        let every = Self::DIFFERENCES.map(|difference| value("https://portal.acme.example/cb", difference)).into();
        let hostile = vec![value(super::HOSTILE, Difference::Host)];
        vec![
            ("redirect-uri", given(Mistake::RedirectUri, Some("https://portal.acme.example/callback/"), portal())),
            ("differences", given(Mistake::RedirectUri, Some("HTTPS://Portal.acme.example/%63b?x"), every)),
            ("redirect-uri-missing", given(Mistake::RedirectUriMissing, None, portal())),
            ("post-logout", given(Mistake::PostLogoutRedirectUri, Some("https://portal.acme.example/bye"), vec![])),
            ("id-token-hint", given(Mistake::IdTokenHint, None, vec![])),
            ("client-disabled", given(Mistake::ClientDisabled, None, vec![])),
            ("parameter", given(Mistake::Parameter, Some("redirect_uri"), vec![])),
            ("hostile", given(Mistake::RedirectUri, Some(super::HOSTILE), hostile)),
        ]
    }
}

/// Too many attempts from this address (429, with `Retry-After`). The same for existing and unknown users.
#[derive(Clone, Debug, Serialize)]
pub struct Throttled {
    /// Minutes to wait, rounded up, 1 at least.
    pub minutes: u32,
    /// Where "Try again" leads.
    pub retry: Option<Href>,
    /// What to quote.
    pub incident: Incident,
}

impl Page for Throttled {
    const TEMPLATE: &'static str = "throttled";

    fn samples() -> Vec<(&'static str, Self)> {
        let page = |minutes, retry| Self { minutes, retry, incident: Incident::sample("slow_down") };
        vec![
            ("default", page(4, Some(Href::local("/signin?a=7sK2")))),
            ("one-minute", page(1, None)),
            ("a-day", page(1440, None)),
        ]
    }
}

/// A sign-in that took longer than it may.
#[derive(Clone, Debug, Serialize)]
pub struct AttemptExpired {
    /// Where it starts again, where the application is known.
    pub restart: Option<Href>,
}

impl Page for AttemptExpired {
    const TEMPLATE: &'static str = "attempt_expired";

    fn samples() -> Vec<(&'static str, Self)> {
        let restart = Href::new("https://portal.acme.example/");
        vec![("default", Self { restart }), ("nowhere-to-go", Self { restart: None })]
    }
}

/// The database is away (503, with `Retry-After`). Needs nothing but the binary.
#[derive(Clone, Debug, Serialize)]
pub struct Maintenance {}

impl Page for Maintenance {
    const TEMPLATE: &'static str = "maintenance";

    fn samples() -> Vec<(&'static str, Self)> {
        vec![("default", Self {})]
    }
}

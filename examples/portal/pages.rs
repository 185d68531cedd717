//! The pages. Everything that comes from outside is escaped by the template engine; there is no inline script or style.

use std::{error::Error, sync::LazyLock};

use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Response},
};
use minijinja::{Environment, value::Serde};
use openidconnect::url::Url;
use serde::Serialize;
use serde_json::{Map, Value};

use super::account::Session;

/// What a page may load and where its forms may lead: nothing but the portal itself.
pub(super) const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; \
                                 base-uri 'none'; frame-ancestors 'none'";

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut environment = Environment::new();
    for (name, source) in [
        ("layout.html", include_str!("pages/layout.html")),
        ("signed_out.html", include_str!("pages/signed_out.html")),
        ("signed_in.html", include_str!("pages/signed_in.html")),
        ("failure.html", include_str!("pages/failure.html")),
    ] {
        // A template that does not compile is found missing when it is rendered; a test renders each.
        let _ = environment.add_template(name, source);
    }
    environment
});

/// What went wrong, for the person in front of it.
#[derive(Debug, Serialize)]
pub(super) struct Failure {
    #[serde(skip)]
    status: StatusCode,
    title: String,
    /// The provider's own words or the reason.
    detail: Option<String>,
    /// The error code of the protocol.
    code: Option<String>,
}

impl Failure {
    /// Something that needs no more words.
    pub(super) fn plain(title: &str) -> Self {
        Self { status: StatusCode::BAD_REQUEST, title: title.to_owned(), detail: None, code: None }
    }

    /// The provider did not do its part; `error` says why.
    pub(super) fn provider(title: &str, error: &(dyn Error + 'static)) -> Self {
        let chain = std::iter::successors(Some(error), |error| (*error).source());
        let mut detail: Vec<String> = chain.map(ToString::to_string).collect();
        detail.dedup();
        Self { status: StatusCode::BAD_GATEWAY, title: title.to_owned(), detail: Some(detail.join(": ")), code: None }
    }

    /// The provider said no (RFC 6749 §4.1.2.1).
    pub(super) fn refused(code: &str, description: Option<&str>) -> Self {
        let title = match code {
            "access_denied" => "You were not let in",
            _ => "You could not be signed in",
        };
        Self {
            status: StatusCode::FORBIDDEN,
            title: title.to_owned(),
            detail: description.map(str::to_owned),
            code: Some(code.to_owned()),
        }
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match render("failure.html", &self) {
            Ok(page) => (self.status, page).into_response(),
            Err(_) => (self.status, self.title).into_response(),
        }
    }
}

/// The page with the one button.
pub(super) fn signed_out(just_now: bool) -> Result<Response, Failure> {
    #[derive(Serialize)]
    struct SignedOut {
        just_now: bool,
    }
    Ok(render("signed_out.html", SignedOut { just_now })?.into_response())
}

/// The page of a person signed in.
pub(super) fn signed_in(session: &Session, issuer: &Url) -> Result<Response, Failure> {
    let identity = &session.identity;
    let text = |name: &str| claim(&identity.userinfo, name).or_else(|| claim(&identity.claims, name));
    let list = |name: &str| identity.userinfo.get(name).or_else(|| identity.claims.get(name)).map(strings);
    let name = text("name").or_else(|| text("preferred_username")).unwrap_or_else(|| identity.subject.clone());
    let page = SignedIn {
        initials: initials(&name),
        name,
        email: text("email"),
        customer_name: text("customer_name"),
        customer_code: text("customer_code"),
        reference_name: text("reference_name"),
        permissions: list("permissions"),
        tables: [
            Table { id: "id-token", caption: "Verified ID token", rows: rows(&identity.claims) },
            Table { id: "userinfo", caption: "UserInfo", rows: rows(&identity.userinfo) },
        ],
        scopes: identity.scopes.join(" "),
        expires_in: identity.expires_in,
        refreshed: session.refreshed,
        can_refresh: identity.refresh_token.is_some(),
        issuer: issuer.as_str(),
    };
    let page = render("signed_in.html", page)?;
    // Signing out posts to us and is sent on to the provider: browsers hold that redirect to the policy too.
    let policy =
        POLICY.replace("form-action 'self'", &format!("form-action 'self' {}", issuer.origin().ascii_serialization()));
    let mut response = page.into_response();
    if let Ok(policy) = HeaderValue::try_from(policy) {
        response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// `GET /portal.css`.
pub(super) async fn stylesheet() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "max-age=300")];
    (headers, include_str!("pages/portal.css")).into_response()
}

/// `GET /portal.svg`.
pub(super) async fn icon() -> Response {
    let headers = [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "max-age=300")];
    (headers, include_str!("pages/portal.svg")).into_response()
}

/// Any other path.
pub(super) async fn not_found() -> Failure {
    Failure { status: StatusCode::NOT_FOUND, ..Failure::plain("There is no such page") }
}

fn render(name: &str, page: impl Serialize) -> Result<Html<String>, Failure> {
    let broken = |error| Failure {
        status: StatusCode::INTERNAL_SERVER_ERROR,
        ..Failure::provider("This page is broken", &error)
    };
    let template = TEMPLATES.get_template(name).map_err(broken)?;
    template.render(Serde(page)).map(Html).map_err(broken)
}

/// What the page of a person signed in shows.
#[derive(Serialize)]
struct SignedIn<'a> {
    name: String,
    initials: String,
    email: Option<String>,
    customer_name: Option<String>,
    customer_code: Option<String>,
    reference_name: Option<String>,
    permissions: Option<Vec<String>>,
    tables: [Table; 2],
    scopes: String,
    expires_in: Option<u64>,
    refreshed: u32,
    can_refresh: bool,
    issuer: &'a str,
}

#[derive(Serialize)]
struct Table {
    id: &'static str,
    caption: &'static str,
    rows: Vec<Row>,
}

/// A claim, as the table shows it.
#[derive(Serialize)]
struct Row {
    name: String,
    value: String,
    /// A time in words, where the value is one.
    note: Option<String>,
}

fn rows(claims: &Map<String, Value>) -> Vec<Row> {
    claims
        .iter()
        .map(|(name, value)| Row { name: name.clone(), value: words(value), note: time(name, value) })
        .collect()
}

fn words(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) if values.iter().all(|value| !value.is_object()) => {
            values.iter().map(words).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn time(name: &str, value: &Value) -> Option<String> {
    let is_time = matches!(name, "exp" | "iat" | "auth_time" | "updated_at");
    let moment = jiff::Timestamp::from_second(value.as_i64().filter(|_| is_time)?).ok()?;
    Some(moment.to_string())
}

fn strings(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().map(words).collect()
}

fn claim(claims: &Map<String, Value>, name: &str) -> Option<String> {
    claims.get(name).and_then(Value::as_str).map(str::to_owned)
}

fn initials(name: &str) -> String {
    let words: Vec<_> = name.split_whitespace().collect();
    let ends = [words.first(), words.last().filter(|_| words.len() > 1)];
    ends.into_iter()
        .flatten()
        .filter_map(|word| word.chars().find(|letter| letter.is_alphanumeric()))
        .flat_map(char::to_uppercase)
        .collect()
}

//! Security headers (security.md S4), by class of route.

use std::fmt::Write;

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};
use url::{Host, Url};

use super::route_class::RouteClass;

/// Response extension of sign-in, chooser and consent pages: sources that their forms may lead to besides our own pages.
/// Chromium applies `form-action` to the redirects after a form's POST, so without them it would stop the way back.
#[derive(Clone, Debug, Default)]
pub struct FormAction(pub Vec<String>);

impl FormAction {
    /// The sources for a client's registered redirect URIs and its `form_action_origins`.
    pub fn of<'a>(uris: impl IntoIterator<Item = &'a str>) -> Self {
        let mut sources: Vec<String> = uris.into_iter().filter_map(source).collect();
        sources.sort_unstable();
        sources.dedup();
        Self(sources)
    }
}

/// Response extension of the page that posts an authorization response (Form Post Response Mode): the redirect URI it
/// posts to, the only target its form has.
#[derive(Clone, Debug)]
pub struct FormPostTo(pub String);

/// The CSP source (CSP3 §2.3.1) that covers a URI: its origin, every port of a loopback host, or the scheme of a
/// native application's URI.
fn source(uri: &str) -> Option<String> {
    let uri = Url::parse(uri).ok()?;
    match (uri.scheme(), uri.host()) {
        ("http", Some(Host::Ipv4(address))) if address.is_loopback() => Some(format!("http://{address}:*")),
        ("http", Some(Host::Domain("localhost"))) => Some("http://localhost:*".to_owned()),
        // CSP has no notation for an IPv6 host.
        (scheme @ ("http" | "https"), Some(Host::Ipv6(_))) => Some(format!("{scheme}:")),
        ("http" | "https", Some(_)) => Some(uri.origin().ascii_serialization()),
        (scheme, _) => Some(format!("{scheme}:")),
    }
}

const BEFORE_FORM_ACTION: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action";
const AFTER_FORM_ACTION: &str = "; require-trusted-types-for 'script'";
/// For answers that are no page: should a browser show one after all, it runs and loads nothing.
const INERT: HeaderValue = HeaderValue::from_static("default-src 'none'; frame-ancestors 'none'");

const NO_STORE: HeaderValue = HeaderValue::from_static("no-store");
const HSTS: HeaderValue = HeaderValue::from_static("max-age=63072000; includeSubDomains");
const PERMISSIONS: HeaderValue = HeaderValue::from_static(
    "accelerometer=(), autoplay=(), bluetooth=(), camera=(), \
     display-capture=(), encrypted-media=(), fullscreen=(), gamepad=(), geolocation=(), gyroscope=(), hid=(), \
     identity-credentials-get=(), idle-detection=(), local-fonts=(), magnetometer=(), microphone=(), midi=(), \
     otp-credentials=(), payment=(), picture-in-picture=(), publickey-credentials-create=(self), \
     publickey-credentials-get=(self), screen-wake-lock=(), serial=(), storage-access=(), usb=(), web-share=(), \
     window-management=(), xr-spatial-tracking=()",
);
const PERMISSIONS_POLICY: HeaderName = HeaderName::from_static("permissions-policy");
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
const ROBOTS: HeaderName = HeaderName::from_static("x-robots-tag");

/// Puts the headers of `class` on `response`. `secure`: whether `public_url` is https.
pub fn secure_headers(class: RouteClass, secure: bool, response: &mut Response) {
    let form_post = response.extensions_mut().remove::<FormPostTo>();
    let form_action = response.extensions_mut().remove::<FormAction>();
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(ROBOTS, HeaderValue::from_static("noindex"));
    if secure {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HSTS);
    }
    // Handlers of what may be kept (assets, discovery, JWKS) say so themselves.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, NO_STORE);
        headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    }
    let resource_policy = if class == RouteClass::Metadata { "cross-origin" } else { "same-origin" };
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static(resource_policy));
    if class.is_html() {
        page_headers(headers, form_post, form_action.unwrap_or_default());
    } else {
        headers.insert(header::CONTENT_SECURITY_POLICY, INERT);
    }
}

fn page_headers(headers: &mut HeaderMap, form_post: Option<FormPostTo>, form_action: FormAction) {
    // Never no-referrer: browsers would send `Origin: null` with our own forms (security.md S3).
    let referrer = if form_post.is_some() { "strict-origin" } else { "same-origin" };
    let policy = match form_post {
        Some(FormPostTo(target)) => policy(&FormAction::of([target.as_str()]).0),
        None => policy(&[&["'self'".to_owned()], form_action.0.as_slice()].concat()),
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static(referrer));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(PERMISSIONS_POLICY, PERMISSIONS);
}

fn policy(sources: &[String]) -> HeaderValue {
    let mut policy = BEFORE_FORM_ACTION.to_owned();
    let before = policy.len();
    // A source with a separator in it could loosen the rest of the policy.
    for source in sources.iter().filter(|source| is_source(source)) {
        let _infallible = write!(policy, " {source}");
    }
    if policy.len() == before {
        policy.push_str(" 'none'");
    }
    policy.push_str(AFTER_FORM_ACTION);
    HeaderValue::try_from(policy).unwrap_or(INERT)
}

fn is_source(source: &str) -> bool {
    source == "'self'"
        || source
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'/' | b'.' | b'-' | b'*' | b'+'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(class: RouteClass, secure: bool, mut response: Response) -> String {
        secure_headers(class, secure, &mut response);
        let mut lines: Vec<String> =
            response.headers().iter().map(|(name, value)| format!("{name}: {}", value.to_str().unwrap())).collect();
        lines.sort();
        lines.join("\n")
    }

    fn csp(response: Response) -> String {
        let all = headers(RouteClass::Page, true, response);
        all.lines().find_map(|line| line.strip_prefix("content-security-policy: ")).unwrap().to_owned()
    }

    fn with<T: Clone + Send + Sync + 'static>(extension: T) -> Response {
        let mut response = Response::default();
        response.extensions_mut().insert(extension);
        response
    }

    #[test]
    fn sec_s4_headers_of_each_class() {
        insta::assert_snapshot!("page", headers(RouteClass::Page, true, Response::default()));
        insta::assert_snapshot!("page_over_http", headers(RouteClass::Page, false, Response::default()));
        insta::assert_snapshot!("front_channel", headers(RouteClass::FrontChannel, true, Response::default()));
        insta::assert_snapshot!("api", headers(RouteClass::Api, true, Response::default()));
        insta::assert_snapshot!("metadata", headers(RouteClass::Metadata, true, Response::default()));
        insta::assert_snapshot!("asset", headers(RouteClass::Asset, true, Response::default()));
        insta::assert_snapshot!("health", headers(RouteClass::Health, true, Response::default()));
        let form_post = with(FormPostTo("https://portal.example/callback?x=1".to_owned()));
        insta::assert_snapshot!("form_post", headers(RouteClass::FrontChannel, true, form_post));
    }

    #[test]
    fn sec_s4_form_action_names_where_a_client_takes_people() {
        let uris = [
            "https://portal.example/callback",
            "https://portal.example/other",
            "https://portal.example:8443/",
            "http://127.0.0.1/cb",
            "http://127.0.0.1:4711/cb",
            "http://localhost:3000/cb",
            "com.example.app:/cb",
            "not a uri",
        ];
        let csp = csp(with(FormAction::of(uris)));
        let sources = csp.split("form-action ").nth(1).unwrap().split(';').next().unwrap();
        assert_eq!(
            sources,
            "'self' com.example.app: http://127.0.0.1:* http://localhost:* https://portal.example \
             https://portal.example:8443"
        );
    }

    #[test]
    fn a_source_cannot_loosen_the_policy() {
        let evil = ["https://a.example; script-src *", "'unsafe-inline'", "a b", "x,y", "https://é.example"];
        let csp = csp(with(FormAction(evil.map(str::to_owned).to_vec())));
        assert!(csp.contains("form-action 'self'; require"), "{csp}");
        let nowhere = super::policy(&FormAction::of(["nowhere"]).0);
        assert!(nowhere.to_str().unwrap().contains("form-action 'none';"));
    }

    #[test]
    fn sec_q26_handlers_may_allow_caching_and_nothing_else_does() {
        let mut cached = Response::default();
        cached.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
        let lines = headers(RouteClass::Metadata, true, cached);
        assert!(lines.contains("cache-control: public, max-age=300") && !lines.contains("pragma"), "{lines}");
    }
}

//! Security headers (security.md S4), by class of route.

use std::fmt::Write;

use axum::{
    http::{HeaderMap, HeaderName, HeaderValue, header},
    response::Response,
};

use super::route_class::RouteClass;
use crate::oidc::client::form_action_source;

/// Response extension of sign-in, chooser and consent pages: sources that their forms may lead to besides our own pages
/// (`Client::form_action_sources`). Chromium applies `form-action` to the redirects after a form's POST, so without them
/// it would stop the way back.
#[derive(Clone, Debug, Default)]
pub struct FormAction(pub Vec<String>);

/// Response extension of the page that posts an authorization response (Form Post Response Mode): the redirect URI it
/// posts to. Its form leads there, where a [`FormAction`] beside it says the portal may send people on, and never to us.
#[derive(Clone, Debug)]
pub struct FormPostTo(pub String);

/// Response extension of the pages that show a mail (experience.md, E-mail and SMS).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Framed {
    /// A page of ours with a mail in a frame: it may frame what is ours, and nobody may frame it.
    Frames,
    /// The mail itself. It needs styles of its own, which no page of ours does, and gets nothing else: no script, no
    /// form, no origin.
    Mail,
}

/// The policy of a mail that is shown by itself.
const MAIL: HeaderValue = HeaderValue::from_static(
    "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; img-src data: https:; \
     style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
);

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
    let framed = response.extensions_mut().remove::<Framed>();
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
        frame_headers(headers, framed);
    } else {
        headers.insert(header::CONTENT_SECURITY_POLICY, INERT);
    }
}

fn page_headers(headers: &mut HeaderMap, form_post: Option<FormPostTo>, form_action: FormAction) {
    // Never no-referrer: browsers would send `Origin: null` with our own forms (security.md S3).
    let referrer = if form_post.is_some() { "strict-origin" } else { "same-origin" };
    let policy = match form_post {
        Some(FormPostTo(target)) => policy(form_action_source(&target).as_deref(), &form_action),
        None => policy(Some("'self'"), &form_action),
    };
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static(referrer));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(OPENER_POLICY, HeaderValue::from_static("same-origin"));
    headers.insert(PERMISSIONS_POLICY, PERMISSIONS);
}

fn frame_headers(headers: &mut HeaderMap, framed: Option<Framed>) {
    match framed {
        None => {}
        Some(Framed::Mail) => {
            headers.insert(header::CONTENT_SECURITY_POLICY, MAIL);
            headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("SAMEORIGIN"));
        }
        Some(Framed::Frames) => {
            let policy = headers.get(header::CONTENT_SECURITY_POLICY).and_then(|policy| policy.to_str().ok());
            let policy = policy.map(|policy| format!("{policy}; frame-src 'self'"));
            if let Some(policy) = policy.and_then(|policy| HeaderValue::try_from(policy).ok()) {
                headers.insert(header::CONTENT_SECURITY_POLICY, policy);
            }
        }
    }
}

fn policy(first: Option<&str>, FormAction(further): &FormAction) -> HeaderValue {
    let mut policy = BEFORE_FORM_ACTION.to_owned();
    let before = policy.len();
    // A source with a separator in it could loosen the rest of the policy.
    for source in first.into_iter().chain(further.iter().map(String::as_str).filter(|source| is_source(source))) {
        let _infallible = write!(policy, " {source}");
    }
    if policy.len() == before {
        policy.push_str(" 'none'");
    }
    policy.push_str(AFTER_FORM_ACTION);
    HeaderValue::try_from(policy).unwrap_or(INERT)
}

fn is_source(source: &str) -> bool {
    source.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b':' | b'/' | b'.' | b'-' | b'*' | b'+'))
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

    fn form_action(response: Response) -> String {
        csp(response).split("form-action ").nth(1).unwrap().split(';').next().unwrap().to_owned()
    }

    #[test]
    fn sec_s4_form_action_names_where_a_client_takes_people() {
        let sources = ["https://portal.example:8443", "http://127.0.0.1:*", "com.example.app:"];
        let mut page = with(FormAction(sources.map(str::to_owned).to_vec()));
        let expected = "https://portal.example:8443 http://127.0.0.1:* com.example.app:";
        assert_eq!(form_action(page), format!("'self' {expected}"));
        page = with(FormAction(sources.map(str::to_owned).to_vec()));
        page.extensions_mut().insert(FormPostTo("https://portal.example/callback".to_owned()));
        assert_eq!(
            form_action(page),
            format!("https://portal.example {expected}"),
            "a form_post page never leads here"
        );
    }

    #[test]
    fn a_source_cannot_loosen_the_policy() {
        let evil = ["https://a.example; script-src *", "'unsafe-inline'", "a b", "x,y", "https://é.example"];
        assert_eq!(form_action(with(FormAction(evil.map(str::to_owned).to_vec()))), "'self'");
        assert_eq!(form_action(with(FormPostTo("nowhere".to_owned()))), "'none'");
    }

    #[test]
    fn sec_q26_handlers_may_allow_caching_and_nothing_else_does() {
        let mut cached = Response::default();
        cached.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("public, max-age=300"));
        let lines = headers(RouteClass::Metadata, true, cached);
        assert!(lines.contains("cache-control: public, max-age=300") && !lines.contains("pragma"), "{lines}");
    }
}

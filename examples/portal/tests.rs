//! The portal against a provider that does everything right, and one that does one thing wrong.

use std::collections::HashMap;

use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode},
    response::Response,
};
use openidconnect::url::Url;
use tower::ServiceExt;

use super::*;

mod stub;

use stub::{Stub, Twist};

/// A browser at the portal.
struct Browser {
    portal: Router,
    cookies: HashMap<String, String>,
}

struct Page {
    status: StatusCode,
    location: Option<Url>,
    policy: String,
    body: String,
}

impl Browser {
    fn at(issuer: &str) -> Self {
        let settings = Settings {
            public_url: Url::parse("http://localhost:8090").unwrap(),
            issuer: IssuerUrl::new(issuer.to_owned()).unwrap(),
            client_id: ClientId::new("portal".into()),
            client_secret: ClientSecret::new("secret".into()),
            scopes: DEFAULT_SCOPES.split(' ').map(str::to_owned).collect(),
        };
        Self { portal: router(settings).unwrap(), cookies: HashMap::new() }
    }

    async fn get(&mut self, path: &str) -> Page {
        self.send(Request::get(path)).await
    }

    async fn post(&mut self, path: &str) -> Page {
        self.send(Request::post(path).header("sec-fetch-site", "same-origin")).await
    }

    async fn send(&mut self, request: axum::http::request::Builder) -> Page {
        let cookies: Vec<_> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request.header("cookie", cookies.join("; ")).body(Body::empty()).unwrap();
        let response: Response = self.portal.clone().oneshot(request).await.unwrap();
        for cookie in response.headers().get_all("set-cookie") {
            let cookie = cookie::Cookie::parse(cookie.to_str().unwrap()).unwrap();
            assert!(cookie.http_only() == Some(true) && cookie.same_site() == Some(cookie::SameSite::Lax));
            assert!(cookie.name().starts_with("portal-"));
            if cookie.max_age().is_some_and(|age| age.is_zero()) {
                self.cookies.remove(cookie.name());
            } else {
                self.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
        let base = Url::parse("http://localhost:8090").unwrap();
        let text = |name: &str| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
        let (status, location) = (response.status(), text("location").map(|to| base.join(&to).unwrap()));
        let policy = text("content-security-policy").unwrap();
        let body = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Page { status, location, policy, body: String::from_utf8(body.to_vec()).unwrap() }
    }

    /// Goes to the provider and returns what the authorization request asked for.
    async fn depart(&mut self, from: &str) -> HashMap<String, String> {
        self.get(from).await.location.unwrap().query_pairs().into_owned().collect()
    }

    async fn sign_in(&mut self, stub: &Stub, twist: Twist) -> Page {
        let asked = self.depart("/signin").await;
        stub.expect(&asked["nonce"], &asked["code_challenge"], twist);
        self.get(&format!("/callback?code=the-code&state={}&iss={}", asked["state"], stub.issuer)).await
    }
}

#[tokio::test]
async fn a_person_signs_in_refreshes_and_signs_out() {
    let stub = Stub::start().await;
    let mut browser = Browser::at(&stub.issuer);
    assert!(browser.get("/").await.body.contains("id=\"signin\""));

    let landed = browser.sign_in(&stub, Twist::None).await;
    assert_eq!((landed.status, landed.location.unwrap().path()), (StatusCode::SEE_OTHER, "/"));
    let home = browser.get("/").await;
    for text in [
        "Anna &lt;b&gt;Berg&lt;&#x2f;b&gt;",
        "Acme &lt;AB&gt;",
        "<code>orders.read</code>",
        "&lt;script&gt;",
        "at_hash",
    ] {
        assert!(home.body.contains(text), "{text} is missing in {}", home.body);
    }
    assert!(home.policy.contains(&format!("form-action 'self' {}", stub.issuer)), "{}", home.policy);

    assert_eq!(browser.post("/refresh").await.status, StatusCode::SEE_OTHER);
    assert!(browser.get("/").await.body.contains("<span id=\"refreshed\">1</span>"));

    let away = browser.post("/signout").await.location.unwrap();
    let asked: HashMap<_, _> = away.query_pairs().into_owned().collect();
    assert_eq!((away.path(), asked["post_logout_redirect_uri"].as_str()), ("/logout", "http://localhost:8090/"));
    assert_eq!(asked["id_token_hint"].split('.').count(), 3);
    assert!(browser.get("/?state=signed-out").await.body.contains("You are signed out"));
}

#[tokio::test]
async fn the_request_carries_pkce_state_nonce_and_the_prompt_for_another_company() {
    let stub = Stub::start().await;
    let mut browser = Browser::at(&stub.issuer);
    let asked = browser.depart("/signin").await;
    assert_eq!(asked["response_type"], "code");
    assert_eq!(asked["code_challenge_method"], "S256");
    assert_eq!(asked["redirect_uri"], "http://localhost:8090/callback");
    assert_eq!(asked["scope"], format!("openid {DEFAULT_SCOPES}"));
    assert!(!asked.contains_key("prompt"));
    let again = browser.depart("/switch").await;
    assert_eq!(again["prompt"], "select_account");
    for name in ["state", "nonce", "code_challenge"] {
        assert_ne!(asked[name], again[name]);
    }
}

#[tokio::test]
async fn a_key_that_the_provider_made_meanwhile_is_fetched() {
    let stub = Stub::start().await;
    let mut browser = Browser::at(&stub.issuer);
    let page = browser.sign_in(&stub, Twist::KeyMadeLate).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "{}", page.body);
}

#[tokio::test]
async fn a_wrong_answer_signs_nobody_in() {
    let stub = Stub::start().await;
    for twist in [
        Twist::WrongNonce,
        Twist::WrongAudience,
        Twist::WrongIssuer,
        Twist::Expired,
        Twist::ForeignKey,
        Twist::OtherAccessToken,
        Twist::NoIdToken,
        Twist::OtherSubjectInUserinfo,
    ] {
        let mut browser = Browser::at(&stub.issuer);
        let page = browser.sign_in(&stub, twist).await;
        assert!(page.status.is_client_error() || page.status.is_server_error(), "{twist:?}");
        assert!(browser.get("/").await.body.contains("id=\"signin\""), "{twist:?}");
    }
}

#[tokio::test]
async fn an_answer_counts_once_in_its_own_browser_from_its_own_provider() {
    let stub = Stub::start().await;
    let mut browser = Browser::at(&stub.issuer);
    let asked = browser.depart("/signin").await;
    stub.expect(&asked["nonce"], &asked["code_challenge"], Twist::None);
    let answer = format!("/callback?code=the-code&state={}", asked["state"]);

    let mut stranger = Browser { portal: browser.portal.clone(), cookies: HashMap::new() };
    assert_eq!(stranger.get(&answer).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.get(&answer).await.status, StatusCode::BAD_REQUEST, "the stranger used it up");

    let asked = browser.depart("/signin").await;
    let answer = format!("/callback?code=the-code&state={}", asked["state"]);
    assert_eq!(browser.get(&format!("{answer}&iss=https://evil.example")).await.status, StatusCode::BAD_REQUEST);
    for query in ["", "?code=x", "?state=x&code=y", &format!("?state={0}&state={0}&code=x", asked["state"])] {
        assert_eq!(browser.get(&format!("/callback{query}")).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
}

#[tokio::test]
async fn the_providers_words_are_shown_as_text() {
    let stub = Stub::start().await;
    let mut browser = Browser::at(&stub.issuer);
    let asked = browser.depart("/signin").await;
    let state = &asked["state"];
    let page =
        browser.get(&format!("/callback?error=access_denied&error_description=%3Cimg+src%3Dx%3E&state={state}")).await;
    assert_eq!(page.status, StatusCode::FORBIDDEN);
    assert!(
        page.body.contains("&lt;img src=x&gt;") && page.body.contains("<code id=\"error-code\">access_denied</code>")
    );
}

#[tokio::test]
async fn a_refused_refresh_ends_the_session() {
    let stub = Stub::start().await;
    for (twist, words) in [
        (Twist::RefusesRefresh, "invalid_grant: ended &amp; over"),
        (Twist::OtherSubjectOnRefresh, "about somebody else"),
    ] {
        let mut browser = Browser::at(&stub.issuer);
        browser.sign_in(&stub, Twist::None).await;
        stub.twist(twist);
        let page = browser.post("/refresh").await;
        assert!(page.body.contains(words), "{}", page.body);
        assert!(browser.get("/").await.body.contains("id=\"signin\""));
    }
}

#[tokio::test]
async fn forms_of_other_pages_are_refused() {
    let stub = Stub::start().await;
    let mut browser = Browser::at(&stub.issuer);
    browser.sign_in(&stub, Twist::None).await;
    for (header, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "http://localhost:8080"),
        ("origin", "null"),
    ] {
        for path in ["/refresh", "/signout"] {
            let page = browser.send(Request::post(path).header(header, value)).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{header}: {value}");
        }
    }
    assert!(browser.get("/").await.body.contains("id=\"signout\""));
    let page = browser.send(Request::post("/signout").header("origin", "http://localhost:8090")).await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_provider_out_of_reach_is_said() {
    // A port that was free a moment ago, and on which nobody listens any more.
    let free = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let page = Browser::at(&format!("http://{free}")).get("/signin").await;
    assert_eq!(page.status, StatusCode::BAD_GATEWAY);
    assert!(page.body.contains("cannot be reached"), "{}", page.body);
}

#[tokio::test]
async fn no_page_holds_inline_style_or_script() {
    let stub = Stub::start().await;
    let mut browser = Browser::at(&stub.issuer);
    let mut pages = vec![browser.get("/").await, browser.get("/nowhere").await, browser.get("/callback").await];
    browser.sign_in(&stub, Twist::None).await;
    pages.push(browser.get("/").await);
    for page in pages {
        for bad in [" style=", "<style", "<script", " onclick=", " onload=", " onsubmit=", "javascript:"] {
            assert!(!page.body.contains(bad), "{bad} in {}", page.body);
        }
        assert!(
            page.policy.contains("default-src 'none'") && page.body.contains("<h1") && page.body.contains("<main>")
        );
    }
}

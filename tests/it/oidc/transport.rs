//! What holds for every endpoint that programs call.

use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::json;

use super::bob;
use crate::support::{
    app::{ISSUER, TestApp, basic},
    browser::Answer,
    engine::ENGINES,
    portal::{authorize, query},
    world::{SECRET, World},
};

const POSTS: [&str; 3] = ["/oauth2/token", "/oauth2/introspect", "/oauth2/revoke"];
const FORM: &str = "application/x-www-form-urlencoded";

/// An error as RFC 6749 §5.2 has it.
#[track_caller]
fn assert_json_error(answer: &Answer, status: u16, error: &str) {
    assert_eq!(answer.status, status, "{} {}", answer.at, answer.text());
    assert_eq!(answer.header("content-type"), Some("application/json"), "{}", answer.at);
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", answer.at);
    assert_eq!(answer.header("pragma"), Some("no-cache"), "{}", answer.at);
    let body = answer.json();
    assert_eq!(body["error"], error, "{}", answer.at);
    assert_description(body["error_description"].as_str().unwrap());
}

/// `%x20-21 / %x23-5B / %x5D-7E` (RFC 6749 §5.2).
#[track_caller]
fn assert_description(text: &str) {
    assert!(text.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)), "{text:?}");
}

async fn request(app: &TestApp, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header("host", "localhost:8080");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_a3_a15_only_a_posted_form_is_read() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let header = basic("portal", SECRET);
        for path in POSTS {
            for method in [Method::GET, Method::PUT, Method::DELETE, Method::PATCH] {
                let answer = request(&world.app, method, path, &[("authorization", &header)]).await;
                assert_json_error(&answer, 405, "invalid_request");
                assert!(answer.header("allow").unwrap().contains("POST"), "{engine:?} {path}");
            }
            let json = "{\"grant_type\":\"client_credentials\",\"token\":\"x\"}";
            for (kind, body) in [
                ("application/json", json),
                ("text/plain", "grant_type=client_credentials&token=x"),
                ("multipart/form-data; boundary=x", "--x--"),
                ("", "grant_type=client_credentials&token=x"),
            ] {
                let answer = world.app.post_raw(path, Some(&header), kind, body).await;
                assert_json_error(&answer, 400, "invalid_request");
            }
            let answer = world
                .app
                .post_raw(path, Some(&header), &format!("{FORM}; charset=UTF-8"), "token=x&grant_type=x")
                .await;
            assert!(answer.status == 200 || answer.json()["error"] == "unsupported_grant_type", "{engine:?} {path}");
        }
        for path in ["/oauth2/nothing", "/oauth2/token/x"] {
            let answer = request(&world.app, Method::GET, path, &[]).await;
            assert_json_error(&answer, 404, "invalid_request");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_a2_a15_a21_what_cannot_be_read_is_json_and_never_a_5xx() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let header = basic("portal", SECRET);
        let huge = format!("token={}", "x".repeat(70_000));
        let many = "a=1&".repeat(200);
        for path in POSTS {
            for (body, status) in [
                (&b"token=%00&grant_type=x"[..], 400),
                (b"token=%ff&grant_type=x", 400),
                (b"\xff\xfe=\x80", 400),
                (b"token=a&token=a&grant_type=x", 400),
                (b"grant_type=x&grant_type=x&token=x", 400),
                (b"foo=1&foo=2&token=x&grant_type=x", 400),
                (many.as_bytes(), 400),
                (huge.as_bytes(), 413),
            ] {
                let answer = world.app.post_raw(path, Some(&header), FORM, body.to_vec()).await;
                assert_json_error(&answer, status, "invalid_request");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_a16_a21_the_authorization_endpoint_survives_any_query() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        // As long as a state may be, and longer.
        for (length, key) in [(4096, "code"), (4097, "error"), (20_000, "error")] {
            let params = browser.get(&authorize(&[("state", &"s".repeat(length))])).await.redirect_params();
            assert!(params.contains_key(key), "{engine:?} {length}");
        }
        let good = query(&[]);
        for bad in ["x=%00", "state2=%ff", "%80=1", "nonce=%c3%28"] {
            super::assert_error_page(&browser.get(&format!("/oauth2/authorize?{good}&{bad}")).await, "invalid_request");
        }
        for odd in ["", "?", "?&&&", "?=", "?%", "?client_id", "?client_id=%", "?handle=", "?a=b=c"] {
            let answer = browser.get(&format!("/oauth2/authorize{odd}")).await;
            assert_eq!((answer.status.as_u16(), answer.location()), (400, None), "{engine:?} {odd}");
        }
        // What the client sent is never quoted beyond what a description may hold.
        let hostile = "\"\\\r\n\tü<script>";
        for name in
            ["response_type", "scope", "prompt", "max_age", "claims", "code_challenge_method", "resource", "request"]
        {
            let params = browser.go(&authorize(&[(name, hostile)])).await;
            if let Some(description) =
                params.location().map(|_| params.redirect_params()).and_then(|mut it| it.remove("error_description"))
            {
                assert_description(&description);
            }
            assert!(params.status.as_u16() < 500, "{engine:?} {name}");
        }
        // Cookies and headers are anybody's text as well.
        for rubbish in ["x", "st_.x", "st_01a1fa42-2000-71eb-9206-edbb5a890ce9.", "\"", "a=b"] {
            for name in ["usher-sid", "usher-flow", "usher-dev", "usher-lang"] {
                let mut stranger = world.app.browser();
                stranger.cookies.insert(name.to_owned(), rubbish.to_owned());
                assert_eq!(stranger.go(&authorize(&[])).await.status, 200, "{engine:?} {name}={rubbish}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_a14_whatever_carries_a_token_or_personal_data_is_not_kept() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        let code = browser.get(&authorize(&[])).await;
        let token = world.redeem(&crate::support::portal::code_of(&code)).await;
        let access = token.json()["access_token"].as_str().unwrap().to_owned();
        let header = basic("portal", SECRET);
        let introspected = world.app.post("/oauth2/introspect", Some(&header), &[("token", &access)]).await;
        let user_info = world.app.user_info(&access).await;
        let revoked = world.app.post("/oauth2/revoke", Some(&header), &[("token", &access)]).await;
        for answer in [code, token, introspected, user_info, revoked] {
            assert_eq!(answer.header("cache-control"), Some("no-store"), "{engine:?} {}", answer.at);
            assert_eq!(answer.header("pragma"), Some("no-cache"), "{engine:?} {}", answer.at);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_a18_scripts_of_registered_origins_may_call_and_none_may_authorize() {
    const ALLOW: &str = "access-control-allow-origin";
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "client_id": "spa", "cors_origins": ["https://spa.example:8443"] })).await;
        world.tokens(&[]).await;
        for path in ["/oauth2/token", "/oauth2/revoke", "/oauth2/userinfo"] {
            for origin in ["https://portal.example", "https://spa.example:8443"] {
                let preflight = [("origin", origin), ("access-control-request-method", "POST")];
                let answer = request(&world.app, Method::OPTIONS, path, &preflight).await;
                assert_eq!((answer.status.as_u16(), answer.header(ALLOW)), (200, Some(origin)), "{engine:?} {path}");
                let answer = request(&world.app, Method::POST, path, &[("origin", origin)]).await;
                assert_eq!(answer.header(ALLOW), Some(origin), "{engine:?} {path}");
                assert!(answer.header("access-control-expose-headers").unwrap().contains("www-authenticate"));
                assert_eq!(answer.header("access-control-allow-credentials"), None, "{engine:?} {path}");
            }
            for origin in ["https://evil.example", "null", "https://spa.example", "https://portal.example.evil.example"]
            {
                let answer = request(&world.app, Method::POST, path, &[("origin", origin)]).await;
                assert_eq!(answer.header(ALLOW), None, "{engine:?} {path} {origin}");
            }
        }
        for path in ["/oauth2/authorize", "/oauth2/logout", "/oauth2/introspect", "/signin"] {
            for method in [Method::OPTIONS, Method::GET] {
                let origin = [("origin", "https://portal.example"), ("access-control-request-method", "GET")];
                let answer = request(&world.app, method, path, &origin).await;
                assert_eq!(answer.header(ALLOW), None, "{engine:?} {path}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_a20_forwarded_headers_of_a_stranger_change_nothing() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let forged = [
            ("x-forwarded-host", "evil.example"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-for", "203.0.113.9"),
            ("forwarded", "for=203.0.113.9;host=evil.example;proto=https"),
        ];
        let answer = request(&world.app, Method::GET, "/.well-known/openid-configuration", &forged).await;
        assert_eq!(answer.json()["issuer"], ISSUER, "{engine:?}");
        let answer = request(&world.app, Method::GET, &authorize(&[("prompt", "none")]), &forged).await;
        assert_eq!(answer.redirect_params()["iss"], ISSUER, "{engine:?}");
        let answer = request(&world.app, Method::GET, &authorize(&[]), &forged).await;
        assert!(answer.location().unwrap().starts_with("/signin?a="), "{engine:?}");
        assert!(!answer.header("set-cookie").unwrap().contains("Secure"), "{engine:?}");
        // Another host is not ours to answer for.
        let foreign = Request::get("/.well-known/openid-configuration").header("host", "evil.example");
        assert_eq!(world.app.send(foreign.body(Body::empty()).unwrap()).await.status, 421, "{engine:?}");
    }
}

//! How the authorization endpoint answers.

use serde_json::json;

use super::bob;
use crate::support::{
    app::ISSUER,
    engine::ENGINES,
    portal::{authorize, claims, code_of, query},
    world::{CALLBACK, PASSWORD, World},
};
use std::time::Duration;

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test(flavor = "multi_thread")]
async fn prot_b1_post_is_answered_as_get_by_way_of_a_303() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        // Another site's form posts: no cookie comes along, and none is needed (security.md S3).
        let posted = world.app.post_raw("/oauth2/authorize", None, FORM, query(&[("nonce", "n-1")])).await;
        assert_eq!(posted.status, 303, "{engine:?} {}", posted.text());
        let location = posted.location().unwrap().to_owned();
        assert!(location.starts_with("/oauth2/authorize?handle="), "{location}");
        assert!(posted.headers.get("set-cookie").is_none());
        let answer = browser.get(&location).await;
        let tokens = world.redeem(&code_of(&answer)).await.json();
        assert_eq!(claims(tokens["id_token"].as_str().unwrap())["nonce"], "n-1", "{engine:?}");
        assert_eq!(answer.redirect_params()["state"], "s-123");
        // Nobody signed in: the page, and behind it the same request.
        let mut stranger = world.app.browser();
        let page = stranger.follow(posted).await;
        let answer = stranger.sign_in(&page, "bob", PASSWORD).await;
        assert_eq!(answer.redirect_params()["state"], "s-123", "{engine:?}");
        // Faults as well.
        let posted = world.app.post_raw("/oauth2/authorize", None, FORM, query(&[("response_type", "")])).await;
        assert_eq!(browser.follow(posted).await.redirect_params()["error"], "invalid_request", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b1_a_handle_is_kept_for_a_while_and_is_no_password_to_anything_else() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let posted = world.app.post_raw("/oauth2/authorize", None, FORM, query(&[])).await;
        let handle = posted.location().unwrap().to_owned();
        // Reloading is harmless.
        for _ in 0..2 {
            assert_eq!(world.app.browser().go(&handle).await.status, 200, "{engine:?}");
        }
        super::assert_error_page(&world.app.get("/oauth2/authorize?handle=x").await, "invalid_request");
        let wrong = handle.replace("/oauth2/authorize", "/oauth2/logout");
        for path in [wrong.as_str(), "/oauth2/logout?handle=hd_x.y"] {
            assert_eq!(world.app.get(path).await.location(), Some("/signout"), "{engine:?} {path}");
        }
        world.app.clock.advance(Duration::from_secs(601));
        super::assert_error_page(&world.app.get(&handle).await, "invalid_request");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b7_b8_state_and_issuer_come_back_in_success_and_error() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        let long = "s".repeat(4096);
        for state in ["a b+c&d=e%41/?#\"<>\\", "ü日本", "{\"x\":[1]}", &"x".repeat(128), &long] {
            for (more, key) in [(("prompt", ""), "code"), (("prompt", "none login"), "error")] {
                let params = browser.get(&authorize(&[("state", state), more])).await.redirect_params();
                assert!(params.contains_key(key), "{engine:?} {params:?}");
                assert_eq!((params["state"].as_str(), params["iss"].as_str()), (state, ISSUER), "{engine:?}");
            }
        }
        for (more, key) in [(("prompt", ""), "code"), (("prompt", "none login"), "error")] {
            let params = browser.get(&authorize(&[("state", ""), more])).await.redirect_params();
            assert!(params.contains_key(key) && !params.contains_key("state"), "{engine:?} {params:?}");
            assert_eq!(params["iss"], ISSUER);
        }
        // Through the pages as well.
        let mut stranger = world.app.browser();
        let page = stranger.go(&authorize(&[("state", "a b+c&d=e%41")])).await;
        let params = stranger.sign_in(&page, "bob", PASSWORD).await.redirect_params();
        assert_eq!((params["state"].as_str(), params["iss"].as_str()), ("a b+c&d=e%41", ISSUER), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b9_the_answer_goes_where_the_mode_says_errors_too() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        for (more, key) in [(("prompt", ""), "code"), (("prompt", "none login"), "error")] {
            for (mode, separator) in [("", '?'), ("query", '?'), ("fragment", '#')] {
                let answer = browser.get(&authorize(&[("response_mode", mode), more])).await;
                let location = answer.location().unwrap();
                assert!(location.starts_with(&format!("{CALLBACK}{separator}{key}=")), "{engine:?} {mode} {location}");
            }
            let page = browser.get(&authorize(&[("response_mode", "form_post"), more])).await;
            assert_eq!((page.status.as_u16(), page.location()), (200, None), "{engine:?}");
            let (action, fields) = page.form("form-post-submit");
            let names: Vec<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
            assert_eq!(action, CALLBACK, "{engine:?}");
            assert!(names.contains(&key) && names.contains(&"state") && names.contains(&"iss"), "{names:?}");
            assert_eq!(page.header("cache-control"), Some("no-store"));
            assert_eq!(page.header("referrer-policy"), Some("strict-origin"));
            assert!(page.header("content-security-policy").unwrap().contains("form-action https://portal.example"));
        }
        // A type with a token in it is never answered in the query, refused as it is.
        for mode in ["", "query", "fragment"] {
            for kind in ["token", "id_token token", "code id_token"] {
                let answer = browser.get(&authorize(&[("response_type", kind), ("response_mode", mode)])).await;
                assert!(answer.location().unwrap().starts_with(&format!("{CALLBACK}#error=")), "{engine:?} {kind}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b9_a_posted_state_is_text_and_nothing_else() {
    let hostile = "\"><script>alert(1)</script>&amp;'";
    for engine in ENGINES {
        let world = World::new(engine).await;
        let page = bob(&world).await.get(&authorize(&[("response_mode", "form_post"), ("state", hostile)])).await;
        let (_, fields) = page.form("form-post-submit");
        assert!(fields.contains(&("state".to_owned(), hostile.to_owned())), "{engine:?} {fields:?}");
        assert!(!page.text().contains("<script>alert"), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b9_a_mode_that_is_unknown_or_not_allowed_is_told_in_the_default_one() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "client_id": "plain", "response_modes": ["query"] })).await;
        super::assert_told(
            &world.app,
            &[
                (&[("response_mode", "web_message")], "invalid_request"),
                (&[("response_mode", "query.jwt")], "invalid_request"),
                (&[("client_id", "plain"), ("response_mode", "fragment")], "unauthorized_client"),
                (&[("client_id", "plain"), ("response_mode", "form_post")], "unauthorized_client"),
            ],
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b10_nonce_is_optional_and_comes_back_unmodified() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        let long = "n-0S6_WzA2Mj".repeat(6);
        for nonce in ["", long.as_str(), "ü \"\\/+%41"] {
            let answer = browser.get(&authorize(&[("nonce", nonce)])).await;
            let tokens = world.redeem(&code_of(&answer)).await.json();
            let id_token = claims(tokens["id_token"].as_str().unwrap());
            assert_eq!(id_token.get("nonce").and_then(|it| it.as_str()).unwrap_or_default(), nonce, "{engine:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b32_a_code_is_unguessable_and_lives_a_minute() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        let mut codes = Vec::new();
        for _ in 0..20 {
            codes.push(code_of(&browser.get(&authorize(&[])).await));
        }
        for code in &codes {
            assert!(code.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b)), "{engine:?} {code}");
        }
        // What differs between two codes of the same moment: at least 22 characters of base64url are 128 bits.
        let tails: std::collections::BTreeSet<&str> = codes.iter().map(|code| &code[code.len() - 22..]).collect();
        assert_eq!(tails.len(), codes.len(), "{engine:?}");
        world.app.clock.advance(Duration::from_secs(59));
        assert_eq!(world.redeem(&codes[0]).await.status, 200, "{engine:?}");
        world.app.clock.advance(Duration::from_secs(1));
        let late = world.redeem(&codes[1]).await;
        assert_eq!((late.status.as_u16(), late.json()["error"].as_str()), (400, Some("invalid_grant")), "{engine:?}");
    }
}

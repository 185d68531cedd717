//! `/oauth2/logout` (OpenID Connect RP-Initiated Logout 1.0).

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::{assert_error_page, bob, redirect::MUTATIONS};
use crate::support::{
    browser::{Answer, Browser},
    engine::ENGINES,
    portal::{authorize, claims},
    world::World,
};

const HOME: &str = "https://portal.example/";

/// The address of the logout endpoint for such a request.
fn logout(params: &[(&str, &str)]) -> String {
    format!("/oauth2/logout?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish())
}

/// Bob's browser, signed in, and his ID token.
async fn signed_in(world: &World) -> (Browser, String) {
    let mut browser = world.app.browser();
    let code = world.code(&mut browser, "bob", &[]).await;
    let tokens = world.redeem(&code).await.json();
    (browser, tokens["id_token"].as_str().unwrap().to_owned())
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    let answer = browser.get(&authorize(&[("prompt", "none")])).await.redirect_params();
    match answer.get("error") {
        Some(error) => (error == "login_required").then_some(false).unwrap(),
        None => true,
    }
}

#[track_caller]
fn assert_asks(page: &Answer) {
    assert_eq!((page.status.as_u16(), page.location()), (200, None), "{}", page.at);
    assert!(
        page.text().contains("id=\"logout-confirm\"") && page.text().contains("id=\"logout-cancel\""),
        "{}",
        page.text()
    );
}

#[track_caller]
fn assert_signed_out_page(page: &Answer) {
    assert_eq!((page.status.as_u16(), page.location()), (200, None), "{}", page.at);
    assert!(page.text().contains("<h1>You are signed out"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_m1_m7_get_and_post_end_the_session_of_the_hint() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, hint) = signed_in(&world).await;
        let stolen = browser.clone();
        let asked = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", HOME), ("state", "a b&c")];
        let answer = browser.get(&logout(&asked)).await;
        assert_eq!(answer.location(), Some("https://portal.example/?state=a+b%26c"), "{engine:?}");
        assert_eq!(answer.status, 303);
        assert_eq!(answer.header("clear-site-data"), Some("\"cache\", \"storage\""));
        let cleared = answer.header("set-cookie").unwrap();
        assert!(cleared.starts_with("usher-sid=;") && cleared.contains("Max-Age=0"), "{cleared}");
        assert!(!is_signed_in(&mut browser).await, "{engine:?}");
        // A kept cookie is worth nothing: the session is over, not forgotten by one browser.
        assert!(!is_signed_in(&mut stolen.clone()).await, "{engine:?}");
        // By POST, which reads no cookie itself.
        let (mut browser, hint) = signed_in(&world).await;
        let asked = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", HOME)];
        let posted = world.app.post("/oauth2/logout", None, &asked).await;
        assert_eq!(posted.status, 303, "{engine:?}");
        let answer = browser.get(posted.location().unwrap()).await;
        assert_eq!(answer.location(), Some(HOME), "{engine:?}");
        assert!(!is_signed_in(&mut browser).await, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_m2_an_expired_hint_counts_and_a_forged_one_is_an_error_page() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, hint) = signed_in(&world).await;
        let parts: Vec<&str> = hint.split('.').collect();
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let mut forged = claims(&hint);
        forged["aud"] = json!("other");
        let access = world.tokens(&[]).await["access_token"].as_str().unwrap().to_owned();
        for bad in [
            "x",
            &format!("{}.{}.", part(json!({ "alg": "none" })), parts[1]),
            &format!("{}.{}.{}", parts[0], part(forged), parts[2]),
            &format!("{}.{}.{}x", parts[0], parts[1], parts[2]),
            &access,
        ] {
            let asked = [("id_token_hint", bad), ("post_logout_redirect_uri", HOME), ("client_id", "portal")];
            assert_error_page(&browser.get(&logout(&asked)).await, "invalid_request");
            assert!(is_signed_in(&mut browser).await, "{engine:?} {bad}");
        }
        world.app.clock.advance(Duration::from_secs(1800));
        let asked = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", HOME)];
        assert_eq!(browser.get(&logout(&asked)).await.location(), Some(HOME), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_m3_the_client_must_be_the_one_the_hint_was_issued_to() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "client_id": "other" })).await;
        let (mut browser, hint) = signed_in(&world).await;
        for client in ["other", "nobody", "PORTAL"] {
            let asked = [("id_token_hint", hint.as_str()), ("client_id", client), ("post_logout_redirect_uri", HOME)];
            assert_error_page(&browser.get(&logout(&asked)).await, "invalid_request");
        }
        assert_error_page(&browser.get(&logout(&[("client_id", "nobody")])).await, "invalid_request");
        assert!(is_signed_in(&mut browser).await, "{engine:?}");
        let asked = [("id_token_hint", hint.as_str()), ("client_id", "portal"), ("post_logout_redirect_uri", HOME)];
        assert_eq!(browser.get(&logout(&asked)).await.location(), Some(HOME), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_m4_no_mutation_of_a_registered_uri_is_redirected_to() {
    let registered = "https://portal.example/callback";
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "post_logout_redirect_uris": [registered] })).await;
        let (mut browser, hint) = signed_in(&world).await;
        for uri in MUTATIONS.into_iter().chain(["https://portal.example/", "https://portal.example/callback?"]) {
            let by_hint = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", uri), ("state", "s")];
            assert_error_page(&browser.get(&logout(&by_hint)).await, "invalid_request");
            let by_name = [("client_id", "portal"), ("post_logout_redirect_uri", uri)];
            assert_error_page(&browser.get(&logout(&by_name)).await, "invalid_request");
        }
        assert!(is_signed_in(&mut browser).await, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_m4_m5_without_a_hint_the_person_is_asked_before_anything_happens() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, _) = signed_in(&world).await;
        for asked in [&[][..], &[("state", "s")], &[("post_logout_redirect_uri", HOME)], &[("client_id", "portal")]] {
            assert_asks(&browser.go(&logout(asked)).await);
        }
        let asked = [("client_id", "portal"), ("post_logout_redirect_uri", HOME), ("state", "s")];
        let page = browser.go(&logout(&asked)).await;
        assert_asks(&page);
        let stayed = browser.submit(&page, "logout-cancel", &[("action", "stay")]).await;
        assert_eq!(stayed.location(), None, "{engine:?}");
        assert!(is_signed_in(&mut browser).await, "{engine:?}");
        // Named and confirmed: the way back is open.
        let left = browser.submit(&page, "logout-confirm", &[("action", "sign-out")]).await;
        assert_eq!(left.location(), Some("https://portal.example/?state=s"), "{engine:?}");
        assert!(!is_signed_in(&mut browser).await, "{engine:?}");
        // The same page a second time: nobody is left to ask, and a name alone opens no way back.
        let again = browser.submit(&page, "logout-confirm", &[("action", "sign-out")]).await;
        assert_eq!(again.location(), None, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_m4_m6_without_client_and_hint_there_is_no_way_back() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        for asked in [&[][..], &[("state", "s")], &[("post_logout_redirect_uri", HOME), ("state", "s")]] {
            let (mut browser, _) = signed_in(&world).await;
            let page = browser.go(&logout(asked)).await;
            assert_asks(&page);
            assert_signed_out_page(&browser.submit(&page, "logout-confirm", &[("action", "sign-out")]).await);
            assert!(!is_signed_in(&mut browser).await, "{engine:?}");
            // Nobody is signed in now.
            assert_signed_out_page(&browser.get(&logout(asked)).await);
        }
        // Not even by the name of a client: nobody could confirm it.
        let asked = [("client_id", "portal"), ("post_logout_redirect_uri", HOME)];
        assert_signed_out_page(&world.app.get(&logout(&asked)).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_m5_a_hint_of_another_session_or_person_asks() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (_, hint_of_another_session) = signed_in(&world).await;
        let mut anna = world.app.browser();
        world.code(&mut anna, "anna@acme.example", &[]).await;
        let mut bob = bob(&world).await;
        let asked = [("id_token_hint", hint_of_another_session.as_str()), ("post_logout_redirect_uri", HOME)];
        for browser in [&mut anna, &mut bob] {
            assert_asks(&browser.go(&logout(&asked)).await);
            assert!(is_signed_in(browser).await, "{engine:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_m6_state_goes_back_as_it_came_or_not_at_all() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, hint) = signed_in(&world).await;
        let without = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", HOME)];
        assert_eq!(browser.get(&logout(&without)).await.location(), Some(HOME), "{engine:?}");
        // Nobody is signed in any more; the hint still says whose request it is.
        let with = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", HOME), ("state", "ü&=+%")];
        assert_eq!(browser.get(&logout(&with)).await.redirect_params()["state"], "ü&=+%", "{engine:?}");
        // Without a way back the state goes nowhere.
        assert_signed_out_page(&browser.get(&logout(&[("id_token_hint", &hint), ("state", "s")])).await);
    }
}

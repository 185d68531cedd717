//! `prompt` and `max_age`: when people are asked, and that they cannot be got around.

use std::time::Duration;

use serde_json::{Value, json};

use super::{bob, told};
use crate::support::{
    browser::Answer,
    engine::ENGINES,
    portal::{authorize, claims, code_of},
    world::{PASSWORD, World},
};

/// The claims of the ID token that an authorization response buys.
async fn id_token(world: &World, answer: &Answer) -> Value {
    claims(world.redeem(&code_of(answer)).await.json()["id_token"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b13_prompt_none_never_shows_a_page() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "client_id": "third", "consent": "remember", "first_party": false })).await;
        let none = ("prompt", "none");
        assert_eq!(told(&world.app, &[none]).await["error"], "login_required", "{engine:?}");
        let mut browser = bob(&world).await;
        let answer = browser.get(&authorize(&[none])).await;
        assert_eq!(id_token(&world, &answer).await["sub"], world.bob.text(), "{engine:?}");
        let mut error = async |changes: &[(&str, &str)]| {
            let answer = browser.get(&authorize(&[changes, &[none]].concat())).await;
            assert_eq!((answer.status.as_u16(), answer.body.len()), (303, 0), "{engine:?} {changes:?}");
            answer.redirect_params()["error"].clone()
        };
        assert_eq!(error(&[("client_id", "third")]).await, "consent_required", "{engine:?}");
        assert_eq!(error(&[("max_age", "0")]).await, "login_required", "{engine:?}");
        world.app.clock.advance(Duration::from_secs(61));
        assert_eq!(error(&[("max_age", "60")]).await, "login_required", "{engine:?}");
        // The session's hour is over.
        world.app.clock.advance(Duration::from_secs(3600));
        assert_eq!(error(&[]).await, "login_required", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b13_b17_prompt_none_does_not_choose_a_company() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        world.code(&mut browser, "anna@acme.example", &[]).await;
        let silent = authorize(&[("prompt", "none"), ("scope", "openid customer")]);
        let answer = browser.get(&silent).await.redirect_params();
        assert_eq!(answer["error"], "interaction_required", "{engine:?}");
        // Once she has chosen, it is known (D7).
        let chooser = browser.go(&authorize(&[("scope", "openid customer")])).await;
        browser.submit(&chooser, "id=\"reference", &[("reference", &world.anna_at_beta.text())]).await;
        let answer = browser.get(&silent).await;
        assert_eq!(id_token(&world, &answer).await["customer_code"], "BETA", "{engine:?}");
        // Nobody's reference: told, not shown.
        let mut browser = world.app.browser();
        world.code(&mut browser, "nora", &[]).await;
        assert_eq!(browser.get(&silent).await.redirect_params()["error"], "access_denied", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b15_prompt_login_asks_again_and_auth_time_moves_on() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        let before = id_token(&world, &browser.get(&authorize(&[])).await).await["auth_time"].as_i64().unwrap();
        world.app.clock.advance(Duration::from_secs(10));
        let page = browser.go(&authorize(&[("prompt", "login")])).await;
        assert!(page.at.starts_with("/signin?a="), "{engine:?} {}", page.at);
        assert_eq!(page.attribute("id=\"username\"", "value").as_deref(), Some("bob"), "he need not say who he is");
        let answer = browser.sign_in(&page, "bob", PASSWORD).await;
        let after = id_token(&world, &answer).await["auth_time"].as_i64().unwrap();
        assert_eq!(after - before, 10, "{engine:?}");
        // Once is enough for one request, and not for the next.
        let page = browser.go(&authorize(&[("prompt", "login")])).await;
        assert!(page.at.starts_with("/signin?a="), "{engine:?} {}", page.at);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b15_prompt_login_cannot_be_dodged() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "consent": "always", "first_party": false })).await;
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[])).await;
        let consent = browser.sign_in(&page, "bob", PASSWORD).await;
        browser.submit(&consent, "consent-allow", &[("action", "allow")]).await;
        world.app.clock.advance(Duration::from_secs(10));
        let page = browser.go(&authorize(&[("prompt", "login")])).await;
        let attempt = page.at.split_once("a=").unwrap().1.to_owned();
        // Another page of the same attempt, with or without the words that would skip the question.
        for path in ["/signin", "/signin/account", "/signin/customer", "/consent", "/signin/restart"] {
            for more in ["", "&prompt=none", "&prompt="] {
                let answer = browser.go(&format!("{path}?a={attempt}{more}")).await;
                assert_eq!(answer.location(), None, "{engine:?} {path}");
                assert!(answer.text().contains("id=\"password\""), "{engine:?} {path}{more} {}", answer.text());
            }
        }
        // The form of a page that was shown for an earlier request.
        let (_, hidden) = consent.form("consent-allow");
        let token = hidden.iter().find(|(name, _)| name == "csrf").unwrap().1.clone();
        for (path, fields) in [
            ("/consent", [("action", "allow"), ("csrf", token.as_str())]),
            ("/signin/account", [("action", "continue"), ("csrf", token.as_str())]),
            ("/signin/leave", [("action", ""), ("csrf", token.as_str())]),
        ] {
            let answer = browser.post(&format!("{path}?a={attempt}"), &fields).await;
            let answer = browser.follow(answer).await;
            assert!(answer.text().contains("id=\"password\""), "{engine:?} {path}");
        }
        // A wrong password leads nowhere.
        let rejected = browser.sign_in(&page, "bob", "wrong").await;
        assert_eq!(rejected.location(), None, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b15_the_back_button_does_not_stand_in_for_the_password() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        let page = browser.go(&authorize(&[("prompt", "login")])).await;
        let answer = browser.sign_in(&page, "bob", PASSWORD).await;
        code_of(&answer);
        // Back, reload, and the way on that the page shows.
        let back = browser.go(&page.at).await;
        assert_eq!((back.status.as_u16(), back.location()), (200, None), "{engine:?}");
        let proceed = back.attribute("id=\"account-continue\"", "href").unwrap();
        let again = browser.go(&proceed).await;
        assert!(again.text().contains("id=\"password\""), "{engine:?} {}", again.at);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b16_max_age_re_authenticates_and_tells_auth_time() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "client_id": "careful", "default_max_age": 100 })).await;
        let mut browser = bob(&world).await;
        world.app.clock.advance(Duration::from_secs(100));
        let answer = browser.get(&authorize(&[("max_age", "100")])).await;
        assert!(id_token(&world, &answer).await["auth_time"].is_i64(), "{engine:?}");
        world.app.clock.advance(Duration::from_secs(1));
        for changes in [&[("max_age", "100")][..], &[("max_age", "0")], &[("client_id", "careful")]] {
            let page = browser.go(&authorize(changes)).await;
            assert!(page.text().contains("id=\"password\""), "{engine:?} {changes:?} {}", page.at);
        }
        let answer = browser.get(&authorize(&[("max_age", "10000")])).await;
        assert!(!code_of(&answer).is_empty(), "{engine:?}");
        // max_age=0 asks even who signed in this very moment, and is content with the answer.
        let page = browser.go(&authorize(&[("max_age", "0")])).await;
        let answer = browser.sign_in(&page, "bob", PASSWORD).await;
        let auth_time = id_token(&world, &answer).await["auth_time"].as_i64().unwrap();
        let page = browser.go(&authorize(&[("max_age", "0")])).await;
        assert!(page.text().contains("id=\"password\""), "{engine:?} {auth_time}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b16_a_long_pause_on_the_pages_makes_a_sign_in_too_old() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[("max_age", "60"), ("scope", "openid customer")])).await;
        let chooser = browser.sign_in(&page, "anna@acme.example", PASSWORD).await;
        // The client would refuse an ID token whose `auth_time` is older than it asked for.
        world.app.clock.advance(Duration::from_secs(120));
        let anna = ("reference", &*world.anna_at_acme.text());
        let page = browser.submit(&chooser, "id=\"reference", &[anna]).await;
        assert!(page.text().contains("id=\"password\""), "{engine:?} {}", page.at);
        let chooser = browser.sign_in(&page, "anna@acme.example", PASSWORD).await;
        let answer = browser.submit(&chooser, "id=\"reference", &[anna]).await;
        assert!(!code_of(&answer).is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b17_select_account_always_shows_a_chooser() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        let page = browser.go(&authorize(&[("prompt", "select_account")])).await;
        assert!(page.at.starts_with("/signin/account?a="), "{engine:?} {}", page.at);
        let answer = browser.submit(&page, "account-continue", &[("action", "continue")]).await;
        assert_eq!(id_token(&world, &answer).await["sub"], world.bob.text(), "{engine:?}");
        // "Use another account" ends this browser's session and asks who it is.
        let page = browser.go(&authorize(&[("prompt", "select_account")])).await;
        let page = browser.submit(&page, "account-other", &[("action", "other")]).await;
        assert!(page.text().contains("id=\"password\""), "{engine:?} {}", page.at);
        assert_eq!(browser.get(&authorize(&[("prompt", "none")])).await.redirect_params()["error"], "login_required");
        let answer = browser.sign_in(&page, "nora", PASSWORD).await;
        assert_eq!(id_token(&world, &answer).await["sub"], world.nora.text(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b17_select_account_shows_the_companies_again_though_one_is_remembered() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let company = ("scope", "openid customer");
        let page = browser.go(&authorize(&[company])).await;
        let chooser = browser.sign_in(&page, "anna@acme.example", PASSWORD).await;
        let beta = world.anna_at_beta.text();
        browser.submit(&chooser, "id=\"reference", &[("reference", &beta), ("remember", "on")]).await;
        assert_eq!(id_token(&world, &browser.get(&authorize(&[company])).await).await["customer_code"], "BETA");
        let page = browser.go(&authorize(&[company, ("prompt", "select_account")])).await;
        let chooser = browser.submit(&page, "account-continue", &[("action", "continue")]).await;
        assert!(chooser.at.starts_with("/signin/customer?a="), "{engine:?} {}", chooser.at);
        assert_eq!(chooser.attribute("required checked", "value"), Some(beta), "{engine:?}");
        let acme = world.anna_at_acme.text();
        let answer = browser.submit(&chooser, "id=\"reference", &[("reference", &acme)]).await;
        assert_eq!(id_token(&world, &answer).await["customer_code"], "ACME", "{engine:?}");
    }
}

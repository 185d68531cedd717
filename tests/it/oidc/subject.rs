//! Requests that name a person or a company: nobody else gets through.

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::json;

use super::{assert_told, bob};
use crate::support::{
    browser::Answer,
    engine::ENGINES,
    portal::{authorize, claims, code_of},
    world::{PASSWORD, World},
};

async fn subject(world: &World, answer: &Answer) -> String {
    let tokens = world.redeem(&code_of(answer)).await.json();
    claims(tokens["id_token"].as_str().unwrap())["sub"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b18_a_hint_that_cannot_be_verified_is_invalid_request() {
    for engine in ENGINES {
        let (world, other) = (World::new(engine).await, World::new(engine).await);
        let tokens = world.tokens(&[]).await;
        let hint = tokens["id_token"].as_str().unwrap();
        let parts: Vec<&str> = hint.split('.').collect();
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let mut forged = claims(hint);
        forged["sub"] = json!(world.anna.text());
        for bad in [
            "x",
            "a.b.c",
            &format!("{}.{}.{}", parts[0], part(forged), parts[2]),
            &format!("{}.{}.", part(json!({ "alg": "none" })), parts[1]),
            &format!("{}.{}.{}", part(json!({ "alg": "HS256", "kid": "x" })), parts[1], parts[2]),
            &format!("{}.{}.{}", parts[0], parts[1], parts[2].chars().rev().collect::<String>()),
            // Signed by another issuer's key, whatever it says of itself.
            other.tokens(&[]).await["id_token"].as_str().unwrap(),
            // No ID token at all.
            tokens["access_token"].as_str().unwrap(),
        ] {
            assert_told(&world.app, &[(&[("id_token_hint", bad)], "invalid_request")]).await;
            let mut browser = bob(&world).await;
            let answer = browser.get(&authorize(&[("id_token_hint", bad)])).await;
            assert_eq!(answer.redirect_params()["error"], "invalid_request", "{engine:?} {bad}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b18_b20_only_the_named_person_succeeds() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let tokens = world.tokens(&[]).await;
        let by_claim = json!({ "id_token": { "sub": { "value": world.bob.text() } } }).to_string();
        for named in [("id_token_hint", tokens["id_token"].as_str().unwrap()), ("claims", &by_claim)] {
            let mut browser = world.app.browser();
            world.code(&mut browser, "anna@acme.example", &[]).await;
            let silent = browser.get(&authorize(&[named, ("prompt", "none")])).await;
            assert_eq!(silent.redirect_params()["error"], "login_required", "{engine:?} {}", named.0);
            // Anna is signed in: asked for Bob, and her own password does not do.
            let page = browser.go(&authorize(&[named])).await;
            assert!(page.text().contains("id=\"password\""), "{engine:?} {}", page.at);
            let answer = browser.sign_in(&page, "anna@acme.example", PASSWORD).await;
            assert_eq!(answer.redirect_params()["error"], "login_required", "{engine:?}");
            // "Another account" is no way around it either.
            let page = browser.go(&authorize(&[named, ("prompt", "select_account")])).await;
            let answer = browser.sign_in(&page, "bob", PASSWORD).await;
            assert_eq!(subject(&world, &answer).await, world.bob.text(), "{engine:?}");
            let silent = browser.get(&authorize(&[named, ("prompt", "none")])).await;
            assert_eq!(subject(&world, &silent).await, world.bob.text(), "{engine:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b18_an_expired_hint_still_names_the_person() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let tokens = world.tokens(&[]).await;
        world.app.clock.advance(Duration::from_secs(3 * 24 * 3600));
        let mut browser = bob(&world).await;
        let hint = ("id_token_hint", tokens["id_token"].as_str().unwrap());
        let answer = browser.get(&authorize(&[hint, ("prompt", "none")])).await;
        assert_eq!(subject(&world, &answer).await, world.bob.text(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b18_b20_two_different_people_are_nobody() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let tokens = world.tokens(&[]).await;
        let anna = json!({ "id_token": { "sub": { "value": world.anna.text() } } }).to_string();
        let mut browser = bob(&world).await;
        let both = [("id_token_hint", tokens["id_token"].as_str().unwrap()), ("claims", anna.as_str())];
        let answer = browser.get(&authorize(&both)).await;
        assert_eq!(answer.redirect_params()["error"], "login_required", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b19_a_company_in_the_request_is_a_hard_filter() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let beta = world.beta.text();
        for asked in [
            &[("scope", "openid customer:BETA")][..],
            &[("scope", "openid customer"), ("customer", "BETA")],
            &[("scope", "openid customer"), ("customer", &beta)],
            &[("scope", "openid"), ("customer", "BETA")],
            &[("scope", "openid customer:NOWHERE")],
        ] {
            // Signed in already, silently, or on the page: not a member is not a member.
            let mut browser = bob(&world).await;
            for more in [
                &[][..],
                &[("prompt", "none")],
                &[("login_hint", "anna@acme.example")],
                &[("login_hint", "someone@beta.example")],
            ] {
                let answer = browser.go(&authorize(&[asked, more].concat())).await;
                assert_eq!(answer.redirect_params()["error"], "access_denied", "{engine:?} {asked:?} {more:?}");
            }
            let mut browser = world.app.browser();
            let page = browser.go(&authorize(&[asked, &[("login_hint", "anna@acme.example")]].concat())).await;
            let answer = browser.sign_in(&page, "bob", PASSWORD).await;
            assert_eq!(answer.redirect_params()["error"], "access_denied", "{engine:?} {asked:?}");
        }
        // Another user of the same browser is held to it as well.
        let mut browser = bob(&world).await;
        let asked = [("scope", "openid customer:BETA"), ("prompt", "select_account")];
        let page = browser.go(&authorize(&asked)).await;
        let page = browser.submit(&page, "account-other", &[("action", "other")]).await;
        let answer = browser.sign_in(&page, "nora", PASSWORD).await;
        assert_eq!(answer.redirect_params()["error"], "access_denied", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b19_a_member_acts_for_the_company_that_was_named() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        // No chooser, though she has two; and one named company is no choice for the next request.
        for code in ["BETA", "ACME", "beta"] {
            let scope = format!("openid customer:{code}");
            let code_ = world.code(&mut browser, "anna@acme.example", &[("scope", &scope)]).await;
            let tokens = world.redeem(&code_).await.json();
            let named = claims(tokens["id_token"].as_str().unwrap())["customer_code"].clone();
            assert_eq!(named, code.to_uppercase(), "{engine:?}");
        }
        // Two names contradict each other.
        let both = [("scope", "openid customer:ACME"), ("customer", "BETA")];
        let error = browser.get(&authorize(&both)).await.redirect_params()["error"].clone();
        assert_eq!(error, "invalid_request", "{engine:?}");
    }
}

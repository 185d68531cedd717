//! What people agree to, and when they are asked (domain.md 1, Core §3.1.2.4).

use serde_json::json;

use crate::support::{
    browser::{Answer, Browser},
    engine::ENGINES,
    portal::{authorize, claims, code_of},
    world::{PASSWORD, World},
};

const PROFILE: (&str, &str) = ("scope", "openid profile");

fn is_consent(answer: &Answer) -> bool {
    answer.status == 200 && answer.at.starts_with("/consent?")
}

fn is_code(answer: &Answer) -> bool {
    answer.location().is_some() && answer.redirect_params().contains_key("code")
}

async fn decide(browser: &mut Browser, page: &Answer, action: &str) -> Answer {
    assert!(is_consent(page), "{} {} {}", page.status, page.at, page.text());
    browser.submit(page, "id=\"consent-allow\"", &[("action", action)]).await
}

/// Signs Bob in for a request in a new browser.
async fn bob(world: &World, changes: &[(&str, &str)]) -> (Browser, Answer) {
    let mut browser = world.app.browser();
    let page = browser.go(&authorize(changes)).await;
    let answer = browser.sign_in(&page, "bob", PASSWORD).await;
    (browser, answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_1_consent_none_never_asks_but_when_the_client_wants_it() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, answer) = bob(&world, &[PROFILE]).await;
        assert!(is_code(&answer), "{engine:?}");
        let page = browser.go(&authorize(&[PROFILE, ("prompt", "consent")])).await;
        let answer = decide(&mut browser, &page, "allow").await;
        assert!(is_code(&answer), "{engine:?}");
        assert!(is_code(&browser.go(&authorize(&[PROFILE])).await), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_1_consent_remember_asks_once_and_again_for_more() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"consent": "remember", "first_party": false})).await;
        let (mut browser, page) = bob(&world, &[PROFILE]).await;
        assert!(page.text().contains("Acme Portal") && page.text().contains("portal.example"), "{engine:?}");
        let silent = browser.get(&authorize(&[PROFILE, ("prompt", "none")])).await;
        assert_eq!(silent.error(), "consent_required", "{engine:?}");
        assert!(is_code(&decide(&mut browser, &page, "allow").await), "{engine:?}");
        // The same or less is silent, in another browser too; more is not.
        for scope in ["openid profile", "openid"] {
            let silent = browser.get(&authorize(&[("scope", scope), ("prompt", "none")])).await;
            assert!(is_code(&silent), "{engine:?} {scope}");
            assert!(is_code(&bob(&world, &[("scope", scope)]).await.1), "{engine:?} {scope}");
        }
        let more = ("scope", "openid profile email");
        let silent = browser.get(&authorize(&[more, ("prompt", "none")])).await;
        assert_eq!(silent.error(), "consent_required", "{engine:?}");
        let page = browser.go(&authorize(&[more])).await;
        assert!(is_code(&decide(&mut browser, &page, "allow").await), "{engine:?}");
        assert!(is_code(&browser.go(&authorize(&[more])).await), "{engine:?}");
        // A claim asked for by name needs the consent its scope would need.
        let named = (r#"{"userinfo":{"phone_number":null}}"#, [PROFILE, ("prompt", "none")]);
        let silent = browser.get(&authorize(&[("claims", named.0), named.1[0], named.1[1]])).await;
        assert_eq!(silent.error(), "consent_required", "{engine:?}");
        // prompt=consent asks however much was granted.
        let page = browser.go(&authorize(&[PROFILE, ("prompt", "consent")])).await;
        assert!(is_consent(&page), "{engine:?}");
        // Another person agreed to nothing.
        let mut other = world.app.browser();
        let page = other.go(&authorize(&[PROFILE])).await;
        assert!(is_consent(&other.sign_in(&page, "nora", PASSWORD).await), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_1_consent_always_always_asks() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"consent": "always"})).await;
        let (mut browser, page) = bob(&world, &[PROFILE]).await;
        assert!(is_code(&decide(&mut browser, &page, "allow").await), "{engine:?}");
        let page = browser.go(&authorize(&[PROFILE])).await;
        assert!(is_code(&decide(&mut browser, &page, "allow").await), "{engine:?}");
        let silent = browser.get(&authorize(&[PROFILE, ("prompt", "none")])).await;
        assert_eq!(silent.error(), "consent_required", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_1_who_declines_sends_access_denied_and_nothing_is_kept() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"consent": "remember"})).await;
        let (mut browser, page) = bob(&world, &[PROFILE]).await;
        let answer = decide(&mut browser, &page, "deny").await;
        assert_eq!(answer.error(), "access_denied", "{engine:?}");
        assert_eq!(answer.redirect_params()["state"], "s-123");
        assert_eq!(answer.redirect_params().get("code"), None);
        // The attempt is answered: agreeing afterwards changes nothing.
        let late = browser.submit(&page, "id=\"consent-allow\"", &[("action", "allow")]).await;
        assert_eq!(late.location(), None, "{engine:?} {}", late.at);
        let silent = browser.get(&authorize(&[PROFILE, ("prompt", "none")])).await;
        assert_eq!(silent.error(), "consent_required", "{engine:?}");
        // Anything but "allow" is no agreement.
        let page = browser.go(&authorize(&[PROFILE])).await;
        assert_eq!(decide(&mut browser, &page, "").await.error(), "access_denied", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_1_consent_holds_for_the_company_it_was_given_for() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"consent": "remember"})).await;
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[("scope", "openid customer"), ("customer", "acme")])).await;
        let page = browser.sign_in(&page, "anna@acme.example", PASSWORD).await;
        assert!(page.text().contains("Acme AB"), "{engine:?} {}", page.text());
        let answer = decide(&mut browser, &page, "allow").await;
        let tokens = world.redeem(&code_of(&answer)).await.json();
        assert_eq!(claims(tokens["access_token"].as_str().unwrap())["customer_code"], "ACME");
        let again = [("scope", "openid customer:acme"), ("prompt", "none")];
        let answer = browser.get(&authorize(&again)).await;
        assert!(is_code(&answer), "{engine:?} {:?}", answer.location());
        let other = [("scope", "openid customer:beta"), ("prompt", "none")];
        assert_eq!(browser.get(&authorize(&other)).await.error(), "consent_required", "{engine:?}");
        let page = browser.go(&authorize(&[other[0]])).await;
        assert!(page.text().contains("Beta Oy"), "{engine:?}");
        assert!(is_code(&decide(&mut browser, &page, "allow").await), "{engine:?}");
        assert!(is_code(&browser.get(&authorize(&other)).await), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b31_a_private_scheme_never_goes_silently() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let native = "com.example.portal:/callback";
        let loopback = "http://127.0.0.1/callback";
        let uris = json!([native, loopback, "https://portal.example/callback"]);
        world.client(json!({"consent": "remember", "token_endpoint_auth_method": "none", "redirect_uris": uris})).await;
        let (mut browser, page) = bob(&world, &[PROFILE, ("redirect_uri", native)]).await;
        assert!(page.text().contains("com.example.portal"), "{engine:?}");
        let answer = decide(&mut browser, &page, "allow").await;
        assert!(answer.location().unwrap().starts_with("com.example.portal:/callback?code="), "{engine:?}");
        assert!(is_consent(&browser.go(&authorize(&[PROFILE, ("redirect_uri", native)])).await), "{engine:?}");
        let silent = browser.get(&authorize(&[PROFILE, ("redirect_uri", native), ("prompt", "none")])).await;
        assert_eq!(silent.error(), "consent_required", "{engine:?}");
        // Nobody else receives what goes to a claimed https address, and loopback has PKCE.
        for safe in ["http://127.0.0.1:49152/callback", "https://portal.example/callback"] {
            let silent = browser.get(&authorize(&[PROFILE, ("redirect_uri", safe), ("prompt", "none")])).await;
            assert!(is_code(&silent), "{engine:?} {safe} {:?}", silent.location());
        }
    }
}

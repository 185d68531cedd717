//! Codes and refresh tokens of before a second factor was required (security.md, "MFA now required"; domain.md 4).

use serde_json::{Value, json};

use super::{COMPANY, MFA, PHR, fresh_code, group_of, id_token, password, set_at, signed_in};
use crate::{
    factors::desk::Desk,
    support::{
        browser::Answer,
        engine::ENGINES,
        portal::{authorize, claims, code_of},
    },
};

fn refresh_token(tokens: &Value) -> &str {
    tokens["refresh_token"].as_str().unwrap()
}

/// A refresh that is to be tried again after the person proved more.
fn assert_asks_for_more(answer: &Answer, acr: &str) {
    let told = answer.json();
    assert_eq!(answer.status, 400, "{told}");
    assert_eq!((&told["error"], &told["acr_values"]), (&json!("interaction_required"), &json!(acr)), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_matrix_mfa_now_required_ends_codes_and_holds_refresh_tokens_back() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let acme = world.acme.text();
        let group = group_of(world, world.bob).await;
        for (level, subject) in [("instance", ""), ("client", "portal"), ("customer", &*acme), ("group", &*group)] {
            let tokens = world.tokens(&[COMPANY]).await;
            let mut browser = world.app.browser();
            let code = code_of(&password(&mut browser, "bob", &[COMPANY]).await);
            set_at(world, level, subject, "mfa.policy", json!("required")).await;
            let refused = world.redeem(&code).await;
            assert_eq!((refused.status.as_u16(), &refused.json()["error"]), (400, &json!("invalid_grant")), "{level}");
            assert_asks_for_more(&world.refresh(refresh_token(&tokens), &[]).await, MFA);
            // Live access tokens run out; the authorization endpoint steps up.
            let told = world.introspect(tokens["access_token"].as_str().unwrap()).await;
            assert_eq!(told["active"], true, "{engine:?} {level}");
            let page = browser.go(&authorize(&[COMPANY])).await;
            assert!(super::asks_to_enrol(&page), "{engine:?} {level} {}", page.at);
            // The token was not consumed: it works when it may.
            let off = if level == "instance" { "optional" } else { "off" };
            set_at(world, level, subject, "mfa.policy", json!(off)).await;
            let refreshed = world.refresh(refresh_token(&tokens), &[]).await;
            assert_eq!(refreshed.status, 200, "{engine:?} {level} {}", refreshed.text());
            // The code was.
            assert_eq!(world.redeem(&code).await.status, 400, "{engine:?} {level}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_matrix_what_was_proved_is_compared_with_what_is_stated() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let seed = desk.app_of(world.bob).await;
        let (_, answer) = signed_in(&desk, "bob", &seed, &[]).await;
        let tokens = world.redeem(&code_of(&answer)).await.json();
        world.set("mfa.policy", json!("required")).await;
        let tokens = world.refresh(refresh_token(&tokens), &[]).await.json();
        // D10: a refresh raises nothing.
        assert_eq!(claims(tokens["id_token"].as_str().unwrap())["acr"], MFA, "{engine:?}");
        world.set("mfa.min_acr", json!("phr")).await;
        assert_asks_for_more(&world.refresh(refresh_token(&tokens), &[]).await, PHR);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m27_tokens_that_rest_on_a_trusted_browser_meet_the_policy_and_no_stated_least() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let seed = desk.app_of(world.bob).await;
        world.set("mfa.policy", json!("required")).await;
        world.set("mfa.remember_device", json!("P30D")).await;
        let mut browser = world.app.browser();
        let page = password(&mut browser, "bob", &[]).await;
        let code = fresh_code(&desk, &seed);
        browser.submit(&page, "id=\"code\"", &[("code", &code), ("trust_device", "1")]).await;
        browser.cookies.remove("usher-sid");
        let answer = password(&mut browser, "bob", &[]).await;
        let tokens = world.redeem(&code_of(&answer)).await.json();
        let tokens = world.refresh(refresh_token(&tokens), &[]).await.json();
        assert_eq!(claims(tokens["id_token"].as_str().unwrap())["acr"], super::PWD, "{engine:?}");
        world.set("mfa.min_acr", json!("mfa")).await;
        assert_asks_for_more(&world.refresh(refresh_token(&tokens), &[]).await, MFA);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dom_4_a_refresh_moves_to_no_company_that_demands_more() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        set_at(world, "customer", &world.beta.text(), "mfa.policy", json!("required")).await;
        let mut browser = world.app.browser();
        let all = ("scope", "openid customer:*");
        let chooser = password(&mut browser, super::ANNA, &[all]).await;
        let answer = super::choose(&mut browser, &chooser, &world.anna_at_acme.text()).await;
        let tokens = world.redeem(&code_of(&answer)).await.json();
        let beta = ("scope", "openid customer:BETA");
        assert_asks_for_more(&world.refresh(refresh_token(&tokens), &[beta]).await, MFA);
        // Where she is nothing is demanded, and the family has not moved.
        let tokens = world.refresh(refresh_token(&tokens), &[]).await;
        assert_eq!(tokens.status, 200, "{engine:?} {}", tokens.text());
        let told = claims(tokens.json()["id_token"].as_str().unwrap());
        assert_eq!(told["customer_code"], "ACME", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_matrix_until_the_day_comes_only_whoever_has_a_factor_is_held_back() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let tokens = world.tokens(&[]).await;
        let day = std::time::Duration::from_secs(86_400);
        world.set("mfa.enrol_until", json!(desk.now().plus(day).to_string())).await;
        world.set("mfa.policy", json!("required")).await;
        let tokens = world.refresh(refresh_token(&tokens), &[]).await.json();
        desk.app_of(world.bob).await;
        assert_asks_for_more(&world.refresh(refresh_token(&tokens), &[]).await, MFA);
        let mut browser = world.app.browser();
        let page = password(&mut browser, "nora", &[]).await;
        let answer = browser.submit(&page, "id=\"enrol-later\"", &[("action", "later")]).await;
        assert_eq!(id_token(world, &answer).await["acr"], super::PWD, "{engine:?}");
    }
}

//! Refreshing (protocol.md D, decision D16, domain.md 4).

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::{
    app::basic,
    browser::Answer,
    engine::ENGINES,
    portal::claims,
    world::{SECRET, World},
};

const OFFLINE: (&str, &str) = ("scope", "openid email customer offline_access");

fn refresh_token(tokens: &Value) -> &str {
    tokens["refresh_token"].as_str().unwrap()
}

fn customer_code(tokens: &Value) -> Value {
    claims(tokens["access_token"].as_str().unwrap())["customer_code"].clone()
}

fn assert_error(answer: &Answer, error: &str) {
    assert_eq!((answer.status.as_u16(), answer.json()["error"].as_str()), (400, Some(error)), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_d1_a_refresh_token_is_its_clients_alone() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"client_id": "other"})).await;
        let tokens = world.tokens(&[OFFLINE]).await;
        let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh_token(&tokens))];
        assert_error(&world.app.token(Some(&basic("other", SECRET)), &fields).await, "invalid_grant");
        let unauthenticated = world.app.token(None, &[fields[0], fields[1], ("client_id", "portal")]).await;
        assert_eq!(unauthenticated.status, 401, "{engine:?}");
        assert_eq!(world.refresh(refresh_token(&tokens), &[]).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_d2_a_narrowed_refresh_leaves_the_grant_as_it_was() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let tokens = world.tokens(&[OFFLINE]).await;
        assert_error(&world.refresh(refresh_token(&tokens), &[("scope", "openid profile")]).await, "invalid_scope");
        // What was refused has not consumed the token.
        let narrowed = world.refresh(refresh_token(&tokens), &[("scope", "openid")]).await.json();
        assert_eq!(narrowed["scope"], "openid", "{engine:?}");
        assert_eq!(narrowed["access_token"].as_str().map(|it| claims(it)["scope"].clone()), Some(json!("openid")));
        let whole = world.refresh(refresh_token(&narrowed), &[]).await.json();
        assert_eq!(claims(whole["access_token"].as_str().unwrap())["scope"], OFFLINE.1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_d3_a_token_used_again_after_grace_ends_the_family() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let first = world.tokens(&[OFFLINE]).await;
        let second = world.refresh(refresh_token(&first), &[]).await.json();
        world.app.clock.advance(Duration::from_secs(11));
        assert_error(&world.refresh(refresh_token(&first), &[]).await, "invalid_grant");
        assert_error(&world.refresh(refresh_token(&second), &[]).await, "invalid_grant");
        let access = second["access_token"].as_str().unwrap();
        assert_eq!(world.introspect(access).await, json!({"active": false}), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_d4_dec_d16_a_repeat_within_grace_gets_the_same_successor() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let first = world.tokens(&[OFFLINE]).await;
        let second = world.refresh(refresh_token(&first), &[]).await.json();
        world.app.clock.advance(Duration::from_secs(9));
        let again = world.refresh(refresh_token(&first), &[]).await.json();
        assert_eq!(refresh_token(&again), refresh_token(&second), "{engine:?}");
        assert_ne!(again["access_token"], second["access_token"], "a fresh access token");
        // Whether or not the successor was used.
        let third = world.refresh(refresh_token(&second), &[]).await.json();
        let again = world.refresh(refresh_token(&first), &[]).await.json();
        assert_eq!(refresh_token(&again), refresh_token(&second));
        // Asking for something else is no repeat, and kills nothing.
        assert_error(&world.refresh(refresh_token(&first), &[("scope", "openid")]).await, "invalid_grant");
        assert_eq!(world.refresh(refresh_token(&third), &[]).await.status, 200);
        // Strict clients get no grace.
        world.client(json!({"refresh_strict": true})).await;
        let first = world.tokens(&[OFFLINE]).await;
        let second = world.refresh(refresh_token(&first), &[]).await.json();
        assert_error(&world.refresh(refresh_token(&first), &[]).await, "invalid_grant");
        assert_error(&world.refresh(refresh_token(&second), &[]).await, "invalid_grant");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_d5_prot_d6_prot_d10_refreshed_tokens_speak_of_the_same_sign_in() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let first = world.tokens(&[OFFLINE, ("nonce", "n-1")]).await;
        world.app.clock.advance(Duration::from_secs(300));
        let second = world.refresh(refresh_token(&first), &[]).await.json();
        let (before, after) =
            (claims(first["id_token"].as_str().unwrap()), claims(second["id_token"].as_str().unwrap()));
        for same in ["iss", "sub", "aud", "azp", "auth_time", "acr", "amr", "sid", "customer_id", "reference_id"] {
            assert_eq!(before[same], after[same], "{engine:?} {same}");
        }
        assert_eq!(after["iat"].as_i64().unwrap() - before["iat"].as_i64().unwrap(), 300);
        assert_eq!(after.get("nonce"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_d7_families_end_by_idleness_by_age_and_with_what_they_rest_on() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let idle = world.tokens(&[OFFLINE]).await;
        world.app.clock.advance(Duration::from_secs(12 * 3600 + 1));
        assert_error(&world.refresh(refresh_token(&idle), &[]).await, "invalid_grant");
        let mut used = world.tokens(&[OFFLINE]).await;
        for _ in 0..62 {
            world.app.clock.advance(Duration::from_secs(12 * 3600 - 60));
            let answer = world.refresh(refresh_token(&used), &[]).await;
            if answer.status != 200 {
                break;
            }
            used = answer.json();
        }
        assert_error(&world.refresh(refresh_token(&used), &[]).await, "invalid_grant");
        let tokens = world.tokens(&[OFFLINE]).await;
        world.change_reference(world.acme, world.bob, |reference| reference.internet_user = false).await;
        assert_error(&world.refresh(refresh_token(&tokens), &[]).await, "invalid_grant");
        world.change_reference(world.acme, world.bob, |reference| reference.internet_user = true).await;
        world.change_user(world.bob, |user| user.active = false).await;
        assert_error(&world.refresh(refresh_token(&tokens), &[]).await, "invalid_grant");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_d7_online_families_end_with_the_session_offline_ones_do_not() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let online = world.code(&mut browser, "bob", &[("scope", "openid")]).await;
        let online = world.redeem(&online).await.json();
        let offline = world.code(&mut browser, "bob", &[("scope", "openid offline_access")]).await;
        let offline = world.redeem(&offline).await.json();
        let page = browser.go("/signout").await;
        browser.submit(&page, "logout-confirm", &[("action", "sign-out")]).await;
        assert_error(&world.refresh(refresh_token(&online), &[]).await, "invalid_grant");
        assert_eq!(world.refresh(refresh_token(&offline), &[]).await.status, 200, "{engine:?}");
        assert_eq!(world.introspect(online["access_token"].as_str().unwrap()).await, json!({"active": false}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_d8_offline_access_is_for_clients_that_refresh() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"grant_types": ["authorization_code"]})).await;
        let tokens = world.tokens(&[OFFLINE]).await;
        assert_eq!(tokens.get("refresh_token"), None, "{engine:?}");
        assert!(!tokens["scope"].as_str().unwrap().contains("offline_access"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dec_d7_a_family_granted_every_company_moves_and_remembers() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let asked = [("scope", "openid customer:* offline_access")];
        let page = browser.go(&crate::support::portal::authorize(&asked)).await;
        let chooser = browser.sign_in(&page, "anna@acme.example", crate::support::world::PASSWORD).await;
        let answer = browser.submit(&chooser, "reference", &[("reference", &world.anna_at_beta.text())]).await;
        let tokens = world.redeem(&crate::support::portal::code_of(&answer)).await.json();
        assert_eq!(customer_code(&tokens), "BETA", "{engine:?}");
        let moved = world.refresh(refresh_token(&tokens), &[("scope", "openid customer:acme")]).await.json();
        assert_eq!(customer_code(&moved), "ACME");
        let stays = world.refresh(refresh_token(&moved), &[]).await.json();
        assert_eq!(customer_code(&stays), "ACME", "the family remembers");
        // Not a member: invalid_grant, and the token is still good.
        world.company("GAMMA", "Gamma Ltd").await;
        assert_error(
            &world.refresh(refresh_token(&stays), &[("scope", "openid customer:GAMMA")]).await,
            "invalid_grant",
        );
        // The company it speaks for goes away: nothing is consumed, and it may be narrowed to the other.
        world.change_reference(world.acme, world.anna, |reference| reference.active = false).await;
        assert_error(&world.refresh(refresh_token(&stays), &[]).await, "invalid_grant");
        let other = world.refresh(refresh_token(&stays), &[("scope", "openid customer:beta")]).await.json();
        assert_eq!(customer_code(&other), "BETA", "{engine:?}");
        // A family of one company cannot be moved.
        let one = world.tokens(&[OFFLINE]).await;
        assert_error(&world.refresh(refresh_token(&one), &[("scope", "openid customer:beta")]).await, "invalid_scope");
    }
}

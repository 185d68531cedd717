//! What ends when something is switched off (domain.md 5), seen by a portal.

use usher::{identity::user::UserStatus, store};

use super::{applied, told, user};
use crate::support::{browser::Browser, engine::ENGINES, portal::authorize, world::World};

const SCOPE: (&str, &str) = ("scope", "openid customer offline_access");

/// A refresh token of Anna at ACME, and her browser.
async fn anna(world: &World, scope: &str) -> (Browser, String) {
    let mut browser = world.app.browser();
    let code = world.code(&mut browser, "anna@acme.example", &[("scope", scope)]).await;
    let tokens = world.redeem(&code).await.json();
    (browser, tokens["refresh_token"].as_str().unwrap().to_owned())
}

async fn refresh_error(world: &World, token: &str) -> String {
    let answer = world.refresh(token, &[]).await;
    format!("{} {}", answer.status.as_u16(), answer.json()["error"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn a_disabled_user_is_out_everywhere_and_reactivating_brings_nothing_back() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, token) = anna(&world, "openid customer:ACME offline_access").await;
        let off = "[[user]]\nuserName = \"anna@acme.example\"\nactive = false\n";
        assert_eq!(told(&applied(&world.app.node, off).await), ["~ user anna@acme.example: active"]);
        assert_eq!(refresh_error(&world, &token).await, "400 invalid_grant", "{engine:?}");
        let mut tx = world.app.node.db.read().await.unwrap();
        let disabled = user(&mut tx, "anna@acme.example").await;
        assert_eq!(disabled.status(Default::default(), world.app.node.now()), UserStatus::Disabled);
        drop(tx);
        applied(&world.app.node, &off.replace("false", "true")).await;
        assert_eq!(refresh_error(&world, &token).await, "400 invalid_grant", "the old grant stays dead");
        let page = browser.go(&authorize(&[("prompt", "none"), ("scope", "openid")])).await;
        assert_eq!(page.redirect_params()["error"], "login_required", "so does the session");
    }
}

#[tokio::test]
async fn a_disabled_reference_ends_its_own_grants_only() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (_, at_acme) = anna(&world, "openid customer:ACME offline_access").await;
        let (mut browser, at_beta) = anna(&world, "openid customer:BETA offline_access").await;
        let off = "[[reference]]\ncustomer = \"ACME\"\nuser = \"anna@acme.example\"\nactive = false\n";
        assert_eq!(told(&applied(&world.app.node, off).await), ["~ reference anna@acme.example at ACME: active"]);
        assert_eq!(refresh_error(&world, &at_acme).await, "400 invalid_grant", "{engine:?}");
        assert_eq!(world.refresh(&at_beta, &[]).await.status, 200, "the other customer is unaffected");
        let page = browser.go(&authorize(&[("prompt", "none"), SCOPE])).await;
        assert!(page.redirect_params().contains_key("code"), "the session survives, and one company is left");
    }
}

#[tokio::test]
async fn inv_o16_internet_user_false_ends_the_grants_and_keeps_the_contact() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (_, token) = anna(&world, "openid customer:ACME offline_access").await;
        let off = "[[reference]]\ncustomer = \"ACME\"\nuser = \"anna@acme.example\"\ninternetUser = false\n";
        applied(&world.app.node, off).await;
        assert_eq!(refresh_error(&world, &token).await, "400 invalid_grant", "{engine:?}");
        let mut tx = world.app.node.db.read().await.unwrap();
        let kept = store::reference::find_by_user(&mut tx, world.acme, world.anna).await.unwrap().unwrap();
        assert!(kept.active && !kept.internet_user);
    }
}

#[tokio::test]
async fn a_disabled_customer_ends_the_grants_of_its_people_and_keeps_the_rest() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (_, at_acme) = anna(&world, "openid customer:ACME offline_access").await;
        let (_, at_beta) = anna(&world, "openid customer:BETA offline_access").await;
        let off = "[[customer]]\ncode = \"ACME\"\nactive = false\n";
        applied(&world.app.node, off).await;
        assert_eq!(refresh_error(&world, &at_acme).await, "400 invalid_grant", "{engine:?}");
        assert_eq!(world.refresh(&at_beta, &[]).await.status, 200);
        applied(&world.app.node, &off.replace("false", "true")).await;
        assert_eq!(refresh_error(&world, &at_acme).await, "400 invalid_grant", "the old refresh token stays dead");
        let (_, again) = anna(&world, "openid customer:ACME offline_access").await;
        assert_eq!(world.refresh(&again, &[]).await.status, 200, "a new login works");
    }
}

#[tokio::test]
async fn a_family_that_may_move_waits_for_another_company() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (_, token) = anna(&world, "openid customer:* customer:ACME offline_access").await;
        applied(&world.app.node, "[[customer]]\ncode = \"ACME\"\nactive = false\n").await;
        assert_eq!(refresh_error(&world, &token).await, "400 invalid_grant", "{engine:?}");
        let moved = world.refresh(&token, &[("scope", "openid customer:BETA")]).await;
        assert_eq!(moved.status, 200, "{engine:?}: {}", moved.text());
    }
}

#[tokio::test]
async fn a_disabled_client_is_refused_and_its_grants_end() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (_, token) = anna(&world, "openid customer:ACME offline_access").await;
        applied(&world.app.node, "[[client]]\nclient_id = \"portal\"\nactive = false\n").await;
        assert_eq!(refresh_error(&world, &token).await, "401 invalid_client", "{engine:?}");
        applied(&world.app.node, "[[client]]\nclient_id = \"portal\"\nactive = true\n").await;
        assert_eq!(refresh_error(&world, &token).await, "400 invalid_grant");
    }
}

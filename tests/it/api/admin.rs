//! Who may call the administration APIs: the database decides, on each call (D22).

use std::time::Duration;

use serde_json::json;
use usher::{
    base::clock::Clock,
    identity::admin_role::{Holder, Role},
    store,
};

use super::{administered, call, grant, service, service_token};
use crate::{
    factors::desk::Desk,
    step_up::signed_in,
    support::{engine::ENGINES, portal::code_of, world::World},
};

const PATH: &str = "/api/v1/templates";

#[tokio::test(flavor = "multi_thread")]
async fn dec_d22_a_service_client_needs_scope_and_role_and_loses_both_at_once() {
    for engine in ENGINES {
        for format in ["jwt", "opaque"] {
            let world = World::new(engine).await;
            service(&world, json!({ "access_token_format": format })).await;
            let token = service_token(&world, "admin:settings").await;
            let refused = call(&world, "GET", PATH, &token, None).await;
            assert_eq!(refused.status, 403, "{engine:?} {format}: no role");
            assert!(refused.header("www-authenticate").unwrap().contains("insufficient_scope"));
            grant(&world, Holder::Client("svc".into()), Role::SystemAdmin).await;
            assert_eq!(call(&world, "GET", PATH, &token, None).await.status, 200, "{engine:?} {format}");
            let other = service_token(&world, "scim:read").await;
            let refused = call(&world, "GET", PATH, &other, None).await;
            assert_eq!(refused.status, 403, "{engine:?} {format}: another scope");
            assert!(refused.header("www-authenticate").unwrap().contains("scope=\"admin:settings\""));
            // The scope is taken from the client: its tokens lose it at once.
            service(&world, json!({ "access_token_format": format, "scope": "scim:read" })).await;
            assert_eq!(call(&world, "GET", PATH, &token, None).await.status, 403, "{engine:?} {format}");
            service(&world, json!({ "access_token_format": format })).await;
            world.app.clock.advance(Duration::from_secs(2 * 60 * 60));
            assert_eq!(call(&world, "GET", PATH, &token, None).await.status, 401, "{engine:?} {format}: too old");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q16_tokens_that_are_none_or_for_others_are_refused() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let token = administered(&world).await;
        let missing = call(&world, "GET", PATH, "", None).await;
        assert_eq!(missing.status, 401, "{engine:?}");
        assert_eq!(missing.header("www-authenticate"), Some("Bearer realm=\"http://localhost:8080\""));
        for bad in ["nonsense", "a.b.c", &token[..token.len() - 2]] {
            assert_eq!(call(&world, "GET", PATH, bad, None).await.status, 401, "{engine:?} {bad}");
        }
        let in_query = call(&world, "GET", &format!("{PATH}?access_token={token}"), "", None).await;
        assert_eq!(in_query.status, 400, "{engine:?}");
        service(&world, json!({ "resources": ["https://elsewhere.example/"] })).await;
        let foreign = service_token(&world, "admin:settings").await;
        assert_eq!(call(&world, "GET", PATH, &foreign, None).await.status, 401, "{engine:?}: another's audience");
        service(&world, json!({ "resources": ["http://localhost:8080@evil.example/"] })).await;
        let alike = service_token(&world, "admin:settings").await;
        assert_eq!(call(&world, "GET", PATH, &alike, None).await.status, 401, "{engine:?}: a look-alike");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dec_d22_a_person_administers_as_long_as_they_hold_the_role() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "scope": "openid admin:settings" })).await;
        let tokens = world.tokens(&[("scope", "openid admin:settings")]).await;
        let token = tokens["access_token"].as_str().unwrap();
        assert_eq!(call(&world, "GET", PATH, token, None).await.status, 403, "{engine:?}: nobody by default (D11)");
        grant(&world, Holder::User(world.bob), Role::UserAdmin).await;
        assert_eq!(call(&world, "GET", PATH, token, None).await.status, 403, "{engine:?}: not for settings");
        grant(&world, Holder::User(world.bob), Role::Auditor).await;
        assert_eq!(call(&world, "GET", PATH, token, None).await.status, 200, "{engine:?}: an auditor reads");
        let body = json!({ "subject": "Hello" });
        let put = format!("{PATH}/test");
        assert_eq!(
            call(&world, "PUT", &put, token, Some(body.clone())).await.status,
            403,
            "{engine:?}: and writes not"
        );
        grant(&world, Holder::User(world.bob), Role::SystemAdmin).await;
        assert_eq!(call(&world, "PUT", &put, token, Some(body)).await.status, 200, "{engine:?}");
        // Each of these ends it at once, though the token lives.
        world.change_user(world.bob, |user| user.active = false).await;
        assert_eq!(call(&world, "GET", PATH, token, None).await.status, 401, "{engine:?}: disabled");
        world.change_user(world.bob, |user| user.active = true).await;
        assert_eq!(call(&world, "GET", PATH, token, None).await.status, 401, "{engine:?}: dead for good");
        let tokens = world.tokens(&[("scope", "openid admin:settings")]).await;
        let token = tokens["access_token"].as_str().unwrap();
        assert_eq!(call(&world, "GET", PATH, token, None).await.status, 200, "{engine:?}: signed in again");
        let mut tx = world.app.node.db.write().await.unwrap();
        store::grant::revoke_for_user(&mut tx, world.bob, "test", world.app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(call(&world, "GET", PATH, token, None).await.status, 401, "{engine:?}: revoked");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q90_every_call_of_the_api_needs_an_administrator() {
    let calls = [
        ("GET", PATH.to_owned()),
        ("GET", format!("{PATH}/test")),
        ("PUT", format!("{PATH}/test")),
        ("DELETE", format!("{PATH}/test")),
        ("POST", format!("{PATH}/test/.preview")),
        ("POST", format!("{PATH}/test/.test")),
    ];
    for engine in ENGINES {
        let world = World::new(engine).await;
        service(&world, json!({})).await;
        let token = service_token(&world, "admin:settings").await;
        let body = json!({ "to": "a@b.example", "subject": "x" });
        for (method, path) in &calls {
            let anonymous = call(&world, method, path, "", Some(body.clone())).await;
            assert_eq!(anonymous.status, 401, "{engine:?} {method} {path}");
            let powerless = call(&world, method, path, &token, Some(body.clone())).await;
            assert_eq!(powerless.status, 403, "{engine:?} {method} {path}");
        }
        let mut browser = world.app.browser();
        assert_eq!(browser.get(PATH).await.status, 401, "{engine:?}: a cookie is no token");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_p5_whoever_proved_too_little_is_told_what_to_prove() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        world.client(json!({ "scope": "openid admin:settings" })).await;
        let scope = ("scope", "openid admin:settings");
        let token_of = |tokens: serde_json::Value| tokens["access_token"].as_str().unwrap().to_owned();
        let token = token_of(world.tokens(&[scope]).await);
        grant(world, Holder::User(world.bob), Role::SystemAdmin).await;
        assert_eq!(call(world, "GET", PATH, &token, None).await.status, 200, "{engine:?}");
        world.set("mfa.policy", json!("required")).await;
        let refused = call(world, "GET", PATH, &token, None).await;
        assert_eq!(refused.status, 401, "{engine:?}");
        let challenge = refused.header("www-authenticate").unwrap();
        for part in ["Bearer ", "error=\"insufficient_user_authentication\"", "acr_values=\"urn:usher:acr:mfa\""] {
            assert!(challenge.contains(part), "{engine:?} {part} {challenge}");
        }
        // The application asks for just that, and comes back.
        let seed = desk.app_of(world.bob).await;
        let (_, answer) = signed_in(&desk, "bob", &seed, &[scope, ("acr_values", "urn:usher:acr:mfa")]).await;
        let token = token_of(world.redeem(&code_of(&answer)).await.json());
        assert_eq!(call(world, "GET", PATH, &token, None).await.status, 200, "{engine:?}");
    }
}

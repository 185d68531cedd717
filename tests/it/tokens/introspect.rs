//! Introspection and revocation (protocol.md I and J).

use serde_json::json;

use crate::support::{
    app::basic,
    engine::ENGINES,
    world::{SECRET, World},
};

const OFFLINE: (&str, &str) = ("scope", "openid customer permissions offline_access");

#[tokio::test(flavor = "multi_thread")]
async fn prot_i1_the_caller_proves_who_it_is_before_anything_is_said() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"client_id": "spa", "token_endpoint_auth_method": "none"})).await;
        let tokens = world.tokens(&[OFFLINE]).await;
        let token = ("token", tokens["access_token"].as_str().unwrap());
        for (authorization, fields) in [
            (None, vec![token]),
            (Some(basic("portal", "wrong")), vec![token]),
            (None, vec![token, ("client_id", "spa")]),
            (Some(basic("nobody", SECRET)), vec![token]),
        ] {
            let answer = world.app.post("/oauth2/introspect", authorization.as_deref(), &fields).await;
            assert_eq!(
                (answer.status.as_u16(), &answer.json()["error"]),
                (401, &json!("invalid_client")),
                "{engine:?}"
            );
            assert_eq!(answer.json().get("active"), None);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_i2_what_is_not_active_is_that_and_nothing_else() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"client_id": "other"})).await;
        let tokens = world.tokens(&[OFFLINE]).await;
        let access = tokens["access_token"].as_str().unwrap();
        for unknown in ["nonsense", "a.b.c", &access.replace('.', "x"), tokens["id_token"].as_str().unwrap()] {
            assert_eq!(world.introspect(unknown).await, json!({"active": false}), "{engine:?}");
        }
        // Another resource server's token.
        for token in ["access_token", "refresh_token"] {
            let fields = [("token", tokens[token].as_str().unwrap())];
            let answer = world.app.post("/oauth2/introspect", Some(&basic("other", SECRET)), &fields).await;
            assert_eq!(answer.json(), json!({"active": false}), "{engine:?} {token}");
        }
        world.app.clock.advance(std::time::Duration::from_secs(601));
        assert_eq!(world.introspect(access).await, json!({"active": false}), "expired");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_i3_a_wrong_hint_changes_nothing() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let tokens = world.tokens(&[OFFLINE]).await;
        for token in ["access_token", "refresh_token"] {
            for hint in ["access_token", "refresh_token", "pat"] {
                let fields = [("token", tokens[token].as_str().unwrap()), ("token_type_hint", hint)];
                let answer = world.app.post("/oauth2/introspect", Some(&basic("portal", SECRET)), &fields).await;
                assert_eq!(answer.json()["active"], true, "{engine:?} {token} {hint}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_i4_prot_i5_an_active_token_is_told_as_it_stands_now() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let tokens = world.tokens(&[OFFLINE]).await;
        let access = tokens["access_token"].as_str().unwrap();
        let told = world.introspect(access).await;
        for member in ["scope", "client_id", "token_type", "exp", "iat", "sub", "aud", "iss", "jti", "acr", "auth_time"]
        {
            assert!(told.get(member).is_some(), "{engine:?} {member}");
        }
        assert_eq!(told["username"], "bob");
        assert_eq!(told["permissions"], json!(["orders.read", "prices.read"]));
        // A permission that is taken away is gone at once (D8), though the JWT still says it.
        world
            .change_reference(world.acme, world.bob, |it| {
                it.permissions.insert("prices.read".into(), false);
            })
            .await;
        assert_eq!(world.introspect(access).await["permissions"], json!(["orders.read"]), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_j1_prot_j2_prot_j4_revoking_ends_the_token_or_the_grant() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let revoke = async |token: &str, hint: &str| {
            let fields = [("token", token), ("token_type_hint", hint)];
            world.app.post("/oauth2/revoke", Some(&basic("portal", SECRET)), &fields).await
        };
        let tokens = world.tokens(&[OFFLINE]).await;
        let (access, refresh) = (tokens["access_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap());
        for unknown in ["nonsense", "rt_x.1.y", "a.b.c"] {
            let answer = revoke(unknown, "access_token").await;
            assert_eq!((answer.status.as_u16(), answer.body.len()), (200, 0), "{engine:?}");
        }
        assert_eq!(revoke(access, "refresh_token").await.status, 200);
        assert_eq!(world.introspect(access).await, json!({"active": false}), "{engine:?}");
        assert_eq!(world.app.user_info(access).await.status, 401);
        // The family goes on, until its refresh token is revoked.
        let next = world.refresh(refresh, &[]).await.json();
        assert_eq!(revoke(next["refresh_token"].as_str().unwrap(), "unknown").await.status, 200);
        assert_eq!(world.introspect(next["access_token"].as_str().unwrap()).await, json!({"active": false}));
        assert_eq!(world.refresh(next["refresh_token"].as_str().unwrap(), &[]).await.status, 400, "{engine:?}");
        assert_eq!(revoke(access, "access_token").await.status, 200, "already revoked");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_j3_prot_j6_a_client_revokes_its_own_tokens_only() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"client_id": "spa", "token_endpoint_auth_method": "none"})).await;
        let tokens = world.tokens(&[OFFLINE]).await;
        for token in ["access_token", "refresh_token"] {
            let fields = [("token", tokens[token].as_str().unwrap()), ("client_id", "spa")];
            let answer = world.app.post("/oauth2/revoke", None, &fields).await;
            assert_eq!(
                (answer.status.as_u16(), &answer.json()["error"]),
                (400, &json!("invalid_request")),
                "{engine:?}"
            );
        }
        assert_eq!(world.introspect(tokens["access_token"].as_str().unwrap()).await["active"], true);
        assert_eq!(world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_j5_a_code_is_no_token() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let code = world.code(&mut browser, "bob", &[]).await;
        let answer = world.app.post("/oauth2/revoke", Some(&basic("portal", SECRET)), &[("token", &code)]).await;
        assert_eq!(answer.json()["error"], "unsupported_token_type", "{engine:?}");
        assert_eq!(world.redeem(&code).await.status, 200);
    }
}

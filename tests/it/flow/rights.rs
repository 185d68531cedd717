//! What people may do at the company they act for, and who they are wherever they act.

use serde_json::{Value, json};
use usher::{
    base::{clock::Clock, id::GroupId},
    identity::{attributes::Email, group::Group, permission::Permission, profile::PermissionProfile},
    store::{self, group::Member},
};

use crate::support::{
    engine::ENGINES,
    portal::{authorize, claims, code_of, query},
    world::{PASSWORD, World},
};

const RIGHTS: (&str, &str) = ("scope", "openid customer permissions");

fn access(tokens: &Value) -> Value {
    claims(tokens["access_token"].as_str().unwrap())
}

/// Gives the standard profile another opinion on a permission.
async fn profile_says(world: &World, key: &str, value: bool) {
    let mut tx = world.app.node.db.write().await.unwrap();
    let mut profile: PermissionProfile = store::profile::all(&mut tx).await.unwrap().remove(0);
    profile.permissions.insert(key.to_owned(), value);
    store::profile::update(&mut tx, &profile).await.unwrap();
    tx.commit().await.unwrap();
}

async fn group(world: &World, name: &str, roles: &[&str], permissions: &[&str]) -> GroupId {
    let now = world.app.clock.now();
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let group = Group {
        id: GroupId::new(&*world.app.node.entropy, now),
        customer: None,
        display_name: name.to_owned(),
        description: String::new(),
        roles: owned(roles),
        permissions: owned(permissions),
        admin_role: None,
        created_at: now,
        updated_at: now,
    };
    let mut tx = world.app.node.db.write().await.unwrap();
    store::group::insert(&mut tx, &group).await.unwrap();
    store::group::add_member(&mut tx, group.id, Member::User(world.bob)).await.unwrap();
    tx.commit().await.unwrap();
    group.id
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o19_a_permission_needs_profile_and_reference_and_client() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        for case in 0..8 {
            let [profile, reference, client] = [1, 2, 4].map(|bit| case & bit != 0);
            profile_says(&world, "orders.read", profile).await;
            world
                .change_reference(world.acme, world.bob, |it| {
                    it.permissions.insert("orders.read".into(), reference);
                })
                .await;
            let filter = if client { json!([]) } else { json!(["orders.read"]) };
            world.client(json!({"permission_filter": filter})).await;
            let tokens = world.tokens(&[RIGHTS]).await;
            let told = |claims: &Value| {
                claims["permissions"].as_array().is_some_and(|all| all.contains(&json!("orders.read")))
            };
            let wanted = profile && reference && client;
            let token = tokens["access_token"].as_str().unwrap();
            assert_eq!(told(&access(&tokens)), wanted, "{engine:?} {profile} {reference} {client}");
            assert_eq!(told(&world.introspect(token).await), wanted, "{engine:?} {profile} {reference} {client}");
            assert_eq!(told(&world.app.user_info(token).await.json()), wanted, "{engine:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o18_a_new_permission_is_nobodys_until_it_is_given() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.app.clock.advance(std::time::Duration::from_secs(60));
        let now = world.app.clock.now();
        let permission = Permission {
            key: "orders.delete".into(),
            label: "Delete orders".into(),
            group: "Orders".into(),
            default_for_reference: true,
            default_for_profile: true,
            audiences: Vec::new(),
            deprecated: false,
            created_at: now,
            updated_at: now,
        };
        let mut tx = world.app.node.db.write().await.unwrap();
        store::permission::insert(&mut tx, &permission).await.unwrap();
        tx.commit().await.unwrap();
        let told = |tokens: &Value| access(tokens)["permissions"].clone();
        assert_eq!(told(&world.tokens(&[RIGHTS]).await), json!(["orders.read", "prices.read"]), "{engine:?}");
        profile_says(&world, "orders.delete", true).await;
        assert_eq!(told(&world.tokens(&[RIGHTS]).await), json!(["orders.read", "prices.read"]), "{engine:?}");
        // A group may give it; an explicit no of the reference is an exception and counts more.
        group(&world, "Order desk", &[], &["orders.delete", "orders.create"]).await;
        assert_eq!(
            told(&world.tokens(&[RIGHTS]).await),
            json!(["orders.delete", "orders.read", "prices.read"]),
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_k5_groups_and_roles_are_told_with_their_scopes_only() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        group(&world, "Gold customers", &["gold"], &[]).await;
        let plain = world.tokens(&[("scope", "openid customer")]).await;
        let told = world.tokens(&[("scope", "openid customer roles groups")]).await;
        for (tokens, groups, roles) in
            [(&plain, Value::Null, Value::Null), (&told, json!(["Gold customers"]), json!(["gold"]))]
        {
            let token = tokens["access_token"].as_str().unwrap();
            let user_info = world.app.user_info(token).await.json();
            let introspected = world.introspect(token).await;
            for claims in [&access(tokens), &user_info, &introspected] {
                assert_eq!((&claims["groups"], &claims["roles"]), (&groups, &roles), "{engine:?} {claims}");
            }
        }
        assert_eq!(claims(told["id_token"].as_str().unwrap()).get("groups"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_k6_a_client_may_demand_a_permission() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"require_permission": "orders.create", "permission_filter": ["orders.create"]})).await;
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[RIGHTS])).await;
        let refused = browser.sign_in(&page, "bob", PASSWORD).await;
        assert_eq!(refused.redirect_params()["error"], "access_denied", "{engine:?}");
        assert_eq!(refused.redirect_params().get("code"), None);
        let silent = browser.get(&authorize(&[RIGHTS, ("prompt", "none")])).await;
        assert_eq!(silent.redirect_params()["error"], "access_denied", "{engine:?}");
        world
            .change_reference(world.acme, world.bob, |it| {
                it.permissions.insert("orders.create".into(), true);
            })
            .await;
        let tokens = world.tokens(&[RIGHTS]).await;
        // It opens the door, and the filter still keeps it from being told.
        assert_eq!(access(&tokens)["permissions"], json!(["orders.read", "prices.read"]), "{engine:?}");
        // Losing it ends refreshing.
        world
            .change_reference(world.acme, world.bob, |it| {
                it.permissions.insert("orders.create".into(), false);
            })
            .await;
        let refreshed = world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await;
        assert_eq!(refreshed.json()["error"], "invalid_grant", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_k4_sub_stays_whatever_a_person_is_called() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let before = world.tokens(&[("scope", "openid email profile customer")]).await;
        world
            .change_user(world.bob, |user| {
                user.user_name = "robert".into();
                user.attributes.emails = vec![Email {
                    value: "robert@new.example".into(),
                    verified: true,
                    primary: true,
                    ..Email::default()
                }];
            })
            .await;
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[("scope", "openid email profile customer")])).await;
        let answer = browser.sign_in(&page, "robert@new.example", PASSWORD).await;
        let after = world.redeem(&code_of(&answer)).await.json();
        for same in ["sub", "customer_id", "reference_id"] {
            assert_eq!(access(&before)[same], access(&after)[same], "{engine:?} {same}");
        }
        let user_info = world.app.user_info(after["access_token"].as_str().unwrap()).await.json();
        assert_eq!(
            (&user_info["email"], &user_info["preferred_username"]),
            (&json!("robert@new.example"), &json!("robert"))
        );
        // Who had signed in under the old name goes on, under the same sub.
        let refreshed = world.refresh(before["refresh_token"].as_str().unwrap(), &[]).await.json();
        assert_eq!(access(&refreshed)["sub"], world.bob.text(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o10_an_address_signs_in_with_its_plus_and_in_any_case() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let id = world.person("a+b@x.com").await;
        for typed in ["a+b@x.com", "A+B@X.COM", " a+b@x.com "] {
            let mut browser = world.app.browser();
            let code = world.code(&mut browser, typed, &[]).await;
            let tokens = world.redeem(&code).await.json();
            assert_eq!(access(&tokens)["sub"], id.text(), "{engine:?} {typed}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_q2_a_public_client_needs_a_challenge() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"token_endpoint_auth_method": "none"})).await;
        let mut browser = world.app.browser();
        let without = [("code_challenge", ""), ("code_challenge_method", "")];
        let refused = browser.get(&format!("/oauth2/authorize?{}", query(&without))).await;
        assert_eq!(refused.redirect_params()["error"], "invalid_request", "{engine:?}");
        let code = world.code(&mut browser, "bob", &[("scope", "openid customer")]).await;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", crate::support::world::CALLBACK),
            ("code_verifier", crate::support::portal::VERIFIER),
            ("client_id", "portal"),
        ];
        let tokens = world.app.token(None, &fields).await.json();
        assert_eq!(access(&tokens)["customer_id"], world.acme.text(), "{engine:?}");
    }
}

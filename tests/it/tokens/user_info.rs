//! UserInfo (protocol.md H).

use serde_json::json;

use crate::support::{engine::ENGINES, portal::claims, world::World};

const EVERYTHING: (&str, &str) = ("scope", "openid profile email address customer roles permissions");

#[tokio::test(flavor = "multi_thread")]
async fn prot_h1_the_token_comes_in_the_header_or_in_the_form() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let tokens = world.tokens(&[]).await;
        let access = tokens["access_token"].as_str().unwrap();
        let bearer = format!("Bearer {access}");
        assert_eq!(world.app.user_info(access).await.status, 200);
        assert_eq!(world.app.post("/oauth2/userinfo", Some(&bearer), &[]).await.status, 200, "{engine:?}");
        assert_eq!(world.app.post("/oauth2/userinfo", None, &[("access_token", access)]).await.status, 200);
        let both = world.app.post("/oauth2/userinfo", Some(&bearer), &[("access_token", access)]).await;
        assert_eq!((both.status.as_u16(), &both.json()["error"]), (400, &json!("invalid_request")), "{engine:?}");
        let query = world.app.get(&format!("/oauth2/userinfo?access_token={access}")).await;
        assert_eq!(query.status, 400, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_h2_prot_h5_each_refusal_says_what_the_standard_says() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let bare = world.app.get("/oauth2/userinfo").await;
        assert_eq!(bare.status, 401);
        let challenge = bare.header("www-authenticate").unwrap();
        assert!(challenge.starts_with("Bearer realm=") && !challenge.contains("error"), "{engine:?} {challenge}");
        let tokens = world.tokens(&[]).await;
        for bad in ["nonsense", tokens["id_token"].as_str().unwrap(), tokens["refresh_token"].as_str().unwrap()] {
            let answer = world.app.user_info(bad).await;
            assert_eq!(answer.status, 401, "{engine:?}");
            assert!(answer.header("www-authenticate").unwrap().contains("error=\"invalid_token\""));
        }
        let tokens = world.tokens(&[("scope", "customer")]).await;
        let answer = world.app.user_info(tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(answer.status, 403, "{engine:?}");
        let challenge = answer.header("www-authenticate").unwrap();
        assert!(challenge.contains("error=\"insufficient_scope\"") && challenge.contains("scope=\"openid\""));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_h3_prot_h4_inv_k3_claims_are_those_granted_in_their_own_types() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let tokens = world.tokens(&[EVERYTHING, ("nonce", "n-1")]).await;
        let answer = world.app.user_info(tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let told = answer.json();
        assert_eq!(told["sub"], claims(tokens["id_token"].as_str().unwrap())["sub"]);
        assert_eq!(told.get("nonce"), None);
        assert_eq!(told["email_verified"], true);
        assert!(told["updated_at"].is_number());
        assert_eq!(told["address"]["locality"], "Stockholm", "{engine:?}: the customer's, the reference has none");
        assert_eq!(told["customer_code"], "ACME");
        assert!(told.as_object().unwrap().values().all(|value| !value.is_null() && value != ""));
        let tokens = world.tokens(&[]).await;
        let told = world.app.user_info(tokens["access_token"].as_str().unwrap()).await.json();
        assert_eq!(told, json!({"sub": world.bob.text()}), "{engine:?}: nothing that was not granted");
    }
}

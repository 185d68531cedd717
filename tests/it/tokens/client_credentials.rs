//! The client credentials grant (protocol.md F).

use serde_json::json;

use crate::support::{
    app::basic,
    engine::ENGINES,
    portal::claims,
    world::{SECRET, World},
};

async fn service(world: &World, changes: serde_json::Value) {
    let mut client = json!({
        "client_id": "svc-erp", "grant_types": ["client_credentials"], "redirect_uris": [],
        "scope": "openid customer scim:read scim:write", "resources": ["http://localhost:8080/scim/v2"],
    });
    client.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    world.client(client).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_f1_a_public_client_cannot_act_for_itself() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let public = json!({
            "client_id": "spa", "token_endpoint_auth_method": "none",
            "grant_types": ["authorization_code"],
        });
        world.client(public).await;
        let answer = world.app.token(None, &[("grant_type", "client_credentials"), ("client_id", "spa")]).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (400, &json!("unauthorized_client")),
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_f2_prot_b27_a_service_token_is_for_the_client_itself() {
    for engine in ENGINES {
        for format in ["jwt", "opaque"] {
            let world = World::new(engine).await;
            service(&world, json!({"access_token_format": format})).await;
            let answer =
                world.app.token(Some(&basic("svc-erp", SECRET)), &[("grant_type", "client_credentials")]).await;
            assert_eq!(answer.status, 200, "{engine:?} {}", answer.text());
            let tokens = answer.json();
            assert_eq!((tokens.get("refresh_token"), tokens.get("id_token")), (None, None));
            assert_eq!(tokens["scope"], "scim:read scim:write", "all registered scopes that need no person");
            let access = tokens["access_token"].as_str().unwrap();
            if format == "jwt" {
                let told = claims(access);
                assert_eq!((&told["sub"], &told["client_id"]), (&json!("svc-erp"), &json!("svc-erp")));
                assert_eq!(told["aud"], "http://localhost:8080/scim/v2");
            }
            let fields = [("token", access)];
            let told = world.app.post("/oauth2/introspect", Some(&basic("svc-erp", SECRET)), &fields).await.json();
            assert_eq!((&told["active"], &told["sub"]), (&json!(true), &json!("svc-erp")), "{engine:?} {format}");
            assert_eq!(world.app.user_info(access).await.status, 403, "no openid, no person");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_f3_scopes_that_need_a_person_are_refused() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        service(&world, json!({})).await;
        for scope in ["openid", "scim:read customer", "customer:ACME", "scim:references"] {
            let fields = [("grant_type", "client_credentials"), ("scope", scope)];
            let answer = world.app.token(Some(&basic("svc-erp", SECRET)), &fields).await;
            assert_eq!(
                (answer.status.as_u16(), &answer.json()["error"]),
                (400, &json!("invalid_scope")),
                "{engine:?} {scope}"
            );
        }
    }
}

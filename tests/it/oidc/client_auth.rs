//! Client authentication, at every endpoint that clients call.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use usher::{oidc::client::ClientSecret, store};

use crate::support::{
    app::{TestApp, basic},
    browser::Answer,
    engine::ENGINES,
    world::{SECRET, World},
};

/// Where clients authenticate, with the parameters of a request that is good otherwise.
const ENDPOINTS: [(&str, &[(&str, &str)]); 3] = [
    ("/oauth2/token", &[("grant_type", "client_credentials")]),
    ("/oauth2/introspect", &[("token", "unknown")]),
    ("/oauth2/revoke", &[("token", "unknown")]),
];

/// The client `id` that may do what [`ENDPOINTS`] ask, authenticated by `method`.
async fn service(world: &World, id: &str, method: &str) {
    let grants = if method == "none" { ["authorization_code"] } else { ["client_credentials"] };
    let changes =
        json!({ "client_id": id, "token_endpoint_auth_method": method, "grant_types": grants, "scope": "scim:read" });
    world.client(changes).await;
}

async fn ask(
    app: &TestApp,
    endpoint: (&str, &[(&str, &str)]),
    authorization: Option<&str>,
    more: &[(&str, &str)],
) -> Answer {
    app.post(endpoint.0, authorization, &[endpoint.1, more].concat()).await
}

#[track_caller]
fn assert_refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(
        (answer.status.as_u16(), answer.json()["error"].as_str()),
        (status, Some(error)),
        "{} {}",
        answer.at,
        answer.text()
    );
    assert_eq!(answer.header("content-type"), Some("application/json"), "{}", answer.at);
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{}", answer.at);
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_a5_basic_credentials_are_form_decoded_after_base64() {
    let (id, secret) = ("a:b%c+d é/日", "s:e%63+r é&t=日");
    for engine in ENGINES {
        let world = World::new(engine).await;
        service(&world, id, "client_secret_basic").await;
        let now = usher::base::clock::Clock::now(&world.app.clock);
        let mut tx = world.app.node.db.write().await.unwrap();
        let row = world.app.node.entropy.uuid(now);
        store::client::add_secret(&mut tx, id, row, &ClientSecret::hash(secret), None, now).await.unwrap();
        tx.commit().await.unwrap();
        let percent = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
        let spelt = format!("bAsIc {}", STANDARD.encode(format!("{}:{}", percent(id), percent(secret))));
        let raw = format!("Basic {}", STANDARD.encode(format!("{id}:{secret}")));
        for endpoint in ENDPOINTS {
            assert_eq!(
                ask(&world.app, endpoint, Some(&basic(id, secret)), &[]).await.status,
                200,
                "{engine:?} {endpoint:?}"
            );
            assert_eq!(ask(&world.app, endpoint, Some(&spelt), &[]).await.status, 200, "{engine:?} {endpoint:?}");
            assert_refused(&ask(&world.app, endpoint, Some(&raw), &[]).await, 401, "invalid_client");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_a6_a7_one_client_authenticates_in_one_way() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        service(&world, "one", "client_secret_basic").await;
        service(&world, "two", "client_secret_post").await;
        let header = basic("one", SECRET);
        let assertion = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
        for endpoint in ENDPOINTS {
            let ask = async |authorization, more: &[(&str, &str)]| ask(&world.app, endpoint, authorization, more).await;
            for more in [
                &[("client_secret", SECRET)][..],
                &[("client_id", "one"), ("client_secret", SECRET)],
                &[("client_assertion", "x.y.z"), ("client_assertion_type", assertion)],
                // The client of the body is another one, real or not.
                &[("client_id", "two")],
                &[("client_id", "nobody")],
                &[("client_id", "ONE")],
            ] {
                assert_refused(&ask(Some(&header), more).await, 400, "invalid_request");
            }
            let both = [("client_id", "two"), ("client_secret", SECRET), ("client_assertion", "x.y.z")];
            assert_refused(&ask(None, &both).await, 400, "invalid_request");
            // Saying the same name again is no contradiction.
            assert_eq!(ask(Some(&header), &[("client_id", "one")]).await.status, 200, "{engine:?} {endpoint:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_a8_a9_failed_authentication_is_one_401_whatever_was_wrong() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        for (id, method) in [("basic", "client_secret_basic"), ("post", "client_secret_post"), ("public", "none")] {
            service(&world, id, method).await;
        }
        for endpoint in ENDPOINTS {
            let ask = async |authorization: Option<&str>, more: &[(&str, &str)]| {
                ask(&world.app, endpoint, authorization, more).await
            };
            let mut answers = Vec::new();
            for header in [
                basic("basic", "wrong"),
                basic("basic", ""),
                basic("nobody", SECRET),
                basic("post", SECRET),
                basic("public", SECRET),
                "Basic".to_owned(),
                "Basic !!!".to_owned(),
                format!("Basic {}", STANDARD.encode("basic")),
                format!("Basic {}", STANDARD.encode([0xff, b':', b'x'])),
                "Bearer abc".to_owned(),
            ] {
                answers.push(ask(Some(&header), &[]).await);
            }
            for more in [
                &[][..],
                &[("client_id", "post"), ("client_secret", "wrong")],
                &[("client_id", "nobody"), ("client_secret", SECRET)],
                &[("client_id", "basic"), ("client_secret", SECRET)],
                &[("client_id", "public"), ("client_secret", SECRET)],
                &[("client_id", "basic")],
                &[("client_id", "post")],
                &[("client_secret", SECRET)],
            ] {
                answers.push(ask(None, more).await);
            }
            for answer in &answers {
                assert_refused(answer, 401, "invalid_client");
                assert_eq!(answer.text(), answers[0].text(), "{engine:?}: no hint at what was wrong");
                assert!(answer.header("www-authenticate").unwrap().starts_with("Basic realm="), "{engine:?}");
            }
            assert_eq!(ask(Some(&basic("basic", SECRET)), &[]).await.status, 200);
            assert_eq!(ask(None, &[("client_id", "post"), ("client_secret", SECRET)]).await.status, 200);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_a4_credentials_and_tokens_in_the_query_are_never_read() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        service(&world, "post", "client_secret_post").await;
        let credentials = form_urlencoded::Serializer::new(String::new())
            .extend_pairs([("client_id", "post"), ("client_secret", SECRET)])
            .finish();
        for (path, fields) in ENDPOINTS {
            let answer = world.app.post(&format!("{path}?{credentials}"), None, fields).await;
            assert_refused(&answer, 401, "invalid_client");
        }
        let header = basic("portal", SECRET);
        let tokens = world.tokens(&[("scope", "openid offline_access")]).await;
        let access = tokens["access_token"].as_str().unwrap();
        let refresh = tokens["refresh_token"].as_str().unwrap();
        for path in [
            format!("/oauth2/introspect?token={access}"),
            format!("/oauth2/revoke?token={access}"),
            format!("/oauth2/token?grant_type=refresh_token&refresh_token={refresh}"),
        ] {
            assert_refused(&world.app.post(&path, Some(&header), &[]).await, 400, "invalid_request");
        }
        let path = format!("/oauth2/token?refresh_token={refresh}");
        let answer = world.app.post(&path, Some(&header), &[("grant_type", "refresh_token")]).await;
        assert_refused(&answer, 400, "invalid_request");
        // RFC 6750 would allow it at UserInfo; here it is refused by name.
        assert_refused(
            &world.app.get(&format!("/oauth2/userinfo?access_token={access}")).await,
            400,
            "invalid_request",
        );
        assert_eq!(world.introspect(access).await["active"], true, "{engine:?}");
    }
}

//! Where the authorization endpoint may send a browser.

use serde_json::json;

use super::{assert_error_page, bob};
use crate::support::{
    engine::ENGINES,
    portal::{authorize, code_of},
    world::World,
};

/// What an attacker or a typing error makes of `https://portal.example/callback` (security.md, "Redirect confusion").
pub const MUTATIONS: [&str; 52] = [
    " https://portal.example/callback",
    "https://portal.example/callback ",
    "https://portal.example/callback\n",
    "https://portal.example/callback\r\nSet-Cookie: a=b",
    "https://portal.example/callback\t",
    "https://portal.example/callback/",
    "https://portal.example/callback//",
    "https://portal.example//callback",
    "https://portal.example/Callback",
    "https://portal.example/callback/../callback",
    "https://portal.example/./callback",
    "https://portal.example/x/../callback",
    "https://portal.example/callback/..",
    "https://portal.example/callback/%2e%2e/evil",
    "https://portal.example/callback/..%2fevil",
    "https://portal.example/callback\\..\\evil",
    "https://portal.example\\callback",
    "https://portal.example/%63allback",
    "https://portal.example/callback%00",
    "https://portal.example/callback%20",
    "https://portal.example/callback?",
    "https://portal.example/callback?a=b",
    "https://portal.example/callback?code=x",
    "https://portal.example/callback?state=x&state=y",
    "https://portal.example/callback#",
    "https://portal.example/callback#x",
    "https://portal.example/callback;a=b",
    "https://portal.example/callbackevil",
    "https://portal.example/callback/evil",
    "https://portal.example",
    "https://PORTAL.example/callback",
    "HTTPS://portal.example/callback",
    "http://portal.example/callback",
    "https:/portal.example/callback",
    "https:portal.example/callback",
    "//portal.example/callback",
    "/callback",
    "callback",
    "https://portal.example:443/callback",
    "https://portal.example:8443/callback",
    "https://portal.example:/callback",
    "https://portal.example./callback",
    "https://portal.example.evil.example/callback",
    "https://evil.example/callback",
    "https://sub.portal.example/callback",
    "https://portal.example@evil.example/callback",
    "https://evil.example@portal.example/callback",
    "https://evil.example#@portal.example/callback",
    "https://evil.example\\@portal.example/callback",
    "https://port\u{430}l.example/callback",
    "javascript://portal.example/callback%0aalert(1)",
    "data:text/html,https://portal.example/callback",
];

#[tokio::test(flavor = "multi_thread")]
async fn prot_b2_b3_no_mutation_of_a_registered_uri_is_redirected_to() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        for mutation in MUTATIONS {
            // With a session, nothing else would stand in the way; prompt=none asks for an answer by redirect.
            for prompt in ["", "none"] {
                let changes = [("redirect_uri", mutation), ("prompt", prompt)];
                assert_error_page(&browser.get(&authorize(&changes)).await, "invalid_request");
            }
        }
        // The same by POST.
        for mutation in MUTATIONS.into_iter().step_by(7) {
            let body = crate::support::portal::query(&[("redirect_uri", mutation)]);
            let answer = world.app.post_raw("/oauth2/authorize", None, "application/x-www-form-urlencoded", body).await;
            assert_error_page(&browser.follow(answer).await, "invalid_request");
        }
        assert!(!code_of(&browser.get(&authorize(&[])).await).is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b2_b4_without_client_or_redirect_uri_there_is_an_error_page() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world
            .client(json!({ "client_id": "two", "redirect_uris": ["https://a.example/", "https://b.example/"] }))
            .await;
        let mut browser = bob(&world).await;
        for (changes, code) in [
            (&[("client_id", "")][..], "invalid_request"),
            (&[("client_id", "nobody")], "invalid_client"),
            (&[("client_id", "<script>alert(1)</script>")], "invalid_client"),
            (&[("client_id", "PORTAL")], "invalid_client"),
            // One is registered, and still has to be named.
            (&[("redirect_uri", "")], "invalid_request"),
            (&[("client_id", "two"), ("redirect_uri", "")], "invalid_request"),
            // Another client's.
            (&[("redirect_uri", "https://a.example/")], "invalid_request"),
            // Whatever else is wrong, the way back comes first.
            (&[("redirect_uri", "https://evil.example/"), ("response_type", "")], "invalid_request"),
        ] {
            let page = browser.get(&authorize(changes)).await;
            assert_error_page(&page, code);
            assert!(!page.text().contains("<script>alert"), "{changes:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b2_a_client_that_is_switched_off_gets_an_error_page() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        let mut tx = world.app.node.db.write().await.unwrap();
        let stored = usher::store::client::find(&mut tx, "portal").await.unwrap().unwrap();
        let now = usher::base::clock::Clock::now(&world.app.clock);
        usher::store::client::update(&mut tx, &stored.metadata, false, now).await.unwrap();
        tx.commit().await.unwrap();
        assert_error_page(&browser.get(&authorize(&[])).await, "invalid_client");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b3_a_registered_query_is_part_of_the_string_and_stays() {
    let registered = "https://portal.example/cb?tenant=1&x=%41";
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "redirect_uris": [registered] })).await;
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[("redirect_uri", registered)])).await;
        let answer = browser.sign_in(&page, "bob", crate::support::world::PASSWORD).await;
        assert!(answer.location().unwrap().starts_with(&format!("{registered}&code=")), "{engine:?} {answer:?}");
        for other in [
            "https://portal.example/cb",
            "https://portal.example/cb?tenant=2&x=%41",
            "https://portal.example/cb?x=%41&tenant=1",
            "https://portal.example/cb?tenant=1&x=A",
            "https://portal.example/cb?tenant=1&x=%41&y=1",
        ] {
            assert_error_page(&browser.get(&authorize(&[("redirect_uri", other)])).await, "invalid_request");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b5_only_the_port_of_a_registered_loopback_address_varies() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let registered =
            ["http://127.0.0.1/cb", "http://[::1]:7000/cb", "http://localhost:3000/cb", "com.example.app:/cb"];
        world
            .client(json!({ "client_id": "native", "token_endpoint_auth_method": "none", "redirect_uris": registered }))
            .await;
        let mut browser = bob(&world).await;
        for good in [
            "http://127.0.0.1/cb",
            "http://127.0.0.1:1/cb",
            "http://127.0.0.1:51004/cb",
            "http://[::1]:51004/cb",
            "http://localhost:3000/cb",
        ] {
            let answer = browser.get(&authorize(&[("client_id", "native"), ("redirect_uri", good)])).await;
            let location = answer.location().unwrap_or_else(|| panic!("{good} {}", answer.text()));
            assert!(location.starts_with(&format!("{good}?code=")), "{engine:?} {location}");
        }
        // Any program may claim a private scheme, so there the person says whether it is the one she means (B31).
        let private = [("client_id", "native"), ("redirect_uri", "com.example.app:/cb")];
        let consent = browser.go(&authorize(&private)).await;
        let answer = browser.submit(&consent, "id=\"consent-allow", &[("action", "allow")]).await;
        let location = answer.location().unwrap_or_else(|| panic!("{}", answer.text()));
        assert!(location.starts_with("com.example.app:/cb?code="), "{engine:?} {location}");
        for bad in [
            "http://127.0.0.1:51004/cb/",
            "http://127.0.0.1:51004/cb#f",
            "http://127.0.0.1:51004/cb?a=b",
            "http://127.0.0.1:99999/cb",
            "http://127.0.0.1:0/cb",
            "http://127.0.0.1:080/cb",
            "http://127.0.0.1:/cb",
            "http://127.0.0.2/cb",
            "http://127.1/cb",
            "http://127.0.0.1:1@evil.example/cb",
            "http://127.0.0.1.evil.example/cb",
            "https://127.0.0.1/cb",
            "http://localhost:3001/cb",
            "http://localhost/cb",
            "http://[::2]:51004/cb",
            "com.example.app://cb",
            "com.example.app:/cb/x",
        ] {
            let answer = browser.get(&authorize(&[("client_id", "native"), ("redirect_uri", bad)])).await;
            assert_error_page(&answer, "invalid_request");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b2_the_mismatch_is_shown_to_developers_only() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let asked = authorize(&[("redirect_uri", "https://portal.example/callback/")]);
        let page = world.app.get(&asked).await;
        assert!(!page.text().contains("portal.example/callback"), "{engine:?} {}", page.text());
        world.client(json!({ "environment": "development" })).await;
        let page = world.app.get(&asked).await;
        assert_error_page(&page, "invalid_request");
        for shown in ["https://portal.example/callback/", "https://portal.example/callback"] {
            let escaped = shown.replace('/', "&#x2f;");
            assert!(
                page.text().contains(shown) || page.text().contains(&escaped),
                "{engine:?} {shown} {}",
                page.text()
            );
        }
        assert!(!page.text().contains("href=\"https://portal.example/callback"), "{engine:?}: never a link");
    }
}

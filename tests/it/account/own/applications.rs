//! The applications that somebody let in (revocation matrix, "Consent revoked").

use serde_json::{Value, json};

use super::{ANNA, at, audited};
use crate::support::{
    app::basic,
    browser::Browser,
    engine::ENGINES,
    portal::{authorize, code_of},
    world::{SECRET, World},
};

const PATH: &str = "/account/applications";

/// Anna lets `third` in and gets its tokens.
async fn let_in(world: &World, browser: &mut Browser, scope: &str) -> Value {
    let page = browser.go(&authorize(&[("client_id", "third"), ("scope", scope)])).await;
    let answer = match page.location() {
        Some(_) => page,
        None => browser.submit(&page, "consent-allow", &[("action", "allow")]).await,
    };
    let code = code_of(&answer);
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", crate::support::world::CALLBACK),
        ("code_verifier", crate::support::portal::VERIFIER),
    ];
    let answer = world.app.token(Some(&basic("third", SECRET)), &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

async fn third(world: &World) {
    let changes =
        json!({ "client_id": "third", "client_name": "Third Party", "consent": "remember", "first_party": false });
    world.client(changes).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_a_revoked_consent_ends_codes_families_and_access_tokens_of_that_client() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        third(&world).await;
        let (mut anna, page) = at(&world, ANNA, PATH).await;
        assert!(page.text().contains("You have not allowed any application yet"), "{engine:?}");
        let tokens = let_in(&world, &mut anna, "openid email offline_access").await;
        let own = world.code(&mut anna, ANNA, &[("scope", "openid offline_access")]).await;
        let portal = world.redeem(&own).await.json();
        let code = code_of(&anna.go(&authorize(&[("client_id", "third"), ("scope", "openid")])).await);
        let (mut bob, _) = at(&world, "bob", PATH).await;
        let bobs = let_in(&world, &mut bob, "openid offline_access").await;
        let page = anna.go(PATH).await;
        let text = page.text();
        assert!(text.contains("Third Party") && text.contains("Acme Portal"), "{engine:?} {text}");
        assert!(text.contains("see your email address") && text.contains("while you are away"), "{engine:?} {text}");
        // Acme Portal comes first.
        let page = anna.submit(&page, "application-revoke-2", &[("action", "revoke")]).await;
        assert!(page.text().contains("has lost its access") && !page.text().contains("Third Party"), "{}", page.text());
        let refresh = async |client: &str, tokens: &Value| {
            let token = tokens["refresh_token"].as_str().unwrap();
            let fields = [("grant_type", "refresh_token"), ("refresh_token", token)];
            world.app.token(Some(&basic(client, SECRET)), &fields).await
        };
        assert_eq!(refresh("third", &tokens).await.json()["error"], "invalid_grant", "{engine:?}");
        let access = tokens["access_token"].as_str().unwrap();
        assert_eq!(world.app.user_info(access).await.status, 401, "{engine:?}");
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", crate::support::world::CALLBACK),
            ("code_verifier", crate::support::portal::VERIFIER),
        ];
        let redeemed = world.app.token(Some(&basic("third", SECRET)), &fields).await;
        assert_eq!(redeemed.json()["error"], "invalid_grant", "{engine:?}");
        // Other applications, and other people, are not concerned.
        assert_eq!(refresh("portal", &portal).await.status, 200, "{engine:?}");
        assert_eq!(refresh("third", &bobs).await.status, 200, "{engine:?}");
        // It is asked for again.
        let page = anna.go(&authorize(&[("client_id", "third"), ("scope", "openid")])).await;
        assert!(page.text().contains("consent-allow"), "{engine:?} {}", page.at);
        assert_eq!(audited(&world, "application.revoked").await, 1, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_over_is_no_application_and_what_is_unknown_is_not_revoked() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        third(&world).await;
        let (mut anna, _) = at(&world, ANNA, PATH).await;
        let_in(&world, &mut anna, "openid").await;
        let page = anna.go(PATH).await;
        let (action, hidden) = page.form("application-revoke-1");
        let csrf = &hidden.iter().find(|(name, _)| name == "csrf").unwrap().1;
        for id in ["portal", "nobody", "", "usher:account", "third' --"] {
            let fields = [("csrf", csrf.as_str()), ("action", "revoke"), ("client_id", id)];
            assert_eq!(anna.post(&action, &fields).await.location(), Some(PATH), "{engine:?} {id}");
        }
        assert!(anna.go(PATH).await.text().contains("Third Party"), "{engine:?}");
        assert_eq!(audited(&world, "application.revoked").await, 0, "{engine:?}");
        // Signed out everywhere: the portal's grant is dead, what was agreed to stands.
        world.code(&mut anna, ANNA, &[]).await;
        world.sign_out_everywhere(world.anna).await;
        let (_, page) = at(&world, ANNA, PATH).await;
        assert!(page.text().contains("Third Party") && !page.text().contains("Acme Portal"), "{engine:?}");
    }
}

//! Redeeming authorization codes (protocol.md C).

use std::time::Duration;

use serde_json::json;
use usher::authn::acr::Acr;

use crate::support::{
    app::basic,
    browser::Answer,
    engine::ENGINES,
    portal::{VERIFIER, claims, header},
    world::{CALLBACK, SECRET, World},
};

/// Redeems a code of `portal` with these parameters put over the usual ones; an empty value takes one away.
async fn redeem(world: &World, code: &str, changes: &[(&str, &str)]) -> Answer {
    let mut fields = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    for (name, value) in changes {
        fields.retain(|(known, _)| known != name);
        if !value.is_empty() {
            fields.push((name, value));
        }
    }
    world.app.token(Some(&basic("portal", SECRET)), &fields).await
}

fn assert_error(answer: &Answer, status: u16, error: &str) {
    assert_eq!((answer.status.as_u16(), answer.json()["error"].as_str()), (status, Some(error)), "{}", answer.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_c1_grant_types_are_required_known_and_registered() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let ask = async |fields: &[(&str, &str)]| world.app.token(Some(&basic("portal", SECRET)), fields).await;
        assert_error(&ask(&[]).await, 400, "invalid_request");
        assert_error(&ask(&[("grant_type", "")]).await, 400, "invalid_request");
        assert_error(&ask(&[("grant_type", "magic")]).await, 400, "unsupported_grant_type");
        assert_error(&ask(&[("grant_type", "client_credentials")]).await, 400, "unauthorized_client");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_c2_what_is_no_live_code_of_this_client_is_invalid_grant() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"client_id": "other"})).await;
        let mut browser = world.app.browser();
        let code = world.code(&mut browser, "bob", &[]).await;
        for unknown in ["nonsense", "ac_", &code.replace("ac_", "rt_"), &format!("{code}x"), &code[..code.len() - 1]] {
            assert_error(&redeem(&world, unknown, &[]).await, 400, "invalid_grant");
        }
        let fields = [("grant_type", "authorization_code"), ("code", code.as_str()), ("redirect_uri", CALLBACK)];
        assert_error(&world.app.token(Some(&basic("other", SECRET)), &fields).await, 400, "invalid_grant");
        world.app.clock.advance(Duration::from_secs(61));
        assert_error(&redeem(&world, &code, &[]).await, 400, "invalid_grant");
        let code = world.code(&mut browser, "bob", &[]).await;
        world.change_user(world.bob, |user| user.active = false).await;
        assert_error(&redeem(&world, &code, &[]).await, 400, "invalid_grant");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_c3_the_redirect_uri_is_the_one_of_the_request() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        for other in ["", "https://portal.example/callback/", "https://portal.example/"] {
            let code = world.code(&mut browser, "bob", &[]).await;
            assert_error(&redeem(&world, &code, &[("redirect_uri", other)]).await, 400, "invalid_grant");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_c4_a_second_redemption_ends_what_the_first_bought() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let code = world.code(&mut browser, "bob", &[("scope", "openid offline_access")]).await;
        let tokens = world.redeem(&code).await.json();
        let access = tokens["access_token"].as_str().unwrap();
        assert_eq!(world.app.user_info(access).await.status, 200);
        // Half a minute later, as the conformance suite does.
        world.app.clock.advance(Duration::from_secs(30));
        assert_error(&world.redeem(&code).await, 400, "invalid_grant");
        assert_eq!(world.app.user_info(access).await.status, 401, "{engine:?}");
        assert_eq!(world.introspect(access).await, json!({"active": false}));
        assert_error(&world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await, 400, "invalid_grant");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_c6_prot_c7_the_verifier_fits_the_challenge_and_neither_comes_alone() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let long = "a".repeat(129);
        for wrong in ["", "short", &"a".repeat(43), &long, "dBjftJeZ4CVP mB92K27uhbUJU1p1r_wW1gFWFOEjXk1"] {
            let code = world.code(&mut browser, "bob", &[]).await;
            assert_error(&redeem(&world, &code, &[("code_verifier", wrong)]).await, 400, "invalid_grant");
        }
        // A verifier without a challenge is a downgrade.
        world.client(json!({"require_pkce": false})).await;
        let bare = [("code_challenge", ""), ("code_challenge_method", "")];
        let code = world.code(&mut browser, "bob", &bare).await;
        assert_error(&redeem(&world, &code, &[]).await, 400, "invalid_grant");
        let code = world.code(&mut browser, "bob", &bare).await;
        assert_eq!(redeem(&world, &code, &[("code_verifier", "")]).await.status, 200, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_c8_a_stranger_does_not_burn_a_code_its_owner_does() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"client_id": "other"})).await;
        let mut browser = world.app.browser();
        let code = world.code(&mut browser, "bob", &[]).await;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        assert_error(&world.app.token(Some(&basic("other", SECRET)), &fields).await, 400, "invalid_grant");
        assert_eq!(world.redeem(&code).await.status, 200, "{engine:?}");
        let code = world.code(&mut browser, "bob", &[]).await;
        assert_error(&redeem(&world, &code, &[("code_verifier", &"b".repeat(43))]).await, 400, "invalid_grant");
        assert_error(&world.redeem(&code).await, 400, "invalid_grant");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_c9_prot_c10_prot_c11_prot_a14_the_answer_is_the_standards() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let code = world.code(&mut browser, "bob", &[("nonce", "n-0S6_WzA2Mj"), ("scope", "openid email")]).await;
        assert!(code.len() < 256 && code.bytes().all(|b| b.is_ascii_graphic()));
        let answer = world.redeem(&code).await;
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        assert_eq!(answer.header("pragma"), Some("no-cache"));
        let tokens = answer.json();
        assert_eq!(tokens["token_type"], "Bearer");
        assert_eq!(tokens["expires_in"], 600);
        for token in ["access_token", "refresh_token"] {
            assert!(tokens[token].as_str().unwrap().bytes().all(|b| (0x20..0x7f).contains(&b)), "{token}");
        }
        let id_token = tokens["id_token"].as_str().unwrap();
        assert!(header(id_token)["kid"].is_string());
        let told = claims(id_token);
        assert_eq!(told["iss"], "http://localhost:8080");
        assert_eq!(told["aud"], "portal");
        assert_eq!(told["azp"], "portal");
        assert_eq!(told["nonce"], "n-0S6_WzA2Mj");
        assert_eq!(told["exp"].as_i64().unwrap() - told["iat"].as_i64().unwrap(), 600);
        assert_eq!(told.get("email"), None, "C15: served by UserInfo");
        // Without openid there is no ID token.
        let tokens = world.tokens(&[("scope", "customer")]).await;
        assert_eq!(tokens.get("id_token"), None, "{engine:?}");
        let tokens = world.tokens(&[]).await;
        assert_eq!(claims(tokens["id_token"].as_str().unwrap()).get("nonce"), None, "only if sent");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_c12_the_id_token_is_signed_as_the_client_registered() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        for alg in ["RS256", "ES256", "EdDSA"] {
            world.client(json!({"id_token_signed_response_alg": alg, "access_token_signed_response_alg": alg})).await;
            let tokens = world.tokens(&[]).await;
            for token in ["id_token", "access_token"] {
                assert_eq!(header(tokens[token].as_str().unwrap())["alg"], alg, "{engine:?} {token}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_c14_tokens_tell_when_and_how_the_session_was_opened() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        world.code(&mut browser, "bob", &[]).await;
        world.app.clock.advance(Duration::from_secs(600));
        let code = world.code(&mut browser, "bob", &[]).await;
        let tokens = world.redeem(&code).await.json();
        for token in ["id_token", "access_token"] {
            let told = claims(tokens[token].as_str().unwrap());
            assert_eq!(told["iat"].as_i64().unwrap() - told["auth_time"].as_i64().unwrap(), 600, "{engine:?}");
            assert_eq!(told["acr"], Acr::Pwd.as_str());
            assert_eq!(told["amr"], json!(["pwd"]));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_c16_resources_are_audiences_within_what_was_authorised() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (orders, licences) = ("https://orders.example/", "https://licence.example/");
        world.client(json!({"resources": [orders, licences]})).await;
        let tokens = world.tokens(&[]).await;
        assert_eq!(claims(tokens["access_token"].as_str().unwrap())["aud"], orders, "the first is the default");
        let tokens = world.tokens(&[("resource", licences)]).await;
        assert_eq!(claims(tokens["access_token"].as_str().unwrap())["aud"], licences, "{engine:?}");
        let mut browser = world.app.browser();
        let code = world.code(&mut browser, "bob", &[("resource", licences)]).await;
        assert_error(&redeem(&world, &code, &[("resource", orders)]).await, 400, "invalid_target");
        let code = world.code(&mut browser, "bob", &[("resource", licences)]).await;
        assert_error(&redeem(&world, &code, &[("resource", "https://else.example/#x")]).await, 400, "invalid_target");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_c17_no_table_holds_a_usable_code_or_token() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"access_token_format": "opaque"})).await;
        let mut browser = world.app.browser();
        let code = world.code(&mut browser, "bob", &[]).await;
        let tokens = world.redeem(&code).await.json();
        let dump = world.app.dump().await;
        let mut secrets = vec![code.as_str(), SECRET, crate::support::world::PASSWORD];
        secrets.extend(["access_token", "refresh_token"].map(|name| tokens[name].as_str().unwrap()));
        secrets.extend(browser.cookies.values().map(String::as_str));
        for secret in secrets {
            assert!(!dump.contains(secret), "{engine:?}: {secret}");
        }
        // The opaque token works as well as a JWT does.
        assert_eq!(world.app.user_info(tokens["access_token"].as_str().unwrap()).await.status, 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn contract_a_setting_takes_effect_at_once() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        assert_eq!(world.tokens(&[]).await["expires_in"], 600);
        world.set("token.access", json!("PT1M")).await;
        assert_eq!(world.tokens(&[]).await["expires_in"], 60, "{engine:?}");
    }
}

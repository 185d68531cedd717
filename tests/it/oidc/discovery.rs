//! Metadata and keys.

use std::{collections::BTreeSet, time::Duration};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use usher::{authn::acr::Acr, base::clock::Clock, flow::rotate_keys, oidc::client::SigningAlg};

use super::bob;
use crate::{
    factors::{desk::Desk, soft::SoftPasskey},
    step_up::{
        id_token,
        passkey::{options, say},
        password, signed_in,
    },
    support::{
        app::{ISSUER, basic},
        engine::ENGINES,
        portal::{authorize, claims, code_of, header},
        world::{SECRET, World},
    },
};

const OPENID: &str = "/.well-known/openid-configuration";
const OAUTH: &str = "/.well-known/oauth-authorization-server";

fn list(document: &Value, name: &str) -> Vec<String> {
    serde_json::from_value(document[name].clone()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_n1_the_issuer_is_the_same_string_everywhere() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let document = world.app.get(OPENID).await.json();
        assert_eq!(document["issuer"], ISSUER);
        assert!(!ISSUER.ends_with('/'));
        let mut browser = bob(&world).await;
        let answer = browser.get(&authorize(&[])).await;
        assert_eq!(answer.redirect_params()["iss"], ISSUER, "{engine:?}");
        let tokens = world.redeem(&code_of(&answer)).await.json();
        for token in ["id_token", "access_token"] {
            assert_eq!(claims(tokens[token].as_str().unwrap())["iss"], ISSUER, "{engine:?} {token}");
        }
        assert_eq!(world.introspect(tokens["access_token"].as_str().unwrap()).await["iss"], ISSUER, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_n2_n3_n6_both_places_hold_one_document_for_everybody() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        for path in [OPENID, OAUTH, "/.well-known/jwks.json"] {
            let request = axum::http::Request::get(path)
                .header("host", "localhost:8080")
                .header("origin", "https://anywhere.example")
                .body(axum::body::Body::empty())
                .unwrap();
            let answer = world.app.send(request).await;
            assert_eq!(answer.status, 200, "{engine:?} {path}");
            assert_eq!(answer.header("content-type"), Some("application/json"));
            assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
            assert!(answer.header("cache-control").unwrap().contains("max-age"), "{engine:?} {path}");
            assert!(answer.headers.get("set-cookie").is_none());
        }
        let document = world.app.get(OPENID).await;
        assert_eq!(document.body, world.app.get(OAUTH).await.body, "{engine:?}");
        for (name, value) in document.json().as_object().unwrap() {
            assert!(value.as_array().is_none_or(|list| !list.is_empty()), "{name}");
            if name.ends_with("_endpoint") || name == "jwks_uri" {
                let path = value.as_str().unwrap().strip_prefix(ISSUER).unwrap();
                assert!(path.starts_with('/') && !path.starts_with("//"), "{name}");
                let status = world.app.get(path).await.status;
                assert_ne!(status, 404, "{engine:?} {name}");
            }
        }
        assert_eq!(world.app.get("/.well-known/unheard-of").await.status, 404, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_n4_n7_every_signature_algorithm_that_is_offered_signs() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let document = world.app.get(OPENID).await.json();
        let algs = list(&document, "id_token_signing_alg_values_supported");
        assert!(algs.contains(&"RS256".to_owned()), "{algs:?}");
        let mut browser = bob(&world).await;
        for alg in algs {
            world.client(json!({ "id_token_signed_response_alg": alg, "access_token_signed_response_alg": alg })).await;
            let tokens = world.redeem(&code_of(&browser.get(&authorize(&[])).await)).await.json();
            let jwks = world.app.get("/.well-known/jwks.json").await.json();
            for token in ["id_token", "access_token"] {
                let head = header(tokens[token].as_str().unwrap());
                assert_eq!(head["alg"], alg, "{engine:?}");
                let key = jwks["keys"].as_array().unwrap().iter().find(|key| key["kid"] == head["kid"]).unwrap();
                assert_eq!(key["alg"], alg, "{engine:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_n5_n8_what_clients_look_for_is_said_explicitly() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let document = world.app.get(OPENID).await.json();
        for (name, value) in [
            ("request_uri_parameter_supported", json!(false)),
            ("request_parameter_supported", json!(false)),
            ("claims_parameter_supported", json!(true)),
            ("authorization_response_iss_parameter_supported", json!(true)),
            ("code_challenge_methods_supported", json!(["S256"])),
            ("response_types_supported", json!(["code"])),
            ("acr_values_supported", json!(Acr::ALL)),
            ("prompt_values_supported", json!(["none", "login", "consent", "select_account"])),
        ] {
            assert_eq!(document[name], value, "{engine:?} {name}");
        }
        for name in ["token", "introspection", "revocation"] {
            assert!(!list(&document, &format!("{name}_endpoint_auth_methods_supported")).is_empty(), "{engine:?}");
        }
        // What can be reached follows what is allowed, at once.
        for (methods, highest) in [
            (json!(["totp"]), Acr::Mfa),
            (json!(["recovery"]), Acr::Mfa),
            (json!(["email"]), Acr::TwoStep),
            (json!(["email", "sms"]), Acr::Mfa),
        ] {
            world.set("mfa.methods", methods).await;
            let reached: Vec<Acr> = Acr::ALL.into_iter().filter(|acr| *acr <= highest).collect();
            let document = world.app.get(OPENID).await.json();
            assert_eq!(document["acr_values_supported"], json!(reached), "{engine:?} {highest}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_n7_every_advertised_value_works() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let document = world.app.get(OPENID).await.json();
        let mut browser = bob(&world).await;
        for mode in list(&document, "response_modes_supported") {
            let answer = browser.get(&authorize(&[("response_mode", &mode)])).await;
            assert!(answer.location().is_some() || answer.text().contains("name=\"code\""), "{engine:?} {mode}");
        }
        for prompt in list(&document, "prompt_values_supported") {
            let answer = browser.go(&authorize(&[("prompt", &prompt)])).await;
            let error = answer.location().and_then(|_| answer.redirect_params().get("error").cloned());
            assert_eq!(error, None, "{engine:?} {prompt}");
        }
        for locale in list(&document, "ui_locales_supported") {
            let page = world.app.browser().go(&authorize(&[("ui_locales", &locale)])).await;
            assert!(page.text().contains(&format!("<html lang=\"{locale}\"")), "{engine:?} {locale}");
        }
        for scope in list(&document, "scopes_supported") {
            world.client(json!({ "scope": format!("openid {scope}") })).await;
            let answer = browser.go(&authorize(&[("scope", &format!("openid {scope}"))])).await;
            let error = answer.location().and_then(|_| answer.redirect_params().get("error").cloned());
            assert_ne!(error.as_deref(), Some("invalid_scope"), "{engine:?} {scope}");
        }
        for method in list(&document, "token_endpoint_auth_methods_supported") {
            world.client(json!({ "client_id": method, "token_endpoint_auth_method": method })).await;
            let (header, fields) = match method.as_str() {
                "client_secret_basic" => (Some(basic(&method, SECRET)), vec![]),
                "client_secret_post" => (None, vec![("client_id", method.as_str()), ("client_secret", SECRET)]),
                _ => (None, vec![("client_id", method.as_str())]),
            };
            // Past the authentication: the code is what is wrong.
            let fields = [&[("grant_type", "authorization_code"), ("code", "x")], fields.as_slice()].concat();
            let answer = world.app.token(header.as_deref(), &fields).await;
            assert_eq!(answer.json()["error"], "invalid_grant", "{engine:?} {method} {}", answer.text());
        }
        world.client(json!({ "client_id": "every", "grant_types": list(&document, "grant_types_supported") })).await;
        for grant in list(&document, "grant_types_supported") {
            let answer = world.app.token(Some(&basic("every", SECRET)), &[("grant_type", &grant)]).await;
            let error = answer.json()["error"].as_str().unwrap_or_default().to_owned();
            assert!(!["unsupported_grant_type", "unauthorized_client"].contains(&error.as_str()), "{engine:?} {grant}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_n9_keys_are_public_unique_and_strong_and_overlap_at_rotation() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let tokens = world.tokens(&[]).await;
        let old = tokens["access_token"].as_str().unwrap();
        let keys = async || world.app.get("/.well-known/jwks.json").await.json()["keys"].as_array().unwrap().clone();
        let kids =
            async || keys().await.iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect::<BTreeSet<_>>();
        for key in keys().await {
            let members: BTreeSet<&str> = key.as_object().unwrap().keys().map(String::as_str).collect();
            for private in ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] {
                assert!(!members.contains(private), "{engine:?} {members:?}");
            }
            assert_eq!(key["use"], "sig");
            assert!(key["alg"].is_string() && key["kid"].is_string());
            if key["kty"] == "RSA" {
                let modulus = URL_SAFE_NO_PAD.decode(key["n"].as_str().unwrap()).unwrap();
                assert!(modulus.len() >= 256 && modulus[0] != 0, "{engine:?}: 2048 bits at least");
            }
        }
        let before = kids().await;
        assert_eq!(before.len(), keys().await.len(), "{engine:?}");
        // Published first, used later: nobody meets a key that their document does not hold.
        let node = &world.app.node;
        rotate_keys::rotate(&node.db, &node.kek, &*node.entropy, world.app.clock.now(), SigningAlg::ES256)
            .await
            .unwrap();
        let after = kids().await;
        assert_eq!(after.difference(&before).count(), 1, "{engine:?}");
        assert!(after.is_superset(&before), "{engine:?}");
        let mut browser = bob(&world).await;
        let mut signer = async || {
            let answer = browser.go(&authorize(&[])).await;
            let code = match answer.location() {
                Some(_) => code_of(&answer),
                None => code_of(&browser.sign_in(&answer, "bob", crate::support::world::PASSWORD).await),
            };
            let tokens = world.redeem(&code).await.json();
            header(tokens["id_token"].as_str().unwrap())["kid"].as_str().unwrap().to_owned()
        };
        assert!(before.contains(&signer().await), "{engine:?}");
        world.app.clock.advance(Duration::from_secs(9 * 60));
        assert_eq!(world.app.user_info(old).await.status, 200, "{engine:?}");
        world.app.clock.advance(Duration::from_secs(8 * 24 * 3600));
        assert!(!before.contains(&signer().await), "{engine:?}");
        assert!(kids().await.is_superset(&before), "{engine:?}: what was signed can still be verified");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_n7_prot_n8_every_acr_that_is_advertised_is_reached() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        world.set("mfa.policy", json!("off")).await;
        let seed = desk.app_of(world.nora).await;
        let mut key = desk.passkey_of(world.bob, SoftPasskey::new()).await;
        for acr in list(&world.app.get(OPENID).await.json(), "acr_values_supported") {
            let essential = json!({ "id_token": { "acr": { "essential": true, "value": acr } } }).to_string();
            let mut browser = world.app.browser();
            // The highest needs a passkey, whatever is below it an app, the lowest nothing.
            let answer = match acr.as_str() {
                "urn:usher:acr:pwd" => password(&mut browser, "nora", &[("claims", &essential)]).await,
                "urn:usher:acr:phr" => {
                    let page = password(&mut browser, "bob", &[("claims", &essential)]).await;
                    let said = key.get(&options(&mut browser, &page).await);
                    say(&mut browser, &page, &said, &[]).await
                }
                _ => signed_in(&desk, "nora", &seed, &[("claims", &essential)]).await.1,
            };
            let reached = id_token(world, &answer).await["acr"].clone();
            let [reached, asked] = [reached.as_str().unwrap(), &acr].map(|name| name.parse::<Acr>().unwrap());
            assert!(reached >= asked, "{engine:?} {acr}");
        }
    }
}

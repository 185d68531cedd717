//! What the authorization endpoint makes of its parameters.

use serde_json::json;

use super::{assert_told, bob, told};
use crate::support::{
    engine::ENGINES,
    portal::{CHALLENGE, authorize, claims, code_of},
    world::{CALLBACK, World},
};

#[tokio::test(flavor = "multi_thread")]
async fn prot_b6_response_type_missing_unknown_and_not_allowed_are_told_apart() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "client_id": "service", "grant_types": ["client_credentials"], "scope": "" })).await;
        assert_told(
            &world.app,
            &[
                (&[("response_type", "")], "invalid_request"),
                (&[("response_type", "ticket")], "unsupported_response_type"),
                (&[("response_type", "none")], "unsupported_response_type"),
                (&[("response_type", "token")], "unsupported_response_type"),
                (&[("response_type", "code id_token")], "unsupported_response_type"),
                (&[("response_type", "id_token code")], "unsupported_response_type"),
                (&[("client_id", "service"), ("scope", "")], "unauthorized_client"),
            ],
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b11_b12_a_challenge_is_required_and_plain_is_not_one() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "client_id": "app", "token_endpoint_auth_method": "none" })).await;
        world.client(json!({ "client_id": "old", "require_pkce": false })).await;
        let (short, long) = ("a".repeat(42), "a".repeat(129));
        let none = [("code_challenge", ""), ("code_challenge_method", "")];
        for client in [("client_id", "portal"), ("client_id", "app")] {
            let missing = [&[client], none.as_slice()].concat();
            assert_told(&world.app, &[(&missing, "invalid_request")]).await;
        }
        assert_told(
            &world.app,
            &[
                (&[("code_challenge_method", "")], "invalid_request"),
                (&[("code_challenge_method", "plain")], "invalid_request"),
                (&[("code_challenge_method", "s256")], "invalid_request"),
                (&[("code_challenge", "")], "invalid_request"),
                (&[("code_challenge", &short)], "invalid_request"),
                (&[("code_challenge", &long)], "invalid_request"),
                (&[("code_challenge", &CHALLENGE.replace('-', "+"))], "invalid_request"),
                // The switch allows no challenge, not a weak one.
                (&[("client_id", "old"), ("code_challenge_method", "plain")], "invalid_request"),
                (&[("client_id", "old"), ("code_challenge", "")], "invalid_request"),
            ],
        )
        .await;
        let mut browser = bob(&world).await;
        let answer = browser.get(&authorize(&[&[("client_id", "old")], none.as_slice()].concat())).await;
        assert!(!code_of(&answer).is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b14_b16_prompt_and_max_age_that_make_no_sense_are_invalid_request() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        assert_told(
            &world.app,
            &[
                (&[("prompt", "none login")], "invalid_request"),
                (&[("prompt", "consent none")], "invalid_request"),
                (&[("prompt", "none select_account")], "invalid_request"),
                (&[("prompt", "create")], "invalid_request"),
                (&[("prompt", "login bogus")], "invalid_request"),
                (&[("prompt", "LOGIN")], "invalid_request"),
                (&[("max_age", "-1")], "invalid_request"),
                (&[("max_age", "1.5")], "invalid_request"),
                (&[("max_age", "+1")], "invalid_request"),
                (&[("max_age", "soon")], "invalid_request"),
                (&[("max_age", "99999999999999999999999")], "invalid_request"),
            ],
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b20_claims_must_be_an_object_of_objects() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        for bad in [
            "name",
            "[]",
            "\"name\"",
            "1",
            "{",
            "{\"id_token\":[]}",
            "{\"userinfo\":\"name\"}",
            "{\"id_token\":{\"acr\":1}}",
        ] {
            assert_told(&world.app, &[(&[("claims", bad)], "invalid_request")]).await;
        }
        // What cannot be met and was only wished for is left out, and what is unknown is ignored.
        let mut browser = bob(&world).await;
        let wish = json!({
            "id_token": { "nickname": null, "acr": { "values": ["urn:mace:incommon:iap:silver"] }, "http://x.example/y": null },
            "userinfo": { "middle_name": { "essential": true }, "email": null },
            "future": 1,
        })
        .to_string();
        let answer = browser.get(&authorize(&[("claims", &wish)])).await;
        let tokens = world.redeem(&code_of(&answer)).await.json();
        let id_token = claims(tokens["id_token"].as_str().unwrap());
        assert_eq!((id_token.get("nickname"), &id_token["acr"]), (None, &json!("urn:usher:acr:pwd")), "{engine:?}");
        let user_info = world.app.user_info(tokens["access_token"].as_str().unwrap()).await.json();
        assert_eq!((user_info.get("middle_name"), &user_info["email"]), (None, &json!("bob@mail.example")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b21_b22_an_essential_acr_is_met_or_an_error_and_a_wish_is_a_wish() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        // Where no more is allowed than e-mail nobody has two factors (step_up has the rest).
        world.set("mfa.methods", json!(["email"])).await;
        let mut browser = bob(&world).await;
        let essential =
            |values: &[&str]| json!({ "id_token": { "acr": { "essential": true, "values": values } } }).to_string();
        for unmet in [&["urn:usher:acr:mfa"][..], &["urn:usher:acr:phr", "urn:usher:acr:mfa"], &["urn:elsewhere:gold"]]
        {
            // Signed in or not, with or without a page: never a lower one.
            for prompt in ["", "none", "login"] {
                let changes = [("claims", essential(unmet)), ("prompt", prompt.to_owned())];
                let changes = changes.each_ref().map(|(name, value)| (*name, value.as_str()));
                for told in
                    [told(&world.app, &changes).await, browser.get(&authorize(&changes)).await.redirect_params()]
                {
                    assert_eq!(told["error"], "unmet_authentication_requirements", "{unmet:?}");
                }
            }
        }
        for (name, value) in [
            ("claims", essential(&["urn:usher:acr:mfa", "urn:usher:acr:pwd"])),
            ("acr_values", "urn:usher:acr:mfa urn:usher:acr:pwd".to_owned()),
            ("acr_values", "urn:usher:acr:phr".to_owned()),
            ("acr_values", "0 1 2 gold".to_owned()),
        ] {
            let answer = browser.get(&authorize(&[(name, &value)])).await;
            let tokens = world.redeem(&code_of(&answer)).await.json();
            let acr = &claims(tokens["id_token"].as_str().unwrap())["acr"];
            assert_eq!(acr, "urn:usher:acr:pwd", "{engine:?} {value}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_a1_b23_hints_and_unknown_parameters_never_fail() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        for (name, value) in [
            ("display", "popup"),
            ("display", "hologram"),
            ("ui_locales", "tlh de-CH-1996 sv * xx-!!"),
            ("ui_locales", "<script>"),
            ("claims_locales", "de fr-CA ??"),
            ("login_hint", "anna@acme.example"),
            ("login_hint", "<b>\"'&nobody"),
            ("audience", "https://other.example/"),
            ("unheard_of", "x"),
        ] {
            let answer = browser.get(&authorize(&[(name, value)])).await;
            assert!(!code_of(&answer).is_empty(), "{engine:?} {name}={value}");
            let page = world.app.browser().go(&authorize(&[(name, value)])).await;
            assert_eq!(page.status, 200, "{engine:?} {name}={value}");
        }
        // A hint fills the field in and decides nothing.
        let page = world.app.browser().go(&authorize(&[("login_hint", "<b>\"'&nobody")])).await;
        assert_eq!(page.attribute("id=\"username\"", "value").as_deref(), Some("<b>\"'&nobody"));
        // Empty is absent: neither an unknown prompt nor a malformed number.
        let empty = "&prompt=&max_age=&claims=&nonce=&response_mode=&id_token_hint=&request=";
        let answer = browser.get(&format!("{}{empty}", authorize(&[]))).await;
        assert!(!code_of(&answer).is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b24_request_objects_are_refused_by_their_own_errors() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let object = "eyJhbGciOiJub25lIn0.eyJzY29wZSI6Im9wZW5pZCJ9.";
        assert_told(
            &world.app,
            &[
                (&[("request", object)], "request_not_supported"),
                (&[("request_uri", "https://portal.example/r.jwt")], "request_uri_not_supported"),
                (&[("request", object), ("request_uri", "https://portal.example/r.jwt")], "invalid_request"),
                (&[("registration", "{}")], "registration_not_supported"),
            ],
        )
        .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b27_unknown_scopes_are_ignored_and_forbidden_ones_refused() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "client_id": "narrow", "scope": "openid email" })).await;
        assert_told(
            &world.app,
            &[
                (&[("client_id", "narrow"), ("scope", "openid profile")], "invalid_scope"),
                (&[("client_id", "narrow"), ("scope", "openid customer:ACME")], "invalid_scope"),
                (&[("scope", "openid scim:write")], "invalid_scope"),
                (&[("scope", "openid \"quoted\"")], "invalid_scope"),
            ],
        )
        .await;
        let mut browser = bob(&world).await;
        let code = world.code(&mut browser, "bob", &[("scope", "openid email teleport email")]).await;
        assert_eq!(world.redeem(&code).await.json()["scope"], "openid email", "{engine:?}");
        // Nothing asked for, nothing granted: a code that is good for no claim at all.
        let code = world.code(&mut browser, "bob", &[("scope", "")]).await;
        let tokens = world.redeem(&code).await.json();
        assert_eq!((tokens.get("id_token"), tokens["scope"].as_str().unwrap_or_default()), (None, ""), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b28_without_openid_the_parameters_of_openid_connect_are_ignored() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        let nonsense = [
            ("scope", "email"),
            ("prompt", "bogus none"),
            ("max_age", "never"),
            ("claims", "{"),
            ("id_token_hint", "x.y.z"),
            ("acr_values", "gold"),
            ("nonce", "n-1"),
        ];
        let code = code_of(&browser.get(&authorize(&nonsense)).await);
        let tokens = world.redeem(&code).await.json();
        assert_eq!(tokens.get("id_token"), None, "{engine:?}");
        // The token carries no personal data, and opens no UserInfo (H5).
        let user_info = world.app.user_info(tokens["access_token"].as_str().unwrap()).await;
        assert_eq!(user_info.status, 403, "{engine:?} {}", user_info.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_a2_a_parameter_sent_twice_is_told_to_the_client_while_it_can_be() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "resources": ["https://a.example/", "https://b.example/"] })).await;
        for twice in
            ["scope=openid", "prompt=none", "nonce=1&nonce=2", "unheard_of=1&unheard_of=1", "response_type=code"]
        {
            let answer = world.app.get(&format!("{}&{twice}", authorize(&[("prompt", "login")]))).await;
            assert_eq!(answer.redirect_params()["error"], "invalid_request", "{engine:?} {twice}");
        }
        // Without one client or one way back there is nobody to tell.
        for twice in ["client_id=portal".to_owned(), format!("redirect_uri={CALLBACK}")] {
            let answer = world.app.get(&format!("{}&{twice}", authorize(&[]))).await;
            super::assert_error_page(&answer, "invalid_request");
        }
        // A state sent twice is nobody's state.
        let answer = world.app.get(&format!("{}&state=other", authorize(&[]))).await.redirect_params();
        assert_eq!((answer["error"].as_str(), answer.get("state")), ("invalid_request", None), "{engine:?}");
        let resources = "resource=https%3A%2F%2Fa.example%2F&resource=https%3A%2F%2Fb.example%2F";
        let answer = bob(&world).await.get(&format!("{}&{resources}", authorize(&[]))).await;
        assert!(!code_of(&answer).is_empty(), "{engine:?}");
    }
}

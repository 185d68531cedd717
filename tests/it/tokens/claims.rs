//! What is told, to whom, and in which token (claims.md 2 and 5).

use serde_json::{Value, json};
use usher::identity::attributes::{Email, PhoneNumber};

use crate::support::{
    engine::ENGINES,
    portal::{authorize, claims, code_of},
    world::{PASSWORD, World},
};

fn id_token(tokens: &Value) -> Value {
    claims(tokens["id_token"].as_str().unwrap())
}

fn access(tokens: &Value) -> Value {
    claims(tokens["access_token"].as_str().unwrap())
}

async fn user_info(world: &World, tokens: &Value) -> Value {
    let answer = world.app.user_info(tokens["access_token"].as_str().unwrap()).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn names(claims: &Value) -> Vec<&str> {
    claims.as_object().unwrap().keys().map(String::as_str).filter(|name| *name != "sub").collect()
}

async fn with_phone(world: &World) {
    let phone = PhoneNumber { value: "+46701234567".into(), primary: true, ..PhoneNumber::default() };
    world.change_user(world.bob, |user| user.attributes.phone_numbers = vec![phone]).await;
    world.change_reference(world.acme, world.bob, |reference| reference.roles = vec!["buyer".into()]).await;
}

const BY_SCOPE: [(&str, &[&str]); 7] = [
    ("profile", &["family_name", "given_name", "locale", "name", "preferred_username", "updated_at"]),
    ("email", &["email", "email_verified"]),
    ("phone", &["phone_number", "phone_number_verified"]),
    ("customer", &["contact_role", "customer_code", "customer_id", "customer_name", "reference_id", "reference_name"]),
    ("customers", &["customers"]),
    (
        "customer roles",
        &["contact_role", "customer_code", "customer_id", "customer_name", "reference_id", "reference_name", "roles"],
    ),
    (
        "customer address",
        &["address", "contact_role", "customer_code", "customer_id", "customer_name", "reference_id", "reference_name"],
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn claims_5_1_a_scope_that_was_not_granted_tells_nothing() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        with_phone(&world).await;
        let protocol = id_token(&world.tokens(&[]).await);
        assert_eq!(names(&user_info(&world, &world.tokens(&[]).await).await), [""; 0], "{engine:?}");
        for (scope, told) in BY_SCOPE {
            let tokens = world.tokens(&[("scope", &format!("openid {scope}"))]).await;
            assert_eq!(names(&user_info(&world, &tokens).await), told, "{engine:?} {scope}");
            // The ID token has the company, and nothing else of it.
            let id_token = id_token(&tokens);
            let more: Vec<&str> = names(&id_token).into_iter().filter(|name| protocol.get(*name).is_none()).collect();
            let company = if scope.starts_with("customer ") || scope == "customer" { BY_SCOPE[3].1 } else { &[] };
            assert_eq!(more, company, "{engine:?} {scope}");
            // The access token never describes a person.
            for name in ["email", "name", "phone_number", "address", "customer_name", "customers"] {
                assert_eq!(access(&tokens).get(name), None, "{engine:?} {scope} {name}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_5_4_all_companies_are_told_by_user_info_alone() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"id_token_claims": true})).await;
        let mut browser = world.app.browser();
        let wanted = r#"{"id_token":{"customers":null}}"#;
        let scope = ("scope", "openid customer:acme customers");
        let code = world.code(&mut browser, "anna@acme.example", &[scope, ("claims", wanted)]).await;
        let tokens = world.redeem(&code).await.json();
        assert_eq!((access(&tokens).get("customers"), id_token(&tokens).get("customers")), (None, None), "{engine:?}");
        let all = user_info(&world, &tokens).await["customers"].clone();
        let (acme, beta) = (world.acme.text(), world.beta.text());
        assert_eq!(
            all,
            json!([
                {"id": acme, "code": "ACME", "name": "Acme AB", "reference_id": world.anna_at_acme.text()},
                {"id": beta, "code": "BETA", "name": "Beta Oy", "reference_id": world.anna_at_beta.text()},
            ]),
            "{engine:?}"
        );
        assert_eq!(world.introspect(tokens["access_token"].as_str().unwrap()).await.get("customers"), None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_5_5_a_permission_taken_away_is_gone_at_once_or_at_the_next_refresh() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let tokens = world.tokens(&[("scope", "openid customer permissions offline_access")]).await;
        let token = tokens["access_token"].as_str().unwrap();
        assert_eq!(world.introspect(token).await["permissions"], json!(["orders.read", "prices.read"]));
        world
            .change_reference(world.acme, world.bob, |reference| {
                reference.permissions.insert("prices.read".into(), false);
            })
            .await;
        assert_eq!(world.introspect(token).await["permissions"], json!(["orders.read"]), "{engine:?}");
        assert_eq!(user_info(&world, &tokens).await["permissions"], json!(["orders.read"]), "{engine:?}");
        let refreshed = world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.json();
        assert_eq!(access(&refreshed)["permissions"], json!(["orders.read"]), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_5_7_acr_is_what_happened() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.set("mfa.methods", json!(["email"])).await;
        let tokens = world.tokens(&[("acr_values", "urn:usher:acr:phr urn:usher:acr:mfa")]).await;
        for claims in [id_token(&tokens), access(&tokens)] {
            assert_eq!((&claims["acr"], &claims["amr"]), (&json!("urn:usher:acr:pwd"), &json!(["pwd"])), "{engine:?}");
        }
        let essential = r#"{"id_token":{"acr":{"essential":true,"value":"urn:usher:acr:mfa"}}}"#;
        let refused = world.app.browser().get(&authorize(&[("claims", essential)])).await;
        assert_eq!(refused.redirect_params()["error"], "unmet_authentication_requirements", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_2_an_address_nobody_verified_is_told_as_such() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let email = Email { value: "new@mail.example".into(), verified: false, primary: true, ..Email::default() };
        world.change_user(world.bob, |user| user.attributes.emails = vec![email]).await;
        let tokens = world.tokens(&[("scope", "openid email")]).await;
        let told = user_info(&world, &tokens).await;
        assert_eq!(
            (&told["email"], &told["email_verified"]),
            (&json!("new@mail.example"), &json!(false)),
            "{engine:?}"
        );
        // Absent data is an absent claim.
        world.change_user(world.bob, |user| user.attributes.emails.clear()).await;
        assert_eq!(names(&user_info(&world, &tokens).await), [""; 0], "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_5_10_discovery_lists_what_there_is() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let metadata = world.app.get("/.well-known/openid-configuration").await.json();
        let lists = |list: &str, name: &str| metadata[list].as_array().is_some_and(|all| all.contains(&json!(name)));
        for (_, told) in BY_SCOPE {
            assert!(told.iter().all(|name| lists("claims_supported", name)), "{engine:?} {told:?}");
        }
        for scope in ["openid", "profile", "email", "phone", "address", "customer", "permissions", "offline_access"] {
            assert!(lists("scopes_supported", scope), "{engine:?} {scope}");
        }
        assert!(lists("acr_values_supported", "urn:usher:acr:pwd"), "{engine:?}");
        for prompt in ["none", "login", "consent", "select_account"] {
            assert!(lists("prompt_values_supported", prompt), "{engine:?} {prompt}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_2_an_opaque_token_says_the_same_behind_the_counter() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let scope = ("scope", "openid email customer permissions");
        let plain = world.tokens(&[scope]).await;
        world.client(json!({"access_token_format": "opaque"})).await;
        let opaque = world.tokens(&[scope]).await;
        let token = opaque["access_token"].as_str().unwrap();
        assert!(token.starts_with("at_"), "{engine:?} {token}");
        let mut said = world.introspect(token).await;
        let mut wanted = world.introspect(plain["access_token"].as_str().unwrap()).await;
        for own in ["jti", "sid", "exp"] {
            assert!(said.get(own).is_some(), "{engine:?} {own}");
            said.as_object_mut().unwrap().remove(own);
            wanted.as_object_mut().unwrap().remove(own);
        }
        assert_eq!(said, wanted, "{engine:?}");
        assert_eq!(user_info(&world, &opaque).await, user_info(&world, &plain).await, "{engine:?}");
        world.app.clock.advance(std::time::Duration::from_secs(3600));
        assert_eq!(world.introspect(token).await, json!({"active": false}), "{engine:?}");
        assert_eq!(world.app.user_info(token).await.status, 401, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_5_2_a_client_with_a_subject_per_company_gets_the_references_id() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"subject": "reference"})).await;
        // Not asked for, and needed all the same.
        let tokens = world.tokens(&[("scope", "openid email offline_access")]).await;
        let sub = json!(world.bob_at_acme.text());
        let refreshed = world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.json();
        for tokens in [&tokens, &refreshed] {
            let introspected = world.introspect(tokens["access_token"].as_str().unwrap()).await;
            for claims in [&id_token(tokens), &access(tokens), &introspected, &user_info(&world, tokens).await] {
                assert_eq!(claims["sub"], sub, "{engine:?} {claims}");
            }
        }
        // The hint that names the reference goes through, one that names the person does not.
        let mut browser = world.app.browser();
        world.code(&mut browser, "bob", &[]).await;
        let hint = tokens["id_token"].as_str().unwrap();
        let silent = browser.get(&authorize(&[("id_token_hint", hint), ("prompt", "none")])).await;
        assert!(silent.redirect_params().contains_key("code"), "{engine:?} {:?}", silent.location());
        // Without a company there is no subject, and no token.
        let page = world.app.browser();
        let mut nora = page;
        let page = nora.go(&authorize(&[])).await;
        nora.sign_in(&page, "nora", PASSWORD).await;
        let silent = nora.get(&authorize(&[("prompt", "none")])).await;
        assert_eq!(silent.redirect_params()["error"], "access_denied", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_2_a_client_may_have_claims_in_the_id_token_and_under_further_names() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        with_phone(&world).await;
        let aliases = json!({"mail": "email", "company": "customer_code", "groups_": "roles"});
        world.client(json!({"id_token_claims": true, "claim_aliases": aliases})).await;
        let tokens = world.tokens(&[("scope", "openid email customer roles")]).await;
        for claims in [id_token(&tokens), user_info(&world, &tokens).await] {
            assert_eq!(claims["email"], "bob@mail.example", "{engine:?} {claims}");
            assert_eq!(claims["mail"], claims["email"], "{engine:?} {claims}");
            assert_eq!(claims["company"], "ACME", "{engine:?} {claims}");
            assert_eq!((&claims["roles"], &claims["groups_"]), (&json!(["buyer"]), &json!(["buyer"])), "{engine:?}");
        }
        // A claim that is not told is not told under another name.
        let tokens = world.tokens(&[]).await;
        for claims in [id_token(&tokens), user_info(&world, &tokens).await] {
            for name in ["mail", "company", "groups_", "email"] {
                assert_eq!(claims.get(name), None, "{engine:?} {name}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_2_the_claims_parameter_names_claims_one_by_one() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let wanted = r#"{"id_token":{"email":null,"given_name":{"essential":true},"nonsense":null},
            "userinfo":{"family_name":null,"acr":null},"unknown":{}}"#;
        let tokens = world.tokens(&[("claims", wanted)]).await;
        let id_token = id_token(&tokens);
        assert_eq!((&id_token["email"], &id_token["given_name"]), (&json!("bob@mail.example"), &json!("Bob")));
        for name in ["email_verified", "family_name", "nonsense"] {
            assert_eq!(id_token.get(name), None, "{engine:?} {name}");
        }
        assert_eq!(names(&user_info(&world, &tokens).await), ["family_name"], "{engine:?}");
        // They outlive a refresh.
        let refreshed = world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.json();
        assert_eq!(names(&user_info(&world, &refreshed).await), ["family_name"], "{engine:?}");
        // What the client never registered it cannot name either.
        world.client(json!({"scope": "openid"})).await;
        let tokens = world.tokens(&[("claims", wanted)]).await;
        assert_eq!(names(&user_info(&world, &tokens).await), [""; 0], "{engine:?}");
        assert_eq!(claims(tokens["id_token"].as_str().unwrap()).get("email"), None, "{engine:?}");
        // The sub that is wanted is the only one that will do.
        let other = format!(r#"{{"id_token":{{"sub":{{"value":"{}"}}}}}}"#, world.nora.text());
        let mut browser = world.app.browser();
        world.code(&mut browser, "bob", &[]).await;
        let silent = browser.get(&authorize(&[("claims", &other), ("prompt", "none")])).await;
        assert_eq!(silent.redirect_params()["error"], "login_required", "{engine:?}");
        let own = other.replace(&world.nora.text(), &world.bob.text());
        let silent = browser.get(&authorize(&[("claims", &own), ("prompt", "none")])).await;
        assert!(!code_of(&silent).is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_p3_an_access_token_has_a_scope_string_lists_and_no_personal_data() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let asked = [("scope", "openid profile email phone address customer:ACME roles groups permissions")];
        let code = world.code(&mut browser, "anna@acme.example", &asked).await;
        let tokens = world.redeem(&code).await.json();
        let access = claims(tokens["access_token"].as_str().unwrap());
        let scope: Vec<&str> = access["scope"].as_str().unwrap().split(' ').collect();
        assert!(scope.contains(&"openid") && scope.contains(&"permissions"), "{engine:?} {scope:?}");
        assert_eq!(access["roles"], json!(["buyer"]), "{engine:?}");
        assert!(access["permissions"].is_array() && access.get("groups").is_none_or(Value::is_array), "{engine:?}");
        for personal in ["name", "given_name", "family_name", "email", "phone_number", "address", "locale"] {
            assert_eq!(access.get(personal), None, "{engine:?} {personal}");
        }
    }
}

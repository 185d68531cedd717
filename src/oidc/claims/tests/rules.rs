//! What may be told where, and in which form.

use super::*;
use crate::identity::group::Group;

#[test]
fn prot_p1_claims_2_the_jti_begins_with_the_grant() {
    let token = Scene::a().access_token();
    assert_eq!(token.jti, format!("{GRANT}.random"));
    assert_eq!(token.grant().unwrap(), Some(GRANT.parse().unwrap()));
    let stored = serde_json::to_string(&token).unwrap();
    assert_eq!(serde_json::from_str::<AccessToken>(&stored).unwrap(), token);
}

/// claims.md 5.1: each row of the table of scopes.
#[test]
fn claims_5_1_a_scope_not_granted_is_a_claim_absent() {
    let all = "openid profile email phone address customer customers roles groups permissions";
    let full = |scope: &str| {
        let mut scene = Scene::with(|_| (), scope);
        scene.person.phone_number = text("+46 8 123");
        scene.membership = Some(Membership::from(&beta()));
        scene.authority.groups = vec!["Buyers".into()];
        scene
    };
    let everything = full(all).userinfo(&[company(&beta())]);
    for (scope, names) in BY_SCOPE.iter().filter(|(scope, _)| *scope != "license") {
        let without = all.split(' ').filter(|s| s != scope).collect::<Vec<_>>().join(" ");
        let scene = full(&without);
        let (userinfo, id_token) = (scene.userinfo(&[company(&beta())]), scene.id_token());
        let access_token = serde_json::to_value(scene.access_token()).unwrap();
        let known: Vec<_> = names.iter().filter(|name| everything.contains_key(**name)).collect();
        assert!(!known.is_empty(), "{scope} has no claim to look at");
        for name in names.iter() {
            assert!(!userinfo.contains_key(*name) && !id_token.contains_key(*name), "{name} without {scope}");
            assert_eq!(access_token.get(*name), None, "{name} without {scope}");
        }
    }
}

#[test]
fn claims_5_4_the_list_of_companies_is_in_no_token() {
    let mut scene = Scene::b();
    scene.request = ClaimsRequest::parse(Some(r#"{"id_token":{"customers":{"essential":true}}}"#)).unwrap();
    assert!(!scene.id_token().contains_key("customers"));
    assert_eq!(serde_json::to_value(scene.access_token()).unwrap().get("customers"), None);
    let many = vec![company(&acme()); 300];
    assert_eq!(scene.userinfo(&many)["customers"].as_array().unwrap().len(), userinfo::MAX_COMPANIES);
}

#[test]
fn claims_5_6_entitlements_need_scope_and_another_audience_than_ours() {
    let of = |change: fn(&mut ClientMetadata), scope: &str| Scene::with(change, scope).access_token().entitlements;
    assert_eq!(of(|_| (), "openid license:activate license:read"), ["cad-pro:activate"]);
    assert!(of(|_| (), "openid customer").is_empty());
    assert!(of(|metadata| metadata.resources.clear(), "openid license:activate").is_empty());
}

#[test]
fn prot_c15_scope_claims_stay_out_of_the_id_token_unless_asked_for() {
    let scope = "openid profile email customer permissions";
    let mut scene = Scene::with(|metadata| metadata.id_token_claims = false, scope);
    let token = scene.id_token();
    for absent in ["name", "email", "email_verified", "permissions", "locale"] {
        assert!(!token.contains_key(absent), "{absent}");
    }
    assert!(token.contains_key("customer_id"));
    scene.request = ClaimsRequest::parse(Some(r#"{"id_token":{"email":null,"permissions":null}}"#)).unwrap();
    let token = scene.id_token();
    assert!(token.contains_key("email") && token.contains_key("permissions") && !token.contains_key("name"));
}

#[test]
fn prot_b20_claims_asked_for_one_by_one_need_a_registered_scope() {
    let ask = |registered: &str| {
        let mut scene = Scene::with(|metadata| metadata.scope = registered.into(), "openid");
        let request = r#"{"id_token":{"name":null,"customer_id":null},"userinfo":{"name":{"essential":true},"customer_id":null}}"#;
        scene.request = ClaimsRequest::parse(Some(request)).unwrap();
        (scene.id_token(), scene.userinfo(&[]))
    };
    let (id_token, userinfo) = ask("openid profile customer");
    assert_eq!((&id_token["name"], &userinfo["name"]), (&json!("Anna Berg"), &json!("Anna Berg")));
    assert!(!id_token.contains_key("customer_id") && !userinfo.contains_key("customer_id"));
    let (id_token, userinfo) = ask("openid");
    assert!(!id_token.contains_key("name") && !userinfo.contains_key("name"));
}

#[test]
fn prot_c11_an_id_token_has_the_types_of_the_standard() {
    let token = Scene::a().id_token();
    assert!(token["aud"].is_string() && token["exp"].is_number() && token["iat"].is_number());
    assert!(token["sub"].as_str().is_some_and(|sub| sub.is_ascii() && sub.len() <= 255));
    let mut scene = Scene::a();
    scene.nonce = None;
    assert!(!scene.id_token().contains_key("nonce"));
}

#[test]
fn prot_h3_h4_userinfo_has_the_subject_no_nonce_and_no_blank() {
    let scene = Scene::with(|_| (), "openid profile email phone address");
    let answer = scene.userinfo(&[]);
    assert_eq!(answer["sub"], scene.id_token()["sub"]);
    assert!(answer["email_verified"].is_boolean() && answer["updated_at"].is_number());
    for absent in ["nonce", "nickname", "website", "phone_number", "phone_number_verified", "address"] {
        assert!(!answer.contains_key(absent), "{absent}");
    }
    assert!(answer.values().all(|value| !value.is_null() && *value != json!("")));
    assert!(Scene::b().userinfo(&[])["address"].is_object());
}

#[test]
fn protocol_r_one_subject_per_company() {
    let mut scene = Scene::with(|metadata| metadata.subject = SubjectKind::Reference, "openid");
    let reference = json!(acme().reference.id);
    assert_eq!(scene.id_token()["sub"], reference);
    assert_eq!(scene.userinfo(&[])["sub"], reference);
    assert_eq!(json!(scene.access_token().sub), reference);
    scene.membership = None;
    assert_eq!(userinfo::answer(&scene.subject(), &scene.release(), &[]), None);
}

#[test]
fn protocol_r_aliases_repeat_a_claim_and_overwrite_none() {
    let aliases = |metadata: &mut ClientMetadata| {
        metadata.claim_aliases =
            [("org_id", "customer_id"), ("role", "roles")].map(|(alias, claim)| (alias.into(), claim.into())).into();
    };
    let mut scene = Scene::with(aliases, "openid customer roles");
    let id = json!(acme().customer.id);
    for claims in [scene.id_token(), scene.userinfo(&[]), scene.introspection()] {
        assert_eq!((&claims["org_id"], &claims["role"]), (&id, &json!(["buyer"])));
    }
    let token = scene.access_token();
    assert_eq!(token.aliases["org_id"], id);
    // A role taken away since is gone under both names.
    scene.authority.roles.clear();
    let person = PersonNow { user_name: "anna", authority: &scene.authority };
    let introspection = introspect::access_token(&token, &scene.client, Some(&person));
    assert!(!introspection.contains_key("role") && !introspection.contains_key("roles"));
}

#[test]
fn claims_2_lists_beyond_the_cap_are_left_out_and_said_so() {
    let scope = "openid customer permissions roles";
    let with = |count: usize| {
        let mut scene = Scene::with(|_| (), scope);
        scene.authority.permissions = (0..count).map(|n| format!("orders.{n:03}")).collect();
        scene
    };
    let token = with(64).access_token();
    assert_eq!((token.permissions.len(), token.authz_overflow), (64, false));
    let scene = with(65);
    let token = scene.access_token();
    assert_eq!((token.permissions.len(), token.authz_overflow), (0, true));
    assert_eq!(token.roles, ["buyer"]);
    assert_eq!(scene.id_token()["authz_overflow"], json!(true));
    assert!(!scene.id_token().contains_key("permissions"));
    let introspection = scene.introspection();
    assert_eq!(introspection["permissions"].as_array().unwrap().len(), 65);
    assert!(!introspection.contains_key("authz_overflow"));
    assert_eq!(scene.userinfo(&[])["permissions"].as_array().unwrap().len(), 65);
}

#[test]
fn prot_p4_a_token_stays_below_4_kb() {
    let mut scene =
        Scene::with(|_| (), "openid profile email customer:* customers permissions roles groups offline_access");
    let authority = &mut scene.authority;
    // Fifty memberships leave no trace in a token; long lists are left out.
    authority.permissions = (0..60).map(|n| format!("orders.of.some.department.{n:03}")).collect();
    authority.roles = (0..50).map(|n| format!("role-{n}")).collect();
    authority.groups = (0..64).map(|n| format!("A group with a long name, number {n}")).collect();
    let token = scene.access_token();
    assert!(token.authz_overflow);
    let signature = 342;
    let header = 120;
    let encoded = serde_json::to_vec(&token).unwrap().len() * 4 / 3 + signature + header;
    assert!(encoded < 4096, "{encoded}");
}

#[test]
fn prot_i2_sec_q16_who_may_see_a_token() {
    let audience = Audience(vec!["https://api.example/".into()]);
    let caller = |introspects: &[&str]| {
        testing::client(|metadata| {
            metadata.client_id = "api".into();
            metadata.introspects = introspects.iter().map(|uri| (*uri).to_owned()).collect();
        })
    };
    assert!(introspect::may_see_access_token(&caller(&["https://api.example/"]), "portal", &audience));
    assert!(introspect::may_see_access_token(&caller(&[]), "api", &audience));
    assert!(!introspect::may_see_access_token(&caller(&["https://other.example/"]), "portal", &audience));
    assert_eq!(json!(introspect::inactive()), json!({"active": false}));
}

#[test]
fn prot_i1_sec_q18_a_public_client_cannot_introspect() {
    let public =
        testing::client(|metadata| metadata.token_endpoint_auth_method = crate::oidc::client::AuthMethod::None);
    assert!(introspect::may_introspect(&public).is_err());
    assert!(introspect::may_introspect(&testing::client(|_| ())).is_ok());
}

#[test]
fn prot_i5_a_refresh_token_is_told_to_its_client() {
    let (scope, audience) =
        (ScopeSet::parse("openid customer:*").unwrap(), Audience(vec!["https://api.example/".into()]));
    let answer = introspect::refresh_token(&introspect::RefreshTokenFacts {
        issuer: ISSUER,
        grant: GRANT.parse().unwrap(),
        client_id: "portal",
        sub: "u",
        user_name: "anna",
        scope: &scope,
        audience: &audience,
        issued_at: NOW,
        expires_at: NOW.plus(MINUTES_10),
        auth_time: NOW,
        acr: Acr::Pwd,
        amr: &["pwd".to_owned()],
        sid: None,
    });
    let expected = json!({"active": true, "iss": ISSUER, "jti": GRANT, "client_id": "portal", "sub": "u", "username": "anna",
        "scope": "openid customer:*", "aud": "https://api.example/", "iat": 1_795_200_000, "exp": 1_795_200_600,
        "auth_time": 1_795_200_000, "acr": "urn:usher:acr:pwd", "amr": ["pwd"]});
    assert_eq!(json!(answer), expected);
}

#[test]
fn claims_5_8_an_unverified_address_says_so() {
    let mut user = anna();
    user.attributes.emails[0].verified = false;
    let mut scene = Scene::with(|_| (), "openid email");
    scene.person = Person::from(&user);
    assert_eq!(scene.userinfo(&[])["email_verified"], json!(false));
}

#[test]
fn claims_2_global_groups_count_without_a_membership() {
    let group = Group {
        id: "0193a300-6666-7fff-8fff-000000000001".parse().unwrap(),
        customer: None,
        display_name: "Staff".into(),
        description: String::new(),
        roles: vec!["staff".into()],
        permissions: Vec::new(),
        admin_role: None,
        created_at: NOW,
        updated_at: NOW,
    };
    let mut scene = Scene::with(|_| (), "openid roles groups license:activate");
    let standing = Standing { user: anna(), membership: None, groups: vec![group] };
    scene.membership = None;
    scene.authority = Authority::of(&standing, Vec::new(), &[cad_pro()], &scene.scope, NOW);
    let token = scene.access_token();
    assert_eq!((token.roles, token.groups), (vec!["staff".to_owned()], vec!["Staff".to_owned()]));
    assert!(token.entitlements.is_empty() && token.customer_id.is_none());
}

#[test]
fn a_formatted_address_is_made_where_there_is_none() {
    let of = |address: Address| super::address(&address)["formatted"].clone();
    let lines = Address {
        street_address: text("Satamakatu 4\nB 12"),
        locality: text("Helsinki"),
        region: text(" "),
        ..Address::default()
    };
    assert_eq!(of(lines.clone()), "Satamakatu 4\nB 12\nHelsinki");
    assert_eq!(of(Address { formatted: text("As written"), ..lines }), "As written");
    assert_eq!(super::address(&Address::default()), json!({}));
}

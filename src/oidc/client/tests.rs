use serde_json::json;

use super::*;
use crate::oidc::testing::metadata;

fn with(change: impl FnOnce(&mut ClientMetadata)) -> Result<(), MetadataError> {
    let mut metadata = metadata();
    change(&mut metadata);
    metadata.validate()
}

#[track_caller]
fn refused(field: &str, change: impl FnOnce(&mut ClientMetadata)) {
    assert_eq!(with(change).unwrap_err().field, field);
}

fn redirect(uri: &str) -> Result<(), MetadataError> {
    with(|m| m.redirect_uris = vec![uri.into()])
}

#[test]
fn dec_d26_the_least_a_client_says_has_safe_defaults() {
    let metadata: ClientMetadata =
        serde_json::from_value(json!({"client_id": "spa", "redirect_uris": ["https://spa.example/"]})).unwrap();
    metadata.validate().unwrap();
    assert_eq!(metadata.token_endpoint_auth_method, AuthMethod::ClientSecretBasic);
    assert_eq!(metadata.grant_types, [GrantType::AuthorizationCode]);
    assert!(metadata.require_pkce && metadata.inherit_selection);
    assert!(!metadata.first_party && !metadata.id_token_claims && !metadata.refresh_strict);
    assert_eq!(metadata.consent, ConsentPolicy::Remember);
    assert_eq!(metadata.id_token_signed_response_alg, SigningAlg::RS256);
}

#[test]
fn dec_d26_stored_json_reads_back_and_unknown_keys_are_errors() {
    let metadata = metadata();
    let text = serde_json::to_string(&metadata).unwrap();
    assert_eq!(serde_json::from_str::<ClientMetadata>(&text).unwrap(), metadata);
    let unknown =
        serde_json::from_value::<ClientMetadata>(json!({"client_id": "x", "redirect_uri": "https://x.example"}));
    assert!(unknown.unwrap_err().to_string().contains("redirect_uri"));
    let alg =
        serde_json::from_value::<ClientMetadata>(json!({"client_id": "x", "id_token_signed_response_alg": "none"}));
    assert!(alg.unwrap_err().to_string().contains("RS256"));
}

#[test]
fn prot_o3_sec_q02_redirect_uris_are_absolute_and_harmless() {
    for good in [
        "https://portal.example/callback",
        "https://portal.example",
        "https://portal.example:8443/callback?tenant=1",
        "http://localhost:3000/callback",
        "http://127.0.0.1/callback",
        "http://[::1]/callback",
        "com.example.app:/callback",
        "com.example.app://callback",
    ] {
        assert_eq!(redirect(good), Ok(()), "{good}");
    }
    for bad in [
        "",
        "/callback",
        "portal.example/callback",
        "http://portal.example/callback",
        "http://localhost.evil.example/",
        "http://127.0.0.2/",
        "https://portal.example/callback#",
        "https://portal.example/#x",
        "https://*.example/callback",
        "https://portal.example/*",
        "https://user@portal.example/",
        "https://portal.example/ callback",
        "https://portal.example/\ncallback",
        "https://portal.example\\callback",
        "https://p\u{f6}rtal.example/",
        "https://portal.example/../callback",
        "https://portal.example/%2E%2e/callback",
        "https:/portal.example/",
        "https:portal.example",
        "https://portal.example/?code=1",
        "https://portal.example/?state=1",
        "javascript:alert(1)",
        "JavaScript://portal.example/%0aalert(1)",
        "data:text/html,x",
        "vbscript:x",
        "file:///etc/passwd",
        "ftp://portal.example/",
        "myapp://callback",
        "urn:ietf:wg:oauth:2.0:oob",
    ] {
        assert_eq!(redirect(bad).unwrap_err().field, "redirect_uris", "{bad:?}");
        refused("post_logout_redirect_uris", |m| m.post_logout_redirect_uris = vec![bad.into()]);
    }
    refused("redirect_uris", |m| m.redirect_uris = vec![format!("https://portal.example/{}", "a".repeat(2048))]);
}

#[test]
fn prot_o3_grants_and_response_types_are_consistent() {
    refused("redirect_uris", |m| m.redirect_uris.clear());
    refused("response_types", |m| m.response_types = Some(vec!["token".into()]));
    refused("response_types", |m| m.response_types = Some(vec!["code id_token".into()]));
    refused("response_types", |m| m.response_types = Some(vec![]));
    refused("response_types", |m| {
        m.grant_types = vec![GrantType::ClientCredentials];
        m.response_types = Some(vec!["code".into()]);
    });
    refused("response_modes", |m| m.response_modes.clear());
    refused("grant_types", |m| m.grant_types = vec![GrantType::RefreshToken]);
    refused("grant_types", |m| m.grant_types = vec![GrantType::AuthorizationCode; 2]);
    with(|m| {
        m.grant_types = vec![GrantType::ClientCredentials];
        m.redirect_uris.clear();
    })
    .unwrap();
}

#[test]
fn prot_f1_dec_d21_a_public_client_has_pkce_and_no_client_credentials() {
    refused("grant_types", |m| {
        m.token_endpoint_auth_method = AuthMethod::None;
        m.grant_types.push(GrantType::ClientCredentials);
    });
    refused("require_pkce", |m| {
        m.token_endpoint_auth_method = AuthMethod::None;
        m.require_pkce = false;
    });
    with(|m| m.require_pkce = false).unwrap();
}

#[test]
fn prot_f2_sec_q31_a_client_id_never_looks_like_a_user() {
    for id in ["0193a1c2-7e10-7c3a-9d1e-5f7a2b6c8d90", "0193A1C27E107C3A9D1E5F7A2B6C8D90", "", " x", "x\n"] {
        refused("client_id", |m| m.client_id = id.into());
    }
    refused("client_id", |m| m.client_id = "x".repeat(256));
    with(|m| m.client_id = "svc-erp:1 %+\u{fc}".into()).unwrap();
}

#[test]
fn what_cannot_be_honoured_yet_is_refused() {
    refused("token_endpoint_auth_method", |m| m.token_endpoint_auth_method = AuthMethod::PrivateKeyJwt);
    refused("dpop_bound_access_tokens", |m| m.dpop_bound_access_tokens = true);
    refused("require_pushed_authorization_requests", |m| m.require_pushed_authorization_requests = true);
    refused("userinfo_signed_response_alg", |m| m.userinfo_signed_response_alg = Some(SigningAlg::RS256));
}

#[test]
fn prot_o3_keys_links_origins_and_resources_are_checked() {
    refused("jwks_uri", |m| {
        m.jwks = Some(serde_json::Map::new());
        m.jwks_uri = Some("https://portal.example/jwks".into());
    });
    refused("jwks_uri", |m| m.jwks_uri = Some("http://portal.example/jwks".into()));
    refused("logo_uri", |m| m.logo_uri = Some("javascript:alert(1)".into()));
    refused("backchannel_logout_uri", |m| m.backchannel_logout_uri = Some("https://portal.example/#x".into()));
    for bad in [
        "https://portal.example/",
        "portal.example",
        "https://Portal.example",
        "https://portal.example:443",
        "*",
        "null",
    ] {
        refused("cors_origins", |m| m.cors_origins = vec![bad.into()]);
        refused("form_action_origins", |m| m.form_action_origins = vec![bad.into()]);
    }
    with(|m| m.cors_origins = vec!["https://portal.example".into(), "http://localhost:3000".into()]).unwrap();
    refused("resources", |m| m.resources = vec!["/api".into()]);
    refused("introspects", |m| m.introspects = vec!["https://a.example/#x".into()]);
    refused("scope", |m| m.scope = "openid profil".into());
    refused("scope", |m| m.scope = "customer:".into());
}

#[test]
fn dec_d4_consent_none_is_for_first_party_clients() {
    refused("consent", |m| m.consent = ConsentPolicy::None);
    with(|m| {
        m.consent = ConsentPolicy::None;
        m.first_party = true;
    })
    .unwrap();
}

#[test]
fn structural_claims_are_never_overwritten_by_an_alias() {
    for (alias, claim) in [
        ("sub", "customer_id"),
        ("customer_id", "reference_id"),
        ("org", "sub"),
        ("org", "nothing"),
        ("", "customer_id"),
    ] {
        refused("claim_aliases", |m| drop(m.claim_aliases.insert(alias.into(), claim.into())));
    }
    with(|m| drop(m.claim_aliases.insert("org_id".into(), "customer_id".into()))).unwrap();
}

#[test]
fn prot_a18_cors_origins_default_to_those_of_the_redirect_uris() {
    let client = crate::oidc::testing::client(|m| {
        m.redirect_uris = ["https://a.example/x", "https://a.example/y", "http://127.0.0.1/cb", "com.example.app:/cb"]
            .map(String::from)
            .to_vec();
    });
    for (origin, allowed) in [
        ("https://a.example", true),
        ("http://127.0.0.1:5000", true),
        ("https://b.example", false),
        ("http://a.example", false),
        ("null", false),
        ("com.example.app://", false),
    ] {
        assert_eq!(client.allows_cors_origin(origin), allowed, "{origin}");
    }
}

#[test]
fn sec_s4_form_action_names_every_place_a_redirect_may_lead() {
    let client = crate::oidc::testing::client(|m| {
        m.redirect_uris = [
            "https://a.example/x",
            "http://127.0.0.1:1/cb",
            "http://localhost:3000/cb",
            "com.example.app:/cb",
            "http://[::1]/cb",
        ]
        .map(String::from)
        .to_vec();
        m.form_action_origins = vec!["https://onward.example".into()];
    });
    assert_eq!(
        client.form_action_sources(),
        [
            "https://a.example",
            "http://127.0.0.1:*",
            "http://localhost:3000",
            "com.example.app:",
            "http:",
            "https://onward.example"
        ]
    );
}

//! The samples of claims.md 4.

use super::*;

/// A sample by name. Its `jti` is shortened there, so it is left out here.
fn sample(name: &str) -> Value {
    let samples: Value = serde_json::from_str(include_str!("samples.json")).unwrap();
    without_jti(&samples[name])
}

fn without_jti(claims: impl serde::Serialize) -> Value {
    let mut value = serde_json::to_value(claims).unwrap();
    value.as_object_mut().unwrap().remove("jti");
    value
}

#[test]
fn sample_a_one_reference() {
    let scene = Scene::a();
    assert_eq!(without_jti(scene.id_token()), sample("a.id_token"));
    assert_eq!(without_jti(scene.access_token()), sample("a.access_token"));
    assert_eq!(without_jti(scene.userinfo(&[])), sample("a.userinfo"));
    assert_eq!(without_jti(scene.introspection()), sample("a.introspection"));
}

#[test]
fn sample_b_several_references() {
    let scene = Scene::b();
    assert_eq!(without_jti(scene.id_token()), sample("b.id_token"));
    assert_eq!(without_jti(scene.access_token()), sample("b.access_token"));
    assert_eq!(without_jti(scene.userinfo(&[company(&acme()), company(&beta())])), sample("b.userinfo"));
    assert_eq!(without_jti(scene.introspection()), sample("b.introspection"));
}

#[test]
fn sample_c_a_licence_client() {
    let scene = Scene::c();
    assert_eq!(without_jti(scene.id_token()), sample("c.id_token"));
    assert_eq!(without_jti(scene.access_token()), sample("c.access_token"));
    assert_eq!(without_jti(scene.userinfo(&[])), sample("c.userinfo"));
    assert_eq!(without_jti(scene.introspection()), sample("c.introspection"));
}

#[test]
fn sample_e_a_service() {
    let client = testing::client(|metadata| {
        metadata.client_id = "svc-erp".into();
        metadata.grant_types = vec![GrantType::ClientCredentials];
        metadata.scope = "scim:read scim:write scim:customers scim:references".into();
    });
    let audience = [format!("{ISSUER}/scim/v2")];
    let scope = client.scopes();
    let issue =
        Issue { issuer: ISSUER, client: &client, scope, audience: &audience, issued_at: NOW, lifetime: MINUTES_10 };
    let token = issue.for_service("0193a1d1-4444-7ddd-8ddd-00000000000b");
    assert_eq!(without_jti(&token), sample("e.access_token"));
    assert_eq!(without_jti(introspect::access_token(&token, &client, None)), sample("e.introspection"));
    assert_eq!(token.grant().unwrap(), None);
}

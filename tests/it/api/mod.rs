//! `/api/v1`: who may, and what is done.

mod admin;
mod templates;

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};
use usher::{
    base::{clock::Clock, id::AdminRoleId},
    identity::admin_role::{AdminRole, Holder, Role},
    store,
};

use crate::support::{
    app::basic,
    browser::Answer,
    world::{SECRET, World},
};

/// Gives a role.
pub async fn grant(world: &World, holder: Holder, role: Role) {
    let (node, now) = (&world.app.node, world.app.clock.now());
    let id = AdminRoleId::new(&*node.entropy, now);
    let role = AdminRole { id, holder, role, customers: Vec::new(), created_at: now, updated_at: now };
    let mut tx = node.db.write().await.unwrap();
    store::admin_role::insert(&mut tx, &role).await.unwrap();
    tx.commit().await.unwrap();
}

/// A service client with these members put over the usual ones.
pub async fn service(world: &World, changes: Value) {
    let mut client = json!({
        "client_id": "svc", "grant_types": ["client_credentials"], "redirect_uris": [],
        "scope": "admin:settings scim:read", "resources": ["http://localhost:8080/api/v1"],
    });
    client.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
    world.client(client).await;
}

/// A token of the service client.
pub async fn service_token(world: &World, scope: &str) -> String {
    let fields = [("grant_type", "client_credentials"), ("scope", scope)];
    let answer = world.app.token(Some(&basic("svc", SECRET)), &fields).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()["access_token"].as_str().unwrap().to_owned()
}

/// A world whose service client administers, with its token.
pub async fn administered(world: &World) -> String {
    service(world, json!({})).await;
    grant(world, Holder::Client("svc".into()), Role::SystemAdmin).await;
    service_token(world, "admin:settings").await
}

/// A call with a token and a JSON body.
pub async fn call(world: &World, method: &str, path: &str, token: &str, body: Option<Value>) -> Answer {
    let mut request = Request::builder().method(method).uri(path).header(header::HOST, "localhost:8080");
    if !token.is_empty() {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    let body = match body {
        Some(json) => {
            request = request.header(header::CONTENT_TYPE, "application/json");
            Body::from(json.to_string())
        }
        None => Body::empty(),
    };
    world.app.send(request.body(body).unwrap()).await
}

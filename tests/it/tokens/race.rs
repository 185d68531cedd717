//! Fifty at once (security.md, "Check-then-act races"): on one node, and on two over one PostgreSQL.

use std::collections::BTreeSet;

use axum::{Router, body::Body, http::Request};
use serde_json::Value;

use crate::support::{
    app::basic,
    browser::{Answer, answer},
    engine::{ENGINES, Engine},
    portal::VERIFIER,
    world::{CALLBACK, SECRET, World},
};

const TASKS: usize = 50;

/// Sends the same token request many times at once, spread over the nodes.
async fn at_once(nodes: &[Router], fields: &[(&str, &str)]) -> Vec<Answer> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let barrier = std::sync::Arc::new(tokio::sync::Barrier::new(TASKS));
    let tasks: Vec<_> = (0..TASKS)
        .map(|n| {
            let (router, body, barrier) = (nodes[n % nodes.len()].clone(), body.clone(), barrier.clone());
            tokio::spawn(async move {
                let request = Request::post("/oauth2/token")
                    .header("host", "localhost:8080")
                    .header("authorization", basic("portal", SECRET))
                    .header("content-type", "application/x-www-form-urlencoded")
                    .body(Body::from(body))
                    .unwrap();
                barrier.wait().await;
                answer(router, request, String::new()).await
            })
        })
        .collect();
    let mut answers = Vec::new();
    for task in tasks {
        answers.push(task.await.unwrap());
    }
    assert!(answers.iter().all(|it| !it.status.is_server_error()), "{:?}", answers.iter().map(|it| it.status).max());
    answers
}

/// The node under test, and where the engine allows it a second one beside.
async fn nodes(world: &World, engine: Engine) -> Vec<Router> {
    let mut nodes = vec![world.app.router.clone()];
    if engine == Engine::Postgres {
        nodes.push(world.app.beside().await.1);
    }
    nodes
}

fn bought(answers: &[Answer]) -> Vec<Value> {
    answers.iter().filter(|it| it.status == 200).map(Answer::json).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_c5_dec_d14_fifty_redemptions_of_one_code_buy_once() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let nodes = nodes(&world, engine).await;
        let mut browser = world.app.browser();
        let code = world.code(&mut browser, "bob", &[]).await;
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", &code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let answers = at_once(&nodes, &fields).await;
        let bought = bought(&answers);
        assert_eq!(bought.len(), 1, "{engine:?}");
        // The other forty-nine were second redemptions: what the first bought is gone (D17).
        let access = bought[0]["access_token"].as_str().unwrap();
        assert_eq!(world.introspect(access).await["active"], false, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_d4_dec_d16_fifty_refreshes_of_one_token_have_one_successor() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let nodes = nodes(&world, engine).await;
        let tokens = world.tokens(&[("scope", "openid offline_access")]).await;
        let fields = [("grant_type", "refresh_token"), ("refresh_token", tokens["refresh_token"].as_str().unwrap())];
        let answers = at_once(&nodes, &fields).await;
        let bought = bought(&answers);
        assert_eq!(bought.len(), TASKS, "{engine:?}: a lost answer signs nobody out");
        let successors: BTreeSet<&str> = bought.iter().map(|it| it["refresh_token"].as_str().unwrap()).collect();
        assert_eq!(successors.len(), 1, "{engine:?}: at most one live leaf");
        let leaf = successors.first().unwrap();
        assert_eq!(world.refresh(leaf, &[]).await.status, 200, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dec_d16_fifty_uses_of_a_stolen_token_end_the_family_once() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let nodes = nodes(&world, engine).await;
        let first = world.tokens(&[("scope", "openid offline_access")]).await;
        let second = world.refresh(first["refresh_token"].as_str().unwrap(), &[]).await.json();
        world.app.clock.advance(std::time::Duration::from_secs(60));
        let fields = [("grant_type", "refresh_token"), ("refresh_token", first["refresh_token"].as_str().unwrap())];
        assert!(bought(&at_once(&nodes, &fields).await).is_empty(), "{engine:?}");
        assert_eq!(world.refresh(second["refresh_token"].as_str().unwrap(), &[]).await.status, 400, "{engine:?}");
    }
}

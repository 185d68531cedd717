//! A node that cannot see the database any more does not go on for long from what it remembers (security.md Q99): what
//! was revoked meanwhile would be served.

use std::{sync::Arc, time::Duration};

use serde_json::json;
use usher::{
    flow::{error::FlowError, follow::follow},
    store::version::MAX_AGE,
};

use crate::support::{
    app::basic,
    browser::Answer,
    engine::ENGINES,
    portal::authorize,
    world::{SECRET, World},
};

/// The counters cannot be read any more, on either engine.
const AWAY: &str = "ALTER TABLE version RENAME TO version_away";
const BACK: &str = "ALTER TABLE version_away RENAME TO version";

const SECOND: Duration = Duration::from_secs(1);

/// A world in which a program gets tokens for itself without a row in the database.
async fn world(engine: crate::support::engine::Engine) -> World {
    let world = World::new(engine).await;
    let service = json!({
        "client_id": "service", "redirect_uris": [], "post_logout_redirect_uris": [], "scope": "scim:read",
        "grant_types": ["client_credentials"], "resources": ["http://localhost:8080/scim/v2"],
    });
    world.client(service).await;
    world
}

impl World {
    async fn service_token(&self) -> Answer {
        self.app.token(Some(&basic("service", SECRET)), &[("grant_type", "client_credentials")]).await
    }
}

#[track_caller]
fn assert_unavailable(answer: &Answer, told: &str) {
    assert_eq!(answer.status, 503, "{told}: {}", answer.text());
    assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() >= 1, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q99_nothing_is_answered_from_memory_for_longer_than_it_may_be_old() {
    for engine in ENGINES {
        let world = world(engine).await;
        let tokens = world.tokens(&[("scope", "openid customer offline_access")]).await;
        let access = tokens["access_token"].as_str().unwrap();
        let told = format!("{engine:?}");
        // What follows is in memory.
        assert_eq!(world.app.user_info(access).await.status, 200);
        assert_eq!(world.introspect(access).await["active"], true);
        assert_eq!(world.service_token().await.status, 200, "{told}");
        follow(&world.app.node).await.unwrap();

        world.app.test.run(AWAY).await;
        assert!(follow(&world.app.node).await.is_err(), "{told}");
        world.app.clock.advance(MAX_AGE);
        assert_eq!(world.service_token().await.status, 200, "{told}: a moment of trouble disturbs nobody");
        assert_eq!(world.app.user_info(access).await.status, 200, "{told}");
        assert_eq!(world.introspect(access).await["active"], true, "{told}");

        world.app.clock.advance(SECOND);
        // Twice: the second time nobody even looks.
        for round in ["first", "second"] {
            let told = format!("{engine:?} {round}");
            let answer = world.service_token().await;
            assert_unavailable(&answer, &told);
            assert_eq!(answer.json()["error"], "temporarily_unavailable", "{told}");
            assert_unavailable(&world.app.user_info(access).await, &told);
            let fields = [("token", access)];
            assert_unavailable(
                &world.app.post("/oauth2/introspect", Some(&basic("portal", SECRET)), &fields).await,
                &told,
            );
            assert_unavailable(&world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await, &told);
            let page = world.app.get(&authorize(&[])).await;
            assert_unavailable(&page, &told);
            assert!(page.text().contains("temporarily_unavailable"), "{told}: a page like any other");
        }
        assert!(matches!(world.app.node.snapshot().await, Err(FlowError::OutOfTouch)), "{told}: not ready");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q99_it_goes_on_as_soon_as_the_database_is_there_again() {
    for engine in ENGINES {
        let world = world(engine).await;
        let tokens = world.tokens(&[("scope", "openid customer offline_access")]).await;
        let access = tokens["access_token"].as_str().unwrap();
        assert_eq!(world.app.user_info(access).await.status, 200);
        for by_job in [true, false] {
            world.app.test.run(AWAY).await;
            world.app.clock.advance(MAX_AGE + SECOND);
            assert_unavailable(&world.service_token().await, &format!("{engine:?}"));
            world.app.test.run(BACK).await;
            if by_job {
                follow(&world.app.node).await.unwrap();
            } else {
                // A node without jobs, or whose job hangs, looks when it is asked, not more than once a second.
                assert_unavailable(&world.service_token().await, &format!("{engine:?}"));
                world.app.clock.advance(SECOND);
            }
            assert_eq!(world.service_token().await.status, 200, "{engine:?}");
            assert_eq!(world.app.user_info(access).await.status, 200, "{engine:?}");
        }
        // What another node revoked meanwhile is seen at the first look.
        let (other, _router) = world.app.beside().await;
        let mut tx = other.db.write().await.unwrap();
        usher::store::user::move_epoch(&mut tx, world.bob).await.unwrap();
        tx.commit().await.unwrap();
        world.app.clock.advance(MAX_AGE + SECOND);
        assert_eq!(world.app.user_info(access).await.status, 401, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q99_many_at_once_cause_one_look() {
    for engine in ENGINES {
        let world = Arc::new(world(engine).await);
        assert_eq!(world.service_token().await.status, 200);
        world.app.clock.advance(MAX_AGE + SECOND);
        let requests = (0..50).map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.service_token().await.status })
        });
        for request in requests.collect::<Vec<_>>() {
            assert_eq!(request.await.unwrap(), 200, "{engine:?}");
        }
        world.app.test.run(AWAY).await;
        world.app.clock.advance(MAX_AGE + SECOND);
        let requests = (0..50).map(|_| {
            let world = Arc::clone(&world);
            tokio::spawn(async move { world.service_token().await.status })
        });
        for request in requests.collect::<Vec<_>>() {
            assert_eq!(request.await.unwrap(), 503, "{engine:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q99_a_clock_that_is_set_back_does_not_make_old_knowledge_young() {
    for engine in ENGINES {
        let world = world(engine).await;
        let versions = world.app.node.db.versions();
        follow(&world.app.node).await.unwrap();
        let now = world.app.node.now();
        assert!(versions.is_current(now) && versions.is_current(now.minus(MAX_AGE)), "{engine:?}");
        assert!(!versions.is_current(now.minus(MAX_AGE + SECOND)), "{engine:?}");
        assert!(!versions.is_current(now.plus(MAX_AGE + SECOND)), "{engine:?}");
    }
}

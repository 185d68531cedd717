//! How much strangers may leave in the database: a cap over all attempts and kept requests (security.md S5 L9, S13).

use std::time::Duration;

use usher::{
    base::rate::LimitPolicy,
    flow::{clean_up::clean_up, starts::Caps, starts::count_starts},
};

use super::bob;
use crate::support::{
    app::{Bounds, TestApp},
    browser::Answer,
    engine::{ENGINES, Engine},
    portal::{authorize, code_of, query},
    world::World,
};

const MINUTE: Duration = Duration::from_secs(60);

async fn small(engine: Engine, attempts: usize, requests: usize) -> World {
    let bounds = Bounds { caps: Caps { attempts, requests }, ..Bounds::default() };
    World::on(TestApp::within(engine, bounds).await).await
}

#[track_caller]
fn assert_full(answer: &Answer, told: &str) {
    assert_eq!(answer.status, 503, "{told}: {}", answer.text());
    assert_eq!(answer.header("retry-after"), Some("60"), "{told}");
    assert!(answer.text().contains("temporarily_unavailable"), "{told}");
    assert!(!answer.headers.contains_key("set-cookie"), "{told}: nothing was begun");
}

/// Somebody whom nobody has seen before asks to sign in.
async fn stranger(world: &World) -> Answer {
    world.app.browser().get(&authorize(&[])).await
}

async fn count(world: &World) {
    count_starts(&world.app.node).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s5_l9_attempts_of_all_strangers_together_are_capped() {
    for engine in ENGINES {
        let told = format!("{engine:?}");
        let world = small(engine, 5, 100).await;
        let mut signed_in = bob(&world).await;
        for _ in 0..4 {
            assert_eq!(stranger(&world).await.status, 303, "{told}");
        }
        assert_full(&stranger(&world).await, &told);
        assert_eq!(world.app.test.rows("attempt").await, 5, "{told}");
        // Whoever is signed in stores no attempt and notices nothing.
        for _ in 0..3 {
            code_of(&signed_in.get(&authorize(&[])).await);
        }
        // Bob's was answered: it gives way before its time when the room gets scarce.
        count(&world).await;
        assert_eq!(world.app.test.rows("attempt").await, 4, "{told}");
        assert_eq!(stranger(&world).await.status, 303, "{told}");
        assert_full(&stranger(&world).await, &told);
        // So do those that took too long.
        world.app.clock.advance(31 * MINUTE);
        count(&world).await;
        assert_eq!(world.app.test.rows("attempt").await, 0, "{told}");
        assert_eq!(stranger(&world).await.status, 303, "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s5_l9_what_other_nodes_stored_counts_from_the_next_look_on() {
    for engine in ENGINES {
        let world = small(engine, 3, 2).await;
        let (_, other) = world.app.beside().await;
        for _ in 0..3 {
            let mut browser = crate::support::browser::Browser::new(other.clone());
            assert_eq!(browser.get(&authorize(&[])).await.status, 303, "{engine:?}");
            assert_eq!(browser.post("/oauth2/authorize", &[("client_id", "portal")]).await.status, 303, "{engine:?}");
        }
        count(&world).await;
        assert_full(&stranger(&world).await, &format!("{engine:?}"));
        assert_full(&world.app.browser().post("/oauth2/authorize", &[]).await, &format!("{engine:?}"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s13_ended_attempts_stay_for_a_day_while_there_is_room() {
    for engine in ENGINES {
        let world = small(engine, 10, 10).await;
        let page = stranger(&world).await;
        let at = page.location().unwrap().to_owned();
        world.app.clock.advance(31 * MINUTE);
        count(&world).await;
        clean_up(&world.app.node).await.unwrap();
        let page = world.app.browser().get(&at).await;
        assert!(page.text().contains("/signin/restart?a="), "{engine:?}: it can be started again: {}", page.text());
        world.app.clock.advance(24 * 60 * MINUTE);
        clean_up(&world.app.node).await.unwrap();
        assert_eq!(world.app.test.rows("attempt").await, 0, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s5_l9_kept_requests_are_capped_and_gone_when_their_handle_is() {
    for engine in ENGINES {
        let told = format!("{engine:?}");
        let world = small(engine, 100, 3).await;
        let fields = [("client_id", "portal"), ("redirect_uri", "https://portal.example/callback")];
        let mut browser = world.app.browser();
        for path in ["/oauth2/authorize", "/oauth2/logout", "/oauth2/authorize"] {
            assert_eq!(browser.post(path, &fields).await.status, 303, "{told}");
        }
        for path in ["/oauth2/authorize", "/oauth2/logout"] {
            assert_full(&browser.post(path, &fields).await, &told);
        }
        assert_eq!(browser.get(&authorize(&[])).await.status, 303, "{told}: a GET needs no handle");
        world.app.clock.advance(11 * MINUTE);
        clean_up(&world.app.node).await.unwrap();
        assert_eq!(world.app.test.rows("request_handle").await, 0, "{told}");
        count(&world).await;
        assert_eq!(browser.post("/oauth2/authorize", &fields).await.status, 303, "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s13_a_kept_request_is_no_larger_than_a_get_could_be() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let long = "x".repeat(33 * 1024);
        for path in ["/oauth2/authorize", "/oauth2/logout"] {
            let refused = browser.post(path, &[("client_id", "portal"), ("unknown", &long)]).await;
            assert_eq!(refused.status, 413, "{engine:?} {path}");
        }
        assert_eq!(world.app.test.rows("request_handle").await, 0, "{engine:?}");
        let asked = query(&[("unknown", &long[..31 * 1024])]);
        let fields: Vec<(String, String)> = form_urlencoded::parse(asked.as_bytes()).into_owned().collect();
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let kept = browser.post("/oauth2/authorize", &fields).await;
        assert!(browser.follow(kept).await.at.starts_with("/signin?"), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s5_l9_the_sign_out_page_keeps_requests_within_the_same_limits() {
    for engine in ENGINES {
        let told = format!("{engine:?}");
        let asked = "/oauth2/logout?client_id=portal&state=s";
        let world = small(engine, 100, 2).await;
        let mut browser = bob(&world).await;
        for _ in 0..2 {
            assert!(browser.go(asked).await.text().contains("id=\"logout-confirm\""), "{told}");
        }
        assert_full(&browser.get(asked).await, &told);
        let page = browser.get("/signout").await;
        assert!(page.text().contains("id=\"logout-confirm\""), "{told}: there is nothing to keep");

        // Per address as well, like every start.
        let bounds = Bounds { limits: LimitPolicy::default(), ..Bounds::default() };
        let world = World::on(TestApp::within(engine, bounds).await).await;
        let mut browser = bob(&world).await;
        let mut answers = Vec::new();
        for _ in 0..61 {
            answers.push(browser.get(asked).await.status.as_u16());
        }
        assert_eq!((answers[0], answers[60]), (303, 429), "{told}");
        assert_eq!(browser.get("/signout").await.status, 200, "{told}");
    }
}

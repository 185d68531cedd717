//! Requests whose client goes away in the middle: what they began is undone, and nobody waits for it.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::Value;
use tower::ServiceExt;
use usher::{
    base::{
        id::{AttemptId, SessionId, UserId},
        moment::Moment,
    },
    store::{self, Db},
};

use crate::support::{
    app::ISSUER,
    browser::{Answer, Browser},
    engine::ENGINES,
    portal::{authorize, code_of},
    time::given_up_after,
    world::{PASSWORD, World},
};

/// The form of the sign-in page, filled in, as the browser would send it.
fn filled(browser: &Browser, page: &Answer, username: &str) -> Request<Body> {
    let (action, hidden) = page.form("id=\"password\"");
    let fields = [("csrf", hidden[0].1.as_str()), ("username", username), ("password", PASSWORD)];
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    Request::post(action)
        .header(header::HOST, "localhost:8080")
        .header(header::ORIGIN, ISSUER)
        .header(header::COOKIE, cookies.join("; "))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()))
        .unwrap()
}

/// What a sign-in writes, seen at one moment: the session that the attempt names, whether it is there, and when the
/// user signed in.
async fn written(db: &Db, attempt: AttemptId, user: UserId) -> (Option<SessionId>, bool, Option<Moment>) {
    // One transaction on one connection that writes: nothing can come between its statements on SQLite; on PostgreSQL
    // what came between is there at the next look.
    let mut tx = db.write().await.unwrap();
    let found = store::attempt::find::<Value, Value>(&mut tx, attempt).await.unwrap().unwrap();
    let session: Option<SessionId> = found.progress["session"].as_str().map(|id| id.parse().unwrap());
    let there = match session {
        Some(id) => store::membership::load(&mut tx, user, None, Some(id)).await.unwrap().unwrap().session.is_some(),
        None => false,
    };
    let at = store::user::find(&mut tx, user).await.unwrap().unwrap().last_sign_in_at;
    tx.rollback().await.unwrap();
    (session, there, at)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sign_in_given_up_at_any_point_is_whole_or_not_at_all_and_keeps_nobody_waiting() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let other = Db::open(&world.app.test.url).await.unwrap();
        let (mut cut_off, mut undone) = (0, 0);
        for waits in 0..24 {
            let name = format!("person{waits}");
            let user = world.person(&name).await;
            let mut browser = world.app.browser();
            let page = browser.go(&authorize(&[])).await;
            let attempt: AttemptId = page.at.split_once("a=").unwrap().1.parse().unwrap();
            let request = filled(&browser, &page, &name);
            cut_off += usize::from(given_up_after(waits, world.app.router.clone().oneshot(request)).await.is_none());
            // Another process writes at once, whatever was under way.
            let mut tx = other.write().await.unwrap();
            store::token::revoke(&mut tx, &name, Moment::MAX).await.unwrap();
            tx.commit().await.unwrap();
            let mut seen = written(&other, attempt, user).await;
            for _ in 0..100 {
                if seen.0.is_some() == seen.1 && seen.1 == seen.2.is_some() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
                seen = written(&other, attempt, user).await;
            }
            let (session, there, at) = seen;
            assert!(session.is_some() == there && there == at.is_some(), "{engine:?} {waits}: {seen:?}");
            undone += usize::from(session.is_none());
            // The person tries again, and is in. A slot that nobody gave back is free after a while.
            world.app.clock.advance(Duration::from_secs(31));
            let answer = browser.sign_in(&page, &name, PASSWORD).await;
            assert!(!code_of(&answer).is_empty(), "{engine:?} {waits}");
        }
        assert!(cut_off > 4 && undone > 2, "{engine:?}: {cut_off} were given up, {undone} undone");
    }
}

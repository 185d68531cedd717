//! `/dev/outbox`: each state, rendered again; and only while mail is captured.

use axum::http::StatusCode;

use super::{code_mail, drain, message, reset_mail, world_with};
use crate::support::{
    engine::ENGINES,
    smtp::{Mood, SmtpServer},
    world::World,
};

#[tokio::test(flavor = "multi_thread")]
async fn the_outbox_shows_a_mail_as_it_is_sent_and_its_link_works() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (id, secret) = reset_mail(&world, world.anna).await;
        let (_, code) = code_mail(&world, world.bob).await;
        let mut browser = world.app.browser();
        let list = browser.go("/dev/outbox").await;
        assert!(list.text().contains("Waiting") && list.text().contains("anna@acme.example"), "{engine:?}");
        assert!(!list.text().contains(&code), "{engine:?}: no code in the list");
        drain(&world).await;
        let list = browser.go("/dev/outbox").await.text();
        assert!(list.contains("Captured") && list.contains("Nytt lösenord för Usher"), "{engine:?}: {list}");
        let page = browser.go(&format!("/dev/outbox/{id}")).await;
        let link = format!("http://localhost:8080/password/reset?t={secret}");
        assert!(page.text().contains(&format!("href=\"{link}\"")), "{engine:?}: {}", page.text());
        assert!(page.text().contains(&format!("src=\"/dev/outbox/{id}/html\"")), "{engine:?}");
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("frame-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        let html = browser.get(&format!("/dev/outbox/{id}/html")).await;
        assert!(html.text().contains(&link) && html.text().starts_with("<!doctype html>"), "{engine:?}");
        let policy = html.header("content-security-policy").unwrap();
        assert!(policy.starts_with("sandbox ") && policy.contains("default-src 'none'"), "{policy}");
        assert!(!policy.contains("script-src") && !policy.contains("allow-scripts"), "{policy}");
        assert_eq!(html.header("x-frame-options"), Some("SAMEORIGIN"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_failed_says_why() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        server.be(Mood::Strict);
        let (id, _) = reset_mail(&world, world.anna).await;
        drain(&world).await;
        world.set("mail.url", serde_json::json!("")).await;
        let mut browser = world.app.browser();
        assert!(browser.go("/dev/outbox").await.text().contains("Given up"), "{engine:?}");
        let page = browser.go(&format!("/dev/outbox/{id}")).await.text();
        assert!(page.contains("550") && !message(&world, id).await.last_error.unwrap().contains("anna@"), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s9_bodies_are_not_viewable_where_mail_is_sent() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = World::new(engine).await;
        let (id, _) = reset_mail(&world, world.anna).await;
        let mut browser = world.app.browser();
        let paths = ["/dev/outbox".to_owned(), format!("/dev/outbox/{id}"), format!("/dev/outbox/{id}/html")];
        for path in &paths {
            assert_eq!(browser.get(path).await.status, StatusCode::OK, "{engine:?} {path}");
        }
        world.set("mail.url", serde_json::json!(server.url())).await;
        for path in &paths {
            assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{engine:?} {path}");
        }
        assert_eq!(browser.get("/dev/outbox/nonsense").await.status, StatusCode::NOT_FOUND);
    }
}

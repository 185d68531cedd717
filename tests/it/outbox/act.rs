//! `/unlock` and `/not-me`: what a notice offers its reader.

use std::time::Duration;

use axum::http::StatusCode;
use usher::{
    flow::outbox::{Desk, notices},
    store::{self, session::Browser as Where},
};

use super::{drain, user, world_with};
use crate::support::{
    browser::{Answer, Browser},
    engine::ENGINES,
    portal::authorize,
    smtp::SmtpServer,
    world::{PASSWORD, World},
};

/// The path and query of a link that was mailed.
fn path(link: &str) -> String {
    link.strip_prefix("http://localhost:8080").unwrap().to_owned()
}

/// Opens a link as a mail scanner does, several times and without cookies.
async fn scan(world: &World, link: &str) {
    for _ in 0..3 {
        assert!(world.app.browser().go(&path(link)).await.status.is_success());
    }
}

async fn open(browser: &mut Browser, link: &str) -> Answer {
    let page = browser.go(&path(link)).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    assert!(!page.at.contains("t="), "the secret left the address bar: {}", page.at);
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_x5_the_owner_of_a_locked_account_unlocks_it_by_mail_once() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        let mut stranger = world.app.browser();
        for _ in 0..5 {
            let page = stranger.go(&authorize(&[])).await;
            stranger.sign_in(&page, "bob", "wrong").await;
        }
        drain(&world).await;
        let link = server.mails()[0].link("/unlock");
        scan(&world, &link).await;
        let locked = async || {
            let mut tx = world.app.node.db.read().await.unwrap();
            store::lockout::is_locked(&mut tx, world.bob, world.app.node.now()).await.unwrap()
        };
        assert!(locked().await, "{engine:?}: looking unlocks nothing (D24)");
        let mut browser = world.app.browser();
        let page = open(&mut browser, &link).await;
        let foreign = browser.post("/unlock", &[("csrf", "forged")]).await;
        assert!(locked().await && foreign.text().contains("open for too long"), "{engine:?}");
        let done = browser.submit(&page, "id=\"link-submit\"", &[]).await;
        assert!(done.text().contains("Your account is unlocked") && !locked().await, "{engine:?} {}", done.text());
        assert_eq!(world.app.browser().go(&path(&link)).await.status, StatusCode::GONE, "{engine:?}: once");
        let page = world.app.browser().go(&authorize(&[])).await;
        let answer = world.app.browser().sign_in(&page, "bob", PASSWORD).await;
        assert!(answer.status.is_success() || answer.location().is_some(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_k27_this_was_not_me_ends_every_session_and_leads_to_a_new_password() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        // The thief is signed in and holds a refresh token.
        let mut thief = world.app.browser();
        let code = world.code(&mut thief, "bob", &[("scope", "openid offline_access")]).await;
        let tokens = world.redeem(&code).await.json();
        let (node, bob) = (&world.app.node, user(&world, world.bob).await);
        let snapshot = node.snapshot().await.unwrap();
        let mut tx = node.db.write().await.unwrap();
        let nowhere = Where { ip: None, user_agent: None };
        notices::new_browser(&mut tx, Desk::of(node, &snapshot, node.now()), &bob, &nowhere).await.unwrap();
        tx.commit().await.unwrap();
        drain(&world).await;
        let link = server.mails()[0].link("/not-me");
        scan(&world, &link).await;
        assert!(thief.go(&authorize(&[])).await.redirect_params().contains_key("code"), "{engine:?}: nothing yet");
        let mut owner = world.app.browser();
        let page = open(&mut owner, &link).await;
        let page = owner.submit(&page, "id=\"link-submit\"", &[]).await;
        assert!(page.at == "/password/reset" && page.text().contains("bob"), "{engine:?} {} {}", page.at, page.text());
        let signed_out = thief.go(&authorize(&[])).await;
        assert!(signed_out.at.starts_with("/signin"), "{engine:?}: {}", signed_out.at);
        let refused = world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await;
        assert_eq!(refused.json()["error"], "invalid_grant", "{engine:?}");
        let new = "several unrelated words, with a comma";
        let saved = owner.submit(&page, "id=\"new_password\"", &[("new_password", new)]).await;
        assert!(saved.text().contains("Your password is saved"), "{engine:?} {}", saved.text());
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[])).await;
        assert!(browser.sign_in(&page, "bob", new).await.redirect_params().contains_key("code"), "{engine:?}");
        assert_eq!(world.app.browser().go(&path(&link)).await.status, StatusCode::GONE, "{engine:?}: once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_of_one_action_do_not_do_the_other() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        let (node, snapshot) = (&world.app.node, world.app.node.snapshot().await.unwrap());
        let mut tx = node.db.write().await.unwrap();
        let desk = Desk::of(node, &snapshot, node.now());
        notices::account_locked(&mut tx, desk, world.bob, Duration::from_secs(900)).await.unwrap();
        tx.commit().await.unwrap();
        drain(&world).await;
        let link = server.mails()[0].link("/unlock");
        for other in ["/not-me", "/password/reset", "/setup"] {
            let crossed = path(&link).replace("/unlock", other);
            assert_eq!(world.app.browser().go(&crossed).await.status, StatusCode::GONE, "{engine:?} {other}");
        }
        world.app.clock.advance(Duration::from_secs(25 * 60 * 60));
        assert_eq!(world.app.browser().go(&path(&link)).await.status, StatusCode::GONE, "{engine:?}: too old");
    }
}

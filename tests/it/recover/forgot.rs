//! "Forgot password?", from the sign-in page to a new password (inventory Q17, K18, K21, K28, D13, D24, Q63).

use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;
use usher::{
    config::settings::{Level, StoredSetting},
    flow,
    identity::{reference::ReferenceStatus, user::UserStatus},
    store,
};

use super::{NEW, Post, ask, path, scan};
use crate::support::{
    engine::ENGINES,
    links::type_password,
    portal::authorize,
    smtp::Mood,
    world::{PASSWORD, World},
};

const SENT: &str = "If an account matches, we have sent a message to its email address.";
const HALF_AN_HOUR: Duration = Duration::from_secs(30 * 60);

#[tokio::test(flavor = "multi_thread")]
async fn inv_k21_inv_k28_a_link_by_mail_sets_a_new_password_and_ends_what_the_old_one_opened() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let world = &post.world;
        let mut thief = world.app.browser();
        let code = world.code(&mut thief, "bob", &[("scope", "openid offline_access")]).await;
        let tokens = world.redeem(&code).await.json();
        // From the page where the person cannot sign in.
        let mut owner = world.app.browser();
        let page = owner.go(&authorize(&[])).await;
        let forgot = page.attribute("id=\"forgot-link\"", "href").unwrap();
        let page = owner.go(&forgot).await;
        let sent = owner.submit(&page, "id=\"forgot-submit\"", &[("username", "Bob ")]).await;
        assert!(sent.text().contains(SENT), "{engine:?} {}", sent.text());
        let mail = post.mail().await;
        assert_eq!(mail.to, ["bob@mail.example"], "{engine:?}");
        let link = path(&mail.link("/password/reset"));
        scan(world, &link).await;
        let page = owner.go(&link).await;
        assert!(page.text().contains("bob") && page.text().contains("Not one of the most common"), "{engine:?}");
        // Every rule that is broken is told, and the link still works.
        let page = type_password(&mut owner, &page, "password").await;
        assert!(page.text().contains("one of the passwords that everybody tries"), "{engine:?} {}", page.text());
        let saved = type_password(&mut owner, &page, NEW).await;
        assert!(saved.text().contains("Your password is saved"), "{engine:?} {}", saved.text());
        assert!(!owner.cookies.contains_key("usher-sid"), "{engine:?}: a link opens no session (Q63)");
        // Back to where it began, with the new password.
        let again = saved.attribute("id=\"signin-again\"", "href").unwrap();
        let page = owner.go(&again).await;
        let answer = owner.sign_in(&page, "bob", NEW).await;
        assert!(answer.redirect_params().contains_key("code"), "{engine:?}");
        assert_eq!(answer.redirect_params()["state"], "s-123", "{engine:?}: the same request");
        // What the old password opened is closed.
        assert!(thief.go(&authorize(&[])).await.at.starts_with("/signin"), "{engine:?}");
        let refused = world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await;
        assert_eq!(refused.json()["error"], "invalid_grant", "{engine:?}");
        assert!(!post.opens("bob", PASSWORD).await, "{engine:?}");
        // The owner is told, without the password (K27), and the link is used up.
        let notice = post.mail().await;
        assert_eq!(notice.to, ["bob@mail.example"], "{engine:?}");
        assert!(notice.link("/not-me").contains("t=") && !notice.data.contains(NEW), "{engine:?}");
        assert_eq!(world.app.browser().go(&link).await.status, StatusCode::GONE, "{engine:?}: once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dec_d13_a_reset_works_while_locked_and_clears_the_lock() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        for _ in 0..5 {
            assert!(!post.opens("bob", "wrong").await);
        }
        assert!(!post.opens("bob", PASSWORD).await, "{engine:?}: locked");
        post.settle().await;
        let link = post.reset_link("bob@mail.example").await;
        let mut browser = post.world.app.browser();
        let page = browser.go(&link).await;
        type_password(&mut browser, &page, NEW).await;
        assert!(post.opens("bob", NEW).await, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dec_d24_one_link_is_live_for_half_an_hour_and_the_next_one_replaces_it() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let first = post.reset_link("bob").await;
        post.world.app.clock.advance(Duration::from_secs(61));
        let second = post.reset_link("bob").await;
        let gone = post.world.app.browser().go(&first).await;
        assert_eq!(gone.status, StatusCode::GONE, "{engine:?}: superseded");
        post.world.app.clock.advance(HALF_AN_HOUR - Duration::from_secs(1));
        assert_eq!(post.world.app.browser().go(&second).await.status, StatusCode::OK, "{engine:?}");
        post.world.app.clock.advance(Duration::from_secs(1));
        let mut browser = post.world.app.browser();
        let page = browser.go(&second).await;
        assert_eq!(page.status, StatusCode::GONE, "{engine:?}: too old");
        // One click asks for another one, without typing anything.
        let forged = browser.post("/password/reset", &[("action", "again"), ("csrf", "forged")]).await;
        assert!(forged.status == StatusCode::GONE && post.settle().await.is_empty(), "{engine:?}");
        let sent = browser.submit(&page, "id=\"link-again\"", &[("action", "again")]).await;
        assert!(sent.text().contains(SENT), "{engine:?} {}", sent.text());
        let third = path(&post.mail().await.link("/password/reset"));
        assert_eq!(post.world.app.browser().go(&third).await.status, StatusCode::OK, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_q17_somebody_who_never_had_a_password_gets_in_by_asking_for_one() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let (ida, _) = post.invited("ida@acme.example").await;
        assert_eq!(post.status(ida).await, UserStatus::Invited, "{engine:?}");
        assert_eq!(post.reference_status(ida).await, ReferenceStatus::Invited, "{engine:?}");
        let mut browser = post.world.app.browser();
        assert!(ask(&mut browser, "ida@acme.example").await.text().contains(SENT), "{engine:?}");
        let mail = post.mail().await;
        assert!(
            mail.part("text/plain").contains("Det har inget lösenord än"),
            "{engine:?} {}",
            mail.part("text/plain")
        );
        let page = browser.go(&path(&mail.link("/password/reset"))).await;
        type_password(&mut browser, &page, NEW).await;
        assert_eq!(post.status(ida).await, UserStatus::Active, "{engine:?}");
        assert_eq!(post.reference_status(ida).await, ReferenceStatus::Active, "{engine:?}");
        assert!(post.is_verified(ida).await, "{engine:?}: the mail came to its owner");
        assert!(post.opens("ida@acme.example", NEW).await, "{engine:?}");
        assert!(post.settle().await.is_empty(), "{engine:?}: nothing was changed that somebody else could have had");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o13_another_company_is_not_joined_by_a_first_password() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let world = &post.world;
        let (ida, _) = post.invited("ida@acme.example").await;
        world.app.clock.advance(Duration::from_secs(1));
        world.membership(world.beta, ida).await;
        world.change_reference(world.beta, ida, |it| it.accepted_at = None).await;
        let link = post.reset_link("ida@acme.example").await;
        let mut browser = world.app.browser();
        let page = browser.go(&link).await;
        type_password(&mut browser, &page, NEW).await;
        assert_eq!(post.reference_status(ida).await, ReferenceStatus::Active, "{engine:?}");
        assert_eq!(post.membership(world.beta, ida).await.status(), ReferenceStatus::Invited, "{engine:?}");
    }
}

async fn set(world: &World, level: Level, subject: String, name: &str, value: serde_json::Value) {
    let node = &world.app.node;
    let setting = StoredSetting { level, subject, name: name.into(), value };
    let row = flow::settings::row(&node.kek, &*node.entropy, &setting).unwrap();
    let mut tx = node.db.write().await.unwrap();
    store::setting::set(&mut tx, &row, "test", node.now()).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_k18_where_it_is_off_the_page_says_whom_to_ask_and_nothing_is_sent() {
    const OFF: &str = "Passwords are set by your administrator here.";
    let name = "accounts.self_service_reset";
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let world = &post.world;
        let mut browser = world.app.browser();
        let form = browser.go("/password/forgot").await;
        set(world, Level::Instance, String::new(), name, json!(false)).await;
        assert!(world.app.browser().go("/password/forgot").await.text().contains(OFF), "{engine:?}");
        let mut answers = Vec::new();
        for who in ["bob", "nobody"] {
            let answer = browser.submit(&form, "id=\"forgot-submit\"", &[("username", who)]).await;
            assert!(answer.text().contains(OFF) && !answer.text().contains(SENT), "{engine:?} {who}");
            answers.push(answer.text());
        }
        assert_eq!(answers[0], answers[1], "{engine:?}");
        assert!(post.settle().await.is_empty(), "{engine:?}");
        // Off at one client, on for everybody else.
        set(world, Level::Instance, String::new(), name, json!(true)).await;
        set(world, Level::Client, "portal".into(), name, json!(false)).await;
        let page = browser.go(&authorize(&[])).await;
        let forgot = page.attribute("id=\"forgot-link\"", "href").unwrap();
        assert!(browser.go(&forgot).await.text().contains(OFF), "{engine:?}");
        assert!(ask(&mut browser, "bob").await.text().contains(SENT), "{engine:?}");
        assert_eq!(post.settle().await.len(), 1, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_k18_a_company_decides_for_its_own_people_only() {
    let name = "accounts.self_service_reset";
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let world = &post.world;
        set(world, Level::Customer, world.acme.text(), name, json!(false)).await;
        for (who, mails) in [("bob", 0), ("anna@acme.example", 1), ("nora", 1)] {
            let answer = ask(&mut world.app.browser(), who).await;
            assert!(answer.text().contains(SENT), "{engine:?} {who}: nobody is told");
            assert_eq!(post.settle().await.len(), mails, "{engine:?} {who}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s9_nobody_is_written_to_who_may_not_get_in() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let world = &post.world;
        world.change_user(world.bob, |user| user.active = false).await;
        world.block(world.nora, true).await;
        world.change_user(world.anna, |user| user.attributes.emails[0].verified = false).await;
        for who in ["bob", "nora", "anna@acme.example", "nobody", "nobody@acme.example", "two words", &"x".repeat(300)]
        {
            let answer = ask(&mut world.app.browser(), who).await;
            assert!(answer.text().contains(SENT), "{engine:?} {who}");
            assert!(post.settle().await.is_empty(), "{engine:?} {who}");
        }
        assert_eq!(world.app.test.rows("errand").await, 0, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_a_link_is_dead_while_its_login_is_switched_off_or_locked_by_an_administrator() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let world = &post.world;
        let link = post.reset_link("bob").await;
        let (mut early, mut late) = (world.app.browser(), world.app.browser());
        let page = early.go(&link).await;
        world.block(world.bob, true).await;
        assert_eq!(late.go(&link).await.status, StatusCode::GONE, "{engine:?}");
        assert_eq!(type_password(&mut early, &page, NEW).await.status, StatusCode::GONE, "{engine:?}");
        world.block(world.bob, false).await;
        assert!(post.opens("bob", PASSWORD).await, "{engine:?}: nothing was changed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s9_with_the_mail_server_down_the_page_answers_unchanged_and_the_mail_comes_later() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let up = ask(&mut post.world.app.browser(), "nora").await;
        assert_eq!(post.settle().await.len(), 1, "{engine:?}");
        post.server.be(Mood::Busy(1));
        let down = ask(&mut post.world.app.browser(), "bob").await;
        assert_eq!((down.status, super::alike::masked(&down)), (up.status, super::alike::masked(&up)), "{engine:?}");
        assert!(post.settle().await.is_empty(), "{engine:?}");
        post.world.app.clock.advance(Duration::from_secs(20));
        let link = path(&post.mail().await.link("/password/reset"));
        assert_eq!(post.world.app.browser().go(&link).await.status, StatusCode::OK, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_l7_a_mailbox_is_not_flooded_and_whoever_tries_is_answered_as_ever() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let mut mails = 0;
        for _ in 0..6 {
            assert!(ask(&mut post.world.app.browser(), "bob").await.text().contains(SENT), "{engine:?}");
            mails += post.settle().await.len();
        }
        assert_eq!(mails, 1, "{engine:?}: one per minute");
        post.world.app.clock.advance(Duration::from_secs(61));
        ask(&mut post.world.app.browser(), "bob").await;
        assert_eq!(post.settle().await.len(), 1, "{engine:?}");
    }
}

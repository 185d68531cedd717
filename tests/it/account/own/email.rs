//! E-mail addresses: changed after the new one is proved, with the old one told (security.md S9; domain.md 2 and 5; D24).

use std::time::Duration;

use axum::{body::Body, http::Request};
use serde_json::json;
use usher::{
    identity::{attributes::Email, user::User},
    store,
};

use super::{ANNA, asks_to_sign_in, at, audited, mails};
use crate::{
    factors::desk::Desk,
    outbox::{drain, world_with},
    step_up::asks_for_code,
    support::{
        browser::{Answer, Browser},
        engine::ENGINES,
        links::type_password,
        smtp::SmtpServer,
        world::{PASSWORD, World},
    },
};

const PATH: &str = "/account/email";
const NEW: &str = "anna@new.example";

async fn anna(world: &World) -> User {
    store::user::find(&mut world.app.node.db.read().await.unwrap(), world.anna).await.unwrap().unwrap()
}

/// Asks for a change and returns what the page says.
async fn ask(browser: &mut Browser, page: &Answer, address: &str) -> Answer {
    browser.submit(page, "id=\"email-submit\"", &[("email", address)]).await
}

/// The link in the last mail to `address`.
async fn link(world: &World, server: &SmtpServer, address: &str) -> String {
    drain(world).await;
    let to = |mail: &&crate::support::smtp::Mail| mail.to.iter().any(|it| it == address);
    let mails = server.mails();
    let mail = mails.iter().rev().find(to).unwrap_or_else(|| panic!("no mail to {address}"));
    mail.link("?t=").trim_start_matches("http://localhost:8080").to_owned()
}

/// Presses the button behind a link, in a browser of its own.
async fn press(world: &World, link: &str) -> (Browser, Answer) {
    let mut browser = world.app.browser();
    let page = browser.go(link).await;
    assert_eq!(page.status, 200, "{}", page.text());
    let answer = browser.submit(&page, "id=\"link-submit\"", &[]).await;
    (browser, answer)
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s9_a_new_address_counts_once_it_is_proved_and_the_old_one_is_told() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        let reset = world.app.password_link(ANNA).await;
        let (mut browser, page) = at(&world, ANNA, PATH).await;
        let page = ask(&mut browser, &page, &format!(" {NEW} ")).await;
        assert!(page.text().contains("we have sent a message"), "{engine:?} {}", page.text());
        assert_eq!(anna(&world).await.email().unwrap().value, ANNA, "{engine:?}: nothing changed yet");
        let link = link(&world, &server, NEW).await;
        // Looking does not press (D24).
        for method in ["GET", "HEAD"] {
            world.app.browser().send(Request::builder().method(method).uri(&link).body(Body::empty()).unwrap()).await;
        }
        assert_eq!(anna(&world).await.email().unwrap().value, ANNA, "{engine:?}");
        let before = anna(&world).await;
        let (_, done) = press(&world, &link).await;
        assert!(done.text().contains("Your email address is confirmed"), "{engine:?} {}", done.text());
        let after = anna(&world).await;
        assert_eq!((after.user_name.as_str(), after.attributes.emails.len()), (NEW, 1), "{engine:?}");
        let email = after.email().unwrap();
        assert_eq!((email.value.as_str(), email.verified, email.primary), (NEW, true, true), "{engine:?}");
        assert_eq!((after.id, after.epoch), (before.id, before.epoch), "{engine:?}: sub and sessions stay");
        assert_eq!(browser.go("/account").await.at, "/account", "{engine:?}");
        // The old address opens nothing, the new one does; links to the old one are dead.
        let mut other = world.app.browser();
        let page = other.go("/account").await;
        let refused = other.sign_in(&page, ANNA, PASSWORD).await;
        assert!(refused.text().contains("is not right"), "{engine:?}");
        assert_eq!(other.sign_in(&refused, NEW, PASSWORD).await.at, "/account", "{engine:?}");
        assert_eq!(world.app.browser().go(&reset).await.status, 410, "{engine:?}");
        // Used up.
        assert_eq!(world.app.browser().go(&link).await.status, 410, "{engine:?}");
        assert_eq!(
            (mails(&world, "email.changed").await, audited(&world, "email.changed").await),
            (1, 1),
            "{engine:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s9_the_old_address_takes_the_change_back_for_seven_days_and_what_came_since_with_it() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        let (mut thief, page) = at(&world, ANNA, PATH).await;
        ask(&mut thief, &page, "eve@evil.example").await;
        press(&world, &link(&world, &server, "eve@evil.example").await).await;
        let undo = link(&world, &server, ANNA).await;
        // The thief covers the tracks: another address, an app, a new password by an administrator's mistake.
        world.app.clock.advance(Duration::from_secs(120));
        let page = thief.go(PATH).await;
        ask(&mut thief, &page, "eve@other.example").await;
        press(&world, &link(&world, &server, "eve@other.example").await).await;
        world.app.clock.advance(Duration::from_secs(1));
        let codes = [("method", "totp")];
        let page = thief.go("/account/mfa").await;
        let page = thief.submit(&page, "id=\"factor-submit\"", &codes).await;
        let secret =
            page.text().split("id=\"totp-secret\" dir=\"ltr\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        let seed = crate::factors::desk::seed(&usher::base::secret::Secret::new(secret));
        let code = seed.code_at(world.app.node.now());
        thief.submit(&page, "id=\"totp-submit\"", &[("code", code.expose())]).await;
        assert_eq!(world.app.test.rows("totp").await, 1, "{engine:?}");
        world.app.clock.advance(Duration::from_secs(6 * 24 * 3600));
        let (mut owner, page) = press(&world, &undo).await;
        let back = anna(&world).await;
        let emails: Vec<_> = back.attributes.emails.iter().map(|it| it.value.as_str()).collect();
        assert_eq!((back.user_name.as_str(), emails), (ANNA, vec![ANNA]), "{engine:?}");
        assert!(asks_to_sign_in(&thief.go("/account").await), "{engine:?}");
        for table in ["totp", "recovery_code", "password", "known_browser"] {
            assert_eq!(
                world
                    .app
                    .test
                    .number(&format!("SELECT count(*) FROM {table} WHERE user_id = '{}'", back.id.text()))
                    .await,
                0,
                "{engine:?} {table}"
            );
        }
        // Straight on to a new password, and nobody else gets in meanwhile.
        assert_eq!(page.at, "/password/reset", "{engine:?} {}", page.text());
        let mut stranger = world.app.browser();
        let sign_in = stranger.go("/account").await;
        assert!(stranger.sign_in(&sign_in, ANNA, PASSWORD).await.text().contains("is not right"), "{engine:?}");
        let saved = type_password(&mut owner, &page, "vexing-marsh-lantern-09").await;
        assert!(saved.text().contains("Your password is saved"), "{engine:?} {}", saved.text());
        let sign_in = stranger.go("/account").await;
        assert_eq!(stranger.sign_in(&sign_in, ANNA, "vexing-marsh-lantern-09").await.at, "/account", "{engine:?}");
        assert_eq!(world.app.browser().go(&undo).await.status, 410, "{engine:?}: once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s9_a_change_cannot_be_taken_back_after_seven_days_nor_proved_after_one() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        let (mut browser, page) = at(&world, ANNA, PATH).await;
        ask(&mut browser, &page, "first@new.example").await;
        let old = link(&world, &server, "first@new.example").await;
        world.app.clock.advance(Duration::from_secs(24 * 3600));
        assert_eq!(world.app.browser().go(&old).await.status, 410, "{engine:?}");
        let (mut browser, page) = at(&world, ANNA, PATH).await;
        ask(&mut browser, &page, "second@new.example").await;
        let second = link(&world, &server, "second@new.example").await;
        world.app.clock.advance(Duration::from_secs(120));
        let page = browser.go(PATH).await;
        ask(&mut browser, &page, NEW).await;
        // One live link per person: the newer one counts.
        assert_eq!(world.app.browser().go(&second).await.status, 410, "{engine:?}");
        press(&world, &link(&world, &server, NEW).await).await;
        let undo = link(&world, &server, ANNA).await;
        world.app.clock.advance(Duration::from_secs(7 * 24 * 3600));
        assert_eq!(world.app.browser().go(&undo).await.status, 410, "{engine:?}");
        assert_eq!(anna(&world).await.user_name, NEW, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q61_an_address_of_somebody_else_is_answered_alike_and_only_its_owner_is_told() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, page) = at(&world, ANNA, PATH).await;
        let strange = ask(&mut browser, &page, "bob@mail.example").await;
        assert!(strange.text().contains("we have sent a message"), "{engine:?} {}", strange.text());
        assert_eq!((mails(&world, "account.exists").await, mails(&world, "email.change").await), (1, 0), "{engine:?}");
        let (mut browser, page) = at(&world, "nora", PATH).await;
        let free = ask(&mut browser, &page, "nobody@mail.example").await;
        assert_eq!((mails(&world, "account.exists").await, mails(&world, "email.change").await), (1, 1), "{engine:?}");
        let said = |page: &Answer| {
            page.text().split("<div class=\"alert").nth(1).unwrap().split("</div>").next().unwrap().to_owned()
        };
        assert_eq!((strange.status, said(&strange)), (free.status, said(&free)), "{engine:?}");
        // Both are counted alike.
        assert_eq!(audited(&world, "email.change_requested").await, 2, "{engine:?}");
        let rows = "SELECT count(*) FROM link WHERE purpose = 'verify-email'";
        assert_eq!(world.app.test.number(rows).await, 1, "{engine:?}: no link for what is another's");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_an_address_that_became_another_ones_meanwhile_is_not_taken_from_them() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        let (mut browser, page) = at(&world, ANNA, PATH).await;
        ask(&mut browser, &page, NEW).await;
        let link = link(&world, &server, NEW).await;
        world
            .change_user(world.bob, |user| {
                user.attributes.emails.push(Email { value: NEW.into(), verified: true, ..Email::default() });
            })
            .await;
        let (_, answer) = press(&world, &link).await;
        assert_eq!(answer.status, 410, "{engine:?} {}", answer.text());
        assert_eq!(anna(&world).await.user_name, ANNA, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q84_an_address_is_changed_only_by_whoever_has_just_proved_who_they_are() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let (mut bob, page) = at(world, "bob", PATH).await;
        world.app.clock.advance(Duration::from_secs(5 * 60));
        assert!(asks_to_sign_in(&ask(&mut bob, &page, NEW).await), "{engine:?}");
        assert!(asks_to_sign_in(&bob.go(PATH).await), "{engine:?}");
        // Whoever holds an app proves that (S9: "re-auth at highest factor").
        world.set("mfa.policy", json!("off")).await;
        desk.app_of(world.anna).await;
        let mut anna = world.app.browser();
        let page = anna.go(PATH).await;
        assert!(asks_for_code(&anna.sign_in(&page, ANNA, PASSWORD).await), "{engine:?}");
        assert_eq!(mails(world, "email.change").await, 0, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn addresses_on_the_list_are_proved_preferred_and_taken_off() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        world
            .change_user(world.bob, |user| {
                user.attributes.emails.push(Email { value: "bob@home.example".into(), ..Email::default() });
            })
            .await;
        let (mut bob, page) = at(&world, "bob", PATH).await;
        assert!(page.text().contains("Not verified"), "{engine:?}");
        bob.submit(&page, "email-verify-2", &[("action", "verify")]).await;
        press(&world, &link(&world, &server, "bob@home.example").await).await;
        let page = bob.go(PATH).await;
        assert!(!page.text().contains("Not verified"), "{engine:?}");
        assert_eq!(mails(&world, "email.changed").await, 0, "{engine:?}: none was replaced");
        let page = bob.submit(&page, "email-primary-2", &[("action", "primary")]).await;
        assert!(page.text().contains("Your email addresses are saved"), "{engine:?} {}", page.text());
        drain(&world).await;
        let page = bob.submit(&page, "email-remove-1", &[("action", "remove")]).await;
        assert!(!page.text().contains("bob@mail.example"), "{engine:?}");
        // Each time the address that lost something is told.
        assert_eq!(mails(&world, "email.changed").await, 2, "{engine:?}");
        let undo = link(&world, &server, "bob@mail.example").await;
        press(&world, &undo).await;
        let mut tx = world.app.node.db.read().await.unwrap();
        let user = store::user::find(&mut tx, world.bob).await.unwrap().unwrap();
        let emails: Vec<_> = user.attributes.emails.iter().map(|it| (it.value.as_str(), it.verified)).collect();
        assert_eq!(emails, [("bob@home.example", true), ("bob@mail.example", true)], "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_address_the_same_one_and_too_many_are_refused() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, page) = at(&world, ANNA, PATH).await;
        for (typed, words) in [
            ("", "Enter an email address"),
            ("anna", "Enter an email address"),
            ("anna@new.example\r\nBcc: eve@evil.example", "Enter an email address"),
            ("ANNA@acme.example", "in use on your account"),
        ] {
            let page = ask(&mut browser, &page, typed).await;
            assert!(page.text().contains(words), "{engine:?} {typed:?} {}", page.text());
        }
        let mut last = ask(&mut browser, &page, NEW).await;
        for _ in 0..10 {
            last = ask(&mut browser, &page, NEW).await;
        }
        assert!(last.text().contains("Too many messages"), "{engine:?} {}", last.text());
        assert!(mails(&world, "email.change").await < 10, "{engine:?}");
        // What is not on the list is neither proved nor preferred nor taken off.
        let page = browser.go(PATH).await;
        let (action, hidden) = page.form("email-submit");
        let csrf = &hidden.iter().find(|(name, _)| name == "csrf").unwrap().1;
        for wish in ["verify", "primary", "remove"] {
            let fields = [("csrf", csrf.as_str()), ("action", wish), ("address", "eve@evil.example")];
            assert_eq!(browser.post(&action, &fields).await.location(), Some(PATH), "{engine:?} {wish}");
        }
        let fields = [("csrf", csrf.as_str()), ("action", "remove"), ("address", ANNA)];
        assert!(browser.post(&action, &fields).await.text().contains("cannot be taken off"), "{engine:?}");
    }
}

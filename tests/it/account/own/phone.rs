//! Telephone numbers: verified by a code (inventory M15; security.md Q66, Q70, Q84).

use std::time::Duration;

use serde_json::json;
use usher::{
    identity::{attributes::PhoneNumber, user::User},
    store,
};

use super::{asks_to_sign_in, at, mails};
use crate::support::{
    browser::{Answer, Browser},
    engine::ENGINES,
    world::World,
};

const PATH: &str = "/account/phone";
const NUMBER: &str = "+46701234567";

async fn bob(world: &World) -> User {
    store::user::find(&mut world.app.node.db.read().await.unwrap(), world.bob).await.unwrap().unwrap()
}

async fn ask(browser: &mut Browser, page: &Answer, number: &str) -> Answer {
    browser.submit(page, "id=\"phone-submit\"", &[("phone", number)]).await
}

async fn enter(browser: &mut Browser, page: &Answer, code: &str) -> Answer {
    browser.submit(page, "id=\"phone-confirm\"", &[("action", "confirm"), ("code", code)]).await
}

/// The code of the last text message, as whoever holds the telephone reads it.
async fn code(world: &World) -> String {
    let mut browser = world.app.browser();
    let outbox = browser.go("/dev/outbox").await;
    let text = outbox.text();
    let first = text.split("/dev/outbox/").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let message = browser.go(&format!("/dev/outbox/{first}")).await.text();
    let digits = |word: &&str| word.len() == 6 && word.bytes().all(|byte| byte.is_ascii_digit());
    let words: Vec<&str> = message.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    words.into_iter().find(digits).unwrap_or_else(|| panic!("no code in {message}")).to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m15_a_number_counts_once_its_owner_has_entered_the_code_sent_to_it() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, page) = at(&world, "bob", PATH).await;
        let page = ask(&mut browser, &page, "+46 70 123 45 67").await;
        assert!(page.text().contains("id=\"phone-confirm\""), "{engine:?} {}", page.text());
        assert!(bob(&world).await.attributes.phone_numbers.is_empty(), "{engine:?}: nothing is kept yet");
        let right = code(&world).await;
        let wrong = if right == "000000" { "000001" } else { "000000" };
        let page = enter(&mut browser, &page, wrong).await;
        assert!(page.text().contains("That code did not work"), "{engine:?} {}", page.text());
        let page = enter(&mut browser, &page, "").await;
        assert!(page.text().contains("Enter the code"), "{engine:?}");
        // The code is about this number and no other.
        let (action, hidden) = page.form("phone-confirm");
        let csrf = &hidden.iter().find(|(name, _)| name == "csrf").unwrap().1;
        let other = [("csrf", csrf.as_str()), ("action", "confirm"), ("phone", "+46707654321"), ("code", &right)];
        browser.post(&action, &other).await;
        assert!(bob(&world).await.attributes.phone_numbers.is_empty(), "{engine:?}");
        let page = enter(&mut browser, &page, &right).await;
        assert!(page.text().contains("Your phone number is saved"), "{engine:?} {}", page.text());
        let kept = bob(&world).await.attributes.phone_numbers;
        assert_eq!((kept.len(), kept[0].value.as_str(), kept[0].verified), (1, NUMBER, true), "{engine:?}");
        assert_eq!(mails(&world, "phone.changed").await, 1, "{engine:?}");
        let page = browser.submit(&page, "id=\"phone-remove\"", &[("action", "remove")]).await;
        assert!(!page.text().contains(NUMBER), "{engine:?}");
        assert_eq!(mails(&world, "phone.changed").await, 2, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dec_d28_five_wrong_codes_end_the_code_and_five_minutes_do() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, page) = at(&world, "bob", PATH).await;
        let page = ask(&mut browser, &page, NUMBER).await;
        let right = code(&world).await;
        let wrong = if right == "000000" { "000001" } else { "000000" };
        let mut last = page.clone();
        for _ in 0..5 {
            last = enter(&mut browser, &page, wrong).await;
        }
        assert!(last.status == 200, "{engine:?}");
        let answer = enter(&mut browser, &page, &right).await;
        assert!(!answer.text().contains("is saved"), "{engine:?} {}", answer.text());
        // A new session, later: the code of before is over.
        world.app.clock.advance(Duration::from_secs(3600));
        let (mut browser, page) = at(&world, "bob", PATH).await;
        let page = ask(&mut browser, &page, NUMBER).await;
        let right = code(&world).await;
        world.app.clock.advance(Duration::from_secs(5 * 60));
        let answer = enter(&mut browser, &page, &right).await;
        assert!(!answer.text().contains("is saved"), "{engine:?} {}", answer.text());
        assert!(bob(&world).await.attributes.phone_numbers.is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q84_a_number_is_changed_only_by_whoever_has_just_proved_who_they_are() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, page) = at(&world, "bob", PATH).await;
        world.app.clock.advance(Duration::from_secs(5 * 60));
        assert!(asks_to_sign_in(&ask(&mut browser, &page, NUMBER).await), "{engine:?}");
        let rows = world.app.test.number("SELECT count(*) FROM message WHERE channel = 'sms'").await;
        assert_eq!(rows, 0, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_number_and_what_a_directory_keeps_is_refused() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, page) = at(&world, "bob", PATH).await;
        for typed in ["", "12", "not a number", "0701234567"] {
            let page = ask(&mut browser, &page, typed).await;
            assert!(page.text().contains("Enter a phone number"), "{engine:?} {typed} {}", page.text());
        }
        let acme = world.acme;
        world
            .change_user(world.bob, |user| {
                user.managed_by = Some(acme);
                let number = PhoneNumber { value: "+4612345".into(), ..PhoneNumber::default() };
                user.attributes.phone_numbers.push(number);
            })
            .await;
        let page = ask(&mut browser, &page, NUMBER).await;
        assert!(page.text().contains("directory keeps these details"), "{engine:?} {}", page.text());
        assert!(!page.text().contains("phone-submit"), "{engine:?}");
        // Text messages that go to no country go nowhere.
        world.change_user(world.bob, |user| user.managed_by = None).await;
        world.set("sms.countries", json!(["SE"])).await;
        assert_eq!(world.app.test.number("SELECT count(*) FROM message WHERE channel = 'sms'").await, 0, "{engine:?}");
    }
}

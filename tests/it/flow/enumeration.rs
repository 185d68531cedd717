//! The sign-in page tells strangers nothing about accounts (O14, D31), and locks them out without locking out the owner.

use std::time::Duration;

use usher::base::clock::Clock;
use usher::{
    base::id::UserId,
    flow::unlock::{UnlockOutcome, unlock},
    store,
};

use crate::support::{
    browser::{Answer, Browser},
    engine::ENGINES,
    portal::authorize,
    world::{PASSWORD, World},
};

const WRONG: &str = "not the password at all";
const SENTENCE: &str = "The user name or password is not right, or the account is locked for a while.";

/// What somebody gets who signs in from a new browser.
async fn stranger(world: &World, who: &str, password: &str) -> (Browser, Answer) {
    let mut browser = world.app.browser();
    let answer = again(&mut browser, who, password, &[]).await;
    (browser, answer)
}

async fn again(browser: &mut Browser, who: &str, password: &str, changes: &[(&str, &str)]) -> Answer {
    let page = browser.go(&authorize(changes)).await;
    browser.sign_in(&page, who, password).await
}

fn is_rejected(answer: &Answer) -> bool {
    answer.status == 200 && answer.text().contains(SENTENCE)
}

fn is_in(answer: &Answer) -> bool {
    answer.location().is_some() && answer.redirect_params().contains_key("code")
}

async fn lock(world: &World, who: &str) {
    for _ in 0..5 {
        assert!(is_rejected(&stranger(world, who, WRONG).await.1));
    }
}

/// Everything an observer sees, with what is new in every answer taken out.
fn observed(answer: &Answer, who: &str) -> (u16, Vec<(String, String)>, String) {
    let (action, hidden) = answer.form("id=\"password\"");
    let attempt = action.split("a=").nth(1).unwrap().to_owned();
    let mut masked: Vec<String> = hidden.into_iter().map(|(_, value)| value).collect();
    masked.push(attempt);
    masked.extend(answer.header("x-request-id").map(str::to_owned));
    let mask = |text: &str| {
        let text = masked.iter().filter(|it| !it.is_empty()).fold(text.to_owned(), |text, it| text.replace(it, "*"));
        text.replace(who, "NAME")
    };
    let headers = answer.headers.iter();
    let headers = headers.map(|(name, value)| (name.to_string(), mask(value.to_str().unwrap()))).collect();
    (answer.status.as_u16(), headers, mask(&answer.text()))
}

/// Somebody like Bob but without a password.
async fn without_password(world: &World, name: &str) {
    let now = world.app.clock.now();
    let mut tx = world.app.node.db.write().await.unwrap();
    let mut user = store::user::find(&mut tx, world.bob).await.unwrap().unwrap();
    user.id = UserId::new(&*world.app.node.entropy, now);
    user.user_name = name.to_owned();
    user.attributes.emails.clear();
    store::user::insert(&mut tx, &user).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o14_dec_d31_five_failures_look_alike_to_the_byte() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.person("wrongpass").await;
        without_password(&world, "emptypass").await;
        let disabled = world.person("disabledx").await;
        world.change_user(disabled, |user| user.active = false).await;
        let blocked = world.person("blockedxx").await;
        world.block(blocked, true).await;
        world.person("lockedxxx").await;
        lock(&world, "lockedxxx").await;
        let unknown = observed(&stranger(&world, "nobodyxxx", WRONG).await.1, "nobodyxxx");
        assert!(unknown.2.contains(SENTENCE), "{engine:?}");
        let cases = [
            ("wrongpass", WRONG),
            ("emptypass", WRONG),
            ("emptypass", PASSWORD),
            ("disabledx", WRONG),
            ("disabledx", PASSWORD),
            ("blockedxx", PASSWORD),
            ("lockedxxx", WRONG),
            ("lockedxxx", PASSWORD),
        ];
        for (who, password) in cases {
            let (browser, answer) = stranger(&world, who, password).await;
            assert_eq!(observed(&answer, who), unknown, "{engine:?} {who} {password}");
            let cookies: Vec<&String> = browser.cookies.keys().collect();
            assert_eq!(cookies, ["usher-flow"], "{engine:?} {who} {password}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o14_a_name_of_nobody_locks_like_any_other() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.person("wrongpass").await;
        for _ in 0..12 {
            let (_, nobody) = stranger(&world, "nobodyxxx", WRONG).await;
            let (_, somebody) = stranger(&world, "wrongpass", WRONG).await;
            assert_eq!(observed(&nobody, "nobodyxxx"), observed(&somebody, "wrongpass"), "{engine:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o3_five_failures_lock_for_a_quarter_of_an_hour() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        lock(&world, "bob").await;
        assert!(is_rejected(&stranger(&world, "bob", PASSWORD).await.1), "{engine:?} the right password");
        // Attempts while it stands do not make it longer.
        world.app.clock.advance(Duration::from_secs(14 * 60 + 59));
        for password in [WRONG, PASSWORD] {
            assert!(is_rejected(&stranger(&world, "bob", password).await.1), "{engine:?}");
        }
        world.app.clock.advance(Duration::from_secs(1));
        assert!(is_in(&stranger(&world, "bob", PASSWORD).await.1), "{engine:?}");
        // Success forgets the failures, and so does time.
        for _ in 0..2 {
            for _ in 0..4 {
                stranger(&world, "bob", WRONG).await;
            }
            assert!(is_in(&stranger(&world, "bob", PASSWORD).await.1), "{engine:?}");
        }
        for _ in 0..4 {
            stranger(&world, "bob", WRONG).await;
        }
        world.app.clock.advance(Duration::from_secs(15 * 60 + 1));
        stranger(&world, "bob", WRONG).await;
        assert!(is_in(&stranger(&world, "bob", PASSWORD).await.1), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o3_an_administrator_unlocks_at_once() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        lock(&world, "bob").await;
        let node = &world.app.node;
        let done = unlock(&node.db, &*node.entropy, world.app.clock.now(), "bob").await.unwrap();
        assert_eq!(done, UnlockOutcome::Unlocked, "{engine:?}");
        assert!(is_in(&stranger(&world, "bob", PASSWORD).await.1), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o4_a_known_browser_signs_in_while_strangers_are_locked_out() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut owner, answer) = stranger(&world, "bob", PASSWORD).await;
        assert!(is_in(&answer), "{engine:?}");
        owner.cookies.retain(|name, _| name == "usher-dev");
        assert_eq!(owner.cookies.len(), 1);
        lock(&world, "bob").await;
        let (mut other, _) = stranger(&world, "nora", PASSWORD).await;
        other.cookies.retain(|name, _| name == "usher-dev");
        assert!(is_rejected(&again(&mut other, "bob", PASSWORD, &[]).await), "{engine:?} known to somebody else");
        assert!(is_in(&again(&mut owner, "bob", PASSWORD, &[]).await), "{engine:?}");
        // Its success opens nothing for strangers.
        assert!(is_rejected(&stranger(&world, "bob", PASSWORD).await.1), "{engine:?}");
        // Its own failures lock it alone.
        owner.cookies.retain(|name, _| name == "usher-dev");
        world.app.clock.advance(Duration::from_secs(15 * 60));
        for _ in 0..5 {
            assert!(is_rejected(&again(&mut owner, "bob", WRONG, &[]).await), "{engine:?}");
        }
        assert!(is_rejected(&again(&mut owner, "bob", PASSWORD, &[]).await), "{engine:?}");
        assert!(is_in(&stranger(&world, "bob", PASSWORD).await.1), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o29_a_lock_through_one_client_holds_for_every_other() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(serde_json::json!({"client_id": "shop"})).await;
        for _ in 0..5 {
            let mut browser = world.app.browser();
            again(&mut browser, "bob", WRONG, &[("client_id", "shop")]).await;
        }
        for client in ["portal", "shop"] {
            let mut browser = world.app.browser();
            assert!(is_rejected(&again(&mut browser, "bob", PASSWORD, &[("client_id", client)]).await), "{engine:?}");
        }
        // By another name of the same person as well.
        assert!(is_rejected(&stranger(&world, "bob@mail.example", PASSWORD).await.1), "{engine:?}");
        assert!(is_in(&stranger(&world, "nora", PASSWORD).await.1), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_3_a_lock_reaches_a_session_opened_by_a_browser_nobody_knows_any_more() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, answer) = stranger(&world, "bob", PASSWORD).await;
        assert!(is_in(&answer), "{engine:?}");
        lock(&world, "bob").await;
        assert!(is_in(&browser.get(&authorize(&[("prompt", "none")])).await), "{engine:?} a known browser goes on");
        let mut tx = world.app.node.db.write().await.unwrap();
        store::known_browser::forget_for_user(&mut tx, world.bob, None).await.unwrap();
        tx.commit().await.unwrap();
        let refused = browser.get(&authorize(&[("prompt", "none")])).await;
        assert_eq!(refused.redirect_params().get("code"), None, "{engine:?}");
    }
}

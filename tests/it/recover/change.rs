//! A password that its owner changes, and one that is due to be changed (inventory K28, O12, O22, O23, O24, Q76, domain.md 5).

use std::time::Duration;

use serde_json::json;
use usher::{
    base::id::UserId,
    config::settings::{Level, StoredSetting},
    flow::{
        self,
        admin_password::{GiveOutcome, Given, give_password},
    },
    identity::audit::Actor,
    store::{self, session::Browser as Where},
};

use super::{NEW, Post};
use crate::support::{
    browser::{Answer, Browser},
    engine::{ENGINES, Engine},
    portal::{authorize, code_of},
    world::{PASSWORD, World},
};

const ANNA: &str = "anna@acme.example";

/// Somebody in a browser of their own, signed in to the portal.
async fn signed_in(world: &World, who: &str) -> Browser {
    let mut browser = world.app.browser();
    world.code(&mut browser, who, &[]).await;
    browser
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get(&authorize(&[("prompt", "none")])).await.redirect_params().contains_key("code")
}

/// Sends the form of the page.
async fn change(browser: &mut Browser, page: &Answer, current: &str, new: &str) -> Answer {
    let fields = [("current_password", current), ("new_password", new)];
    browser.submit(page, "id=\"current_password\"", &fields).await
}

async fn set(world: &World, level: Level, subject: String, name: &str, value: serde_json::Value) {
    let node = &world.app.node;
    let setting = StoredSetting { level, subject, name: name.into(), value };
    let row = flow::settings::row(&node.kek, &*node.entropy, &setting).unwrap();
    let mut tx = node.db.write().await.unwrap();
    store::setting::set(&mut tx, &row, "test", node.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Gives somebody a temporary password.
async fn temporary(world: &World, user: UserId) -> String {
    world.set("accounts.admin_set_password", json!("temporary")).await;
    let actor = Actor::Operator("test");
    let nowhere = Where::default();
    match give_password(&world.app.node, user, Given::Temporary, actor, &nowhere).await.unwrap() {
        GiveOutcome::Temporary { password, .. } => password.expose().clone(),
        _ => panic!("no temporary password"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_k28_sec_q76_a_change_needs_the_present_password_and_ends_everything_but_this_browser() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let world = &post.world;
        let mut other = world.app.browser();
        let code = world.code(&mut other, "bob", &[("scope", "openid offline_access")]).await;
        let tokens = world.redeem(&code).await.json();
        let link = world.app.password_link("bob").await;
        let mut acting = signed_in(world, "bob").await;
        let cookie = acting.cookies["usher-sid"].clone();
        let page = acting.go("/password/change").await;
        let wrong = change(&mut acting, &page, "wrong", NEW).await;
        assert!(wrong.text().contains("The password is not right"), "{engine:?} {}", wrong.text());
        for (current, new, text) in [
            ("", NEW, "Enter the password you have now"),
            (PASSWORD, "password", "one of the passwords that everybody tries"),
            (PASSWORD, PASSWORD, "This is the password you have"),
        ] {
            let page = change(&mut acting, &page, current, new).await;
            assert!(page.text().contains(text), "{engine:?} {text}: {}", page.text());
        }
        assert!(is_signed_in(&mut other).await, "{engine:?}: nothing happened yet");
        let done = change(&mut acting, &page, PASSWORD, NEW).await;
        assert!(done.text().contains("Your password is changed"), "{engine:?} {}", done.text());
        assert_ne!(acting.cookies["usher-sid"], cookie, "{engine:?}: under a new cookie");
        assert!(is_signed_in(&mut acting).await, "{engine:?}: this browser goes on");
        assert!(!is_signed_in(&mut other).await, "{engine:?}");
        let refused = world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await;
        assert_eq!(refused.json()["error"], "invalid_grant", "{engine:?}");
        assert_eq!(world.app.browser().go(&link).await.status, 410, "{engine:?}: pending links end");
        assert!(post.opens("bob", NEW).await && !post.opens("bob", PASSWORD).await, "{engine:?}");
        // The other browser is a stranger's now, this one is known still.
        let known = async |browser: &Browser| {
            let id = browser.cookies["usher-dev"].split('.').next().unwrap().trim_start_matches("kb_").to_owned();
            let mut tx = world.app.node.db.read().await.unwrap();
            store::known_browser::knows(&mut tx, &id, world.bob).await.unwrap()
        };
        assert!(known(&acting).await && !known(&other).await, "{engine:?}");
        // K27: the owner is told that it changed, not to what.
        let notice = post.mail().await;
        assert!(notice.link("/not-me").contains("t="), "{engine:?}");
        assert!([NEW, PASSWORD].iter().all(|it| !notice.part("text/html").contains(it)), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_a_password_change_counts_wrong_guesses_as_anywhere() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = signed_in(&world, "bob").await;
        for _ in 0..5 {
            let page = browser.go("/password/change").await;
            change(&mut browser, &page, "wrong", NEW).await;
        }
        let page = browser.go("/password/change").await;
        let answer = change(&mut browser, &page, PASSWORD, NEW).await;
        assert!(answer.text().contains("The password is not right"), "{engine:?}: locked in this browser");
        // Strangers have their own bucket (D13).
        let page = world.app.browser().go(&authorize(&[])).await;
        assert!(world.app.browser().sign_in(&page, "bob", PASSWORD).await.status.is_success(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_race_of_two_changes_one_wins_and_the_other_is_told() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut one, mut two) = (signed_in(&world, "bob").await, signed_in(&world, "bob").await);
        let (first, second) = (one.go("/password/change").await, two.go("/password/change").await);
        let other = "another-marsh-lantern-10";
        let (a, b) = tokio::join!(change(&mut one, &first, PASSWORD, NEW), change(&mut two, &second, PASSWORD, other));
        let changed = [&a, &b].iter().filter(|it| it.text().contains("Your password is changed")).count();
        assert_eq!(changed, 1, "{engine:?} {} {}", a.text(), b.text());
        assert!(is_signed_in(&mut one).await != is_signed_in(&mut two).await, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o12_one_password_opens_every_company_and_the_page_names_them() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let world = &post.world;
        let mut browser = signed_in(world, ANNA).await;
        let page = browser.go("/password/change").await;
        assert!(page.text().contains("Acme AB") && page.text().contains("Beta Oy"), "{engine:?} {}", page.text());
        change(&mut browser, &page, PASSWORD, NEW).await;
        assert_eq!(post.settle().await.len(), 1, "{engine:?}: told once");
        for (scope, reference) in [("customer:ACME", world.anna_at_acme), ("customer:BETA", world.anna_at_beta)] {
            let mut fresh = world.app.browser();
            let page = fresh.go(&authorize(&[("scope", &format!("openid {scope}"))])).await;
            let answer = fresh.sign_in(&page, ANNA, NEW).await;
            let tokens = world.redeem(&code_of(&answer)).await.json();
            let claims = crate::support::portal::claims(tokens["access_token"].as_str().unwrap());
            assert_eq!(claims["reference_id"], reference.text(), "{engine:?} {scope}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o23_inv_o24_whether_people_change_it_themselves_is_a_setting_and_no_permission() {
    let name = "accounts.self_service_password_change";
    const OFF: &str = "Passwords are set by your administrator here.";
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browsers = [signed_in(&world, "bob").await, signed_in(&world, ANNA).await];
        let mut shown = async || {
            let mut off = [false; 2];
            for (browser, off) in browsers.iter_mut().zip(&mut off) {
                *off = browser.go("/password/change").await.text().contains(OFF);
            }
            off
        };
        assert_eq!(shown().await, [false, false], "{engine:?}: Bob may not order, and may change his password");
        set(&world, Level::Customer, world.acme.text(), name, json!(false)).await;
        assert_eq!(shown().await, [true, false], "{engine:?}: Anna has another company");
        set(&world, Level::Instance, String::new(), name, json!(false)).await;
        assert_eq!(shown().await, [true, true], "{engine:?}");
        set(&world, Level::Customer, world.acme.text(), name, json!(true)).await;
        assert_eq!(shown().await, [false, false], "{engine:?}: a company's word counts for its people");
        // A form that was open before is of no use.
        let mut bob = signed_in(&world, "bob").await;
        let page = bob.go("/password/change").await;
        set(&world, Level::Customer, world.acme.text(), name, json!(false)).await;
        assert!(change(&mut bob, &page, PASSWORD, NEW).await.text().contains(OFF), "{engine:?}");
        assert!(is_signed_in(&mut bob).await, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn experience_password_managers_find_the_page_and_a_stranger_is_shown_none() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let found = world.app.get("/.well-known/change-password").await;
        assert_eq!((found.status.as_u16(), found.location()), (303, Some("/password/change")), "{engine:?}");
        assert_eq!(world.app.get("/.well-known/resource-that-should-not-exist").await.status, 404, "{engine:?}");
        // Whoever is not signed in does that first, and is led back.
        let mut browser = world.app.browser();
        let page = browser.go("/password/change").await;
        assert!(!page.text().contains("new_password") && page.at.starts_with("/signin?a="), "{engine:?} {}", page.at);
        assert_eq!(browser.sign_in(&page, "bob", PASSWORD).await.at, "/password/change", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_k17_a_temporary_password_opens_the_page_that_changes_it_and_nothing_else() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let world = &post.world;
        let mut before = signed_in(world, "bob").await;
        let given = temporary(world, world.bob).await;
        assert!(!is_signed_in(&mut before).await && !post.opens("bob", PASSWORD).await, "{engine:?}");
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[])).await;
        let page = browser.sign_in(&page, "bob", &given).await;
        assert!(page.at.starts_with("/password/change?a="), "{engine:?} {}", page.at);
        assert!(page.text().contains("You signed in with a temporary password"), "{engine:?} {}", page.text());
        // No way around it: not by another request, another client's, or without pages.
        let refused = browser.get(&authorize(&[("prompt", "none")])).await;
        assert_eq!(refused.error(), "interaction_required", "{engine:?}");
        for around in ["/signin", "/consent", "/signin/customer", "/signin/account"] {
            let attempt = page.at.split("a=").nth(1).unwrap();
            let answer = browser.go(&format!("{around}?a={attempt}")).await;
            assert!(answer.at.starts_with("/password/change"), "{engine:?} {around}: {}", answer.at);
        }
        let again = browser.go(&authorize(&[("prompt", "select_account")])).await;
        let again = browser.submit(&again, "account-continue", &[("action", "continue")]).await;
        assert!(again.at.starts_with("/password/change"), "{engine:?} {}", again.at);
        let same = change(&mut browser, &page, &given, &given).await;
        assert!(same.text().contains("This is the password you have"), "{engine:?} {}", same.text());
        let answer = change(&mut browser, &page, &given, NEW).await;
        assert!(!code_of(&answer).is_empty(), "{engine:?}: the sign-in goes on to its end");
        assert_eq!(answer.redirect_params()["state"], "s-123", "{engine:?}");
        assert!(is_signed_in(&mut browser).await, "{engine:?}");
        assert!(post.opens("bob", NEW).await, "{engine:?}: nothing is due any more");
        let mut fresh = world.app.browser();
        let page = fresh.go(&authorize(&[])).await;
        assert!(fresh.sign_in(&page, "bob", &given).await.text().contains("id=\"password\""), "{engine:?}: once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_k17_a_temporary_password_is_none_after_a_day() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let given = temporary(&world, world.bob).await;
        let sign_in = async || {
            let mut browser = world.app.browser();
            let page = browser.go(&authorize(&[])).await;
            browser.sign_in(&page, "bob", &given).await.at
        };
        world.app.clock.advance(Duration::from_secs(24 * 60 * 60 - 1));
        assert!(sign_in().await.starts_with("/password/change"), "{engine:?}");
        world.app.clock.advance(Duration::from_secs(1));
        assert!(sign_in().await.starts_with("/signin"), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_k19_inv_k22_what_an_administrator_may_give_is_a_setting() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let world = &post.world;
        let (node, actor) = (&world.app.node, Actor::Operator("test"));
        let give = async |given: Given<'_>| {
            let outcome = give_password(node, world.bob, given, actor.clone(), &Where::default()).await.unwrap();
            match outcome {
                GiveOutcome::Temporary { .. } => "temporary",
                GiveOutcome::Permanent => "permanent",
                GiveOutcome::NotAllowed => "not allowed",
                GiveOutcome::Refused(_) => "refused",
                GiveOutcome::NoSuchUser => "nobody",
            }
        };
        let both = async || [give(Given::Temporary).await, give(Given::Permanent(NEW)).await];
        assert_eq!(both().await, ["not allowed"; 2], "{engine:?}: off unless said otherwise");
        assert!(post.opens("bob", PASSWORD).await, "{engine:?}");
        world.set("accounts.admin_set_password", json!("temporary")).await;
        assert_eq!(both().await, ["temporary", "not allowed"], "{engine:?}");
        world.set("accounts.admin_set_password", json!("permanent")).await;
        assert_eq!(give(Given::Permanent("password")).await, "refused", "{engine:?}: the same rules");
        assert_eq!(both().await, ["temporary", "permanent"], "{engine:?}");
        assert!(post.opens("bob", NEW).await, "{engine:?}");
        // The owner is told each time, without the password.
        let mails = post.settle().await;
        assert_eq!(mails.len(), 3, "{engine:?}");
        assert!(mails.iter().all(|mail| mail.part("text/plain").contains("administratör")), "{engine:?}");
        assert!(mails.iter().all(|mail| !mail.part("text/html").contains(NEW)), "{engine:?}");
        world.block(world.bob, true).await;
        assert_eq!(both().await, ["nobody"; 2], "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o20_inv_o22_a_temporary_password_is_shown_once_and_stands_nowhere() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let given = temporary(&post.world, post.world.bob).await;
        post.settle().await;
        assert!(!post.world.app.dump().await.contains(&given), "{engine:?}");
        let mails = post.server.mails();
        assert!(mails.iter().all(|mail| !mail.part("text/html").contains(&given)), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_5_a_company_that_became_stricter_asks_at_the_next_sign_in_to_it_only() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "consent": "none" })).await;
        set(&world, Level::Customer, world.beta.text(), "password.min_length", json!(40)).await;
        let acme = world.anna_at_acme.text();
        let beta = world.anna_at_beta.text();
        let mut browser = world.app.browser();
        let choose = async |browser: &mut Browser, reference: &str| {
            let page = browser.go(&authorize(&[("scope", "openid customer"), ("prompt", "select_account")])).await;
            let page = match page.text().contains("account-continue") {
                true => browser.submit(&page, "account-continue", &[("action", "continue")]).await,
                false => browser.sign_in(&page, ANNA, PASSWORD).await,
            };
            browser.submit(&page, "id=\"reference", &[("reference", reference)]).await
        };
        assert!(!code_of(&choose(&mut browser, &acme).await).is_empty(), "{engine:?}");
        let page = choose(&mut browser, &beta).await;
        assert!(page.text().contains("asks for a stronger password than yours"), "{engine:?} {}", page.text());
        assert!(!code_of(&choose(&mut browser, &acme).await).is_empty(), "{engine:?}: the other one goes on");
        let short = change(&mut browser, &page, PASSWORD, NEW).await;
        assert!(short.text().contains("At least 40 characters"), "{engine:?} {}", short.text());
        let long = "vexing marsh lantern over seventeen quiet harbours";
        let answer = change(&mut browser, &short, PASSWORD, long).await;
        assert!(!code_of(&answer).is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q74_whoever_holds_a_second_factor_proves_it_before_a_change() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let desk = crate::factors::desk::Desk::new(engine).await;
        let world = &desk.world;
        let mut browser = signed_in(world, "bob").await;
        let seed = desk.app_of(world.bob).await;
        desk.wait(60);
        let page = browser.go("/password/change").await;
        assert!(page.at.starts_with("/signin/code?a="), "{engine:?} {}", page.at);
        let code = seed.code_at(desk.now());
        let page = browser.submit(&page, "id=\"code\"", &[("code", code.expose())]).await;
        assert_eq!(page.at, "/password/change", "{engine:?}: and back");
        let done = change(&mut browser, &page, PASSWORD, NEW).await;
        assert!(done.text().contains("Your password is changed"), "{engine:?} {}", done.text());
        // Five minutes later it is to be proved again.
        desk.wait(5 * 60 + 1);
        assert!(browser.go("/password/change").await.at.starts_with("/signin/code?a="), "{engine:?}");
    }
}

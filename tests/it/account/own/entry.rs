//! Who gets to the pages of the account.

use std::time::Duration;

use serde_json::json;
use usher::{
    oidc::client::{ClientMetadata, OWN},
    store,
};

use super::{ANNA, PAGES, asks_to_sign_in, at};
use crate::{
    factors::desk::Desk,
    step_up::{asks_for_code, asks_to_enrol, enter},
    support::{
        engine::ENGINES,
        portal::authorize,
        world::{PASSWORD, World},
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn every_page_asks_for_a_sign_in_and_leads_back_to_itself() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        for path in PAGES {
            let (mut browser, page) = at(&world, ANNA, path).await;
            assert!(page.text().contains("Anna Berg") || path != "/account", "{engine:?} {path}");
            assert!(page.text().contains("aria-current=\"page\""), "{engine:?} {path}");
            // No application is named, and nothing but a session came of it.
            assert_eq!(browser.go(path).await.status, 200, "{engine:?} {path}");
            assert_eq!(page.header("cache-control"), Some("no-store"), "{engine:?} {path}");
        }
        assert_eq!(world.app.test.rows("authorization_grant").await, 0, "{engine:?}");
        assert_eq!(world.app.test.rows("client_session").await, 0, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_an_application_opens_the_account_too() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        world.code(&mut browser, ANNA, &[]).await;
        let page = browser.go("/account").await;
        assert_eq!((page.at.as_str(), page.status.as_u16()), ("/account", 200), "{engine:?}");
        // And the other way round.
        let (mut browser, _) = at(&world, "bob", "/account").await;
        assert!(browser.go(&authorize(&[])).await.location().unwrap().starts_with("https://portal.example/"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_a_post_without_a_session_changes_nothing_and_asks_for_a_sign_in() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, page) = at(&world, ANNA, "/account/profile").await;
        let (action, hidden) = page.form("profile-submit");
        browser.cookies.remove("usher-sid");
        let mut fields = vec![("given_name", "Eve"), ("family_name", "Evil"), ("locale", "")];
        fields.extend(hidden.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        let answer = browser.post(&action, &fields).await;
        assert!(answer.location().unwrap().starts_with("/signin?a="), "{engine:?} {answer:?}");
        let user = store::user::find(&mut world.app.node.db.read().await.unwrap(), world.anna).await.unwrap().unwrap();
        assert_eq!(user.attributes.name.given_name.as_deref(), Some("Anna"), "{engine:?}");
        // The way leads to the page that the form stood on.
        let page = browser.follow(answer).await;
        let page = browser.sign_in(&page, ANNA, PASSWORD).await;
        assert_eq!(page.at, "/account/profile", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dec_d29_a_session_that_is_idle_over_or_somebodys_who_is_switched_off_opens_nothing() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut idle, _) = at(&world, ANNA, "/account").await;
        let (mut over, _) = at(&world, ANNA, "/account").await;
        let (mut off, _) = at(&world, "bob", "/account").await;
        let (mut blocked, _) = at(&world, "nora", "/account").await;
        world.change_user(world.bob, |user| user.active = false).await;
        world.block(world.nora, true).await;
        world.sign_out_everywhere(world.anna).await;
        assert!(asks_to_sign_in(&over.go("/account").await), "{engine:?}");
        assert!(asks_to_sign_in(&off.go("/account").await), "{engine:?}");
        assert!(asks_to_sign_in(&blocked.go("/account").await), "{engine:?}");
        let (mut fresh, _) = at(&world, ANNA, "/account").await;
        assert!(asks_to_sign_in(&idle.go("/account").await), "{engine:?}");
        // Use of the pages is use of the session.
        for _ in 0..3 {
            world.app.clock.advance(Duration::from_secs(40 * 60));
            assert_eq!(fresh.go("/account").await.at, "/account", "{engine:?}");
        }
        world.app.clock.advance(Duration::from_secs(61 * 60));
        assert!(asks_to_sign_in(&fresh.go("/account").await), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_what_mfa_policy_demands_is_demanded_of_the_account_too() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let (mut before, _) = at(world, "bob", "/account").await;
        world.set("mfa.policy", json!("required")).await;
        assert!(asks_to_enrol(&before.go("/account/sessions").await), "{engine:?}");
        let seed = desk.app_of(world.anna).await;
        let mut browser = world.app.browser();
        let page = browser.go("/account/sessions").await;
        let page = browser.sign_in(&page, ANNA, PASSWORD).await;
        assert!(asks_for_code(&page), "{engine:?} {}", page.at);
        // The password alone opens no page, however often it is asked for.
        assert!(asks_for_code(&browser.go("/account/profile").await), "{engine:?}");
        let page = browser.go(&page.at).await;
        let page = enter(&desk, &mut browser, &page, &seed).await;
        assert_eq!((page.at.as_str(), page.status.as_u16()), ("/account/sessions", 200), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_nobody_is_given_anything_in_the_name_of_our_own_pages() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let own = [("client_id", OWN), ("redirect_uri", "http://localhost:8080/account")];
        let mut browser = world.app.browser();
        let page = browser.get(&authorize(&own)).await;
        assert_eq!((page.status.as_u16(), page.location()), (400, None), "{engine:?}");
        let fields = [("grant_type", "authorization_code"), ("code", "ac_1.x"), ("client_id", OWN)];
        let answer = world.app.token(None, &fields).await;
        assert_eq!(answer.json()["error"], "invalid_client", "{engine:?}");
    }
    let metadata: ClientMetadata = serde_json::from_value(json!({ "client_id": OWN, "grant_types": [] })).unwrap();
    assert_eq!(metadata.validate().unwrap_err().field, "client_id");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_back_button_leads_on_to_the_page() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let sign_in = browser.go("/account/activity").await;
        browser.sign_in(&sign_in, ANNA, PASSWORD).await;
        let again = browser.go(&sign_in.at).await;
        assert!(again.text().contains("You are signed in already"), "{engine:?} {}", again.text());
        let on = again.attribute("/signin/restart", "href").unwrap();
        assert_eq!(browser.go(&on).await.at, "/account/activity", "{engine:?}");
        // One that is too old begins anew.
        let mut other = world.app.browser();
        let sign_in = other.go("/account/activity").await;
        world.app.clock.advance(Duration::from_secs(31 * 60));
        let expired = other.go(&sign_in.at).await;
        let on = expired.attribute("/signin/restart", "href").unwrap();
        assert!(asks_to_sign_in(&other.go(&on).await), "{engine:?}");
    }
}

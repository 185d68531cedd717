//! Attempts to sign in that go another way than straight on: each page has a way on (experience.md, hosted pages).

use std::time::Duration;

use serde_json::json;

use super::bob;
use crate::support::{
    browser::{Answer, Browser},
    engine::ENGINES,
    portal::{authorize, code_of},
    world::{PASSWORD, World},
};

/// The link or button that a page offers to go on.
#[track_caller]
fn way_on(page: &Answer, id: &str) -> String {
    assert_eq!((page.status.as_u16(), page.location()), (200, None), "{} {}", page.at, page.text());
    page.attribute(&format!("id=\"{id}\""), "href").unwrap_or_else(|| panic!("no {id} at {}: {}", page.at, page.text()))
}

async fn sign_in_page(browser: &mut Browser, changes: &[(&str, &str)]) -> Answer {
    let page = browser.go(&authorize(changes)).await;
    assert!(page.text().contains("id=\"password\""), "{}", page.at);
    page
}

#[tokio::test(flavor = "multi_thread")]
async fn several_tabs_each_reach_their_own_application() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let first = sign_in_page(&mut browser, &[("state", "first")]).await;
        let second = sign_in_page(&mut browser, &[("state", "second")]).await;
        let third = sign_in_page(&mut browser, &[("state", "third"), ("prompt", "login")]).await;
        assert_ne!(first.at, second.at, "{engine:?}");
        let answer = browser.sign_in(&second, "bob", PASSWORD).await;
        assert_eq!(answer.redirect_params()["state"], "second", "{engine:?}");
        // The other tab, reloaded: signed in meanwhile, straight on.
        let answer = browser.go(&first.at).await;
        assert_eq!(answer.redirect_params()["state"], "first", "{engine:?}");
        // The one that wants a password gets one, though its page is older than the session.
        assert!(browser.go(&third.at).await.text().contains("id=\"password\""), "{engine:?}");
        let answer = browser.sign_in(&third, "bob", PASSWORD).await;
        assert_eq!(answer.redirect_params()["state"], "third", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_click_and_the_back_button_lead_on_and_issue_nothing_twice() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let page = sign_in_page(&mut browser, &[]).await;
        let credentials = [("username", "bob"), ("password", PASSWORD)];
        code_of(&browser.submit(&page, "id=\"password\"", &credentials).await);
        for again in [browser.submit(&page, "id=\"password\"", &credentials).await, browser.go(&page.at).await] {
            let on = way_on(&again, "account-continue");
            assert!(!code_of(&browser.clone().go(&on).await).is_empty(), "{engine:?}");
        }
        // Two clicks on "Allow": one answer, and a way on.
        world.client(json!({ "consent": "always", "first_party": false })).await;
        let consent = browser.go(&authorize(&[])).await;
        code_of(&browser.submit(&consent, "consent-allow", &[("action", "allow")]).await);
        let again = browser.submit(&consent, "consent-allow", &[("action", "allow")]).await;
        way_on(&again, "account-continue");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_attempt_starts_again_with_the_same_request() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let page = sign_in_page(&mut browser, &[("state", "kept"), ("nonce", "n")]).await;
        world.app.clock.advance(Duration::from_secs(30 * 60));
        let credentials = [("username", "bob"), ("password", PASSWORD)];
        for late in [browser.go(&page.at).await, browser.submit(&page, "id=\"password\"", &credentials).await] {
            let on = way_on(&late, "error-back");
            let page = browser.go(&on).await;
            let answer = browser.clone().sign_in(&page, "bob", PASSWORD).await;
            assert_eq!(answer.redirect_params()["state"], "kept", "{engine:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_cookie_starts_again_with_the_same_request() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let page = sign_in_page(&mut browser, &[("state", "kept")]).await;
        browser.cookies.clear();
        let credentials = [("username", "bob"), ("password", PASSWORD)];
        for lost in [browser.go(&page.at).await, browser.submit(&page, "id=\"password\"", &credentials).await] {
            let on = way_on(&lost, "error-back");
            let mut browser = browser.clone();
            let page = browser.go(&on).await;
            let answer = browser.sign_in(&page, "bob", PASSWORD).await;
            assert_eq!(answer.redirect_params()["state"], "kept", "{engine:?}");
        }
        // A session that got lost between the pages.
        let mut anna = world.app.browser();
        let page = sign_in_page(&mut anna, &[("scope", "openid customer")]).await;
        let chooser = anna.sign_in(&page, "anna@acme.example", PASSWORD).await;
        anna.cookies.remove("usher-sid");
        let answer = anna.submit(&chooser, "id=\"reference", &[("reference", &world.anna_at_acme.text())]).await;
        assert!(answer.text().contains("id=\"password\""), "{engine:?} {}", answer.at);
        let chooser = anna.sign_in(&answer, "anna@acme.example", PASSWORD).await;
        let answer = anna.submit(&chooser, "id=\"reference", &[("reference", &world.anna_at_acme.text())]).await;
        assert!(!code_of(&answer).is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attempt_that_nobody_knows_says_so() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        for path in ["/signin", "/signin/account", "/signin/customer", "/consent", "/signin/leave"] {
            for attempt in ["", "?a=", "?a=x", "?a=01a1fa42-2000-7fa0-a0be-db1269821ecc", "?a=%00", "?a=%ff"] {
                let address = format!("{path}{attempt}");
                let page = match path {
                    "/signin/leave" => browser.post(&address, &[]).await,
                    _ => browser.go(&address).await,
                };
                assert_eq!((page.status.as_u16(), page.location()), (200, None), "{engine:?} {path}{attempt}");
                assert!(page.text().contains("<h1>"), "{engine:?} {path}{attempt}");
            }
        }
        let page = browser.go("/signin/restart?a=x").await;
        assert_eq!(page.status, 404, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn another_browser_cannot_take_an_attempt_over() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let page = sign_in_page(&mut world.app.browser(), &[]).await;
        // Somebody who was sent the link, with a flow of their own and a session.
        let mut other = bob(&world).await;
        sign_in_page(&mut other, &[("prompt", "login")]).await;
        let shown = other.go(&page.at).await;
        way_on(&shown, "error-back");
        let (action, hidden) = page.form("id=\"password\"");
        let fields = [("username", "bob"), ("password", PASSWORD), ("csrf", hidden[0].1.as_str())];
        let answer = other.post(&action, &fields).await;
        way_on(&answer, "error-back");
        assert!(answer.headers.get("set-cookie").is_none(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn not_you_asks_who_it_is_then() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        let page = sign_in_page(&mut browser, &[("prompt", "login"), ("state", "kept")]).await;
        let page = browser.submit(&page, "id=\"other-form\"", &[("action", "other")]).await;
        assert_eq!(page.attribute("id=\"username\"", "value").unwrap_or_default(), "", "{engine:?} {}", page.text());
        assert!(!page.text().contains("id=\"username-error\""), "{engine:?} {}", page.text());
        let answer = browser.sign_in(&page, "nora", PASSWORD).await;
        assert_eq!(answer.redirect_params()["state"], "kept", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_access_explains_and_leads_back() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let page = sign_in_page(&mut browser, &[("scope", "openid customer")]).await;
        let page = browser.sign_in(&page, "nora", PASSWORD).await;
        assert_eq!((page.status.as_u16(), page.location()), (200, None), "{engine:?} {}", page.text());
        let told = browser.submit(&page, "error-back", &[]).await.redirect_params();
        assert_eq!((told["error"].as_str(), told["state"].as_str()), ("access_denied", "s-123"), "{engine:?}");
        // Or somebody who has.
        let page = browser.go(&authorize(&[("scope", "openid customer")])).await;
        let page = browser.submit(&page, "account-other", &[("action", "other")]).await;
        let answer = browser.sign_in(&page, "bob", PASSWORD).await;
        assert!(!code_of(&answer).is_empty(), "{engine:?}");
    }
}

//! The pages of sign-out: what they ask, what they link to, and where a person goes on (experience.md, page 19).

use std::time::Duration;

use serde_json::json;
use usher::{
    base::bearer::{BearerKind, read},
    store,
};

use super::{assert_error_page, bob};
use crate::support::{
    browser::{Answer, Browser},
    engine::ENGINES,
    portal::{authorize, code_of},
    world::{PASSWORD, World},
};

const HOME: &str = "https://portal.example/";

fn logout(params: &[(&str, &str)]) -> String {
    format!("/oauth2/logout?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(params).finish())
}

/// The links in the middle of a page, with their texts.
fn links(page: &Answer) -> Vec<(String, String)> {
    let text = page.text();
    let main = text.split("<main").nth(1).unwrap().split("</main>").next().unwrap();
    let link = |tag: &str| {
        let address = tag.split("href=\"").nth(1)?.split('"').next()?;
        let name = tag.split_once('>')?.1.split("</a>").next()?;
        Some((address.to_owned(), name.replace("<bdi>", "").replace("</bdi>", "")))
    };
    main.split("<a ").skip(1).filter_map(link).collect()
}

async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get(&authorize(&[("prompt", "none")])).await.redirect_params().contains_key("code")
}

async fn stay(browser: &mut Browser, page: &Answer) -> Answer {
    let answer = browser.submit_once(page, "logout-cancel", &[("action", "stay")]).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    browser.follow(answer).await
}

/// An ID token of Bob's, of a session that is none of the browsers' in the test.
async fn foreign_hint(world: &World) -> String {
    world.tokens(&[]).await["id_token"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_stays_signed_in_goes_on_to_the_application() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world
            .client(json!({ "client_id": "parts", "client_name": "Parts", "client_uri": "https://parts.example/x" }))
            .await;
        world.client(json!({ "client_id": "mute", "client_name": "Mute", "client_uri": null })).await;
        let portal = (HOME.to_owned(), "Continue to Acme Portal".to_owned());
        let parts = ("https://parts.example/x".to_owned(), "Continue to Parts".to_owned());
        let sign_out = ("/signout".to_owned(), "Sign out".to_owned());
        let mut browser = bob(&world).await;
        code_of(&browser.go(&authorize(&[("client_id", "mute")])).await);
        // Who asked comes first, whether or not it was signed in to; what is named without being known is no link.
        for (asked, on) in [
            (&[][..], vec![portal.clone()]),
            (&[("post_logout_redirect_uri", "https://evil.example/"), ("state", "s")], vec![portal.clone()]),
            (&[("client_id", "portal"), ("post_logout_redirect_uri", HOME)], vec![portal.clone()]),
            (&[("client_id", "parts")], vec![parts.clone(), portal.clone()]),
            (&[("client_id", "mute")], vec![portal.clone()]),
        ] {
            let page = browser.go(&logout(asked)).await;
            let stayed = stay(&mut browser, &page).await;
            assert_eq!(stayed.status, 200, "{engine:?} {asked:?}");
            assert!(stayed.text().contains("<h1>You are still signed in"), "{engine:?} {}", stayed.text());
            let expected: Vec<_> = on.into_iter().chain([sign_out.clone()]).collect();
            assert_eq!(links(&stayed), expected, "{engine:?} {asked:?}");
            // Reloaded and in another language: the same page.
            let menu = stayed.attribute("hreflang=\"sv\"", "href").unwrap();
            let again = browser.get(&menu).await;
            assert!(again.text().contains("<h1>Du är fortfarande inloggad"), "{engine:?} {menu}");
            browser.cookies.remove("usher-lang");
            assert!(is_signed_in(&mut browser).await, "{engine:?} {asked:?}");
        }
        // A client that was switched off is no way on, and the way to sign out is one.
        for id in ["portal", "mute"] {
            let mut tx = world.app.node.db.write().await.unwrap();
            let stored = store::client::find(&mut tx, id).await.unwrap().unwrap();
            store::client::update(&mut tx, &stored.metadata, false, world.app.node.now()).await.unwrap();
            tx.commit().await.unwrap();
        }
        let page = browser.go("/signout").await;
        let stayed = stay(&mut browser, &page).await;
        assert_eq!(links(&stayed), [sign_out], "{engine:?}");
        let page = browser.go("/signout").await;
        let left = browser.submit(&page, "logout-confirm", &[("action", "sign-out")]).await;
        assert!(left.text().contains("<h1>You are signed out"), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn staying_ends_nothing_and_needs_somebody_who_is_signed_in() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let code = world.code(&mut browser, "bob", &[]).await;
        let hint = world.redeem(&code).await.json()["id_token"].as_str().unwrap().to_owned();
        // Even a hint that would sign out without a question.
        let posted = world.app.post("/oauth2/logout", None, &[("id_token_hint", &hint)]).await;
        let handle = posted.location().unwrap().split_once("handle=").unwrap().1.to_owned();
        let stayed = browser.go(&format!("/signout?stay=1&r={handle}")).await;
        assert!(stayed.text().contains("<h1>You are still signed in"), "{engine:?} {}", stayed.text());
        assert!(is_signed_in(&mut browser).await, "{engine:?}");
        for nobody in ["/signout?stay=1", "/signout?stay=1&r=x", "/signout?stay="] {
            let page = world.app.browser().go(nobody).await;
            assert!(page.text().contains("<h1>You are signed out"), "{engine:?} {nobody} {}", page.text());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q82_an_idle_session_is_ended_by_signing_out_and_not_only_ignored() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let code = world.code(&mut browser, "bob", &[]).await;
        let tokens = world.redeem(&code).await.json();
        let cookie = browser.cookies["usher-sid"].clone();
        let open = browser.go("/signout").await;
        world.app.clock.advance(Duration::from_secs(3 * 3600));
        assert!(!is_signed_in(&mut browser).await, "{engine:?}: idle for too long");
        let is_there = async || {
            let presented = read(BearerKind::Session, &cookie).unwrap();
            let mut tx = world.app.node.db.read().await.unwrap();
            store::session::find(&mut tx, &presented, world.app.node.now()).await.unwrap().is_some()
        };
        assert!(is_there().await, "{engine:?}: the row has not ended by itself");
        // There is nothing to stay in, and nobody is shown who may have left long ago.
        let page = stay(&mut browser.clone(), &open).await;
        for page in [page, browser.go("/signout").await] {
            assert!(page.text().contains("logout-confirm") && !page.text().contains("logout-cancel"), "{engine:?}");
            assert!(!page.text().contains("Bob Lind"), "{engine:?} {}", page.text());
        }
        let page = browser.go("/signout").await;
        let left = browser.submit(&page, "logout-confirm", &[("action", "sign-out")]).await;
        assert!(left.text().contains("<h1>You are signed out"), "{engine:?} {}", left.text());
        assert!(!is_there().await, "{engine:?}");
        assert_eq!(world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.status, 400, "{engine:?}");
        // Somebody else who signs in over it ends it as well.
        let mut browser = bob(&world).await;
        let cookie = browser.cookies["usher-sid"].clone();
        world.app.clock.advance(Duration::from_secs(3 * 3600));
        let page = browser.go(&authorize(&[])).await;
        code_of(&browser.sign_in(&page, "nora", PASSWORD).await);
        let presented = read(BearerKind::Session, &cookie).unwrap();
        let mut tx = world.app.node.db.read().await.unwrap();
        let found = store::session::find(&mut tx, &presented, world.app.node.now()).await.unwrap();
        assert!(found.is_none(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_no_page_repeats_an_id_token_hint() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let hint = foreign_hint(&world).await;
        let mut browser = bob(&world).await;
        let asked = [("id_token_hint", hint.as_str()), ("post_logout_redirect_uri", HOME), ("state", "a b")];
        // The question stands at an address of its own.
        let moved = browser.get(&logout(&asked)).await;
        assert_eq!(moved.status, 303, "{engine:?}");
        assert!(
            moved.location().unwrap().starts_with("/oauth2/logout?handle=hd_"),
            "{engine:?} {:?}",
            moved.location()
        );
        let page = browser.follow(moved).await;
        assert!(page.text().contains("logout-confirm") && !page.text().contains(&hint), "{engine:?} {}", page.text());
        let menu = page.attribute("hreflang=\"sv\"", "href").unwrap();
        assert!(menu.starts_with("/oauth2/logout?handle=hd_") && menu.ends_with("&lang=sv"), "{engine:?} {menu}");
        let page = browser.go(&menu).await;
        assert!(page.text().contains("<h1>Vill du logga ut?") && !page.text().contains(&hint), "{engine:?}");
        browser.cookies.remove("usher-lang");
        // What was asked is still known: the way back is open, with its state.
        let left = browser.clone().submit(&page, "logout-confirm", &[("action", "sign-out")]).await;
        assert_eq!(left.location(), Some("https://portal.example/?state=a+b"), "{engine:?}");
        // Nobody is signed in: the page that says so, in every language, knows the application.
        let mut stranger = world.app.browser();
        let page = stranger.get(&logout(&[("id_token_hint", &hint), ("state", "s")])).await;
        assert!(page.text().contains("<h1>You are signed out") && !page.text().contains(&hint), "{engine:?}");
        assert_eq!(links(&page), [(HOME.to_owned(), "Sign in again".to_owned())], "{engine:?}");
        let menu = page.attribute("hreflang=\"sv\"", "href").unwrap();
        let page = stranger.get(&menu).await;
        assert!(page.text().contains("<h1>Du är utloggad") && links(&page).len() == 1, "{engine:?} {menu}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_no_error_page_repeats_what_tells_of_a_person() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let hint = foreign_hint(&world).await;
        let mut browser = bob(&world).await;
        let forged = format!("{hint}x");
        let evil = ("post_logout_redirect_uri", "https://evil.example/");
        for address in [
            logout(&[("id_token_hint", &forged)]),
            logout(&[("id_token_hint", &hint), evil]),
            authorize(&[("redirect_uri", "https://evil.example/"), ("id_token_hint", &hint)]),
            authorize(&[("redirect_uri", "https://evil.example/"), ("login_hint", &hint)]),
        ] {
            let page = browser.get(&address).await;
            assert_error_page(&page, "invalid_request");
            assert!(!page.text().contains(&hint), "{engine:?} {address}");
        }
        // Without them the menu is there.
        let page = browser.get(&authorize(&[("redirect_uri", "https://evil.example/")])).await;
        assert!(page.text().contains("hreflang=\"sv\""), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_was_open_for_long_still_signs_out() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        let page = browser.go(&logout(&[("client_id", "portal"), ("post_logout_redirect_uri", HOME)])).await;
        let menu = page.attribute("hreflang=\"sv\"", "href").unwrap();
        // A stale form leads back to the question, and what was asked is not forgotten.
        let (action, _) = page.form("logout-confirm");
        let again = browser.post(&action, &[("action", "sign-out")]).await;
        let again = browser.follow(again).await;
        let left = browser.clone().submit(&again, "logout-confirm", &[("action", "sign-out")]).await;
        assert_eq!(left.location(), Some(HOME), "{engine:?}");
        let mut browser = bob(&world).await;
        let page = browser.go(&logout(&[("client_id", "portal"), ("post_logout_redirect_uri", HOME)])).await;
        // What was asked is forgotten after a while; the person can sign out all the same.
        world.app.clock.advance(Duration::from_secs(601));
        assert!(browser.go(&menu).await.text().contains("logout-confirm"), "{engine:?}");
        let left = browser.submit(&page, "logout-confirm", &[("action", "sign-out")]).await;
        assert!(left.text().contains("<h1>You are signed out"), "{engine:?}");
        assert!(!is_signed_in(&mut browser).await, "{engine:?}");
    }
}

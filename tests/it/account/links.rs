//! A link's secret stays in nobody's address bar, and looking at a link does not use it (security.md S9, D24).

use axum::{body::Body, http::Request};

use crate::support::{
    app::TestApp,
    browser::Answer,
    engine::ENGINES,
    links::type_password,
    world::{PASSWORD, World},
};

const LINK: &str = "usher-link";

/// Path and secret of a link.
fn parts(link: &str) -> (&str, &str) {
    link.split_once("?t=").unwrap()
}

/// The page of a link and of a set-up link, each with its path and its secret.
async fn both(world: &World) -> [String; 2] {
    [world.app.password_link("bob").await, world.app.setup_link().await]
}

#[track_caller]
fn assert_expired(page: &Answer) {
    assert_eq!((page.status.as_u16(), page.location()), (410, None), "{} {}", page.at, page.text());
    assert!(page.text().contains("This link has been used or is too old"), "{}", page.text());
    assert!(!page.text().contains("new_password"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s9_the_secret_of_a_link_is_moved_out_of_the_address_at_once() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        for link in both(&world).await {
            let (path, secret) = parts(&link);
            for method in ["GET", "HEAD"] {
                let mut browser = world.app.browser();
                let moved =
                    browser.send(Request::builder().method(method).uri(&link).body(Body::empty()).unwrap()).await;
                assert_eq!((moved.status.as_u16(), moved.location()), (303, Some(path)), "{engine:?} {method} {path}");
                assert!(!moved.text().contains(secret), "{engine:?} {path}");
                assert_eq!(moved.header("referrer-policy"), Some("same-origin"), "{engine:?} {path}");
                assert_eq!(moved.header("cache-control"), Some("no-store"), "{engine:?} {path}");
                let cookie = format!("{LINK}={secret}; HttpOnly; SameSite=Lax; Path=/; Max-Age=1800");
                assert_eq!(moved.header("set-cookie"), Some(&*cookie), "{engine:?} {path}");
                let page = browser.follow(moved).await;
                assert_eq!((page.status.as_u16(), &*page.at), (200, path), "{engine:?}");
                assert!(!page.text().contains(secret), "{engine:?} {path}: the page does not repeat it");
                assert!(page.text().contains(&format!("href=\"{path}?lang=sv\"")), "{engine:?} {}", page.text());
                // In another language, and reloaded: the same form.
                for again in [format!("{path}?lang=sv"), path.to_owned()] {
                    let page = browser.get(&again).await;
                    assert_eq!((page.status.as_u16(), page.location()), (200, None), "{engine:?} {again}");
                    assert!(page.text().contains("name=\"csrf\""), "{engine:?} {again}");
                    assert!(page.text().contains("lang=\"sv\""), "{engine:?} {again}: the choice is kept");
                }
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dec_d24_looking_uses_nothing_and_a_used_link_is_gone() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let link = world.app.password_link("bob").await;
        for _ in 0..3 {
            // A scanner, in a browser of its own each time.
            assert_eq!(world.app.browser().go(&link).await.status, 200, "{engine:?}");
        }
        let (mut first, mut second) = (world.app.browser(), world.app.browser());
        let (page, late) = (first.go(&link).await, second.go(&link).await);
        let saved = type_password(&mut first, &page, "vexing-marsh-lantern-09").await;
        assert!(saved.text().contains("Your password is saved"), "{engine:?} {}", saved.text());
        assert!(!first.cookies.contains_key(LINK), "{engine:?}: the browser forgets it");
        assert_expired(&type_password(&mut second, &late, "another-marsh-lantern-10").await);
        assert!(second.cookies.contains_key(LINK), "{engine:?}: with it another one can be asked for");
        assert_expired(&world.app.browser().go(&link).await);
        // The page without any link says the same.
        for path in ["/password/reset", "/setup"] {
            assert_expired(&world.app.browser().go(path).await);
            assert_expired(&world.app.browser().post(path, &[("new_password", PASSWORD)]).await);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s9_one_link_opens_nothing_that_another_one_does() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let [password, setup] = both(&world).await;
        let (password, setup) = (parts(&password).1, parts(&setup).1);
        for link in [
            format!("/setup?t={password}"),
            format!("/password/reset?t={setup}"),
            format!("/password/reset?t={password}x"),
            "/setup?t=su_x.y".to_owned(),
            "/setup?t=%3B%20Domain%3Devil.example".to_owned(),
            format!("/setup?t={}", "x".repeat(5000)),
        ] {
            let mut browser = world.app.browser();
            assert_expired(&browser.go(&link).await);
            assert!(!browser.cookies.contains_key(LINK), "{engine:?} {link}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_a_refused_request_is_not_repeated_with_its_secret() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let link = app.setup_link().await;
        let (_, secret) = parts(&link);
        // Posted to, from nowhere: refused before any handler has seen it.
        let mut browser = app.browser();
        let refused = browser.send(Request::post(&link).body(Body::empty()).unwrap()).await;
        assert_eq!(refused.status, 403, "{engine:?}");
        assert!(!refused.text().contains(secret) && refused.text().contains("id=\"error-id\""), "{engine:?}");
        // Another method of a page that exists, and a page that does not: in the language that is chosen there.
        for (address, menu) in
            [("/signin/leave?a=x", "/signin/customer?a=x&amp;lang=sv"), ("/nothing?x=1", "/nothing?x=1&amp;lang=sv")]
        {
            let page = app.browser().get(address).await;
            assert!(page.text().contains(&format!("href=\"{menu}\"")), "{engine:?} {}", page.text());
        }
    }
}

//! What happened to an account, for its owner.

use super::{ANNA, asks_to_sign_in, at, audited};
use crate::support::{
    engine::ENGINES,
    world::{PASSWORD, World},
};

const PATH: &str = "/account/activity";

#[tokio::test(flavor = "multi_thread")]
async fn somebody_sees_what_happened_to_their_account_and_to_no_other() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut stranger = world.app.browser();
        let page = stranger.go(PATH).await;
        stranger.sign_in(&page, ANNA, "not her password").await;
        at(&world, "bob", "/account").await;
        let mut portal = world.app.browser();
        world.code(&mut portal, ANNA, &[]).await;
        let (mut anna, page) = at(&world, ANNA, PATH).await;
        let text = page.text();
        assert_eq!(text.matches("Signed in").count(), 2, "{engine:?} {text}");
        assert!(text.contains("Sign-in failed") && text.contains("Acme Portal"), "{engine:?} {text}");
        assert!(!text.contains("usher:account"), "{engine:?}");
        // What an administrator did says so.
        world.app.set_password(ANNA, "vexing-marsh-lantern-09").await;
        let page = anna.go(PATH).await;
        assert!(asks_to_sign_in(&page), "{engine:?}");
        let page = anna.sign_in(&page, ANNA, "vexing-marsh-lantern-09").await;
        assert!(page.text().contains("By an administrator") && page.text().contains("Password set"), "{}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_long_list_comes_in_pages() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        for _ in 0..60 {
            world.app.clock.advance(std::time::Duration::from_secs(1));
            browser.cookies.remove("usher-sid");
            let page = browser.go(PATH).await;
            browser.sign_in(&page, "bob", PASSWORD).await;
        }
        let page = browser.go(PATH).await;
        assert_eq!(page.text().matches("<li class=\"item\">").count(), 50, "{engine:?}");
        let older = browser.go(&page.attribute("id=\"older\"", "href").unwrap()).await;
        assert_eq!(older.text().matches("<li class=\"item\">").count(), 10, "{engine:?}");
        assert!(!older.text().contains("id=\"older\""), "{engine:?}");
        for nonsense in ["?before=x", "?before=", "?before=%00"] {
            assert_eq!(browser.go(&format!("{PATH}{nonsense}")).await.status, 200, "{engine:?} {nonsense}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_k27_this_was_not_me_closes_everything_elsewhere_and_asks_for_a_new_password() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut thief = world.app.browser();
        let code = world.code(&mut thief, ANNA, &[("scope", "openid offline_access")]).await;
        let tokens = world.redeem(&code).await.json();
        let link = world.app.password_link(ANNA).await;
        let (mut anna, page) = at(&world, ANNA, PATH).await;
        let answer = anna.submit_once(&page, "id=\"not-me\"", &[("action", "not-me")]).await;
        assert_eq!(answer.location(), Some("/password/change"), "{engine:?} {answer:?}");
        assert!(asks_to_sign_in(&thief.go("/account").await), "{engine:?}");
        assert_eq!(anna.go("/account").await.at, "/account", "{engine:?}");
        let refreshed = world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await;
        assert_eq!(refreshed.json()["error"], "invalid_grant", "{engine:?}");
        assert_eq!(world.app.browser().go(&link).await.status, 410, "{engine:?}");
        // The thief's browser is a stranger again, the owner's is not.
        assert_eq!(world.app.test.rows("known_browser").await, 1, "{engine:?}");
        assert_eq!(audited(&world, "account.not_me").await, 1, "{engine:?}");
    }
}

//! An automatic lock, as it reaches sessions (domain.md 3).

use usher::{authn::lockout::BucketKey, store};

use crate::support::{
    engine::ENGINES,
    portal::authorize,
    world::{PASSWORD, World},
};

/// Locks Bob out as a stranger does: wrong passwords from a browser nobody knows.
async fn lock(world: &World) {
    let mut stranger = world.app.browser();
    for _ in 0..5 {
        let page = stranger.go(&authorize(&[])).await;
        stranger.sign_in(&page, "bob", "wrong").await;
    }
    let mut tx = world.app.node.db.read().await.unwrap();
    assert!(store::lockout::is_locked(&mut tx, world.bob, world.app.node.now()).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn dec_d13_a_lock_leaves_known_browsers_and_refresh_alone() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let code = world.code(&mut browser, "bob", &[("scope", "openid offline_access")]).await;
        let tokens = world.redeem(&code).await.json();
        lock(&world).await;
        let again = browser.go(&authorize(&[])).await;
        assert!(again.redirect_params().contains_key("code"), "{engine:?}");
        assert_eq!(world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.status, 200, "{engine:?}");
        let outbox = browser.go("/dev/outbox").await;
        assert!(outbox.text().contains("bob@mail.example"), "{engine:?}: the owner is told");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_a_lock_stops_codes_of_a_session_whose_browser_is_no_longer_known() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let waiting = world.code(&mut browser, "bob", &[]).await;
        lock(&world).await;
        let mut tx = world.app.node.db.write().await.unwrap();
        store::known_browser::forget_for_user(&mut tx, world.bob, None).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(world.redeem(&waiting).await.json()["error"], "invalid_grant", "{engine:?}");
        // The way on is the sign-in page, not a circle of redirects; and it stays shut while the lock stands.
        let page = browser.go(&authorize(&[])).await;
        assert!(page.at.starts_with("/signin?a="), "{engine:?} {}", page.at);
        let refused = browser.sign_in(&page, "bob", PASSWORD).await;
        assert!(refused.location().is_none(), "{engine:?}");
        let mut tx = world.app.node.db.write().await.unwrap();
        store::lockout::clear(&mut tx, &BucketKey::untrusted(world.bob)).await.unwrap();
        tx.commit().await.unwrap();
        let answer = browser.sign_in(&refused, "bob", PASSWORD).await;
        assert!(answer.redirect_params().contains_key("code"), "{engine:?}");
    }
}

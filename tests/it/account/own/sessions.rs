//! Where somebody is signed in, and how they end it (Q83).

use std::time::Duration;

use usher::store;

use super::{ANNA, asks_to_sign_in, at, audited};
use crate::support::{
    browser::{Answer, Browser},
    engine::ENGINES,
    world::{PASSWORD, World},
};

const PATH: &str = "/account/sessions";
const OFFLINE: (&str, &str) = ("scope", "openid offline_access");

/// Ends the other session that the page lists first.
async fn end_first(browser: &mut Browser, page: &Answer) -> Answer {
    browser.submit(page, "id=\"session-end-2\"", &[("action", "end")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q83_somebody_sees_their_sessions_and_ends_another_one() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut phone = world.app.browser();
        phone.headers.push(("user-agent", "Mozilla/5.0 (iPhone) Version/17.0 Safari/604.1".into()));
        let code = world.code(&mut phone, ANNA, &[OFFLINE]).await;
        let tokens = world.redeem(&code).await.json();
        let mut online = world.app.browser();
        let code = world.code(&mut online, ANNA, &[]).await;
        let tokens_online = world.redeem(&code).await.json();
        let (mut strangers, _) = at(&world, "bob", PATH).await;
        let (mut here, page) = at(&world, ANNA, PATH).await;
        let text = page.text();
        assert_eq!(text.matches("<li class=\"item\">").count(), 3, "{engine:?} {text}");
        assert!(text.contains("Safari, iPhone") && text.contains("Acme Portal"), "{engine:?} {text}");
        assert_eq!(text.matches("This browser").count(), 1, "{engine:?}");
        assert!(!text.contains("session-end-1"), "{engine:?}: this one is signed out of");
        // The phone's goes, with what lives in it; offline access stays, until everything ends.
        world.app.clock.advance(Duration::from_secs(1));
        let page = here.go(PATH).await;
        let phones = page.text().split("Safari, iPhone").next().unwrap().matches("<li class=\"item\">").count();
        let page = here.submit(&page, &format!("id=\"session-end-{phones}\""), &[("action", "end")]).await;
        assert!(page.text().contains("That session has ended"), "{engine:?} {}", page.text());
        assert!(asks_to_sign_in(&phone.go(PATH).await), "{engine:?}");
        assert_eq!(online.go(PATH).await.at, PATH, "{engine:?}");
        assert_eq!(strangers.go(PATH).await.at, PATH, "{engine:?}");
        let refreshed = world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await;
        assert_eq!(refreshed.status, 200, "{engine:?} {}", refreshed.text());
        let refresh = refreshed.json()["refresh_token"].as_str().unwrap().to_owned();
        // Everything elsewhere, then.
        let page = here.go(PATH).await;
        let page = here.submit(&page, "id=\"sessions-end\"", &[("action", "others")]).await;
        assert!(page.text().contains("signed out everywhere else"), "{engine:?} {}", page.text());
        assert!(asks_to_sign_in(&online.go(PATH).await), "{engine:?}");
        assert_eq!(here.go(PATH).await.at, PATH, "{engine:?}");
        assert_eq!(strangers.go(PATH).await.at, PATH, "{engine:?}");
        for token in [refresh.as_str(), tokens_online["refresh_token"].as_str().unwrap()] {
            assert_eq!(world.refresh(token, &[]).await.json()["error"], "invalid_grant", "{engine:?}");
        }
        assert_eq!((audited(&world, "session.ended").await, audited(&world, "sessions.ended").await), (1, 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q83_whoever_ends_a_session_has_just_proved_who_they_are() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut other, _) = at(&world, ANNA, PATH).await;
        let (mut here, page) = at(&world, ANNA, PATH).await;
        world.app.clock.advance(Duration::from_secs(5 * 60));
        assert_eq!(other.go(PATH).await.at, PATH, "{engine:?}");
        let asked = end_first(&mut here, &page).await;
        assert!(asks_to_sign_in(&asked) && asked.text().contains(ANNA), "{engine:?} {}", asked.at);
        assert_eq!(other.go(PATH).await.at, PATH, "{engine:?}: nothing happened yet");
        // Nobody else answers in their place, and a wrong password opens nothing.
        let wrong = here.sign_in(&asked, ANNA, "wrong").await;
        assert!(wrong.text().contains("is not right"), "{engine:?}");
        let page = here.sign_in(&wrong, ANNA, PASSWORD).await;
        assert!(page.at.starts_with(PATH) && page.text().contains("Now choose once more"), "{engine:?} {}", page.at);
        let page = end_first(&mut here, &page).await;
        assert!(page.text().contains("That session has ended"), "{engine:?} {}", page.text());
        assert!(asks_to_sign_in(&other.go(PATH).await), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_nobody_ends_the_session_of_somebody_else() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut bob, _) = at(&world, "bob", PATH).await;
        let bobs = world.app.test.texts("SELECT id FROM session").await.remove(0);
        let (_other, _) = at(&world, ANNA, PATH).await;
        let (mut anna, page) = at(&world, ANNA, PATH).await;
        let own = page.attribute("name=\"session\"", "value").unwrap();
        let (action, hidden) = page.form("id=\"session-end-2\"");
        let csrf = &hidden.iter().find(|(name, _)| name == "csrf").unwrap().1;
        assert_ne!(own, bobs, "{engine:?}");
        for id in [bobs.as_str(), "", "x", "00000000-0000-0000-0000-000000000000", "' OR 1=1 --"] {
            let answer = anna.post(&action, &[("csrf", csrf), ("action", "end"), ("session", id)]).await;
            assert_eq!(answer.location(), Some(PATH), "{engine:?} {id}");
        }
        assert_eq!(bob.go(PATH).await.at, PATH, "{engine:?}");
        assert_eq!(audited(&world, "session.ended").await, 0, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m27_a_trusted_browser_is_listed_and_trusted_no_more() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let now = world.app.node.now();
        let id = world.app.node.entropy.uuid(now);
        let hash = usher::base::bearer::BearerHash::of("tb", "x");
        let browser = store::session::Browser {
            ip: Some("192.0.2.9".into()),
            user_agent: Some("Mozilla/5.0 (X11; Linux) Firefox/130.0".into()),
        };
        let mut tx = world.app.node.db.write().await.unwrap();
        store::trusted_browser::trust(&mut tx, id, &hash, world.anna, &browser, now).await.unwrap();
        store::trusted_browser::trust(&mut tx, id, &hash, world.bob, &browser, now).await.unwrap();
        tx.commit().await.unwrap();
        let (mut anna, page) = at(&world, ANNA, PATH).await;
        assert!(page.text().contains("Firefox, Linux") && page.text().contains("192.0.2.9"), "{}", page.text());
        let page = anna.submit(&page, "id=\"browser-forget-1\"", &[("action", "forget")]).await;
        assert!(page.text().contains("asked for a second step again"), "{engine:?} {}", page.text());
        assert!(!page.text().contains("browser-forget-1"), "{engine:?}");
        assert_eq!(world.app.test.rows("trusted_browser").await, 1, "{engine:?}: Bob's stays");
    }
}

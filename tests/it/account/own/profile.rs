//! What somebody says of themselves.

use usher::{identity::user::User, store};

use super::{ANNA, at, audited};
use crate::support::{engine::ENGINES, world::World};

const PATH: &str = "/account/profile";

async fn anna(world: &World) -> User {
    store::user::find(&mut world.app.node.db.read().await.unwrap(), world.anna).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn name_and_language_are_saved_and_nothing_else() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.change_user(world.anna, |user| user.attributes.display_name = Some("Old Name".into())).await;
        let before = anna(&world).await;
        let (mut browser, page) = at(&world, ANNA, PATH).await;
        assert_eq!(page.attribute("id=\"given_name\"", "value").as_deref(), Some("Anna"), "{engine:?}");
        assert!(page.text().contains("value=\"sv\" lang=\"sv\" selected"), "{engine:?} {}", page.text());
        let fields = [
            ("given_name", " Änna "),
            ("family_name", "O’Berg <b>"),
            ("locale", "de"),
            ("userName", "eve"),
            ("email", "eve@evil.example"),
        ];
        let page = browser.submit(&page, "profile-submit", &fields).await;
        assert!(page.text().contains("Your profile is saved"), "{engine:?} {}", page.text());
        assert!(page.text().contains("Änna O’Berg &lt;b&gt;") || page.text().contains("O’Berg &lt;b"), "{engine:?}");
        let after = anna(&world).await;
        assert_eq!(after.name().as_deref(), Some("Änna O’Berg <b>"), "{engine:?}");
        assert_eq!((after.locale.as_deref(), after.attributes.display_name.clone()), (Some("de"), None), "{engine:?}");
        assert_eq!((&after.user_name, &after.attributes.emails), (&before.user_name, &before.attributes.emails));
        assert_eq!(after.epoch, before.epoch, "{engine:?}: nobody is signed out");
        assert_eq!(audited(&world, "user.updated").await, 1, "{engine:?}");
        // The same once more is no change; a language that there is not is none.
        let fields = [("given_name", "Änna"), ("family_name", "O’Berg <b>"), ("locale", "xx")];
        browser.submit(&page, "profile-submit", &fields).await;
        assert_eq!(anna(&world).await.locale, None, "{engine:?}");
        let page = browser.go(PATH).await;
        browser.submit(&page, "profile-submit", &fields).await;
        assert_eq!(audited(&world, "user.updated").await, 2, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_none_are_refused() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, page) = at(&world, ANNA, PATH).await;
        let long = "x".repeat(101);
        let cases =
            [(" ", "", "Enter your first or last name"), (&*long, "Berg", "at most 100"), ("A\nb", "C", "at most")];
        for (given, family, words) in cases {
            let fields = [("given_name", given), ("family_name", family), ("locale", "")];
            let answer = browser.submit(&page, "profile-submit", &fields).await;
            assert!(answer.text().contains(words), "{engine:?} {given:?} {}", answer.text());
            assert!(answer.text().contains("id=\"given_name-error\""), "{engine:?}");
        }
        assert_eq!(anna(&world).await.name().as_deref(), Some("Anna Berg"), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_directory_keeps_is_not_changed_here() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, page) = at(&world, ANNA, PATH).await;
        let acme = world.acme;
        world.change_user(world.anna, |user| user.managed_by = Some(acme)).await;
        let fields = [("given_name", "Eve"), ("family_name", ""), ("locale", "")];
        let answer = browser.submit(&page, "profile-submit", &fields).await;
        assert!(answer.text().contains("directory keeps these details"), "{engine:?} {}", answer.text());
        assert!(!answer.text().contains("profile-submit"), "{engine:?}");
        assert_eq!(anna(&world).await.name().as_deref(), Some("Anna Berg"), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o12_the_password_page_lists_the_companies_that_the_password_opens() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (_, page) = at(&world, ANNA, "/account/password").await;
        assert!(page.text().contains("Acme AB") && page.text().contains("Beta Oy"), "{engine:?} {}", page.text());
        assert_eq!(page.attribute("id=\"password-change\"", "href").as_deref(), Some("/password/change"), "{engine:?}");
        // inventory O23
        world.set("accounts.self_service_password_change", serde_json::json!(false)).await;
        let (_, page) = at(&world, ANNA, "/account/password").await;
        assert!(!page.text().contains("password-change\""), "{engine:?}");
    }
}

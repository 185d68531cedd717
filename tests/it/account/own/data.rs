//! What is kept about somebody, its end, and what they may use.

use std::time::Duration;

use usher::{
    base::id::LicenseId,
    flow::{account::deletion::delete_ripe, admin_grant::admin_grant},
    identity::{
        admin_role::Role,
        license::{Assignee, License, LicenseKind, Visibility},
    },
    store,
};

use super::{ANNA, asks_to_sign_in, at, audited, mails};
use crate::support::{
    engine::ENGINES,
    world::{PASSWORD, World},
};

const PATH: &str = "/account/data";

#[tokio::test(flavor = "multi_thread")]
async fn somebody_takes_along_what_is_kept_about_them_and_nothing_else() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let code = world.code(&mut browser, ANNA, &[("scope", "openid email")]).await;
        world.redeem(&code).await;
        let page = browser.go(PATH).await;
        let file = browser.submit(&page, "id=\"data-download\"", &[("action", "download")]).await;
        assert_eq!(file.header("content-type"), Some("application/json"), "{engine:?}");
        assert!(file.header("content-disposition").unwrap().starts_with("attachment;"), "{engine:?}");
        let data = file.json();
        assert_eq!(data["user"]["userName"], ANNA, "{engine:?}");
        assert_eq!(data["references"].as_array().unwrap().len(), 2, "{engine:?}");
        assert_eq!((data["sessions"].as_array().unwrap().len(), &data["grants"][0]["clientId"]), (1, &"portal".into()));
        assert!(data["activity"].as_array().unwrap().iter().any(|it| it["action"] == "signin"), "{engine:?}");
        let text = file.text();
        for secret in ["$argon2", "hash", "bob", "Bob", "seed"] {
            assert!(!text.contains(secret), "{engine:?} {secret} {text}");
        }
        assert_eq!(audited(&world, "data.exported").await, 1, "{engine:?}");
        // Only to whoever has just proved who they are.
        world.app.clock.advance(Duration::from_secs(5 * 60));
        let asked = browser.submit(&page, "id=\"data-download\"", &[("action", "download")]).await;
        assert!(asks_to_sign_in(&asked), "{engine:?} {}", asked.at);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_is_deleted_fourteen_days_after_its_owner_asked_and_not_before() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, page) = at(&world, ANNA, PATH).await;
        let unticked = browser.submit(&page, "id=\"account-delete\"", &[("action", "delete")]).await;
        assert!(unticked.text().contains("Tick the box"), "{engine:?} {}", unticked.text());
        let wish = [("action", "delete"), ("confirm", "1")];
        let page = browser.submit(&page, "id=\"account-delete\"", &wish).await;
        assert!(page.text().contains("will be deleted") && page.text().contains("account-keep"), "{}", page.text());
        assert_eq!(mails(&world, "account.deletion_scheduled").await, 1, "{engine:?}");
        // Thought better of, and asked for again.
        let page = browser.submit(&page, "id=\"account-keep\"", &[("action", "keep")]).await;
        assert!(page.text().contains("Your account stays"), "{engine:?}");
        world.app.clock.advance(Duration::from_secs(20 * 24 * 3600));
        assert_eq!(delete_ripe(&world.app.node).await.unwrap(), 0, "{engine:?}");
        let (mut browser, page) = at(&world, ANNA, PATH).await;
        browser.submit(&page, "id=\"account-delete\"", &wish).await;
        world.app.clock.advance(Duration::from_secs(14 * 24 * 3600 - 1));
        assert_eq!(delete_ripe(&world.app.node).await.unwrap(), 0, "{engine:?}");
        // Until then everything works.
        let mut portal = world.app.browser();
        let code = world.code(&mut portal, ANNA, &[("scope", "openid offline_access")]).await;
        let tokens = world.redeem(&code).await.json();
        world.app.clock.advance(Duration::from_secs(1));
        let rounds = tokio::join!(delete_ripe(&world.app.node), delete_ripe(&world.app.node));
        assert_eq!(rounds.0.unwrap() + rounds.1.unwrap(), 1, "{engine:?}: once");
        // Gone with everything that was hers; the others stay, and nobody is her again.
        let again = world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await;
        assert_eq!(again.json()["error"], "invalid_grant", "{engine:?}");
        let mut stranger = world.app.browser();
        let page = stranger.go("/account").await;
        assert!(stranger.sign_in(&page, ANNA, PASSWORD).await.text().contains("is not right"), "{engine:?}");
        assert!(stranger.sign_in(&page, "bob", PASSWORD).await.at == "/account", "{engine:?}");
        let dump = world.app.dump().await;
        assert!(!dump.contains("anna@acme.example") && !dump.contains("Anna"), "{engine:?}");
        let buried = "SELECT count(*) FROM tombstone";
        assert_eq!(world.app.test.number(buried).await, 3, "{engine:?}: the login and two memberships");
        assert_eq!(audited(&world, "user.deleted").await, 1, "{engine:?}");
        assert_ne!(world.person(ANNA).await, world.anna, "{engine:?}: the name is free, the id is not");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_directory_and_the_last_administrator_keep_a_login() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let node = &world.app.node;
        admin_grant(&node.db, &*node.entropy, node.now(), ANNA, Role::SystemAdmin, &[]).await.unwrap();
        let (mut anna, page) = at(&world, ANNA, PATH).await;
        let wish = [("action", "delete"), ("confirm", "1")];
        let refused = anna.submit(&page, "id=\"account-delete\"", &wish).await;
        assert!(refused.text().contains("the only administrator"), "{engine:?} {}", refused.text());
        let (mut bob, page) = at(&world, "bob", PATH).await;
        let acme = world.acme;
        world.change_user(world.bob, |user| user.managed_by = Some(acme)).await;
        let refused = bob.submit(&page, "id=\"account-delete\"", &wish).await;
        assert!(refused.text().contains("directory keeps this account"), "{engine:?} {}", refused.text());
        assert_eq!(world.app.test.rows("deletion_request").await, 0, "{engine:?}");
        // Who became the last one meanwhile stays, too.
        admin_grant(&node.db, &*node.entropy, node.now(), "nora", Role::SystemAdmin, &[]).await.unwrap();
        let page = anna.go(PATH).await;
        anna.submit(&page, "id=\"account-delete\"", &wish).await;
        world.change_user(world.nora, |user| user.active = false).await;
        world.app.clock.advance(Duration::from_secs(14 * 24 * 3600));
        assert_eq!(delete_ripe(node).await.unwrap(), 0, "{engine:?}");
        world.change_user(world.nora, |user| user.active = true).await;
        assert_eq!(delete_ripe(node).await.unwrap(), 1, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn licences_of_every_company_are_listed_once() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let node = &world.app.node;
        let now = node.now();
        let license = |product: &str, customer| License {
            id: LicenseId::new(&*node.entropy, now),
            external_id: None,
            customer,
            product: product.into(),
            edition: String::new(),
            kind: LicenseKind::Product,
            seats: Some(5),
            seats_used: Some(3),
            valid_from: None,
            valid_to: Some(now.minus(Duration::from_secs(1))),
            active: true,
            actions: Default::default(),
            visibility: Visibility::Own,
            created_at: now,
            updated_at: now,
        };
        let (cad, viewer) = (license("cad", world.acme), license("viewer", world.beta));
        let mut tx = node.db.write().await.unwrap();
        for (license, to) in [
            (&cad, vec![Assignee::Customer(world.acme), Assignee::Reference(world.anna_at_acme)]),
            (&viewer, vec![Assignee::Reference(world.anna_at_beta)]),
        ] {
            store::license::insert(&mut tx, license).await.unwrap();
            store::license::assign(&mut tx, license.id, &to).await.unwrap();
        }
        tx.commit().await.unwrap();
        let (_, page) = at(&world, ANNA, "/account/licences").await;
        let text = page.text();
        assert_eq!(text.matches("<li class=\"item\">").count(), 2, "{engine:?} {text}");
        assert!(text.contains("3 of 5 seats in use") && text.contains("Expired"), "{engine:?} {text}");
        let (_, page) = at(&world, "nora", "/account/licences").await;
        assert!(page.text().contains("No licence is assigned to you"), "{engine:?}");
    }
}

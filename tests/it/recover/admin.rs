//! What an administrator starts and somebody else finishes (inventory Q14, K15, K18, K19, O13, issue "usher admin").

use serde_json::json;
use usher::{
    config::source_text::SourceText,
    flow::{
        admin_mail::{AdminMailOutcome, Inviting, admin_invite, admin_reset_link},
        apply::{Change, Outcome, SeedFile, apply},
    },
    identity::{reference::ReferenceStatus, user::UserStatus},
    store,
};

use super::{NEW, Post, path};
use crate::support::{
    engine::ENGINES,
    links::type_password,
    world::{PASSWORD, World},
};

async fn invite(world: &World, name: &str, customer: Option<&str>, print: bool) -> AdminMailOutcome {
    let node = &world.app.node;
    admin_invite(&node.db, &*node.entropy, node.now(), &Inviting { name, customer, print }).await.unwrap()
}

async fn reset_link(world: &World, name: &str) -> AdminMailOutcome {
    let node = &world.app.node;
    admin_reset_link(&node.db, &*node.entropy, node.now(), name).await.unwrap()
}

/// Applies a seed file.
async fn seed(world: &World, text: &str) -> Vec<Change> {
    let source = SourceText::new(std::path::Path::new("seed.toml"), text.to_owned());
    let file = SeedFile::read(source, world.app.node.site).unwrap();
    apply(&world.app.node, &file, false, &|_, _| {}).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_k18_inv_k19_an_administrator_sends_a_link_also_where_people_may_not() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let world = &post.world;
        world.set("accounts.self_service_reset", json!(false)).await;
        let outcome = reset_link(world, "bob").await;
        assert!(matches!(outcome, AdminMailOutcome::Mailed(to) if to == "bob@mail.example"), "{engine:?}");
        let link = path(&post.mail().await.link("/password/reset"));
        let mut browser = world.app.browser();
        let page = browser.go(&link).await;
        type_password(&mut browser, &page, NEW).await;
        assert!(post.opens("bob", NEW).await, "{engine:?}");
        world.change_user(world.nora, |user| user.attributes.emails[0].verified = false).await;
        assert!(matches!(reset_link(world, "nora").await, AdminMailOutcome::NoAddress), "{engine:?}");
        assert!(matches!(reset_link(world, "nobody").await, AdminMailOutcome::NoSuchUser), "{engine:?}");
        world.change_user(world.bob, |user| user.active = false).await;
        assert!(matches!(reset_link(world, "bob").await, AdminMailOutcome::Disabled), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_q18_an_invitation_is_mailed_or_printed() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let world = &post.world;
        let (ida, _) = post.invited("ida@acme.example").await;
        let outcome = invite(world, "ida@acme.example", None, false).await;
        assert!(matches!(outcome, AdminMailOutcome::Mailed(_)), "{engine:?}");
        let mailed = path(&post.mail().await.link("/invite"));
        assert_eq!(world.app.browser().go(&mailed).await.status, 200, "{engine:?}");
        let AdminMailOutcome::Printed(link) = invite(world, "ida@acme.example", Some("acme"), true).await else {
            panic!("{engine:?}: not printed")
        };
        assert_eq!(world.app.browser().go(&mailed).await.status, 410, "{engine:?}: one live link");
        let mut browser = world.app.browser();
        let page = browser.go(&format!("/invite?t={}", link.token.expose())).await;
        type_password(&mut browser, &page, NEW).await;
        assert_eq!(post.status(ida).await, UserStatus::Active, "{engine:?}");
        assert_eq!(post.reference_status(ida).await, ReferenceStatus::Active, "{engine:?}");
        assert!(!post.is_verified(ida).await, "{engine:?}: what was printed proves no mailbox");
        for (name, customer) in [("bob", None), ("bob", Some("BETA")), ("bob", Some("NONE")), ("nobody", None)] {
            let outcome = invite(world, name, customer, true).await;
            let refused = matches!(
                outcome,
                AdminMailOutcome::NothingToAccept | AdminMailOutcome::NotThere(_) | AdminMailOutcome::NoSuchUser
            );
            assert!(refused, "{engine:?} {name} {customer:?}");
        }
    }
}

const AUTO: &str = "[settings]\n\"accounts.auto_create_user\" = true\n";

#[tokio::test(flavor = "multi_thread")]
async fn inv_q14_a_new_companys_contact_gets_a_login_and_an_invitation() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let world = &post.world;
        let gamma = "[[customer]]\ncode = \"GAMMA\"\nemails = [{ value = \"gun@gamma.example\", primary = true }]\n";
        seed(world, gamma).await;
        assert!(post.settle().await.is_empty(), "{engine:?}: off unless said otherwise");
        let delta = gamma.replace("GAMMA", "DELTA").replace("gun@gamma", "dan@delta");
        let changes = seed(world, &format!("{AUTO}{delta}")).await;
        assert!(changes.iter().any(|it| it.name == "dan@delta.example at DELTA"), "{engine:?} {changes:?}");
        let mail = post.mail().await;
        assert_eq!(mail.to, ["dan@delta.example"], "{engine:?}");
        let mut browser = world.app.browser();
        let page = browser.go(&path(&mail.link("/invite"))).await;
        assert!(page.text().contains("DELTA"), "{engine:?} {}", page.text());
        type_password(&mut browser, &page, NEW).await;
        assert!(post.opens("dan@delta.example", NEW).await, "{engine:?}");
        // The same file again changes nothing and invites nobody.
        assert!(seed(world, &delta).await.iter().all(|it| it.outcome == Outcome::Unchanged), "{engine:?}");
        assert!(post.settle().await.is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_q14_what_is_in_the_way_of_a_login_is_told_and_fails_no_company() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let world = &post.world;
        let changes = seed(world, &format!("{AUTO}[[customer]]\ncode = \"MUTE\"\n")).await;
        let skipped = |changes: &[Change]| -> Vec<String> {
            let skipped = changes.iter().filter(|it| it.outcome == Outcome::Skipped);
            skipped.flat_map(|it| it.fields.clone()).collect()
        };
        assert_eq!(skipped(&changes), ["loginNotCreated:noEmail"], "{engine:?}");
        world.set("accounts.quota.base", json!(2)).await;
        let full = "[[customer]]\ncode = \"FULL\"\nemails = [{ value = \"finn@full.example\" }]\n";
        assert_eq!(skipped(&seed(world, full).await), ["loginNotCreated:quota"], "{engine:?}");
        let customers = "SELECT COUNT(*) FROM customer WHERE code IN ('MUTE', 'FULL')";
        assert_eq!(world.app.test.number(customers).await, 2, "{engine:?}");
        assert!(post.settle().await.is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_o13_a_contact_who_has_a_login_is_asked_to_join_and_keeps_the_password() {
    for engine in ENGINES {
        let post = Post::new(engine).await;
        let world = &post.world;
        let text = "[[customer]]\ncode = \"GAMMA\"\nemails = [{ value = \"Nora@mail.example\" }]\n";
        seed(world, &format!("{AUTO}{text}")).await;
        let mail = post.mail().await;
        let mut browser = world.app.browser();
        let page = browser.go(&path(&mail.link("/invite"))).await;
        let page = browser.go(&page.attribute("id=\"invite-sign-in\"", "href").unwrap()).await;
        let page = browser.sign_in(&page, "nora", PASSWORD).await;
        let done = browser.submit(&page, "id=\"invite-accept\"", &[("action", "accept")]).await;
        assert!(done.text().contains("You have accepted"), "{engine:?} {}", done.text());
        assert!(post.opens("nora", PASSWORD).await, "{engine:?}");
        let mut tx = world.app.node.db.read().await.unwrap();
        let candidates = store::reference::candidates_for_user(&mut tx, world.nora).await.unwrap();
        assert!(candidates.len() == 1 && candidates[0].usable, "{engine:?} {candidates:?}");
    }
}

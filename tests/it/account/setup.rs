//! The first administrator: once, by whoever holds the link, and by nobody once there is one (experience.md, first run).

use std::time::Duration;

use usher::{
    base::{
        bearer::{BearerKind, read},
        id::AdminRoleId,
        login_name::LoginName,
    },
    flow::{
        admin_grant::{AdminGrantOutcome, admin_grant},
        setup::{SetupOutcome, Typed, setup},
    },
    identity::admin_role::{AdminRole, Holder, Role},
    store,
};

use crate::support::{
    app::TestApp,
    browser::{Answer, Browser},
    engine::ENGINES,
    world::World,
};

const FIELDS: [(&str, &str); 3] =
    [("name", "Olga Ek"), ("email", "olga@vendor.example"), ("new_password", "vexing-marsh-lantern-09")];

async fn send(browser: &mut Browser, page: &Answer) -> Answer {
    browser.submit(page, "setup-submit", &FIELDS).await
}

#[track_caller]
fn assert_refused(page: &Answer) {
    assert_eq!((page.status.as_u16(), page.location()), (410, None), "{} {}", page.at, page.text());
    assert!(page.text().contains("This link has been used or is too old"), "{}", page.text());
}

/// How many administrators there are, and whether Olga is somebody.
async fn found(app: &TestApp) -> (i64, bool) {
    let mut tx = app.node.db.read().await.unwrap();
    let olga = LoginName::parse("olga@vendor.example").unwrap();
    let olga = store::user::find_by_login_name(&mut tx, &olga).await.unwrap();
    (store::admin_role::count_system_admins(&mut tx).await.unwrap(), olga.is_some())
}

async fn make_anna_administrator(world: &World) {
    let node = &world.app.node;
    let granted = admin_grant(&node.db, &*node.entropy, node.now(), "anna@acme.example", Role::SystemAdmin, &[]).await;
    assert_eq!(granted.unwrap(), AdminGrantOutcome::Granted);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_administrator_is_made_once_and_signs_in_like_everybody() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let link = world.app.setup_link().await;
        let mut browser = world.app.browser();
        let page = browser.go(&link).await;
        // What is to be put right is said at once, and uses nothing up.
        let wrong = [("name", " "), ("email", "olga"), ("new_password", "abc")];
        let page = browser.submit(&page, "setup-submit", &wrong).await;
        assert_eq!(page.status, 200, "{engine:?}");
        for id in ["name-error", "email-error", "new_password-error"] {
            assert!(page.text().contains(&format!("id=\"{id}\"")), "{engine:?} {id} {}", page.text());
        }
        let taken = [("name", "Olga"), ("email", "ANNA@acme.example"), ("new_password", "vexing-marsh-lantern-09")];
        let page = browser.submit(&page, "setup-submit", &taken).await;
        assert!(page.text().contains("id=\"email-error\""), "{engine:?} {}", page.text());
        let done = send(&mut browser, &page).await;
        assert_eq!(done.status, 200, "{engine:?}");
        assert!(done.text().contains("Usher is set up") && done.text().contains("olga@vendor.example"), "{engine:?}");
        assert!(!browser.cookies.contains_key("usher-sid"), "{engine:?}: it signs nobody in");
        assert_eq!(found(&world.app).await, (1, true), "{engine:?}");
        assert_refused(&send(&mut browser, &page).await);
        assert_refused(&world.app.browser().go(&link).await);
        let mut browser = world.app.browser();
        let page = browser.go(&crate::support::portal::authorize(&[])).await;
        let answer = browser.sign_in(&page, "olga@vendor.example", "vexing-marsh-lantern-09").await;
        assert!(answer.redirect_params().contains_key("code"), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_setup_is_refused_once_there_is_an_administrator() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let link = world.app.setup_link().await;
        let mut early = world.app.browser();
        let page = early.go(&link).await;
        assert!(page.text().contains("setup-submit"), "{engine:?}");
        make_anna_administrator(&world).await;
        // The link is live: nobody used it. It opens nothing any more, not even the page that was open before.
        assert_refused(&world.app.browser().go(&link).await);
        assert_refused(&early.get("/setup").await);
        let mut early = world.app.browser();
        early.cookies.insert("usher-link".to_owned(), link.split_once("?t=").unwrap().1.to_owned());
        assert_refused(&send(&mut early, &page).await);
        assert_refused(&early.post("/setup", &FIELDS).await);
        assert_eq!(found(&world.app).await, (1, false), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_setup_is_refused_when_an_administrator_appears_in_the_last_moment() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let link = world.app.setup_link().await;
        let presented = read(BearerKind::SetupLink, link.split_once("?t=").unwrap().1).unwrap();
        let node = &world.app.node;
        // Somebody else is about to become administrator; set-up waits for the outcome with its own decision.
        let mut tx = node.db.write().await.unwrap();
        assert_eq!(store::admin_role::system_admins(&mut tx).await.unwrap(), 0);
        let role = AdminRole {
            id: AdminRoleId::new(&*node.entropy, node.now()),
            holder: Holder::User(world.anna),
            role: Role::SystemAdmin,
            customers: Vec::new(),
            created_at: node.now(),
            updated_at: node.now(),
        };
        store::admin_role::insert(&mut tx, &role).await.unwrap();
        let [(_, name), (_, email), (_, password)] = FIELDS;
        let typed = Typed { name, email, password };
        let meanwhile = async {
            tokio::time::sleep(Duration::from_millis(200)).await;
            tx.commit().await.unwrap();
        };
        let (outcome, ()) = futures_util::future::join(setup(node, &presented, &typed), meanwhile).await;
        assert!(matches!(outcome.unwrap(), SetupOutcome::LinkGone), "{engine:?}");
        assert_eq!(found(&world.app).await, (1, false), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_of_two_people_at_one_link_one_becomes_administrator() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let link = app.setup_link().await;
        let (mut first, mut second) = (app.browser(), app.browser());
        let pages = (first.go(&link).await, second.go(&link).await);
        let other = [("name", "Eve"), ("email", "eve@vendor.example"), ("new_password", "vexing-marsh-lantern-09")];
        let (one, two) =
            futures_util::future::join(send(&mut first, &pages.0), second.submit(&pages.1, "setup-submit", &other))
                .await;
        let mut statuses = [one.status.as_u16(), two.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 410], "{engine:?}");
        assert_eq!(found(&app).await.0, 1, "{engine:?}");
    }
}

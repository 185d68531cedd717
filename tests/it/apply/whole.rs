//! A file with every table and every key.

use usher::{
    config::settings::Level,
    flow::apply::Outcome,
    identity::{
        admin_role::{Holder, Role},
        license::{Assignee, LicenseAction},
        membership::Standing,
        permission::{Grounds, effective},
        profile,
    },
    store,
};

use super::{applied, audit_log, customer, refused, told, try_apply, user};
use crate::support::{
    app::TestApp,
    engine::{ENGINES, Engine},
};

const WHOLE: &str = include_str!("whole.toml");

/// The seed of `usher demo`, as it is filled in at the start.
fn demo() -> String {
    include_str!("../../../src/cli/demo/seed.toml")
        .replace("{secret}", "0123456789abcdef0123456789abcdef")
        .replace("{portal}", "http://localhost:8090")
}

#[tokio::test]
async fn every_key_is_applied_and_applying_again_changes_nothing() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let first = applied(&app.node, WHOLE).await;
        // Settings always replace something: the default.
        let new = first.iter().filter(|it| it.kind != "setting");
        assert!(new.clone().all(|it| it.outcome == Outcome::Created), "{engine:?}: {:#?}", told(&first));
        assert_eq!(new.count(), 24, "{:#?}", told(&first));
        let catalog = app.node.db.versions().catalog();
        let again = applied(&app.node, WHOLE).await;
        assert_eq!(told(&again), Vec::<String>::new(), "{engine:?}");
        assert_eq!(again.len(), first.len());
        assert_eq!(app.node.db.versions().catalog(), catalog, "nobody is told to load anything again");
    }
}

#[tokio::test]
async fn what_the_file_says_is_what_the_store_holds() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        applied(&app.node, WHOLE).await;
        let mut tx = app.node.db.read().await.unwrap();
        let acme = customer(&mut tx, "acme").await;
        assert_eq!((acme.display_name.as_str(), acme.ledger_number.as_deref()), ("Acme AB", Some("10017")));
        assert_eq!(acme.parent, Some(customer(&mut tx, "HOLDING").await.id));
        assert_eq!(acme.attributes.quota_limit, Some(5));
        let anna = user(&mut tx, "Anna@ACME.example").await;
        assert_eq!(anna.name().as_deref(), Some("Anna Berg"));
        assert_eq!(anna.attributes.claims.birthdate.as_deref(), Some("1990-01-31"));
        let standing = standing(&mut tx, &anna, &acme).await;
        let groups: Vec<&str> = standing.groups.iter().map(|group| group.display_name.as_str()).collect();
        assert_eq!(groups.len(), 2, "the nested group counts too: {groups:?}");
        assert_eq!(permissions(&mut tx, &standing).await, ["orders.create", "orders.read"]);
        let reference = standing.reference().unwrap();
        let licenses = store::license::for_membership(&mut tx, acme.id, reference.id, anna.id).await.unwrap();
        assert_eq!(licenses.len(), 1);
        assert_eq!(licenses[0].actions, [LicenseAction::Read, LicenseAction::Activate, LicenseAction::Release]);
        let assigned = store::license::assignments(&mut tx, licenses[0].id).await.unwrap();
        assert_eq!(assigned.len(), 3);
        assert!(assigned.contains(&Assignee::Reference(reference.id)));
        let frida = user(&mut tx, "frida").await.id;
        let roles = store::admin_role::of_user(&mut tx, frida).await.unwrap();
        assert_eq!(roles, [Role::Auditor, Role::SystemAdmin]);
        let limited = store::admin_role::find(&mut tx, &Holder::Client("svc".into()), Role::UserAdmin).await.unwrap();
        assert_eq!(limited.unwrap().customers, [acme.id]);
        let portal = store::client::find(&mut tx, "portal").await.unwrap().unwrap();
        assert_eq!(portal.metadata.customers, [acme.id.text()], "kept by id: codes can be given away");
        drop(tx);
        let settings = &app.node.snapshot().await.unwrap().settings;
        let scope = usher::config::settings::Scope { customer: Some(acme.id), ..Default::default() };
        assert_eq!(settings.get(&usher::config::settings::LOCKOUT_MAX_ATTEMPTS, &scope), 7);
        assert!(settings.get(&usher::config::settings::AUTO_CREATE_USER, &scope));
    }
}

async fn standing(
    tx: &mut store::Tx,
    user: &usher::identity::user::User,
    customer: &usher::identity::customer::Customer,
) -> Standing {
    let reference = store::reference::find_by_user(tx, customer.id, user.id).await.unwrap().unwrap();
    store::membership::load(tx, user.id, Some(reference.id), None).await.unwrap().unwrap().standing
}

async fn permissions(tx: &mut store::Tx, standing: &Standing) -> Vec<String> {
    let catalogue = store::permission::catalogue(tx).await.unwrap();
    let profiles = store::profile::all(tx).await.unwrap();
    let membership = standing.membership.as_ref().unwrap();
    let grounds = Grounds {
        catalogue: &catalogue,
        profile: profile::of_customer(&profiles, membership.customer.profile),
        reference: &membership.reference,
        groups: &standing.groups,
        audience: &["https://portal.example/api".to_owned()],
        filter: &[],
    };
    effective(&grounds).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn the_seed_of_the_demo_applies() {
    let app = TestApp::new(Engine::Sqlite).await;
    let first = applied(&app.node, &demo()).await;
    assert!(first.iter().all(|change| change.outcome == Outcome::Created));
    assert_eq!(told(&applied(&app.node, &demo()).await), Vec::<String>::new());
}

#[tokio::test]
async fn a_dry_run_says_the_same_and_writes_nothing() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let dry = try_apply(&app.node, WHOLE, true).await.unwrap();
        let mut tx = app.node.db.read().await.unwrap();
        assert!(store::client::all(&mut tx).await.unwrap().is_empty());
        assert!(store::setting::all(&mut tx).await.unwrap().is_empty());
        drop(tx);
        assert_eq!(audit_log(&app.test.url).await.iter().filter(|it| it.2.contains("apply")).count(), 0);
        assert_eq!(dry, applied(&app.node, WHOLE).await);
    }
}

#[tokio::test]
async fn one_wrong_name_at_the_end_and_nothing_is_written() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let before = app.node.db.versions().catalog();
        let text = format!("{WHOLE}\n[[reference]]\ncustomer = \"AKME\"\nuser = \"anna@acme.example\"\n");
        let error = refused(&app.node, &text).await;
        assert_eq!(
            error,
            "there is no customer \"AKME\", neither in this file nor in the database; did you mean \"ACME\"?"
        );
        let mut tx = app.node.db.read().await.unwrap();
        assert!(store::client::all(&mut tx).await.unwrap().is_empty(), "{engine:?}");
        assert!(store::permission::catalogue(&mut tx).await.unwrap().is_empty());
        assert!(store::setting::all(&mut tx).await.unwrap().is_empty());
        drop(tx);
        assert_eq!(app.node.db.versions().catalog(), before);
        assert!(audit_log(&app.test.url).await.iter().all(|(_, _, detail)| !detail.contains("apply")));
    }
}

#[tokio::test]
async fn a_running_server_follows() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let (server, _router) = app.beside().await;
        assert!(server.snapshot().await.unwrap().client("portal").is_none());
        applied(&app.node, WHOLE).await;
        store::version::refresh(&server.db, server.now()).await.unwrap();
        let snapshot = server.snapshot().await.unwrap();
        assert!(snapshot.client("portal").is_some(), "{engine:?}");
        assert_eq!(snapshot.permissions.len(), 3);
    }
}

#[tokio::test]
async fn sec_s11_each_change_is_audited_without_secrets_and_data_of_people() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let changes = applied(&app.node, WHOLE).await;
        let log: Vec<_> = audit_log(&app.test.url).await.into_iter().filter(|it| it.2.contains("\"apply\"")).collect();
        assert_eq!(log.len(), changes.len(), "one entry for each object");
        let count = |action: &str| log.iter().filter(|(it, _, _)| it == action).count();
        assert_eq!((count("user.created"), count("customer.created"), count("role.granted")), (3, 3, 2));
        for (action, _, detail) in &log {
            for secret in ["anna@acme", "Berg", "hunter2", "correct horse", "portal-secret", "1990-01-31"] {
                assert!(!detail.contains(secret), "{action}: {detail}");
            }
        }
        let told = r#"{"changes":{"value":{"new":7,"old":null}},"via":"apply"}"#;
        assert!(log.iter().any(|(action, _, detail)| action == "setting.changed" && detail == told), "{log:#?}");
        // The secret among the settings is sealed.
        let mut tx = app.node.db.read().await.unwrap();
        let rows = store::setting::all(&mut tx).await.unwrap();
        let mail = rows.iter().find(|row| row.name == "mail.url").unwrap();
        assert!(mail.level == Level::Instance.text() && mail.value.starts_with("\"v1."), "{}", mail.value);
    }
}

#[tokio::test]
async fn two_at_once_leave_what_one_leaves() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let (other, _router) = app.beside().await;
        let (first, second) = tokio::join!(try_apply(&app.node, WHOLE, false), try_apply(&other, WHOLE, false));
        // One may have to give way to the other; it then wrote nothing.
        assert!(first.is_ok() || second.is_ok(), "{engine:?}: {first:?} {second:?}");
        assert_eq!(told(&applied(&app.node, WHOLE).await), Vec::<String>::new(), "{engine:?}");
        let created =
            audit_log(&app.test.url).await.into_iter().filter(|(action, _, _)| action == "user.created").count();
        assert_eq!(created, 3, "{engine:?}");
    }
}

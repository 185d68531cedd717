//! `usher admin`, on both engines, beside a node that has the database open.

use std::time::Duration;

use usher::{
    authn::{
        lockout::{BucketKey, LockoutSettings},
        passkey::NewPasskey,
    },
    base::{
        bearer::{BearerKind, read},
        clock::{Clock, SystemClock},
        entropy::SystemEntropy,
        id::{CustomerId, UserId},
        moment::Moment,
    },
    identity::{
        admin_role::{Holder, Role},
        customer::Customer,
        user::{User, UserAttributes, UserType},
    },
    store::{self, link::LinkPurpose, lockout},
};
use uuid::Uuid;

use super::{Place, Said};
use crate::support::engine::{ENGINES, TestDb, migrated};

/// Commands on a database that somebody else has open too.
struct Desk {
    db: TestDb,
    place: Place,
}

impl Desk {
    async fn open(engine: crate::support::engine::Engine) -> Self {
        let db = migrated(engine).await;
        let place = Place::new().with("USHER__DATABASE__URL", db.url.clone());
        // Whoever has the database of a node has its key, too.
        let place = place.with("USHER__KEYS__KEK", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=");
        Self { db, place }
    }

    fn admin(&self, args: &[&str]) -> Said {
        self.place.run(&[&["admin"], args].concat())
    }

    async fn add_user(&self, name: &str, active: bool) -> UserId {
        let now = SystemClock.now();
        let user = User {
            id: UserId::new(&SystemEntropy::default(), now),
            user_name: name.to_owned(),
            user_type: UserType::Customer,
            locale: None,
            managed_by: None,
            active,
            blocked: false,
            epoch: 0,
            attributes: UserAttributes::default(),
            last_sign_in_at: None,
            created_at: now,
            updated_at: now,
        };
        let mut tx = self.db.db.write().await.unwrap();
        store::user::insert(&mut tx, &user).await.unwrap();
        tx.commit().await.unwrap();
        user.id
    }

    async fn add_customer(&self, code: &str) -> CustomerId {
        let now = SystemClock.now();
        let customer = Customer {
            id: CustomerId::new(&SystemEntropy::default(), now),
            code: code.parse().unwrap(),
            display_name: code.to_owned(),
            active: true,
            ledger_number: None,
            parent: None,
            profile: None,
            attributes: Default::default(),
            created_at: now,
            updated_at: now,
        };
        let mut tx = self.db.db.write().await.unwrap();
        store::customer::insert(&mut tx, &customer).await.unwrap();
        tx.commit().await.unwrap();
        customer.id
    }

    /// Whether the link in what a command printed is good for `purpose`, and whose it is.
    async fn link(
        &self,
        out: &str,
        path: &str,
        kind: BearerKind,
        purpose: LinkPurpose,
        at: Moment,
    ) -> Option<Option<UserId>> {
        let prefix = format!("  http://localhost:8080/{path}?t=");
        let token = out.lines().find_map(|line| line.strip_prefix(&prefix)).unwrap();
        let presented = read(kind, token).unwrap();
        store::link::peek(&mut self.db.db.read().await.unwrap(), &presented, purpose, at).await.unwrap()
    }
}

fn later(minutes: u64) -> Moment {
    SystemClock.now().plus(Duration::from_secs(60 * minutes))
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_administrator_the_link_sets_up_and_with_one_it_needs_a_name() {
    for engine in ENGINES {
        let desk = Desk::open(engine).await;
        let kind = (BearerKind::SetupLink, LinkPurpose::Setup);
        let first = desk.admin(&["link"]).ok();
        assert!(first.contains("works once"), "{first}");
        assert_eq!(desk.link(&first, "setup", kind.0, kind.1, later(29)).await, Some(None));
        assert_eq!(desk.link(&first, "setup", kind.0, kind.1, later(31)).await, None);
        let second = desk.admin(&["link"]).ok();
        assert_eq!(desk.link(&first, "setup", kind.0, kind.1, later(1)).await, None, "one live link");
        assert_eq!(desk.link(&second, "setup", kind.0, kind.1, later(1)).await, Some(None));

        desk.add_user("anna", true).await;
        desk.admin(&["grant", "anna", "auditor"]).ok();
        desk.admin(&["link"]).ok();
        desk.admin(&["grant", "anna", "system-admin"]).ok();
        assert!(desk.admin(&["link"]).failed().contains("name the user"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_name_the_link_sets_the_password_of_that_user() {
    for engine in ENGINES {
        let desk = Desk::open(engine).await;
        let anna = desk.add_user("anna@acme.example", true).await;
        desk.add_user("gone", false).await;
        let kind = (BearerKind::PasswordLink, LinkPurpose::Password);
        let out = desk.admin(&["link", "ANNA@acme.example"]).ok();
        assert_eq!(desk.link(&out, "password/reset", kind.0, kind.1, later(14)).await, Some(Some(anna)));
        assert_eq!(desk.link(&out, "password/reset", kind.0, kind.1, later(16)).await, None);
        assert_eq!(desk.admin(&["link", "bo"]).failed(), "usher: nobody signs in as bo\n");
        assert_eq!(desk.admin(&["link", "no name\t"]).code, 1);
        assert!(desk.admin(&["link", "gone"]).failed().contains("is disabled"));
        let json = desk.admin(&["link", "anna@acme.example", "--json"]).json();
        assert!(json["url"].as_str().unwrap().starts_with("http://localhost:8080/password/reset?t=pl_"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dec_d11_a_role_is_granted_and_a_running_node_hears_of_it() {
    for engine in ENGINES {
        let desk = Desk::open(engine).await;
        let db = &desk.db.db;
        let anna = desk.add_user("anna", true).await;
        let acme = desk.add_customer("ACME").await;
        store::version::refresh(db, SystemClock.now()).await.unwrap();
        let before = db.versions().state();
        assert_eq!(desk.admin(&["grant", "anna", "user-admin", "--customer", "acme"]).ok(), "anna is user-admin now\n");
        store::version::refresh(db, SystemClock.now()).await.unwrap();
        assert_ne!(db.versions().state(), before);

        let mut tx = db.read().await.unwrap();
        let held = store::admin_role::find(&mut tx, &Holder::User(anna), Role::UserAdmin).await.unwrap().unwrap();
        assert_eq!(held.customers, [acme]);
        assert_eq!(store::user::find(&mut tx, anna).await.unwrap().unwrap().user_type, UserType::Admin);
        drop(tx);
        assert!(desk.admin(&["grant", "anna", "user-admin", "--customer", "ACME"]).ok().contains("already"));
        assert!(desk.admin(&["grant", "anna", "user-admin"]).ok().contains("for other customers"));
        let json = desk.admin(&["grant", "anna", "user-admin", "--json"]).json();
        assert_eq!(json, serde_json::json!({"changed": false}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_cannot_be_granted_is_refused() {
    let desk = Desk::open(ENGINES[0]).await;
    desk.add_user("anna", true).await;
    assert_eq!(desk.admin(&["grant", "bo", "auditor"]).failed(), "usher: nobody signs in as bo\n");
    let unknown = desk.admin(&["grant", "anna", "user-admin", "--customer", "NOBODY"]).failed();
    assert_eq!(unknown, "usher: no customer has the code NOBODY\n");
    assert_eq!(desk.admin(&["grant", "anna", "auditor", "--customer", "NOBODY"]).code, 2);
    let wrong = desk.admin(&["grant", "anna", "root"]);
    assert!(wrong.code == 2 && wrong.err.contains("system-admin, user-admin, auditor"), "{}", wrong.err);
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_x1_unlock_ends_both_kinds_of_lock() {
    for engine in ENGINES {
        let desk = Desk::open(engine).await;
        let db = &desk.db.db;
        let anna = desk.add_user("anna", true).await;
        assert_eq!(desk.admin(&["unlock", "anna"]).ok(), "anna was not locked\n");
        let (key, now) = (BucketKey::untrusted(anna), SystemClock.now());
        for slot in 0..5 {
            let mut tx = db.write().await.unwrap();
            lockout::fail(&mut tx, &key, Uuid::from_u128(slot), &LockoutSettings::default(), now).await.unwrap();
            tx.commit().await.unwrap();
        }
        assert!(lockout::is_locked(&mut db.read().await.unwrap(), anna, now).await.unwrap());
        assert_eq!(desk.admin(&["unlock", "anna"]).ok(), "anna is unlocked\n");
        assert!(!lockout::is_locked(&mut db.read().await.unwrap(), anna, now).await.unwrap());

        let mut tx = db.write().await.unwrap();
        assert!(store::user::set_blocked(&mut tx, anna, true, now).await.unwrap());
        tx.commit().await.unwrap();
        assert_eq!(desk.admin(&["unlock", "anna", "--json"]).json(), serde_json::json!({"changed": true}));
        assert!(!store::user::find(&mut db.read().await.unwrap(), anna).await.unwrap().unwrap().blocked);
        assert_eq!(desk.admin(&["unlock", "bo"]).failed(), "usher: nobody signs in as bo\n");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m23_reset_mfa_takes_every_factor_with_a_reason() {
    for engine in ENGINES {
        let desk = Desk::open(engine).await;
        let db = &desk.db.db;
        let anna = desk.add_user("anna", true).await;
        let why = ["--reason", "Lost phone, case 4711"];
        let reset = |user: &str, more: &[&str]| desk.admin(&[&["reset-mfa", user], &why[..], more].concat());
        assert_eq!(reset("anna", &[]).ok(), "anna has no second factor\n");
        assert_eq!(reset("anna", &["--json"]).json(), serde_json::json!({"changed": false}));
        let add = async || {
            let mut tx = db.write().await.unwrap();
            let passkey = NewPasskey {
                credential_id: "AQID".into(),
                credential: "{}".into(),
                name: None,
                synchronised: true,
                counter: 0,
            };
            store::passkey::insert(&mut tx, Uuid::from_u128(7), anna, &passkey, SystemClock.now()).await.unwrap();
            tx.commit().await.unwrap();
        };
        add().await;
        assert_eq!(desk.admin(&["reset-mfa", "anna"]).code, 2, "no reason");
        assert_eq!(desk.admin(&["reset-mfa", "anna", "--reason", " - "]).code, 2, "no reason either");
        let left = async || store::passkey::of_user(&mut db.read().await.unwrap(), anna).await.unwrap().len();
        assert_eq!(left().await, 1);
        let said = reset("anna", &[]).ok();
        assert!(said.starts_with("anna has no second factor now: 1 removed"), "{said}");
        assert!(said.contains("`usher admin link anna`"), "there is no password: {said}");
        assert_eq!(left().await, 0);
        add().await;
        let data = serde_json::json!({
            "changed": true, "factors": 1, "trusted_browsers": 0, "sessions": 0, "needs_password": true,
            "link_mailed": false,
        });
        assert_eq!(reset("anna", &["--json"]).json(), data);
        assert_eq!(reset("bo", &[]).failed(), "usher: nobody signs in as bo\n");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_without_its_schema_is_refused() {
    let place = Place::new();
    for args in [["admin", "link"].as_slice(), &["admin", "unlock", "anna"], &["admin", "grant", "anna", "auditor"]] {
        let said = place.run(args).failed();
        assert!(said.contains("migrations are pending: run `usher migrate`"), "{said}");
    }
}

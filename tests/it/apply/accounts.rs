//! Logins: names, passwords, quota, administrators.

use usher::{
    authn::password::PasswordInput,
    flow::admin_link::{AdminLinkOutcome, admin_link},
    hashing::{Lane, Verdict},
    identity::{admin_role::Role, reference::ReferenceStatus, selection, user::UserType},
    store,
};

use super::{applied, audit_log, customer, refused, told, try_apply, user};
use crate::support::{
    app::TestApp,
    engine::ENGINES,
    portal::{authorize, claims, code_of},
    stub::{Reply, Stub},
    world::{PASSWORD, World},
};

/// Whether the login has this password.
async fn verifies(app: &TestApp, name: &str, password: &str) -> bool {
    let mut tx = app.node.db.read().await.unwrap();
    let user = user(&mut tx, name).await;
    let hash = store::password::find(&mut tx, user.id).await.unwrap();
    drop(tx);
    let input = PasswordInput::parse(password).unwrap();
    let stored = hash.as_ref().map(|hash| hash.expose().as_str());
    matches!(app.node.hashing.verify(Lane::Admin, name, stored, input).await, Ok(Verdict::Match { .. }))
}

async fn references(app: &TestApp, name: &str) -> Vec<selection::Candidate> {
    let mut tx = app.node.db.read().await.unwrap();
    let user = user(&mut tx, name).await;
    store::reference::candidates_for_user(&mut tx, user.id).await.unwrap()
}

#[tokio::test]
async fn inv_k29_two_customers_that_share_a_login_are_one_user_with_two_references() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let text = r#"
            customer = [{ code = "ACME" }, { code = "BETA" }]
            user = [{ userName = "anna@acme.example", name = { givenName = "Anna" } }]
            reference = [{ customer = "ACME", user = "ANNA@acme.example" }, { customer = "BETA", user = "anna@acme.example", displayName = "Anna B" }]
        "#;
        let changes = applied(&app.node, text).await;
        assert_eq!(changes.iter().filter(|it| it.kind == "user").count(), 1);
        let found = references(&app, "anna@acme.example").await;
        let mut names: Vec<_> = found.iter().map(|it| (it.code.as_str(), it.reference_name.as_str())).collect();
        names.sort_unstable();
        assert_eq!(names, [("ACME", "Anna"), ("BETA", "Anna B")], "{engine:?}");
    }
}

#[tokio::test]
async fn inv_o13_a_new_reference_never_touches_the_credential() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let text = "[[customer]]\ncode = \"GAMMA\"\n\n[[user]]\nuserName = \"bob\"\npassword = \"another horse battery staple\"\n\n\
                    [[reference]]\ncustomer = \"GAMMA\"\nuser = \"bob\"\ninternetUser = true\n";
        assert_eq!(told(&applied(&world.app.node, text).await), ["+ customer GAMMA", "+ reference bob at GAMMA"]);
        assert!(verifies(&world.app, "bob", PASSWORD).await, "{engine:?}: the old password still works");
        assert!(!verifies(&world.app, "bob", "another horse battery staple").await);
        let found = references(&world.app, "bob").await;
        assert!(found.len() == 2 && found.iter().all(|it| it.usable), "made by apply, accepted at once");
    }
}

#[tokio::test]
async fn inv_o2_a_contact_without_login_can_get_one_later() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let contact = "[[customer]]\ncode = \"ACME\"\n\n[[reference]]\ncustomer = \"ACME\"\nexternalId = \"7\"\ndisplayName = \"Anna\"\n";
        applied(&app.node, contact).await;
        let find = async || {
            let mut tx = app.node.db.read().await.unwrap();
            let acme = customer(&mut tx, "ACME").await.id;
            store::reference::find_by_external_id(&mut tx, acme, "", "7").await.unwrap().unwrap()
        };
        let before = find().await;
        assert_eq!(before.status(), ReferenceStatus::None);
        let linked = "[[user]]\nuserName = \"anna\"\n\n[[reference]]\ncustomer = \"ACME\"\nexternalId = \"7\"\nuser = \"anna\"\n";
        assert_eq!(told(&applied(&app.node, linked).await), ["+ user anna", "~ reference anna at ACME: user"]);
        let after = find().await;
        assert_eq!((after.id, after.status()), (before.id, ReferenceStatus::Active), "{engine:?}");
        assert!(told(&applied(&app.node, linked).await).is_empty());
    }
}

#[tokio::test]
async fn inv_o10_an_address_as_user_name_signs_in_in_any_case() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        applied(&app.node, "[[user]]\nuserName = \"a+b@x.com\"\npassword = \"correct horse battery staple\"\n").await;
        for name in ["a+b@x.com", "A+B@X.COM"] {
            assert!(verifies(&app, name, "correct horse battery staple").await, "{engine:?} {name}");
        }
    }
}

#[tokio::test]
async fn inv_q13_user_names_and_verified_addresses_share_one_index() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let base = "[[user]]\nuserName = \"bob\"\nemails = [{ value = \"bob@x.example\", verified = true }]\n";
        applied(&app.node, base).await;
        let email = |verified| {
            format!(
                "[[user]]\nuserName = \"carl\"\nemails = [{{ value = \"BOB@x.example\", verified = {verified} }}]\n"
            )
        };
        assert_eq!(refused(&app.node, &email(true)).await, "\"bob@x.example\" already signs in the user \"bob\"");
        let as_name = "[[user]]\nuserName = \"bob@X.example\"\n";
        assert_eq!(
            refused(&app.node, as_name).await,
            "\"bob@X.example\" is the verified e-mail address of the user \"bob\""
        );
        // Unverified addresses are contact data: not unique, and nobody signs in with them.
        applied(&app.node, &email(false)).await;
        assert_eq!(refused(&app.node, &email(true)).await, "\"bob@x.example\" already signs in the user \"bob\"");
        // A name that is given up is free.
        applied(&app.node, "[[user]]\nuserName = \"bob\"\nemails = []\n").await;
        assert_eq!(told(&applied(&app.node, &email(true)).await), ["~ user carl: emails"], "{engine:?}");
        let mut tx = app.node.db.read().await.unwrap();
        assert_eq!(user(&mut tx, "bob@x.example").await.user_name, "carl");
    }
}

#[tokio::test]
async fn inv_o25_two_passwords_for_one_login_are_refused() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let text = "[[user]]\nuserName = \"anna\"\npassword = \"correct horse battery staple\"\n\n\
                    [[user]]\nuserName = \"Anna\"\npassword = \"another horse battery staple\"\n";
        assert_eq!(refused(&app.node, text).await, "user \"anna\" is declared twice");
        let mut tx = app.node.db.read().await.unwrap();
        let name = usher::base::login_name::LoginName::parse("anna").unwrap();
        assert!(store::user::find_by_login_name(&mut tx, &name).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn a_password_in_clear_or_hashed_is_taken_once() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        // A bcrypt hash of "correct horse battery staple" would be known to another system; here one of our own serves.
        let input = PasswordInput::parse("imported horse battery").unwrap();
        let hash = app.node.hashing.hash(Lane::Admin, input).await.unwrap();
        let text = format!(
            "[[user]]\nuserName = \"anna\"\npassword = \"correct horse battery staple\"\n\n[[user]]\nuserName = \"bob\"\npasswordHash = '{hash}'\n"
        );
        applied(&app.node, &text).await;
        assert!(verifies(&app, "anna", "correct horse battery staple").await, "{engine:?}");
        assert!(verifies(&app, "bob", "imported horse battery").await);
        let other = text.replace("correct horse", "wrong horse");
        assert!(told(&applied(&app.node, &other).await).is_empty(), "a password that is there stays");
        assert!(verifies(&app, "anna", "correct horse battery staple").await);
    }
}

#[tokio::test]
async fn dec_d19_the_strictest_rules_of_the_customers_hold() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let text = |length| {
            format!(
                "[[customer]]\ncode = \"ACME\"\n\n[[customer]]\ncode = \"BETA\"\nsettings = {{ \"password.min_length\" = {length} }}\n\n\
                 [[user]]\nuserName = \"anna\"\npassword = \"vexing-marsh\"\n\n\
                 [[reference]]\ncustomer = \"ACME\"\nuser = \"anna\"\n\n[[reference]]\ncustomer = \"BETA\"\nuser = \"anna\"\n"
            )
        };
        assert_eq!(refused(&app.node, &text(15)).await, "user.password: the password must have at least 15 characters");
        applied(&app.node, &text(12)).await;
        assert!(verifies(&app, "anna", "vexing-marsh").await, "{engine:?}");
    }
}

fn people(count: usize) -> String {
    let one = |n| {
        format!(
            "[[user]]\nuserName = \"user{n}\"\n\n[[reference]]\ncustomer = \"ACME\"\nuser = \"user{n}\"\ninternetUser = true\n\n"
        )
    };
    let customer = "[[customer]]\ncode = \"ACME\"\n\n".to_owned();
    customer + &(1..=count).map(one).collect::<String>()
}

#[tokio::test]
async fn inv_q6_accounts_are_counted_and_the_one_too_many_is_refused() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let limit = |n: u32| format!("[settings]\n\"accounts.quota.base\" = {n}\n\n");
        assert_eq!(
            refused(&app.node, &(limit(2) + &people(3))).await,
            "no room for another customer login: 2 of 2 are in use"
        );
        applied(&app.node, &(limit(2) + &people(2))).await;
        assert_eq!(
            refused(&app.node, "[[user]]\nuserName = \"late\"\n").await,
            "no room for another customer login: 2 of 2 are in use"
        );
        // A second reference of somebody who has a seat needs none.
        let second = "[[customer]]\ncode = \"BETA\"\n\n[[reference]]\ncustomer = \"BETA\"\nuser = \"user1\"\ninternetUser = true\n";
        applied(&app.node, second).await;
        // Disabled logins count, unless the setting says otherwise.
        applied(&app.node, "[[user]]\nuserName = \"user1\"\nactive = false\n").await;
        let late = "[[user]]\nuserName = \"late\"\n";
        assert!(refused(&app.node, late).await.starts_with("no room"), "{engine:?}");
        applied(&app.node, "[settings]\n\"accounts.quota.count_disabled\" = false\n").await;
        applied(&app.node, late).await;
        // inventory Q7: packages add seats.
        let package = "[[package]]\nsku = \"ACCOUNTS-1\"\nseats = 1\nvalidTo = 2027-01-01\n\n";
        applied(&app.node, &(package.to_owned() + &people(3))).await;
    }
}

#[tokio::test]
async fn inv_q5_without_quota_there_are_no_customer_logins_but_administrators() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let none = "[settings]\n\"accounts.quota.base\" = 0\n\n[[user]]\nuserName = \"anna\"\n\n";
        assert_eq!(refused(&app.node, none).await, "no room for another customer login: 0 of 0 are in use");
        let admin = none.to_owned() + "[[adminRole]]\nuser = \"anna\"\nrole = \"system-admin\"\n";
        applied(&app.node, &admin).await;
        let mut tx = app.node.db.read().await.unwrap();
        assert_eq!(user(&mut tx, "anna").await.user_type, UserType::Admin, "{engine:?}: the label follows the role");
    }
}

#[tokio::test]
async fn a_customers_own_cap_is_inside_the_quota() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let capped = people(2).replacen("code = \"ACME\"", "code = \"ACME\"\nquota = { limit = 1 }", 1);
        assert_eq!(refused(&app.node, &capped).await, "no room for another login at ACME: 1 of 1 are in use");
        applied(&app.node, &people(2)).await;
        // Lowered below what is in use: nobody loses anything.
        let lower = "[[customer]]\ncode = \"ACME\"\nquota = { limit = 1 }\n";
        assert_eq!(told(&applied(&app.node, lower).await), ["~ customer ACME: quota"], "{engine:?}");
        assert!(references(&app, "user2").await.iter().all(|it| it.usable));
    }
}

#[tokio::test]
async fn the_last_system_admin_stays() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let text = "[[user]]\nuserName = \"frida\"\n\n[[user]]\nuserName = \"gustav\"\n\n\
                    [[adminRole]]\nuser = \"frida\"\nrole = \"system-admin\"\n\n\
                    [[group]]\ndisplayName = \"Admins\"\nadminRole = \"system-admin\"\nmembers = [\"gustav\"]\n";
        applied(&app.node, text).await;
        let frida_off = "[[user]]\nuserName = \"frida\"\nactive = false\n";
        let emptied = "[[group]]\ndisplayName = \"Admins\"\nmembers = []\n";
        assert_eq!(
            refused(&app.node, &format!("{frida_off}\n{emptied}")).await,
            "this would leave nobody with the role system-admin"
        );
        applied(&app.node, frida_off).await;
        for last in [
            emptied,
            "[[group]]\ndisplayName = \"Admins\"\nadminRole = \"auditor\"\n",
            "[[user]]\nuserName = \"gustav\"\nactive = false\n",
        ] {
            assert_eq!(
                refused(&app.node, last).await,
                "this would leave nobody with the role system-admin",
                "{engine:?}"
            );
        }
        let mut tx = app.node.db.read().await.unwrap();
        let gustav = user(&mut tx, "gustav").await.id;
        assert_eq!(store::admin_role::of_user(&mut tx, gustav).await.unwrap(), [Role::SystemAdmin]);
    }
}

#[tokio::test]
async fn dec_d11_nobody_administers_without_being_given_a_role() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        applied(&app.node, "[[user]]\nuserName = \"anna\"\nuserType = \"Admin\"\n\n[[group]]\ndisplayName = \"Staff\"\nmembers = [\"anna\"]\n").await;
        let mut tx = app.node.db.write().await.unwrap();
        let anna = user(&mut tx, "anna").await.id;
        assert!(store::admin_role::of_user(&mut tx, anna).await.unwrap().is_empty());
        assert_eq!(store::admin_role::system_admins(&mut tx).await.unwrap(), 0);
    }
}

#[tokio::test]
async fn inv_q4_every_creation_is_audited_with_its_path() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        applied(&app.node, "[[user]]\nuserName = \"anna\"\n").await;
        let log = audit_log(&app.test.url).await;
        let created: Vec<_> = log.iter().filter(|(action, _, _)| action == "user.created").collect();
        assert_eq!(created.len(), 1, "{engine:?}");
        assert_eq!((created[0].1.as_str(), created[0].2.as_str()), ("user", r#"{"via":"apply"}"#));
    }
}

#[tokio::test]
async fn inv_k4_a_login_keeps_its_id_whatever_its_name_and_addresses() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        applied(&app.node, "[[user]]\nuserName = \"anna\"\nemails = [{ value = \"a@x.example\", verified = true }]\n")
            .await;
        let id = async |name: &str| {
            let mut tx = app.node.db.read().await.unwrap();
            user(&mut tx, name).await.id
        };
        let before = id("anna").await;
        applied(&app.node, "[[user]]\nuserName = \"Anna\"\nemails = [{ value = \"b@x.example\", verified = true }]\n")
            .await;
        assert_eq!((id("anna").await, id("b@x.example").await), (before, before), "{engine:?}");
    }
}

/// A link that sets Bob's password, made now.
async fn link(world: &World) -> String {
    let node = &world.app.node;
    match admin_link(&node.db, &*node.entropy, node.now(), Some("bob")).await.unwrap() {
        AdminLinkOutcome::Password(link) => format!("/password/reset?t={}", link.token.expose()),
        _ => panic!("a link for bob"),
    }
}

async fn works(world: &World, link: &str) -> bool {
    match world.app.browser().go(link).await.status.as_u16() {
        200 => true,
        410 => false,
        other => panic!("{other}"),
    }
}

/// domain.md 5: "userName/e-mail change: … sessions kept, reset links revoked; `sub` same".
#[tokio::test(flavor = "multi_thread")]
async fn sec_s9_a_link_that_went_to_another_address_is_dead_and_the_session_goes_on() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let code = world.code(&mut browser, "bob", &[("scope", "openid offline_access")]).await;
        let tokens = world.redeem(&code).await.json();
        let same = "[[user]]\nuserName = \"bob\"\ntitle = \"Buyer\"\n";
        let before = link(&world).await;
        applied(&world.app.node, same).await;
        assert!(works(&world, &before).await, "{engine:?}: nothing that it was sent to has changed");
        for emails in [
            // Another one to sign in with, the same one no longer proved, a further one, none.
            "[{ value = \"bob@new.example\", verified = true, primary = true }]",
            "[{ value = \"bob@new.example\", primary = true }]",
            "[{ value = \"bob@new.example\", primary = true }, { value = \"bob@old.example\" }]",
            "[]",
        ] {
            let mailed = link(&world).await;
            assert!(works(&world, &mailed).await);
            let text = format!("[[user]]\nuserName = \"bob\"\nemails = {emails}\n");
            assert_eq!(told(&applied(&world.app.node, &text).await), ["~ user bob: emails"]);
            assert!(!works(&world, &mailed).await, "{engine:?} {emails}");
        }
        let again = code_of(&browser.get(&authorize(&[("prompt", "none")])).await);
        let later = world.redeem(&again).await.json();
        let sub = |tokens: &serde_json::Value| claims(tokens["id_token"].as_str().unwrap())["sub"].clone();
        assert_eq!(sub(&later), sub(&tokens), "{engine:?}");
        assert_eq!(world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.status, 200, "{engine:?}");
    }
}

#[tokio::test]
async fn dec_d19_a_seed_file_is_held_to_the_rules_that_hold_on_pages() {
    let service = Stub::start(|_| Reply::text(200, &[], "5286475F72CCD2FAE80B17E872C4DB45CA6:1")).await;
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let text = |password: &str| format!("[[user]]\nuserName = \"anna.berg\"\npassword = \"{password}\"\n");
        for (password, reason) in [
            ("Passw0rd!Passw0rd!", "the password is one of the most common ones"),
            ("AnnaBerg-2024", "the password is made of names that others know"),
        ] {
            let refused = try_apply(&app.node, &text(password), true).await.unwrap_err();
            assert!(refused.contains(&format!("user.password: {reason}")), "{engine:?}: {refused}");
        }
        let settings = format!("[settings]\n\"password.range_url\" = \"{}\"\n\n", service.url());
        let refused = refused(&app.node, &(settings.clone() + &text("tangerine-lamp-stone"))).await;
        assert_eq!(refused, "user.password: the password is known from a breach", "{engine:?}");
        applied(&app.node, &(settings + &text("copper-thicket-lantern"))).await;
        assert!(verifies(&app, "anna.berg", "copper-thicket-lantern").await, "{engine:?}");
    }
}

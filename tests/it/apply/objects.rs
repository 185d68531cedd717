//! Present keys replace whole values, absent ones are left alone, nothing is deleted.

use usher::{
    authn::mfa_policy::MfaPolicy,
    base::bearer::BearerHash,
    config::settings::{LOCKOUT_MAX_ATTEMPTS, MFA_METHODS, MFA_POLICY, Scope},
    identity::permission::{Grounds, effective},
    oidc::client::ClientSecret,
    store,
};

use super::{applied, customer, refused, told, user};
use crate::support::{app::TestApp, engine::ENGINES};

#[tokio::test]
async fn absent_keys_are_left_alone_and_present_ones_replace_the_whole_value() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let first = r#"
            permission = [{ key = "a" }, { key = "b" }]
            user = [{ userName = "anna", name = { givenName = "Anna", familyName = "Berg" }, title = "Buyer", locale = "sv" }]
            customer = [{ code = "ACME", displayName = "Acme", taxId = "1", emails = [{ value = "a@x.example" }, { value = "b@x.example" }] }]
            reference = [{ customer = "ACME", user = "anna", permissions = { a = true, b = false }, roles = ["x", "y"] }]
        "#;
        applied(&app.node, first).await;
        let second = r#"
            user = [{ userName = "anna", name = { givenName = "Anne" }, title = "" }]
            customer = [{ code = "acme", emails = [{ value = "c@x.example" }] }]
            reference = [{ customer = "ACME", user = "anna", permissions = { b = true }, roles = [] }]
        "#;
        assert_eq!(
            told(&applied(&app.node, second).await),
            ["~ customer acme: code emails", "~ user anna: name title", "~ reference anna at ACME: permissions roles"]
        );
        let mut tx = app.node.db.read().await.unwrap();
        let (anna, acme) = (user(&mut tx, "anna").await, customer(&mut tx, "ACME").await);
        let name = &anna.attributes.name;
        assert_eq!((name.given_name.as_deref(), name.family_name.as_deref()), (Some("Anne"), None), "{engine:?}");
        assert_eq!((anna.attributes.title, anna.locale.as_deref()), (None, Some("sv")));
        assert_eq!((acme.display_name.as_str(), acme.attributes.tax_id.as_deref()), ("Acme", Some("1")));
        assert_eq!(acme.attributes.emails.len(), 1);
        let reference = store::reference::find_by_user(&mut tx, acme.id, anna.id).await.unwrap().unwrap();
        assert_eq!(reference.permissions.into_iter().collect::<Vec<_>>(), [("b".to_owned(), true)]);
        assert!(reference.roles.is_empty());
    }
}

#[tokio::test]
async fn what_the_file_does_not_name_stays() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        applied(&app.node, "[[customer]]\ncode = \"ACME\"\n\n[[user]]\nuserName = \"anna\"\n").await;
        applied(&app.node, "[[customer]]\ncode = \"BETA\"\n").await;
        applied(&app.node, "").await;
        let mut tx = app.node.db.read().await.unwrap();
        assert!(customer(&mut tx, "ACME").await.active && user(&mut tx, "anna").await.active, "{engine:?}");
    }
}

#[tokio::test]
async fn inv_o18_a_permission_added_later_is_gained_by_nobody() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let base = r#"
            permission = [{ key = "old", defaultForReference = true }]
            permissionProfile = [{ displayName = "Standard", isDefault = true }]
            customer = [{ code = "ACME" }]
            user = [{ userName = "anna" }]
            reference = [{ customer = "ACME", user = "anna" }]
        "#;
        applied(&app.node, base).await;
        app.clock.advance(std::time::Duration::from_secs(1));
        applied(&app.node, "[[permission]]\nkey = \"new\"\ndefaultForReference = true\n").await;
        assert_eq!(permissions(&app).await, ["old"], "{engine:?}");
        // Given in both places it is there.
        let given = "[[permissionProfile]]\ndisplayName = \"Standard\"\npermissions = { new = true }\n\n\
                     [[reference]]\ncustomer = \"ACME\"\nuser = \"anna\"\npermissions = { new = true }\n";
        applied(&app.node, given).await;
        assert_eq!(permissions(&app).await, ["new", "old"]);
        // A deselected box is an exception: an explicit false.
        applied(&app.node, "[[reference]]\ncustomer = \"ACME\"\nuser = \"anna\"\npermissions = { old = false }\n")
            .await;
        assert!(permissions(&app).await.is_empty());
    }
}

async fn permissions(app: &TestApp) -> Vec<String> {
    let mut tx = app.node.db.read().await.unwrap();
    let (anna, acme) = (user(&mut tx, "anna").await, customer(&mut tx, "ACME").await);
    let reference = store::reference::find_by_user(&mut tx, acme.id, anna.id).await.unwrap().unwrap();
    let catalogue = store::permission::catalogue(&mut tx).await.unwrap();
    let profiles = store::profile::all(&mut tx).await.unwrap();
    let profile = usher::identity::profile::of_customer(&profiles, acme.profile);
    let grounds =
        Grounds { catalogue: &catalogue, profile, reference: &reference, groups: &[], audience: &[], filter: &[] };
    effective(&grounds).into_iter().map(str::to_owned).collect()
}

#[tokio::test]
async fn a_client_secret_replaces_only_one_that_does_not_verify() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let text = |secret: &str| {
            format!(
                "[[client]]\nclient_id = \"portal\"\nredirect_uris = [\"https://p.example/\"]\nclient_secret = \"{secret}\"\n"
            )
        };
        let hashes = async || {
            let mut tx = app.node.db.read().await.unwrap();
            let stored = store::client::find(&mut tx, "portal").await.unwrap().unwrap();
            stored.secrets.into_iter().map(|secret| secret.hash).collect::<Vec<_>>()
        };
        applied(&app.node, &text("first-secret")).await;
        let first = hashes().await;
        assert_eq!(first, [ClientSecret::hash("first-secret").text()]);
        assert!(told(&applied(&app.node, &text("first-secret")).await).is_empty(), "{engine:?}");
        assert_eq!(told(&applied(&app.node, &text("second-secret")).await), ["~ client portal: client_secret"]);
        assert_eq!(hashes().await, [ClientSecret::hash("second-secret").text()]);
    }
}

#[tokio::test]
async fn a_client_that_becomes_public_has_no_secret_left() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let text = "[[client]]\nclient_id = \"app\"\nredirect_uris = [\"https://p.example/\"]\n";
        applied(&app.node, &format!("{text}client_secret = \"a-secret\"\n")).await;
        applied(&app.node, &format!("{text}token_endpoint_auth_method = \"none\"\n")).await;
        let mut tx = app.node.db.read().await.unwrap();
        assert!(store::client::find(&mut tx, "app").await.unwrap().unwrap().secrets.is_empty(), "{engine:?}");
        drop(tx);
        let back = refused(&app.node, &format!("{text}token_endpoint_auth_method = \"client_secret_post\"\n")).await;
        assert!(back.starts_with("client needs client_secret"), "{back}");
    }
}

#[tokio::test]
async fn keys_of_a_client_are_laid_over_what_is_stored() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let first = "[[client]]\nclient_id = \"spa\"\nclient_name = \"Shop\"\ntoken_endpoint_auth_method = \"none\"\n\
                     redirect_uris = [\"https://a.example/\", \"https://b.example/\"]\nscope = \"openid profile\"\n";
        applied(&app.node, first).await;
        let second = "[[client]]\nclient_id = \"spa\"\nredirect_uris = [\"https://c.example/\"]\n";
        assert_eq!(told(&applied(&app.node, second).await), ["~ client spa: redirect_uris"]);
        let mut tx = app.node.db.read().await.unwrap();
        let spa = store::client::find(&mut tx, "spa").await.unwrap().unwrap().metadata;
        assert_eq!(spa.redirect_uris, ["https://c.example/"], "{engine:?}");
        assert_eq!((spa.client_name.as_deref(), spa.scope.as_str()), (Some("Shop"), "openid profile"));
    }
}

#[tokio::test]
async fn settings_stand_at_their_level_and_a_policy_is_one_value() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let text = "[[customer]]\ncode = \"ACME\"\nmfaPolicy = { policy = \"required\", methods = [\"totp\"] }\n";
        let changes = applied(&app.node, text).await;
        assert_eq!(
            told(&changes),
            [
                "+ customer ACME",
                "~ setting mfa.policy of customer ACME: value",
                "~ setting mfa.methods of customer ACME: value"
            ]
        );
        let mut tx = app.node.db.read().await.unwrap();
        let acme = Some(customer(&mut tx, "ACME").await.id);
        drop(tx);
        let scope = Scope { customer: acme, ..Scope::default() };
        let settings = &app.node.snapshot().await.unwrap().settings;
        assert_eq!(settings.get(&MFA_POLICY, &scope), MfaPolicy::Required, "{engine:?}");
        assert_eq!(settings.get(&MFA_POLICY, &Scope::INSTANCE), MfaPolicy::Optional);
        assert_eq!(settings.get(&MFA_METHODS, &scope).len(), 1);
        // The whole policy is replaced: what is not named falls back to the instance's.
        let text = "[[customer]]\ncode = \"ACME\"\nmfaPolicy = { policy = \"optional\" }\n\n[settings]\n\"lockout.max_attempts\" = 3\n";
        assert_eq!(
            told(&applied(&app.node, text).await),
            [
                "~ setting lockout.max_attempts: value",
                "~ setting mfa.policy of customer ACME: value",
                "~ setting mfa.methods of customer ACME: value"
            ]
        );
        let settings = &app.node.snapshot().await.unwrap().settings;
        assert_eq!(settings.get(&MFA_METHODS, &scope).len(), 3);
        assert_eq!(settings.get(&LOCKOUT_MAX_ATTEMPTS, &scope), 3);
    }
}

#[tokio::test]
async fn secret_files_are_read_beside_the_seed_file_and_kept_as_hashes() {
    use std::{fs, os::unix::fs::PermissionsExt};
    use usher::{
        config::source_text::SourceText,
        flow::apply::{SeedFile, apply},
    };
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str, mode| {
            fs::write(folder.path().join(name), text).unwrap();
            fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
        };
        write("portal.secret", "from-a-file-from-a-file-from-a-file\n", 0o600);
        write("entra.token", "0123456789abcdef0123456789abcdef", 0o600);
        let text = "[[client]]\nclient_id = \"portal\"\nredirect_uris = [\"https://p.example/\"]\nclient_secret_file = \"portal.secret\"\n\n\
                    [[customer]]\ncode = \"ACME\"\n\n[[connector]]\nname = \"Entra\"\ncustomer = \"ACME\"\ntoken_file = \"entra.token\"\n";
        let read = || SeedFile::read(SourceText::new(folder.path().join("seed.toml"), text), app.node.site);
        let seed = read().unwrap_or_else(|faults| panic!("{faults}"));
        apply(&app.node, &seed, false, &|_, _| {}).await.unwrap();
        let again = apply(&app.node, &seed, false, &|_, _| {}).await.unwrap();
        assert!(told(&again).is_empty(), "{engine:?}: {again:?}");
        let mut tx = app.node.db.read().await.unwrap();
        let portal = store::client::find(&mut tx, "portal").await.unwrap().unwrap();
        assert_eq!(portal.secrets[0].hash, ClientSecret::hash("from-a-file-from-a-file-from-a-file").text());
        let acme = customer(&mut tx, "ACME").await.id;
        let connector = store::connector::find_by_name(&mut tx, acme, "entra").await.unwrap().unwrap();
        let tokens = store::connector::tokens(&mut tx, connector.id, app.node.now()).await.unwrap();
        assert_eq!(tokens, [BearerHash::of("ct", "0123456789abcdef0123456789abcdef").text()]);
        // security.md S12: a secret that others can read is refused.
        write("portal.secret", "from-a-file", 0o644);
        let faults = read().err().unwrap().to_string();
        assert!(faults.contains("can be read by others"), "{faults}");
    }
}

//! Names that stand for nothing, and combinations that only the database can refuse.

use super::{applied, refused, try_apply};
use crate::support::{
    app::TestApp,
    engine::{ENGINES, Engine},
};

/// What is there already.
const BASE: &str = r#"
[[permission]]
key = "orders.create"

[[permissionProfile]]
displayName = "Standard"

[[customer]]
code = "ACME"
ledgerNumber = "1"

[[customer]]
code = "BETA"
parent = "ACME"

[[user]]
userName = "anna"
emails = [{ value = "anna@acme.example", verified = true }]

[[user]]
userName = "bob"

[[reference]]
customer = "ACME"
user = "anna"
externalId = "1"

[[group]]
displayName = "Outer"
members = ["Inner"]

[[group]]
displayName = "Inner"

[[group]]
displayName = "Acme"
customer = "ACME"

[[license]]
externalId = "L-1"
customer = "ACME"
product = "CAD"
"#;

const CASES: &[(&str, &str)] = &[
    ("[[reference]]\ncustomer = \"AKME\"\nuser = \"anna\"", "there is no customer \"AKME\""),
    ("[[reference]]\ncustomer = \"ACME\"\nuser = \"ana\"", "there is no user \"ana\""),
    ("[[customer]]\ncode = \"GAMMA\"\npermissionProfile = \"Standart\"", "there is no permissionProfile \"Standart\""),
    ("[[customer]]\ncode = \"GAMMA\"\nparent = \"DELTA\"", "there is no customer \"DELTA\""),
    (
        "[[permissionProfile]]\ndisplayName = \"P\"\npermissions = { \"orders.creat\" = true }",
        "there is no permission \"orders.creat\", neither in this file nor in the database; did you mean \"orders.create\"?",
    ),
    (
        "[[reference]]\ncustomer = \"BETA\"\nuser = \"anna\"\npermissions = { \"x\" = true }",
        "there is no permission \"x\"",
    ),
    ("[[group]]\ndisplayName = \"G\"\npermissions = [\"x\"]", "there is no permission \"x\""),
    ("[[group]]\ndisplayName = \"G\"\nmembers = [\"nobody\"]", "there is no user or group \"nobody\""),
    ("[[group]]\ndisplayName = \"G\"\ncustomer = \"DELTA\"", "there is no customer \"DELTA\""),
    ("[[group]]\ndisplayName = \"G\"\nmembers = [\"Acme\"]", "there is no user or group \"Acme\""),
    ("[[adminRole]]\nuser = \"nobody\"\nrole = \"auditor\"", "there is no user \"nobody\""),
    ("[[adminRole]]\nclient_id = \"nobody\"\nrole = \"auditor\"", "there is no client \"nobody\""),
    ("[[connector]]\nname = \"Entra\"\ncustomer = \"DELTA\"", "there is no customer \"DELTA\""),
    ("[[license]]\ncustomer = \"DELTA\"\nproduct = \"CAD\"", "there is no customer \"DELTA\""),
    (
        "[[license]]\ncustomer = \"ACME\"\nproduct = \"CAD\"\nassignments = [{ type = \"Reference\", value = \"bob\" }]",
        "\"bob\" is no reference at the customer of this licence",
    ),
    (
        "[[license]]\nexternalId = \"L-1\"\ncustomer = \"BETA\"\nproduct = \"CAD\"",
        "this licence belongs to another customer, and a licence never changes its customer",
    ),
    ("[[customer]]\ncode = \"BETA\"\nledgerNumber = \"1\"", "the ledgerNumber \"1\" is another customer's"),
    ("[[customer]]\ncode = \"ACME\"\nparent = \"BETA\"", "ACME and BETA would belong to each other"),
    (
        "[[customer]]\ncode = \"X\"\nparent = \"Y\"\n[[customer]]\ncode = \"Y\"\nparent = \"X\"",
        "X and Y would belong to each other",
    ),
    ("[[customer]]\ncode = \"X\"\nparent = \"X\"", "X and X would belong to each other"),
    ("[[group]]\ndisplayName = \"Inner\"\nmembers = [\"Outer\"]", "\"Outer\" holds this group already"),
    (
        "[[reference]]\ncustomer = \"ACME\"\nuser = \"bob\"\nexternalId = \"1\"",
        "the externalId \"1\" is the reference of another user",
    ),
    ("[[reference]]\ncustomer = \"ACME\"\nexternalId = \"2\"", "reference needs displayName where there is no login"),
    (
        "[[client]]\nclient_id = \"c\"\nredirect_uris = [\"https://c.example/\"]",
        "client needs client_secret or client_secret_file, or token_endpoint_auth_method = \"none\"",
    ),
    (
        "[[client]]\nclient_id = \"c\"\ntoken_endpoint_auth_method = \"none\"\nredirect_uris = [\"https://c.example/\"]\nclient_secret = \"s\"",
        "client.client_secret: does not go with token_endpoint_auth_method = \"none\"",
    ),
    (
        "[[client]]\nclient_id = \"c\"\nclient_secret = \"s\"\nredirect_uris = [\"http://c.example/\"]",
        "client.redirect_uris: \"http://c.example/\": http is for localhost",
    ),
    (
        "[[client]]\nclient_id = \"c\"\nclient_secret = \"s\"\nredirect_uris = [\"https://c.example/\"]\ncustomers = [\"DELTA\"]",
        "there is no customer \"DELTA\"",
    ),
    (
        "[[client]]\nclient_id = \"c\"\nclient_secret = \"s\"\nredirect_uris = [\"https://c.example/\"]\nrequire_permission = \"x\"",
        "there is no permission \"x\"",
    ),
    ("[[user]]\nuserName = \"carl\"\nmanagedBy = \"DELTA\"", "there is no customer \"DELTA\""),
    (
        "[[user]]\nuserName = \"carl\"\npassword = \"short\"",
        "user.password: the password must have at least 8 characters",
    ),
    (
        "[[user]]\nuserName = \"carl\"\npassword = \"Password1\"",
        "user.password: the password is weak, it must be at least strong",
    ),
];

#[tokio::test]
async fn what_does_not_exist_or_fit_is_refused_with_its_name() {
    for engine in ENGINES {
        let app = TestApp::new(engine).await;
        applied(&app.node, BASE).await;
        for (text, message) in CASES {
            let error = refused(&app.node, text).await;
            assert!(error.starts_with(message), "{engine:?}\n{text}\n  wanted {message}\n  got    {error}");
        }
    }
}

#[tokio::test]
async fn all_faults_of_a_file_are_told_in_its_order_and_none_twice() {
    let app = TestApp::new(Engine::Sqlite).await;
    applied(&app.node, BASE).await;
    let text = "[[reference]]\ncustomer = \"AKME\"\nuser = \"anna\"\n\n[[user]]\nuserName = \"carl\"\npassword = \"correct horse battery staple\"\n\
                emails = [{ value = \"anna@acme.example\", verified = true }]\n\n[[reference]]\ncustomer = \"ACME\"\nuser = \"carl\"\n";
    let error = try_apply(&app.node, text, false).await.unwrap_err();
    let lines: Vec<&str> = error.lines().filter(|line| !line.contains('|') && !line.is_empty()).collect();
    assert_eq!(
        lines,
        [
            "there is no customer \"AKME\", neither in this file nor in the database",
            " --> seed.toml:2:12",
            "\"anna@acme.example\" already signs in the user \"anna\"",
            " --> seed.toml:8:11",
        ],
        "{error}"
    );
}

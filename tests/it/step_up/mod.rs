//! Second factors within the hosted sign-in: what is demanded, by which pages, and what it does to session and tokens.

mod around;
mod codes;
mod enrol;
mod enrol_link;
pub mod passkey;
mod policy;
mod requests;
mod tokens;

use serde_json::{Value, json};
use usher::{
    authn::totp::Seed,
    base::{
        clock::Clock,
        id::{GroupId, UserId},
    },
    identity::group::Group,
    store::{self, group::Member},
};

use crate::{
    factors::desk::Desk,
    support::{
        browser::{Answer, Browser},
        portal::{authorize, claims, code_of},
        world::{PASSWORD, World},
    },
};

pub const ANNA: &str = "anna@acme.example";
pub const COMPANY: (&str, &str) = ("scope", "openid customer");
pub const MFA: &str = "urn:usher:acr:mfa";
pub const PHR: &str = "urn:usher:acr:phr";
pub const PWD: &str = "urn:usher:acr:pwd";

/// Sets a setting of a client, customer or group.
pub async fn set_at(world: &World, level: &str, subject: &str, name: &str, value: Value) {
    let row = store::setting::SettingRow {
        level: level.into(),
        subject: subject.into(),
        name: name.into(),
        value: value.to_string(),
    };
    let mut tx = world.app.node.db.write().await.unwrap();
    store::setting::set(&mut tx, &row, "test", world.app.clock.now()).await.unwrap();
    tx.commit().await.unwrap();
}

/// A group that somebody is in.
pub async fn group_of(world: &World, user: UserId) -> String {
    let now = world.app.clock.now();
    let group = Group {
        id: GroupId::new(&*world.app.node.entropy, now),
        customer: None,
        display_name: "Buyers".into(),
        description: String::new(),
        roles: Vec::new(),
        permissions: Vec::new(),
        admin_role: None,
        created_at: now,
        updated_at: now,
    };
    let mut tx = world.app.node.db.write().await.unwrap();
    store::group::insert(&mut tx, &group).await.unwrap();
    store::group::add_member(&mut tx, group.id, Member::User(user)).await.unwrap();
    tx.commit().await.unwrap();
    group.id.text()
}

/// An essential `acr` of these values.
pub fn essential(values: &[&str]) -> String {
    json!({ "id_token": { "acr": { "essential": true, "values": values } } }).to_string()
}

/// Begins a request and gives the password.
pub async fn password(browser: &mut Browser, user: &str, changes: &[(&str, &str)]) -> Answer {
    let page = browser.go(&authorize(changes)).await;
    assert!(page.text().contains("id=\"password\""), "{} {}", page.at, page.text());
    browser.sign_in(&page, user, PASSWORD).await
}

/// A code of the app that was not used before.
pub fn fresh_code(desk: &Desk, seed: &Seed) -> String {
    desk.wait(60);
    seed.code_at(desk.now()).expose().clone()
}

/// Enters a fresh code of the app on the page that asks for it.
pub async fn enter(desk: &Desk, browser: &mut Browser, page: &Answer, seed: &Seed) -> Answer {
    let code = fresh_code(desk, seed);
    browser.submit(page, "id=\"code\"", &[("code", &code)]).await
}

/// Whether a page asks for the app's code.
pub fn asks_for_code(page: &Answer) -> bool {
    page.location().is_none() && page.at.starts_with("/signin/code?a=") && page.text().contains("id=\"code-submit\"")
}

/// Whether a page asks to set up a factor.
pub fn asks_to_enrol(page: &Answer) -> bool {
    page.location().is_none() && page.at.starts_with("/signin/enrol?a=") && page.text().contains("id=\"factor-submit\"")
}

/// The answer of a company on the chooser.
pub async fn choose(browser: &mut Browser, chooser: &Answer, reference: &str) -> Answer {
    browser.submit(chooser, "id=\"reference", &[("reference", reference)]).await
}

/// The claims of the ID token that an authorization response buys.
pub async fn id_token(world: &World, answer: &Answer) -> Value {
    let tokens = world.redeem(&code_of(answer)).await;
    assert_eq!(tokens.status, 200, "{}", tokens.text());
    claims(tokens.json()["id_token"].as_str().unwrap())
}

/// Somebody signed in with a password and the app, for a request.
pub async fn signed_in(desk: &Desk, user: &str, seed: &Seed, changes: &[(&str, &str)]) -> (Browser, Answer) {
    let mut browser = desk.world.app.browser();
    let page = password(&mut browser, user, changes).await;
    assert!(asks_for_code(&page), "{} {}", page.at, page.text());
    let answer = enter(desk, &mut browser, &page, seed).await;
    (browser, answer)
}

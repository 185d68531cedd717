//! The pages of the account: who gets in, what they show, and what they change.

mod activity;
mod applications;
mod customers;
mod data;
mod email;
mod entry;
mod forms;
mod methods;
mod phone;
mod profile;
mod sessions;

use crate::support::{
    browser::{Answer, Browser},
    world::{PASSWORD, World},
};

pub const ANNA: &str = "anna@acme.example";

/// Every page of the menu.
pub const PAGES: [&str; 12] = [
    "/account",
    "/account/profile",
    "/account/password",
    "/account/mfa",
    "/account/sessions",
    "/account/customers",
    "/account/applications",
    "/account/activity",
    "/account/email",
    "/account/phone",
    "/account/licences",
    "/account/data",
];

/// Somebody signed in at a page of the account, in a browser of their own.
pub async fn at(world: &World, user: &str, path: &str) -> (Browser, Answer) {
    let mut browser = world.app.browser();
    let page = browser.go(path).await;
    assert!(page.at.starts_with("/signin?a="), "{}", page.at);
    let page = browser.sign_in(&page, user, PASSWORD).await;
    assert_eq!((page.at.as_str(), page.status.as_u16()), (path, 200), "{}", page.text());
    (browser, page)
}

/// Whether a page asks to sign in.
pub fn asks_to_sign_in(page: &Answer) -> bool {
    page.at.starts_with("/signin?a=") && page.text().contains("id=\"signin-submit\"")
}

/// The mails written so far, by template.
pub async fn mails(world: &World, template: &str) -> i64 {
    world.app.test.number(&format!("SELECT count(*) FROM message WHERE template = '{template}'")).await
}

/// How often something was audited.
pub async fn audited(world: &World, action: &str) -> i64 {
    world.app.test.number(&format!("SELECT count(*) FROM audit_event WHERE action = '{action}'")).await
}

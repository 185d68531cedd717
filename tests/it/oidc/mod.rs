//! The endpoints that browsers are sent to, the metadata, and what all endpoints share: the real router, both engines.

use std::collections::BTreeMap;

use crate::support::{
    app::TestApp,
    browser::Answer,
    browser::Browser,
    portal::{authorize, code_of},
    world::{PASSWORD, World},
};

mod attempt;
mod authorize;
mod caps;
mod client_auth;
mod discovery;
mod forms;
mod logout;
mod pages;
mod prompt;
mod redirect;
mod response;
mod session;
mod sign_out;
mod subject;
mod transport;

/// What a request changes of the usual one, and the error it must end in.
type Fault<'a> = (&'a [(&'a str, &'a str)], &'a str);

/// An error page: it names the error, can be quoted, and leads nowhere by itself (B2).
#[track_caller]
fn assert_error_page(answer: &Answer, code: &str) {
    assert!(answer.status.is_client_error(), "{} {}", answer.status, answer.at);
    assert_eq!(answer.location(), None, "{}", answer.at);
    let text = answer.text();
    assert!(text.contains(&format!("<code id=\"error-code\" dir=\"ltr\">{code}</code>")), "{} {text}", answer.at);
    assert!(text.contains("id=\"error-id\""), "{text}");
    assert!(!text.contains("http-equiv"), "{text}");
}

/// The answer that a client gets for a request in a browser without cookies.
async fn told(app: &TestApp, changes: &[(&str, &str)]) -> BTreeMap<String, String> {
    let answer = app.get(&authorize(changes)).await;
    assert_eq!(answer.status, 303, "{changes:?} {}", answer.text());
    answer.redirect_params()
}

/// The client is told of each fault, with the state it sent (B7) and who tells it (B8), and gets nothing else.
async fn assert_told(app: &TestApp, faults: &[Fault<'_>]) {
    for (changes, error) in faults {
        let told = told(app, changes).await;
        assert_eq!(told["error"], *error, "{changes:?} {told:?}");
        assert_eq!(told["state"], "s-123", "{changes:?}");
        assert_eq!(told["iss"], crate::support::app::ISSUER, "{changes:?}");
        assert!(!told.contains_key("code"), "{changes:?}");
    }
}

/// A browser in which Bob is signed in to `portal`.
async fn bob(world: &World) -> Browser {
    let mut browser = world.app.browser();
    world.code(&mut browser, "bob", &[]).await;
    browser
}

/// Somebody else signs in in a browser where a person is signed in already.
async fn switch(browser: &mut Browser, username: &str) {
    let page = browser.go(&authorize(&[("prompt", "login")])).await;
    let page = browser.submit(&page, "id=\"other-form\"", &[("action", "other")]).await;
    code_of(&browser.sign_in(&page, username, PASSWORD).await);
}

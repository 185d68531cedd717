//! Forged forms on the pages of the account (security.md S3): without a token, with a foreign one, from elsewhere.

use axum::{
    body::Body,
    http::{Method, Request},
};

use super::{ANNA, at};
use crate::support::{
    app::ISSUER,
    browser::{Answer, Browser},
    engine::ENGINES,
    world::World,
};

/// A form: the page, what the form holds, and what a person would send with it.
type Form = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

/// Every form there is on these pages.
const FORMS: [Form; 11] = [
    ("/account/profile", "profile-submit", &[("given_name", "Eve"), ("family_name", ""), ("locale", "")]),
    ("/account/email", "email-submit", &[("email", "eve@evil.example")]),
    ("/account/phone", "phone-submit", &[("phone", "+46701234567")]),
    ("/account/data", "data-download", &[("action", "download")]),
    ("/account/data", "id=\"account-delete\"", &[("action", "delete"), ("confirm", "1")]),
    ("/account/mfa", "factor-submit", &[("method", "totp")]),
    ("/account/mfa/totp", "totp-submit", &[("code", "000000")]),
    ("/account/sessions", "sessions-end", &[("action", "others")]),
    ("/account/customers", "company-default-1", &[("action", "default")]),
    ("/account/applications", "application-revoke-1", &[("action", "revoke")]),
    ("/account/activity", "not-me", &[("action", "not-me")]),
];

/// A browser of Anna's with something to change on every page.
async fn anna(world: &World) -> Browser {
    at(world, ANNA, "/account").await;
    let (mut browser, _) = at(world, ANNA, "/account").await;
    let code = world.code(&mut browser, ANNA, &[]).await;
    assert_eq!(world.redeem(&code).await.status, 200);
    browser
}

async fn send(browser: &Browser, action: &str, fields: &[(&str, &str)], from: &[(&str, &str)]) -> Answer {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let mut request =
        Request::builder().method(Method::POST).uri(action).header("content-type", "application/x-www-form-urlencoded");
    for (name, value) in from {
        request = request.header(*name, *value);
    }
    browser.clone().send(request.body(Body::from(body)).unwrap()).await
}

const OURS: [(&str, &str); 2] = [("origin", ISSUER), ("sec-fetch-site", "same-origin")];

/// What the database holds of what these forms change.
async fn state(world: &World) -> Vec<String> {
    let sql = "SELECT COALESCE(attributes, '') FROM user_account UNION ALL SELECT id || COALESCE(revoked_reason, '') \
               FROM authorization_grant UNION ALL SELECT id || CAST(is_default AS TEXT) FROM reference UNION ALL \
               SELECT id || COALESCE(CAST(ended_at AS TEXT), '') FROM session";
    let mut texts = world.app.test.texts(sql).await;
    texts.sort();
    texts
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q89_forms_of_the_account_work_only_with_their_own_token_and_from_our_own_pages() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = anna(&world).await;
        let mut other = anna(&world).await;
        let before = state(&world).await;
        for (index, (path, marker, fields)) in FORMS.iter().enumerate() {
            let page = browser.go(path).await;
            let (action, hidden) = page.form(marker);
            let token = &hidden.iter().find(|(name, _)| name == "csrf").expect("a token").1;
            let foreign = other.go(path).await.form(marker).1;
            let foreign = &foreign.iter().find(|(name, _)| name == "csrf").unwrap().1;
            // Pages of sign-in methods share a name: their forms are one another's.
            let (sibling, marker) = if index < 7 { (FORMS[7].0, FORMS[7].1) } else { (FORMS[0].0, FORMS[0].1) };
            let sibling = browser.go(sibling).await.form(marker).1;
            let sibling = &sibling.iter().find(|(name, _)| name == "csrf").unwrap().1;
            let ids =
                hidden.iter().filter(|(name, _)| name != "csrf").map(|(name, value)| (name.as_str(), value.as_str()));
            let sent: Vec<(&str, &str)> = ids.chain(fields.iter().copied()).collect();
            for wrong in [None, Some(""), Some("x"), Some(foreign.as_str()), Some(sibling.as_str())] {
                let fields: Vec<_> = sent.iter().copied().chain(wrong.map(|it| ("csrf", it))).collect();
                let answer = send(&browser, &action, &fields, &OURS).await;
                assert_eq!(answer.status, 200, "{engine:?} {path} {wrong:?} {answer:?}");
                assert!(answer.text().contains("open for too long"), "{engine:?} {path} {}", answer.text());
            }
            let right: Vec<_> = sent.iter().copied().chain([("csrf", token.as_str())]).collect();
            for from in [
                &[][..],
                &[("sec-fetch-site", "cross-site")],
                &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
                &[("origin", "null")],
            ] {
                let answer = send(&browser, &action, &right, from).await;
                assert_eq!(answer.status, 403, "{engine:?} {path} {from:?}");
            }
        }
        assert_eq!(state(&world).await, before, "{engine:?}");
        for (path, marker, fields) in FORMS {
            let page = browser.go(path).await;
            let answer = browser.submit_once(&page, marker, fields).await;
            assert!(!answer.text().contains("open for too long"), "{engine:?} {path}");
        }
        assert_ne!(state(&world).await, before, "{engine:?}");
    }
}

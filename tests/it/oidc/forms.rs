//! Forged forms: every form of ours without, with a foreign, with a stale token, and from elsewhere (security.md S3).

use axum::{
    body::Body,
    http::{Method, Request},
};
use serde_json::json;

use super::bob;
use crate::support::{
    app::ISSUER,
    browser::{Answer, Browser},
    engine::ENGINES,
    portal::authorize,
    world::{PASSWORD, World},
};

/// A form as it stands on a page: where it leads, its token, and what a person would send with it.
struct Shown {
    browser: Browser,
    action: String,
    token: String,
    fields: Vec<(&'static str, String)>,
}

impl Shown {
    fn new(browser: Browser, page: &Answer, marker: &str, fields: &[(&'static str, &str)]) -> Self {
        let (action, hidden) = page.form(marker);
        let token = hidden.into_iter().find(|(name, _)| name == "csrf").expect("a token").1;
        Self {
            browser,
            action,
            token,
            fields: fields.iter().map(|(name, value)| (*name, (*value).to_owned())).collect(),
        }
    }

    /// Sends it with this token, if any, from where these headers say.
    async fn send(&self, token: Option<&str>, from: &[(&str, &str)]) -> (Browser, Answer) {
        let fields = self.fields.iter().map(|(name, value)| (*name, value.as_str()));
        let fields = fields.chain(token.map(|token| ("csrf", token)));
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(&self.action)
            .header("content-type", "application/x-www-form-urlencoded");
        for (name, value) in from {
            request = request.header(*name, *value);
        }
        let mut browser = self.browser.clone();
        let answer = browser.send(request.body(Body::from(body)).unwrap()).await;
        (browser, answer)
    }
}

/// Every form there is for people who sign in and out, in a browser of its own each.
async fn forms(world: &World) -> Vec<Shown> {
    let credentials = [("username", "bob"), ("password", PASSWORD)];
    let mut browser = world.app.browser();
    let page = browser.go(&authorize(&[])).await;
    let sign_in = Shown::new(browser, &page, "id=\"password\"", &credentials);
    let mut browser = bob(world).await;
    let page = browser.go(&authorize(&[("prompt", "select_account")])).await;
    let account = Shown::new(browser, &page, "account-continue", &[("action", "continue")]);
    let mut browser = world.app.browser();
    let page = browser.go(&authorize(&[("scope", "openid customer")])).await;
    let page = browser.sign_in(&page, "anna@acme.example", PASSWORD).await;
    let reference = world.anna_at_acme.text();
    let customer = Shown::new(browser, &page, "id=\"reference", &[("reference", &reference)]);
    let mut browser = bob(world).await;
    let page = browser.go(&authorize(&[("client_id", "third")])).await;
    let consent = Shown::new(browser, &page, "consent-allow", &[("action", "allow")]);
    let mut browser = bob(world).await;
    let page = browser.go("/signout").await;
    let sign_out = Shown::new(browser, &page, "logout-confirm", &[("action", "sign-out")]);
    let no_access = async |marker: &str, fields: &[(&'static str, &str)]| {
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[("scope", "openid customer")])).await;
        let page = browser.sign_in(&page, "nora", PASSWORD).await;
        Shown::new(browser, &page, marker, fields)
    };
    let leave = no_access("error-back", &[]).await;
    let other = no_access("account-other", &[("action", "other")]).await;
    let mut browser = world.app.browser();
    let page = browser.go("/password/forgot").await;
    let forgot = Shown::new(browser, &page, "forgot-submit", &[("username", "bob")]);
    let forms = vec![sign_in, account, customer, consent, sign_out, leave, other, forgot];
    let forms = forms.into_iter().chain(behind_links(world).await);
    forms.chain(of_factors(world).await).collect()
}

/// The forms of second factors: what is put off, what is chosen, and the way out of it.
async fn of_factors(world: &World) -> [Shown; 3] {
    let somebody = format!("f{}", world.app.node.entropy.uuid(world.app.node.now()));
    world.person(&somebody).await;
    let page = async || {
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[("acr_values", "urn:usher:acr:mfa")])).await;
        let page = browser.sign_in(&page, &somebody, PASSWORD).await;
        (browser, page)
    };
    let (browser, shown) = page().await;
    let choose = Shown::new(browser, &shown, "factor-submit", &[("method", "totp")]);
    let (browser, shown) = page().await;
    let leave = Shown::new(browser, &shown, "account-other", &[("action", "other")]);
    let (browser, shown) = page().await;
    let later = Shown::new(browser, &shown, "enrol-later", &[("action", "later")]);
    [choose, leave, later]
}

/// The forms behind links: somebody's password, and the first administrator. An earlier set-up link is dead then.
async fn behind_links(world: &World) -> [Shown; 4] {
    let somebody = format!("p{}", world.app.node.entropy.uuid(world.app.node.now()));
    world.person(&somebody).await;
    let mut browser = world.app.browser();
    let page = browser.go(&world.app.password_link(&somebody).await).await;
    let password = Shown::new(browser, &page, "id=\"new_password\"", &[NEW]);
    let mut browser = world.app.browser();
    let page = browser.go(&world.app.setup_link().await).await;
    let setup = Shown::new(browser, &page, "setup-submit", &[("name", "Olga"), ("email", "olga@vendor.example"), NEW]);
    let invited = invitation(world, "id=\"new_password\"", &[NEW]).await;
    let declined = invitation(world, "invite-decline", &[("action", "decline")]).await;
    [password, setup, invited, declined]
}

/// An address that nobody has yet.
fn somebody(world: &World) -> String {
    format!("i{}@acme.example", world.app.node.entropy.uuid(world.app.node.now()))
}

/// A form on the page of an invitation, for somebody who never had a password.
async fn invitation(world: &World, marker: &str, fields: &[(&'static str, &str)]) -> Shown {
    let mut browser = world.app.browser();
    let page = browser.go(&world.invitation_link(&somebody(world)).await).await;
    Shown::new(browser, &page, marker, fields)
}

/// The form did what it is for: the person is in, the application has its answer, the session is over, the link used;
/// or somebody else may sign in.
fn worked(answer: &Answer) -> bool {
    let leads = |to: &str| {
        let on = ["https://portal.example/", "/signin?a=", "/signin/enrol/totp?a=", "/password/forgot?sent=1"];
        on.iter().any(|path| to.starts_with(path))
    };
    let done = answer.headers.get("set-cookie").is_some() && answer.status != 410;
    done || answer.location().is_some_and(leads)
}

const NEW: (&str, &str) = ("new_password", "vexing-marsh-lantern-09");

const OURS: [(&str, &str); 2] = [("origin", ISSUER), ("sec-fetch-site", "same-origin")];

#[tokio::test(flavor = "multi_thread")]
async fn sec_q89_a_form_works_only_with_its_own_token() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "client_id": "third", "consent": "always", "first_party": false })).await;
        let (others, forms) = (forms(&world).await, forms(&world).await);
        for (index, (form, other)) in forms.iter().zip(&others).enumerate() {
            let sibling = &forms[(index + 1) % forms.len()].token;
            let mut damaged = form.token.clone();
            damaged.replace_range(..1, if damaged.starts_with('A') { "B" } else { "A" });
            // None, rubbish, that of another browser's same form, that of another form.
            for token in [None, Some(""), Some("x"), Some(&*damaged), Some(&*other.token), Some(&**sibling)] {
                let (mut browser, answer) = form.send(token, &OURS).await;
                assert!(!worked(&answer), "{engine:?} {} {token:?} {answer:?}", form.action);
                // The form is shown again, with a token that is good.
                let page = browser.follow(answer).await;
                assert_eq!(page.status, 200, "{engine:?} {}", form.action);
                assert!(page.text().contains("name=\"csrf\""), "{engine:?} {}", form.action);
            }
        }
        for form in &forms {
            let (_, answer) = form.send(Some(&form.token), &OURS).await;
            assert!(worked(&answer), "{engine:?} {} {answer:?}", form.action);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q89_a_token_of_an_earlier_session_is_stale() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = bob(&world).await;
        let page = browser.go("/signout").await;
        // Somebody else signs in in this browser meanwhile.
        super::switch(&mut browser, "nora").await;
        let stale = Shown::new(browser, &page, "logout-confirm", &[("action", "sign-out")]);
        let (mut browser, answer) = stale.send(Some(&stale.token), &OURS).await;
        assert!(!worked(&answer), "{engine:?} {answer:?}");
        let page = browser.follow(answer).await;
        assert!(
            page.text().contains("id=\"logout-confirm\"") && page.text().contains("nora"),
            "{engine:?} {} {}",
            page.at,
            page.text()
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q89_a_token_of_an_earlier_link_is_stale() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        for form in behind_links(&world).await {
            // The browser follows a newer link of the same kind meanwhile.
            let link = match &*form.action {
                "/setup" => world.app.setup_link().await,
                "/invite" => world.invitation_link(&somebody(&world)).await,
                _ => world.app.password_link("bob").await,
            };
            let mut browser = form.browser.clone();
            browser.go(&link).await;
            let stale = Shown { browser, ..form };
            let (mut browser, answer) = stale.send(Some(&stale.token), &OURS).await;
            assert!(!worked(&answer), "{engine:?} {} {answer:?}", stale.action);
            assert!(answer.text().contains("id=\"error-summary\""), "{engine:?} {}", answer.text());
            // What is shown then is good.
            let fields: Vec<_> = stale.fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            let declines = stale.fields.iter().any(|(_, value)| value == "decline");
            let marker = if declines { "invite-decline" } else { "id=\"new_password\"" };
            let answer = browser.submit(&answer, marker, &fields).await;
            assert!(worked(&answer), "{engine:?} {} {answer:?}", stale.action);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q89_a_form_from_elsewhere_is_refused_whatever_its_token() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "client_id": "third", "consent": "always", "first_party": false })).await;
        let site = "sec-fetch-site";
        for form in forms(&world).await {
            for from in [
                &[][..],
                &[(site, "cross-site")],
                &[(site, "same-site")],
                &[(site, "none")],
                &[(site, "cross-site"), ("origin", ISSUER)],
                &[(site, "same-origin"), ("origin", "null")],
                &[(site, "same-origin"), ("origin", "https://evil.example")],
                &[("origin", "https://evil.example")],
                &[("origin", "https://portal.example")],
                &[("origin", "http://localhost:8081")],
                &[("origin", "null")],
                &[("referer", "http://localhost:8080/signin")],
            ] {
                let (_, answer) = form.send(Some(&form.token), from).await;
                assert_eq!(answer.status, 403, "{engine:?} {} {from:?}", form.action);
                assert!(!worked(&answer) && answer.text().contains("id=\"error-id\""), "{engine:?} {}", form.action);
            }
            // An older browser says only where it comes from.
            let (_, answer) = form.send(Some(&form.token), &[("origin", ISSUER)]).await;
            assert!(worked(&answer), "{engine:?} {} {answer:?}", form.action);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q89_nobody_is_signed_in_as_somebody_else_unawares() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        // Mallory has a page of his own, with a token that is good in his browser, and makes a victim send it.
        let mut mallory = world.app.browser();
        let page = mallory.go(&authorize(&[])).await;
        let trap =
            Shown::new(world.app.browser(), &page, "id=\"password\"", &[("username", "nora"), ("password", PASSWORD)]);
        for victim in [world.app.browser(), bob(&world).await] {
            let trap = Shown { browser: victim, ..Shown::new(world.app.browser(), &page, "id=\"password\"", &[]) };
            let trap = Shown { fields: vec![("username", "nora".into()), ("password", PASSWORD.into())], ..trap };
            // Even if it came from our own origin.
            let (browser, answer) = trap.send(Some(&trap.token), &OURS).await;
            assert!(!worked(&answer), "{engine:?} {answer:?}");
            assert_eq!(browser.cookies.get("usher-sid"), trap.browser.cookies.get("usher-sid"), "{engine:?}");
        }
        let (_, answer) = trap.send(Some(&trap.token), &[("origin", "https://evil.example")]).await;
        assert_eq!(answer.status, 403, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q89_a_get_changes_nothing() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "client_id": "third", "consent": "always", "first_party": false })).await;
        for mut form in forms(&world).await {
            let fields = form.fields.iter().map(|(name, value)| (*name, value.as_str()));
            let fields = fields.chain([("csrf", form.token.as_str())]);
            let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
            let separator = if form.action.contains('?') { '&' } else { '?' };
            let answer = form.browser.get(&format!("{}{separator}{query}", form.action)).await;
            assert!(!worked(&answer), "{engine:?} {} {answer:?}", form.action);
        }
        // What is only posted to says so.
        let answer = bob(&world).await.get("/signin/leave?a=x").await;
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some("POST")), "{engine:?}");
        super::assert_error_page(&answer, "invalid_request");
    }
}

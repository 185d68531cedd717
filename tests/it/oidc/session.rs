//! The session and its cookies, and what people are told when they may not go on.

use std::time::Duration;

use axum::http::header;
use serde_json::json;

use super::bob;
use crate::support::{
    browser::{Answer, Browser},
    engine::ENGINES,
    portal::{authorize, code_of},
    world::{PASSWORD, World},
};

const SESSION: &str = "usher-sid";

fn cookies(answer: &Answer) -> Vec<&str> {
    answer.headers.get_all(header::SET_COOKIE).iter().map(|it| it.to_str().unwrap()).collect()
}

/// Whether the browser is signed in, asked without a page.
async fn is_signed_in(browser: &mut Browser) -> bool {
    browser.get(&authorize(&[("prompt", "none")])).await.redirect_params().contains_key("code")
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_a17_after_a_post_with_credentials_the_redirect_is_303() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "consent": "always", "first_party": false })).await;
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[])).await;
        let signed_in =
            browser.submit_once(&page, "id=\"password\"", &[("username", "bob"), ("password", PASSWORD)]).await;
        assert_eq!(signed_in.status, 303, "{engine:?}");
        let consent = browser.follow(signed_in).await;
        let allowed = browser.submit_once(&consent, "consent-allow", &[("action", "allow")]).await;
        assert_eq!(allowed.status, 303, "{engine:?}");
        assert!(!code_of(&allowed).is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b30_the_session_cookie_changes_at_sign_in_and_at_re_authentication() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        // A value that somebody planted is not taken up.
        let planted = "st_01a1fa42-2000-71eb-9206-edbb5a890ce9.Wkeg6nKu_0mILd0_5FEPxqF5HYyN8l4RN51SFSpcDBQ";
        browser.cookies.insert(SESSION.to_owned(), planted.to_owned());
        let page = browser.go(&authorize(&[])).await;
        assert!(page.text().contains("id=\"password\""), "{engine:?}");
        browser.sign_in(&page, "bob", PASSWORD).await;
        let first = browser.cookies[SESSION].clone();
        assert_ne!(first, planted, "{engine:?}");
        let before = browser.clone();
        let page = browser.go(&authorize(&[("prompt", "login")])).await;
        browser.sign_in(&page, "bob", PASSWORD).await;
        assert_ne!(browser.cookies[SESSION], first, "{engine:?}");
        assert!(is_signed_in(&mut browser).await, "{engine:?}");
        assert!(!is_signed_in(&mut before.clone()).await, "{engine:?}: the value before it is worth nothing");
        // Another person: another session, and the first one's is over.
        let of_bob = browser.clone();
        super::switch(&mut browser, "nora").await;
        assert!(!is_signed_in(&mut of_bob.clone()).await, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b30_the_session_cookie_changes_when_the_company_does() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[("scope", "openid customer")])).await;
        let chooser = browser.sign_in(&page, "anna@acme.example", PASSWORD).await;
        let first = browser.cookies[SESSION].clone();
        let choose = async |browser: &mut Browser, chooser: &Answer, reference: String| {
            let answer = browser.submit_once(chooser, "id=\"reference", &[("reference", &reference)]).await;
            (cookies(&answer).iter().any(|it| it.starts_with(SESSION)), browser.follow(answer).await)
        };
        let switch = async |browser: &mut Browser| {
            let asked = authorize(&[("scope", "openid customer"), ("prompt", "select_account")]);
            let page = browser.go(&asked).await;
            browser.submit(&page, "account-continue", &[("action", "continue")]).await
        };
        // The first company is no switch, and neither is the same one again.
        let (changed, answer) = choose(&mut browser, &chooser, world.anna_at_acme.text()).await;
        assert!(!changed && !code_of(&answer).is_empty(), "{engine:?}");
        let chooser = switch(&mut browser).await;
        let (changed, answer) = choose(&mut browser, &chooser, world.anna_at_acme.text()).await;
        assert!(!changed && !code_of(&answer).is_empty(), "{engine:?}");
        assert_eq!(browser.cookies[SESSION], first, "{engine:?}");
        let chooser = switch(&mut browser).await;
        let before = browser.clone();
        let (changed, answer) = choose(&mut browser, &chooser, world.anna_at_beta.text()).await;
        assert!(changed && !code_of(&answer).is_empty(), "{engine:?}");
        assert_ne!(browser.cookies[SESSION], first, "{engine:?}");
        assert!(is_signed_in(&mut browser).await, "{engine:?}");
        // The value before it opens nothing: not silently, not the chooser, not sign-out of the session that goes on.
        assert!(!is_signed_in(&mut before.clone()).await, "{engine:?}");
        let (_, answer) = choose(&mut before.clone(), &chooser, world.anna_at_acme.text()).await;
        assert_eq!(answer.location(), None, "{engine:?} {}", answer.at);
        let page = before.clone().go("/signout").await;
        assert!(page.text().contains("<h1>You are signed out"), "{engine:?} {}", page.text());
        assert!(is_signed_in(&mut browser).await, "{engine:?}");
        // A company that the request names is a switch, too, though no page was shown.
        let before = browser.clone();
        let asked = authorize(&[("scope", "openid customer:ACME"), ("prompt", "none")]);
        assert!(!code_of(&browser.go(&asked).await).is_empty(), "{engine:?}");
        assert_ne!(browser.cookies[SESSION], before.cookies[SESSION], "{engine:?}");
        assert!(is_signed_in(&mut browser).await && !is_signed_in(&mut before.clone()).await, "{engine:?}");
        let again = browser.cookies[SESSION].clone();
        assert!(!code_of(&browser.go(&asked).await).is_empty(), "{engine:?}");
        assert_eq!(browser.cookies[SESSION], again, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b30_sec_s2_cookies_have_their_attributes() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let mut browser = world.app.browser();
        let asked = browser.get(&authorize(&[])).await;
        // The flow ends with the browser; nothing else is set before anybody signs in.
        let [flow] = cookies(&asked)[..] else { panic!("{:?}", cookies(&asked)) };
        assert!(flow.starts_with("usher-flow=") && flow.ends_with("; HttpOnly; SameSite=Lax; Path=/"), "{flow}");
        let page = browser.follow(asked).await;
        for (remember, age) in [(None, ""), (Some(("remember", "1")), "; Max-Age=1209600")] {
            let mut browser = browser.clone();
            let fields: Vec<_> = [("username", "bob"), ("password", PASSWORD)].into_iter().chain(remember).collect();
            let page = match remember {
                Some(_) => browser.go(&authorize(&[("prompt", "login")])).await,
                None => page.clone(),
            };
            let answer = browser.submit_once(&page, "id=\"password\"", &fields).await;
            let set = cookies(&answer);
            let of = |name: &str| *set.iter().find(|cookie| cookie.starts_with(name)).unwrap();
            assert!(
                of("usher-sid=").ends_with(&format!("; HttpOnly; SameSite=Lax; Path=/{age}")),
                "{engine:?} {set:?}"
            );
            assert!(
                of("usher-dev=").ends_with("; HttpOnly; SameSite=Lax; Path=/; Max-Age=34560000"),
                "{engine:?} {set:?}"
            );
            assert!(set.iter().all(|cookie| cookie.len() <= 4096 && !cookie.contains("Domain")), "{set:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b29_deny_is_told_and_a_locked_or_disabled_account_stays_on_the_page() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "consent": "always", "first_party": false })).await;
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[])).await;
        let consent = browser.sign_in(&page, "bob", PASSWORD).await;
        let denied = browser.submit(&consent, "consent-deny", &[("action", "deny")]).await.redirect_params();
        assert_eq!((denied["error"].as_str(), denied["state"].as_str()), ("access_denied", "s-123"), "{engine:?}");
        assert!(!denied.contains_key("code"));
        // Anna is switched off; Nora's account is locked by five wrong passwords.
        world.change_user(world.anna, |user| user.active = false).await;
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[])).await;
        for _ in 0..5 {
            browser.sign_in(&page, "nora", "wrong").await;
        }
        let mut texts = Vec::new();
        for (username, password) in
            [("nora", PASSWORD), ("anna@acme.example", PASSWORD), ("bob", "wrong"), ("nobody", PASSWORD)]
        {
            let answer = browser.sign_in(&page, username, password).await;
            assert_eq!((answer.status.as_u16(), answer.location()), (200, None), "{engine:?} {username}");
            assert!(cookies(&answer).is_empty(), "{engine:?} {username}");
            let summary =
                answer.text().split("error-summary").nth(1).unwrap().split("</form").next().unwrap().to_owned();
            let (_, hidden) = answer.form("id=\"password\"");
            texts.push(summary.replace(&hidden[0].1, "").replace(username, ""));
        }
        assert!(texts.iter().all(|text| text == &texts[0]), "{engine:?} {texts:#?}");
        // The lock ends by itself.
        world.app.clock.advance(Duration::from_secs(15 * 60));
        let answer = browser.sign_in(&page, "nora", PASSWORD).await;
        assert!(answer.at.starts_with("/consent?a="), "{engine:?} {}", answer.at);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b31_a_program_that_anybody_can_imitate_is_not_approved_silently() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let uris = ["com.example.app:/cb", "http://127.0.0.1/cb", "https://app.example/cb"];
        world
            .client(json!({
                "client_id": "native", "token_endpoint_auth_method": "none", "redirect_uris": uris,
                "consent": "remember", "first_party": false,
            }))
            .await;
        let mut browser = bob(&world).await;
        for (uri, asks_again) in [(uris[0], true), (uris[1], false), (uris[2], false)] {
            let request = [("client_id", "native"), ("redirect_uri", uri)];
            let page = browser.go(&authorize(&request)).await;
            if page.location().is_none() {
                let answer = browser.submit(&page, "consent-allow", &[("action", "allow")]).await;
                assert!(answer.location().unwrap().starts_with(uri), "{engine:?} {uri}");
            }
            let again = browser.go(&authorize(&request)).await;
            assert_eq!(again.at.starts_with("/consent"), asks_again, "{engine:?} {uri}");
            let silent = browser.get(&authorize(&[&request[..], &[("prompt", "none")]].concat())).await;
            let error = silent.redirect_params().get("error").cloned();
            assert_eq!(error.as_deref(), asks_again.then_some("consent_required"), "{engine:?} {uri}");
        }
    }
}

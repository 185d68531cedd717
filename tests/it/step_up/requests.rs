//! `acr_values`, essential `acr`, `max_age`, `prompt=login` with second factors (protocol.md B15, B16, B21, B22, P6).

use serde_json::json;

use super::{MFA, PHR, PWD, asks_for_code, asks_to_enrol, enter, essential, id_token, password, signed_in};
use crate::{
    factors::desk::Desk,
    support::{
        engine::ENGINES,
        portal::{authorize, code_of},
        world::PASSWORD,
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn prot_b21_an_essential_acr_is_reached_or_refused() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        world.set("mfa.policy", json!("off")).await;
        let seed = desk.app_of(world.bob).await;
        let (_, answer) = signed_in(&desk, "bob", &seed, &[("claims", &essential(&[MFA]))]).await;
        assert_eq!(id_token(world, &answer).await["acr"], MFA, "{engine:?}");
        let error = async |user: &str, values: &[&str]| {
            let answer = password(&mut world.app.browser(), user, &[("claims", &essential(values))]).await;
            answer.redirect_params()["error"].clone()
        };
        let unmet = "unmet_authentication_requirements";
        // Nobody may enrol where factors are off, and Bob has no passkey.
        assert_eq!(error("bob", &[PHR]).await, unmet, "{engine:?}");
        assert_eq!(error("nora", &[MFA]).await, unmet, "{engine:?}");
        // What nobody can reach is refused before anybody is asked.
        for (methods, values) in [(json!(["totp"]), &[PHR][..]), (json!(["passkey"]), &["urn:elsewhere:gold"])] {
            world.set("mfa.methods", methods).await;
            let claims = essential(values);
            let answer = world.app.browser().get(&authorize(&[("claims", &claims)])).await;
            assert_eq!(answer.redirect_params()["error"], unmet, "{engine:?} {values:?}");
        }
        // A code by mail reaches its own class and nothing above it.
        world.set("mfa.methods", json!(["email"])).await;
        let claims = essential(&[MFA]);
        let answer = world.app.browser().get(&authorize(&[("claims", &claims)])).await;
        assert_eq!(answer.redirect_params()["error"], unmet, "{engine:?}");
        let page = password(&mut world.app.browser(), "nora", &[("claims", &essential(&["urn:usher:acr:2sv"]))]).await;
        assert!(asks_for_code(&page), "{engine:?} {} {}", page.at, page.text());
        // Where factors may be enrolled, whoever has none enrols one.
        world.set("mfa.methods", json!(["totp", "recovery"])).await;
        world.set("mfa.policy", json!("optional")).await;
        let page = password(&mut world.app.browser(), "nora", &[("claims", &essential(&[MFA]))]).await;
        assert!(asks_to_enrol(&page) && !page.text().contains("enrol-later"), "{engine:?} {}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b22_the_first_acr_in_the_clients_order_that_can_be_reached_is_aimed_at() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        world.set("mfa.policy", json!("off")).await;
        let seed = desk.app_of(world.bob).await;
        for (values, reached) in
            [(format!("{PWD} {MFA}"), PWD), (PWD.to_owned(), PWD), (PHR.to_owned(), PWD), ("gold 1".to_owned(), PWD)]
        {
            let answer = password(&mut world.app.browser(), "bob", &[("acr_values", &values)]).await;
            assert_eq!(id_token(world, &answer).await["acr"], reached, "{engine:?} {values}");
        }
        for values in [MFA.to_owned(), format!("{PHR} {MFA} {PWD}"), format!("urn:usher:acr:2sv {PWD}")] {
            let (_, answer) = signed_in(&desk, "bob", &seed, &[("acr_values", &values)]).await;
            assert_eq!(id_token(world, &answer).await["acr"], MFA, "{engine:?} {values}");
        }
        // Without OpenID Connect the parameter means nothing (B28).
        let answer = password(&mut world.app.browser(), "bob", &[("acr_values", MFA), ("scope", "profile")]).await;
        code_of(&answer);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b22_a_wish_that_needs_a_new_factor_can_be_put_off() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let mut browser = world.app.browser();
        let page = password(&mut browser, "bob", &[("acr_values", MFA)]).await;
        assert!(asks_to_enrol(&page), "{engine:?} {}", page.at);
        let answer = browser.submit(&page, "id=\"enrol-later\"", &[("action", "later")]).await;
        assert_eq!(id_token(world, &answer).await["acr"], PWD, "{engine:?}");
        code_of(&browser.go(&authorize(&[("acr_values", MFA)])).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_p6_a_step_up_asks_for_the_factor_alone_within_max_age() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        world.set("mfa.policy", json!("off")).await;
        let seed = desk.app_of(world.bob).await;
        let mut browser = world.app.browser();
        code_of(&password(&mut browser, "bob", &[]).await);
        desk.wait(100);
        // The challenge of a resource server (RFC 9470 §4), once within and once beyond its age.
        let page = browser.go(&authorize(&[("acr_values", MFA), ("max_age", "300")])).await;
        assert!(asks_for_code(&page), "{engine:?} {}", page.at);
        let told = id_token(world, &enter(&desk, &mut browser, &page, &seed).await).await;
        assert_eq!((&told["acr"], &told["auth_time"]), (&json!(MFA), &json!(desk.now().as_secs())), "{engine:?}");
        desk.wait(301);
        let page = browser.go(&authorize(&[("acr_values", MFA), ("max_age", "300")])).await;
        assert!(page.text().contains("id=\"password\""), "{engine:?} {}", page.at);
        // What is proved again is what counts: the password, then the factor.
        let page = browser.sign_in(&page, "bob", PASSWORD).await;
        assert!(asks_for_code(&page), "{engine:?} {}", page.at);
        let told = id_token(world, &enter(&desk, &mut browser, &page, &seed).await).await;
        assert_eq!((&told["acr"], &told["auth_time"]), (&json!(MFA), &json!(desk.now().as_secs())), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b15_prompt_login_asks_for_password_and_factor_and_neither_can_be_dodged() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let seed = desk.app_of(world.bob).await;
        let (mut browser, answer) = signed_in(&desk, "bob", &seed, &[]).await;
        let before = id_token(world, &answer).await["auth_time"].as_i64().unwrap();
        let page = browser.go(&authorize(&[("prompt", "login")])).await;
        let attempt = page.at.split_once("a=").unwrap().1.to_owned();
        // No page of the attempt leads past the password, though the session has proved a factor.
        for path in ["/signin/factor", "/signin/code", "/signin/passkey", "/signin/enrol", "/signin/enrol/totp"] {
            let answer = browser.go(&format!("{path}?a={attempt}")).await;
            assert!(answer.text().contains("id=\"password\""), "{engine:?} {path} {}", answer.at);
        }
        let page = browser.sign_in(&page, "bob", PASSWORD).await;
        assert!(asks_for_code(&page), "{engine:?} {}", page.at);
        for path in ["/signin", "/consent", "/signin/customer", "/signin/account", "/signin/enrol", "/signin/passkey"] {
            let answer = browser.go(&format!("{path}?a={attempt}")).await;
            assert!(asks_for_code(&answer), "{engine:?} {path} {}", answer.at);
        }
        let told = id_token(world, &enter(&desk, &mut browser, &page, &seed).await).await;
        assert!(told["auth_time"].as_i64().unwrap() > before && told["acr"] == MFA, "{engine:?}");
    }
}

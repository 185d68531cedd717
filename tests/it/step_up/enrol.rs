//! Setting up a first factor within the sign-in (inventory M9, M23; D29, Q74; experience.md pages 11 and 12).

use serde_json::json;
use usher::base::secret::Secret;

use super::{MFA, PWD, asks_for_code, asks_to_enrol, enter, essential, id_token, password};
use crate::{
    factors::desk::{Desk, seed},
    support::{
        browser::{Answer, Browser},
        engine::ENGINES,
        portal::{authorize, code_of},
        world::PASSWORD,
    },
};

/// The text of the element with this id.
pub fn text_of(page: &Answer, id: &str) -> String {
    let text = page.text();
    let from = text.split_once(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no {id} at {}", page.at)).1;
    from.split_once('>').unwrap().1.split('<').next().unwrap().to_owned()
}

async fn choose_app(browser: &mut Browser, page: &Answer) -> Answer {
    browser.submit(page, "id=\"factor-submit\"", &[("method", "totp")]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m9_an_app_is_set_up_on_the_way_in_and_recovery_codes_are_shown_once() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        world.set("mfa.policy", json!("required")).await;
        let mut browser = world.app.browser();
        let page = password(&mut browser, "bob", &[]).await;
        assert!(asks_to_enrol(&page) && !page.text().contains("enrol-later"), "{engine:?} {}", page.at);
        let old = browser.cookies["usher-sid"].clone();
        let page = choose_app(&mut browser, &page).await;
        let shown = text_of(&page, "totp-secret");
        assert!(shown.split(' ').all(|group| group.len() == 4), "{shown}");
        // Without a script, and without a picture from elsewhere.
        assert!(page.text().contains("id=\"totp-qr\"") && page.text().contains("<svg xmlns"), "{engine:?}");
        let uri = page.attribute("id=\"totp-link\"", "href").unwrap();
        assert!(uri.starts_with("otpauth://totp/") && uri.contains("bob"), "{uri}");
        let seed = seed(&Secret::new(shown.clone()));
        // Nothing, a wrong code and a reload keep the secret.
        let wrong = desk.wrong(&seed);
        for (code, words) in [("", "Enter the code."), (&*wrong, "That code did not work")] {
            let page = browser.submit(&page, "id=\"totp-submit\"", &[("code", code)]).await;
            assert!(page.text().contains(words), "{engine:?} {}", page.text());
            assert_eq!(text_of(&page, "totp-secret"), shown, "{engine:?}");
        }
        assert_eq!(text_of(&browser.go(&page.at).await, "totp-secret"), shown, "{engine:?}");
        let code = seed.code_at(desk.now());
        let codes = browser.submit(&page, "id=\"totp-submit\"", &[("code", code.expose())]).await;
        assert_eq!(codes.text().matches("<li><code").count(), 10, "{engine:?} {}", codes.text());
        assert_ne!(browser.cookies["usher-sid"], old, "{engine:?}");
        let proceed = codes.attribute("id=\"recovery-stored\"", "href").unwrap();
        let answer = browser.go(&proceed).await;
        let told = id_token(world, &answer).await;
        assert_eq!((&told["acr"], &told["amr"]), (&json!(MFA), &json!(["pwd", "otp", "mfa"])), "{engine:?}");
        // The next time the app is asked for, or one of the codes, once.
        let shown = codes.text();
        let recovery = shown.split("<code dir=\"ltr\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        for works in [true, false] {
            let mut browser = world.app.browser();
            let page = password(&mut browser, "bob", &[]).await;
            assert!(asks_for_code(&page), "{engine:?} {}", page.at);
            let others = browser.go(&page.attribute("id=\"other-way\"", "href").unwrap()).await;
            let page = browser.submit(&others, "id=\"factor-submit\"", &[("method", "recovery")]).await;
            let answer = browser.submit(&page, "id=\"code\"", &[("code", &recovery.to_lowercase())]).await;
            match works {
                true => {
                    // How many are left is said, and a new set is offered (M23; S8).
                    assert!(answer.text().contains("You have 9 codes left."), "{engine:?} {}", answer.text());
                    let answer = browser.go(&answer.attribute("id=\"recovery-proceed\"", "href").unwrap()).await;
                    assert_eq!(id_token(world, &answer).await["acr"], MFA, "{engine:?}");
                }
                false => assert!(answer.text().contains("used already"), "{engine:?} {}", answer.text()),
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dec_d29_whoever_signed_in_a_while_ago_proves_it_again_before_a_factor_is_bound() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let mut browser = world.app.browser();
        code_of(&password(&mut browser, "bob", &[]).await);
        desk.wait(600);
        world.set("mfa.policy", json!("required")).await;
        let page = browser.go(&authorize(&[])).await;
        assert!(asks_to_enrol(&page), "{engine:?} {}", page.at);
        let page = choose_app(&mut browser, &page).await;
        assert!(page.text().contains("id=\"password\""), "{engine:?} {}", page.at);
        // No other page of the attempt shows the secret before.
        let attempt = page.at.split_once("a=").unwrap().1.to_owned();
        let page = browser.go(&format!("/signin/enrol/totp?a={attempt}")).await;
        assert!(page.text().contains("id=\"password\""), "{engine:?} {}", page.at);
        let page = browser.sign_in(&page, "bob", PASSWORD).await;
        let page = choose_app(&mut browser, &page).await;
        let shown = text_of(&page, "totp-secret");
        // To set up the app may take its time.
        desk.wait(600);
        let code = seed(&Secret::new(shown)).code_at(desk.now());
        let codes = browser.submit(&page, "id=\"totp-submit\"", &[("code", code.expose())]).await;
        assert!(codes.text().contains("id=\"recovery-codes\""), "{engine:?} {}", codes.at);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q74_a_stronger_factor_is_bound_by_whoever_proves_the_one_they_have() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let seed = desk.app_of(world.bob).await;
        let phr = essential(&[super::PHR]);
        let mut browser = world.app.browser();
        let page = password(&mut browser, "bob", &[("claims", &phr)]).await;
        assert!(asks_for_code(&page), "{engine:?} first what he has: {}", page.at);
        let page = enter(&desk, &mut browser, &page, &seed).await;
        assert!(asks_to_enrol(&page) && page.text().contains("value=\"passkey\""), "{engine:?} {}", page.at);
        assert!(!page.text().contains("value=\"totp\""), "{engine:?}");
        // Later the proof is not fresh: the app once more, not the password.
        desk.wait(600);
        let page = browser.submit(&page, "id=\"factor-submit\"", &[("method", "passkey")]).await;
        let options = page.attribute("data-options", "data-options").unwrap();
        let token = page.form("id=\"passkey-submit\"").1.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
        let elsewhere = browser.post(&options, &[("csrf", &token)]).await;
        let page = browser.follow(elsewhere).await;
        assert!(asks_for_code(&page), "{engine:?} {}", page.at);
        let page = enter(&desk, &mut browser, &page, &seed).await;
        assert!(asks_to_enrol(&page), "{engine:?} {}", page.at);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m1_enrolment_cannot_be_walked_around() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        world.set("mfa.policy", json!("required")).await;
        let mut browser = world.app.browser();
        let page = password(&mut browser, "bob", &[]).await;
        let attempt = page.at.split_once("a=").unwrap().1.to_owned();
        for path in ["/signin", "/consent", "/signin/customer", "/signin/factor", "/signin/code", "/signin/passkey"] {
            let answer = browser.go(&format!("{path}?a={attempt}")).await;
            assert!(asks_to_enrol(&answer), "{engine:?} {path} {}", answer.at);
        }
        // Methods that are not offered, and none.
        for method in ["sms", "email", "recovery", "", "x"] {
            let answer = browser.submit(&page, "id=\"factor-submit\"", &[("method", method)]).await;
            assert!(answer.text().contains("Choose a method."), "{engine:?} {method} {}", answer.at);
        }
        // A session that proved nothing more buys nothing by itself.
        let told = browser.get(&authorize(&[("prompt", "none")])).await.redirect_params();
        assert_eq!(told["error"], "interaction_required", "{engine:?}");
        world.set("mfa.policy", json!("off")).await;
        assert_eq!(id_token(world, &browser.go(&page.at).await).await["acr"], PWD, "{engine:?}");
    }
}

//! Passkeys on the hosted pages: as the second factor, alone, and new (experience.md pages 1, 3, 13).

use serde_json::{Value, json};
use usher::flow::factors::list::list_factors;

use super::{PHR, asks_to_enrol, essential, id_token, password};
use crate::{
    factors::{desk::Desk, soft::SoftPasskey},
    support::{
        app::ISSUER,
        browser::{Answer, Browser},
        engine::ENGINES,
        portal::{authorize, code_of},
    },
};

/// What the script of a page is told to ask the browser.
pub async fn options(browser: &mut Browser, page: &Answer) -> Value {
    let (_, hidden) = page.form("id=\"passkey-submit\"");
    let token = hidden.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let path = page.attribute("data-options", "data-options").unwrap();
    let answer = browser.post(&path, &[("csrf", &token)]).await;
    assert_eq!(answer.status, 200, "{} {}", page.at, answer.text());
    answer.json()
}

/// Posts what the authenticator said.
pub async fn say(browser: &mut Browser, page: &Answer, said: &str, more: &[(&str, &str)]) -> Answer {
    let (action, hidden) = page.form("id=\"passkey-submit\"");
    let token = hidden.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
    let fields = [&[("csrf", token.as_str()), ("credential", said)], more].concat();
    let answer = browser.post(&action, &fields).await;
    browser.follow(answer).await
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m2_a_passkey_is_the_second_factor() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let mut key = desk.passkey_of(world.bob, SoftPasskey::new()).await;
        world.set("mfa.remember_device", json!("P30D")).await;
        let mut browser = world.app.browser();
        let page = password(&mut browser, "bob", &[]).await;
        assert!(page.at.starts_with("/signin/passkey?a="), "{engine:?} {}", page.at);
        assert!(page.text().contains("/theme/passkey"), "{engine:?} the script");
        // A stranger's answer, rubbish, and an answer to an earlier question.
        let stranger = SoftPasskey::new();
        let asked = options(&mut browser, &page).await;
        for said in ["", "{}", &stranger_says(stranger, &asked)] {
            let page = say(&mut browser, &page, said, &[]).await;
            assert!(page.text().contains("That passkey did not work"), "{engine:?} {}", page.text());
        }
        let said = key.get(&asked);
        let page = say(&mut browser, &page, &said, &[]).await;
        assert!(page.text().contains("That passkey did not work"), "{engine:?} its challenge is used up");
        let said = key.get(&options(&mut browser, &page).await);
        let answer = say(&mut browser, &page, &said, &[("trust_device", "1")]).await;
        let told = id_token(world, &answer).await;
        assert_eq!((&told["acr"], &told["amr"]), (&json!(PHR), &json!(["pwd", "swk", "user", "mfa"])), "{engine:?}");
        assert!(browser.cookies.contains_key("usher-trust"), "{engine:?}");
    }
}

/// A passkey that nobody registered answers all the same.
fn stranger_says(mut stranger: SoftPasskey, asked: &Value) -> String {
    let mut open = asked.clone();
    open["publicKey"]["allowCredentials"] = json!([]);
    stranger.get(&open)
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m2_a_passkey_alone_signs_in_with_the_highest_class() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let mut key = desk.passkey_of(world.bob, SoftPasskey::new()).await;
        world.set("mfa.policy", json!("required")).await;
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[("claims", &essential(&[PHR]))])).await;
        assert!(page.text().contains("autocomplete=\"username webauthn\""), "{engine:?}");
        assert!(page.text().contains("data-conditional"), "{engine:?}");
        let asked = options(&mut browser, &page).await;
        assert_eq!(asked["publicKey"]["allowCredentials"], json!([]), "{engine:?} nobody is known yet");
        let said = key.get(&asked);
        let answer = say(&mut browser, &page, &said, &[("remember", "1")]).await;
        let told = id_token(world, &answer).await;
        assert_eq!((&told["acr"], &told["amr"]), (&json!(PHR), &json!(["swk", "user", "mfa"])), "{engine:?}");
        assert_eq!(told["sub"], world.bob.text(), "{engine:?}");
        // Once.
        let mut other = world.app.browser();
        let page = other.go(&authorize(&[])).await;
        let rejected = say(&mut other, &page, &said, &[]).await;
        assert!(rejected.text().contains("id=\"error-summary\""), "{engine:?} {}", rejected.text());
        // A disabled owner learns nothing else than a stranger.
        let said = key.get(&options(&mut other, &page).await);
        world.change_user(world.bob, |user| user.active = false).await;
        let disabled = say(&mut other, &page, &said, &[]).await;
        let asked = options(&mut other, &page).await;
        let unknown = say(&mut other, &page, &stranger_says(SoftPasskey::new(), &asked), &[]).await;
        for answer in [disabled, unknown] {
            assert!(answer.text().contains("That passkey did not work"), "{engine:?} {}", answer.text());
            assert!(answer.location().is_none(), "{engine:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b15_only_the_same_person_proves_it_again_by_a_passkey() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let mut bobs = desk.passkey_of(world.bob, SoftPasskey::new()).await;
        let mut annas = desk.passkey_of(world.anna, SoftPasskey::new()).await;
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[])).await;
        let said = bobs.get(&options(&mut browser, &page).await);
        code_of(&say(&mut browser, &page, &said, &[]).await);
        desk.wait(10);
        let page = browser.go(&authorize(&[("prompt", "login")])).await;
        assert!(!page.text().contains("data-conditional"), "{engine:?}");
        let said = annas.get(&options(&mut browser, &page).await);
        let page = say(&mut browser, &page, &said, &[]).await;
        assert!(page.text().contains("That passkey did not work"), "{engine:?} {}", page.at);
        let said = bobs.get(&options(&mut browser, &page).await);
        let told = id_token(world, &say(&mut browser, &page, &said, &[]).await).await;
        assert_eq!((&told["sub"], &told["auth_time"]), (&json!(world.bob.text()), &json!(desk.now().as_secs())));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m2_a_passkey_is_made_on_the_way_in() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        world.set("mfa.policy", json!("required")).await;
        let mut browser = world.app.browser();
        let page = password(&mut browser, "bob", &[]).await;
        assert!(asks_to_enrol(&page), "{engine:?} {}", page.at);
        let page = browser.submit(&page, "id=\"factor-submit\"", &[("method", "passkey")]).await;
        assert!(page.at.starts_with("/signin/enrol/passkey?a="), "{engine:?} {}", page.at);
        let mut key = SoftPasskey::new();
        options(&mut browser, &page).await;
        let page = say(&mut browser, &page, "{}", &[]).await;
        assert!(page.text().contains("That passkey did not work"), "{engine:?} {}", page.text());
        let said = key.create(&options(&mut browser, &page).await);
        let codes = say(&mut browser, &page, &said, &[]).await;
        assert!(codes.text().contains("id=\"recovery-codes\""), "{engine:?} {}", codes.text());
        let proceed = codes.attribute("id=\"recovery-stored\"", "href").unwrap();
        // It works already, and gets a name on the way.
        let page = browser.go(&proceed).await;
        assert!(page.at.starts_with("/signin/enrol/passkey/name?a="), "{engine:?} {}", page.at);
        let empty = browser.submit(&page, "id=\"factor_name\"", &[("factor_name", "  ")]).await;
        assert!(empty.text().contains("Enter a name."), "{engine:?} {}", empty.text());
        let answer = browser.submit(&empty, "id=\"factor_name\"", &[("factor_name", "Work laptop")]).await;
        let told = id_token(world, &answer).await;
        assert_eq!((&told["acr"], &told["amr"]), (&json!(PHR), &json!(["pwd", "swk", "user", "mfa"])), "{engine:?}");
        let listed = list_factors(desk.node(), world.bob).await.unwrap();
        assert_eq!(listed.enrolled[0].name, "Work laptop", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_names_the_passkey_of_somebody_else() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        desk.passkey_of(world.anna, SoftPasskey::new()).await;
        let annas = list_factors(desk.node(), world.anna).await.unwrap().enrolled[0].clone();
        let mut key = desk.passkey_of(world.bob, SoftPasskey::new()).await;
        world.set("mfa.policy", json!("required")).await;
        let mut browser = world.app.browser();
        let page = password(&mut browser, "bob", &[]).await;
        let attempt = page.at.split_once("a=").unwrap().1.to_owned();
        let (_, hidden) = page.form("id=\"passkey-submit\"");
        let csrf = hidden.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
        let path = format!("/signin/enrol/passkey/name?a={attempt}&id={}", annas.id);
        assert!(browser.get(&path).await.location().is_some(), "{engine:?}: nothing to see");
        browser.post(&path, &[("csrf", &csrf), ("factor_name", "Mine")]).await;
        // Nor one's own that was not proved yet.
        let own = list_factors(desk.node(), world.bob).await.unwrap().enrolled[0].clone();
        let path = format!("/signin/enrol/passkey/name?a={attempt}&id={}", own.id);
        browser.post(&path, &[("csrf", &csrf), ("factor_name", "Mine")]).await;
        for (user, name) in [(world.anna, &annas.name), (world.bob, &own.name)] {
            let listed = list_factors(desk.node(), user).await.unwrap();
            assert_eq!(&listed.enrolled[0].name, name, "{engine:?}");
        }
        let said = key.get(&options(&mut browser, &page).await);
        assert_eq!(id_token(world, &say(&mut browser, &page, &said, &[]).await).await["acr"], PHR, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q89_nobody_else_gets_a_challenge() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[])).await;
        let path = page.attribute("data-options", "data-options").unwrap();
        let (_, hidden) = page.form("id=\"passkey-submit\"");
        let token = hidden.into_iter().find(|(name, _)| name == "csrf").unwrap().1;
        assert_eq!(browser.post(&path, &[("csrf", "x")]).await.status, 403, "{engine:?}");
        // Another browser has no part in the attempt.
        let answer = world.app.browser().post(&path, &[("csrf", &token)]).await;
        assert!(!answer.text().contains("publicKey"), "{engine:?} {}", answer.text());
        let elsewhere = axum::http::Request::post(&path)
            .header("origin", "https://evil.example")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("csrf={token}").into());
        assert_eq!(browser.send(elsewhere.unwrap()).await.status, 403, "{engine:?} {ISSUER}");
        // Where passkeys are not allowed there is neither button nor challenge.
        world.set("mfa.methods", json!(["totp"])).await;
        let page = browser.go(&page.at).await;
        assert!(!page.text().contains("passkey"), "{engine:?}");
        let answer = browser.post(&path, &[("csrf", &token)]).await;
        assert!(!answer.text().contains("publicKey"), "{engine:?}");
    }
}

//! The consent page: what it shows is what is agreed to, and what is agreed to lasts as long as it says
//! (security.md Q33, experience.md page 14).

use std::time::Duration;

use serde_json::{Value, json};
use usher::{base::clock::Clock, store};

use crate::support::{
    app::basic,
    browser::{Answer, Browser},
    engine::ENGINES,
    portal::{VERIFIER, authorize, claims, code_of},
    world::{CALLBACK, PASSWORD, SECRET, World},
};

const ANNA: &str = "anna@acme.example";

fn is_consent(answer: &Answer) -> bool {
    answer.status == 200 && answer.at.starts_with("/consent?")
}

async fn allow(browser: &mut Browser, page: &Answer) -> Answer {
    browser.submit(page, "id=\"consent-allow\"", &[("action", "allow")]).await
}

/// What a page says about how long access lasts.
fn lasts(page: &Answer) -> String {
    assert!(is_consent(page), "{} {}", page.at, page.text());
    let text = page.text();
    let sentence = text.split("id=\"consent-life\"").nth(1).unwrap().split("</p>").next().unwrap();
    let sentence = sentence.split("<span>").nth(1).unwrap().split("</span>").next().unwrap();
    sentence.replace("<bdi>", "").replace("</bdi>", "")
}

impl World {
    /// Sets a setting of one client.
    async fn set_for_client(&self, client: &str, name: &str, value: Value) {
        let row = store::setting::SettingRow {
            level: "client".into(),
            subject: client.into(),
            name: name.into(),
            value: value.to_string(),
        };
        let mut tx = self.app.node.db.write().await.unwrap();
        store::setting::set(&mut tx, &row, "test", self.app.clock.now()).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q33_consent_says_how_long_access_lasts_at_the_level_of_the_client() {
    const OFFLINE: (&str, &str) = ("scope", "openid offline_access");
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "consent": "always" })).await;
        let once = json!({ "client_id": "once", "consent": "always", "grant_types": ["authorization_code"] });
        world.client(once).await;
        let asked = async |changes: &[(&str, &str)], remember: bool| {
            let mut browser = world.app.browser();
            let page = browser.go(&authorize(changes)).await;
            let mut fields = vec![("username", "bob"), ("password", PASSWORD)];
            fields.extend(remember.then_some(("remember", "1")));
            lasts(&browser.submit(&page, "id=\"password\"", &fields).await)
        };
        let session = |time: &str| format!("This access ends when you sign out here, or after {time} at the latest.");
        let offline = |time: &str| format!("This access goes on after you have signed out, for {time} at most.");
        let unused = |time: &str| format!(" It ends earlier if it is not used for {time}.");
        assert_eq!(asked(&[], false).await, session("12 hours"), "{engine:?}");
        assert_eq!(asked(&[], true).await, session("14 days"), "{engine:?}");
        assert_eq!(asked(&[OFFLINE], false).await, offline("30 days") + &unused("12 hours"), "{engine:?}");
        // A client that cannot refresh has its token, whatever it asks for.
        for changes in [&[("client_id", "once")][..], &[("client_id", "once"), OFFLINE]] {
            assert_eq!(asked(changes, true).await, "This access ends after 10 minutes.", "{engine:?}");
        }
        // The client's own settings count, those of others do not.
        world.set("token.refresh_max", json!("P3D")).await;
        world.set_for_client("once", "token.access", json!("PT1H")).await;
        assert_eq!(asked(&[OFFLINE], false).await, offline("3 days") + &unused("12 hours"), "{engine:?}");
        assert_eq!(asked(&[], true).await, session("3 days"), "{engine:?}: refreshing ends before the session");
        world.set_for_client("portal", "token.refresh_max", json!("P7D")).await;
        world.set_for_client("portal", "token.refresh_idle", json!("P7D")).await;
        world.set_for_client("portal", "session.max", json!("PT90M")).await;
        assert_eq!(asked(&[OFFLINE], false).await, offline("7 days"), "{engine:?}");
        assert_eq!(asked(&[], false).await, session("90 minutes"), "{engine:?}");
        assert_eq!(asked(&[("client_id", "once")], false).await, "This access ends after 1 hour.", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q33_the_lifetime_is_said_in_every_language() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "consent": "always" })).await;
        let mut browser = world.app.browser();
        let asked = authorize(&[("scope", "openid offline_access")]);
        let page = browser.go(&asked).await;
        browser.sign_in(&page, "bob", PASSWORD).await;
        for (language, words) in [
            ("en", ["30 days at most", "not used for 12 hours"]),
            ("de", ["höchstens 30 Tage lang", "12 Stunden lang nicht genutzt"]),
            ("fr", ["30 jours au plus", "pas utilisé pendant 12 heures"]),
            ("sv", ["i högst 30 dagar", "inte används på 12 timmar"]),
        ] {
            let page = browser.go(&asked).await;
            let said = lasts(&browser.get(&format!("{}&lang={language}", page.at)).await);
            assert!(words.iter().all(|words| said.contains(words)), "{engine:?} {language}: {said}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q33_access_lasts_as_long_as_the_page_said() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "consent": "always" })).await;
        world.set_for_client("portal", "token.refresh_max", json!("P2D")).await;
        world.set_for_client("portal", "token.refresh_idle", json!("P1D")).await;
        let granted = async |scope: &str, said: &str| {
            let mut browser = world.app.browser();
            let page = browser.go(&authorize(&[("scope", scope)])).await;
            let page = browser.sign_in(&page, "bob", PASSWORD).await;
            assert!(lasts(&page).contains(said), "{engine:?} {}", lasts(&page));
            let code = code_of(&allow(&mut browser, &page).await);
            (browser, world.redeem(&code).await.json()["refresh_token"].as_str().unwrap().to_owned())
        };
        let refreshed = async |token: &mut String| {
            let answer = world.refresh(token, &[]).await;
            if answer.status == 200 {
                *token = answer.json()["refresh_token"].as_str().unwrap().to_owned();
            }
            answer.status == 200
        };
        let (_, mut offline) = granted("openid offline_access", "2 days at most").await;
        let (_, mut unused) = granted("openid offline_access", "not used for 1 day").await;
        let (mut browser, mut online) = granted("openid", "or after 12 hours at the latest").await;
        let (_, mut at_work) = granted("openid", "when you sign out").await;
        // Signing out ends what was to end then.
        let page = browser.go("/signout").await;
        browser.submit(&page, "logout-confirm", &[("action", "sign-out")]).await;
        assert!(!refreshed(&mut online).await, "{engine:?}");
        for hour in 1..=48 {
            world.app.clock.advance(Duration::from_secs(3599));
            assert_eq!(refreshed(&mut at_work).await, hour < 13, "{engine:?} hour {hour}");
            assert!(refreshed(&mut offline).await, "{engine:?} hour {hour}");
            if hour == 23 {
                assert!(refreshed(&mut unused).await, "{engine:?}: within the day");
            }
        }
        assert!(!refreshed(&mut unused).await, "{engine:?}: unused for a day");
        world.app.clock.advance(Duration::from_secs(48));
        assert!(!refreshed(&mut offline).await, "{engine:?}: two days are over");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_consent_is_given_for_the_company_that_was_shown() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "consent": "remember" })).await;
        let mut browser = world.app.browser();
        let page = browser.go(&authorize(&[("scope", "openid customer:acme")])).await;
        let page = browser.sign_in(&page, ANNA, PASSWORD).await;
        code_of(&allow(&mut browser, &page).await);
        // The page shows Acme. In another tab, Beta is taken meanwhile.
        let more = ("scope", "openid customer profile");
        let stale = browser.go(&authorize(&[more])).await;
        assert!(is_consent(&stale) && stale.text().contains("Acme AB"), "{engine:?} {}", stale.text());
        let tab = browser.go(&authorize(&[("scope", "openid customer:beta")])).await;
        code_of(&allow(&mut browser, &tab).await);
        let shown = allow(&mut browser, &stale).await;
        assert!(is_consent(&shown), "{engine:?}: asked again: {}", shown.at);
        assert!(shown.text().contains("Beta Oy") && !shown.text().contains("Acme AB"), "{engine:?}");
        for company in ["acme", "beta"] {
            let scope = format!("openid profile customer:{company}");
            let silent = browser.get(&authorize(&[("scope", &scope), ("prompt", "none")])).await;
            assert_eq!(silent.error(), "consent_required", "{engine:?}: nothing was agreed to for {company}");
        }
        let answer = allow(&mut browser, &shown).await;
        let tokens = world.redeem(&code_of(&answer)).await.json();
        assert_eq!(claims(tokens["access_token"].as_str().unwrap())["customer_code"], "BETA", "{engine:?}");
        let silent = browser.get(&authorize(&[("scope", "openid profile customer:acme"), ("prompt", "none")])).await;
        assert_eq!(silent.error(), "consent_required", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_consent_is_given_for_the_scopes_that_were_shown() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let client = |scope: &str| json!({ "client_id": "third", "consent": "remember", "scope": scope });
        world.client(client("openid profile")).await;
        let mut browser = world.app.browser();
        let claims = ("claims", r#"{"userinfo":{"phone_number":null}}"#);
        let asked = [("client_id", "third"), ("scope", "openid profile"), claims];
        let page = browser.go(&authorize(&asked)).await;
        let stale = browser.sign_in(&page, "bob", PASSWORD).await;
        assert!(is_consent(&stale) && !stale.text().contains("phone number"), "{engine:?} {}", stale.text());
        // The client may have telephone numbers now, and the request names one.
        world.client(client("openid profile phone")).await;
        let shown = allow(&mut browser, &stale).await;
        assert!(is_consent(&shown) && shown.text().contains("see your phone number"), "{engine:?} {}", shown.text());
        let silent = [asked.as_slice(), &[("prompt", "none")]].concat();
        assert_eq!(browser.get(&authorize(&silent)).await.error(), "consent_required", "{engine:?}");
        let code = code_of(&allow(&mut browser, &shown).await);
        let fields = [
            ("grant_type", "authorization_code"),
            ("code", code.as_str()),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        assert_eq!(world.app.token(Some(&basic("third", SECRET)), &fields).await.status, 200, "{engine:?}");
        code_of(&browser.get(&authorize(&silent)).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_consent_page_shows_exactly_what_userinfo_tells_then() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({ "consent": "always", "claim_aliases": { "x_firma": "customer_name" } })).await;
        let mut browser = world.app.browser();
        let scope = "openid profile email address customers roles permissions customer:acme";
        let page = browser.go(&authorize(&[("scope", scope)])).await;
        let page = browser.sign_in(&page, ANNA, PASSWORD).await;
        let text = page.text();
        let shown = text.split("<dl").nth(1).unwrap().split("</dl>").next().unwrap().to_owned();
        let values: Vec<&str> =
            shown.split("<dd dir=\"auto\">").skip(1).map(|value| value.split("</dd>").next().unwrap()).collect();
        let code = code_of(&allow(&mut browser, &page).await);
        let tokens = world.redeem(&code).await.json();
        let told = world.app.user_info(tokens["access_token"].as_str().unwrap()).await.json();
        let told = told.as_object().unwrap();
        assert_eq!(values.len(), told.len(), "{engine:?} {told:?} {shown}");
        for name in ["name", "email", "customer_name", "x_firma", "sub", "reference_name"] {
            assert!(values.contains(&told[name].as_str().unwrap()), "{engine:?} {name} {shown}");
        }
        let others = ["Yes", "buyer", "orders.create, orders.read, prices.read", "Acme AB (ACME), Beta Oy (BETA)"];
        for value in others {
            assert!(values.contains(&value), "{engine:?} {value} {shown}");
        }
        assert!(shown.contains("Storgatan 1, 111 22 Stockholm"), "{engine:?} {shown}");
        // What is not asked for is not told, and not shown.
        let page = browser.go(&authorize(&[("prompt", "consent")])).await;
        let shown = page.text();
        assert!(!shown.contains("anna@acme.example</dd>") && shown.matches("<dd ").count() == 1, "{engine:?} {shown}");
    }
}

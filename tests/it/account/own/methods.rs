//! Sign-in methods: added, named and removed on the pages of the account (inventory M9, M23; D29, Q62, Q74, Q83, Q84).

use std::time::Duration;

use serde_json::{Value, json};
use usher::{base::secret::Secret, store};

use super::{ANNA, asks_to_sign_in, at, mails};
use crate::{
    factors::{
        desk::{Desk, seed},
        soft::SoftPasskey,
    },
    step_up::{asks_for_code, enter},
    support::{
        browser::{Answer, Browser},
        engine::ENGINES,
        world::PASSWORD,
    },
};

const PATH: &str = "/account/mfa";

fn text_of(page: &Answer, id: &str) -> String {
    let text = page.text();
    let from = text.split_once(&format!("id=\"{id}\"")).unwrap_or_else(|| panic!("no {id} at {}", page.at)).1;
    from.split_once('>').unwrap().1.split('<').next().unwrap().to_owned()
}

/// Chooses a method on the page that lists them.
async fn choose(browser: &mut Browser, method: &str) -> Answer {
    let page = browser.go(PATH).await;
    browser.submit(&page, "id=\"factor-submit\"", &[("method", method)]).await
}

/// Asks the page of a new passkey for what the browser is to do.
async fn options(browser: &mut Browser, page: &Answer) -> Value {
    let (_, hidden) = page.form("data-passkey");
    let csrf = &hidden.iter().find(|(name, _)| name == "csrf").unwrap().1;
    let path = page.attribute("data-passkey", "data-options").unwrap();
    let answer = browser.post(&path, &[("csrf", csrf)]).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m9_an_app_is_added_named_and_removed_and_each_is_told() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let (mut bob, page) = at(world, "bob", PATH).await;
        assert!(page.text().contains("You have added nothing yet"), "{engine:?}");
        let page = choose(&mut bob, "totp").await;
        assert_eq!(page.at, "/account/mfa/totp", "{engine:?}");
        let shown = text_of(&page, "totp-secret");
        let secret = seed(&Secret::new(shown.clone()));
        // A wrong code and a reload keep the secret.
        let wrong = desk.wrong(&secret);
        for (code, words) in [("", "Enter the code."), (&*wrong, "That code did not work")] {
            let page = bob.submit(&page, "id=\"totp-submit\"", &[("code", code)]).await;
            assert!(page.text().contains(words), "{engine:?} {}", page.text());
            assert_eq!(text_of(&page, "totp-secret"), shown, "{engine:?}");
        }
        assert_eq!(mails(world, "mfa.added").await, 0, "{engine:?}");
        let old = bob.cookies["usher-sid"].clone();
        let codes = bob.submit(&page, "id=\"totp-submit\"", &[("code", secret.code_at(desk.now()).expose())]).await;
        assert_eq!(codes.text().matches("<li><code").count(), 10, "{engine:?} {}", codes.text());
        assert_ne!(bob.cookies["usher-sid"], old, "{engine:?}: the session rose");
        // The app, and the codes that came with it.
        assert_eq!(mails(world, "mfa.added").await, 2, "{engine:?}");
        let page = bob.go(&codes.attribute("id=\"recovery-stored\"", "href").unwrap()).await;
        assert!(page.text().contains("Authenticator app") && page.text().contains("10 codes are left"), "{engine:?}");
        assert!(page.text().contains("Sign out everywhere else"), "{engine:?}: offered after a change (Q83)");
        assert!(!page.text().contains("value=\"totp\""), "{engine:?}: one app is enough");
        let page = bob.go(&page.attribute("factor-manage-1", "href").unwrap()).await;
        let nameless = bob.submit(&page, "id=\"factor-rename\"", &[("action", "rename"), ("factor_name", " ")]).await;
        assert!(nameless.text().contains("Enter a name"), "{engine:?}");
        let named = [("action", "rename"), ("factor_name", "My <phone>")];
        let page = bob.submit(&page, "id=\"factor-rename\"", &named).await;
        assert!(page.text().contains("My &lt;phone&gt;"), "{engine:?} {}", page.text());
        let page = bob.submit(&page, "id=\"factor-remove\"", &[("action", "remove")]).await;
        assert!(page.text().contains("The method is removed") && page.text().contains("nothing yet"), "{engine:?}");
        assert_eq!(mails(world, "mfa.removed").await, 1, "{engine:?}");
        let mut tx = desk.node().db.read().await.unwrap();
        assert_eq!(store::recovery_code::left(&mut tx, world.bob).await.unwrap(), 0, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q74_whoever_holds_a_factor_proves_it_before_another_is_added_or_one_is_removed() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        world.set("mfa.policy", json!("off")).await;
        let seed = desk.app_of(world.anna).await;
        // A password opens the pages where factors are off, but it changes none.
        let (mut anna, page) = at(world, ANNA, PATH).await;
        let manage = page.attribute("factor-manage-1", "href").unwrap();
        for path in ["/account/mfa/passkey", "/account/mfa/recovery"] {
            assert!(asks_for_code(&anna.go(path).await), "{engine:?} {path}");
        }
        let page = anna.go(&manage).await;
        let asked = anna.submit(&page, "id=\"factor-remove\"", &[("action", "remove")]).await;
        assert!(asks_for_code(&asked), "{engine:?} {}", asked.at);
        let page = enter(&desk, &mut anna, &asked, &seed).await;
        assert!(page.at.starts_with(&manage) && page.text().contains("choose once more"), "{engine:?} {}", page.at);
        // Five minutes later it has to be proved again, and the password does not do.
        world.app.clock.advance(Duration::from_secs(5 * 60));
        let asked = anna.submit(&page, "id=\"factor-remove\"", &[("action", "remove")]).await;
        assert!(asks_for_code(&asked), "{engine:?} {}", asked.at);
        let page = enter(&desk, &mut anna, &asked, &seed).await;
        let page = anna.submit(&page, "id=\"factor-remove\"", &[("action", "remove")]).await;
        assert!(page.text().contains("The method is removed"), "{engine:?} {}", page.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q84_a_password_of_five_minutes_ago_adds_nothing() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (mut bob, _) = at(&desk.world, "bob", PATH).await;
        let page = choose(&mut bob, "totp").await;
        let shown = text_of(&page, "totp-secret");
        let secret = seed(&Secret::new(shown.clone()));
        desk.world.app.clock.advance(Duration::from_secs(5 * 60));
        let code = secret.code_at(desk.now());
        let asked = bob.submit(&page, "id=\"totp-submit\"", &[("code", code.expose())]).await;
        assert!(asks_to_sign_in(&asked), "{engine:?} {}", asked.at);
        // What was begun waits.
        let page = bob.sign_in(&asked, "bob", PASSWORD).await;
        assert_eq!((page.at.as_str(), text_of(&page, "totp-secret")), ("/account/mfa/totp", shown), "{engine:?}");
        let codes = bob.submit(&page, "id=\"totp-submit\"", &[("code", code.expose())]).await;
        assert!(codes.text().contains("recovery-stored"), "{engine:?} {}", codes.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m2_a_passkey_is_added_and_named() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (mut bob, _) = at(&desk.world, "bob", PATH).await;
        let page = choose(&mut bob, "passkey").await;
        assert_eq!(page.at, "/account/mfa/passkey", "{engine:?}");
        let mut passkey = SoftPasskey::new();
        let asked = options(&mut bob, &page).await;
        let wrong = bob.submit(&page, "data-passkey", &[("credential", "{}")]).await;
        assert!(wrong.text().contains("That passkey did not work"), "{engine:?} {}", wrong.text());
        // The challenge is used up, whatever the answer was worth.
        let answer = passkey.create(&asked);
        let stale = bob.submit(&wrong, "data-passkey", &[("credential", &answer)]).await;
        assert!(stale.text().contains("it begins again"), "{engine:?} {}", stale.text());
        let asked = options(&mut bob, &stale).await;
        let answer = passkey.create(&asked);
        let codes = bob.submit(&stale, "data-passkey", &[("credential", &answer)]).await;
        let page = bob.go(&codes.attribute("id=\"recovery-stored\"", "href").unwrap()).await;
        assert!(page.text().contains("id=\"factor_name\""), "{engine:?} {}", page.text());
        assert_eq!(mails(&desk.world, "passkey.added").await, 1, "{engine:?}");
        let page = bob.submit(&page, "id=\"factor-rename\"", &[("action", "rename"), ("factor_name", "Key")]).await;
        let page = bob.submit(&page, "id=\"factor-remove\"", &[("action", "remove")]).await;
        assert!(page.text().contains("The method is removed"), "{engine:?} {}", page.text());
        assert_eq!(mails(&desk.world, "passkey.removed").await, 1, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_factor_stays_where_one_is_required() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let seed = desk.app_of(world.anna).await;
        world.set("mfa.policy", json!("required")).await;
        let mut anna = world.app.browser();
        let page = anna.go(PATH).await;
        let page = anna.sign_in(&page, ANNA, PASSWORD).await;
        let page = enter(&desk, &mut anna, &page, &seed).await;
        let page = anna.go(&page.attribute("factor-manage-1", "href").unwrap()).await;
        let page = anna.submit(&page, "id=\"factor-remove\"", &[("action", "remove")]).await;
        assert!(page.text().contains("this is the only one you have"), "{engine:?} {}", page.text());
        // A factor of somebody else, or none, is not there.
        let strange = "/account/mfa/00000000-0000-7000-8000-000000000000";
        assert_eq!(anna.go(strange).await.status, 404, "{engine:?}");
        assert_eq!(mails(world, "mfa.removed").await, 0, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m23_new_recovery_codes_take_the_place_of_the_old_ones() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let seed = desk.app_of(world.anna).await;
        let session = desk.raised(world.anna, &seed).await;
        let old = desk.codes_of(&session).await;
        let mut anna = world.app.browser();
        let page = anna.go("/account/mfa/recovery").await;
        let page = anna.sign_in(&page, ANNA, PASSWORD).await;
        let page = enter(&desk, &mut anna, &page, &seed).await;
        assert!(page.text().contains("10 codes are left"), "{engine:?} {}", page.text());
        let shown = anna.submit(&page, "id=\"recovery-make\"", &[]).await;
        assert_eq!(shown.text().matches("<li><code").count(), 10, "{engine:?} {}", shown.text());
        assert!(!shown.text().contains(old[0].expose().as_str()), "{engine:?}");
        let mut tx = desk.node().db.read().await.unwrap();
        assert_eq!(store::recovery_code::left(&mut tx, world.anna).await.unwrap(), 10, "{engine:?}");
        drop(tx);
        // Somebody without a factor has nothing to recover.
        let (mut bob, _) = at(world, "bob", PATH).await;
        assert_eq!(bob.go("/account/mfa/recovery").await.at, PATH, "{engine:?}");
    }
}

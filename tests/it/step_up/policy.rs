//! What the policy of the site, a client, a company and a group demands (domain.md 4, 5; inventory M1, M27).

use serde_json::json;
use usher::{base::clock::Clock, store};

use super::{
    ANNA, COMPANY, MFA, PWD, asks_for_code, asks_to_enrol, choose, enter, essential, fresh_code, group_of, id_token,
    password, set_at, signed_in,
};
use crate::{
    factors::desk::Desk,
    support::{
        engine::ENGINES,
        portal::{authorize, code_of},
    },
};

#[tokio::test(flavor = "multi_thread")]
async fn prot_p6_prot_b30_a_company_that_demands_more_steps_up_after_it_is_chosen() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        // Nobody is asked who is not asked for it.
        world.set("mfa.policy", json!("off")).await;
        let seed = desk.app_of(world.anna).await;
        set_at(world, "customer", &world.beta.text(), "mfa.policy", json!("required")).await;
        let mut browser = world.app.browser();
        let chooser = password(&mut browser, ANNA, &[COMPANY]).await;
        let answer = choose(&mut browser, &chooser, &world.anna_at_acme.text()).await;
        let before = id_token(world, &answer).await;
        assert_eq!((&before["acr"], &before["customer_code"]), (&json!(PWD), &json!("ACME")), "{engine:?}");
        let page = browser.go(&authorize(&[("scope", "openid customer:BETA")])).await;
        assert!(asks_for_code(&page) && page.text().contains("Beta Oy"), "{engine:?} {} {}", page.at, page.text());
        // It is demanded of nobody who stays where they are.
        let elsewhere = id_token(world, &browser.clone().go(&authorize(&[COMPANY])).await).await;
        assert_eq!(elsewhere["customer_code"], "ACME", "{engine:?}");
        let old = browser.cookies["usher-sid"].clone();
        let answer = enter(&desk, &mut browser, &page, &seed).await;
        let after = id_token(world, &answer).await;
        assert_eq!((&after["acr"], &after["customer_code"]), (&json!(MFA), &json!("BETA")), "{engine:?}");
        assert_eq!(after["amr"], json!(["pwd", "otp", "mfa"]), "{engine:?}");
        assert_eq!((&after["sub"], &after["sid"]), (&before["sub"], &before["sid"]), "{engine:?}");
        assert!(after["auth_time"].as_i64() > before["auth_time"].as_i64(), "{engine:?}");
        assert_ne!(browser.cookies["usher-sid"], old, "{engine:?}");
        // The old cookie opens nothing; with the new one a request for less keeps what was proved.
        let mut thief = browser.clone();
        thief.cookies.insert("usher-sid".to_owned(), old);
        let told = thief.get(&authorize(&[("prompt", "none")])).await.redirect_params();
        assert_eq!(told["error"], "login_required", "{engine:?}");
        for changes in [&[][..], &[("acr_values", PWD)], &[("scope", "openid customer:ACME")]] {
            let later = id_token(world, &browser.go(&authorize(changes)).await).await;
            assert_eq!((&later["acr"], &later["sid"]), (&json!(MFA), &before["sid"]), "{engine:?} {changes:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dom_4_leaving_the_step_up_offers_the_other_companies_and_leaves_the_session_as_it_is() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        world.set("mfa.policy", json!("off")).await;
        let seed = desk.app_of(world.anna).await;
        set_at(world, "customer", &world.beta.text(), "mfa.policy", json!("required")).await;
        let mut browser = world.app.browser();
        let chooser = password(&mut browser, ANNA, &[COMPANY]).await;
        let page = choose(&mut browser, &chooser, &world.anna_at_beta.text()).await;
        assert!(asks_for_code(&page), "{engine:?} {}", page.at);
        // A wrong code takes nothing away.
        let wrong = desk.wrong(&seed);
        let page = browser.submit(&page, "id=\"code\"", &[("code", &wrong)]).await;
        assert!(asks_for_code(&page) && page.text().contains("That code did not work"), "{engine:?} {}", page.text());
        let chooser = browser.submit(&page, "id=\"other-company\"", &[("action", "company")]).await;
        assert!(chooser.at.starts_with("/signin/customer?a="), "{engine:?} {}", chooser.at);
        // She may change her mind, twice.
        let page = choose(&mut browser, &chooser, &world.anna_at_beta.text()).await;
        let chooser = browser.submit(&page, "id=\"other-company\"", &[("action", "company")]).await;
        let answer = choose(&mut browser, &chooser, &world.anna_at_acme.text()).await;
        let told = id_token(world, &answer).await;
        assert_eq!((&told["acr"], &told["customer_code"]), (&json!(PWD), &json!("ACME")), "{engine:?}");
        // Where the client named the company there is no other.
        let page = browser.go(&authorize(&[("scope", "openid customer:BETA")])).await;
        assert!(asks_for_code(&page) && !page.text().contains("other-company"), "{engine:?}");
        // Another account is a way out always.
        let page = browser.submit(&page, "id=\"account-other\"", &[("action", "other")]).await;
        assert!(page.text().contains("id=\"password\""), "{engine:?} {}", page.at);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m1_the_strictest_of_site_client_company_and_group_is_demanded() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let seed = desk.app_of(world.bob).await;
        let asks = async |changes: &[(&str, &str)]| {
            let page = password(&mut world.app.browser(), "bob", changes).await;
            asks_for_code(&page)
        };
        assert!(asks(&[]).await, "{engine:?} optional: whoever has a factor proves it");
        world.set("mfa.policy", json!("off")).await;
        assert!(!asks(&[]).await && !asks(&[COMPANY]).await, "{engine:?} off");
        let acme = world.acme.text();
        let group = group_of(world, world.bob).await;
        for (level, subject, changes) in
            [("client", "portal", &[][..]), ("customer", &*acme, &[COMPANY]), ("group", &*group, &[])]
        {
            set_at(world, level, subject, "mfa.policy", json!("required")).await;
            assert!(asks(changes).await, "{engine:?} {level}");
            set_at(world, level, subject, "mfa.policy", json!("off")).await;
            assert!(!asks(changes).await, "{engine:?} {level}");
        }
        // The company's demands are its own: without a company they are nobody's.
        set_at(world, "customer", &acme, "mfa.policy", json!("required")).await;
        assert!(!asks(&[]).await, "{engine:?}");
        let (_, answer) = signed_in(&desk, "bob", &seed, &[COMPANY]).await;
        assert_eq!(id_token(world, &answer).await["acr"], MFA, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m27_a_trusted_browser_spares_the_policy_and_nothing_else() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let seed = desk.app_of(world.bob).await;
        world.set("mfa.policy", json!("required")).await;
        let page = password(&mut world.app.browser(), "bob", &[]).await;
        assert!(!page.text().contains("trust_device"), "{engine:?} nothing to tick where nothing is trusted");
        world.set("mfa.remember_device", json!("P30D")).await;
        let mut browser = world.app.browser();
        let page = password(&mut browser, "bob", &[]).await;
        assert!(page.text().contains("Trust this device for"), "{engine:?} {}", page.text());
        let code = fresh_code(&desk, &seed);
        let answer = browser.submit(&page, "id=\"code\"", &[("code", &code), ("trust_device", "1")]).await;
        assert_eq!(id_token(world, &answer).await["acr"], MFA, "{engine:?}");
        assert!(browser.cookies.contains_key("usher-trust"), "{engine:?}");
        // The next sign-in in this browser needs the password alone, and says so.
        browser.cookies.remove("usher-sid");
        let answer = password(&mut browser, "bob", &[]).await;
        assert_eq!(id_token(world, &answer).await["acr"], PWD, "{engine:?}");
        let silent = browser.get(&authorize(&[("prompt", "none")])).await;
        assert_eq!(id_token(world, &silent).await["acr"], PWD, "{engine:?}");
        // Neither a wish nor a demand of the client is spared, nor another person, nor another browser.
        for (name, value) in [("acr_values", MFA.to_owned()), ("claims", essential(&[MFA]))] {
            let page = browser.clone().go(&authorize(&[(name, &value)])).await;
            assert!(asks_for_code(&page), "{engine:?} {name} {}", page.at);
        }
        let mut another = browser.clone();
        another.cookies.remove("usher-sid");
        assert!(asks_to_enrol(&password(&mut another, "nora", &[]).await), "{engine:?}");
        assert!(asks_for_code(&password(&mut world.app.browser(), "bob", &[]).await), "{engine:?}");
        // Nor what a level states as its least.
        world.set("mfa.min_acr", json!("mfa")).await;
        let page = browser.clone().go(&authorize(&[])).await;
        assert!(asks_for_code(&page) && !page.text().contains("trust_device"), "{engine:?} {}", page.at);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn prot_b13_prompt_none_says_that_a_factor_is_missing() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        world.set("mfa.policy", json!("off")).await;
        let seed = desk.app_of(world.bob).await;
        let mut browser = world.app.browser();
        code_of(&password(&mut browser, "bob", &[]).await);
        world.set("mfa.policy", json!("required")).await;
        let error = async |browser: &mut crate::support::browser::Browser, changes: &[(&str, &str)]| {
            let answer = browser.get(&authorize(&[changes, &[("prompt", "none")]].concat())).await;
            answer.redirect_params().get("error").cloned()
        };
        let interaction = Some("interaction_required".to_owned());
        assert_eq!(error(&mut browser, &[]).await, interaction, "{engine:?} a factor to prove");
        let mut nora = world.app.browser();
        assert!(asks_to_enrol(&password(&mut nora, "nora", &[]).await), "{engine:?}");
        assert_eq!(error(&mut nora, &[]).await, interaction, "{engine:?} a factor to enrol");
        assert_eq!(error(&mut world.app.browser(), &[]).await.unwrap(), "login_required", "{engine:?}");
        world.set("mfa.policy", json!("optional")).await;
        assert_eq!(error(&mut browser, &[]).await, interaction, "{engine:?} whoever has one");
        assert_eq!(error(&mut nora, &[("acr_values", MFA)]).await, None, "{engine:?} a wish is no reason to fail");
        assert_eq!(error(&mut nora, &[("claims", &essential(&[MFA]))]).await, interaction, "{engine:?}");
        world.set("mfa.policy", json!("off")).await;
        assert_eq!(error(&mut browser, &[("acr_values", MFA)]).await, None, "{engine:?}");
        assert_eq!(error(&mut browser, &[("claims", &essential(&[MFA]))]).await, interaction, "{engine:?}");
        // Once it is proved, nobody needs to be asked.
        let page = browser.go(&authorize(&[("claims", &essential(&[MFA]))])).await;
        id_token(world, &enter(&desk, &mut browser, &page, &seed).await).await;
        world.set("mfa.policy", json!("required")).await;
        assert_eq!(error(&mut browser, &[("claims", &essential(&[MFA]))]).await, None, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m1_enrolling_is_forced_put_off_until_a_day_or_not_asked_for() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let until = world.app.clock.now().plus(std::time::Duration::from_secs(10 * 86_400)).to_string();
        world.set("mfa.policy", json!("required")).await;
        world.set("mfa.enrol_until", json!(until)).await;
        let mut browser = world.app.browser();
        let page = password(&mut browser, "bob", &[]).await;
        assert!(asks_to_enrol(&page) && page.text().contains("id=\"enrol-later\""), "{engine:?} {}", page.text());
        let answer = browser.submit(&page, "id=\"enrol-later\"", &[("action", "later")]).await;
        let tokens = world.redeem(&code_of(&answer)).await.json();
        // Not again today, not in another browser either; but tomorrow.
        code_of(&browser.go(&authorize(&[])).await);
        code_of(&password(&mut world.app.browser(), "bob", &[]).await);
        desk.wait(86_400);
        assert!(asks_to_enrol(&password(&mut world.app.browser(), "bob", &[]).await), "{engine:?}");
        drop(tokens);
        // The day has come.
        desk.wait(10 * 86_400);
        let mut browser = world.app.browser();
        let page = password(&mut browser, "bob", &[]).await;
        assert!(asks_to_enrol(&page) && !page.text().contains("enrol-later"), "{engine:?}");
        // Who says "later" all the same is asked again.
        let page = browser.submit(&page, "id=\"factor-submit\"", &[("action", "later")]).await;
        assert!(asks_to_enrol(&page), "{engine:?} {}", page.at);
        // Whoever has a factor proves it whatever the day.
        world.set("mfa.enrol_until", json!(desk.now().plus(std::time::Duration::from_secs(86_400)).to_string())).await;
        desk.app_of(world.nora).await;
        assert!(asks_for_code(&password(&mut world.app.browser(), "nora", &[]).await), "{engine:?}");
        let mut tx = world.app.node.db.read().await.unwrap();
        assert_eq!(store::factor::postponed(&mut tx, world.bob).await.unwrap().times, 1, "{engine:?}");
    }
}

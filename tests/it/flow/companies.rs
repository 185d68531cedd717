//! For which company a person is signed in (domain.md 4, first table).

use serde_json::{Value, json};

use crate::support::{
    app::basic,
    browser::{Answer, Browser},
    engine::ENGINES,
    portal::{VERIFIER, authorize, claims, code_of},
    world::{CALLBACK, PASSWORD, SECRET, World},
};

const ANNA: &str = "anna@acme.example";
const CUSTOMER: (&str, &str) = ("scope", "openid customer");

/// The page or the answer that somebody gets who signs in for a request in a new browser.
async fn signed_in(world: &World, who: &str, changes: &[(&str, &str)]) -> (Browser, Answer) {
    let mut browser = world.app.browser();
    let page = browser.go(&authorize(changes)).await;
    let answer = browser.sign_in(&page, who, PASSWORD).await;
    (browser, answer)
}

fn is_chooser(answer: &Answer) -> bool {
    answer.status == 200 && answer.at.starts_with("/signin/customer?") && answer.text().contains("name=\"reference\"")
}

async fn choose(browser: &mut Browser, chooser: &Answer, reference: &str, remember: bool) -> Answer {
    assert!(is_chooser(chooser), "{} {}", chooser.at, chooser.text());
    let mut fields = vec![("reference", reference)];
    fields.extend(remember.then_some(("remember", "on")));
    browser.submit(chooser, "id=\"reference\"", &fields).await
}

/// The company of the tokens for an authorization response, redeemed by `client`.
async fn company_for(world: &World, client: &str, answer: &Answer) -> Value {
    let code = code_of(answer);
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", code.as_str()),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    let tokens = world.app.token(Some(&basic(client, SECRET)), &fields).await.json();
    let (id, access) = (claims(tokens["id_token"].as_str().unwrap()), claims(tokens["access_token"].as_str().unwrap()));
    assert_eq!(id["customer_code"], access["customer_code"]);
    access["customer_code"].clone()
}

async fn company(world: &World, answer: &Answer) -> Value {
    company_for(world, "portal", answer).await
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_4_without_the_scope_there_is_neither_chooser_nor_company() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        for who in [ANNA, "nora"] {
            let (_, answer) = signed_in(&world, who, &[]).await;
            assert_eq!(company(&world, &answer).await, Value::Null, "{engine:?} {who}");
        }
        // A client that requires a company gets one without asking.
        world.client(json!({"requires_customer": true})).await;
        let (mut browser, chooser) = signed_in(&world, ANNA, &[]).await;
        let answer = choose(&mut browser, &chooser, &world.anna_at_beta.text(), false).await;
        assert!(answer.redirect_params().contains_key("code"), "{engine:?}");
        let (_, answer) = signed_in(&world, "nora", &[]).await;
        assert!(answer.text().contains("id=\"error-back\""), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_4_inv_o16_inv_o26_nobody_to_act_for_is_said_after_the_right_password_only() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.change_reference(world.acme, world.bob, |it| it.internet_user = false).await;
        for who in ["nora", "bob"] {
            let (mut browser, page) = signed_in(&world, who, &[CUSTOMER]).await;
            assert_eq!(page.status, 200, "{engine:?} {who}");
            let told = browser.submit(&page, "id=\"error-back\"", &[]).await;
            assert_eq!(told.error(), "access_denied", "{engine:?} {who}");
            let silent = browser.get(&authorize(&[CUSTOMER, ("prompt", "none")])).await;
            assert_eq!(silent.error(), "access_denied", "{engine:?} {who}");
            // The attempt was answered: leaving again gives no second answer.
            assert_eq!(browser.submit(&page, "id=\"error-back\"", &[]).await.location(), None, "{engine:?}");
            let mut stranger = world.app.browser();
            let page = stranger.go(&authorize(&[CUSTOMER])).await;
            let failed = stranger.sign_in(&page, who, "not the password").await;
            assert!(failed.text().contains("id=\"password\""), "{engine:?} {who}");
            assert!(!failed.text().contains("id=\"error-back\""), "{engine:?} {who}");
        }
        // Another account may be tried from there.
        let (mut browser, page) = signed_in(&world, "nora", &[CUSTOMER]).await;
        let page = browser.submit(&page, "id=\"account-other\"", &[("action", "other")]).await;
        world.change_reference(world.acme, world.bob, |it| it.internet_user = true).await;
        let answer = browser.sign_in(&page, "bob", PASSWORD).await;
        assert_eq!(company(&world, &answer).await, "ACME", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_4_inv_o11_one_company_is_taken_and_two_are_asked_about() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (_, answer) = signed_in(&world, "bob", &[CUSTOMER]).await;
        assert_eq!(company(&world, &answer).await, "ACME", "{engine:?}");
        let (mut browser, chooser) = signed_in(&world, ANNA, &[CUSTOMER]).await;
        assert!(is_chooser(&chooser), "{engine:?} {}", chooser.text());
        for shown in ["Acme AB", "ACME", "Stockholm", "buyer", "Beta Oy", "BETA", "Helsinki"] {
            assert!(chooser.text().contains(shown), "{engine:?} {shown}");
        }
        assert!(!chooser.text().contains("type=\"search\""), "two need no search");
        // Nothing ticked, nothing taken; somebody else's reference is none of the choices.
        let again = browser.submit(&chooser, "id=\"reference\"", &[]).await;
        assert!(is_chooser(&again), "{engine:?}");
        let again = choose(&mut browser, &again, &world.bob_at_acme.text(), false).await;
        let answer = choose(&mut browser, &again, &world.anna_at_acme.text(), false).await;
        assert_eq!(company(&world, &answer).await, "ACME", "{engine:?}");
        // One that cannot be used is not offered: the other is taken.
        world.change_customer(world.beta, |it| it.active = false).await;
        let (_, answer) = signed_in(&world, ANNA, &[CUSTOMER]).await;
        assert_eq!(company(&world, &answer).await, "ACME", "{engine:?}");
        world.change_customer(world.beta, |it| it.active = true).await;
        world.change_reference(world.beta, world.anna, |it| it.accepted_at = None).await;
        let (_, answer) = signed_in(&world, ANNA, &[CUSTOMER]).await;
        assert_eq!(company(&world, &answer).await, "ACME", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_4_a_choice_sticks_to_the_client_and_is_inherited_where_the_client_says_so() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.client(json!({"client_id": "shop"})).await;
        world.client(json!({"client_id": "island", "inherit_selection": false})).await;
        let (mut browser, chooser) = signed_in(&world, ANNA, &[CUSTOMER]).await;
        let answer = choose(&mut browser, &chooser, &world.anna_at_beta.text(), false).await;
        assert_eq!(company(&world, &answer).await, "BETA", "{engine:?}");
        let answer = browser.go(&authorize(&[CUSTOMER])).await;
        assert_eq!(company(&world, &answer).await, "BETA", "{engine:?} sticky");
        let answer = browser.go(&authorize(&[CUSTOMER, ("client_id", "shop")])).await;
        assert_eq!(company_for(&world, "shop", &answer).await, "BETA", "{engine:?} inherited");
        let island = [CUSTOMER, ("client_id", "island")];
        let silent = browser.get(&authorize(&[island[0], island[1], ("prompt", "none")])).await;
        assert_eq!(silent.error(), "interaction_required", "{engine:?}");
        let chooser = browser.go(&authorize(&island)).await;
        let answer = choose(&mut browser, &chooser, &world.anna_at_acme.text(), false).await;
        assert_eq!(company_for(&world, "island", &answer).await, "ACME", "{engine:?}");
        // Each client keeps its own, whatever was chosen for another since.
        let answer = browser.go(&authorize(&[CUSTOMER])).await;
        assert_eq!(company(&world, &answer).await, "BETA", "{engine:?}");
        let answer = browser.go(&authorize(&island)).await;
        assert_eq!(company_for(&world, "island", &answer).await, "ACME", "{engine:?}");
        // A choice that is no longer eligible is none.
        world.change_reference(world.beta, world.anna, |it| it.active = false).await;
        let answer = browser.go(&authorize(&[CUSTOMER])).await;
        assert_eq!(company(&world, &answer).await, "ACME", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_4_a_remembered_choice_outlives_the_session_until_it_is_forgotten() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, chooser) = signed_in(&world, ANNA, &[CUSTOMER]).await;
        assert_eq!(chooser.text().matches(" checked").count(), 0, "{engine:?} nothing is preselected");
        choose(&mut browser, &chooser, &world.anna_at_beta.text(), true).await;
        let (mut browser, answer) = signed_in(&world, ANNA, &[CUSTOMER]).await;
        assert_eq!(company(&world, &answer).await, "BETA", "{engine:?}");
        // prompt=select_account asks for the account and then for the company, with the known one ticked.
        let account = browser.go(&authorize(&[CUSTOMER, ("prompt", "select_account")])).await;
        let chooser = browser.submit(&account, "id=\"account-continue\"", &[("action", "continue")]).await;
        assert!(is_chooser(&chooser), "{engine:?} {}", chooser.text());
        let ticked = chooser.attribute(" checked", "value");
        assert_eq!(ticked, Some(world.anna_at_beta.text()), "{engine:?}");
        let answer = choose(&mut browser, &chooser, &world.anna_at_acme.text(), false).await;
        assert_eq!(company(&world, &answer).await, "ACME", "{engine:?}");
        // Chosen without the tick: the next session is asked again.
        let (_, chooser) = signed_in(&world, ANNA, &[CUSTOMER]).await;
        assert!(is_chooser(&chooser), "{engine:?}");
        // What is the person's default is ticked, and not taken.
        world.change_reference(world.acme, world.anna, |it| it.is_default = true).await;
        let (_, chooser) = signed_in(&world, ANNA, &[CUSTOMER]).await;
        assert_eq!(chooser.attribute(" checked", "value"), Some(world.anna_at_acme.text()), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_4_without_a_person_to_ask_a_choice_is_interaction_required() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, _) = signed_in(&world, ANNA, &[]).await;
        let silent = browser.get(&authorize(&[CUSTOMER, ("prompt", "none")])).await;
        assert_eq!(silent.error(), "interaction_required", "{engine:?}");
        // Named, there is no choice: switching without signing in again.
        for (name, code) in [("acme", "ACME"), ("BETA", "BETA"), (world.acme.text().as_str(), "ACME")] {
            let scope = format!("openid customer:{name}");
            let answer = browser.get(&authorize(&[("scope", &scope), ("prompt", "none")])).await;
            assert_eq!(company(&world, &answer).await, code, "{engine:?} {name}");
            let answer = browser.get(&authorize(&[("customer", name), ("prompt", "none")])).await;
            assert_eq!(company(&world, &answer).await, code, "{engine:?} {name}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_4_a_company_that_is_named_is_taken_or_refused() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.company("GAMMA", "Gamma Ltd").await;
        for scope in ["openid customer:gamma", "openid customer:NOBODY"] {
            let (_, answer) = signed_in(&world, ANNA, &[("scope", scope)]).await;
            assert_eq!(answer.error(), "access_denied", "{engine:?} {scope}");
        }
        let (_, answer) = signed_in(&world, ANNA, &[("customer", "gamma")]).await;
        assert_eq!(answer.error(), "access_denied", "{engine:?}");
        let mut browser = world.app.browser();
        let two = browser.get(&authorize(&[("scope", "openid customer:acme customer:beta")])).await;
        assert_eq!(two.error(), "invalid_scope", "{engine:?}");
        let differ = [("scope", "openid customer:acme"), ("customer", "beta")];
        assert_eq!(browser.get(&authorize(&differ)).await.error(), "invalid_request", "{engine:?}");
        let (_, answer) = signed_in(&world, ANNA, &[("scope", "openid customer:acme"), ("customer", "ACME")]).await;
        assert_eq!(company(&world, &answer).await, "ACME", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_4_a_client_for_some_companies_never_sees_the_others() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, chooser) = signed_in(&world, ANNA, &[CUSTOMER]).await;
        choose(&mut browser, &chooser, &world.anna_at_acme.text(), true).await;
        world.client(json!({"customers": ["beta"]})).await;
        let answer = browser.go(&authorize(&[CUSTOMER])).await;
        assert_eq!(company(&world, &answer).await, "BETA", "{engine:?} what is sticky and remembered does not count");
        let named = browser.go(&authorize(&[("scope", "openid customer:acme")])).await;
        assert_eq!(named.error(), "access_denied", "{engine:?}");
        let (_, page) = signed_in(&world, "bob", &[CUSTOMER]).await;
        assert!(page.text().contains("id=\"error-back\""), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn domain_4_more_than_seven_companies_can_be_searched() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        for n in 3..=7 {
            let id = world.company(&format!("C{n}"), &format!("Company {n}")).await;
            world.membership(id, world.anna).await;
        }
        let (_, chooser) = signed_in(&world, ANNA, &[CUSTOMER]).await;
        assert!(is_chooser(&chooser) && !chooser.text().contains("type=\"search\""), "{engine:?} seven");
        let id = world.company("C8", "Åkeri & Söner").await;
        let eighth = world.membership(id, world.anna).await;
        let (mut browser, chooser) = signed_in(&world, ANNA, &[CUSTOMER]).await;
        assert!(chooser.text().contains("type=\"search\""), "{engine:?} eight");
        assert_eq!(chooser.text().matches("name=\"reference\"").count(), 8, "{engine:?}");
        for (typed, found) in [("%C3%A5keri", 1), ("helsinki", 1), ("company", 5), ("c8", 1), ("nothing", 0)] {
            let page = browser.get(&format!("{}&q={typed}", chooser.at)).await;
            assert_eq!(page.text().matches("name=\"reference\"").count(), found, "{engine:?} {typed}");
        }
        let page = browser.get(&format!("{}&q=c8", chooser.at)).await;
        let answer = choose(&mut browser, &page, &eighth.text(), false).await;
        assert_eq!(company(&world, &answer).await, "C8", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_5_3_parallel_families_act_for_different_companies() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, first) = signed_in(&world, ANNA, &[("scope", "openid customer:acme")]).await;
        let acme = world.redeem(&code_of(&first)).await.json();
        let second = browser.go(&authorize(&[("scope", "openid customer:beta")])).await;
        let beta = world.redeem(&code_of(&second)).await.json();
        for (tokens, id) in [(&acme, world.acme), (&beta, world.beta), (&acme, world.acme)] {
            let refreshed = world.refresh(tokens["refresh_token"].as_str().unwrap(), &[]).await.json();
            let access = claims(refreshed["access_token"].as_str().unwrap());
            assert_eq!(access["customer_id"], id.text(), "{engine:?}");
        }
    }
}

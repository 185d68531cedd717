//! New passwords: the rules are told before, everything that is wrong is told at once, and nothing secret leaves the house.

use serde_json::json;
use std::time::Duration;
use usher::flow::admin_link::{AdminLinkOutcome, admin_link};

use crate::support::{
    browser::{Answer, Browser},
    engine::{ENGINES, Engine},
    stub::{Reply, Stub},
    world::World,
};

/// A password that breaks no rule.
const GOOD: &str = "tangerine-lamp-stone";
/// SHA-1 of [`GOOD`], where the service that knows breaches cuts it.
const HASH: (&str, &str) = ("3C78F", "5286475F72CCD2FAE80B17E872C4DB45CA6");

/// Anna's link, opened.
async fn opened(world: &World) -> (Browser, Answer) {
    open(world, Some("anna@acme.example"), "/password/reset").await
}

async fn open(world: &World, user: Option<&str>, path: &str) -> (Browser, Answer) {
    let node = &world.app.node;
    let link = match admin_link(&node.db, &*node.entropy, node.now(), user).await.unwrap() {
        AdminLinkOutcome::Setup(link) | AdminLinkOutcome::Password(link) => link,
        _ => panic!("a link"),
    };
    let mut browser = world.app.browser();
    let page = browser.go(&format!("{path}?t={}", link.token.expose())).await;
    assert_eq!(page.status, 200, "{}", page.text());
    (browser, page)
}

async fn submit(browser: &mut Browser, page: &Answer, password: &str) -> Answer {
    browser.submit(page, "new_password", &[("new_password", password)]).await
}

fn is_saved(answer: &Answer) -> bool {
    answer.text().contains("Your password is saved")
}

const WEAK: &str = "too easy to guess";
const COMMON: &str = "everybody tries";
const PERSONAL: &str = "names that others know";
const BREACHED: &str = "data leak, so others try it";
const PATTERN: &str = "form that your administrator asks for.";

/// Which of these sentences stand on the page.
fn told(answer: &Answer) -> Vec<&'static str> {
    let text = answer.text();
    [WEAK, COMMON, PERSONAL, BREACHED, PATTERN].into_iter().filter(|sentence| text.contains(*sentence)).collect()
}

#[tokio::test]
async fn sec_q53_the_rules_stand_on_the_page_and_all_failures_are_told_at_once() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, page) = opened(&world).await;
        let text = page.text();
        for rule in ["data-min=\"8\"", "at least “strong”", "most common passwords", "Not made of your name"] {
            assert!(text.contains(rule), "{rule}: {text}");
        }
        assert_eq!(told(&page), Vec::<&str>::new());
        let page = submit(&mut browser, &page, "Passw0rd!Passw0rd!").await;
        assert_eq!(told(&page), [WEAK, COMMON], "{engine:?} K26");
        for (text, times) in
            [("class=\"broken\"", 2), ("id=\"new_password-error\"", 1), ("id=\"new_password-hint\"", 1), (COMMON, 1)]
        {
            assert_eq!(page.text().matches(text).count(), times, "{engine:?} {text}: {}", page.text());
        }
        for personal in ["AnnaBerg2024", "acme-2026!", "localhost-8080"] {
            let page = submit(&mut browser, &page, personal).await;
            assert!(told(&page).contains(&PERSONAL), "{engine:?} {personal}: {:?}", told(&page));
            assert!(!page.text().contains(personal), "a password is never shown again");
        }
        let page = submit(&mut browser, &page, "abc").await;
        assert!(page.text().contains("Use at least 8 characters"), "{engine:?}");
        let page = submit(&mut browser, &page, &"x".repeat(257)).await;
        assert!(page.text().contains("Use at most 256 characters"), "{engine:?}");
        assert!(is_saved(&submit(&mut browser, &page, GOOD).await), "{engine:?}");
    }
}

#[tokio::test]
async fn sec_q53_the_first_administrator_is_held_to_the_same_rules() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (mut browser, page) = open(&world, None, "/setup").await;
        let fields = |password| [("name", "Vera Vendel"), ("email", "vera@vendor.example"), ("new_password", password)];
        let page = browser.submit(&page, "new_password", &fields("Passw0rd!Passw0rd!")).await;
        assert_eq!(told(&page), [WEAK, COMMON], "{engine:?}");
        let page = browser.submit(&page, "new_password", &fields("VeraVendel77")).await;
        assert!(told(&page).contains(&PERSONAL), "{engine:?} {:?}", told(&page));
        let done = browser.submit(&page, "new_password", &fields(GOOD)).await;
        assert!(done.status == 200 && told(&done).is_empty(), "{engine:?} {}", done.text());
    }
}

#[tokio::test]
async fn dec_d19_the_preset_nist_asks_for_fifteen_characters_unless_a_second_factor_is_enforced() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.set("password.preset", json!("nist")).await;
        let (mut browser, page) = opened(&world).await;
        assert!(page.text().contains("data-min=\"15\""), "{engine:?}");
        let page = submit(&mut browser, &page, "vexing-marsh").await;
        assert!(page.text().contains("Use at least 15 characters"), "{engine:?}");
        world.set("mfa.policy", json!("required")).await;
        let (mut browser, page) = opened(&world).await;
        assert!(page.text().contains("data-min=\"8\""), "{engine:?}");
        assert!(is_saved(&submit(&mut browser, &page, "vexing-marsh").await), "{engine:?}");
    }
}

#[tokio::test]
async fn inv_x2_the_pattern_of_an_old_product_is_a_rule_of_its_own() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.set("password.legacy_regex", json!("[0-9]")).await;
        let (mut browser, page) = opened(&world).await;
        let page = submit(&mut browser, &page, GOOD).await;
        assert_eq!(told(&page), [PATTERN], "{engine:?}");
        assert!(is_saved(&submit(&mut browser, &page, "tangerine-lamp-stone-7").await), "{engine:?}");
    }
}

#[tokio::test]
async fn inv_k26_a_breached_password_is_refused_and_five_characters_of_its_hash_are_told() {
    for engine in ENGINES {
        let known = format!("{}:12\r\n0018A45C4D1DEF81644B54AB7F969B88D65:0\r\n", HASH.1);
        let service = Stub::start(move |_| Reply::text(200, &[], &known)).await;
        let world = World::new(engine).await;
        world.set("password.range_url", json!(format!("{}/range/", service.url()))).await;
        let (mut browser, page) = opened(&world).await;
        assert!(page.text().contains("Not known from a data leak"), "{engine:?}");
        let page = submit(&mut browser, &page, GOOD).await;
        assert_eq!(told(&page), [BREACHED], "{engine:?}");
        let asked = service.received().remove(0);
        assert_eq!(asked.line, format!("GET /range/{}", HASH.0));
        assert_eq!(asked.header("add-padding"), Some("true"));
        let headers = format!("{:?}", asked.headers);
        assert!(asked.body.is_empty() && !headers.contains(GOOD) && !headers.contains("anna"), "{headers}");
        assert!(is_saved(&submit(&mut browser, &page, "copper-thicket-lantern").await), "{engine:?}");
        assert_eq!(service.received().len(), 2);
        // What is refused anyway is nobody's business.
        let (mut browser, page) = opened(&world).await;
        for refused in ["short", "Passw0rd!Passw0rd!", ""] {
            submit(&mut browser, &page, refused).await;
        }
        assert_eq!(service.received().len(), 2, "{engine:?}");
    }
}

#[tokio::test]
async fn inv_k26_a_service_that_is_down_keeps_nobody_from_a_password() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mut services = vec![format!("http://{nobody}/range"), "https://10.0.0.1/range".to_owned()];
    for reply in [Reply::text(503, &[], ""), Reply::text(200, &[], "<html>busy</html>"), Reply::Silence] {
        let stub = Stub::start(move |_| reply.clone()).await;
        services.push(format!("{}/range", stub.url()));
    }
    let world = World::new(Engine::Sqlite).await;
    for service in services {
        world.set("password.range_url", json!(service)).await;
        let (mut browser, page) = opened(&world).await;
        assert!(is_saved(&submit(&mut browser, &page, GOOD).await), "{service}");
    }
}

/// architecture.md, rule 5: while the service thinks, everybody else can write.
#[tokio::test(flavor = "multi_thread")]
async fn inv_k26_the_service_is_asked_outside_of_any_transaction() {
    for engine in ENGINES {
        let late = Reply::Late(Duration::from_millis(1500), Box::new(Reply::text(200, &[], "")));
        let service = Stub::start(move |_| late.clone()).await;
        let world = World::new(engine).await;
        world.set("password.range_url", json!(service.url())).await;
        let (mut browser, page) = opened(&world).await;
        let setting = tokio::spawn(async move { submit(&mut browser, &page, GOOD).await });
        while service.received().is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        world.set("accounts.quota.base", json!(101)).await;
        assert!(!setting.is_finished(), "{engine:?}: a write went through while the answer was awaited");
        assert!(is_saved(&setting.await.unwrap()), "{engine:?}");
    }
}

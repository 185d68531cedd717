//! Codes by mail and SMS as second factors of the hosted sign-in (D18, D28; S5 L6, S8; inventory M4–M8, M12, M22, M25).

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use serde_json::json;
use usher::{
    authn::acr::Acr,
    base::id::UserId,
    config::settings::Site,
    flow::{
        caller::Caller,
        demand::highest_acr,
        follow::follow,
        outbox::{postman::Options, render::render},
    },
    identity::attributes::PhoneNumber,
    notify::{
        delivery::Delivery,
        sms::{Handing, SmsSender},
    },
    store::{
        self,
        message::{Channel, Message},
    },
};

use super::{ANNA, MFA, asks_for_code, enter, essential, id_token, password};
use crate::{
    factors::desk::Desk,
    support::{
        app,
        browser::{Answer, Browser},
        engine::{ENGINES, Engine},
        world::World,
    },
};

const NUMBER: &str = "+46701234567";
const TWO_STEP: &str = "urn:usher:acr:2sv";

/// A site that demands a second step, and takes codes by these methods alone.
async fn site(engine: Engine, methods: &[&str]) -> Desk {
    let desk = Desk::new(engine).await;
    desk.world.set("mfa.methods", json!(methods)).await;
    desk.world.set("mfa.policy", json!("required")).await;
    desk
}

async fn with_phone(world: &World, user: UserId, verified: bool) {
    let number =
        PhoneNumber { value: NUMBER.to_owned(), kind: Some("mobile".to_owned()), verified, ..PhoneNumber::default() };
    world.change_user(user, |user| user.attributes.phone_numbers = vec![number]).await;
}

/// What is in the outbox, oldest first.
pub async fn sent(world: &World) -> Vec<Message> {
    let mut all = store::message::newest(&mut world.app.node.db.read().await.unwrap(), None, 100).await.unwrap();
    all.reverse();
    all
}

async fn codes_sent(world: &World) -> Vec<Message> {
    sent(world).await.into_iter().filter(|it| matches!(&*it.template, "mfa.code" | "sms.code")).collect()
}

/// The code that the newest message carries, as its reader finds it.
async fn newest_code(world: &World) -> String {
    let (node, message) = (&world.app.node, codes_sent(world).await.pop().unwrap());
    let snapshot = node.snapshot().await.unwrap();
    let text = render(node, &snapshot, world.app.postman.theme(), &message).await.unwrap().unwrap().text;
    let mut words = text.split(|letter: char| !letter.is_ascii_digit());
    words.rfind(|word| word.len() == 6).unwrap().to_owned()
}

async fn type_code(browser: &mut Browser, page: &Answer, code: &str) -> Answer {
    browser.submit(page, "id=\"code-submit\"", &[("code", code)]).await
}

/// Sends a form of a page with other values in its hidden fields.
pub async fn instead(browser: &mut Browser, page: &Answer, marker: &str, fields: &[(&str, &str)]) -> Answer {
    let (action, hidden) = page.form(marker);
    let kept = hidden.iter().map(|(name, value)| (name.as_str(), value.as_str()));
    let mut all: Vec<_> = kept.filter(|(name, _)| fields.iter().all(|(other, _)| other != name)).collect();
    all.extend_from_slice(fields);
    let answer = browser.post(&action, &all).await;
    browser.follow(answer).await
}

async fn again(browser: &mut Browser, page: &Answer) -> Answer {
    browser.submit(page, "id=\"code-resend\"", &[]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m6_inv_m7_a_code_by_mail_that_is_the_only_way_is_sent_after_the_password() {
    for engine in ENGINES {
        let desk = site(engine, &["email"]).await;
        let world = &desk.world;
        let mut browser = world.app.browser();
        let page = password(&mut browser, ANNA, &[]).await;
        assert!(asks_for_code(&page), "{engine:?} {} {}", page.at, page.text());
        // Enough to recognise the address, and no other way to try (M6).
        let text = page.text();
        assert!(text.contains("a•••@a•••") && !text.contains("other-way"), "{engine:?} {text}");
        let messages = codes_sent(world).await;
        assert_eq!(messages.len(), 1, "{engine:?}");
        assert_eq!((messages[0].channel, &*messages[0].recipient), (Channel::Email, ANNA), "{engine:?}");
        // A reload sends nothing, and no page ever carries the code.
        let page = browser.go(&page.at).await;
        assert_eq!(codes_sent(world).await.len(), 1, "{engine:?}");
        let code = newest_code(world).await;
        assert!(asks_for_code(&page) && !page.text().contains(&code), "{engine:?}");
        let answer = type_code(&mut browser, &page, &format!(" {} {} ", &code[..3], &code[3..])).await;
        let told = id_token(world, &answer).await;
        assert_eq!((&told["acr"], &told["amr"]), (&json!(TWO_STEP), &json!(["pwd", "otp"])), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m5_a_code_by_sms_goes_to_the_verified_number_and_nowhere_else() {
    for engine in ENGINES {
        let desk = site(engine, &["sms", "email"]).await;
        let world = &desk.world;
        // Not before its owner verified it (M4, M15).
        with_phone(world, world.anna, false).await;
        let mut browser = world.app.browser();
        let answer = password(&mut browser, ANNA, &[]).await;
        assert_eq!(answer.redirect_params()["error"], "unmet_authentication_requirements", "{engine:?} {}", answer.at);
        with_phone(world, world.anna, true).await;
        let mut browser = world.app.browser();
        let page = password(&mut browser, ANNA, &[]).await;
        assert!(asks_for_code(&page) && page.text().contains("+46•••••67"), "{engine:?} {}", page.text());
        let messages = codes_sent(world).await;
        let to: Vec<_> = messages.iter().map(|it| (it.channel, it.recipient.as_str())).collect();
        assert_eq!(to, [(Channel::Sms, NUMBER)], "{engine:?}");
        let code = newest_code(world).await;
        let told = id_token(world, &type_code(&mut browser, &page, &code).await).await;
        assert_eq!((&told["acr"], &told["amr"]), (&json!(MFA), &json!(["pwd", "sms", "mfa"])), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m3_inv_m4_codes_are_offered_where_they_leave_the_site() {
    for engine in ENGINES {
        let desk = site(engine, &["sms", "email"]).await;
        let world = &desk.world;
        let (db, clock) = (world.app.test.db.clone(), world.app.clock.clone());
        let public = app::node(db, clock, "https://login.acme.example", Site::Public).await;
        for (name, value, acr) in [
            // Mails that wait for a server, and messages in a log, reach nobody.
            ("sms.provider", json!("log"), Acr::Pwd),
            ("mail.url", json!("smtp://mail.acme.example"), Acr::TwoStep),
            ("sms.webhook_url", json!("https://sms.example/"), Acr::TwoStep),
            ("sms.auth_token", json!("a-secret-of-the-provider"), Acr::TwoStep),
            ("sms.provider", json!("webhook"), Acr::Mfa),
            ("mail.url", json!(""), Acr::Mfa),
            ("sms.provider", json!("none"), Acr::Pwd),
        ] {
            world.set(name, value).await;
            follow(&public).await.unwrap();
            let snapshot = public.snapshot().await.unwrap();
            assert_eq!(highest_acr(&public, &snapshot), acr, "{engine:?} {name}");
        }
    }
}

/// A carrier of text messages that can be out of order.
#[derive(Default)]
struct Carrier(AtomicBool);

impl SmsSender for Carrier {
    fn send<'a>(&'a self, _: &'a str, _: &'a str, _: &'a str) -> Handing<'a> {
        Box::pin(std::future::ready(match self.0.load(Ordering::Relaxed) {
            true => Delivery::Retry { after: None, reason: "503".to_owned() },
            false => Delivery::Sent { provider_id: None },
        }))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m7_while_nobody_carries_text_messages_the_code_goes_by_mail() {
    for engine in ENGINES {
        let carrier = Arc::new(Carrier::default());
        let shared = Arc::clone(&carrier);
        let sms = Box::new(move |_: &_| Ok(Some(Arc::clone(&shared) as Arc<dyn SmsSender>)));
        let world = World::with(engine, Options { sms, ..Options::default() }).await;
        let desk = Desk { world, engine, caller: Caller::default() };
        let world = &desk.world;
        for (name, value) in
            [("methods", json!(["sms", "email"])), ("policy", json!("required")), ("min_acr", json!("2sv"))]
        {
            world.set(&format!("mfa.{name}"), value).await;
        }
        with_phone(world, world.anna, true).await;
        let first = async |browser: &mut Browser| {
            let page = password(browser, ANNA, &[]).await;
            assert!(page.at.starts_with("/signin/factor?a="), "{engine:?} {}", page.at);
            (page.attribute("checked", "value").unwrap(), page)
        };
        let mut browser = world.app.browser();
        let (preferred, page) = first(&mut browser).await;
        assert_eq!(preferred, "sms", "{engine:?}");
        let page = browser.submit(&page, "id=\"factor-submit\"", &[("method", "sms")]).await;
        assert!(asks_for_code(&page), "{engine:?} {}", page.text());
        carrier.0.store(true, Ordering::Relaxed);
        world.app.postman.drain(Channel::Sms).await.unwrap();
        assert!(world.app.dump().await.contains("sms.failed"), "{engine:?}");
        // It will not come soon: the next page begins with the mail, and says so to whoever insists.
        desk.wait(1);
        let mut other = world.app.browser();
        let (preferred, page) = first(&mut other).await;
        assert_eq!(preferred, "email", "{engine:?}");
        let refused = other.submit(&page, "id=\"factor-submit\"", &[("method", "sms")]).await;
        assert!(refused.status == 503 && refused.text().contains("Try another way"), "{engine:?} {}", refused.text());
        let page = other.submit(&page, "id=\"factor-submit\"", &[("method", "email")]).await;
        let code = newest_code(world).await;
        let told = id_token(world, &type_code(&mut other, &page, &code).await).await;
        assert_eq!(told["acr"], TWO_STEP, "{engine:?}");
        // It is in order again as soon as it takes what waited.
        carrier.0.store(false, Ordering::Relaxed);
        desk.wait(10);
        world.app.postman.drain(Channel::Sms).await.unwrap();
        assert_eq!(first(&mut world.app.browser()).await.0, "sms", "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m6_where_there_is_a_choice_nothing_is_sent_before_it_is_made() {
    for engine in ENGINES {
        let desk = site(engine, &["totp", "sms", "email"]).await;
        let world = &desk.world;
        world.set("mfa.min_acr", json!("2sv")).await;
        with_phone(world, world.anna, true).await;
        let seed = desk.app_of(world.anna).await;
        let mut browser = world.app.browser();
        let page = password(&mut browser, ANNA, &[]).await;
        assert!(asks_for_code(&page) && codes_sent(world).await.is_empty(), "{engine:?} {}", page.at);
        let others = browser.go(&page.attribute("id=\"other-way\"", "href").unwrap()).await;
        let text = others.text();
        for shown in ["value=\"totp\"", "value=\"sms\"", "value=\"email\"", "+46•••••67", "a•••@a•••"]
        {
            assert!(text.contains(shown), "{engine:?} {shown} {text}");
        }
        assert!(!text.contains(NUMBER) && codes_sent(world).await.is_empty(), "{engine:?}");
        let page = browser.submit(&others, "id=\"factor-submit\"", &[("method", "email")]).await;
        assert!(asks_for_code(&page) && page.at.ends_with("method=email"), "{engine:?} {}", page.at);
        assert_eq!(codes_sent(world).await.len(), 1, "{engine:?}");
        // Another way is open still, and an app's code is none of the mail's.
        let wrong = type_code(&mut browser, &page, &desk.wrong(&seed)).await;
        assert!(wrong.text().contains("That code did not work"), "{engine:?} {}", wrong.text());
        let others = browser.go(&page.attribute("id=\"other-way\"", "href").unwrap()).await;
        let page = browser.submit(&others, "id=\"factor-submit\"", &[("method", "totp")]).await;
        let told = id_token(world, &enter(&desk, &mut browser, &page, &seed).await).await;
        assert_eq!(told["acr"], MFA, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m12_an_app_needs_no_mail() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        let seed = desk.app_of(world.bob).await;
        let before = sent(world).await.len();
        for _ in 0..20 {
            super::signed_in(&desk, "bob", &seed, &[]).await;
        }
        assert_eq!(sent(world).await.len(), before, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m22_another_code_comes_after_a_minute_and_ends_the_one_before() {
    for engine in ENGINES {
        let desk = site(engine, &["email"]).await;
        let world = &desk.world;
        let mut browser = world.app.browser();
        let page = password(&mut browser, ANNA, &[]).await;
        let mut codes = vec![newest_code(world).await];
        desk.wait(10);
        let soon = again(&mut browser, &page).await;
        assert_eq!((soon.status.as_u16(), soon.header("retry-after")), (429, Some("50")), "{engine:?} {}", soon.text());
        assert!(soon.text().contains("in 50 seconds") && codes_sent(world).await.len() == 1, "{engine:?}");
        // The pauses grow: one, two, five, five minutes; five in an hour (S5 L6).
        let mut page = soon;
        for pause in [50, 120, 300, 300] {
            desk.wait(pause);
            page = again(&mut browser, &page).await;
            assert_eq!(page.status, 200, "{engine:?} after {pause} {}", page.text());
            codes.push(newest_code(world).await);
        }
        assert_eq!(codes.iter().collect::<BTreeSet<_>>().len(), 5, "{engine:?} {codes:?}");
        desk.wait(300);
        let enough = again(&mut browser, &page).await;
        assert_eq!((enough.status.as_u16(), codes_sent(world).await.len()), (429, 5), "{engine:?}");
        assert!(enough.text().contains("minutes"), "{engine:?} {}", enough.text());
        // Only the newest works.
        let wrong = type_code(&mut browser, &page, &codes[3]).await;
        assert!(wrong.text().contains("That code did not work"), "{engine:?} {}", wrong.text());
        let told = id_token(world, &type_code(&mut browser, &page, &codes[4]).await).await;
        assert_eq!(told["acr"], TWO_STEP, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m22_dec_d28_a_code_lives_its_time_and_takes_five_tries() {
    for engine in ENGINES {
        let desk = site(engine, &["sms", "email"]).await;
        let world = &desk.world;
        with_phone(world, world.anna, true).await;
        let mut browser = world.app.browser();
        let page = password(&mut browser, ANNA, &[]).await;
        let code = newest_code(world).await;
        desk.wait(301);
        let gone = type_code(&mut browser, &page, &code).await;
        let text = gone.text();
        assert!(text.contains("no longer works") && !text.contains("id=\"code\""), "{engine:?} {text}");
        // The page offers another one, and five wrong codes end that.
        let page = again(&mut browser, &gone).await;
        let code = newest_code(world).await;
        let wrong = if code == "000000" { "000001" } else { "000000" };
        for _ in 0..5 {
            assert!(type_code(&mut browser, &page, wrong).await.text().contains("did not work"), "{engine:?}");
        }
        let sixth = type_code(&mut browser, &page, &code).await;
        assert!(sixth.location().is_none() && !sixth.text().contains("did not work"), "{engine:?} {}", sixth.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m8_a_code_works_in_the_sign_in_that_it_was_sent_for() {
    for engine in ENGINES {
        let desk = site(engine, &["email"]).await;
        let world = &desk.world;
        let (mut mine, mut other) = (world.app.browser(), world.app.browser());
        let page = password(&mut mine, ANNA, &[]).await;
        let code = newest_code(world).await;
        desk.wait(60);
        let elsewhere = password(&mut other, ANNA, &[]).await;
        assert_ne!(newest_code(world).await, code, "{engine:?}");
        let refused = type_code(&mut other, &elsewhere, &code).await;
        assert!(refused.text().contains("did not work"), "{engine:?} {}", refused.text());
        assert_eq!(id_token(world, &type_code(&mut mine, &page, &code).await).await["acr"], TWO_STEP, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m25_a_code_by_mail_is_never_enough_for_mfa() {
    for engine in ENGINES {
        let desk = site(engine, &["totp", "email"]).await;
        let world = &desk.world;
        // Whoever has nothing but a mailbox enrols, whether the policy or the client asks.
        for changes in [vec![], vec![("acr_values", MFA)], vec![("claims", &*essential(&[MFA]))]] {
            let page = password(&mut world.app.browser(), ANNA, &changes).await;
            assert!(super::asks_to_enrol(&page), "{engine:?} {changes:?} {}", page.at);
        }
        assert!(codes_sent(world).await.is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_sent_by_a_form_of_ours_and_to_nobody_who_was_not_asked() {
    for engine in ENGINES {
        let desk = site(engine, &["email"]).await;
        let world = &desk.world;
        let mut browser = world.app.browser();
        let page = password(&mut browser, ANNA, &[]).await;
        desk.wait(60);
        let attempt = page.at.split_once("a=").unwrap().1.split('&').next().unwrap().to_owned();
        let path = format!("/signin/factor?a={attempt}");
        // Another site's form, a stale one, and a method that is not offered.
        browser.post(&path, &[("method", "email")]).await;
        browser.post(&path, &[("method", "email"), ("csrf", "made-up")]).await;
        let refused = instead(&mut browser, &page, "id=\"code-resend\"", &[("method", "sms")]).await;
        assert!(refused.text().contains("Choose a method."), "{engine:?} {}", refused.text());
        // Before the password nobody gets a code.
        let mut stranger = world.app.browser();
        let form = stranger.go(&crate::support::portal::authorize(&[])).await;
        let attempt = form.at.split_once("a=").unwrap().1.to_owned();
        for answer in [
            stranger.go(&format!("/signin/code?a={attempt}&method=email")).await,
            stranger.post(&format!("/signin/factor?a={attempt}"), &[("method", "email")]).await,
        ] {
            assert!(!answer.text().contains("code-submit"), "{engine:?} {}", answer.text());
        }
        assert_eq!(codes_sent(world).await.len(), 1, "{engine:?}");
    }
}

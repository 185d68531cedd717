//! The link to set up a second factor (D33, M9, M21, M23), and what is told of factors that change (Q62).

use serde_json::json;
use usher::{
    flow::{
        factors::reset::{ResetMfaOutcome, reset_mfa},
        outbox::render::render,
    },
    identity::audit::Actor,
    store::message::Message,
    theme::mails::Rendered,
};

use super::{
    ANNA, asks_to_enrol,
    codes::{instead, sent},
    enrol::text_of,
    enter, password, signed_in,
};
use crate::{
    factors::desk::{Desk, seed},
    support::{engine::ENGINES, world::World},
};

async fn of_kind(world: &World, template: &str) -> Vec<Message> {
    sent(world).await.into_iter().filter(|it| it.template == template).collect()
}

async fn rendered(world: &World, message: &Message) -> Rendered {
    let node = &world.app.node;
    let snapshot = node.snapshot().await.unwrap();
    render(node, &snapshot, world.app.postman.theme(), message).await.unwrap().unwrap()
}

/// The path of the link in a mail.
async fn link_in(world: &World, message: &Message) -> String {
    let text = rendered(world, message).await.text;
    let from = text.find("/enrol?t=").unwrap_or_else(|| panic!("no link in {text}"));
    text[from..].split_whitespace().next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn dec_d33_inv_m9_inv_m21_whoever_must_enrol_gets_one_mail_with_a_link_and_no_secret() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        // Nobody is written to who may do without.
        world.set("mfa.policy", json!("optional")).await;
        password(&mut world.app.browser(), ANNA, &[]).await;
        assert!(of_kind(world, "mfa.enroll_link").await.is_empty(), "{engine:?}");
        world.set("mfa.policy", json!("required")).await;
        for _ in 0..3 {
            let mut browser = world.app.browser();
            let page = password(&mut browser, ANNA, &[]).await;
            assert!(asks_to_enrol(&page), "{engine:?} {}", page.at);
            browser.go(&page.at).await;
            desk.wait(3600);
        }
        let mails = of_kind(world, "mfa.enroll_link").await;
        assert_eq!(mails.len(), 1, "{engine:?}: once");
        assert_eq!(mails[0].recipient, ANNA, "{engine:?}");
        let mail = rendered(world, &mails[0]).await;
        for part in [&mail.text, &mail.html] {
            for forbidden in ["otpauth:", "data:image", "cid:", "<svg"] {
                assert!(!part.contains(forbidden), "{engine:?} {forbidden} {part}");
            }
            assert_eq!(part.matches("/enrol?t=").count(), part.matches("?t=").count(), "{engine:?} {part}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn dec_d24_the_link_is_used_by_a_button_once_and_signs_nobody_in() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        world.set("mfa.policy", json!("required")).await;
        password(&mut world.app.browser(), ANNA, &[]).await;
        let link = link_in(world, &of_kind(world, "mfa.enroll_link").await[0]).await;
        // A scanner follows it as often as it likes.
        for _ in 0..2 {
            assert_eq!(world.app.browser().get(&link).await.status, 303, "{engine:?}");
        }
        let mut browser = world.app.browser();
        let page = browser.go(&link).await;
        assert!(page.at == "/enrol" && page.text().contains(ANNA), "{engine:?} {} {}", page.at, page.text());
        let on = browser.submit_once(&page, "id=\"link-submit\"", &[]).await;
        let text = on.text();
        assert!(on.status == 200 && text.contains("Sign in to set up your second factor"), "{engine:?} {text}");
        assert!(!browser.cookies.contains_key("usher-sid"), "{engine:?}: the password comes first");
        let mut second = world.app.browser();
        assert_eq!(second.go(&link).await.status, 410, "{engine:?}");
        // One that is too old is worth no more than one that was used.
        desk.wait(3600);
        assert!(matches!(reset(&desk).await, ResetMfaOutcome::NothingToReset), "{engine:?}");
    }
}

async fn reset(desk: &Desk) -> ResetMfaOutcome {
    reset_mfa(desk.node(), ANNA, Actor::Operator("test"), "lost phone").await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_m23_a_reset_is_told_and_a_new_link_works_for_a_day() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        desk.app_of(world.anna).await;
        let ResetMfaOutcome::Reset(taken) = reset(&desk).await else { panic!("{engine:?}") };
        assert!(taken.link_mailed, "{engine:?}");
        assert_eq!(of_kind(world, "mfa.reset").await.len(), 1, "{engine:?}");
        let mail = &of_kind(world, "mfa.enroll_link").await[0];
        let text = rendered(world, mail).await.text;
        let words: Vec<_> = text.split_whitespace().collect();
        assert!(words.join(" ").contains("har återställts."), "{engine:?} {text}");
        let link = link_in(world, mail).await;
        desk.wait(24 * 3600 - 1);
        assert_eq!(world.app.browser().go(&link).await.status, 200, "{engine:?}");
        desk.wait(1);
        assert_eq!(world.app.browser().go(&link).await.status, 410, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q62_a_new_app_and_a_used_recovery_code_are_told() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let world = &desk.world;
        world.set("mfa.policy", json!("required")).await;
        let mut browser = world.app.browser();
        let page = password(&mut browser, ANNA, &[]).await;
        let page = browser.submit(&page, "id=\"factor-submit\"", &[("method", "totp")]).await;
        let app = seed(&usher::base::secret::Secret::new(text_of(&page, "totp-secret")));
        let codes = enter(&desk, &mut browser, &page, &app).await;
        let added = of_kind(world, "mfa.added").await;
        assert!(added.iter().any(|it| it.recipient == ANNA && it.variables["method"] == "totp"), "{engine:?}");
        let recovery = codes.text().split("<code dir=\"ltr\">").nth(1).unwrap().split('<').next().unwrap().to_owned();
        let mut other = world.app.browser();
        let page = password(&mut other, ANNA, &[]).await;
        let others = other.go(&page.attribute("id=\"other-way\"", "href").unwrap()).await;
        let page = other.submit(&others, "id=\"factor-submit\"", &[("method", "recovery")]).await;
        let used = other.submit(&page, "id=\"code\"", &[("code", &recovery)]).await;
        assert!(used.text().contains("You have 9 codes left."), "{engine:?} {}", used.text());
        let told = of_kind(world, "recovery.used").await;
        assert_eq!((told.len(), &told[0].variables["codes_left"]), (1, &json!(9)), "{engine:?}");
        // A new set replaces the old one, and comes as a file without any code in an address (M23).
        let renewed = other.submit(&used, "id=\"recovery-renew\"", &[("action", "renew")]).await;
        assert_eq!(renewed.text().matches("<li><code").count(), 10, "{engine:?} {}", renewed.text());
        let file = other.submit_once(&renewed, "id=\"recovery-download\"", &[("action", "download")]).await;
        assert_eq!(file.header("content-type"), Some("text/plain; charset=utf-8"), "{engine:?} {}", file.text());
        assert!(file.header("content-disposition").unwrap().starts_with("attachment"), "{engine:?}");
        assert!(file.header("cache-control").unwrap().contains("no-store"), "{engine:?}");
        let listed = renewed.text();
        let shown: Vec<_> =
            listed.split("<code dir=\"ltr\">").skip(1).map(|it| it.split('<').next().unwrap()).collect();
        assert!(shown.iter().all(|code| file.text().contains(*code)), "{engine:?} {}", file.text());
        // Nothing else is ever sent back.
        for codes in ["", "<script>", "K7QX-3M1T-9PWD-R5V1 x", &shown.join(" ").repeat(2)] {
            let fields = [("action", "download"), ("codes", codes)];
            let answer = instead(&mut other, &renewed, "id=\"recovery-download\"", &fields).await;
            assert!(answer.header("content-disposition").is_none(), "{engine:?} {codes} {}", answer.text());
        }
        // Those of before are worth nothing.
        let (mut third, _) = (world.app.browser(), signed_in(&desk, ANNA, &app, &[]).await);
        let page = password(&mut third, ANNA, &[]).await;
        let others = third.go(&page.attribute("id=\"other-way\"", "href").unwrap()).await;
        let page = third.submit(&others, "id=\"factor-submit\"", &[("method", "recovery")]).await;
        let old = codes.text().split("<code dir=\"ltr\">").nth(2).unwrap().split('<').next().unwrap().to_owned();
        let refused = third.submit(&page, "id=\"code\"", &[("code", &old)]).await;
        assert!(refused.text().contains("That recovery code did not work"), "{engine:?} {}", refused.text());
    }
}

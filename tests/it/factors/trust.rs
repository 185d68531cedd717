//! Trusted browsers (inventory M27, domain.md 1).

use serde_json::json;
use usher::{
    authn::{
        acr::Acr,
        mfa_policy::{Asked, Decision},
        totp::Seed,
    },
    base::{
        bearer::{BearerKind, Presented, read},
        id::UserId,
    },
    flow::{
        caller::Caller,
        factors::{
            CHANNELS,
            assess::{Question, assess},
            list::list_factors,
            trust::{Trust, forget_browser, trust_browser},
            verify::{Answer, FactorVerdict},
        },
    },
    store::{
        self,
        session::{Browser, Session},
    },
};

use super::desk::Desk;
use crate::support::engine::ENGINES;

const DAY: u64 = 86_400;

async fn desk(engine: crate::support::engine::Engine) -> Desk {
    let desk = Desk::new(engine).await;
    desk.world.set("mfa.policy", json!("required")).await;
    desk.world.set("mfa.remember_device", json!("P7D")).await;
    desk
}

/// Proves the app in a browser and trusts it; the cookie, if it got one.
async fn trust(desk: &Desk, user: UserId, seed: &Seed, caller: &Caller) -> Option<Presented> {
    let code = seed.code_at(desk.now());
    let FactorVerdict::Proved(mut proved) = desk.verify(user, desk.attempt(), Answer::Totp(code.expose())).await else {
        panic!("not proved")
    };
    let rules = desk.rules().await;
    let trust = trust_browser(&mut proved, desk.node(), &rules, caller, desk.now()).await.unwrap();
    proved.tx.commit().await.unwrap();
    match trust {
        Trust::Cookie(cookie) => read(BearerKind::TrustedBrowser, cookie.value.expose()),
        Trust::Trusted | Trust::NotAllowed => None,
    }
}

fn with(cookie: &Presented) -> Caller {
    Caller { trusted_browser: Some(cookie.clone()), ..Caller::default() }
}

async fn asks(desk: &Desk, session: &Session, caller: &Caller, values: &[Acr]) -> bool {
    let question = Question {
        session,
        client_id: Some("portal"),
        customer: None,
        asked: Asked { values, essential: false },
        caller,
        channels: &CHANNELS,
        postponed: false,
    };
    let mut tx = desk.node().db.read().await.unwrap();
    let assessment = assess(&mut tx, desk.node(), &*desk.snapshot().await, &question).await.unwrap();
    matches!(assessment.decision, Decision::Prove { .. })
}

#[tokio::test]
async fn inv_m27_a_trusted_browser_is_not_asked_for_seven_days() {
    for engine in ENGINES {
        let desk = desk(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        let cookie = trust(&desk, anna, &seed, &Caller::default()).await.unwrap();
        let session = desk.session(anna).await;
        assert!(asks(&desk, &session, &Caller::default(), &[]).await, "{engine:?}: another browser");
        assert!(!asks(&desk, &session, &with(&cookie), &[]).await, "{engine:?}");
        assert!(asks(&desk, &session, &with(&cookie), &[Acr::Mfa]).await, "{engine:?}: never acr_values");
        desk.wait(7 * DAY - 1);
        assert!(!asks(&desk, &session, &with(&cookie), &[]).await, "{engine:?}: no MFA within seven days");
        desk.wait(1);
        assert!(asks(&desk, &session, &with(&cookie), &[]).await, "{engine:?}");
        // A shorter time takes effect at once.
        trust(&desk, anna, &seed, &with(&cookie)).await;
        assert!(!asks(&desk, &session, &with(&cookie), &[]).await, "{engine:?}: trusted again, same cookie");
        desk.wait(3600);
        desk.world.set("mfa.remember_device", json!("PT1H")).await;
        assert!(asks(&desk, &session, &with(&cookie), &[]).await, "{engine:?}");
    }
}

#[tokio::test]
async fn a_cookie_is_worth_nothing_for_somebody_else_or_changed() {
    for engine in ENGINES {
        let desk = desk(engine).await;
        let (anna, bob) = (desk.world.anna, desk.world.bob);
        let (hers, his) = (desk.app_of(anna).await, desk.app_of(bob).await);
        let cookie = trust(&desk, anna, &hers, &Caller::default()).await.unwrap();
        let session = desk.session(bob).await;
        assert!(asks(&desk, &session, &with(&cookie), &[]).await, "{engine:?}: bob does not trust it");
        assert!(trust(&desk, bob, &his, &with(&cookie)).await.is_none(), "{engine:?}: one cookie per browser");
        assert!(!asks(&desk, &session, &with(&cookie), &[]).await, "{engine:?}");
        let forged = Presented { hash: usher::base::bearer::BearerHash::of("tb", "x"), ..cookie.clone() };
        assert!(asks(&desk, &session, &with(&forged), &[]).await, "{engine:?}");
        assert!(!desk.world.app.dump().await.contains("tb_"), "{engine:?}: hashed (D15)");
    }
}

#[tokio::test]
async fn inv_m27_trusted_browsers_are_listed_and_revoked_and_end_with_a_password() {
    for engine in ENGINES {
        let desk = desk(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        let laptop = Caller {
            browser: Browser { user_agent: Some("Laptop".into()), ip: Some("192.0.2.7".into()) },
            ..Caller::default()
        };
        let first = trust(&desk, anna, &seed, &laptop).await.unwrap();
        desk.wait(60);
        let second = trust(&desk, anna, &seed, &Caller::default()).await.unwrap();
        let listed = list_factors(desk.node(), anna).await.unwrap().trusted;
        assert_eq!(listed.len(), 2, "{engine:?}");
        assert_eq!(listed[1].user_agent.as_deref(), Some("Laptop"), "{engine:?}");
        let session = desk.session(anna).await;
        assert!(forget_browser(desk.node(), session.user_id, first.id, &desk.caller).await.unwrap(), "{engine:?}");
        assert!(!forget_browser(desk.node(), session.user_id, first.id, &desk.caller).await.unwrap(), "{engine:?}");
        assert!(asks(&desk, &session, &with(&first), &[]).await, "{engine:?}");
        // A changed password spares the acting browser, a reset none.
        desk.wait(60);
        let third = trust(&desk, anna, &seed, &Caller::default()).await.unwrap();
        let mut tx = desk.node().db.write().await.unwrap();
        store::trusted_browser::forget_for_user(&mut tx, anna, Some(third.id)).await.unwrap();
        tx.commit().await.unwrap();
        assert!(asks(&desk, &session, &with(&second), &[]).await, "{engine:?}");
        assert!(!asks(&desk, &session, &with(&third), &[]).await, "{engine:?}");
        let mut tx = desk.node().db.write().await.unwrap();
        usher::flow::switch_off::user(&mut tx, anna, desk.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(list_factors(desk.node(), anna).await.unwrap().trusted.is_empty(), "{engine:?}");
    }
}

#[tokio::test]
async fn nothing_is_trusted_where_the_setting_is_zero_and_old_trust_is_cleared_away() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        assert!(trust(&desk, anna, &seed, &Caller::default()).await.is_none(), "{engine:?}");
        desk.world.set("mfa.remember_device", json!("P30D")).await;
        desk.wait(60);
        assert!(trust(&desk, anna, &seed, &Caller::default()).await.is_some(), "{engine:?}");
        desk.wait(30 * DAY + 1);
        usher::flow::clean_up::clean_up(desk.node()).await.unwrap();
        assert!(list_factors(desk.node(), anna).await.unwrap().trusted.is_empty(), "{engine:?}");
    }
}

//! Taking the factors of somebody who lost them (Q75, inventory M23, domain.md 5 "MFA reset").

use serde_json::json;
use usher::{
    authn::{acr::Acr, one_time_code::Channel},
    flow::factors::{
        list::list_factors,
        reset::{ResetMfaOutcome, Taken, reset_mfa},
        trust::trust_browser,
        verify::{Answer, FactorVerdict},
    },
    identity::audit::Actor,
    store,
};

use super::{desk::Desk, soft::SoftPasskey};
use crate::support::engine::ENGINES;

async fn reset(desk: &Desk, name: &str) -> ResetMfaOutcome {
    reset_mfa(desk.node(), name, Actor::Operator("test"), "lost phone").await.unwrap()
}

#[tokio::test]
async fn dom_5_a_reset_takes_factors_and_trust_and_lowers_sessions() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (anna, bob) = (desk.world.anna, desk.world.bob);
        let (seed, his) = (desk.app_of(anna).await, desk.app_of(bob).await);
        let raised = desk.raised(anna, &seed).await;
        let his_session = desk.raised(bob, &his).await;
        desk.codes_of(&raised).await;
        // A session that a passkey opened alone.
        let alone = desk.session(anna).await;
        let acr = Acr::PhishingResistant;
        desk.execute(&format!(
            "UPDATE session SET acr = '{acr}', amr = '[\"swk\",\"user\",\"mfa\"]' WHERE id = '{}'",
            alone.id
        ))
        .await;
        let flow = desk.attempt();
        desk.send(anna, flow, Channel::Email, "042917").await;
        for _ in 0..5 {
            desk.totp(anna, &desk.wrong(&seed)).await;
        }
        let outcome = reset(&desk, "anna@acme.example").await;
        let taken =
            Taken { user: anna, factors: 1, browsers: 0, sessions: 2, needs_password: false, link_mailed: true };
        assert_eq!(outcome, ResetMfaOutcome::Reset(taken), "{engine:?}");
        let lowered = desk.look(raised.id).await.unwrap();
        assert_eq!((lowered.acr, lowered.amr), (Acr::Pwd, vec!["pwd".to_owned()]), "{engine:?}");
        assert!(desk.look(alone.id).await.is_none(), "{engine:?}: nothing is left of it");
        let left = list_factors(desk.node(), anna).await.unwrap();
        assert!(left.enrolled.is_empty() && left.recovery_left == 0, "{engine:?}");
        let answer = Answer::Code {
            channel: Channel::Email,
            purpose: usher::authn::one_time_code::CodePurpose::SecondFactor,
            about: "",
            typed: "042917",
        };
        assert_eq!(desk.tries(anna, flow, answer).await, "gone", "{engine:?}: codes end too");
        assert_eq!(desk.audited("mfa.reset", "").await, 1, "{engine:?}");
        assert!(desk.world.app.dump().await.contains("lost phone"), "{engine:?}");
        // Enrolled anew at once, with nothing counted against it; bob keeps what he has.
        let seed = desk.app_of(anna).await;
        assert_eq!(desk.right(anna, &seed).await, "proved", "{engine:?}");
        assert_eq!(desk.look(his_session.id).await.unwrap().acr, Acr::Mfa, "{engine:?}");
    }
}

#[tokio::test]
async fn a_reset_of_nothing_and_of_nobody_changes_nothing() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        assert_eq!(reset(&desk, "anna@acme.example").await, ResetMfaOutcome::NothingToReset, "{engine:?}");
        assert_eq!(reset(&desk, "nobody").await, ResetMfaOutcome::NoSuchUser, "{engine:?}");
        assert_eq!(reset(&desk, " ").await, ResetMfaOutcome::NoSuchUser, "{engine:?}");
        assert_eq!(desk.audited("mfa.reset", "").await, 0, "{engine:?}");
    }
}

#[tokio::test]
async fn whoever_has_no_password_either_is_said_to_need_one() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        desk.passkey_of(anna, SoftPasskey::new()).await;
        desk.execute(&format!("DELETE FROM password WHERE user_id = '{anna}'")).await;
        let ResetMfaOutcome::Reset(taken) = reset(&desk, "anna@acme.example").await else { panic!("{engine:?}") };
        assert!(taken.needs_password && taken.factors == 1, "{engine:?}");
    }
}

#[tokio::test]
async fn inv_m26_a_new_password_leaves_every_factor_and_what_was_counted_against_it() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        desk.world.set("mfa.remember_device", json!("P7D")).await;
        let seed = desk.app_of(anna).await;
        let code = seed.code_at(desk.now());
        let verdict = desk.verify(anna, desk.attempt(), Answer::Totp(code.expose())).await;
        let FactorVerdict::Proved(mut proved) = verdict else { panic!("{engine:?}") };
        let rules = desk.rules().await;
        trust_browser(&mut proved, desk.node(), &rules, &desk.caller, desk.now()).await.unwrap();
        proved.tx.commit().await.unwrap();
        assert_eq!(list_factors(desk.node(), anna).await.unwrap().trusted.len(), 1, "{engine:?}");
        for _ in 0..5 {
            desk.totp(anna, &desk.wrong(&seed)).await;
        }
        let mut tx = desk.node().db.write().await.unwrap();
        let link = usher::base::id::LinkId::new(&*desk.node().entropy, desk.now());
        let kind = usher::base::bearer::BearerKind::PasswordLink;
        let minted = usher::base::bearer::mint(kind, link.uuid(), &*desk.node().entropy);
        let purpose = store::link::LinkPurpose::Password;
        let until = desk.now().plus(std::time::Duration::from_secs(900));
        store::link::insert(&mut tx, link, &minted.hash, purpose, Some(anna), desk.now(), until).await.unwrap();
        tx.commit().await.unwrap();
        let presented = usher::base::bearer::read(kind, minted.value.expose()).unwrap();
        let set = usher::flow::set_password::set_password;
        let outcome = set(desk.node(), &presented, "a wholly new passphrase 4711", &desk.caller).await.unwrap();
        assert!(matches!(outcome, usher::flow::set_password::SetPasswordOutcome::Saved(_)), "{engine:?}");
        let left = list_factors(desk.node(), anna).await.unwrap();
        assert_eq!((left.enrolled.len(), left.trusted.len()), (1, 0), "{engine:?}: trust ends, factors stay");
        assert_eq!(desk.right(anna, &seed).await, "locked", "{engine:?}: a mailbox opens no factor (P7)");
        desk.wait(900);
        assert_eq!(desk.right(anna, &seed).await, "proved", "{engine:?}");
    }
}

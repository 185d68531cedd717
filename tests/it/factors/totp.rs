//! Authenticator apps, from the QR code to the second sign-in (inventory M9–M12, S8, Q65, Q67, Q74).

use usher::{
    authn::{
        acr::Acr,
        factor::{FlowId, MfaMethod},
    },
    flow::factors::{
        Enrolling, Refusal,
        totp::{BeginTotp, ConfirmTotp, begin_totp, confirm_totp},
        verify::{Answer, FactorVerdict},
    },
    store,
};

use super::desk::{Desk, VENDOR, seed, word};
use crate::support::engine::ENGINES;

async fn offer(desk: &Desk, enrolling: &Enrolling<'_>) -> Result<String, Refusal> {
    match begin_totp(desk.node(), enrolling, VENDOR).await.unwrap() {
        BeginTotp::Offer(offer) => Ok(offer.secret.expose().clone()),
        BeginTotp::Refused(refusal) => Err(refusal),
    }
}

#[tokio::test]
async fn inv_m10_an_app_is_enrolled_by_one_code_and_proves_from_then_on() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let (session, rules) = (desk.session(anna).await, desk.rules().await);
        let enrolling = desk.enrolling(&session, &rules);
        let BeginTotp::Offer(offer) = begin_totp(desk.node(), &enrolling, VENDOR).await.unwrap() else {
            panic!("refused")
        };
        assert!(offer.uri.expose().starts_with("otpauth://totp/Acme:anna%40acme.example?secret="), "{engine:?}");
        assert!(offer.qr_svg.expose().starts_with("<svg "), "{engine:?}");
        let seed = seed(&offer.secret);
        let code = seed.code_at(desk.now());
        assert_eq!(desk.totp(anna, code.expose()).await, "wrong", "{engine:?}: pending, it counts for nothing");
        // A wrong code keeps the secret, and so does loading the page again.
        let wrong = confirm_totp(desk.node(), &enrolling, &desk.wrong(&seed)).await.unwrap();
        assert!(matches!(wrong, ConfirmTotp::Wrong), "{engine:?}");
        assert_eq!(self::offer(&desk, &enrolling).await.as_ref(), Ok(offer.secret.expose()), "{engine:?}");
        let ConfirmTotp::Enrolled(proved) = confirm_totp(desk.node(), &enrolling, code.expose()).await.unwrap() else {
            panic!("{engine:?}")
        };
        // Having it was proved: the session rises in the same transaction.
        let raised = desk.raise(proved, session.id).await;
        assert_eq!((raised.acr, raised.amr.join(" ")), (Acr::Mfa, "pwd otp mfa".to_owned()), "{engine:?}");
        assert_eq!(raised.id, session.id, "{engine:?}: sid stays");
        assert_eq!(desk.right(anna, &seed).await, "used", "{engine:?}: the code that confirmed is used up");
        desk.wait(60);
        assert_eq!(desk.right(anna, &seed).await, "proved", "{engine:?}");
        assert_eq!(desk.audited("factor.added", "").await, 1, "{engine:?}");
    }
}

#[tokio::test]
async fn sec_q65_no_code_works_twice_nor_one_of_a_step_before() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        let (before, present) = (desk.now().minus(std::time::Duration::from_secs(30)), desk.now());
        assert_eq!(desk.totp(anna, seed.code_at(present).expose()).await, "proved", "{engine:?}");
        assert_eq!(desk.totp(anna, seed.code_at(present).expose()).await, "used", "{engine:?}");
        assert_eq!(desk.totp(anna, seed.code_at(before).expose()).await, "used", "{engine:?}: an older step");
        desk.wait(30);
        assert_eq!(desk.right(anna, &seed).await, "proved", "{engine:?}: the next one");
        assert_eq!(desk.totp(desk.world.bob, seed.code_at(desk.now()).expose()).await, "wrong", "{engine:?}: not his");
    }
}

#[tokio::test]
async fn inv_m12_twenty_codes_of_an_app_and_no_message() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        for _ in 0..20 {
            assert_eq!(desk.right(anna, &seed).await, "proved", "{engine:?}");
            desk.wait(30);
        }
        let mut tx = desk.node().db.read().await.unwrap();
        assert!(store::message::newest(&mut tx, None, 1).await.unwrap().is_empty(), "{engine:?}");
    }
}

#[tokio::test]
async fn what_is_proved_and_dropped_is_not_used_up() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        let code = seed.code_at(desk.now());
        let verdict = desk.verify(anna, desk.attempt(), Answer::Totp(code.expose())).await;
        assert_eq!(word(&verdict), "proved", "{engine:?}");
        let FactorVerdict::Proved(proved) = verdict else { unreachable!() };
        proved.tx.rollback().await.unwrap();
        assert_eq!(desk.totp(anna, code.expose()).await, "proved", "{engine:?}");
    }
}

#[tokio::test]
async fn asvs_6_6_2_a_secret_is_shown_to_the_flow_that_asked_for_it_only() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let rules = desk.rules().await;
        let (thief, owner) = (desk.session(anna).await, desk.session(anna).await);
        let theirs = offer(&desk, &desk.enrolling(&thief, &rules)).await.unwrap();
        let hers = offer(&desk, &desk.enrolling(&owner, &rules)).await.unwrap();
        assert_ne!(theirs, hers, "{engine:?}: whoever knows the password does not learn the secret beforehand");
        // What the thief began is gone, and its code confirms nothing.
        let code = seed(&theirs.into()).code_at(desk.now());
        for session in [&thief, &owner] {
            let enrolling = desk.enrolling(session, &rules);
            let outcome = confirm_totp(desk.node(), &enrolling, code.expose()).await.unwrap();
            assert!(matches!(outcome, ConfirmTotp::Gone | ConfirmTotp::Wrong), "{engine:?}");
        }
        let elsewhere = Enrolling { flow: desk.attempt(), ..desk.enrolling(&owner, &rules) };
        let code = seed(&hers.into()).code_at(desk.now());
        let outcome = confirm_totp(desk.node(), &elsewhere, code.expose()).await.unwrap();
        assert!(matches!(outcome, ConfirmTotp::Gone), "{engine:?}");
    }
}

#[tokio::test]
async fn a_pending_app_ends_after_half_an_hour_and_with_its_session() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let rules = desk.rules().await;
        let session = desk.session(desk.world.anna).await;
        let enrolling = desk.enrolling(&session, &rules);
        let first = seed(&offer(&desk, &enrolling).await.unwrap().into());
        desk.wait(29 * 60);
        let code = first.code_at(desk.now());
        let mut tx = desk.node().db.write().await.unwrap();
        store::session::end(&mut tx, session.id, desk.now()).await.unwrap();
        tx.commit().await.unwrap();
        let outcome = confirm_totp(desk.node(), &enrolling, code.expose()).await.unwrap();
        assert!(matches!(outcome, ConfirmTotp::Gone), "{engine:?}: the session has ended");
        let session = desk.session(desk.world.bob).await;
        let enrolling = desk.enrolling(&session, &rules);
        let second = seed(&offer(&desk, &enrolling).await.unwrap().into());
        desk.wait(30 * 60);
        let code = second.code_at(desk.now());
        let outcome = confirm_totp(desk.node(), &enrolling, code.expose()).await.unwrap();
        assert!(matches!(outcome, ConfirmTotp::Gone), "{engine:?}: too late");
    }
}

#[tokio::test]
async fn sec_q74_a_second_app_needs_the_first_and_replaces_it() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (anna, rules) = (desk.world.anna, desk.rules().await);
        let old = desk.app_of(anna).await;
        let session = desk.session(anna).await;
        let refused = offer(&desk, &desk.enrolling(&session, &rules)).await;
        assert_eq!(refused, Err(Refusal::Prove(vec![MfaMethod::Totp])), "{engine:?}: a password is not enough");
        let raised = desk.raised(anna, &old).await;
        let enrolling = desk.enrolling(&raised, &rules);
        let new = seed(&offer(&desk, &enrolling).await.unwrap().into());
        let code = new.code_at(desk.now());
        let ConfirmTotp::Enrolled(proved) = confirm_totp(desk.node(), &enrolling, code.expose()).await.unwrap() else {
            panic!("{engine:?}")
        };
        proved.tx.commit().await.unwrap();
        desk.wait(60);
        assert_eq!(desk.right(anna, &old).await, "wrong", "{engine:?}: the old phone");
        assert_eq!(desk.right(anna, &new).await, "proved", "{engine:?}");
        // A proof five minutes ago is too old for another one (D29).
        desk.wait(5 * 60);
        let late = offer(&desk, &desk.enrolling(&raised, &rules)).await;
        assert_eq!(late, Err(Refusal::Prove(vec![MfaMethod::Totp])), "{engine:?}");
        let passworded = desk.session(desk.world.bob).await;
        desk.wait(5 * 60);
        let stale = offer(&desk, &desk.enrolling(&passworded, &rules)).await;
        assert_eq!(stale, Err(Refusal::SignInAgain), "{engine:?}");
    }
}

#[tokio::test]
async fn inv_m2_a_method_that_was_taken_away_is_neither_begun_nor_confirmed() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let session = desk.session(desk.world.anna).await;
        let mut rules = desk.rules().await;
        let before = rules.clone();
        let pending = seed(&offer(&desk, &desk.enrolling(&session, &before)).await.unwrap().into());
        rules.methods.retain(|method| *method != MfaMethod::Totp);
        assert_eq!(offer(&desk, &desk.enrolling(&session, &rules)).await, Err(Refusal::NotAllowed), "{engine:?}");
        let code = pending.code_at(desk.now());
        let outcome = confirm_totp(desk.node(), &desk.enrolling(&session, &rules), code.expose()).await.unwrap();
        assert!(matches!(outcome, ConfirmTotp::Gone), "{engine:?}");
    }
}

#[tokio::test]
async fn dec_d15_no_seed_is_in_the_database_and_none_opens_in_another_row() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (anna, bob) = (desk.world.anna, desk.world.bob);
        let (hers, his) = (desk.app_of(anna).await, desk.app_of(bob).await);
        let dump = desk.world.app.dump().await;
        for seed in [&hers, &his] {
            let base32 = seed.groups().expose().replace(' ', "");
            assert!(!dump.contains(&base32), "{engine:?}");
        }
        assert!(!dump.contains("otpauth"), "{engine:?}");
        // The seed of one row moved into another's does not open there.
        let (hers, his) = (desk.only_factor(anna).await.to_string(), desk.only_factor(bob).await.to_string());
        let swap = format!("UPDATE totp SET seed = (SELECT seed FROM totp WHERE id = '{his}') WHERE id = '{hers}'");
        desk.execute(&swap).await;
        let flow = FlowId::Session(desk.session(anna).await.id);
        let proof = usher::flow::factors::verify::FactorProof {
            user: anna,
            flow,
            answer: Answer::Totp("000000"),
            client_id: None,
            caller: &desk.caller,
        };
        let snapshot = desk.snapshot().await;
        let failed = usher::flow::factors::verify::verify_factor(desk.node(), &snapshot, &proof, &MfaMethod::ALL).await;
        assert!(failed.is_err(), "{engine:?}");
    }
}

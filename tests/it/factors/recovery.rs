//! Recovery codes (S8, Q65, Q68, inventory M23).

use std::collections::HashSet;

use usher::{
    authn::{acr::Acr, factor::MfaMethod},
    flow::factors::{
        Refusal,
        recovery::{CreateCodes, create_recovery_codes},
        verify::{Answer, FactorVerdict},
    },
};

use super::desk::Desk;
use crate::support::engine::ENGINES;

#[tokio::test]
async fn inv_m23_ten_codes_work_once_each_however_they_are_typed() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        let session = desk.raised(anna, &seed).await;
        let codes = desk.codes_of(&session).await;
        let texts: HashSet<_> = codes.iter().map(|code| code.expose().clone()).collect();
        assert_eq!(texts.len(), 10, "{engine:?}");
        for (at, code) in codes.iter().enumerate() {
            let typed = match at % 3 {
                0 => code.expose().clone(),
                1 => code.expose().to_lowercase().replace('-', ""),
                _ => code.expose().replace('-', " "),
            };
            let verdict = desk.verify(anna, desk.attempt(), Answer::Recovery(&typed)).await;
            let FactorVerdict::Proved(proved) = verdict else { panic!("{engine:?} {at}") };
            assert_eq!(proved.recovery_left, Some(9 - at as u32), "{engine:?}");
            proved.tx.commit().await.unwrap();
            assert_eq!(desk.tries(anna, desk.attempt(), Answer::Recovery(&typed)).await, "used", "{engine:?}");
        }
        let other = desk.tries(desk.world.bob, desk.attempt(), Answer::Recovery(codes[0].expose())).await;
        assert_eq!(other, "wrong", "{engine:?}: not his");
    }
}

#[tokio::test]
async fn a_new_set_kills_the_one_before() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        let session = desk.raised(anna, &seed).await;
        let (old, new) = (desk.codes_of(&session).await, desk.codes_of(&session).await);
        assert_eq!(desk.tries(anna, desk.attempt(), Answer::Recovery(old[0].expose())).await, "wrong", "{engine:?}");
        assert_eq!(desk.tries(anna, desk.attempt(), Answer::Recovery(new[0].expose())).await, "proved", "{engine:?}");
        assert_eq!(desk.audited("recovery_codes.created", "").await, 2, "{engine:?}");
    }
}

#[tokio::test]
async fn claims_3_a_password_and_a_recovery_code_are_mfa() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let session = desk.session(anna).await;
        let codes = desk.codes_of(&session).await;
        let flow = desk.attempt();
        let FactorVerdict::Proved(proved) = desk.verify(anna, flow, Answer::Recovery(codes[3].expose())).await else {
            panic!("{engine:?}")
        };
        let raised = desk.raise(proved, session.id).await;
        assert_eq!((raised.acr, raised.amr.join(" ")), (Acr::Mfa, "pwd otp mfa".to_owned()), "{engine:?}");
    }
}

#[tokio::test]
async fn sec_q68_codes_are_kept_as_argon2id_hashes_only() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let session = desk.session(desk.world.anna).await;
        let codes = desk.codes_of(&session).await;
        let dump = desk.world.app.dump().await;
        for code in codes {
            assert!(!dump.contains(code.expose()) && !dump.contains(&code.expose().replace('-', "")), "{engine:?}");
        }
        assert!(dump.matches("$argon2id$v=19$").count() >= 10, "{engine:?}");
    }
}

#[tokio::test]
async fn sec_q74_codes_are_made_with_the_strongest_factor_and_where_they_are_allowed() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        desk.app_of(anna).await;
        let (session, mut rules) = (desk.session(anna).await, desk.rules().await);
        let snapshot = desk.snapshot().await;
        let refused =
            async |rules: &_| match create_recovery_codes(desk.node(), &snapshot, &desk.enrolling(&session, rules))
                .await
                .unwrap()
            {
                CreateCodes::Refused(refusal) => refusal,
                CreateCodes::Created(_) => panic!("{engine:?}"),
            };
        assert_eq!(refused(&rules).await, Refusal::Prove(vec![MfaMethod::Totp]), "{engine:?}");
        rules.methods = vec![MfaMethod::Totp];
        assert_eq!(refused(&rules).await, Refusal::NotAllowed, "{engine:?}");
    }
}

#[tokio::test]
async fn sec_s7_without_room_in_the_pool_no_code_is_tried_and_none_is_charged() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let session = desk.session(anna).await;
        let codes = desk.codes_of(&session).await;
        desk.node().hashing.shutdown();
        let snapshot = desk.snapshot().await;
        let proof = usher::flow::factors::verify::FactorProof {
            user: anna,
            flow: desk.attempt(),
            answer: Answer::Recovery(codes[0].expose()),
            client_id: None,
            caller: &desk.caller,
        };
        for _ in 0..7 {
            let result =
                usher::flow::factors::verify::verify_factor(desk.node(), &snapshot, &proof, &MfaMethod::ALL).await;
            assert!(matches!(result, Err(usher::flow::error::FlowError::Overloaded(_))), "{engine:?}");
        }
        let (node, _) = desk.world.app.beside().await;
        assert_eq!(desk.try_on(&node, anna, desk.attempt(), Answer::Recovery(codes[0].expose())).await, "proved");
    }
}

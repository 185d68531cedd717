//! Fifty at once, on as many nodes as the engine allows: one success, and no more guesses than are allowed
//! (security.md, "Check-then-act races"; D14).

use std::collections::BTreeMap;

use futures_util::future::join_all;
use usher::{
    authn::{
        factor::FlowId,
        one_time_code::{Channel, CodePurpose},
    },
    flow::factors::{
        assertion::{PasskeySignIn, begin_assertion, begin_sign_in, finish_sign_in},
        passkeys::{FinishPasskey, finish_passkey},
        totp::{ConfirmTotp, begin_totp, confirm_totp},
        verify::Answer,
    },
    store,
};

use super::{
    desk::{Desk, VENDOR, seed},
    soft::SoftPasskey,
};
use crate::support::engine::ENGINES;

/// What came of fifty uses of one answer.
async fn fifty(desk: &Desk, flow: FlowId, answer: Answer<'_>) -> BTreeMap<&'static str, usize> {
    let nodes = desk.nodes().await;
    let anna = desk.world.anna;
    let uses = (0..50_usize).map(|n| desk.try_on(&nodes[n % nodes.len()], anna, flow, answer));
    let mut words = BTreeMap::new();
    for word in join_all(uses).await {
        *words.entry(word).or_default() += 1;
    }
    words
}

fn mail(typed: &str) -> Answer<'_> {
    Answer::Code { channel: Channel::Email, purpose: CodePurpose::SecondFactor, about: "", typed }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_race_of_fifty_uses_of_one_app_code_one_succeeds() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let seed = desk.app_of(desk.world.anna).await;
        let code = seed.code_at(desk.now());
        let words = fifty(&desk, desk.attempt(), Answer::Totp(code.expose())).await;
        assert_eq!(words, BTreeMap::from([("proved", 1), ("used", 49)]), "{engine:?}");
        desk.wait(30);
        assert_eq!(desk.right(desk.world.anna, &seed).await, "proved", "{engine:?}: nothing was counted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_race_of_fifty_uses_of_one_mail_code_one_succeeds() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let flow = desk.attempt();
        desk.send(desk.world.anna, flow, Channel::Email, "042917").await;
        let words = fifty(&desk, flow, mail("042917")).await;
        assert_eq!(words, BTreeMap::from([("proved", 1), ("gone", 49)]), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_race_of_fifty_uses_of_one_recovery_code_one_succeeds() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let session = desk.session(desk.world.anna).await;
        let codes = desk.codes_of(&session).await;
        let words = fifty(&desk, desk.attempt(), Answer::Recovery(codes[0].expose())).await;
        assert_eq!(words, BTreeMap::from([("proved", 1), ("used", 49)]), "{engine:?}");
        let mut tx = desk.node().db.read().await.unwrap();
        assert_eq!(store::recovery_code::left(&mut tx, desk.world.anna).await.unwrap(), 9, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_race_of_fifty_uses_of_one_assertion_one_succeeds() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let mut passkey = desk.passkey_of(anna, SoftPasskey::new()).await;
        let flow = desk.attempt();
        let answer = passkey.get(&begin_assertion(desk.node(), anna, flow).await.unwrap().unwrap());
        let words = fifty(&desk, flow, Answer::Passkey(&answer)).await;
        assert_eq!(words, BTreeMap::from([("proved", 1), ("gone", 49)]), "{engine:?}");
        // The same alone.
        let snapshot = desk.snapshot().await;
        let answer = passkey.get(&begin_sign_in(desk.node(), &snapshot, flow).await.unwrap().unwrap());
        let nodes = desk.nodes().await;
        let (desk, answer) = (&desk, &answer);
        let uses = (0..50_usize).map(|n| {
            let node = &nodes[n % nodes.len()];
            async move {
                let snapshot = node.snapshot().await.unwrap();
                let outcome = finish_sign_in(node, &snapshot, flow, answer, None, &desk.caller).await.unwrap();
                match outcome {
                    PasskeySignIn::Proved(proved) => proved.tx.commit().await.is_ok(),
                    PasskeySignIn::Gone => false,
                    PasskeySignIn::Unknown | PasskeySignIn::Rejected => panic!("{engine:?}"),
                }
            }
        });
        assert_eq!(join_all(uses).await.into_iter().filter(|proved| *proved).count(), 1, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s6_of_fifty_wrong_codes_at_once_five_are_verified() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        let wrong = desk.wrong(&seed);
        let flow = desk.attempt();
        let words = fifty(&desk, flow, Answer::Totp(&wrong)).await;
        assert_eq!(words, BTreeMap::from([("wrong", 5), ("locked", 45)]), "{engine:?}");
        assert_eq!(desk.audited("factor.failed", "wrong").await, 5, "{engine:?}");
        desk.send(anna, flow, Channel::Email, "042917").await;
        let words = fifty(&desk, flow, mail("000000")).await;
        assert_eq!(words, BTreeMap::from([("wrong", 5), ("locked", 45)]), "{engine:?}");
        assert_eq!(desk.tries(anna, flow, mail("042917")).await, "locked", "{engine:?}");
        let words = fifty(&desk, flow, Answer::Recovery("ABCD-EFGH-JKMN-PQRS")).await;
        assert_eq!(words, BTreeMap::from([("wrong", 5), ("locked", 45)]), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_race_of_fifty_guesses_of_one_mail_code_five_are_compared() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (anna, flow) = (desk.world.anna, desk.attempt());
        desk.send(anna, flow, Channel::Email, "000049").await;
        let nodes = desk.nodes().await;
        let typed: Vec<String> = (0..50).map(|n| format!("{n:06}")).collect();
        let guesses = typed.iter().enumerate().map(|(n, typed)| {
            let node = &nodes[n % nodes.len()];
            desk.try_on(node, anna, flow, mail(typed))
        });
        let words = join_all(guesses).await;
        assert!(words.iter().filter(|word| ["wrong", "proved"].contains(word)).count() <= 5, "{engine:?} {words:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_and_a_passkey_are_confirmed_once() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let rules = desk.rules().await;
        let session = desk.session(desk.world.anna).await;
        let enrolling = desk.enrolling(&session, &rules);
        let begun = join_all((0..10).map(|_| begin_totp(desk.node(), &enrolling, VENDOR))).await;
        let secrets: Vec<String> = begun
            .into_iter()
            .map(|begun| match begun.unwrap() {
                usher::flow::factors::totp::BeginTotp::Offer(offer) => offer.secret.expose().clone(),
                usher::flow::factors::totp::BeginTotp::Refused(refusal) => panic!("{refusal:?}"),
            })
            .collect();
        assert!(secrets.iter().all(|secret| *secret == secrets[0]), "{engine:?}: one page, one secret");
        let code = seed(&secrets[0].clone().into()).code_at(desk.now());
        let nodes = desk.nodes().await;
        let confirmations = (0..20_usize).map(|n| {
            let (node, code) = (&nodes[n % nodes.len()], &code);
            async move {
                match confirm_totp(node, &enrolling, code.expose()).await.unwrap() {
                    ConfirmTotp::Enrolled(proved) => proved.tx.commit().await.is_ok(),
                    ConfirmTotp::Wrong | ConfirmTotp::Gone => false,
                }
            }
        });
        assert_eq!(join_all(confirmations).await.into_iter().filter(|done| *done).count(), 1, "{engine:?}");
        let session = desk.session(desk.world.bob).await;
        let enrolling = desk.enrolling(&session, &rules);
        let answer = SoftPasskey::new().create(&desk.begin(&enrolling).await);
        let answer = answer.as_str();
        let confirmations = (0..20_usize).map(|n| {
            let node = &nodes[n % nodes.len()];
            async move {
                match finish_passkey(node, &enrolling, answer).await.unwrap() {
                    FinishPasskey::Enrolled { proved, .. } => proved.tx.commit().await.is_ok(),
                    _ => false,
                }
            }
        });
        assert_eq!(join_all(confirmations).await.into_iter().filter(|done| *done).count(), 1, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sets_of_recovery_codes_made_at_once_leave_ten() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let seed = desk.app_of(desk.world.anna).await;
        let session = desk.raised(desk.world.anna, &seed).await;
        join_all((0..4).map(|_| desk.codes_of(&session))).await;
        let mut tx = desk.node().db.read().await.unwrap();
        assert_eq!(store::recovery_code::left(&mut tx, desk.world.anna).await.unwrap(), 10, "{engine:?}");
    }
}

//! Passkeys with an authenticator in software (Q72, Q73, Q74; experience.md, Passkey rules).

use serde_json::Value;
use usher::{
    authn::{
        acr::Acr,
        assurance::{Assurance, Proof},
        factor::{FlowId, MfaMethod},
        lockout::{BucketKey, LockoutSettings},
    },
    base::id::UserId,
    flow::factors::{
        Refusal,
        assertion::{PasskeySignIn, begin_assertion, begin_sign_in, finish_sign_in},
        passkeys::{BeginPasskey, FinishPasskey, begin_passkey, finish_passkey},
        verify::{Answer, FactorVerdict},
    },
    store,
};

use super::{
    desk::{Desk, VENDOR, is_passkey},
    soft::SoftPasskey,
};
use crate::support::engine::ENGINES;

async fn second(desk: &Desk, user: UserId, flow: FlowId) -> Value {
    begin_assertion(desk.node(), user, flow).await.unwrap().unwrap()
}

async fn alone(desk: &Desk, flow: FlowId) -> Value {
    begin_sign_in(desk.node(), &*desk.snapshot().await, flow).await.unwrap().unwrap()
}

/// Signs in with a passkey alone and commits; who, or the word for why not.
async fn sign_in(desk: &Desk, flow: FlowId, answer: &str) -> Result<(UserId, Proof), &'static str> {
    let snapshot = desk.snapshot().await;
    match finish_sign_in(desk.node(), &snapshot, flow, answer, Some("portal"), &desk.caller).await.unwrap() {
        PasskeySignIn::Proved(proved) => {
            let who = (proved.user, proved.proof);
            proved.tx.commit().await.unwrap();
            Ok(who)
        }
        PasskeySignIn::Unknown => Err("unknown"),
        PasskeySignIn::Rejected => Err("rejected"),
        PasskeySignIn::Gone => Err("gone"),
    }
}

#[tokio::test]
async fn sec_q72_a_passkey_is_enrolled_and_is_a_second_factor() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let (session, rules) = (desk.session(anna).await, desk.rules().await);
        let enrolling = desk.enrolling(&session, &rules);
        let options = desk.begin(&enrolling).await;
        assert_eq!(options["publicKey"]["rp"]["id"], "localhost", "{engine:?}");
        assert_eq!(options["publicKey"]["rp"]["name"], VENDOR, "{engine:?}");
        assert_eq!(options["publicKey"]["user"]["name"], "anna@acme.example", "{engine:?}");
        let mut passkey = SoftPasskey::new();
        let answer = passkey.create(&options);
        let FinishPasskey::Enrolled { proved, name, .. } =
            finish_passkey(desk.node(), &enrolling, &answer).await.unwrap()
        else {
            panic!("{engine:?}")
        };
        assert_eq!(name, "Bitwarden", "{engine:?}: by its model");
        let raised = desk.raise(proved, session.id).await;
        assert_eq!(
            (raised.acr, raised.amr.join(" ")),
            (Acr::PhishingResistant, "pwd swk user mfa".into()),
            "{engine:?}"
        );
        // The next sign-in: password, then the passkey.
        let (session, flow) = (desk.session(anna).await, desk.attempt());
        let options = second(&desk, anna, flow).await;
        assert_eq!(options["publicKey"]["allowCredentials"][0]["id"], passkey.credential_id().as_str(), "{engine:?}");
        let answer = passkey.get(&options);
        let FactorVerdict::Proved(proved) = desk.verify(anna, flow, Answer::Passkey(&answer)).await else {
            panic!("{engine:?}")
        };
        assert!(is_passkey(proved.proof), "{engine:?}");
        let raised = desk.raise(proved, session.id).await;
        assert_eq!(raised.acr, Acr::PhishingResistant, "{engine:?}");
        assert_eq!(
            desk.tries(anna, flow, Answer::Passkey(&answer)).await,
            "gone",
            "{engine:?}: a challenge works once"
        );
        assert_eq!(desk.audited("factor.added", "").await, 1, "{engine:?}");
    }
}

#[tokio::test]
async fn experience_1_a_passkey_signs_in_alone_and_is_never_locked_out() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let mut bound = SoftPasskey::new();
        (bound.synchronised, bound.counter) = (false, 1);
        let mut passkey = desk.passkey_of(anna, bound).await;
        // Strangers have locked the password, for good.
        let key = BucketKey::untrusted(anna);
        for _ in 0..100 {
            let mut tx = desk.node().db.write().await.unwrap();
            let slot = desk.node().entropy.uuid(desk.now());
            store::lockout::fail(&mut tx, &key, slot, &LockoutSettings::default(), desk.now()).await.unwrap();
            tx.commit().await.unwrap();
            desk.wait(900);
        }
        let flow = desk.attempt();
        let options = alone(&desk, flow).await;
        assert_eq!(options["publicKey"]["allowCredentials"], serde_json::json!([]), "{engine:?}: nobody is named");
        let (who, proof) = sign_in(&desk, flow, &passkey.get(&options)).await.unwrap();
        assert_eq!(who, anna, "{engine:?}");
        let assurance = Assurance::of(proof);
        assert_eq!(
            (assurance.acr, assurance.amr.join(" ")),
            (Acr::PhishingResistant, "hwk user mfa".into()),
            "{engine:?}"
        );
        // The owner was there: the password works again for those who know it (S5 L3).
        let mut tx = desk.node().db.read().await.unwrap();
        assert!(!store::lockout::is_locked(&mut tx, anna, desk.now()).await.unwrap(), "{engine:?}");
    }
}

#[tokio::test]
async fn sec_q73_no_answer_passes_that_is_not_exactly_right() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let mut passkey = desk.passkey_of(anna, SoftPasskey::new()).await;
        for origin in [
            "http://localhost:8081",
            "http://evil.localhost:8080",
            "https://localhost:8080",
            "http://localhost",
            "https://evil.example",
        ] {
            passkey.origin = origin.to_owned();
            let flow = desk.attempt();
            let answer = passkey.get(&second(&desk, anna, flow).await);
            assert_eq!(desk.tries(anna, flow, Answer::Passkey(&answer)).await, "wrong", "{engine:?} {origin}");
            let answer = passkey.get(&alone(&desk, flow).await);
            assert_eq!(sign_in(&desk, flow, &answer).await, Err("rejected"), "{engine:?} {origin}");
        }
        passkey.origin = crate::support::app::ISSUER.to_owned();
        passkey.verifies_user = false;
        let flow = desk.attempt();
        let answer = passkey.get(&second(&desk, anna, flow).await);
        assert_eq!(desk.tries(anna, flow, Answer::Passkey(&answer)).await, "wrong", "{engine:?}: no user verification");
        passkey.verifies_user = true;
        // Another challenge: of another flow, of another kind, and an older one of this flow.
        let other = desk.attempt();
        let (here, there) = (second(&desk, anna, flow).await, second(&desk, anna, other).await);
        assert_eq!(desk.tries(anna, flow, Answer::Passkey(&passkey.get(&there))).await, "wrong", "{engine:?}");
        assert_eq!(
            desk.tries(anna, flow, Answer::Passkey(&passkey.get(&here))).await,
            "gone",
            "{engine:?}: it was used up"
        );
        let single = alone(&desk, flow).await;
        second(&desk, anna, flow).await;
        assert_eq!(desk.tries(anna, flow, Answer::Passkey(&passkey.get(&single))).await, "wrong", "{engine:?}");
        let old = second(&desk, anna, flow).await;
        second(&desk, anna, flow).await;
        assert_eq!(desk.tries(anna, flow, Answer::Passkey(&passkey.get(&old))).await, "wrong", "{engine:?}");
        // Too late.
        let options = second(&desk, anna, flow).await;
        desk.wait(5 * 60);
        assert_eq!(desk.tries(anna, flow, Answer::Passkey(&passkey.get(&options))).await, "gone", "{engine:?}");
        for garbage in ["", "{}", "null", "\u{0}", "[1,2]"] {
            second(&desk, anna, flow).await;
            assert_eq!(desk.tries(anna, flow, Answer::Passkey(garbage)).await, "wrong", "{engine:?}");
        }
        // None of it locks anything (D13).
        let answer = passkey.get(&second(&desk, anna, flow).await);
        assert_eq!(desk.tries(anna, flow, Answer::Passkey(&answer)).await, "proved", "{engine:?}");
    }
}

#[tokio::test]
async fn another_persons_passkey_proves_nothing_and_an_unknown_one_is_said_to_be() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (anna, bob) = (desk.world.anna, desk.world.bob);
        let mut hers = desk.passkey_of(anna, SoftPasskey::new()).await;
        let mut his = desk.passkey_of(bob, SoftPasskey::new()).await;
        let flow = desk.attempt();
        let mut options = second(&desk, anna, flow).await;
        options["publicKey"]["allowCredentials"] = serde_json::json!([]);
        assert_eq!(desk.tries(anna, flow, Answer::Passkey(&his.get(&options))).await, "wrong", "{engine:?}");
        // Alone, it must say whose it is, and say the truth.
        hers.names_its_user = false;
        let answer = hers.get(&alone(&desk, flow).await);
        assert_eq!(sign_in(&desk, flow, &answer).await, Err("rejected"), "{engine:?}");
        hers.names_its_user = true;
        let answer = hers.get(&alone(&desk, flow).await).replace(&handle(anna), &handle(bob));
        assert_eq!(sign_in(&desk, flow, &answer).await, Err("rejected"), "{engine:?}");
        // As a second factor it need not.
        hers.names_its_user = false;
        let answer = hers.get(&second(&desk, anna, flow).await);
        assert_eq!(desk.tries(anna, flow, Answer::Passkey(&answer)).await, "proved", "{engine:?}");
        let mut removed = SoftPasskey::new();
        let answer = removed.get(&alone(&desk, flow).await);
        assert_eq!(sign_in(&desk, flow, &answer).await, Err("unknown"), "{engine:?}");
        assert_eq!(desk.audited("signin.failed", "unknown").await, 1, "{engine:?}");
        // Whoever is switched off does not get in.
        desk.world.change_user(bob, |user| user.active = false).await;
        let answer = his.get(&alone(&desk, flow).await);
        assert_eq!(sign_in(&desk, flow, &answer).await, Err("rejected"), "{engine:?}");
        assert_eq!(sign_in(&desk, desk.attempt(), &answer).await, Err("gone"), "{engine:?}");
    }
}

fn handle(user: UserId) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(user.uuid().as_bytes())
}

#[tokio::test]
async fn a_count_that_goes_back_is_a_copied_key() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let mut counting = SoftPasskey::new();
        counting.counter = 5;
        let mut passkey = desk.passkey_of(anna, counting).await;
        let flow = desk.attempt();
        let answer = passkey.get(&second(&desk, anna, flow).await);
        assert_eq!(desk.tries(anna, flow, Answer::Passkey(&answer)).await, "proved", "{engine:?}: 6");
        passkey.counter = 5;
        let answer = passkey.get(&second(&desk, anna, flow).await);
        assert_eq!(desk.tries(anna, flow, Answer::Passkey(&answer)).await, "wrong", "{engine:?}: 6 again");
        passkey.counter = 6;
        let answer = passkey.get(&second(&desk, anna, flow).await);
        assert_eq!(desk.tries(anna, flow, Answer::Passkey(&answer)).await, "proved", "{engine:?}: 7");
    }
}

#[tokio::test]
async fn a_person_has_several_passkeys_and_none_twice() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (anna, bob) = (desk.world.anna, desk.world.bob);
        let mut first = desk.passkey_of(anna, SoftPasskey::new()).await;
        let rules = desk.rules().await;
        // The second one needs the first (Q74), and no authenticator makes two.
        let weak = desk.session(anna).await;
        let refused = begin_passkey(desk.node(), &desk.enrolling(&weak, &rules), VENDOR).await.unwrap();
        assert!(matches!(refused, BeginPasskey::Refused(Refusal::Prove(methods)) if methods == [MfaMethod::Passkey]));
        let flow = FlowId::Session(weak.id);
        let answer = first.get(&second(&desk, anna, flow).await);
        let FactorVerdict::Proved(proved) = desk.verify(anna, flow, Answer::Passkey(&answer)).await else { panic!() };
        let session = desk.raise(proved, weak.id).await;
        let enrolling = desk.enrolling(&session, &rules);
        let options = desk.begin(&enrolling).await;
        assert_eq!(options["publicKey"]["excludeCredentials"][0]["id"], first.credential_id().as_str(), "{engine:?}");
        let mut another = SoftPasskey::new();
        let outcome = finish_passkey(desk.node(), &enrolling, &another.create(&options)).await.unwrap();
        let FinishPasskey::Enrolled { proved, .. } = outcome else { panic!("{engine:?}") };
        proved.tx.commit().await.unwrap();
        let mut tx = desk.node().db.read().await.unwrap();
        assert_eq!(store::passkey::of_user(&mut tx, anna).await.unwrap().len(), 2, "{engine:?}");
        drop(tx);
        // An authenticator that ignores the list, and one that lies to somebody else.
        let mut options = desk.begin(&enrolling).await;
        options["publicKey"]["excludeCredentials"] = serde_json::json!([]);
        let outcome = finish_passkey(desk.node(), &enrolling, &first.create(&options)).await.unwrap();
        assert!(matches!(outcome, FinishPasskey::Rejected), "{engine:?}");
        let session = desk.session(bob).await;
        let enrolling = desk.enrolling(&session, &rules);
        let options = desk.begin(&enrolling).await;
        let outcome = finish_passkey(desk.node(), &enrolling, &first.create(&options)).await.unwrap();
        assert!(matches!(outcome, FinishPasskey::Exists), "{engine:?}");
        let mut tx = desk.node().db.read().await.unwrap();
        assert!(store::passkey::of_user(&mut tx, bob).await.unwrap().is_empty(), "{engine:?}");
    }
}

#[tokio::test]
async fn sec_q73_a_registration_is_as_strict() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (session, rules) = (desk.session(desk.world.anna).await, desk.rules().await);
        let enrolling = desk.enrolling(&session, &rules);
        type Change = fn(&mut SoftPasskey);
        let changes: [(&str, Change); 2] = [
            ("origin", |passkey| passkey.origin = "https://evil.example".into()),
            ("no user verification", |passkey| passkey.verifies_user = false),
        ];
        for (what, change) in changes {
            let mut passkey = SoftPasskey::new();
            change(&mut passkey);
            let answer = passkey.create(&desk.begin(&enrolling).await);
            let outcome = finish_passkey(desk.node(), &enrolling, &answer).await.unwrap();
            assert!(matches!(outcome, FinishPasskey::Rejected), "{engine:?} {what}");
            let again = finish_passkey(desk.node(), &enrolling, &answer).await.unwrap();
            assert!(matches!(again, FinishPasskey::Gone), "{engine:?} {what}: the challenge is used up");
        }
        let options = desk.begin(&enrolling).await;
        let answer = SoftPasskey::new().create(&options);
        let elsewhere = usher::flow::factors::Enrolling { flow: desk.attempt(), ..enrolling };
        let outcome = finish_passkey(desk.node(), &elsewhere, &answer).await.unwrap();
        assert!(matches!(outcome, FinishPasskey::Gone), "{engine:?}: another flow");
        let mut narrow = rules.clone();
        narrow.methods.retain(|method| *method != MfaMethod::Passkey);
        let outcome = finish_passkey(desk.node(), &desk.enrolling(&session, &narrow), &answer).await.unwrap();
        assert!(matches!(outcome, FinishPasskey::Gone), "{engine:?}: not allowed any more");
        let outcome = finish_passkey(desk.node(), &enrolling, &answer).await.unwrap();
        assert!(matches!(outcome, FinishPasskey::Enrolled { .. }), "{engine:?}");
    }
}

#[tokio::test]
async fn where_passkeys_are_not_allowed_none_signs_in() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let mut passkey = desk.passkey_of(anna, SoftPasskey::new()).await;
        let flow = desk.attempt();
        let answer = passkey.get(&alone(&desk, flow).await);
        desk.world.set("mfa.methods", serde_json::json!(["totp"])).await;
        assert_eq!(sign_in(&desk, flow, &answer).await, Err("gone"), "{engine:?}");
        let asked = begin_sign_in(desk.node(), &*desk.snapshot().await, flow).await.unwrap();
        assert!(asked.is_none(), "{engine:?}");
    }
}

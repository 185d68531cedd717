//! Listing, naming, removing factors; raising sessions (screens.md 2, Q75, Q84; protocol.md B30, P6).

use serde_json::json;
use usher::{
    authn::{
        acr::Acr,
        factor::{FlowId, MfaMethod},
        one_time_code::{Channel, CodePurpose},
    },
    base::{
        bearer::{BearerKind, read},
        id::UserId,
    },
    flow::factors::{
        Proved, Refusal,
        list::{RemoveFactor, list_factors, remove_factor, rename_factor},
        raise::raise_session,
        verify::{Answer, FactorVerdict},
    },
    identity::attributes::PhoneNumber,
    store::{
        self,
        session::{ForThisClient, Session},
    },
};
use uuid::Uuid;

use super::{desk::Desk, soft::SoftPasskey};
use crate::support::engine::ENGINES;

async fn remove(desk: &Desk, session: &Session, id: Uuid) -> RemoveFactor {
    let rules = desk.rules().await;
    remove_factor(desk.node(), &*desk.snapshot().await, &desk.enrolling(session, &rules), id).await.unwrap()
}

#[tokio::test]
async fn screens_2_what_a_person_has_is_listed_with_masked_targets() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        let session = desk.raised(anna, &seed).await;
        desk.codes_of(&session).await;
        desk.world
            .change_user(anna, |user| {
                let number = |value: &str, kind: &str, verified| PhoneNumber {
                    value: value.into(),
                    kind: Some(kind.into()),
                    primary: kind == "work",
                    verified,
                };
                user.attributes.phone_numbers =
                    vec![number("+46 8 123 456", "work", true), number("+46 70 765 43 21", "mobile", true)];
            })
            .await;
        let factors = list_factors(desk.node(), anna).await.unwrap();
        assert_eq!(factors.enrolled.len(), 1, "{engine:?}");
        assert_eq!(factors.enrolled[0].method, MfaMethod::Totp, "{engine:?}");
        assert!(factors.enrolled[0].last_used_at.is_some() && !factors.enrolled[0].synchronised, "{engine:?}");
        assert_eq!(factors.recovery_left, 10, "{engine:?}");
        assert_eq!(factors.email.as_deref(), Some("a•••@a•••"), "{engine:?}");
        assert_eq!(factors.phone.as_deref(), Some("+46•••••21"), "{engine:?}: the mobile one");
        desk.world.change_user(anna, |user| user.attributes.phone_numbers[1].verified = false).await;
        let factors = list_factors(desk.node(), anna).await.unwrap();
        assert_eq!(factors.phone.as_deref(), Some("+46•••••56"), "{engine:?}");
        desk.world.change_user(anna, |user| user.attributes.phone_numbers[0].verified = false).await;
        let factors = list_factors(desk.node(), anna).await.unwrap();
        assert_eq!(factors.phone, None, "{engine:?}: M4, M15: only what its owner verified");
    }
}

#[tokio::test]
async fn a_factor_is_named_by_its_owner_only() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (anna, bob) = (desk.world.anna, desk.world.bob);
        desk.passkey_of(anna, SoftPasskey::new()).await;
        let id = desk.only_factor(anna).await;
        let rules = desk.rules().await;
        let (hers, his) = (desk.session(anna).await, desk.session(bob).await);
        assert!(rename_factor(desk.node(), &desk.enrolling(&hers, &rules), id, " Anna's laptop ").await.unwrap());
        assert!(!rename_factor(desk.node(), &desk.enrolling(&hers, &rules), id, " \n").await.unwrap(), "{engine:?}");
        assert!(!rename_factor(desk.node(), &desk.enrolling(&his, &rules), id, "mine").await.unwrap(), "{engine:?}");
        let factors = list_factors(desk.node(), anna).await.unwrap();
        assert_eq!(factors.enrolled[0].name, "Anna's laptop", "{engine:?}");
        assert!(factors.enrolled[0].synchronised, "{engine:?}");
    }
}

#[tokio::test]
async fn sec_q84_a_factor_is_removed_with_a_fresh_proof_of_the_strongest() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (anna, bob) = (desk.world.anna, desk.world.bob);
        let seed = desk.app_of(anna).await;
        let id = desk.only_factor(anna).await;
        let weak = desk.session(anna).await;
        assert_eq!(remove(&desk, &weak, id).await, RemoveFactor::Refused(Refusal::Prove(vec![MfaMethod::Totp])));
        let raised = desk.raised(anna, &seed).await;
        let his = desk.session(bob).await;
        assert_eq!(remove(&desk, &his, id).await, RemoveFactor::NotFound, "{engine:?}: not his");
        desk.codes_of(&raised).await;
        let outcome = remove(&desk, &raised, id).await;
        assert_eq!(outcome, RemoveFactor::Removed { method: MfaMethod::Totp, last: true }, "{engine:?}");
        let factors = list_factors(desk.node(), anna).await.unwrap();
        assert!(factors.enrolled.is_empty() && factors.recovery_left == 0, "{engine:?}");
        assert_eq!(desk.right(anna, &seed).await, "wrong", "{engine:?}");
        assert_eq!(desk.audited("factor.removed", "").await, 1, "{engine:?}");
        assert_eq!(remove(&desk, &raised, id).await, RemoveFactor::NotFound, "{engine:?}");
    }
}

#[tokio::test]
async fn screens_2_the_last_factor_stays_where_one_is_required_anywhere() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        let session = desk.raised(anna, &seed).await;
        let id = desk.only_factor(anna).await;
        let row = store::setting::SettingRow {
            level: "customer".into(),
            subject: desk.world.beta.text(),
            name: "mfa.policy".into(),
            value: json!("required").to_string(),
        };
        let mut tx = desk.node().db.write().await.unwrap();
        store::setting::set(&mut tx, &row, "test", desk.now()).await.unwrap();
        tx.commit().await.unwrap();
        // An e-mail address does not reach mfa, so the app is the only one that will do.
        assert_eq!(remove(&desk, &session, id).await, RemoveFactor::Required, "{engine:?}: one company is enough");
        let nora = desk.world.nora;
        let seed = desk.app_of(nora).await;
        let session = desk.raised(nora, &seed).await;
        let id = desk.only_factor(nora).await;
        assert!(
            matches!(remove(&desk, &session, id).await, RemoveFactor::Removed { .. }),
            "{engine:?}: not her company"
        );
    }
}

#[tokio::test]
async fn experience_the_only_way_in_is_never_removed() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let mut passkey = desk.passkey_of(anna, SoftPasskey::new()).await;
        desk.execute(&format!("DELETE FROM password WHERE user_id = '{anna}'")).await;
        let session = desk.session(anna).await;
        let flow = FlowId::Session(session.id);
        let options = usher::flow::factors::assertion::begin_assertion(desk.node(), anna, flow).await.unwrap();
        let answer = passkey.get(&options.unwrap());
        let FactorVerdict::Proved(proved) = desk.verify(anna, flow, Answer::Passkey(&answer)).await else { panic!() };
        let session = desk.raise(proved, session.id).await;
        let id = desk.only_factor(anna).await;
        assert_eq!(remove(&desk, &session, id).await, RemoveFactor::OnlyCredential, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_factors_removed_at_once_leave_one_where_one_is_required() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let mut passkey = desk.passkey_of(anna, SoftPasskey::new()).await;
        let session = desk.session(anna).await;
        let flow = FlowId::Session(session.id);
        let options = usher::flow::factors::assertion::begin_assertion(desk.node(), anna, flow).await.unwrap();
        let answer = passkey.get(&options.unwrap());
        let FactorVerdict::Proved(proved) = desk.verify(anna, flow, Answer::Passkey(&answer)).await else { panic!() };
        let session = desk.raise(proved, session.id).await;
        let rules = desk.rules().await;
        let enrolling = desk.enrolling(&session, &rules);
        let answer = SoftPasskey::new().create(&desk.begin(&enrolling).await);
        let outcome = usher::flow::factors::passkeys::finish_passkey(desk.node(), &enrolling, &answer).await.unwrap();
        let usher::flow::factors::passkeys::FinishPasskey::Enrolled { proved, .. } = outcome else { panic!() };
        proved.tx.commit().await.unwrap();
        desk.world.set("mfa.policy", json!("required")).await;
        let ids: Vec<Uuid> = list_factors(desk.node(), anna).await.unwrap().enrolled.iter().map(|it| it.id).collect();
        let outcomes = futures_util::future::join_all(ids.iter().map(|id| remove(&desk, &session, *id))).await;
        let removed = outcomes.iter().filter(|it| matches!(it, RemoveFactor::Removed { .. })).count();
        assert_eq!(removed, 1, "{engine:?} {outcomes:?}");
        assert!(outcomes.contains(&RemoveFactor::Required), "{engine:?}");
    }
}

/// A code by mail or SMS that was right.
async fn by_code(desk: &Desk, user: UserId, flow: FlowId, channel: Channel) -> Box<Proved> {
    desk.send(user, flow, channel, "042917").await;
    let answer = Answer::Code { channel, purpose: CodePurpose::SecondFactor, about: "", typed: "042917" };
    match desk.verify(user, flow, answer).await {
        FactorVerdict::Proved(proved) => proved,
        _ => panic!("not proved"),
    }
}

#[tokio::test]
async fn prot_b30_prot_p6_a_session_rises_in_place_under_a_new_cookie() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        let session = desk.session(anna).await;
        let mut tx = desk.node().db.write().await.unwrap();
        let at_acme = Some(desk.world.anna_at_acme);
        store::session::choose(&mut tx, session.id, "portal", at_acme, desk.now()).await.unwrap();
        tx.commit().await.unwrap();
        desk.wait(120);
        let code = seed.code_at(desk.now());
        let flow = FlowId::Session(session.id);
        let FactorVerdict::Proved(mut proved) = desk.verify(anna, flow, Answer::Totp(code.expose())).await else {
            panic!("{engine:?}")
        };
        let raised = raise_session(&mut proved, desk.node(), session.id, desk.now()).await.unwrap().unwrap();
        proved.tx.commit().await.unwrap();
        let cookie = read(BearerKind::Session, raised.cookie.expose()).unwrap();
        assert_eq!(cookie.id, session.id.uuid(), "{engine:?}: sid");
        let mut tx = desk.node().db.read().await.unwrap();
        let found = store::session::find_for_client(&mut tx, &cookie, "portal", desk.now()).await.unwrap();
        let ForThisClient { session: now, choice, .. } = found.expect("the new cookie works");
        assert_eq!(choice, Some(at_acme), "{engine:?}: the company stays");
        assert_eq!((now.acr, now.auth_time, now.user_id), (Acr::Mfa, desk.now(), anna), "{engine:?}");
        assert_eq!(now.expires_at, session.expires_at, "{engine:?}: no longer than before");
        assert_eq!(raised.keep, None, "{engine:?}");
        drop(tx);
        // A weaker proof later takes nothing back and makes nothing younger.
        desk.wait(600);
        let mut proved = by_code(&desk, anna, flow, Channel::Email).await;
        let again = raise_session(&mut proved, desk.node(), session.id, desk.now()).await.unwrap().unwrap();
        proved.tx.commit().await.unwrap();
        assert_eq!((again.session.acr, again.session.auth_time), (Acr::Mfa, now.auth_time), "{engine:?}");
        let mut tx = desk.node().db.read().await.unwrap();
        let old = store::session::find(&mut tx, &cookie, desk.now()).await.unwrap();
        assert!(old.is_none(), "{engine:?}: the cookie before is nobody's");
    }
}

#[tokio::test]
async fn nobody_elses_session_is_raised_and_no_ended_one() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (anna, bob) = (desk.world.anna, desk.world.bob);
        let (hers, his) = (desk.session(anna).await, desk.session(bob).await);
        let flow = desk.attempt();
        let mut proved = by_code(&desk, anna, flow, Channel::Email).await;
        assert!(raise_session(&mut proved, desk.node(), his.id, desk.now()).await.unwrap().is_none(), "{engine:?}");
        proved.tx.rollback().await.unwrap();
        assert_eq!(desk.look(his.id).await.unwrap().acr, Acr::Pwd, "{engine:?}");
        let mut tx = desk.node().db.write().await.unwrap();
        store::session::end(&mut tx, hers.id, desk.now()).await.unwrap();
        tx.commit().await.unwrap();
        let mut proved = by_code(&desk, anna, flow, Channel::Email).await;
        assert!(raise_session(&mut proved, desk.node(), hers.id, desk.now()).await.unwrap().is_none(), "{engine:?}");
        proved.tx.rollback().await.unwrap();
        // A session of before a new password.
        let session = desk.session(anna).await;
        desk.execute(&format!("UPDATE user_account SET epoch = epoch + 1 WHERE id = '{anna}'")).await;
        let mut proved = by_code(&desk, anna, flow, Channel::Email).await;
        assert!(raise_session(&mut proved, desk.node(), session.id, desk.now()).await.unwrap().is_none(), "{engine:?}");
        proved.tx.rollback().await.unwrap();
    }
}

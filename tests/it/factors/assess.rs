//! The decision on real rows: levels, groups, postponement (inventory M1, M2, M25; domain.md 5 "Step-up per customer").

use serde_json::{Value, json};
use usher::{
    authn::{
        acr::Acr,
        factor::MfaMethod,
        mfa_policy::{Asked, Decision},
        one_time_code::Channel,
    },
    base::id::{CustomerId, GroupId},
    flow::{
        caller::Caller,
        factors::assess::{Question, assess, postpone},
    },
    identity::group::Group,
    store::{self, group::Member, session::Session, setting::SettingRow},
};

use super::desk::Desk;
use crate::support::engine::ENGINES;

async fn set(desk: &Desk, level: &str, subject: String, name: &str, value: Value) {
    let row = SettingRow { level: level.into(), subject, name: name.into(), value: value.to_string() };
    let mut tx = desk.node().db.write().await.unwrap();
    store::setting::set(&mut tx, &row, "test", desk.now()).await.unwrap();
    tx.commit().await.unwrap();
}

struct Asking<'a> {
    session: &'a Session,
    customer: Option<CustomerId>,
    values: &'a [Acr],
    channels: &'a [Channel],
    postponed: bool,
}

fn asking(session: &Session) -> Asking<'_> {
    Asking { session, customer: None, values: &[], channels: &[Channel::Email, Channel::Sms], postponed: false }
}

async fn decide(desk: &Desk, asking: Asking<'_>) -> Decision {
    let question = Question {
        session: asking.session,
        client_id: Some("portal"),
        customer: asking.customer,
        asked: Asked { values: asking.values, essential: false },
        caller: &Caller::default(),
        channels: asking.channels,
        postponed: asking.postponed,
    };
    let mut tx = desk.node().db.read().await.unwrap();
    assess(&mut tx, desk.node(), &*desk.snapshot().await, &question).await.unwrap().decision
}

fn enrol(forced: bool) -> Decision {
    Decision::Enrol { methods: vec![MfaMethod::Passkey, MfaMethod::Totp, MfaMethod::Sms], forced, until: None }
}

#[tokio::test]
async fn inv_m1_a_customer_that_requires_a_factor_asks_where_others_do_not() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let (acme, beta) = (desk.world.acme, desk.world.beta);
        set(&desk, "customer", beta.text(), "mfa.policy", json!("required")).await;
        set(&desk, "client", "portal".into(), "mfa.policy", json!("off")).await;
        let session = desk.session(desk.world.anna).await;
        for (customer, expected) in
            [(None, Decision::Nothing), (Some(acme), Decision::Nothing), (Some(beta), enrol(true))]
        {
            assert_eq!(decide(&desk, Asking { customer, ..asking(&session) }).await, expected, "{engine:?}");
        }
    }
}

#[tokio::test]
async fn inv_m1_a_group_asks_its_members_and_those_of_groups_in_it() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let now = desk.now();
        let group = |name: &str, customer| Group {
            id: GroupId::new(&*desk.node().entropy, now),
            customer,
            display_name: name.into(),
            description: String::new(),
            roles: Vec::new(),
            permissions: Vec::new(),
            admin_role: None,
            created_at: now,
            updated_at: now,
        };
        let (outer, inner, acmes) = (group("outer", None), group("inner", None), group("acme", Some(desk.world.acme)));
        let mut tx = desk.node().db.write().await.unwrap();
        for group in [&outer, &inner, &acmes] {
            store::group::insert(&mut tx, group).await.unwrap();
        }
        store::group::add_member(&mut tx, outer.id, Member::Group(inner.id)).await.unwrap();
        store::group::add_member(&mut tx, inner.id, Member::User(desk.world.anna)).await.unwrap();
        store::group::add_member(&mut tx, acmes.id, Member::User(desk.world.bob)).await.unwrap();
        tx.commit().await.unwrap();
        set(&desk, "group", outer.id.text(), "mfa.policy", json!("required")).await;
        set(&desk, "group", acmes.id.text(), "mfa.policy", json!("required")).await;
        let (anna, bob) = (desk.session(desk.world.anna).await, desk.session(desk.world.bob).await);
        let nora = desk.session(desk.world.nora).await;
        assert_eq!(decide(&desk, asking(&anna)).await, enrol(true), "{engine:?}: by the group in the group");
        assert_eq!(decide(&desk, asking(&nora)).await, Decision::Nothing, "{engine:?}");
        assert_eq!(decide(&desk, asking(&bob)).await, Decision::Nothing, "{engine:?}: not for ACME");
        let customer = Some(desk.world.acme);
        assert_eq!(decide(&desk, Asking { customer, ..asking(&bob) }).await, enrol(true), "{engine:?}");
    }
}

#[tokio::test]
async fn inv_m29_a_client_that_asks_for_mfa_gets_the_factor_page_and_then_nothing() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        let anna = desk.world.anna;
        let seed = desk.app_of(anna).await;
        desk.world.set("mfa.policy", json!("off")).await;
        let weak = desk.session(anna).await;
        assert_eq!(decide(&desk, asking(&weak)).await, Decision::Nothing, "{engine:?}");
        let values = &[Acr::Mfa];
        let prove = Decision::Prove { methods: vec![MfaMethod::Totp], preferred: MfaMethod::Totp };
        assert_eq!(decide(&desk, Asking { values, ..asking(&weak) }).await, prove, "{engine:?}");
        let raised = desk.raised(anna, &seed).await;
        assert_eq!(decide(&desk, Asking { values, ..asking(&raised) }).await, Decision::Nothing, "{engine:?}");
    }
}

#[tokio::test]
async fn inv_m7_a_code_is_offered_where_it_can_be_sent() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        desk.world.set("mfa.methods", json!(["sms", "email"])).await;
        desk.world.set("mfa.min_acr", json!("2sv")).await;
        desk.world.set("mfa.policy", json!("required")).await;
        let anna = desk.world.anna;
        let session = desk.session(anna).await;
        let by = |methods: &[MfaMethod]| Decision::Prove { methods: methods.to_vec(), preferred: methods[0] };
        assert_eq!(decide(&desk, asking(&session)).await, by(&[MfaMethod::Email]), "{engine:?}: no number");
        desk.world
            .change_user(anna, |user| {
                let number = usher::identity::attributes::PhoneNumber {
                    value: "+46701234567".into(),
                    verified: true,
                    ..Default::default()
                };
                user.attributes.phone_numbers = vec![number];
            })
            .await;
        assert_eq!(decide(&desk, asking(&session)).await, by(&[MfaMethod::Sms, MfaMethod::Email]), "{engine:?}");
        let down = &[Channel::Email];
        assert_eq!(
            decide(&desk, Asking { channels: down, ..asking(&session) }).await,
            by(&[MfaMethod::Email]),
            "{engine:?}"
        );
        assert_eq!(
            decide(&desk, Asking { channels: &[], ..asking(&session) }).await,
            Decision::Enrol { methods: vec![MfaMethod::Sms], forced: true, until: None }
        );
    }
}

#[tokio::test]
async fn later_is_remembered_for_a_day_and_forgotten_by_enrolling() {
    for engine in ENGINES {
        let desk = Desk::new(engine).await;
        desk.world.set("mfa.policy", json!("required")).await;
        desk.world.set("mfa.enrol_until", json!("2027-03-01")).await;
        let anna = desk.world.anna;
        let session = desk.session(anna).await;
        let asked = |decision: &Decision| matches!(decision, Decision::Enrol { forced: false, until: Some(_), .. });
        assert!(asked(&decide(&desk, asking(&session)).await), "{engine:?}");
        assert_eq!(decide(&desk, Asking { postponed: true, ..asking(&session) }).await, Decision::Nothing);
        for times in 1..=2 {
            let mut tx = desk.node().db.write().await.unwrap();
            postpone(&mut tx, anna, desk.now()).await.unwrap();
            assert_eq!(store::factor::postponed(&mut tx, anna).await.unwrap().times, times, "{engine:?}");
            tx.commit().await.unwrap();
            assert_eq!(decide(&desk, asking(&session)).await, Decision::Nothing, "{engine:?}");
            desk.wait(86_400);
            let session = desk.session(anna).await;
            assert!(asked(&decide(&desk, asking(&session)).await), "{engine:?}: a day later");
        }
        desk.app_of(anna).await;
        let mut tx = desk.node().db.read().await.unwrap();
        assert_eq!(store::factor::postponed(&mut tx, anna).await.unwrap().times, 0, "{engine:?}");
    }
}

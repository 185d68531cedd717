//! Budgets of sending: whoever asks at once is counted one after the other, and nobody's budget is another's.

use std::{net::IpAddr, sync::Arc, time::Duration};

use serde_json::json;
use usher::{
    authn::send_limits::{SendPurpose, SendRefusal},
    base::{email::EmailAddress, id::UserId, phone::PhoneNumber},
    flow::{
        clean_up::clean_up,
        may_send::{Destination, Permit, Sending, again_after, may_send},
        node::Node,
    },
};

use crate::support::{
    engine::{ENGINES, Engine},
    world::World,
};

/// A question that owns what it asks about.
#[derive(Clone, Debug)]
struct Ask {
    purpose: SendPurpose,
    to: String,
    user: Option<UserId>,
    from: Option<IpAddr>,
}

impl Ask {
    fn new(purpose: SendPurpose, to: &str) -> Self {
        Self { purpose, to: to.to_owned(), user: None, from: None }
    }

    fn user(self, user: UserId) -> Self {
        Self { user: Some(user), ..self }
    }

    fn from(self, from: &str) -> Self {
        Self { from: Some(from.parse().unwrap()), ..self }
    }

    /// The answer, of which pages that only look say the same.
    async fn of(&self, node: &Node) -> Result<Permit, SendRefusal> {
        let expected = self.countdown(node).await;
        let outcome = self.raw(node).await;
        match outcome {
            Ok(permit) => {
                assert_eq!((expected, self.countdown(node).await), (Duration::ZERO, permit.again_after));
            }
            Err(SendRefusal::Wait(wait)) => assert!(!wait.is_zero() && expected >= wait, "{expected:?} {wait:?}"),
            Err(_) => {}
        }
        outcome
    }

    async fn raw(&self, node: &Node) -> Result<Permit, SendRefusal> {
        let snapshot = node.snapshot().await.unwrap();
        let mut tx = node.db.write().await.unwrap();
        let to = Address::of(&self.to);
        let outcome = may_send(&mut tx, node, &snapshot, &self.sending(&to)).await.unwrap();
        tx.commit().await.unwrap();
        outcome
    }

    async fn countdown(&self, node: &Node) -> Duration {
        let snapshot = node.snapshot().await.unwrap();
        let to = Address::of(&self.to);
        again_after(&mut node.db.read().await.unwrap(), node, &snapshot, &self.sending(&to)).await.unwrap()
    }

    fn sending<'a>(&self, to: &'a Address) -> Sending<'a> {
        let to = match to {
            Address::Email(address) => Destination::Email(address),
            Address::Number(number) => Destination::Sms(number),
        };
        Sending { purpose: self.purpose, to, user: self.user, from: self.from }
    }
}

/// Where a message goes, by its form.
enum Address {
    Email(EmailAddress),
    Number(PhoneNumber),
}

impl Address {
    fn of(text: &str) -> Self {
        EmailAddress::parse(text).map_or_else(|_| Self::Number(PhoneNumber::parse(text).unwrap()), Self::Email)
    }
}

/// How many of these are allowed, all asked at once, by two nodes where there may be two.
async fn allowed(world: &World, engine: Engine, asks: Vec<Ask>) -> usize {
    let mut nodes = vec![Arc::clone(&world.app.node)];
    if engine == Engine::Postgres {
        nodes.push(world.app.beside().await.0);
    }
    let tasks: Vec<_> = asks
        .into_iter()
        .enumerate()
        .map(|(n, ask)| {
            let node = Arc::clone(&nodes[n % nodes.len()]);
            tokio::spawn(async move { ask.raw(&node).await.is_ok() })
        })
        .collect();
    let mut allowed = 0;
    for task in tasks {
        allowed += usize::from(task.await.unwrap());
    }
    allowed
}

fn number(n: usize) -> String {
    format!("+4670{:07}", 1_000_000 + n * 10_007)
}

fn fifty(ask: impl Fn(usize) -> Ask) -> Vec<Ask> {
    (0..50).map(ask).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q96_fifty_at_once_do_not_exceed_a_budget() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let same = fifty(|_| Ask::new(SendPurpose::SignIn, "+46701234567").user(world.anna).from("192.0.2.1"));
        assert_eq!(allowed(&world, engine, same).await, 1, "{engine:?} one destination");
        let person = fifty(|n| Ask::new(SendPurpose::SignIn, &number(n)).user(world.bob));
        assert_eq!(allowed(&world, engine, person).await, 1, "{engine:?} one person");
        let address = fifty(|n| Ask::new(SendPurpose::VerifyEmail, &format!("a{n}@x.example")).from("192.0.2.2"));
        assert_eq!(allowed(&world, engine, address).await, 20, "{engine:?} one address");
        let stranger = fifty(|n| Ask::new(SendPurpose::PasswordReset, &format!("a{n}@x.example")).from("192.0.2.3"));
        assert_eq!(allowed(&world, engine, stranger).await, 3, "{engine:?} one stranger's resets");
        world.set("sms.daily_budget", json!(9)).await;
        let day = fifty(|n| Ask::new(SendPurpose::VerifyPhone, &number(n)));
        // One of the nine and one more went to the first two.
        assert_eq!(allowed(&world, engine, day).await, 7, "{engine:?} one day");
    }
}

#[tokio::test]
async fn sec_s8_the_countdown_is_the_servers_and_a_refusal_does_not_count() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let ask = Ask::new(SendPurpose::SignIn, "+46701234567").user(world.anna).from("192.0.2.1");
        let node = &world.app.node;
        for pause in [60, 120, 300, 300] {
            let pause = Duration::from_secs(pause);
            assert_eq!(ask.of(node).await, Ok(Permit { again_after: pause }), "{engine:?}");
            for _ in 0..3 {
                assert_eq!(ask.of(node).await, Err(SendRefusal::Wait(pause)), "{engine:?}");
            }
            world.app.clock.advance(pause);
        }
        let Ok(permit) = ask.of(node).await else { panic!("{engine:?}: the fifth of an hour") };
        assert!(permit.again_after > Duration::from_secs(300), "{engine:?}: now the hour counts: {permit:?}");
        world.app.clock.advance(permit.again_after);
        assert!(ask.of(node).await.is_ok(), "{engine:?}");
    }
}

#[tokio::test]
async fn dec_d32_no_purpose_uses_up_the_budget_of_another() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let node = &world.app.node;
        let ask = |purpose| Ask::new(purpose, "anna@acme.example").user(world.anna).from("192.0.2.1");
        while ask(SendPurpose::Notice).of(node).await.is_ok() {}
        assert!(ask(SendPurpose::SignIn).of(node).await.is_ok(), "{engine:?}");
        for purpose in [SendPurpose::PasswordReset, SendPurpose::Enrolment, SendPurpose::Invitation] {
            assert!(ask(purpose).of(node).await.is_ok(), "{engine:?} {purpose:?}");
            assert!(ask(purpose).of(node).await.is_err(), "{engine:?} {purpose:?}");
        }
        // The other channel has budgets of its own, and so has everybody else.
        assert!(Ask::new(SendPurpose::SignIn, "+46701234567").user(world.anna).of(node).await.is_ok(), "{engine:?}");
        assert!(Ask::new(SendPurpose::PasswordReset, "bob@acme.example").user(world.bob).of(node).await.is_ok());
    }
}

#[tokio::test]
async fn sec_s5_l7_the_spelling_of_an_address_is_no_way_around() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let node = &world.app.node;
        assert!(Ask::new(SendPurpose::PasswordReset, "anna@acme.example").of(node).await.is_ok());
        assert!(Ask::new(SendPurpose::PasswordReset, "Anna@ACME.example").of(node).await.is_err(), "{engine:?}");
        assert!(Ask::new(SendPurpose::SignIn, "+46 70 123 45 67").of(node).await.is_ok());
        assert!(Ask::new(SendPurpose::SignIn, "0046701234567").of(node).await.is_err(), "{engine:?}");
        assert!(Ask::new(SendPurpose::Registration, "a@x.example").from("2001:db8::1").of(node).await.is_ok());
        for n in 2..4 {
            let ask = Ask::new(SendPurpose::Registration, &format!("a{n}@x.example")).from(&format!("2001:db8::{n}"));
            assert!(ask.of(node).await.is_ok());
        }
        let other = Ask::new(SendPurpose::Registration, "b@x.example").from("2001:db8::ffff");
        assert!(other.of(node).await.is_err(), "{engine:?}: one network of 64 bits is one address");
    }
}

#[tokio::test]
async fn sec_s8_text_messages_go_to_allowed_countries_and_ordinary_numbers_only() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let node = &world.app.node;
        let to = |number: &str| Ask::new(SendPurpose::SignIn, number);
        assert!(to("+4915112345678").of(node).await.is_ok(), "{engine:?}: captured, so it costs nothing");
        assert_eq!(to("+19002345678").of(node).await, Err(SendRefusal::Range), "{engine:?}");
        for (name, value) in
            [("provider", "twilio"), ("account_sid", "AC1"), ("from", "Acme"), ("auth_token", "hunter2")]
        {
            world.set(&format!("sms.{name}"), json!(value)).await;
        }
        assert_eq!(to("+46701234567").of(node).await, Err(SendRefusal::Country), "{engine:?}: none is named");
        world.set("sms.countries", json!(["SE", "US"])).await;
        assert!(to("+46701234567").of(node).await.is_ok(), "{engine:?}");
        assert!(to("+12125550123").of(node).await.is_ok(), "{engine:?}");
        for other in ["+18765550123", "+4915112345699", "+77012345678"] {
            assert_eq!(to(other).of(node).await, Err(SendRefusal::Country), "{engine:?} {other}");
        }
    }
}

#[tokio::test]
async fn sec_s5_l6_the_days_budget_raises_its_alarms_once_and_ends_at_midnight() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        world.set("sms.daily_budget", json!(4)).await;
        let node = &world.app.node;
        for n in 0..4 {
            assert!(Ask::new(SendPurpose::SignIn, &number(n)).of(node).await.is_ok());
        }
        let left = Duration::from_secs(19_200);
        for n in 4..8 {
            assert_eq!(Ask::new(SendPurpose::SignIn, &number(n)).of(node).await, Err(SendRefusal::Budget(left)));
        }
        assert!(Ask::new(SendPurpose::SignIn, "anna@acme.example").of(node).await.is_ok(), "mail has no such budget");
        let dump = world.app.dump().await;
        for alarm in ["sms.budget_half_spent", "sms.budget_spent"] {
            assert_eq!(dump.matches(alarm).count(), 1, "{engine:?} {alarm}");
        }
        world.app.clock.advance(left);
        assert!(Ask::new(SendPurpose::SignIn, &number(4)).of(node).await.is_ok(), "{engine:?}: a new day");
        world.set("sms.daily_budget", json!(0)).await;
        assert!(matches!(Ask::new(SendPurpose::SignIn, &number(5)).of(node).await, Err(SendRefusal::Budget(_))));
    }
}

#[tokio::test]
async fn sec_s8_many_numbers_of_one_block_raise_an_alarm() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        for n in 0..30 {
            assert!(Ask::new(SendPurpose::SignIn, &format!("+46701230{n:03}")).of(&world.app.node).await.is_ok());
        }
        assert_eq!(world.app.dump().await.matches("sms.block_anomaly").count(), 1, "{engine:?}");
    }
}

#[tokio::test]
async fn sec_s13_the_counters_hold_no_address_and_are_collected() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let node = &world.app.node;
        let before = world.app.dump().await;
        Ask::new(SendPurpose::SignIn, "+46709876543").from("192.0.2.77").of(node).await.unwrap();
        Ask::new(SendPurpose::Registration, "stranger@nowhere.example").from("192.0.2.77").of(node).await.unwrap();
        let dump = world.app.dump().await;
        for secret in ["709876543", "stranger", "192.0.2.77", "192, 0, 2, 77"] {
            assert!(!dump.contains(secret), "{engine:?} {secret}");
        }
        assert!(dump.contains("sms/sign_in/to/") && !before.contains("sms/sign_in/to/"), "{engine:?}");
        world.app.clock.advance(Duration::from_secs(86_400));
        clean_up(node).await.unwrap();
        assert!(world.app.dump().await.contains("sms/sign_in/to/"), "{engine:?}: still counted");
        world.app.clock.advance(Duration::from_secs(2 * 86_400));
        clean_up(node).await.unwrap();
        let dump = world.app.dump().await;
        assert!(!dump.contains("sms/sign_in/to/") && !dump.contains("email/registration"), "{engine:?}");
    }
}

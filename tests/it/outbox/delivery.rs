//! Claims, retries, expiry, dead letters: on both engines.

use std::{sync::Arc, time::Duration};

use usher::{
    config::settings::Site,
    flow::outbox::{
        self, Letter, Recipient,
        postman::{Options, Postman, Step},
    },
    identity::audit::Actor,
    notify::{
        delivery::Delivery,
        sms::{Handing, SmsSender},
    },
    store::{
        self,
        link::LinkPurpose,
        message::{Channel, MessageState},
    },
    theme::{
        Theme, ThemeConfig,
        mails::{AccountExists, AccountResetPassword, Circumstance, SmsCode},
    },
};

use super::{HALF_AN_HOUR, code_mail, drain, impatient, message, reset_mail, user, world_with, write};
use crate::support::{
    app,
    engine::ENGINES,
    smtp::{Mood, SmtpServer},
    world::World,
};

#[tokio::test(flavor = "multi_thread")]
async fn a_message_of_a_committed_transaction_is_sent_and_one_of_another_is_not() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        let (id, _) = reset_mail(&world, world.anna).await;
        let node = &world.app.node;
        let snapshot = node.snapshot().await.unwrap();
        let mut tx = node.db.write().await.unwrap();
        let anna = user(&world, world.anna).await;
        let to = Recipient::verified(&anna).unwrap();
        let mail = AccountResetPassword { by_admin: true, at: Circumstance::default() };
        let desk = outbox::Desk::of(node, &snapshot, node.now());
        outbox::enqueue(&mut tx, desk, Letter::new(&to, &mail)).await.unwrap();
        tx.rollback().await.unwrap();
        drain(&world).await;
        let mails = server.mails();
        assert_eq!(mails.len(), 1, "{engine:?}");
        assert_eq!(mails[0].to, ["anna@acme.example"]);
        assert_eq!(mails[0].header("From"), ["Acme <login@acme.example>"]);
        assert_eq!(mails[0].header("Message-ID"), [format!("<{id}@localhost>")]);
        // Anna reads Swedish.
        assert_eq!(mails[0].header("Auto-Submitted"), ["auto-generated"]);
        assert!(mails[0].part("text/plain").contains("Välj ett nytt lösenord"), "{}", mails[0].part("text/plain"));
        let sent = message(&world, id).await;
        assert_eq!((sent.state, sent.attempts, sent.sent_at), (MessageState::Sent, 1, Some(node.now())), "{engine:?}");
        drain(&world).await;
        assert_eq!(server.mails().len(), 1, "{engine:?}: once");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_sends_wakes_up_at_the_commit() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        let versions = world.app.node.db.versions().clone();
        let wake = tokio::spawn(async move { versions.message_written(Channel::Email).await });
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!wake.is_finished(), "{engine:?}");
        reset_mail(&world, world.anna).await;
        tokio::time::timeout(Duration::from_secs(5), wake).await.expect("woken by the commit").unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_down_slow_or_busy_loses_nothing() {
    for engine in ENGINES {
        for mood in [Mood::Busy(3), Mood::Frozen, Mood::Mute] {
            let server = SmtpServer::start().await;
            let world = world_with(engine, &server).await;
            server.be(mood);
            let (id, _) = reset_mail(&world, world.anna).await;
            drain(&world).await;
            let waiting = message(&world, id).await;
            assert_eq!(waiting.state, MessageState::Queued, "{engine:?} {mood:?}");
            assert!(waiting.next_attempt_at > world.app.node.now(), "{engine:?} {mood:?}");
            assert!(waiting.last_error.is_some(), "{engine:?} {mood:?}");
            if !matches!(mood, Mood::Busy(_)) {
                server.be(Mood::Kind);
            }
            for _ in 0..4 {
                world.app.clock.advance(Duration::from_secs(60));
                drain(&world).await;
            }
            assert_eq!(message(&world, id).await.state, MessageState::Sent, "{engine:?} {mood:?}");
            assert_eq!(server.mails().len(), 1, "{engine:?} {mood:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_down_is_left_alone_for_a_while() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        server.be(Mood::Frozen);
        for _ in 0..5 {
            reset_mail(&world, world.anna).await;
        }
        drain(&world).await;
        assert_eq!(server.connections(), 1, "{engine:?}: one message finds out for all");
        world.app.clock.advance(Duration::from_secs(2));
        assert_eq!(world.app.postman.step(Channel::Email).await.unwrap(), Step::Settled, "{engine:?}");
        assert_eq!(world.app.postman.step(Channel::Email).await.unwrap(), Step::Idle, "{engine:?}");
        assert_eq!(server.connections(), 2, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_good_is_a_dead_letter_and_can_be_sent_again() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        server.be(Mood::Strict);
        let (id, secret) = reset_mail(&world, world.anna).await;
        drain(&world).await;
        let dead = message(&world, id).await;
        assert_eq!((dead.state, dead.attempts), (MessageState::Failed, 1), "{engine:?}");
        assert!(dead.last_error.is_some_and(|reason| reason.contains("550")), "{engine:?}");
        world.app.clock.advance(Duration::from_secs(600));
        drain(&world).await;
        assert_eq!(message(&world, id).await.attempts, 1, "{engine:?}: it is not tried again by itself");
        server.be(Mood::Kind);
        let node = &world.app.node;
        assert!(outbox::resend(node, id, Actor::Operator("test")).await.unwrap(), "{engine:?}");
        drain(&world).await;
        let mails = server.mails();
        assert_eq!(mails.len(), 1, "{engine:?}");
        assert!(mails[0].link("/password/reset").ends_with(&secret), "{engine:?}: the same link");
        world.app.clock.advance(HALF_AN_HOUR);
        assert!(!outbox::resend(node, id, Actor::Operator("test")).await.unwrap(), "{engine:?}: too old");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_that_is_too_old_is_not_sent() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        server.be(Mood::Busy(1000));
        let (id, _) = code_mail(&world, world.anna).await;
        let tries = async {
            for _ in 0..19 {
                drain(&world).await;
                world.app.clock.advance(Duration::from_secs(30));
            }
        };
        tries.await;
        let attempts = message(&world, id).await.attempts;
        assert!(attempts >= 5, "{engine:?}: tried {attempts} times in its life");
        server.be(Mood::Kind);
        world.app.clock.advance(Duration::from_secs(31));
        drain(&world).await;
        assert_eq!(message(&world, id).await.state, MessageState::Expired, "{engine:?}");
        assert!(server.mails().is_empty(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_nodes_never_send_the_same_message() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        for _ in 0..40 {
            code_mail(&world, world.anna).await;
        }
        // On SQLite the second node is a second process, such as a command.
        let other = world.app.postman_beside(impatient()).await;
        let mut lanes = Vec::new();
        for postman in [&world.app.postman, &other] {
            for _ in 0..4 {
                let postman: Arc<Postman> = Arc::clone(postman);
                lanes.push(tokio::spawn(async move { postman.drain(Channel::Email).await.unwrap() }));
            }
        }
        for lane in lanes {
            lane.await.unwrap();
        }
        let ids: Vec<String> = server.mails().iter().flat_map(|mail| mail.header("Message-ID")).collect();
        let distinct: std::collections::BTreeSet<&String> = ids.iter().collect();
        assert_eq!((ids.len(), distinct.len()), (40, 40), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_dies_after_the_server_took_the_mail_makes_one_duplicate_of_the_same_id() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        server.be(Mood::Cuts);
        let (id, _) = reset_mail(&world, world.anna).await;
        // Killed between DATA and commit: the future ends where it waits for the answer, with the claim standing.
        let postman = Arc::clone(&world.app.postman);
        server.be(Mood::Mute);
        let dying = tokio::spawn(async move { postman.step(Channel::Email).await });
        for _ in 0..500 {
            if server.commands().iter().any(|line| line == "DATA") {
                break;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        dying.abort();
        assert!(dying.await.is_err(), "{engine:?}: it died");
        assert_eq!(message(&world, id).await.state, MessageState::Sending, "{engine:?}");
        server.be(Mood::Kind);
        drain(&world).await;
        assert!(server.mails().is_empty(), "{engine:?}: the claim stands");
        world.app.clock.advance(Duration::from_secs(60));
        drain(&world).await;
        assert_eq!(message(&world, id).await.state, MessageState::Sent, "{engine:?}");
        assert_eq!(server.mails().len(), 1, "{engine:?}");

        // And where the server did take it before the connection broke: the same mail twice, by its Message-ID.
        server.be(Mood::Cuts);
        let (second, _) = reset_mail(&world, world.bob).await;
        drain(&world).await;
        server.be(Mood::Kind);
        world.app.clock.advance(Duration::from_secs(60));
        drain(&world).await;
        assert_eq!(message(&world, second).await.state, MessageState::Sent, "{engine:?}");
        let to_bob: Vec<_> = server.mails().into_iter().filter(|mail| mail.to == ["bob@mail.example"]).collect();
        assert_eq!(to_bob.len(), 2, "{engine:?}");
        assert_eq!(to_bob[0].data, to_bob[1].data, "{engine:?}: byte for byte");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn codes_go_before_links_and_links_before_notices() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        let to = Recipient::stranger("eve@mail.example", Some("en"));
        let url = "http://localhost:8080/signin".to_owned();
        write(&world, Letter::new(&to, &AccountExists { sign_in_url: url.clone(), forgot_url: url })).await;
        reset_mail(&world, world.anna).await;
        code_mail(&world, world.bob).await;
        drain(&world).await;
        let order: Vec<String> = server.mails().into_iter().flat_map(|mail| mail.to).collect();
        assert_eq!(order, ["bob@mail.example", "anna@acme.example", "eve@mail.example"], "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_cause_writes_one_message() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let anna = user(&world, world.anna).await;
        let to = Recipient::verified(&anna).unwrap();
        let mail = AccountResetPassword { by_admin: false, at: Circumstance::default() };
        let letter = || Letter::new(&to, &mail).with_link(LinkPurpose::Reset, HALF_AN_HOUR).once("reset:anna:1".into());
        let (first, secret) = write(&world, letter()).await;
        let (second, nothing) = write(&world, letter()).await;
        assert_eq!((first, nothing.as_str()), (second, ""), "{engine:?}");
        assert!(!secret.is_empty());
        let live = usher::base::bearer::read(LinkPurpose::Reset.kind(), &secret).unwrap();
        let mut tx = world.app.node.db.read().await.unwrap();
        let found = store::link::find(&mut tx, &live, LinkPurpose::Reset, world.app.node.now()).await.unwrap();
        assert!(found.is_some(), "{engine:?}: the second did not kill the first's link");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_server_messages_are_captured_here_and_held_elsewhere() {
    for engine in ENGINES {
        let world = World::with(engine, impatient()).await;
        let (captured, _) = reset_mail(&world, world.anna).await;
        drain(&world).await;
        assert_eq!(message(&world, captured).await.state, MessageState::Captured, "{engine:?}");

        let db = world.app.test.db.clone();
        let public = app::node(db, world.app.clock.clone(), "https://login.acme.example", Site::Public).await;
        let theme = Arc::new(Theme::load(&ThemeConfig::default()).unwrap());
        let postman = Postman::new(Arc::clone(&public), theme, impatient());
        let (held, secret) = reset_mail(&world, world.bob).await;
        postman.drain(Channel::Email).await.unwrap();
        assert_eq!(message(&world, held).await.state, MessageState::Held, "{engine:?}");
        let server = SmtpServer::start().await;
        world.set("mail.url", serde_json::json!(server.url())).await;
        usher::flow::follow::follow(&public).await.unwrap();
        postman.tend().await.unwrap();
        postman.drain(Channel::Email).await.unwrap();
        assert_eq!(message(&world, held).await.state, MessageState::Sent, "{engine:?}");
        let link = server.mails()[0].link("/password/reset");
        assert_eq!(link, format!("https://login.acme.example/password/reset?t={secret}"), "{engine:?}");
        assert_eq!(
            message(&world, captured).await.state,
            MessageState::Captured,
            "{engine:?}: what was captured stays"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn held_messages_expire() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let db = world.app.test.db.clone();
        let public = app::node(db, world.app.clock.clone(), "https://login.acme.example", Site::Public).await;
        let theme = Arc::new(Theme::load(&ThemeConfig::default()).unwrap());
        let postman = Postman::new(Arc::clone(&public), theme, impatient());
        let snapshot = public.snapshot().await.unwrap();
        assert!(postman.holds(&snapshot.settings) && !postman.captures(&snapshot.settings));
        let (id, _) = reset_mail(&world, world.anna).await;
        postman.tend().await.unwrap();
        assert_eq!(message(&world, id).await.state, MessageState::Held, "{engine:?}");
        world.app.clock.advance(HALF_AN_HOUR);
        postman.tend().await.unwrap();
        assert_eq!(message(&world, id).await.state, MessageState::Expired, "{engine:?}");
    }
}

/// Keeps what it is asked to send.
#[derive(Default)]
struct Phone(std::sync::Mutex<Vec<(String, String, String)>>);

impl SmsSender for Phone {
    fn send<'a>(&'a self, to: &'a str, text: &'a str, idempotency: &'a str) -> Handing<'a> {
        self.0.lock().unwrap().push((to.to_owned(), text.to_owned(), idempotency.to_owned()));
        Box::pin(std::future::ready(Delivery::Sent { provider_id: Some("SM1".to_owned()) }))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn text_messages_go_their_own_way() {
    for engine in ENGINES {
        let phone = Arc::new(Phone::default());
        let carrier = Arc::clone(&phone);
        let sms = Box::new(move |_: &_| Ok(Some(Arc::clone(&carrier) as Arc<dyn SmsSender>)));
        let world = World::with(engine, Options { sms, ..impatient() }).await;
        let anna = user(&world, world.anna).await;
        let to = Recipient::at(&anna, "+46701234567");
        let letter = Letter::new(&to, &SmsCode { host: "localhost".into() });
        let (id, code) = write(&world, letter.with_code("sign-in", Duration::from_secs(300))).await;
        world.app.postman.drain(Channel::Email).await.unwrap();
        assert_eq!(message(&world, id).await.state, MessageState::Queued, "{engine:?}: no mail");
        world.app.postman.drain(Channel::Sms).await.unwrap();
        let sent = phone.0.lock().unwrap().clone();
        assert_eq!(sent.len(), 1, "{engine:?}");
        assert_eq!((sent[0].0.as_str(), sent[0].2.as_str()), ("+46701234567", id.text().as_str()));
        assert!(sent[0].1.ends_with(&format!("\n\n@localhost #{code}")), "{}", sent[0].1);
        let stored = message(&world, id).await;
        assert_eq!((stored.state, stored.provider_id.as_deref()), (MessageState::Sent, Some("SM1")), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_cannot_be_rendered_is_a_dead_letter_and_holds_up_no_other() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        let (broken, _) = reset_mail(&world, world.anna).await;
        let mut tx = world.app.node.db.write().await.unwrap();
        let mut copy = message(&world, broken).await;
        copy.id = usher::base::id::MessageId::new(&*world.app.node.entropy, world.app.node.now());
        copy.template = "no.such.mail".into();
        store::message::insert(&mut tx, &copy).await.unwrap().unwrap();
        tx.commit().await.unwrap();
        drain(&world).await;
        assert_eq!(message(&world, copy.id).await.state, MessageState::Failed, "{engine:?}");
        assert_eq!(message(&world, broken).await.state, MessageState::Sent, "{engine:?}");
    }
}

//! Notices: whom they reach, how often, and what they leave alone.

use std::time::Duration;

use usher::{
    base::bearer::read,
    flow::outbox::{
        self,
        notices::{self, circumstance},
    },
    identity::attributes::Email,
    store::{self, link::LinkPurpose, session::Browser},
};

use super::{drain, reset_mail, user, world_with};
use crate::support::{engine::ENGINES, smtp::SmtpServer};

#[tokio::test(flavor = "multi_thread")]
async fn dec_d32_a_lock_is_told_once_an_hour_and_silences_nothing_else() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        let node = &world.app.node;
        let snapshot = node.snapshot().await.unwrap();
        let tell = async || {
            let mut tx = node.db.write().await.unwrap();
            let desk = outbox::Desk::of(node, &snapshot, node.now());
            notices::account_locked(&mut tx, desk, world.anna, Duration::from_secs(900)).await.unwrap();
            tx.commit().await.unwrap();
        };
        tell().await;
        let (_, secret) = reset_mail(&world, world.anna).await;
        tell().await;
        let presented = read(LinkPurpose::Reset.kind(), &secret).unwrap();
        let mut tx = node.db.read().await.unwrap();
        let live = store::link::find(&mut tx, &presented, LinkPurpose::Reset, node.now()).await.unwrap();
        drop(tx);
        assert!(live.is_some(), "{engine:?}: a notice kills no reset link");
        drain(&world).await;
        assert_eq!(server.mails().len(), 2, "{engine:?}: one notice, and the reset that it does not hold up");
        let notice = server.mails().into_iter().find(|mail| mail.data.contains("/unlock")).unwrap();
        assert!(notice.part("text/plain").contains("15 minuter"), "{}", notice.part("text/plain"));
        world.app.clock.advance(Duration::from_secs(61 * 60));
        tell().await;
        drain(&world).await;
        assert_eq!(server.mails().len(), 3, "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q62_notices_go_to_every_verified_address_and_to_no_other() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        world
            .change_user(world.anna, |user| {
                let email = |value: &str, verified| Email { value: value.into(), verified, ..Default::default() };
                user.attributes.emails.push(email("anna@home.example", true));
                user.attributes.emails.push(email("eve@evil.example", false));
            })
            .await;
        let (node, anna) = (&world.app.node, user(&world, world.anna).await);
        let snapshot = node.snapshot().await.unwrap();
        let browser = Browser {
            ip: Some("198.51.100.7".into()),
            user_agent: Some("Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0".into()),
        };
        assert_eq!(circumstance(&browser, node.now()).device, "Firefox, Linux");
        let desk = outbox::Desk::of(node, &snapshot, node.now());
        let mut tx = node.db.write().await.unwrap();
        notices::password_changed(&mut tx, desk, &anna, false, &browser).await.unwrap();
        notices::email_changed(&mut tx, desk, &anna, "anna@old.example", "anna@new.example", &browser).await.unwrap();
        notices::membership_added(&mut tx, desk, &anna, "Acme AB", "", "http://localhost:8080/").await.unwrap();
        tx.commit().await.unwrap();
        drain(&world).await;
        let mut to: Vec<String> = server.mails().into_iter().flat_map(|mail| mail.to).collect();
        to.sort();
        let expected =
            ["anna@acme.example", "anna@acme.example", "anna@home.example", "anna@home.example", "anna@old.example"];
        assert_eq!(to, expected, "{engine:?}");
        let changed = server.mails().into_iter().find(|mail| mail.to == ["anna@old.example"]).unwrap();
        assert!(!changed.data.contains("anna@new.example") && changed.part("text/plain").contains("a•••@n•••"));
        let by: Vec<String> =
            server.mails().iter().filter(|it| it.data.contains("/not-me")).map(|it| it.link("/not-me")).collect();
        assert!(by.len() == 2 && by[0] != by[1], "{engine:?}: each has a link of its own");
        let mut tx = node.db.read().await.unwrap();
        for link in by {
            let token = link.split("t=").nth(1).unwrap();
            let presented = read(LinkPurpose::NotMe.kind(), token).unwrap();
            assert!(store::link::find(&mut tx, &presented, LinkPurpose::NotMe, node.now()).await.unwrap().is_some());
        }
    }
}

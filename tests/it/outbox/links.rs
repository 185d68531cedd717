//! Secrets in messages: derived, hashed, live once, and in no table (security.md S9).

use std::time::Duration;

use serde_json::json;
use usher::{
    base::bearer::read,
    flow::outbox::{Letter, Recipient},
    store::{
        self,
        link::{LinkPurpose, LiveLink},
    },
    theme::mails::{AccountInvite, AccountResetPassword, Circumstance, EmailVerify},
};

use super::{HALF_AN_HOUR, code_mail, drain, reset_mail, user, world_with, write};
use crate::support::{
    engine::ENGINES,
    smtp::{Mood, SmtpServer},
    world::World,
};

async fn find(world: &World, token: &str, purpose: LinkPurpose) -> Option<LiveLink> {
    let presented = read(purpose.kind(), token)?;
    let mut tx = world.app.node.db.read().await.unwrap();
    store::link::find(&mut tx, &presented, purpose, world.app.node.now()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s9_no_table_holds_a_usable_secret() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        let (_, link) = reset_mail(&world, world.anna).await;
        let (_, code) = code_mail(&world, world.bob).await;
        assert_eq!(code.len(), 6);
        let holds = async |when: &str| {
            let dump = world.app.dump().await;
            let bits = link.split('.').nth(1).unwrap();
            assert!(!dump.contains(bits), "{engine:?}, {when}: the link is in the database");
            // Six digits can stand in a row by chance: a value of their own, or a word, cannot.
            let words = dump.split(|c: char| !c.is_ascii_alphanumeric());
            assert!(!words.into_iter().any(|word| word == code), "{engine:?}, {when}: the code is in the database");
        };
        holds("queued").await;
        server.be(Mood::Busy(1));
        drain(&world).await;
        holds("put off").await;
        world.app.clock.advance(Duration::from_secs(20));
        drain(&world).await;
        assert_eq!(server.mails().len(), 2, "{engine:?}");
        holds("sent").await;
        let mails = server.mails();
        assert!(mails.iter().any(|mail| mail.part("text/plain").contains(&code)), "{engine:?}");
        assert!(mails.iter().any(|mail| mail.part("text/html").contains(&link)), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_s9_the_link_of_a_mail_is_live_once_and_as_its_kind_only() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        reset_mail(&world, world.anna).await;
        drain(&world).await;
        let link = server.mails()[0].link("/password/reset");
        let token = link.split("t=").nth(1).unwrap();
        assert_eq!(find(&world, token, LinkPurpose::Reset).await.unwrap().user, Some(world.anna), "{engine:?}");
        for other in [LinkPurpose::Password, LinkPurpose::Invite, LinkPurpose::NotMe, LinkPurpose::Unlock] {
            assert!(find(&world, token, other).await.is_none(), "{engine:?}: {other}");
        }
        let presented = read(LinkPurpose::Reset.kind(), token).unwrap();
        let now = world.app.node.now();
        let mut tx = world.app.node.db.write().await.unwrap();
        assert!(store::link::take(&mut tx, &presented, LinkPurpose::Password, now).await.unwrap().is_none());
        assert!(store::link::take(&mut tx, &presented, LinkPurpose::Reset, now).await.unwrap().is_some());
        assert!(store::link::take(&mut tx, &presented, LinkPurpose::Reset, now).await.unwrap().is_none());
        tx.commit().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn inv_q26_a_new_link_kills_the_old_one_of_its_purpose_and_no_other() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let (_, first) = reset_mail(&world, world.anna).await;
        let (_, bobs) = reset_mail(&world, world.bob).await;
        let (_, second) = reset_mail(&world, world.anna).await;
        assert!(find(&world, &first, LinkPurpose::Reset).await.is_none(), "{engine:?}");
        assert!(find(&world, &second, LinkPurpose::Reset).await.is_some(), "{engine:?}");
        assert!(find(&world, &bobs, LinkPurpose::Reset).await.is_some(), "{engine:?}");
        world.app.clock.advance(HALF_AN_HOUR);
        assert!(find(&world, &second, LinkPurpose::Reset).await.is_none(), "{engine:?}: too old");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_invitation_is_one_per_company_and_its_link_says_which() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let anna = user(&world, world.anna).await;
        let to = Recipient::preferred(&anna).unwrap();
        let invite = async |reference: String| {
            let mail = AccountInvite { inviter_name: "Bob".into(), new_account: false };
            let letter = Letter::new(&to, &mail).about(Some("Acme AB"), None);
            let letter = letter.with_link(LinkPurpose::Invite, Duration::from_secs(72 * 3600));
            write(&world, letter.with_detail("reference", reference)).await.1
        };
        let (acme, beta) = (world.anna_at_acme.text(), world.anna_at_beta.text());
        let first = invite(acme.clone()).await;
        let other = invite(beta).await;
        let again = invite(acme.clone()).await;
        assert!(find(&world, &first, LinkPurpose::Invite).await.is_none(), "{engine:?}");
        assert!(find(&world, &other, LinkPurpose::Invite).await.is_some(), "{engine:?}");
        let live = find(&world, &again, LinkPurpose::Invite).await.unwrap();
        assert_eq!(live.detail["reference"], json!(acme), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thief_cannot_kill_the_links_by_which_the_owner_takes_the_account_back() {
    for engine in ENGINES {
        let world = World::new(engine).await;
        let anna = user(&world, world.anna).await;
        let to = Recipient::at(&anna, "anna@old.example");
        let undo = async || {
            let mail = EmailVerify { new_account: false };
            write(&world, Letter::new(&to, &mail).with_link(LinkPurpose::UndoEmail, HALF_AN_HOUR)).await.1
        };
        let first = undo().await;
        undo().await;
        let (_, reset) = reset_mail(&world, world.anna).await;
        let mut tx = world.app.node.db.write().await.unwrap();
        store::link::end_for_user(&mut tx, world.anna, world.app.node.now()).await.unwrap();
        tx.commit().await.unwrap();
        assert!(find(&world, &first, LinkPurpose::UndoEmail).await.is_some(), "{engine:?}");
        assert!(find(&world, &reset, LinkPurpose::Reset).await.is_none(), "{engine:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_markup_hostile_names_stay_inert_in_the_mail_that_is_sent() {
    for engine in ENGINES {
        let server = SmtpServer::start().await;
        let world = world_with(engine, &server).await;
        let evil =
            "<script>alert(1)</script>\r\nBcc: all@evil.example\r\n\r\nhttp://evil.example {{ 7*7 }} %0a\u{202e}";
        world
            .change_user(world.anna, |user| {
                user.attributes.name.given_name = Some(evil.into());
                user.attributes.display_name = Some(evil.into());
                user.locale = Some("en\r\nBcc: x@evil.example".into());
            })
            .await;
        let anna = user(&world, world.anna).await;
        let to = Recipient::verified(&anna).unwrap();
        let at = Circumstance { device: evil.into(), request_ip: evil.into(), ..Circumstance::default() };
        let letter = Letter::new(&to, &AccountResetPassword { by_admin: false, at }).about(Some(evil), Some(evil));
        write(&world, letter.with_link(LinkPurpose::Reset, HALF_AN_HOUR)).await;
        drain(&world).await;
        let mails = server.mails();
        assert_eq!(mails.len(), 1, "{engine:?}");
        let mail = &mails[0];
        assert_eq!(mail.to, ["anna@acme.example"]);
        assert!(mail.header("Bcc").is_empty(), "{}", mail.data);
        let (text, html) = (mail.part("text/plain"), mail.part("text/html"));
        assert!(!html.contains("<script") && html.contains("&lt;script&gt;"), "{html}");
        assert!(!text.contains("http://evil.example") && !html.contains("http://evil.example"), "{text}");
        assert!(!text.contains("\nBcc") && text.contains("{{ 7*7 }}"), "{text}");
        assert_eq!(server.commands().iter().filter(|line| line.starts_with("RCPT")).count(), 1, "{engine:?}");
    }
}

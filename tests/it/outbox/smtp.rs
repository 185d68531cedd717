//! The way to a mail server: encryption, passwords, connections, one recipient.

use std::time::Duration;

use usher::{
    base::{moment::Moment, secret::Secret},
    notify::{
        delivery::Delivery,
        mail::{Attempt, Email, MailTransport, Security, Sender, Smtp},
    },
};
use uuid::Uuid;

use crate::support::smtp::{Mood, Protection, SmtpServer};

async fn send(transport: &MailTransport, to: &str, subject: &str) -> Attempt {
    let from = Sender::parse("Acme <login@acme.example>").unwrap();
    let email = Email {
        id: Uuid::from_u128(7),
        host: "login.acme.example",
        from: &from,
        to,
        subject,
        text: "Hej Åsa\n.\n..\nslut\n",
        html: "<p>Hej Åsa</p>",
        at: Moment::from_secs(1_795_200_000),
    };
    transport.send(&email).await
}

fn transport(server: &SmtpServer, smtp: Smtp) -> MailTransport {
    let transport = MailTransport::new(smtp, Some(server.ca.as_bytes()), "login.acme.example").unwrap();
    transport.with_patience(Duration::from_secs(2), Duration::from_secs(2))
}

const SENT: Delivery = Delivery::Sent { provider_id: None };

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_arrives_as_it_was_written_over_each_kind_of_connection() {
    for protection in [Protection::Plain, Protection::StartTls, Protection::Implicit] {
        let server = SmtpServer::with(protection, 0).await;
        let credentials = Some(("me@acme.example".to_owned(), Secret::new("p:/@ss".to_owned())));
        let smtp = Smtp { credentials, ..server.smtp() };
        let transport = transport(&server, smtp);
        assert_eq!(send(&transport, "anna@acme.example", "Hej").await.delivery, SENT, "{protection:?}");
        let mails = server.mails();
        let mail = &mails[0];
        assert_eq!(mail.encrypted, protection != Protection::Plain, "{protection:?}");
        assert_eq!(mail.login, Some(("me@acme.example".to_owned(), "p:/@ss".to_owned())), "{protection:?}");
        assert_eq!(
            (mail.from.as_str(), mail.to.as_slice()),
            ("login@acme.example", &["anna@acme.example".to_owned()][..])
        );
        assert_eq!(mail.part("text/plain").replace("\r\n", "\n").trim_end(), "Hej Åsa\n.\n..\nslut");
        assert_eq!(mail.part("text/html").trim_end(), "<p>Hej Åsa</p>");
        assert!(server.commands().iter().any(|line| line == "EHLO login.acme.example"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_q102_nothing_is_said_to_a_server_without_starttls_or_with_a_foreign_certificate() {
    // A server in between that takes STARTTLS away gets no password and no mail.
    let stripped = SmtpServer::start().await;
    let credentials = Some(("me".to_owned(), Secret::new("secret".to_owned())));
    let smtp = Smtp { security: Security::StartTls, credentials, ..stripped.smtp() };
    let attempt = send(&transport(&stripped, smtp), "anna@acme.example", "Hej").await;
    assert!(attempt.server_down && matches!(attempt.delivery, Delivery::Retry { .. }));
    assert!(!stripped.commands().iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")));

    for protection in [Protection::StartTls, Protection::Implicit] {
        let (server, other) = (SmtpServer::with(protection, 0).await, SmtpServer::start().await);
        let transport = MailTransport::new(server.smtp(), Some(other.ca.as_bytes()), "localhost").unwrap();
        let attempt = send(&transport, "anna@acme.example", "Hej").await;
        assert!(attempt.server_down, "{protection:?}: the certificate is nobody's we trust");
        assert!(server.mails().is_empty() && !server.commands().iter().any(|line| line.starts_with("MAIL")));
        let elsewhere = Smtp { host: "127.0.0.1".to_owned(), ..server.smtp() };
        let attempt = send(&self::transport(&server, elsewhere), "anna@acme.example", "Hej").await;
        assert!(attempt.server_down, "{protection:?}: the certificate is another host's");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_used_again_and_never_after_a_failure() {
    let server = SmtpServer::start().await;
    let transport = transport(&server, server.smtp());
    for _ in 0..3 {
        assert_eq!(send(&transport, "anna@acme.example", "Hej").await.delivery, SENT);
    }
    assert_eq!(server.connections(), 1);
    server.be(Mood::Strict);
    assert!(matches!(send(&transport, "nobody@acme.example", "Hej").await.delivery, Delivery::Refused { .. }));
    server.be(Mood::Kind);
    assert_eq!(send(&transport, "anna@acme.example", "Hej").await.delivery, SENT);
    assert_eq!(server.connections(), 2);
    // One that was given up in the middle of a mail is not in the way of the next.
    server.be(Mood::Mute);
    assert!(send(&transport, "anna@acme.example", "Hej").await.server_down);
    server.be(Mood::Kind);
    assert_eq!(send(&transport, "anna@acme.example", "Hej").await.delivery, SENT);
    assert_eq!(server.mails().len(), 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_are_told_apart_by_their_code_and_name_no_address() {
    let server = SmtpServer::start().await;
    let transport = transport(&server, server.smtp());
    server.be(Mood::Busy(1));
    let attempt = send(&transport, "anna@acme.example", "Hej").await;
    let Delivery::Retry { reason, .. } = attempt.delivery else { panic!("{:?}", attempt.delivery) };
    assert!(!attempt.server_down && reason.contains("451") && !reason.contains("anna"), "{reason}");
    server.be(Mood::Strict);
    let attempt = send(&transport, "anna@acme.example", "Hej").await;
    let Delivery::Refused { reason } = attempt.delivery else { panic!("{:?}", attempt.delivery) };
    assert!(!attempt.server_down && reason.contains("550") && !reason.contains("anna"), "{reason}");
    // A wrong password is ours to mend: no mail dies of it.
    server.be(Mood::Distrusts);
    let credentials = Some(("me".to_owned(), Secret::new("wrong".to_owned())));
    let attempt =
        send(&self::transport(&server, Smtp { credentials, ..server.smtp() }), "anna@acme.example", "Hej").await;
    assert!(attempt.server_down && matches!(attempt.delivery, Delivery::Retry { .. }));
    server.be(Mood::Frozen);
    let attempt = send(&self::transport(&server, server.smtp()), "anna@acme.example", "Hej").await;
    assert!(attempt.server_down);
    let port = server.port;
    drop(server);
    let gone = Smtp { host: "localhost".into(), port, security: Security::None, credentials: None };
    let attempt = send(&MailTransport::new(gone, None, "localhost").unwrap(), "anna@acme.example", "Hej").await;
    assert!(attempt.server_down);
}

#[tokio::test(flavor = "multi_thread")]
async fn sec_markup_one_rcpt_to_whatever_the_address_and_the_subject_hold() {
    let server = SmtpServer::start().await;
    let transport = transport(&server, server.smtp());
    let hostile = [
        "anna@acme.example\r\nRCPT TO:<eve@evil.example>",
        "anna@acme.example>\r\nRCPT TO:<eve@evil.example",
        "anna@acme.example, eve@evil.example",
        "Anna <anna@acme.example>",
        "anna@acme.example\0",
        "\"a b\"@acme.example",
        "",
    ];
    for to in hostile {
        assert!(matches!(send(&transport, to, "Hej").await.delivery, Delivery::Refused { .. }), "{to:?}");
    }
    assert!(server.commands().is_empty(), "nothing was said: {:?}", server.commands());
    let subjects =
        ["Hej\r\nBcc: eve@evil.example", "Hej\r\n\r\n<script>", "Hej\n.\nQUIT", "你好 åäö 🔑", &"x".repeat(300)];
    for subject in subjects {
        assert_eq!(send(&transport, "anna@müller.example", subject).await.delivery, SENT, "{subject}");
    }
    let mails = server.mails();
    assert_eq!(mails.len(), subjects.len());
    for mail in mails {
        assert_eq!(mail.to, ["anna@xn--mller-kva.example"]);
        assert!(mail.header("Bcc").is_empty() && mail.header("Subject").len() == 1, "{}", mail.data);
        assert!(mail.data.is_ascii() && mail.data.split("\r\n").all(|line| line.len() <= 998));
    }
    let recipients = server.commands().iter().filter(|line| line.starts_with("RCPT")).count();
    assert_eq!(recipients, subjects.len());
}

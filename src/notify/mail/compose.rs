//! A mail as bytes (RFC 5322, RFC 2046): the same mail gives the same bytes at every attempt.

use std::time::{Duration, SystemTime};

use lettre::{
    Message,
    address::Envelope,
    message::{
        Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use uuid::Uuid;

use super::address::{AddressError, Sender, address};
use crate::base::moment::Moment;

/// A mail to send.
pub struct Email<'a> {
    /// Id of the message: with the host it makes the Message-ID.
    pub id: Uuid,
    /// Host of the issuer.
    pub host: &'a str,
    /// Whom it is from.
    pub from: &'a Sender,
    /// The one recipient.
    pub to: &'a str,
    /// Subject line.
    pub subject: &'a str,
    /// The text part.
    pub text: &'a str,
    /// The HTML part.
    pub html: &'a str,
    /// When it was written.
    pub at: Moment,
}

/// Why there is no such mail.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError {
    /// The recipient.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The rest.
    #[error("the mail cannot be put together: {0}")]
    Message(#[from] lettre::error::Error),
}

/// Headers that tell other programs not to answer (RFC 3834 §5; Exchange).
const AUTOMATIC: [(&str, &str); 2] = [("Auto-Submitted", "auto-generated"), ("X-Auto-Response-Suppress", "All")];

/// Puts a mail together. Names and subjects are encoded, so that none can end its header or begin another; the recipient
/// stands in the envelope and in `To`, alone.
///
/// # Errors
/// [`ComposeError`].
pub fn compose(email: &Email<'_>) -> Result<(Envelope, Vec<u8>), ComposeError> {
    let to = address(email.to)?;
    let from = email.from.mailbox();
    let envelope = Envelope::new(Some(from.email.clone()), vec![to.clone()])?;
    let seconds = u64::try_from(email.at.as_secs()).unwrap_or_default();
    let host = if email.host.is_empty() { "localhost" } else { email.host };
    let mut message = Message::builder()
        .message_id(Some(format!("<{}@{host}>", email.id)))
        .date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
        .from(from.clone())
        .to(Mailbox::new(None, to))
        .subject(one_line(email.subject))
        .envelope(envelope.clone())
        .multipart(
            MultiPart::alternative()
                .boundary(format!("usher-{}", email.id.simple()))
                .singlepart(part(ContentType::TEXT_PLAIN, email.text))
                .singlepart(part(ContentType::TEXT_HTML, email.html)),
        )?;
    for (name, value) in AUTOMATIC {
        if let Ok(name) = HeaderName::new_from_ascii(name.to_owned()) {
            message.headers_mut().insert_raw(HeaderValue::new(name, value.to_owned()));
        }
    }
    Ok((envelope, message.formatted()))
}

/// Quoted-printable: plain ASCII on the wire, whatever the server can take, and no line too long for it.
fn part(kind: ContentType, body: &str) -> SinglePart {
    SinglePart::builder().header(kind).header(ContentTransferEncoding::QuotedPrintable).body(body.to_owned())
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn composed(from: &str, to: &str, subject: &str) -> Result<String, ComposeError> {
        let from = Sender::parse(from).unwrap();
        let id = Uuid::from_u128(7);
        let email = Email {
            id,
            host: "login.acme.example",
            from: &from,
            to,
            subject,
            text: "Hej Åsa,\n.\nhttps://login.acme.example/password/reset?t=pl_x.y\n",
            html: "<p>Hej Åsa</p>",
            at: Moment::from_secs(1_795_200_000),
        };
        compose(&email).map(|(_, bytes)| String::from_utf8(bytes).unwrap())
    }

    fn headers(mail: &str) -> Vec<&str> {
        mail.split("\r\n\r\n").next().unwrap().split("\r\n").collect()
    }

    #[test]
    fn a_mail_has_the_headers_that_it_needs_and_is_the_same_each_time() {
        let mail = composed("Acme <login@acme.example>", "anna@acme.example", "Your code").unwrap();
        assert_eq!(mail, composed("Acme <login@acme.example>", "anna@acme.example", "Your code").unwrap());
        for line in [
            "Message-ID: <00000000-0000-0000-0000-000000000007@login.acme.example>",
            "Date: Fri, 20 Nov 2026 18:40:00 +0000",
            "From: Acme <login@acme.example>",
            "To: anna@acme.example",
            "Subject: Your code",
            "MIME-Version: 1.0",
            "Auto-Submitted: auto-generated",
            "X-Auto-Response-Suppress: All",
        ] {
            assert!(headers(&mail).contains(&line), "{line} in\n{mail}");
        }
        assert!(mail.is_ascii());
        assert!(mail.find("text/plain").unwrap() < mail.find("text/html").unwrap(), "the richest part last");
        assert!(mail.lines().all(|line| line.len() <= 998));
    }

    #[test]
    fn sec_markup_no_name_and_no_subject_begins_another_header() {
        let evil = "Hi\r\nBcc: all@evil.example\r\n\r\n<script>\u{0}";
        let mail = composed("Acme <login@acme.example>", "anna@acme.example", evil).unwrap();
        assert!(!headers(&mail).iter().any(|line| line.to_ascii_lowercase().starts_with("bcc")), "{mail}");
        assert_eq!(headers(&mail).iter().filter(|line| line.starts_with("Subject:")).count(), 1);
        let name = "Åkeri \"Nord\", AB <ceo@evil.example>";
        let mail = composed(&format!("{name} <login@acme.example>"), "anna@acme.example", "ÅÄÖ 你好 🔑").unwrap();
        let from = headers(&mail).into_iter().find(|line| line.starts_with("From:")).unwrap();
        assert!(from.is_ascii() && !from.contains("<ceo@evil.example>"), "{from}");
        assert!(mail.is_ascii());
        assert!(composed("a@b.example", "anna@acme.example\r\nBcc: x@y.example", "s").is_err());
        assert!(composed("a@b.example", "anna@acme.example,x@y.example", "s").is_err());
    }
}

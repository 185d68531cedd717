//! Pages for whoever sets Usher up: captured messages, and every page in every state.

use serde::Serialize;

use crate::{
    base::moment::Moment,
    theme::frame::{Href, Page, Stamp},
};

/// `/dev/outbox`: messages and where they stand, newest first.
#[derive(Clone, Debug, Serialize)]
pub struct Outbox {
    /// This page of the list.
    pub messages: Vec<OutboxItem>,
    /// The next page of the list.
    pub older: Option<Href>,
}

/// A message in the list.
#[derive(Clone, Debug, Serialize)]
pub struct OutboxItem {
    /// Where it is read.
    pub href: Href,
    /// How it would have gone out.
    pub channel: Channel,
    /// Whom it is for.
    pub to: String,
    /// Its subject; the first words of an SMS.
    pub subject: String,
    /// Where it stands: a word of the outbox.
    pub state: &'static str,
    /// When it was written.
    pub at: Stamp,
}

/// How a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Channel {
    /// By e-mail.
    Mail,
    /// By text message.
    Sms,
}

impl Page for Outbox {
    const TEMPLATE: &'static str = "outbox";

    fn samples() -> Vec<(&'static str, Self)> {
        let item = |channel, to: &str, subject: &str| OutboxItem {
            href: Href::local("/dev/outbox/0193a1d0"),
            channel,
            to: to.to_owned(),
            subject: subject.to_owned(),
            state: "captured",
            at: Moment::from_secs(1_795_200_000).into(),
        };
        let messages = vec![
            item(Channel::Mail, "anna@acme.example", "Your account is locked for a while"),
            item(Channel::Sms, "+46 70 123 45 67", "123456 is your code"),
            item(Channel::Mail, super::HOSTILE, super::HOSTILE),
        ];
        let states = ["queued", "sending", "sent", "failed", "expired", "held", "captured"];
        let in_state = |state| OutboxItem { state, ..item(Channel::Mail, "anna@acme.example", "Your code for Acme") };
        vec![
            ("states", Self { messages: states.map(in_state).into(), older: None }),
            ("default", Self { messages, older: Some(Href::local("/dev/outbox?before=0193a1d0")) }),
            ("empty", Self { messages: vec![], older: None }),
        ]
    }
}

/// `/dev/outbox/{id}`: one message, as it is sent.
#[derive(Clone, Debug, Serialize)]
pub struct OutboxMessage {
    /// Whom it is for.
    pub to: String,
    /// Whom it is from; empty where nobody is set up.
    pub from: String,
    /// Its subject; empty for an SMS.
    pub subject: String,
    /// Where it stands: a word of the outbox.
    pub state: &'static str,
    /// Why it is not sent; empty where there is nothing to say.
    pub error: String,
    /// When it was written.
    pub at: Stamp,
    /// The text part.
    pub text: String,
    /// Source of the HTML part, shown as source.
    pub html: Option<String>,
    /// Where the HTML part is shown by itself, as a mail program shows it.
    pub frame: Option<Href>,
    /// Addresses in the text, to follow.
    pub links: Vec<Href>,
}

impl Page for OutboxMessage {
    const TEMPLATE: &'static str = "outbox_message";

    fn samples() -> Vec<(&'static str, Self)> {
        let mail = Self {
            to: "anna@acme.example".to_owned(),
            from: "Acme <no-reply@acme.example>".to_owned(),
            subject: "Set your password".to_owned(),
            state: "captured",
            error: String::new(),
            at: Moment::from_secs(1_795_200_000).into(),
            text: "Hello Anna,\n\nset your password here:\nhttp://localhost:8080/password/reset?t=pr_4fT0\n".to_owned(),
            html: Some("<p>Hello Anna</p>".to_owned()),
            frame: None,
            links: vec![Href::local("/password/reset?t=pr_4fT0")],
        };
        let hostile = Self {
            subject: super::HOSTILE.to_owned(),
            text: super::HOSTILE.to_owned(),
            html: Some(super::HOSTILE.to_owned()),
            ..mail.clone()
        };
        let failed =
            Self { state: "failed", error: "permanent error (550): mailbox unavailable".to_owned(), ..mail.clone() };
        let sms = Self { subject: String::new(), html: None, links: vec![], ..mail.clone() };
        vec![("default", mail), ("failed", failed), ("sms", sms), ("hostile", hostile)]
    }
}

/// `/dev/pages`: a link to every page in every state and language.
#[derive(Clone, Debug, Serialize)]
pub struct Gallery {
    /// One row per page and state.
    pub rows: Vec<GalleryRow>,
}

/// One state of one page.
#[derive(Clone, Debug, Serialize)]
pub struct GalleryRow {
    /// Name of the template.
    pub page: String,
    /// Name of the state.
    pub sample: String,
    /// Language and address.
    pub links: Vec<(String, Href)>,
}

impl Page for Gallery {
    const TEMPLATE: &'static str = "gallery";

    fn samples() -> Vec<(&'static str, Self)> {
        let links =
            ["en", "de"].map(|tag| (tag.to_owned(), Href::local(format!("/dev/pages/sign_in/default?lang={tag}"))));
        let row = GalleryRow { page: "sign_in".to_owned(), sample: "default".to_owned(), links: links.into() };
        vec![("default", Self { rows: vec![row] })]
    }
}

//! Writing a message, in the transaction of its cause.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::{
    base::{
        bearer::Minted,
        entropy::Entropy,
        id::{LinkId, MessageId, UserId},
        moment::Moment,
        secret::Secret,
    },
    flow::{node::Node, snapshot::Snapshot},
    identity::{attributes::Email, user::User},
    keys::{
        derived::{code_digits, link_secret},
        secret_keys::{HmacKey, Purpose},
    },
    store::{
        self, StoreError, Tx,
        link::{LinkPurpose, NewLink},
        message::{Channel, Message, MessageState},
    },
    theme::mails::{self, Mail, MailKind, Medium},
};

/// How long a message without a secret is worth sending.
pub const NOTICE_LIFE: Duration = Duration::from_secs(24 * 60 * 60);

/// What writing a message needs of a node.
#[derive(Clone, Copy)]
pub struct Desk<'a> {
    /// Randomness for ids.
    pub entropy: &'a dyn Entropy,
    /// The key from which links and codes are derived.
    pub key: &'a HmacKey,
    /// When.
    pub now: Moment,
}

impl<'a> Desk<'a> {
    /// The desk of a node.
    pub fn of(node: &'a Node, snapshot: &'a Snapshot, now: Moment) -> Self {
        Self { entropy: &*node.entropy, key: snapshot.secrets.current(Purpose::Link), now }
    }
}

/// Whom a message is for.
#[derive(Clone, Debug)]
pub struct Recipient {
    /// The e-mail address, or the telephone number in E.164.
    pub address: String,
    /// The login, if there is one.
    pub user: Option<UserId>,
    /// Preferred language; empty: the theme's first.
    pub locale: String,
    about: Map<String, Value>,
}

impl Recipient {
    /// Somebody of whom nothing is known but the address. The message greets nobody: whoever typed the address may not
    /// be its owner.
    pub fn stranger(address: &str, locale: Option<&str>) -> Self {
        let mut about = Map::new();
        about.insert("email".to_owned(), address.into());
        Self { address: address.to_owned(), user: None, locale: locale.unwrap_or_default().to_owned(), about }
    }

    /// This person, at this address or number.
    pub fn at(user: &User, address: &str) -> Self {
        let given = user.attributes.name.given_name.clone().unwrap_or_default();
        let about = [
            ("person_name", user.name().unwrap_or_default()),
            ("given_name", given),
            ("email", user.email().map(|email| email.value.clone()).unwrap_or_default()),
            ("username", user.user_name.clone()),
        ];
        Self {
            address: address.to_owned(),
            user: Some(user.id),
            locale: user.locale.clone().unwrap_or_default(),
            about: about.into_iter().map(|(name, value)| (name.to_owned(), value.into())).collect(),
        }
    }

    /// This person at the preferred address, if that is verified: what may be used to get in goes nowhere else.
    pub fn verified(user: &User) -> Option<Self> {
        let verified = |email: &&Email| email.verified;
        let preferred = user.email().filter(verified);
        let email = preferred.or_else(|| user.attributes.emails.iter().find(verified))?;
        Some(Self::at(user, &email.value))
    }

    /// This person at every verified address (security.md S9: notices go to all of them).
    pub fn all_verified(user: &User) -> Vec<Self> {
        let verified = user.attributes.emails.iter().filter(|email| email.verified);
        verified.map(|email| Self::at(user, &email.value)).collect()
    }

    /// This person at the preferred address, verified or not: for an invitation, which verifies it.
    pub fn preferred(user: &User) -> Option<Self> {
        user.email().map(|email| Self::at(user, &email.value))
    }
}

/// The secret that a letter carries.
enum Carries {
    Nothing,
    Link { purpose: LinkPurpose, user: Option<UserId>, life: Duration, detail: Map<String, Value> },
    Code { purpose: String },
}

/// A message before it is written.
pub struct Letter<'a> {
    to: &'a Recipient,
    template: &'static str,
    medium: Medium,
    variables: Map<String, Value>,
    life: Duration,
    carries: Carries,
    idempotency_key: Option<String>,
}

impl<'a> Letter<'a> {
    /// A message to somebody.
    pub fn new<M: Mail>(to: &'a Recipient, mail: &M) -> Self {
        let mut variables = mails::variables(mail);
        for (name, value) in &to.about {
            variables.entry(name.clone()).or_insert_with(|| value.clone());
        }
        Self {
            to,
            template: M::KEY,
            medium: M::MEDIUM,
            variables,
            life: NOTICE_LIFE,
            carries: Carries::Nothing,
            idempotency_key: None,
        }
    }

    /// A message that is filled with a sample altogether, to see what it looks like.
    pub fn sample(to: &'a Recipient, kind: &'static MailKind, variables: Map<String, Value>) -> Self {
        Self {
            to,
            template: kind.key,
            medium: kind.medium,
            variables,
            life: NOTICE_LIFE,
            carries: Carries::Nothing,
            idempotency_key: None,
        }
    }

    /// Says for which company and which application it is.
    #[must_use]
    pub fn about(mut self, customer_name: Option<&str>, client_name: Option<&str>) -> Self {
        for (name, value) in [("customer_name", customer_name), ("client_name", client_name)] {
            if let Some(value) = value {
                self.variables.insert(name.to_owned(), value.into());
            }
        }
        self
    }

    /// Puts a link in it that works for `life`, for the recipient's login. The message is of no use for longer, unless it
    /// is a notice, which is none after a day.
    #[must_use]
    pub fn with_link(mut self, purpose: LinkPurpose, life: Duration) -> Self {
        self.life = match purpose {
            LinkPurpose::NotMe | LinkPurpose::UndoEmail => NOTICE_LIFE.min(life),
            _ => life,
        };
        self.carries = Carries::Link { purpose, user: self.to.user, life, detail: Map::new() };
        self
    }

    /// What the link is for besides: the address to verify, the membership to accept.
    #[must_use]
    pub fn with_detail(mut self, name: &str, value: impl Into<Value>) -> Self {
        if let Carries::Link { detail, .. } = &mut self.carries {
            detail.insert(name.to_owned(), value.into());
        }
        self
    }

    /// Puts a six-digit code in it that works for `life` (D28).
    #[must_use]
    pub fn with_code(mut self, purpose: &str, life: Duration) -> Self {
        self.life = life;
        self.carries = Carries::Code { purpose: purpose.to_owned() };
        self
    }

    /// The same cause, named by `key`, writes one message.
    #[must_use]
    pub fn once(mut self, key: String) -> Self {
        self.idempotency_key = Some(key);
        self
    }

    /// Codes first, then what somebody waits for, then notices.
    fn priority(&self) -> i64 {
        match &self.carries {
            Carries::Code { .. } => 0,
            Carries::Link { purpose: LinkPurpose::NotMe | LinkPurpose::Unlock, .. } | Carries::Nothing => 2,
            Carries::Link { .. } => 1,
        }
    }
}

/// What became of a letter.
pub enum Enqueued {
    /// It is written, and will be sent once the transaction is committed.
    Written {
        /// Its id.
        id: MessageId,
        /// The link's token or the code: to be hashed, or shown once to whoever may see it; never stored.
        secret: Option<Secret<String>>,
    },
    /// The same cause wrote it before.
    AlreadyThere(MessageId),
}

impl Enqueued {
    /// The id of the message.
    pub const fn id(&self) -> MessageId {
        match self {
            Self::Written { id, .. } | Self::AlreadyThere(id) => *id,
        }
    }
}

/// Writes a message into the transaction of its cause, with the hash of its link beside it.
///
/// # Errors
/// If the database fails.
pub async fn enqueue(tx: &mut Tx, desk: Desk<'_>, letter: Letter<'_>) -> Result<Enqueued, StoreError> {
    let Desk { entropy, key, now } = desk;
    let id = MessageId::new(entropy, now);
    let priority = letter.priority();
    let purpose = match &letter.carries {
        Carries::Nothing => None,
        Carries::Link { purpose, .. } => Some(purpose.as_str().to_owned()),
        Carries::Code { purpose } => Some(purpose.clone()),
    };
    let message = Message {
        id,
        channel: match letter.medium {
            Medium::Email => Channel::Email,
            Medium::Sms => Channel::Sms,
        },
        template: letter.template.to_owned(),
        recipient: letter.to.address.clone(),
        user_id: letter.to.user,
        locale: letter.to.locale.clone(),
        variables: letter.variables,
        state: MessageState::Queued,
        priority,
        idempotency_key: letter.idempotency_key,
        key_id: purpose.is_some().then(|| key.id()),
        secret: purpose,
        attempts: 0,
        next_attempt_at: now,
        last_error: None,
        provider_id: None,
        sent_at: None,
        created_at: now,
        expires_at: now.plus(letter.life),
    };
    if let Err(earlier) = store::message::insert(tx, &message).await? {
        return Ok(Enqueued::AlreadyThere(earlier));
    }
    let secret = match letter.carries {
        Carries::Nothing => None,
        Carries::Code { purpose } => Some(code_digits(key, id.uuid(), &purpose)),
        Carries::Link { purpose, user, life, detail } => {
            let Minted { value, hash } = link_secret(key, purpose.kind(), id.uuid(), purpose.as_str());
            let link = NewLink {
                id: LinkId::from(id.uuid()),
                hash: &hash,
                purpose,
                user,
                detail: &detail,
                now,
                expires_at: now.plus(life),
            };
            store::link::store(tx, &link).await?;
            Some(value)
        }
    };
    Ok(Enqueued::Written { id, secret })
}

//! Entries of the audit log: who did what to whom, and how it ended (security.md S11). Never a secret.

use serde_json::{Map, Value};

use super::admin_role::Holder;
use crate::base::{
    entropy::Entropy,
    id::{AuditId, CustomerId, UserId},
    moment::Moment,
};

/// Longest text that an entry keeps, in characters; what people type is cut there.
const MAX_TEXT: usize = 256;

/// Who did it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Actor {
    /// A person.
    User(UserId),
    /// A client, acting for itself.
    Client(String),
    /// Somebody at the machine: the name of the command.
    Operator(&'static str),
    /// The program itself: the name of the job.
    System(&'static str),
    /// Nobody who proved who they are.
    Anonymous,
}

impl Actor {
    /// The word for the kind of actor, in the database.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::User(_) => "user",
            Self::Client(_) => "client",
            Self::Operator(_) => "operator",
            Self::System(_) => "system",
            Self::Anonymous => "anonymous",
        }
    }

    /// The id of the actor, in the database.
    pub fn id(&self) -> Option<String> {
        match self {
            Self::User(id) => Some(id.text()),
            Self::Client(id) => Some(id.clone()),
            Self::Operator(name) | Self::System(name) => Some((*name).to_owned()),
            Self::Anonymous => None,
        }
    }
}

impl From<Holder> for Actor {
    fn from(holder: Holder) -> Self {
        match holder {
            Holder::User(id) => Self::User(id),
            Holder::Client(id) => Self::Client(id),
        }
    }
}

/// An entry. Written in the transaction of the act itself.
#[derive(Clone, PartialEq, Debug)]
pub struct AuditEvent {
    /// Its id, ordered by time.
    pub id: AuditId,
    /// When.
    pub at: Moment,
    /// What: `user.created`, `signin.failed`, …
    pub action: &'static str,
    /// Whether it was done.
    pub succeeded: bool,
    /// Why not, as one word.
    pub reason: Option<&'static str>,
    /// Who.
    pub actor: Actor,
    /// Through which client.
    pub client_id: Option<String>,
    /// What kind of thing it was done to.
    pub target_type: Option<&'static str>,
    /// To which one.
    pub target_id: Option<String>,
    /// For which customer.
    pub customer: Option<CustomerId>,
    /// From where.
    pub ip: Option<String>,
    /// In which request.
    pub request_id: Option<String>,
    /// What else there is to say.
    pub detail: Map<String, Value>,
}

impl AuditEvent {
    /// Something that was done.
    pub fn new(entropy: &dyn Entropy, at: Moment, action: &'static str, actor: Actor) -> Self {
        Self {
            id: AuditId::new(entropy, at),
            at,
            action,
            succeeded: true,
            reason: None,
            actor,
            client_id: None,
            target_type: None,
            target_id: None,
            customer: None,
            ip: None,
            request_id: None,
            detail: Map::new(),
        }
    }

    /// It was refused or failed; `reason` is one word.
    #[must_use]
    pub fn failed(mut self, reason: &'static str) -> Self {
        self.succeeded = false;
        self.reason = Some(reason);
        self
    }

    /// What it was done to.
    #[must_use]
    pub fn target(mut self, kind: &'static str, id: impl Into<String>) -> Self {
        self.target_type = Some(kind);
        self.target_id = Some(cut(id.into()));
        self
    }

    /// For which customer.
    #[must_use]
    pub fn customer(mut self, customer: Option<CustomerId>) -> Self {
        self.customer = customer;
        self
    }

    /// Through which client.
    #[must_use]
    pub fn client(mut self, client_id: &str) -> Self {
        self.client_id = Some(cut(client_id.to_owned()));
        self
    }

    /// From where, in which request.
    #[must_use]
    pub fn caller(mut self, ip: Option<String>, request_id: Option<String>) -> Self {
        self.ip = ip;
        self.request_id = request_id.map(cut);
        self
    }

    /// What else there is to say. Texts are cut, so that nobody fills the log.
    #[must_use]
    pub fn detail(mut self, key: &str, value: impl Into<Value>) -> Self {
        let value = match value.into() {
            Value::String(text) => Value::String(cut(text)),
            other => other,
        };
        self.detail.insert(key.to_owned(), value);
        self
    }
}

fn cut(text: String) -> String {
    match text.char_indices().nth(MAX_TEXT) {
        Some((end, _)) => text.get(..end).unwrap_or_default().to_owned() + "…",
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::entropy::SystemEntropy;

    #[test]
    fn sec_s11_typed_texts_are_cut() {
        let event = AuditEvent::new(&SystemEntropy::default(), Moment::from_secs(1), "signin.failed", Actor::Anonymous)
            .failed("unknown")
            .target("user_name", "ä".repeat(300))
            .detail("agent", "x".repeat(1000));
        assert_eq!(event.target_id.map(|id| id.chars().count()), Some(MAX_TEXT + 1));
        assert_eq!(event.detail.get("agent").and_then(Value::as_str).map(str::len), Some(MAX_TEXT + "…".len()));
        assert_eq!((event.succeeded, event.reason), (false, Some("unknown")));
    }
}

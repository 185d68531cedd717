//! What a mail is: its key, what it is filled with, what must be in it.

use std::sync::LazyLock;

use serde::Serialize;
use serde_json::{Map, Value};

use super::catalogue;

/// How a message of a kind travels.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Medium {
    /// By e-mail: subject, text and HTML.
    Email,
    /// By text message: text alone.
    Sms,
}

/// The secret that a message is filled with when it is rendered. It is in no struct and in no table (security.md S9).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SecretVariable {
    /// None.
    None,
    /// A link; the name of its variable.
    Link(&'static str),
    /// A code, as `code`.
    Code,
}

impl SecretVariable {
    /// The name of the variable.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Link(name) => Some(name),
            Self::Code => Some("code"),
        }
    }
}

/// One kind of message and what it is filled with. Implemented by the structs of [`super`] only.
pub trait Mail: Serialize + Sized {
    /// Key of the catalogue (screens.md 4); the name of its folder in `mail/`.
    const KEY: &'static str;
    /// How it travels.
    const MEDIUM: Medium = Medium::Email;
    /// What is filled in when it is rendered.
    const SECRET: SecretVariable = SecretVariable::None;
    /// Variables without which the message would be of no use: each must be in the text and in the HTML part.
    const REQUIRED: &'static [&'static str] = &[];

    /// The message in each of its states, by name; the first is the ordinary one.
    fn samples() -> Vec<(&'static str, Self)>;
}

/// A [`Mail`] as a value.
pub struct MailKind {
    /// Key of the catalogue.
    pub key: &'static str,
    /// How it travels.
    pub medium: Medium,
    /// What is filled in when it is rendered.
    pub secret: SecretVariable,
    /// What must be in it.
    pub required: &'static [&'static str],
    samples: Vec<(&'static str, Map<String, Value>)>,
}

/// Variables that every message has; texts that are not known are empty.
pub const COMMON: &[&str] = &[
    "vendor_name",
    "vendor_logo_url",
    "product_name",
    "customer_name",
    "client_name",
    "person_name",
    "given_name",
    "email",
    "username",
    "locale",
    "now",
    "support_email",
    "support_url",
    "privacy_url",
    "imprint_url",
    "base_url",
    "expires_at",
    "valid_minutes",
    "code_in_subject",
];

static ALL: LazyLock<Vec<MailKind>> = LazyLock::new(catalogue::all);

impl MailKind {
    /// The kind that `M` is.
    pub(super) fn of<M: Mail>() -> Self {
        let sample = |(name, mail): (&'static str, M)| (name, variables(&mail));
        Self {
            key: M::KEY,
            medium: M::MEDIUM,
            secret: M::SECRET,
            required: M::REQUIRED,
            samples: M::samples().into_iter().map(sample).collect(),
        }
    }

    /// Every kind, in the order of the catalogue.
    pub fn all() -> &'static [Self] {
        &ALL
    }

    /// The kind of this key.
    pub fn find(key: &str) -> Option<&'static Self> {
        ALL.iter().find(|kind| kind.key == key)
    }

    /// Names of the states that there are samples of.
    pub fn sample_names(&self) -> impl Iterator<Item = &'static str> {
        self.samples.iter().map(|(name, _)| *name)
    }

    /// A sample with everything that the message is filled with, its secret too.
    pub fn sample(&self, name: &str, base_url: &str) -> Option<Map<String, Value>> {
        let (_, own) = self.samples.iter().find(|(known, _)| *known == name)?;
        let mut all = own.clone();
        match self.secret {
            SecretVariable::None => {}
            SecretVariable::Code => drop(all.insert("code".to_owned(), "493817".into())),
            SecretVariable::Link(name) => {
                drop(all.insert(name.to_owned(), format!("{base_url}/password/reset?t=sample_{name}").into()));
            }
        }
        let people: [(&str, Value); 8] = [
            ("person_name", "Anna Berg".into()),
            ("given_name", "Anna".into()),
            ("email", "anna@acme.example".into()),
            ("username", "anna@acme.example".into()),
            ("customer_name", "Acme AB".into()),
            ("client_name", "Acme Portal".into()),
            ("expires_at", "2026-11-20 19:10 UTC".into()),
            ("valid_minutes", if self.secret == SecretVariable::Code { 10 } else { 30 }.into()),
        ];
        for (name, value) in people {
            all.entry(name).or_insert(value);
        }
        Some(all)
    }

    /// Every variable by name: its own, its secret, and those that all have.
    pub fn variables(&self) -> impl Iterator<Item = &str> + Clone {
        let own = self.samples.iter().take(1).flat_map(|(_, sample)| sample.keys()).map(String::as_str);
        own.chain(self.secret.name()).chain(COMMON.iter().copied())
    }
}

/// A struct as the variables of a template.
pub fn variables<M: Mail>(mail: &M) -> Map<String, Value> {
    match serde_json::to_value(mail) {
        Ok(Value::Object(map)) => map,
        _ => Map::new(),
    }
}

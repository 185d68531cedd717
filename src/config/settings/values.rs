//! The types that values of settings have, and their one spelling in JSON.

use serde_json::{Value, json};

use super::setting::shown;
use crate::{
    authn::{acr::Acr, factor::MfaMethod, mfa_policy::MfaPolicy, password::Strength},
    base::{duration::IsoDuration, moment::Moment, secret::Secret},
};

/// A type of value: how it is read, written and called.
pub trait SettingValue: Clone + Send + Sync + 'static {
    /// The type in words, for messages and the reference.
    fn kind() -> String;

    /// Reads a value.
    ///
    /// # Errors
    /// A sentence saying what was expected.
    fn read(json: &Value) -> Result<Self, String>;

    /// The one spelling of the value.
    fn write(&self) -> Value;

    /// Whether the value lies in a range; types without an order have no ranges.
    fn is_between(&self, _min: &Self, _max: &Self) -> bool {
        true
    }
}

fn expected<T: SettingValue>(json: &Value) -> String {
    format!("expected {}, not {}", T::kind(), shown(json, false))
}

impl SettingValue for bool {
    fn kind() -> String {
        "true or false".into()
    }

    fn read(json: &Value) -> Result<Self, String> {
        json.as_bool().ok_or_else(|| expected::<Self>(json))
    }

    fn write(&self) -> Value {
        json!(self)
    }
}

impl SettingValue for Strength {
    fn kind() -> String {
        "one of ".to_owned() + &Self::ALL.map(|strength| format!("{:?}", strength.as_str())).join(", ")
    }

    fn read(json: &Value) -> Result<Self, String> {
        json.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| expected::<Self>(json))
    }

    fn write(&self) -> Value {
        json!(self.as_str())
    }
}

impl SettingValue for u32 {
    fn kind() -> String {
        "a whole number".into()
    }

    fn read(json: &Value) -> Result<Self, String> {
        json.as_u64().and_then(|n| n.try_into().ok()).ok_or_else(|| expected::<Self>(json))
    }

    fn write(&self) -> Value {
        json!(self)
    }

    fn is_between(&self, min: &Self, max: &Self) -> bool {
        (min..=max).contains(&self)
    }
}

impl SettingValue for String {
    fn kind() -> String {
        "text".into()
    }

    fn read(json: &Value) -> Result<Self, String> {
        let text = json.as_str().ok_or_else(|| "expected text".to_owned())?;
        if text.len() > 2048 {
            return Err("is longer than 2,048 bytes".into());
        }
        // NUL is refused at the edge (PostgreSQL cannot store it); line ends would reach mail headers.
        if text.chars().any(char::is_control) {
            return Err("holds a control character".into());
        }
        Ok(text.to_owned())
    }

    fn write(&self) -> Value {
        json!(self)
    }
}

impl SettingValue for Secret<String> {
    fn kind() -> String {
        String::kind()
    }

    fn read(json: &Value) -> Result<Self, String> {
        String::read(json).map(Self::new)
    }

    /// In the clear: whoever stores it seals it.
    fn write(&self) -> Value {
        json!(self.expose())
    }
}

impl SettingValue for IsoDuration {
    fn kind() -> String {
        "a duration (ISO 8601)".into()
    }

    fn read(json: &Value) -> Result<Self, String> {
        let text = json.as_str().ok_or_else(|| format!("{}; write \"PT15M\" or \"P90D\"", expected::<Self>(json)))?;
        let duration: Self = text.parse().map_err(|error| format!("{error}"))?;
        if duration.get().subsec_nanos() != 0 {
            return Err(format!("{text:?} is not a number of whole seconds"));
        }
        Ok(duration)
    }

    fn write(&self) -> Value {
        json!(self.to_string())
    }

    fn is_between(&self, min: &Self, max: &Self) -> bool {
        (min..=max).contains(&self)
    }
}

impl SettingValue for Moment {
    fn kind() -> String {
        "a date or an instant (RFC 3339)".into()
    }

    fn read(json: &Value) -> Result<Self, String> {
        let text = json.as_str().ok_or_else(|| expected::<Self>(json))?;
        let day = || text.parse::<jiff::civil::Date>().ok()?.to_zoned(jiff::tz::TimeZone::UTC).ok();
        let instant = text.parse::<jiff::Timestamp>().ok().or_else(|| Some(day()?.timestamp()));
        instant
            .map(|instant| Self::from_secs(instant.as_second()))
            .ok_or_else(|| format!("{}; write \"2027-01-31\" or \"2027-01-31T18:00:00Z\"", expected::<Self>(json)))
    }

    fn write(&self) -> Value {
        json!(self.to_string())
    }
}

/// Words whose types belong to the rules that use them.
macro_rules! known_words {
    ($($name:ident),+) => {$(
        impl SettingValue for $name {
            fn kind() -> String {
                let words: Vec<_> = Self::ALL.iter().map(|value| format!("{:?}", value.text())).collect();
                format!("one of {}", words.join(", "))
            }

            fn read(json: &Value) -> Result<Self, String> {
                let named = |value: &Self| json.as_str() == Some(value.text());
                Self::ALL.iter().copied().find(named).ok_or_else(|| expected::<Self>(json))
            }

            fn write(&self) -> Value {
                json!(self.text())
            }
        }
    )+};
}

known_words!(MfaPolicy, MfaMethod);

/// Absent by default: the program decides by what else it knows.
impl<T: SettingValue> SettingValue for Option<T> {
    fn kind() -> String {
        T::kind()
    }

    fn read(json: &Value) -> Result<Self, String> {
        T::read(json).map(Some)
    }

    fn write(&self) -> Value {
        self.as_ref().map_or(Value::Null, T::write)
    }
}

impl<T: SettingValue + PartialEq> SettingValue for Vec<T> {
    fn kind() -> String {
        format!("a list, each entry {}", T::kind())
    }

    fn read(json: &Value) -> Result<Self, String> {
        let entries = json.as_array().ok_or_else(|| expected::<Self>(json))?;
        if entries.len() > 300 {
            return Err("has more than 300 entries".into());
        }
        let mut list = Self::with_capacity(entries.len());
        for entry in entries {
            let value = T::read(entry)?;
            if list.contains(&value) {
                return Err(format!("{} stands there twice", shown(entry, false)));
            }
            list.push(value);
        }
        Ok(list)
    }

    fn write(&self) -> Value {
        self.iter().map(T::write).collect()
    }
}

/// Texts of which all apply: one per level that sets one. In a file it is a single text; "" is none.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AllOf(pub Vec<String>);

impl AllOf {
    /// Both; the strictest combination of two levels.
    pub(super) fn and(mut self, other: Self) -> Self {
        for text in other.0 {
            if !self.0.contains(&text) {
                self.0.push(text);
            }
        }
        self
    }
}

impl SettingValue for AllOf {
    fn kind() -> String {
        String::kind()
    }

    fn read(json: &Value) -> Result<Self, String> {
        String::read(json).map(|text| Self(if text.is_empty() { Vec::new() } else { vec![text] }))
    }

    fn write(&self) -> Value {
        json!(self.0.first().map_or("", String::as_str))
    }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word for it.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        known_words!($name);
    )+};
}

words! {
    /// The assurance that a required second factor must reach: the acr ladder of D18, from its second rung.
    MinAcr {
        /// `urn:usher:acr:2sv`
        TwoStep = "2sv",
        /// `urn:usher:acr:mfa`
        Mfa = "mfa",
        /// `urn:usher:acr:phr`
        PhishingResistant = "phr",
    }
    /// A set of password rules (D19). Later is stricter.
    PasswordPreset {
        /// The minimum length is what `password.min_length` says.
        Standard = "standard",
        /// Fifteen characters where no second factor is enforced (NIST SP 800-63B-4 §3.1.1.2).
        Nist = "nist",
    }
    /// Whether an administrator may give somebody a password (D3, inventory K17, K22).
    AdminSetPassword {
        /// No: links only.
        Off = "off",
        /// A generated one, shown once, to be changed at first use.
        Temporary = "temporary",
        /// One of the administrator's choice.
        Permanent = "permanent",
    }
    /// Who carries text messages (inventory M13).
    SmsProvider {
        /// Nobody: messages are captured.
        None = "",
        /// Twilio.
        Twilio = "twilio",
        /// Any service, by an HTTP request.
        Webhook = "webhook",
        /// The log, for development.
        Log = "log",
    }
}

impl From<MinAcr> for Acr {
    fn from(least: MinAcr) -> Self {
        match least {
            MinAcr::TwoStep => Self::TwoStep,
            MinAcr::Mfa => Self::Mfa,
            MinAcr::PhishingResistant => Self::PhishingResistant,
        }
    }
}

//! What a setting is: a name, a type, levels, a default and bounds.

use std::fmt;

use serde_json::Value;

use super::{registry::Layer, values::SettingValue};

/// Where a value of a setting may stand.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// The whole installation.
    Instance,
    /// One customer.
    Customer,
    /// One client.
    Client,
    /// One group of users.
    Group,
    /// One permission profile: applies to the customers that have it.
    Profile,
}

impl Level {
    /// Every level, the farthest first.
    pub const ALL: [Self; 5] = [Self::Instance, Self::Customer, Self::Client, Self::Group, Self::Profile];

    /// The word for it, in the database and in messages.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Instance => "instance",
            Self::Customer => "customer",
            Self::Client => "client",
            Self::Group => "group",
            Self::Profile => "profile",
        }
    }

    /// Reads the word back.
    pub fn from_text(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.text() == text)
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

/// Who can reach this server. Some values are safe only where nobody else can.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Site {
    /// `public_url` names a loopback host: a test, a demo, a developer's machine.
    Loopback,
    /// Anything else.
    Public,
}

/// Which values of the right type are accepted.
pub(super) enum Check<T> {
    /// All of them.
    Any,
    /// From the first to the second, both included.
    Within(T, T),
    /// As `Within`, with a lower first value on a loopback site.
    WithinUnlessLoopback {
        /// Lowest value on a public site.
        min: T,
        /// Highest value.
        max: T,
        /// Lowest value on a loopback site.
        loopback_min: T,
    },
    /// Those for which the function finds no fault; the text says which they are.
    Where(&'static str, fn(&T) -> bool),
}

/// How values of several levels become one.
pub(super) enum Combine<T> {
    /// The nearest level that says something: client, group, customer, profile, instance.
    Nearest,
    /// The strictest of all levels, the instance's default among them (`mfa.*`, `password.*`).
    Strictest(fn(T, T) -> T),
}

/// A setting with values of type `T`. The statics of [`super::registry`] are the only ones.
pub struct Setting<T: 'static> {
    pub(super) name: &'static str,
    pub(super) help: &'static str,
    pub(super) levels: &'static [Level],
    pub(super) default: fn() -> T,
    pub(super) check: Check<T>,
    pub(super) combine: Combine<T>,
    pub(super) secret: bool,
    pub(super) slot: fn(&Layer) -> &Option<T>,
    pub(super) slot_mut: fn(&mut Layer) -> &mut Option<T>,
}

impl<T: SettingValue> Setting<T> {
    /// The dotted name, as in contract.md.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The value while nobody sets one.
    pub fn default(&self) -> T {
        (self.default)()
    }

    fn read(&self, json: &Value, site: Site) -> Result<T, SettingError> {
        let fault = |message: String| SettingError::Value { name: self.name.to_owned(), message };
        let value = T::read(json).map_err(fault)?;
        let within = match &self.check {
            Check::Any => true,
            Check::Within(min, max) => value.is_between(min, max),
            Check::WithinUnlessLoopback { min, max, loopback_min } => {
                value.is_between(if site == Site::Loopback { loopback_min } else { min }, max)
            }
            Check::Where(_, accepts) => accepts(&value),
        };
        if within {
            Ok(value)
        } else {
            Err(fault(format!("must be {}, not {}", self.bounds().unwrap_or_default(), shown(json, self.secret))))
        }
    }
}

/// A setting of whatever type: what lists, checks and stores need.
pub trait AnySetting: Sync {
    /// The dotted name.
    fn name(&self) -> &'static str;
    /// One line for people.
    fn help(&self) -> &'static str;
    /// Where it may be set.
    fn levels(&self) -> &'static [Level];
    /// Its type, in words.
    fn kind(&self) -> String;
    /// The accepted range, in words, where there is one.
    fn bounds(&self) -> Option<String>;
    /// The value while nobody sets one; null where the default depends on other things.
    fn default_json(&self) -> Value;
    /// Whether the stored value must be sealed and never shown.
    fn is_secret(&self) -> bool;
    /// Whether the strictest level wins instead of the nearest.
    fn is_strictest(&self) -> bool;
    /// Checks a value and returns its one spelling.
    ///
    /// # Errors
    /// [`SettingError::Value`] if the type is another or the value is out of bounds.
    fn canonical(&self, json: &Value, site: Site) -> Result<Value, SettingError>;
    /// Checks a value and puts it into its place.
    ///
    /// # Errors
    /// As [`AnySetting::canonical`].
    #[doc(hidden)]
    fn put(&self, layer: &mut Layer, json: &Value, site: Site) -> Result<(), SettingError>;
}

impl<T: SettingValue> AnySetting for Setting<T> {
    fn name(&self) -> &'static str {
        self.name
    }

    fn help(&self) -> &'static str {
        self.help.trim()
    }

    fn levels(&self) -> &'static [Level] {
        self.levels
    }

    fn kind(&self) -> String {
        T::kind()
    }

    fn bounds(&self) -> Option<String> {
        let range = |min: &T, max: &T| format!("from {} to {}", plain(&min.write()), plain(&max.write()));
        match &self.check {
            Check::Any => None,
            Check::Within(min, max) => Some(range(min, max)),
            Check::WithinUnlessLoopback { min, max, loopback_min } => Some(format!(
                "{} (from {} while public_url is loopback)",
                range(min, max),
                plain(&loopback_min.write())
            )),
            Check::Where(text, _) => Some((*text).to_owned()),
        }
    }

    fn default_json(&self) -> Value {
        self.default().write()
    }

    fn is_secret(&self) -> bool {
        self.secret
    }

    fn is_strictest(&self) -> bool {
        matches!(self.combine, Combine::Strictest(_))
    }

    fn canonical(&self, json: &Value, site: Site) -> Result<Value, SettingError> {
        self.read(json, site).map(|value| value.write())
    }

    fn put(&self, layer: &mut Layer, json: &Value, site: Site) -> Result<(), SettingError> {
        *(self.slot_mut)(layer) = Some(self.read(json, site)?);
        Ok(())
    }
}

/// What [`super::parse`] made of a name and a value.
#[derive(Debug, PartialEq)]
pub struct Parsed {
    /// Names of contract.md with checked values; more than one where an old name meant several things.
    pub values: Vec<(String, Value)>,
    /// What to tell the person, such as the new name of an old setting.
    pub warnings: Vec<String>,
}

/// Why a setting was refused.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum SettingError {
    /// There is no such setting.
    #[error("there is no setting {name:?}{}", suggestion.map(|meant| format!("; did you mean {meant:?}?")).unwrap_or_default())]
    Unknown {
        /// The name given.
        name: String,
        /// The name that was probably meant.
        suggestion: Option<&'static str>,
    },
    /// The setting exists, but not at this level.
    #[error("{name} cannot be set at the level {level}, only at: {}", words(allowed))]
    Level {
        /// The setting.
        name: String,
        /// The level asked for.
        level: Level,
        /// The levels there are.
        allowed: &'static [Level],
    },
    /// The value is of another type or out of bounds.
    #[error("{name}: {message}")]
    Value {
        /// The setting.
        name: String,
        /// What is wrong with the value.
        message: String,
    },
    /// The name belongs to something that is not a setting.
    #[error("{name} is not a setting: {hint}")]
    Elsewhere {
        /// The name given.
        name: String,
        /// Where to say it instead.
        hint: &'static str,
    },
}

fn words(levels: &[Level]) -> String {
    levels.iter().map(|level| level.text()).collect::<Vec<_>>().join(", ")
}

/// A JSON value as a person would write it: text without quotes.
pub(super) fn plain(json: &Value) -> String {
    json.as_str().map_or_else(|| json.to_string(), str::to_owned)
}

/// A value for a message: never a secret, never a page of text.
pub(super) fn shown(json: &Value, secret: bool) -> String {
    let text = json.to_string();
    match text.char_indices().nth(60) {
        _ if secret => "the value given".to_owned(),
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}

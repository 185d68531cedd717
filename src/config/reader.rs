//! Reads keys one by one from the environment and the file, noting where each came from and what is wrong with it.
//!
//! A key is known because somebody asks for it: what is left in the end is unknown, so there is no second list of keys.

use std::{collections::BTreeSet, fmt, ops::Range};

use serde_json::{Value, json};
use toml::de::{DeTable, DeValue};

use super::{
    environment::{Environment, variable},
    fault::{ConfigError, Fault, Place},
    raw::{Raw, Wrong},
    settings::is_settings_section,
    source_text::SourceText,
    suggest::did_you_mean,
};

/// Where the value of a key came from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Source {
    /// Nobody gave one.
    Default,
    /// The file, at this line.
    File(usize),
    /// This environment variable.
    Variable(String),
    /// This file, which a key or variable names.
    SecretFile(String),
    /// This systemd credential.
    Credential(String),
}

impl Source {
    /// Whether the value stands in the file.
    pub const fn is_file(&self) -> bool {
        matches!(self, Self::File(_))
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(line) => write!(f, "file, line {line}"),
            Self::Variable(name) => write!(f, "environment, {name}"),
            Self::SecretFile(name) => write!(f, "secret file {name}"),
            Self::Credential(name) => write!(f, "systemd credential {name}"),
        }
    }
}

/// A key, its value as it may be shown, and where that came from.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Dotted name.
    pub path: String,
    /// The value; a secret is masked.
    pub shown: Value,
    /// Where it came from.
    pub source: Source,
    /// Whether the key may stand in the file. A bare secret may not: the file names another file instead.
    pub in_file: bool,
    pub(super) place: Place,
}

/// A value as it was given.
pub(super) struct Given<'a> {
    pub(super) raw: Raw<'a>,
    pub(super) source: Source,
    pub(super) place: Place,
}

/// Reads one configuration.
pub(super) struct Reader<'a> {
    file: Option<&'a SourceText>,
    /// What of the file has not been asked for yet.
    rest: DeTable<'a>,
    pub(super) environment: &'a Environment,
    section: &'static str,
    /// Variables that were asked for.
    variables: BTreeSet<String>,
    entries: Vec<Entry>,
    faults: Vec<Fault>,
}

impl<'a> Reader<'a> {
    /// Starts on a file, if there is one, and an environment.
    ///
    /// # Errors
    /// If the file is not TOML: nothing else can be said about it then.
    pub(super) fn new(file: Option<&'a SourceText>, environment: &'a Environment) -> Result<Self, ConfigError> {
        let mut rest = DeTable::new();
        if let Some(file) = file {
            let (table, errors) = DeTable::parse_recoverable(file.text());
            if !errors.is_empty() {
                let fault = |error: toml::de::Error| Fault {
                    message: error.message().to_owned(),
                    place: place_in(file, error.span().unwrap_or_default()),
                };
                return Err(ConfigError { faults: errors.into_iter().map(fault).collect() });
            }
            rest = table.into_inner();
        }
        let (variables, entries, faults) = Default::default();
        Ok(Self { file, rest, environment, section: "", variables, entries, faults })
    }

    /// Reads the keys of one section.
    pub(super) fn section<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> T) -> T {
        self.section = name;
        let read = read(self);
        self.section = "";
        read
    }

    /// A text, turned into a `T`.
    pub(super) fn text<T: fmt::Display>(
        &mut self,
        name: &str,
        default: T,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> T {
        let shown = json!(default.to_string());
        self.value(name, shown, |raw| Ok(parse(raw.text()?)?)).unwrap_or(default)
    }

    /// A text that may be empty, which means that there is none.
    pub(super) fn optional<T>(&mut self, name: &str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let read = |raw: &Raw<'_>| match raw.text()? {
            "" => Ok(None),
            text => Ok(Some(parse(text)?)),
        };
        self.value(name, json!(""), read).flatten()
    }

    /// A list of texts, each turned into a `T`; empty by default.
    pub(super) fn list<T>(&mut self, name: &str, parse: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        self.value(name, json!([]), |raw| raw.list(parse)).unwrap_or_default()
    }

    /// A number between two others.
    pub(super) fn number(&mut self, name: &str, default: f64, min: f64, max: f64) -> f64 {
        let read = |raw: &Raw<'_>| {
            let number = raw.number()?;
            if (min..=max).contains(&number) {
                Ok(number)
            } else {
                Err(format!("must be from {min} to {max}, not {number}").into())
            }
        };
        self.value(name, json!(default), read).unwrap_or(default)
    }

    /// Reads one key; `None` if nobody gave a value, or a wrong one, which is noted.
    fn value<T>(&mut self, name: &str, default: Value, read: impl FnOnce(&Raw<'_>) -> Result<T, Wrong>) -> Option<T> {
        let path = self.path(name);
        let Some(given) = self.take(name) else {
            self.note(path, default, Source::Default, Place::Nowhere);
            return None;
        };
        let read = read(&given.raw);
        let shown = shown(&given.raw, &default);
        self.note(path.clone(), shown, given.source, given.place.clone());
        read.map_err(|wrong| {
            let place = wrong.span.and_then(|span| Some(place_in(self.file?, span))).unwrap_or(given.place);
            self.faults.push(Fault { message: format!("{path}: {}", wrong.message), place });
        })
        .ok()
    }

    /// What the environment, or else the file, says about a key of this section.
    pub(super) fn take(&mut self, name: &str) -> Option<Given<'a>> {
        let in_file = self.take_from_file(name);
        self.take_variable(name).or(in_file)
    }

    /// What the environment says about a key.
    pub(super) fn take_variable(&mut self, name: &str) -> Option<Given<'a>> {
        let variable = variable(&self.path(name));
        let value = self.environment.vars.get(&variable).cloned();
        self.variables.insert(variable.clone());
        let place = Place::Environment(variable.clone());
        value.map(|value| Given { raw: Raw::Variable(value), source: Source::Variable(variable), place })
    }

    fn take_from_file(&mut self, name: &str) -> Option<Given<'a>> {
        let file = self.file?;
        let value = if self.section.is_empty() {
            self.rest.remove(name)
        } else {
            // A section that is something else stays in the rest, and is reported in the end.
            match self.rest.get_mut(self.section)?.get_mut() {
                DeValue::Table(section) => section.remove(name),
                _ => None,
            }
        }?;
        let (span, raw) = (value.span(), Raw::Toml(value.into_inner()));
        let source = Source::File(file.position(span.start).line);
        Some(Given { raw, source, place: place_in(file, span) })
    }

    /// The dotted name of a key of this section.
    pub(super) fn path(&self, name: &str) -> String {
        if self.section.is_empty() { name.to_owned() } else { format!("{}.{name}", self.section) }
    }

    /// Remembers a key for `config show` and for suggestions.
    pub(super) fn note(&mut self, path: String, shown: Value, source: Source, place: Place) {
        self.entries.push(Entry { path, shown, source, place, in_file: true });
    }

    /// The entry noted last, to say more about it.
    pub(super) fn last(&mut self) -> Option<&mut Entry> {
        self.entries.last_mut()
    }

    /// Notes something wrong about a key that was read.
    pub(super) fn refuse(&mut self, path: &str, message: &str) {
        self.refuse_together(path, path, message);
    }

    /// Notes that a key does not go together with another. If it has its default the other one is pointed at.
    pub(super) fn refuse_together(&mut self, path: &str, other: &str, message: &str) {
        let place = |path: &str| {
            let place = self.entries.iter().find(|entry| entry.path == path).map(|entry| entry.place.clone());
            place.filter(|place| *place != Place::Nowhere)
        };
        let place = place(path).or_else(|| place(other)).unwrap_or(Place::Nowhere);
        self.fault(format!("{path}: {message}"), place);
    }

    pub(super) fn fault(&mut self, message: String, place: Place) {
        self.faults.push(Fault { message, place });
    }

    /// The keys that were read, once nothing is left that nobody asked for.
    ///
    /// # Errors
    /// Everything wrong, in the order of the file.
    pub(super) fn finish(mut self) -> Result<Vec<Entry>, ConfigError> {
        self.refuse_unknown_keys();
        self.refuse_unknown_variables();
        if self.faults.is_empty() {
            return Ok(self.entries);
        }
        self.faults.sort_by_key(|fault| match &fault.place {
            Place::File { offset, .. } => *offset,
            Place::Environment(_) | Place::Nowhere => usize::MAX,
        });
        Err(ConfigError { faults: self.faults })
    }

    fn refuse_unknown_keys(&mut self) {
        let Some(file) = self.file else { return };
        let paths: Vec<String> = self.entries.iter().filter(|e| e.in_file).map(|e| e.path.clone()).collect();
        for (key, value) in &self.rest {
            let name = key.get_ref();
            let is_section = paths.iter().any(|path| path.split_once('.').is_some_and(|(section, _)| section == name));
            match value.get_ref() {
                DeValue::Table(keys) if is_section => {
                    for key in keys.keys() {
                        let message = unknown_key(&format!("{name}.{}", key.get_ref()), &paths);
                        self.faults.push(Fault { message, place: place_in(file, key.span()) });
                    }
                }
                DeValue::Table(_) if is_settings_section(name) => {
                    let message = format!(
                        "{name}.* are settings, not keys of this file: set them in the [settings] of a seed file"
                    );
                    self.faults.push(Fault { message, place: place_in(file, key.span()) });
                }
                DeValue::Table(_) => {
                    let sections = paths.iter().filter_map(|path| Some(path.split_once('.')?.0));
                    let meant = did_you_mean(name, sections).map(|meant| format!("; did you mean [{meant}]?"));
                    let message = format!("there is no section [{name}]{}", meant.unwrap_or_default());
                    self.faults.push(Fault { message, place: place_in(file, key.span()) });
                }
                _ if is_section => {
                    let message = format!("{name} is a section: write [{name}] and its keys below");
                    self.faults.push(Fault { message, place: place_in(file, key.span()) });
                }
                _ => {
                    let message = unknown_key(name, &paths);
                    self.faults.push(Fault { message, place: place_in(file, key.span()) });
                }
            }
        }
    }

    fn refuse_unknown_variables(&mut self) {
        for name in self.environment.vars.keys().filter(|name| !self.variables.contains(*name)) {
            let known = self.variables.iter().map(String::as_str);
            let meant = did_you_mean(name, known).map(|meant| format!("; did you mean {meant}?"));
            let message = format!("there is no key for the variable {name}{}", meant.unwrap_or_default());
            self.faults.push(Fault { message, place: Place::Environment(name.clone()) });
        }
    }
}

fn unknown_key(path: &str, known: &[String]) -> String {
    let meant = did_you_mean(path, known.iter().map(String::as_str));
    match (meant, path.split_once('.')) {
        (Some(meant), Some((section, _))) if meant.starts_with(&format!("{section}.")) => {
            let name = meant.split_once('.').map_or(meant, |(_, name)| name);
            format!("there is no key {path}; did you mean {name:?}?")
        }
        (Some(meant), _) => match meant.split_once('.') {
            Some((section, name)) => format!("there is no key {path}; did you mean {name:?} in [{section}]?"),
            None => format!("there is no key {path}; did you mean {meant:?}, above all sections?"),
        },
        (None, _) => format!("there is no key {path}"),
    }
}

fn place_in(file: &SourceText, span: Range<usize>) -> Place {
    Place::File { offset: span.start, excerpt: file.excerpt(span) }
}

/// The value for people: as written, in the type of the default.
fn shown(raw: &Raw<'_>, default: &Value) -> Value {
    match default {
        Value::Array(_) => raw.list(|text| Ok(text.to_owned())).map_or(Value::Null, |list| json!(list)),
        Value::Number(_) => raw.number().map_or(Value::Null, |number| json!(number)),
        _ => raw.text().map_or(Value::Null, |text| json!(text)),
    }
}

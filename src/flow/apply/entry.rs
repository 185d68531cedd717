//! Reads the keys of a table one by one, noting what is wrong with each and where.
//!
//! A key is known because somebody asks for it: what is left in the end is unknown, so there is no second list of keys.

use std::{collections::BTreeMap, fmt::Display, ops::RangeInclusive, str::FromStr};

use serde_json::Value;
use toml::{
    Spanned,
    de::{DeString, DeTable, DeValue},
    value::Datetime,
};

use super::fault::{At, Faults, Span};
use crate::{base::moment::Moment, config::suggest::did_you_mean};

/// Longest text that a key may hold, in bytes.
const MAX_TEXT: usize = 4096;

/// A table of the file: `[[user]]`, or an inline table in it.
pub(super) struct Entry<'a> {
    pub(super) faults: &'a Faults,
    table: &'a DeTable<'a>,
    /// What messages call it: `user`, `user.name`.
    pub(super) name: String,
    /// Its header, or itself if it is inline.
    pub(super) span: Span,
    asked: Vec<&'static str>,
}

impl<'a> Entry<'a> {
    pub(super) fn new(faults: &'a Faults, name: impl Into<String>, table: &'a DeTable<'a>, span: Span) -> Self {
        Self { faults, table, name: name.into(), span, asked: Vec::new() }
    }

    /// The value of a key, if it is there.
    pub(super) fn get(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.asked.push(key);
        self.table.get(key)
    }

    /// Notes that something is wrong with the value of a key.
    pub(super) fn refuse(&self, key: &str, span: Span, message: impl Display) {
        self.faults.push(span, format!("{}.{key}: {message}", self.name));
    }

    /// Notes that a key is missing.
    pub(super) fn missing(&self, key: &str) {
        self.faults.push(self.span.clone(), format!("{} needs {key}", self.name));
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: &str) {
        self.refuse(key, value.span(), format_args!("expected {wanted}, not {}", kind(value.get_ref())));
    }

    /// A text.
    pub(super) fn text(&mut self, key: &'static str) -> Option<At<String>> {
        let value = self.get(key)?;
        self.as_text(key, value)
    }

    /// A text that must be there and not be empty.
    pub(super) fn required(&mut self, key: &'static str) -> Option<At<String>> {
        self.must_have(key);
        self.filled(key)
    }

    /// A text that must be there and that some type can be read from.
    pub(super) fn required_as<T: FromStr<Err: Display>>(&mut self, key: &'static str) -> Option<At<T>> {
        self.must_have(key);
        self.parsed(key)
    }

    fn must_have(&mut self, key: &'static str) {
        if self.get(key).is_none() {
            self.missing(key);
        }
    }

    fn as_text(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<At<String>> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_type(key, value, "a text");
            return None;
        };
        // NUL cannot be stored, other controls have no business in a name (architecture.md, one SQL text, rule 3).
        if text.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
            self.refuse(key, value.span(), "holds control characters");
            return None;
        }
        if text.len() > MAX_TEXT {
            self.refuse(key, value.span(), format_args!("is longer than {MAX_TEXT} bytes"));
            return None;
        }
        Some(At { value: text.to_owned(), span: value.span() })
    }

    /// A text that may not be empty.
    pub(super) fn filled(&mut self, key: &'static str) -> Option<At<String>> {
        let text = self.text(key)?;
        if text.value.trim().is_empty() {
            self.refuse(key, text.span, "is empty");
            return None;
        }
        Some(text)
    }

    /// A text that some type can be read from.
    pub(super) fn parsed<T: FromStr<Err: Display>>(&mut self, key: &'static str) -> Option<At<T>> {
        let text = self.text(key)?;
        match text.value.parse() {
            Ok(value) => Some(At { value, span: text.span }),
            Err(error) => {
                self.refuse(key, text.span, error);
                None
            }
        }
    }

    /// True or false.
    pub(super) fn flag(&mut self, key: &'static str) -> Option<bool> {
        let value = self.get(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong_type(key, value, "true or false");
        }
        flag
    }

    /// A whole number.
    pub(super) fn integer(&mut self, key: &'static str, range: RangeInclusive<i64>) -> Option<i64> {
        let value = self.get(key)?;
        let Some(number) = value.get_ref().as_integer() else {
            self.wrong_type(key, value, "a whole number");
            return None;
        };
        let number = i64::from_str_radix(number.as_str(), number.radix()).ok().filter(|it| range.contains(it));
        if number.is_none() {
            let (from, to) = range.into_inner();
            let range = if to == i64::MAX { format!("at least {from}") } else { format!("from {from} to {to}") };
            self.refuse(key, value.span(), format_args!("must be {range}"));
        }
        number
    }

    /// An instant: a date (midnight UTC) or a date and time with offset, with or without quotes.
    pub(super) fn moment(&mut self, key: &'static str) -> Option<Moment> {
        let value = self.get(key)?;
        let read = match value.get_ref() {
            DeValue::Datetime(datetime) => Some(*datetime),
            DeValue::String(text) => text.parse().ok(),
            _ => None,
        };
        let moment = read.and_then(instant);
        if moment.is_none() {
            self.refuse(
                key,
                value.span(),
                "expected a date such as 2027-03-31, or a time such as 2027-03-31T12:00:00Z",
            );
        }
        moment
    }

    /// A list of texts.
    pub(super) fn texts(&mut self, key: &'static str) -> Option<Vec<At<String>>> {
        let value = self.get(key)?;
        let Some(list) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of texts");
            return None;
        };
        Some(list.iter().filter_map(|element| self.as_text(key, element)).collect())
    }

    /// A list of texts, each once, without their places.
    pub(super) fn words(&mut self, key: &'static str) -> Option<Vec<String>> {
        let mut words = Vec::new();
        for text in self.texts(key)? {
            if text.value.trim().is_empty() {
                self.refuse(key, text.span, "holds an empty text");
            } else if words.contains(&text.value) {
                self.refuse(key, text.span, format_args!("holds {:?} twice", text.value));
            } else {
                words.push(text.value);
            }
        }
        Some(words)
    }

    /// A table of true and false. A dotted key without quotes, which TOML takes for a table in a table, is one key too.
    pub(super) fn answers(&mut self, key: &'static str) -> Option<Vec<(At<String>, bool)>> {
        let value = self.get(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, value, "a table such as { \"orders.create\" = true }");
            return None;
        };
        let mut answers = Vec::new();
        for (name, answer) in flat(table) {
            match answer.get_ref().as_bool() {
                Some(flag) => answers.push((name, flag)),
                None => self.wrong_type(&format!("{key}.{}", name.value), answer, "true or false"),
            }
        }
        Some(answers)
    }

    /// A table inside this one.
    pub(super) fn table<T>(&mut self, key: &'static str, read: impl FnOnce(Entry<'a>) -> T) -> Option<At<T>> {
        let value = self.get(key)?;
        let Some(table) = value.get_ref().as_table() else {
            self.wrong_type(key, value, "a table");
            return None;
        };
        let inner = Entry::new(self.faults, format!("{}.{key}", self.name), table, value.span());
        Some(At { value: read(inner), span: value.span() })
    }

    /// A list of tables inside this one.
    pub(super) fn tables<T>(&mut self, key: &'static str, read: impl Fn(Entry<'a>) -> Option<T>) -> Option<Vec<At<T>>> {
        let value = self.get(key)?;
        let Some(list) = value.get_ref().as_array() else {
            self.wrong_type(key, value, "a list of tables");
            return None;
        };
        let mut tables = Vec::new();
        for element in list {
            let Some(table) = element.get_ref().as_table() else {
                self.wrong_type(key, element, "a table");
                continue;
            };
            let inner = Entry::new(self.faults, format!("{}.{key}", self.name), table, element.span());
            tables.extend(read(inner).map(|value| At { value, span: element.span() }));
        }
        Some(tables)
    }

    /// Every key with its place and its value as JSON, for keys that somebody else knows.
    pub(super) fn json(&self) -> Vec<(At<String>, At<Value>)> {
        self.table.iter().map(|(key, value)| (at(key), json_at(value))).collect()
    }

    /// As [`Entry::json`]; a dotted key without quotes is one key.
    pub(super) fn flat_json(&self) -> Vec<(At<String>, At<Value>)> {
        flat(self.table).into_iter().map(|(key, value)| (key, json_at(value))).collect()
    }

    /// Refuses every key that nobody asked for.
    pub(super) fn finish(self) {
        for key in self.table.keys().filter(|key| !self.asked.contains(&key.get_ref().as_ref())) {
            self.faults.push(key.span(), unknown(&self.name, key.get_ref(), self.asked.iter().copied()));
        }
    }
}

/// The sentence for a key that does not exist.
pub(super) fn unknown<'k>(name: &str, key: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    let meant = did_you_mean(key, known).map(|meant| format!("; did you mean {meant:?}?")).unwrap_or_default();
    format!("{name} has no key {key:?}{meant}")
}

fn instant(datetime: Datetime) -> Option<Moment> {
    let text = match (datetime.date, datetime.time, datetime.offset) {
        (Some(date), None, None) => format!("{date}T00:00:00Z"),
        (Some(_), Some(_), Some(_)) => datetime.to_string(),
        // A local time means another instant on every machine.
        _ => return None,
    };
    let timestamp: jiff::Timestamp = text.parse().ok()?;
    Some(Moment::from_micros(timestamp.as_microsecond()))
}

fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text",
        DeValue::Integer(_) => "a number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

fn at(key: &Spanned<DeString<'_>>) -> At<String> {
    At { value: key.get_ref().clone().into_owned(), span: key.span() }
}

fn json_at(value: &Spanned<DeValue<'_>>) -> At<Value> {
    At { value: to_json(value.get_ref()), span: value.span() }
}

/// The keys of a table and of the tables in it, joined by dots.
fn flat<'a>(table: &'a DeTable<'a>) -> Vec<(At<String>, &'a Spanned<DeValue<'a>>)> {
    let mut all = Vec::new();
    for (key, value) in table {
        match value.get_ref().as_table() {
            Some(inner) => all.extend(flat(inner).into_iter().map(|(mut rest, value)| {
                rest.value = format!("{}.{}", key.get_ref(), rest.value);
                (rest, value)
            })),
            None => all.push((at(key), value)),
        }
    }
    all
}

/// The value as JSON; dates become texts.
fn to_json(value: &DeValue<'_>) -> Value {
    match value {
        DeValue::String(text) => Value::String(text.to_string()),
        DeValue::Integer(number) => {
            i64::from_str_radix(number.as_str(), number.radix()).map_or(Value::Null, Value::from)
        }
        DeValue::Float(number) => number.as_str().parse::<f64>().map_or(Value::Null, Value::from),
        DeValue::Boolean(flag) => Value::Bool(*flag),
        DeValue::Datetime(datetime) => Value::String(datetime.to_string()),
        DeValue::Array(list) => list.iter().map(|element| to_json(element.get_ref())).collect(),
        DeValue::Table(table) => {
            table.iter().map(|(key, value)| (key.get_ref().to_string(), to_json(value.get_ref()))).collect()
        }
    }
}

/// Answers by key; of a key that stands there twice TOML itself complains.
pub(super) fn as_map(answers: &[(At<String>, bool)]) -> BTreeMap<String, bool> {
    answers.iter().map(|(key, answer)| (key.value.clone(), *answer)).collect()
}

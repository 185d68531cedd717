//! A value as somebody wrote it: TOML in the file, or a text in the environment.

use std::{borrow::Cow, ops::Range};

use toml::de::DeValue;

/// A value before it has a type.
pub(super) enum Raw<'a> {
    /// From the file.
    Toml(DeValue<'a>),
    /// From a variable; lists are separated by commas.
    Variable(String),
}

/// What is wrong with a value, and which part of it.
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) span: Option<Range<usize>>,
}

impl From<String> for Wrong {
    fn from(message: String) -> Self {
        Self { message, span: None }
    }
}

impl Raw<'_> {
    /// The value as a text.
    pub(super) fn text(&self) -> Result<&str, Wrong> {
        match self {
            Self::Variable(text) => Ok(text),
            Self::Toml(value) => text(value),
        }
    }

    /// The value as a list of texts, each read by `parse`.
    pub(super) fn list<T>(&self, parse: impl Fn(&str) -> Result<T, String>) -> Result<Vec<T>, Wrong> {
        match self {
            Self::Variable(all) => {
                let entries = all.split(',').map(str::trim).filter(|entry| !entry.is_empty());
                entries.map(|entry| parse(entry).map_err(Wrong::from)).collect()
            }
            Self::Toml(DeValue::Array(entries)) => {
                let one = |entry: &toml::Spanned<DeValue<'_>>| {
                    let read = text(entry.get_ref()).and_then(|text| parse(text).map_err(Wrong::from));
                    read.map_err(|wrong| Wrong { span: Some(entry.span()), ..wrong })
                };
                entries.iter().map(one).collect()
            }
            Self::Toml(other) => Err(format!("expected a list in brackets, not {}", kind(other)).into()),
        }
    }

    /// The value as a number.
    pub(super) fn number(&self) -> Result<f64, Wrong> {
        let text: Cow<'_, str> = match self {
            Self::Variable(text) => text.into(),
            Self::Toml(DeValue::Float(number)) => number.as_str().into(),
            Self::Toml(DeValue::Integer(number)) => number.to_string().into(),
            Self::Toml(other) => return Err(format!("expected a number, not {}", kind(other)).into()),
        };
        text.parse().map_err(|_| format!("{text:?} is not a number").into())
    }
}

fn text<'a>(value: &'a DeValue<'_>) -> Result<&'a str, Wrong> {
    value.as_str().ok_or_else(|| format!("expected text in quotes, not {}", kind(value)).into())
}

/// The type of a value with its article.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "text",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a section",
    }
}

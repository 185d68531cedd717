//! `[log]`

use std::fmt;

use schemars::JsonSchema;

use super::reader::Reader;

/// What is written to standard error while serving.
#[derive(Clone, Debug, JsonSchema)]
pub struct Log {
    /// One JSON object per line, or text for people.
    #[schemars(with = "String")]
    pub format: LogFormat,
    /// "error", "warn", "info", "debug" or "trace"; also by module, as in "info,usher::store=debug".
    pub level: String,
}

/// Form of a log line.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogFormat {
    /// For machines.
    Json,
    /// For people.
    Text,
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "json",
            Self::Text => "text",
        })
    }
}

impl Log {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self {
            format: reader.text("format", LogFormat::Json, format),
            level: reader.text("level", "info".to_owned(), level),
        }
    }
}

fn format(text: &str) -> Result<LogFormat, String> {
    match text {
        "json" => Ok(LogFormat::Json),
        "text" => Ok(LogFormat::Text),
        _ => Err(format!("{text:?} is neither \"json\" nor \"text\"")),
    }
}

/// A bare word that is not a level would otherwise pass as the name of a module, and silence everything.
fn level(text: &str) -> Result<String, String> {
    let is_level = |word: &str| matches!(word, "off" | "error" | "warn" | "info" | "debug" | "trace");
    let is_module = |word: &str| {
        !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b':' | b'-'))
    };
    let wrong = text.split(',').map(str::trim).find(|part| match part.split_once('=') {
        Some((module, level)) => !is_module(module) || !is_level(level),
        None => !is_level(part),
    });
    match wrong {
        None => Ok(text.to_owned()),
        Some(part) => {
            Err(format!("{part:?} is none of error, warn, info, debug, trace, nor of the form \"module=debug\""))
        }
    }
}

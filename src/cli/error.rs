//! Why a command did not succeed.

use std::{io, process::ExitCode};

use crate::config::ConfigError;

/// A command failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum CliError {
    /// The configuration is wrong.
    #[error("the configuration cannot be used:\n\n{0}")]
    Config(#[from] ConfigError),
    /// Something else that a sentence explains.
    #[error("{0}")]
    Failed(String),
    /// Arguments that are well formed and make no sense.
    #[error("{0}")]
    Usage(String),
    /// Nobody reads the output.
    #[error("cannot write: {0}")]
    Output(#[from] io::Error),
    /// No threads.
    #[error("cannot start: {0}")]
    Runtime(#[source] io::Error),
}

impl CliError {
    /// An error with its causes as one sentence.
    pub(super) fn of(error: &dyn std::error::Error) -> Self {
        let mut text = error.to_string();
        let mut cause = error.source();
        while let Some(inner) = cause {
            let inner_text = inner.to_string();
            // Transparent errors repeat what they wrap.
            if !text.ends_with(&inner_text) {
                text = format!("{text}: {inner_text}");
            }
            cause = inner.source();
        }
        Self::Failed(text)
    }

    /// 1 failed, 2 used wrongly.
    pub(super) fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            _ => ExitCode::from(1),
        }
    }
}

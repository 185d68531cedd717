//! What is wrong with a configuration, where, and what was probably meant.

use std::fmt;

/// Everything wrong with a configuration, in the order of the file.
#[derive(Debug, thiserror::Error)]
pub struct ConfigError {
    pub(super) faults: Vec<Fault>,
}

/// One thing wrong.
#[derive(Clone, Debug)]
pub struct Fault {
    /// The sentence.
    pub message: String,
    /// Where: an excerpt of the file, or the name of an environment variable.
    pub place: Place,
}

/// Where a value was given.
#[derive(Clone, PartialEq, Debug)]
pub enum Place {
    /// In the file, with the excerpt to show.
    File {
        /// Byte offset, for the order of messages.
        offset: usize,
        /// [`super::source_text::SourceText::excerpt`].
        excerpt: String,
    },
    /// An environment variable or a systemd credential.
    Environment(String),
    /// Nowhere: the default, or the file as a whole.
    Nowhere,
}

impl ConfigError {
    /// One fault that has no place in a file.
    pub(super) fn general(message: String) -> Self {
        Self { faults: vec![Fault { message, place: Place::Nowhere }] }
    }

    /// What is wrong, one by one.
    pub fn faults(&self) -> &[Fault] {
        &self.faults
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, fault) in self.faults.iter().enumerate() {
            if n > 0 {
                f.write_str("\n\n")?;
            }
            f.write_str(&fault.message)?;
            match &fault.place {
                Place::File { excerpt, .. } => write!(f, "\n{excerpt}")?,
                Place::Environment(name) => write!(f, "\n --> environment: {name}")?,
                Place::Nowhere => {}
            }
        }
        Ok(())
    }
}

//! The environment, as far as it configures Usher.

use std::{collections::BTreeMap, path::PathBuf};

use super::fault::ConfigError;

/// What every variable of ours starts with.
pub(super) const PREFIX: &str = "USHER__";

/// The variables `USHER__…` and the folder of systemd credentials.
#[derive(Clone, Default, Debug)]
pub struct Environment {
    pub(super) vars: BTreeMap<String, String>,
    pub(super) credentials: Option<PathBuf>,
}

impl Environment {
    /// The environment of this process.
    ///
    /// # Errors
    /// If a variable of ours is not Unicode.
    pub fn of_process() -> Result<Self, ConfigError> {
        let mut environment = Self::default();
        for (name, value) in std::env::vars_os() {
            let Ok(name) = name.into_string() else { continue };
            if name == "CREDENTIALS_DIRECTORY" {
                environment.credentials = Some(value.into());
            } else if name.starts_with(PREFIX) {
                let value = value.into_string().map_err(|_| ConfigError::general(format!("{name} is not Unicode")))?;
                environment.vars.insert(name, value);
            }
        }
        Ok(environment)
    }

    /// An environment made by hand.
    pub fn of<'a>(vars: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let vars = vars.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        Self { vars, credentials: None }
    }

    /// The same with a folder of credentials (systemd's `$CREDENTIALS_DIRECTORY`).
    #[must_use]
    pub fn with_credentials(self, dir: impl Into<PathBuf>) -> Self {
        Self { credentials: Some(dir.into()), ..self }
    }
}

/// The variable of the key `http.listen`: `USHER__HTTP__LISTEN`.
pub fn variable(path: &str) -> String {
    format!("{PREFIX}{}", path.replace('.', "__").to_uppercase())
}

//! `[database]`

use schemars::JsonSchema;

use super::{reader::Reader, secret::mask_password};
use crate::base::secret::Secret;

/// Where everything is kept.
#[derive(Clone, JsonSchema)]
pub struct Database {
    /// sqlite://path, or postgres://user:password@host/name for several nodes.
    #[schemars(with = "String")]
    pub url: Secret<String>,
}

const DEFAULT: &str = "sqlite://data/usher.db";

impl Database {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let url = reader.secret_in_file("url", DEFAULT, mask_password);
        if let Some(Err(message)) = url.as_ref().map(|url| check(url.expose())) {
            reader.refuse("database.url", message);
        }
        Self { url: url.unwrap_or_else(|| Secret::new(DEFAULT.to_owned())) }
    }

    /// The URL without its password.
    pub fn shown_url(&self) -> String {
        mask_password(self.url.expose())
    }
}

/// The message never repeats the URL: it may hold a password.
fn check(url: &str) -> Result<(), &'static str> {
    match url.split_once("://") {
        Some(("sqlite", "")) => Err("names no file; write \"sqlite://data/usher.db\""),
        Some(("sqlite", path)) if path.contains('?') => Err("takes no options; write \"sqlite://data/usher.db\""),
        Some(("sqlite", _)) => Ok(()),
        Some(("postgres" | "postgresql", _)) if url::Url::parse(url).is_ok_and(|url| url.has_host()) => Ok(()),
        Some(("postgres" | "postgresql", _)) => Err("is not a URL of the form \"postgres://user:password@host/name\""),
        _ => Err("must start with sqlite:// or postgres://"),
    }
}

//! What an operator decides: the file `usher.toml` with its environment, and the settings in the database.
//!
//! [`Config::load`] reads the file (contract.md, Configuration): at most thirty keys, each also an environment variable
//! `USHER__SECTION__KEY`. Everything that may change while Usher runs is a [setting](settings).

use std::{fs, io, path::Path};

use schemars::JsonSchema;
use serde_json::json;

mod database;
mod environment;
mod fault;
mod http;
mod keys;
mod limits;
mod log;
mod mail;
mod outbound;
mod public_url;
mod raw;
mod reader;
pub mod reference;
mod secret;
pub mod settings;
mod sms;
pub mod source_text;
pub mod suggest;
#[cfg(test)]
mod tests;
mod theme;

pub use database::Database;
pub use environment::{Environment, variable};
pub use fault::{ConfigError, Fault, Place};
pub use http::Http;
pub use keys::Keys;
pub use limits::{Layer, Limits};
pub use log::{Log, LogFormat};
pub use mail::Mail;
pub use outbound::Outbound;
pub use public_url::PublicUrl;
pub use reader::{Entry, Source};
pub use secret::read_private;
pub use sms::Sms;
pub use theme::Theme;

use reader::Reader;
use settings::{Level, StoredSetting};
use source_text::SourceText;

/// The file that is read when no other is named, if it is there.
pub const DEFAULT_FILE: &str = "usher.toml";

/// `usher.toml`, with what the environment says put over it.
#[derive(Clone, JsonSchema)]
#[schemars(title = "usher.toml", deny_unknown_fields)]
pub struct Config {
    /// The issuer, exactly: scheme, host, port. https is required unless the host is a loopback one.
    #[schemars(with = "String")]
    pub public_url: PublicUrl,
    /// Where Usher listens, and whom it believes.
    pub http: Http,
    /// Where everything is kept.
    pub database: Database,
    /// Where the key-encryption key is.
    pub keys: Keys,
    /// How the pages look.
    pub theme: Theme,
    /// How mail leaves. Keys that are left out are settings of the same names.
    pub mail: Mail,
    /// How text messages leave. Keys that are left out are settings of the same names.
    pub sms: Sms,
    /// What Usher may fetch and call.
    pub outbound: Outbound,
    /// What is written to standard error while serving.
    pub log: Log,
    /// The layers of rate limits.
    pub limits: Limits,
    #[schemars(skip)]
    entries: Vec<Entry>,
}

impl Config {
    /// Whether messages can be read on a page instead of being sent: none leaves, and nobody but this machine gets at it.
    pub fn shows_outbox(&self) -> bool {
        self.mail.url.is_none()
            && self.public_url.site() == settings::Site::Loopback
            && self.http.listen.ip().is_loopback()
    }

    /// Reads `path`, or [`DEFAULT_FILE`] if it is there, and the environment.
    ///
    /// # Errors
    /// If a file that is named cannot be read, and with everything that is wrong in it.
    pub fn load(path: Option<&Path>, environment: &Environment) -> Result<Self, ConfigError> {
        let name = path.unwrap_or(Path::new(DEFAULT_FILE));
        let file = match fs::read_to_string(name) {
            Ok(text) => Some(SourceText::new(name, text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound && path.is_none() => None,
            Err(error) => return Err(ConfigError::general(format!("{}: {error}", name.display()))),
        };
        Self::read(file.as_ref(), environment)
    }

    /// Reads a text as if it were a file.
    ///
    /// # Errors
    /// Everything that is wrong in it, in its order.
    pub fn read(file: Option<&SourceText>, environment: &Environment) -> Result<Self, ConfigError> {
        let mut reader = Reader::new(file, environment)?;
        let mut config = Self {
            public_url: reader.text("public_url", PublicUrl::local(), PublicUrl::parse),
            http: reader.section("http", Http::read),
            database: reader.section("database", Database::read),
            keys: reader.section("keys", Keys::read),
            theme: reader.section("theme", Theme::read),
            mail: reader.section("mail", Mail::read),
            sms: reader.section("sms", Sms::read),
            outbound: reader.section("outbound", Outbound::read),
            log: reader.section("log", Log::read),
            limits: reader.section("limits", Limits::read),
            entries: Vec::new(),
        };
        config.entries = reader.finish()?;
        Ok(config)
    }

    /// Every key with its value, as it may be shown, and its source.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The settings that the file or the environment decides: put after the rows of the database, they win, and
    /// nobody can change them elsewhere.
    pub fn pinned(&self) -> Vec<StoredSetting> {
        let secret =
            |secret: &Option<crate::base::secret::Secret<String>>| secret.as_ref().map(|secret| json!(secret.expose()));
        let (mail, sms) = (&self.mail, &self.sms);
        let pinned = [
            ("mail.url", secret(&mail.url)),
            ("mail.from", mail.from.as_ref().map(|from| json!(from))),
            ("sms.provider", sms.provider.map(|provider| json!(provider.text()))),
            ("sms.account_sid", sms.account_sid.as_ref().map(|sid| json!(sid))),
            ("sms.auth_token", secret(&sms.auth_token)),
            ("sms.from", sms.from.as_ref().map(|from| json!(from))),
            ("sms.webhook_url", sms.webhook_url.as_ref().map(|url| json!(url))),
        ];
        let stored = |(name, value): (&str, Option<_>)| {
            Some(StoredSetting { level: Level::Instance, subject: String::new(), name: name.to_owned(), value: value? })
        };
        pinned.into_iter().filter_map(stored).collect()
    }
}

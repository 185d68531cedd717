//! `[sms]`

use std::path::PathBuf;

use schemars::JsonSchema;

use super::{
    reader::Reader,
    settings::{SettingValue, SmsProvider},
};
use crate::base::secret::Secret;

/// How text messages leave. Keys that are left out are settings of the same names.
#[derive(Clone, JsonSchema)]
pub struct Sms {
    /// "twilio", "webhook" or "log"; empty: messages are captured and shown in the outbox.
    #[schemars(with = "String")]
    pub provider: Option<SmsProvider>,
    /// Account at the provider.
    #[schemars(with = "String")]
    pub account_sid: Option<String>,
    /// File that holds the secret of the account; or USHER__SMS__AUTH_TOKEN.
    #[schemars(rename = "auth_token_file", with = "PathBuf")]
    pub auth_token: Option<Secret<String>>,
    /// Number or name that messages come from.
    #[schemars(with = "String")]
    pub from: Option<String>,
    /// Address that messages are posted to, for "webhook"; for "twilio" another base of its API, such as a region's.
    #[schemars(with = "String")]
    pub webhook_url: Option<String>,
}

impl Sms {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let text = |text: &str| String::read(&text.into());
        Self {
            provider: reader.optional("provider", |text| SmsProvider::read(&text.into())),
            account_sid: reader.optional("account_sid", text),
            auth_token: reader.secret_by_file("auth_token"),
            from: reader.optional("from", text),
            webhook_url: reader.optional("webhook_url", http_url),
        }
    }
}

fn http_url(text: &str) -> Result<String, String> {
    if is_http_url(text) { Ok(text.to_owned()) } else { Err(format!("{text:?} is not an http or https URL")) }
}

/// Whether a text is the URL of a web service.
pub(super) fn is_http_url(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "https" | "http"))
}

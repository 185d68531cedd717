//! `[mail]`

use schemars::JsonSchema;
use url::Url;

use super::{reader::Reader, secret::mask_password};
use crate::base::{email::EmailAddress, secret::Secret};

/// How mail leaves. Keys that are left out are settings of the same names.
#[derive(Clone, JsonSchema)]
pub struct Mail {
    /// smtp://user:password@host:port (with STARTTLS) or smtps://…; empty: mail is captured and shown in the outbox.
    #[schemars(with = "String")]
    pub url: Option<Secret<String>>,
    /// Sender, such as "Acme <login@acme.example>".
    #[schemars(with = "String")]
    pub from: Option<String>,
}

impl Mail {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let url = reader.secret_in_file("url", "", mask_password);
        if url.as_ref().is_some_and(|url| !is_smtp(url.expose())) {
            // Without the value, which may hold a password.
            reader.refuse("mail.url", "is not a URL of the form \"smtp://host:587\" or \"smtps://user:password@host\"");
        }
        Self { url, from: reader.optional("from", sender) }
    }
}

/// Whether a text names a mail server.
pub(super) fn is_smtp(text: &str) -> bool {
    Url::parse(text)
        .is_ok_and(|url| matches!(url.scheme(), "smtp" | "smtps") && url.host_str().is_some_and(|h| !h.is_empty()))
}

/// `address` or `Name <address>` (RFC 5322 §3.4).
pub(super) fn sender(text: &str) -> Result<String, String> {
    let address = match text.strip_suffix('>') {
        Some(rest) => rest.rsplit_once('<').map_or("", |(_, address)| address),
        None => text,
    };
    match EmailAddress::parse(address) {
        Ok(_) if !text.chars().any(char::is_control) => Ok(text.to_owned()),
        _ => Err(format!("{text:?} is not a sender, such as \"Acme <login@acme.example>\"")),
    }
}

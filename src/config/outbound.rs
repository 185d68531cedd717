//! `[outbound]`

use std::path::PathBuf;

use schemars::JsonSchema;
use url::Host;

use super::reader::Reader;

/// What Usher may fetch and call.
#[derive(Clone, Debug, JsonSchema)]
pub struct Outbound {
    /// Hosts that may be called although their address is a private one.
    pub allow_hosts: Vec<String>,
    /// Certificates in PEM that are trusted besides the public ones.
    #[schemars(with = "String")]
    pub extra_ca: Option<PathBuf>,
}

impl Outbound {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        Self { allow_hosts: reader.list("allow_hosts", host), extra_ca: reader.file_name("extra_ca") }
    }
}

/// A host in the form in which URLs hold it.
fn host(text: &str) -> Result<String, String> {
    let error = || format!("{text:?} is not a host, such as \"crm.example.com\" or \"192.0.2.7\"");
    Host::parse(text).map(|host| host.to_string()).map_err(|_| error())
}

//! `[outbound]`

use std::path::PathBuf;

use schemars::JsonSchema;

use super::reader::Reader;
use crate::base::host_rule::{HostRule, InvalidHostRule};

/// What Usher may fetch and call.
#[derive(Clone, Debug, JsonSchema)]
pub struct Outbound {
    /// Hosts that may be called although their address is a private one: names, addresses, either with a port, or networks.
    #[schemars(with = "Vec<String>")]
    pub allow_hosts: Vec<HostRule>,
    /// Certificates in PEM that are trusted besides the public ones.
    #[schemars(with = "String")]
    pub extra_ca: Option<PathBuf>,
}

impl Outbound {
    pub(super) fn read(reader: &mut Reader<'_>) -> Self {
        let rule = |text: &str| text.parse().map_err(|error: InvalidHostRule| error.to_string());
        Self { allow_hosts: reader.list("allow_hosts", rule), extra_ca: reader.file_name("extra_ca") }
    }
}

//! The log, for development: `sms.provider = "log"`.

use super::{Handing, SmsSender};
use crate::{base::phone::mask, config::settings::Site, notify::delivery::Delivery};

/// Writes messages to the log; what they say only where nobody else can reach the server.
pub(super) struct Log {
    pub(super) site: Site,
}

impl SmsSender for Log {
    fn send<'a>(&'a self, to: &'a str, text: &'a str, idempotency: &'a str) -> Handing<'a> {
        let said = if self.site == Site::Loopback { text } else { "(not shown: this server is not on loopback)" };
        tracing::info!(to = mask(to), message = idempotency, text = said, "a text message");
        Box::pin(std::future::ready(Delivery::Sent { provider_id: None }))
    }
}

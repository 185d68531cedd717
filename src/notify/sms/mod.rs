//! Text messages: who carries them (inventory.md M13), made from the settings `sms.*`.

mod log;
pub mod text;
mod twilio;
mod webhook;

use std::{future::Future, pin::Pin, sync::Arc};

use self::{log::Log, twilio::Twilio, webhook::Webhook};
use super::delivery::Delivery;
use crate::{
    base::clock::SharedClock,
    config::settings::{
        SMS_ACCOUNT_SID, SMS_AUTH_TOKEN, SMS_FROM, SMS_PROVIDER, SMS_WEBHOOK_URL, Setting, Settings, Site, SmsProvider,
    },
    outbound::{Outbound, OutboundError},
};

/// What handing over is, while it goes on.
pub type Handing<'a> = Pin<Box<dyn Future<Output = Delivery> + Send + 'a>>;

/// Whoever carries text messages.
pub trait SmsSender: Send + Sync {
    /// Hands `text` over for the number `to` (E.164). `idempotency` names the message: a carrier that understands it
    /// sends the same message once, however often it is handed over.
    fn send<'a>(&'a self, to: &'a str, text: &'a str, idempotency: &'a str) -> Handing<'a>;
}

/// A setting without which the chosen carrier cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the SMS provider {provider:?} needs {setting}")]
pub struct SmsNotConfigured {
    /// The value of `sms.provider`.
    pub provider: &'static str,
    /// The setting that is empty.
    pub setting: &'static str,
}

/// The carrier that the settings name; `None`: nobody, and messages stay in the outbox.
///
/// # Errors
/// A setting that it needs is missing: nobody may be offered a code by SMS (inventory.md M4).
pub fn sender(
    settings: &Settings,
    site: Site,
    outbound: &Arc<Outbound>,
    clock: &SharedClock,
) -> Result<Option<Arc<dyn SmsSender>>, SmsNotConfigured> {
    let provider = check(settings)?;
    let token = settings.instance(&SMS_AUTH_TOKEN);
    let url = settings.instance(&SMS_WEBHOOK_URL);
    let (outbound, clock) = (Arc::clone(outbound), Arc::clone(clock));
    let carrier: Arc<dyn SmsSender> = match provider {
        SmsProvider::None => return Ok(None),
        SmsProvider::Log => Arc::new(Log { site }),
        SmsProvider::Twilio => Arc::new(Twilio {
            base: if url.is_empty() { twilio::API.to_owned() } else { url },
            account_sid: settings.instance(&SMS_ACCOUNT_SID),
            auth_token: token,
            from: settings.instance(&SMS_FROM),
            outbound,
            clock,
        }),
        SmsProvider::Webhook => Arc::new(Webhook { url, secret: token, outbound, clock }),
    };
    Ok(Some(carrier))
}

/// Whether messages really leave: a carrier is chosen and has what it needs.
pub fn is_configured(settings: &Settings) -> bool {
    check(settings).is_ok_and(|provider| matches!(provider, SmsProvider::Twilio | SmsProvider::Webhook))
}

/// The carrier that is chosen, if it has what it needs.
fn check(settings: &Settings) -> Result<SmsProvider, SmsNotConfigured> {
    let provider = settings.instance(&SMS_PROVIDER);
    let without_token = settings.instance(&SMS_AUTH_TOKEN).expose().is_empty();
    let without = |setting: &Setting<String>| settings.instance(setting).is_empty();
    let missing = match provider {
        SmsProvider::None | SmsProvider::Log => None,
        SmsProvider::Twilio if without(&SMS_ACCOUNT_SID) => Some(SMS_ACCOUNT_SID.name()),
        SmsProvider::Twilio if without(&SMS_FROM) => Some(SMS_FROM.name()),
        SmsProvider::Webhook if without(&SMS_WEBHOOK_URL) => Some(SMS_WEBHOOK_URL.name()),
        SmsProvider::Twilio | SmsProvider::Webhook if without_token => Some(SMS_AUTH_TOKEN.name()),
        SmsProvider::Twilio | SmsProvider::Webhook => None,
    };
    missing.map_or(Ok(provider), |setting| Err(SmsNotConfigured { provider: provider.text(), setting }))
}

/// What a call that brought no answer means.
fn unanswered(carrier: &str, error: &OutboundError) -> Delivery {
    let reason = format!("{carrier}: {}", error.chain());
    match error {
        OutboundError::LeftAlone(after) => Delivery::Retry { after: Some(*after), reason },
        error if error.is_passing() => Delivery::Retry { after: None, reason },
        _ => Delivery::Refused { reason },
    }
}

#[cfg(test)]
mod tests;

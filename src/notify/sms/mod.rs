//! Text messages: who carries them.

use std::{future::Future, pin::Pin};

use super::delivery::Delivery;

/// What handing over is, while it goes on.
pub type Handing<'a> = Pin<Box<dyn Future<Output = Delivery> + Send + 'a>>;

/// Whoever carries text messages.
pub trait SmsSender: Send + Sync {
    /// Hands `text` over for the number `to` (E.164). `idempotency` names the message: a carrier that understands it
    /// sends the same message once, however often it is handed over.
    fn send<'a>(&'a self, to: &'a str, text: &'a str, idempotency: &'a str) -> Handing<'a>;
}

/// Nobody: the message stays in the outbox, where it can be read.
pub struct Capture;

impl SmsSender for Capture {
    fn send<'a>(&'a self, _to: &'a str, _text: &'a str, _idempotency: &'a str) -> Handing<'a> {
        Box::pin(std::future::ready(Delivery::Sent { provider_id: None }))
    }
}

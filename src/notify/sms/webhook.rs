//! Any service, by a signed HTTP request (Standard Webhooks 1.0): `sms.provider = "webhook"`.

use std::{borrow::Cow, sync::Arc};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::json;

use super::{Handing, SmsSender, unanswered};
use crate::{
    base::{clock::SharedClock, moment::Moment, secret::Secret},
    notify::delivery::Delivery,
    outbound::{Answer, Call, MAX_TIME, Outbound},
};

/// A service at a URL.
pub(super) struct Webhook {
    pub(super) url: String,
    /// `whsec_` and base64, or any text.
    pub(super) secret: Secret<String>,
    pub(super) outbound: Arc<Outbound>,
    pub(super) clock: SharedClock,
}

impl SmsSender for Webhook {
    fn send<'a>(&'a self, to: &'a str, text: &'a str, idempotency: &'a str) -> Handing<'a> {
        Box::pin(async move {
            let now = self.clock.now();
            let data = json!({ "to": to, "text": text });
            let body = json!({ "type": "sms.send", "timestamp": now.to_string(), "data": data }).to_string();
            match self.outbound.send(self.call(idempotency, now, body)).await {
                Ok(answer) => self.delivery(&answer),
                Err(error) => unanswered("the webhook", &error),
            }
        })
    }
}

impl Webhook {
    fn call(&self, id: &str, now: Moment, body: String) -> Call {
        let timestamp = now.as_secs().to_string();
        let signature = signature(self.secret.expose(), id, &timestamp, &body);
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let signed = [("webhook-id", id), ("webhook-timestamp", &timestamp), ("webhook-signature", &signature)];
        for (name, value) in signed {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.insert(name, value);
            }
        }
        Call { headers, patience: MAX_TIME, ..Call::post(&*self.url, body) }
    }

    fn delivery(&self, answer: &Answer) -> Delivery {
        let status = answer.status.as_u16();
        let reason = format!("the webhook answered {status}");
        match status {
            200..300 => Delivery::Sent { provider_id: id_in(&answer.body) },
            408 | 425 | 429 | 500.. => Delivery::Retry { after: answer.retry_after(self.clock.now()), reason },
            _ => Delivery::Refused { reason },
        }
    }
}

/// The service's own name for the message, if it answers `{"id": "…"}`.
fn id_in(body: &[u8]) -> Option<String> {
    let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
    Some(answer.get("id")?.as_str()?.chars().take(100).collect())
}

/// `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`.
fn signature(secret: &str, id: &str, timestamp: &str, body: &str) -> String {
    let decoded = secret.strip_prefix("whsec_").and_then(|encoded| STANDARD.decode(encoded).ok());
    let key = decoded.map_or(Cow::Borrowed(secret.as_bytes()), Cow::Owned);
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let tag = hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(tag.as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The vector that the specification's own libraries are tested with.
    #[test]
    fn inv_m13_the_signature_is_that_of_standard_webhooks() {
        let body = r#"{"test": 2432232314}"#;
        let signed = |secret| signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body);
        let expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signed("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), expected);
        assert_ne!(signed("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), expected, "without the prefix it is the text itself");
    }

    #[test]
    fn the_services_id_is_kept_if_there_is_one() {
        assert_eq!(id_in(br#"{"id": "m1"}"#).as_deref(), Some("m1"));
        for body in [&b""[..], b"{}", b"[]", b"{\"id\": 1}", b"ok"] {
            assert_eq!(id_in(body), None);
        }
    }
}

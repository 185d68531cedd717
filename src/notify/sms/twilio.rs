//! Twilio Programmable Messaging: `POST /2010-04-01/Accounts/{sid}/Messages.json`.

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use reqwest::{
    StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue},
};
use serde::Deserialize;

use super::{Handing, SmsSender, unanswered};
use crate::{
    base::{clock::SharedClock, phone::mask, secret::Secret},
    notify::delivery::Delivery,
    outbound::{Answer, Call, MAX_TIME, Outbound},
};

/// Where the API is.
pub(super) const API: &str = "https://api.twilio.com";

/// How long to wait when the account is not accepted: somebody has to do something about it first.
const ACCOUNT_TROUBLE: Duration = Duration::from_secs(60);
/// Longest text of Twilio's that is repeated.
const QUOTED: usize = 160;

/// An account at Twilio.
pub(super) struct Twilio {
    pub(super) base: String,
    pub(super) account_sid: String,
    pub(super) auth_token: Secret<String>,
    /// A number, a name, a short code, or the id of a messaging service.
    pub(super) from: String,
    pub(super) outbound: Arc<Outbound>,
    pub(super) clock: SharedClock,
}

/// A message as the API shows it; only what is needed of it.
#[derive(Deserialize)]
struct Message {
    sid: Option<String>,
    status: Option<String>,
    error_code: Option<u32>,
}

/// An error as the API tells it.
#[derive(Deserialize, Default)]
struct Fault {
    #[serde(default)]
    code: u32,
    #[serde(default)]
    message: String,
}

impl SmsSender for Twilio {
    /// Twilio knows no idempotency key: a message whose answer is lost is sent once more.
    fn send<'a>(&'a self, to: &'a str, text: &'a str, _idempotency: &'a str) -> Handing<'a> {
        Box::pin(async move {
            match self.outbound.send(self.call(to, text)).await {
                Ok(answer) => self.delivery(&answer, to),
                Err(error) => unanswered("Twilio", &error),
            }
        })
    }
}

impl Twilio {
    fn call(&self, to: &str, text: &str) -> Call {
        let sid: String = form_urlencoded::byte_serialize(self.account_sid.as_bytes()).collect();
        let url = format!("{}/2010-04-01/Accounts/{sid}/Messages.json", self.base.trim_end_matches('/'));
        let sender = if is_messaging_service(&self.from) { "MessagingServiceSid" } else { "From" };
        let body = form_urlencoded::Serializer::new(String::new())
            .append_pair("To", to)
            .append_pair(sender, &self.from)
            .append_pair("Body", text)
            .finish();
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        let basic = STANDARD.encode(format!("{}:{}", self.account_sid, self.auth_token.expose()));
        if let Ok(mut value) = HeaderValue::try_from(format!("Basic {basic}")) {
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        Call { headers, patience: MAX_TIME, ..Call::post(url, body) }
    }

    fn delivery(&self, answer: &Answer, to: &str) -> Delivery {
        if answer.status.is_success() {
            return accepted(answer);
        }
        let fault: Fault = serde_json::from_slice(&answer.body).unwrap_or_default();
        let quoted: String = fault.message.replace(to, &mask(to)).chars().take(QUOTED).collect();
        let reason = match fault.code {
            0 => format!("Twilio answered {}", answer.status.as_u16()),
            code => format!("Twilio {code}: {quoted}"),
        };
        match judge(answer.status, fault.code) {
            Judgement::Later => Delivery::Retry { after: answer.retry_after(self.clock.now()), reason },
            Judgement::Account => Delivery::Retry { after: Some(ACCOUNT_TROUBLE), reason },
            Judgement::Never => Delivery::Refused { reason },
        }
    }
}

/// A message that the API took. Its state may already tell that it will not arrive.
fn accepted(answer: &Answer) -> Delivery {
    // What was taken is not handed over again, whatever else the answer says.
    let Ok(message) = serde_json::from_slice::<Message>(&answer.body) else {
        return Delivery::Sent { provider_id: None };
    };
    match (message.status.as_deref(), message.error_code) {
        (Some("failed" | "undelivered" | "canceled"), code) => {
            let reason = code.map_or_else(|| "Twilio could not send it".to_owned(), |code| format!("Twilio {code}"));
            match judge(StatusCode::OK, code.unwrap_or_default()) {
                Judgement::Later => Delivery::Retry { after: None, reason },
                Judgement::Account => Delivery::Retry { after: Some(ACCOUNT_TROUBLE), reason },
                Judgement::Never => Delivery::Refused { reason },
            }
        }
        _ => Delivery::Sent { provider_id: message.sid },
    }
}

/// What an error is worth.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Judgement {
    /// Twilio or the network of the number is busy or broken.
    Later,
    /// The account is not accepted.
    Account,
    /// The number, the sender or the message.
    Never,
}

/// By the code (Twilio's error dictionary) where it tells more than the status.
fn judge(status: StatusCode, code: u32) -> Judgement {
    match code {
        // Authentication, suspended or closed account, no funds.
        20003 | 20005 | 20006 | 30002 => Judgement::Account,
        // Too many requests, too many queued, queue overflow, handset out of reach, unknown error of the carrier.
        14107 | 20429 | 21611 | 30001 | 30003 | 30008 | 30017 => Judgement::Later,
        _ => match status.as_u16() {
            401 | 403 if code == 0 => Judgement::Account,
            408 | 425 | 429 | 500.. => Judgement::Later,
            _ => Judgement::Never,
        },
    }
}

/// `MG` and 32 hexadecimal digits.
fn is_messaging_service(from: &str) -> bool {
    from.len() == 34 && from.strip_prefix("MG").is_some_and(|id| id.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inv_m13_errors_are_judged_as_twilio_documents_them() {
        let judged = |status: u16, code| judge(StatusCode::from_u16(status).unwrap(), code);
        for (status, code) in [(401, 20003), (403, 20003), (401, 0), (403, 20005), (400, 30002)] {
            assert_eq!(judged(status, code), Judgement::Account, "{status} {code}");
        }
        for (status, code) in [(429, 20429), (429, 0), (500, 20500), (503, 0), (400, 21611), (400, 30003), (408, 0)] {
            assert_eq!(judged(status, code), Judgement::Later, "{status} {code}");
        }
        for code in
            [21211, 21212, 21408, 21606, 21608, 21610, 21612, 21614, 21617, 21635, 30004, 30005, 30006, 30007, 0]
        {
            assert_eq!(judged(400, code), Judgement::Never, "{code}");
        }
        assert_eq!(judged(403, 21408), Judgement::Never);
        assert_eq!(judged(404, 20404), Judgement::Never);
    }

    #[test]
    fn a_messaging_service_is_told_from_a_number_and_a_name() {
        assert!(is_messaging_service("MG0123456789abcdef0123456789abcdef"));
        for from in ["+46701234567", "Acme", "MG", "MGM Resorts", "MG0123456789abcdef0123456789abcdeg"] {
            assert!(!is_messaging_service(from), "{from}");
        }
    }
}

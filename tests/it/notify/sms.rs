//! Text messages against services that answer as theirs are documented to (inventory.md M13).

use std::{sync::Arc, time::Duration};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use usher::{
    base::clock::{Clock, SharedClock},
    config::{
        Outbound as OutboundConfig,
        settings::{Level, Settings, Site, StoredSetting},
    },
    notify::{
        delivery::Delivery,
        sms::{SmsSender, sender},
    },
    outbound::Outbound,
};

use crate::support::{
    stub::{Received, Reply, Stub},
    time::TestClock,
};

const TO: &str = "+46701234567";
const TEXT: &str = "123456 är din kod för Åkeriet & Co.\n\n@login.acme.example #123456";
const SID: &str = "AC0123456789abcdef0123456789abcdef";

/// A sender with these settings that may call stubs.
fn carrier(rows: &[(&str, &str)]) -> Arc<dyn SmsSender> {
    let rows = rows.iter().map(|(name, value)| StoredSetting {
        level: Level::Instance,
        subject: String::new(),
        name: format!("sms.{name}"),
        value: json!(value),
    });
    let (settings, refused) = Settings::new(rows, Site::Loopback);
    assert!(refused.is_empty(), "{refused:?}");
    let clock: SharedClock = Arc::new(TestClock::default());
    let config = OutboundConfig { allow_hosts: vec!["127.0.0.1".parse().unwrap()], extra_ca: None };
    let outbound = Arc::new(Outbound::new(&config, Site::Loopback, Arc::clone(&clock)).unwrap());
    sender(&settings, Site::Loopback, &outbound, &clock).unwrap().unwrap()
}

fn twilio(stub: &Stub, from: &str) -> Arc<dyn SmsSender> {
    let token = ("auth_token", "hunter2:with-colon");
    carrier(&[("provider", "twilio"), ("account_sid", SID), token, ("from", from), ("webhook_url", &stub.url())])
}

fn webhook(stub: &Stub) -> Arc<dyn SmsSender> {
    let url = format!("{}/sms?tenant=1", stub.url());
    carrier(&[("provider", "webhook"), ("webhook_url", &url), ("auth_token", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")])
}

/// A message as the API shows it.
fn message(status: &str, error_code: Option<u32>) -> serde_json::Value {
    json!({
        "sid": "SM0123456789abcdef0123456789abcdef", "account_sid": SID, "api_version": "2010-04-01",
        "body": TEXT, "status": status, "error_code": error_code, "error_message": null,
        "direction": "outbound-api", "from": "+15005550006", "to": TO, "num_segments": "1", "price": null,
    })
}

/// An error as the API tells it.
fn fault(status: u16, code: u32, message: &str) -> Reply {
    let more = format!("https://www.twilio.com/docs/errors/{code}");
    Reply::json(status, &json!({ "code": code, "message": message, "more_info": more, "status": status }))
}

async fn answered(reply: Reply) -> Delivery {
    let stub = Stub::start(move |_| reply.clone()).await;
    let delivery = twilio(&stub, "+15005550006").send(TO, TEXT, "m1").await;
    assert_eq!(stub.received().len(), 1, "one call per handing over");
    let (Delivery::Retry { reason, .. } | Delivery::Refused { reason }) = &delivery else { return delivery };
    assert!(!reason.contains(TO) && !reason.contains("hunter2") && !reason.contains("123456 är"), "{reason}");
    delivery
}

#[tokio::test]
async fn inv_m13_twilio_is_called_as_its_api_documents() {
    let stub = Stub::start(|_| Reply::json(201, &message("queued", None))).await;
    let delivery = twilio(&stub, "+15005550006").send(TO, TEXT, "m1").await;
    assert_eq!(delivery, Delivery::Sent { provider_id: Some("SM0123456789abcdef0123456789abcdef".into()) });
    let received: Received = stub.received().remove(0);
    assert_eq!(received.line, format!("POST /2010-04-01/Accounts/{SID}/Messages.json"));
    assert_eq!(received.header("content-type"), Some("application/x-www-form-urlencoded"));
    let basic = STANDARD.encode(format!("{SID}:hunter2:with-colon"));
    assert_eq!(received.header("authorization"), Some(&*format!("Basic {basic}")));
    assert_eq!(received.field("To").as_deref(), Some(TO));
    assert_eq!(received.field("From").as_deref(), Some("+15005550006"));
    assert_eq!(received.field("Body").as_deref(), Some(TEXT));
    assert_eq!(received.field("MessagingServiceSid"), None);
}

#[tokio::test]
async fn inv_m13_twilio_takes_a_messaging_service_as_sender() {
    let stub = Stub::start(|_| Reply::json(201, &message("accepted", None))).await;
    let service = "MG0123456789abcdef0123456789abcdef";
    assert!(matches!(twilio(&stub, service).send(TO, TEXT, "m1").await, Delivery::Sent { .. }));
    let received = stub.received().remove(0);
    assert_eq!((received.field("MessagingServiceSid").as_deref(), received.field("From")), (Some(service), None));
}

#[tokio::test]
async fn inv_m13_numbers_that_take_no_message_are_refused_for_good() {
    for (code, message) in [
        (21211, format!("The 'To' number {TO} is not a valid phone number.")),
        (21408, "Permission to send an SMS has not been enabled for the region indicated by the 'To' number.".into()),
        (21606, "The 'From' phone number provided is not a valid message-capable Twilio phone number.".into()),
        (21608, format!("The number {TO} is unverified. Trial accounts cannot send messages to unverified numbers.")),
        (21610, "Attempt to send to unsubscribed recipient".into()),
        (21612, "Message cannot be sent with the current combination of 'To' and/or 'From' parameters".into()),
        (21614, format!("'To' number is not a valid mobile number: {TO}")),
        (21617, "The concatenated message body exceeds the 1600 character limit".into()),
    ] {
        let delivery = answered(fault(400, code, &message)).await;
        assert!(
            matches!(&delivery, Delivery::Refused { reason } if reason.contains(&code.to_string())),
            "{delivery:?}"
        );
    }
}

#[tokio::test]
async fn inv_m13_too_many_requests_wait_as_long_as_twilio_says() {
    let body = json!({ "code": 20429, "message": "Too Many Requests", "more_info": "", "status": 429 }).to_string();
    let delivery =
        answered(Reply::text(429, &[("retry-after", "17"), ("content-type", "application/json")], &body)).await;
    let Delivery::Retry { after, .. } = delivery else { panic!("{delivery:?}") };
    assert_eq!(after, Some(Duration::from_secs(17)));
    assert!(matches!(answered(fault(429, 20429, "Too Many Requests")).await, Delivery::Retry { after: None, .. }));
    assert!(matches!(answered(fault(400, 21611, "queued")).await, Delivery::Retry { .. }));
}

#[tokio::test]
async fn inv_m13_an_account_that_is_not_accepted_is_tried_again_after_a_while() {
    for reply in [fault(401, 20003, "Authenticate"), fault(403, 20003, "Forbidden"), Reply::text(401, &[], "")] {
        let delivery = answered(reply).await;
        assert!(
            matches!(delivery, Delivery::Retry { after: Some(after), .. } if after.as_secs() >= 60),
            "{delivery:?}"
        );
    }
}

#[tokio::test]
async fn inv_m13_a_broken_or_silent_twilio_is_tried_again() {
    for reply in [
        fault(500, 20500, "Internal Server Error"),
        Reply::text(503, &[("retry-after", "5")], "<html>Service Unavailable</html>"),
        Reply::Bytes(Vec::new()),
        Reply::Bytes(b"HTTP/1.1 200".to_vec()),
    ] {
        let delivery = answered(reply).await;
        assert!(matches!(delivery, Delivery::Retry { .. }), "{delivery:?}");
    }
    // A port that nobody listens at any more.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let url = format!("http://{nobody}");
    let rows =
        [("provider", "twilio"), ("account_sid", SID), ("auth_token", "t"), ("from", "Acme"), ("webhook_url", &*url)];
    assert!(matches!(carrier(&rows).send(TO, TEXT, "m1").await, Delivery::Retry { .. }));
}

#[tokio::test]
async fn inv_m13_what_was_taken_is_not_handed_over_again() {
    for body in ["", "ok", "{}", "[1]", "{\"sid\":7}"] {
        let delivery = answered(Reply::text(201, &[], body)).await;
        assert_eq!(delivery, Delivery::Sent { provider_id: None }, "{body}");
    }
}

#[tokio::test]
async fn inv_m13_a_message_that_failed_at_once_is_told_by_its_code() {
    for code in [30004, 30005, 30006, 30007] {
        let delivery = answered(Reply::json(201, &message("failed", Some(code)))).await;
        assert!(matches!(delivery, Delivery::Refused { .. }), "{code}: {delivery:?}");
    }
    for code in [30001, 30003, 30008] {
        let delivery = answered(Reply::json(201, &message("undelivered", Some(code)))).await;
        assert!(matches!(delivery, Delivery::Retry { .. }), "{code}: {delivery:?}");
    }
}

#[tokio::test]
async fn inv_m13_a_redirect_or_a_forbidden_address_is_refused() {
    let victim = Stub::start(|_| Reply::text(200, &[], "")).await;
    let to = victim.url();
    assert!(matches!(answered(Reply::text(302, &[("location", &to)], "")).await, Delivery::Refused { .. }));
    let rows = [("provider", "webhook"), ("webhook_url", "https://10.0.0.1/"), ("auth_token", "t")];
    assert!(matches!(carrier(&rows).send(TO, TEXT, "m1").await, Delivery::Refused { .. }));
    assert_eq!(victim.connections(), 0);
}

#[tokio::test]
async fn inv_m13_the_webhook_is_signed_as_standard_webhooks_says() {
    let stub = Stub::start(|_| Reply::json(202, &json!({ "id": "x-1" }))).await;
    let delivery = webhook(&stub).send(TO, TEXT, "msg_1").await;
    assert_eq!(delivery, Delivery::Sent { provider_id: Some("x-1".into()) });
    let received = stub.received().remove(0);
    assert_eq!(received.line, "POST /sms?tenant=1");
    assert_eq!(received.header("content-type"), Some("application/json"));
    let body: serde_json::Value = serde_json::from_slice(&received.body).unwrap();
    assert_eq!(body["type"], "sms.send");
    assert_eq!(body["data"], json!({ "to": TO, "text": TEXT }));
    let (id, timestamp) = (received.header("webhook-id").unwrap(), received.header("webhook-timestamp").unwrap());
    assert_eq!((id, timestamp), ("msg_1", &*TestClock::default().now().as_secs().to_string()));
    let key = aws_lc_rs::hmac::Key::new(
        aws_lc_rs::hmac::HMAC_SHA256,
        &STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap(),
    );
    let signature = received.header("webhook-signature").unwrap().strip_prefix("v1,").unwrap();
    let signed = format!("{id}.{timestamp}.{}", received.text());
    aws_lc_rs::hmac::verify(&key, signed.as_bytes(), &STANDARD.decode(signature).unwrap()).unwrap();
}

#[tokio::test]
async fn inv_m13_the_webhook_says_what_is_to_happen() {
    for (reply, retried) in [
        (Reply::text(400, &[], ""), Some(false)),
        (Reply::text(401, &[], ""), Some(false)),
        (Reply::text(410, &[], ""), Some(false)),
        (Reply::text(408, &[], ""), Some(true)),
        (Reply::text(429, &[("retry-after", "9")], ""), Some(true)),
        (Reply::text(500, &[], ""), Some(true)),
        (Reply::text(204, &[], ""), None),
    ] {
        let stub = Stub::start({
            let reply = reply.clone();
            move |_| reply.clone()
        })
        .await;
        let delivery = webhook(&stub).send(TO, TEXT, "m1").await;
        let found = match &delivery {
            Delivery::Sent { .. } => None,
            Delivery::Retry { .. } => Some(true),
            Delivery::Refused { .. } => Some(false),
        };
        assert_eq!(found, retried, "{reply:?} {delivery:?}");
    }
}

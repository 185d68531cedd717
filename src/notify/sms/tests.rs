//! Which settings make which carrier.

use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::{
    base::clock::SystemClock,
    config::{
        Outbound as OutboundConfig,
        settings::{Level, StoredSetting},
    },
};

fn settings(rows: &[(&str, &str)]) -> Settings {
    let rows = rows.iter().map(|(name, value)| StoredSetting {
        level: Level::Instance,
        subject: String::new(),
        name: format!("sms.{name}"),
        value: json!(value),
    });
    let (settings, refused) = Settings::new(rows, Site::Public);
    assert!(refused.is_empty(), "{refused:?}");
    settings
}

fn missing(rows: &[(&str, &str)]) -> Option<&'static str> {
    let clock: SharedClock = Arc::new(SystemClock);
    let config = OutboundConfig { allow_hosts: Vec::new(), extra_ca: None };
    let outbound = Arc::new(Outbound::new(&config, Site::Public, Arc::clone(&clock)).unwrap());
    sender(&settings(rows), Site::Public, &outbound, &clock).err().map(|error| error.setting)
}

#[test]
fn inv_m4_a_carrier_without_its_keys_is_not_configured() {
    let twilio = [("provider", "twilio"), ("account_sid", "AC1"), ("auth_token", "t"), ("from", "+46700000000")];
    let webhook = [("provider", "webhook"), ("webhook_url", "https://sms.example/"), ("auth_token", "t")];
    for all in [&twilio[..], &webhook[..]] {
        assert_eq!(missing(all), None);
        assert!(is_configured(&settings(all)));
        for left_out in 1..all.len() {
            let mut rows = all.to_vec();
            let (name, _) = rows.remove(left_out);
            assert_eq!(missing(&rows), Some(format!("sms.{name}")).as_deref());
            assert!(!is_configured(&settings(&rows)));
        }
    }
}

#[test]
fn contract_without_a_carrier_messages_are_captured_and_none_is_configured() {
    for rows in [&[][..], &[("provider", "")], &[("provider", "log")]] {
        assert_eq!(missing(rows), None);
        assert!(!is_configured(&settings(rows)));
    }
}

#[tokio::test]
async fn inv_m13_without_a_carrier_nothing_leaves_and_nothing_fails() {
    for carrier in [&Capture as &dyn SmsSender, &Log { site: Site::Loopback }, &Log { site: Site::Public }] {
        assert_eq!(carrier.send("+46701234567", "123456", "m1").await, Delivery::Sent { provider_id: None });
    }
}

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

/// Whether somebody carries messages, or the setting that is missing.
fn chosen(rows: &[(&str, &str)]) -> Result<bool, &'static str> {
    let clock: SharedClock = Arc::new(SystemClock);
    let config = OutboundConfig { allow_hosts: Vec::new(), extra_ca: None };
    let outbound = Arc::new(Outbound::new(&config, Site::Public, Arc::clone(&clock)).unwrap());
    let found = sender(&settings(rows), Site::Public, &outbound, &clock);
    found.map(|carrier| carrier.is_some()).map_err(|error| error.setting)
}

#[test]
fn inv_m4_a_carrier_without_its_keys_is_not_configured() {
    let twilio = [("provider", "twilio"), ("account_sid", "AC1"), ("auth_token", "t"), ("from", "+46700000000")];
    let webhook = [("provider", "webhook"), ("webhook_url", "https://sms.example/"), ("auth_token", "t")];
    for all in [&twilio[..], &webhook[..]] {
        assert_eq!(chosen(all), Ok(true));
        assert!(is_configured(&settings(all)));
        for left_out in 1..all.len() {
            let mut rows = all.to_vec();
            let (name, _) = rows.remove(left_out);
            assert_eq!(chosen(&rows), Err(&*format!("sms.{name}")));
            assert!(!is_configured(&settings(&rows)));
        }
    }
}

#[test]
fn contract_without_a_carrier_messages_are_captured_and_none_is_configured() {
    for (rows, carried) in [(&[][..], false), (&[("provider", "")], false), (&[("provider", "log")], true)] {
        assert_eq!(chosen(rows), Ok(carried));
        assert!(!is_configured(&settings(rows)));
    }
}

#[tokio::test]
async fn inv_m13_the_log_takes_every_message() {
    for site in [Site::Loopback, Site::Public] {
        let delivery = Log { site }.send("+46701234567", "123456", "m1").await;
        assert_eq!(delivery, Delivery::Sent { provider_id: None });
    }
}

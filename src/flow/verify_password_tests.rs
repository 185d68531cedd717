use serde_json::json;

use super::*;
use crate::config::settings::{Level, Site, StoredSetting};

fn settings(rows: &[(&str, serde_json::Value)]) -> Settings {
    let rows = rows.iter().map(|(name, value)| StoredSetting {
        level: Level::Instance,
        subject: String::new(),
        name: (*name).to_owned(),
        value: value.clone(),
    });
    let (settings, refused) = Settings::new(rows, Site::Public);
    assert!(refused.is_empty(), "{refused:?}");
    settings
}

#[test]
fn contract_settings_become_rules() {
    assert_eq!(lockout_settings(&settings(&[])), LockoutSettings::default());
    let changed = settings(&[
        ("lockout.max_attempts", json!(3)),
        ("lockout.duration", json!("PT0S")),
        ("lockout.window", json!("PT1H")),
        ("lockout.escalation", json!(["PT1H", "P1D"])),
        ("password.hash_memory_kib", json!(65_536)),
    ]);
    let hour = Duration::from_secs(3600);
    let expected = LockoutSettings {
        max_attempts: 3,
        duration: Duration::ZERO,
        window: hour,
        escalation: vec![hour, 24 * hour],
        ..LockoutSettings::default()
    };
    assert_eq!(lockout_settings(&changed), expected);
    assert_eq!(hash_cost(&settings(&[])), HashCost::DEFAULT);
    assert!(HashCost::new(65_536, 2).is_ok_and(|cost| cost == hash_cost(&changed)));
}

#[test]
fn contract_the_bounds_of_the_cost_settings_are_within_what_a_hash_may_cost() {
    let most = settings(&[("password.hash_memory_kib", json!(131_072)), ("password.hash_passes", json!(20))]);
    assert!(HashCost::new(131_072, 20).is_ok_and(|cost| cost == hash_cost(&most)));
}

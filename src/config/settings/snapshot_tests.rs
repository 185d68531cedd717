//! Which level's value counts.

use std::str::FromStr;

use serde_json::{Value, json};

use super::*;
use crate::{
    authn::{acr::Acr, factor::MfaMethod, mfa_policy::MfaPolicy, password::Strength},
    base::{
        duration::IsoDuration,
        id::{CustomerId, GroupId, ProfileId},
    },
};

const ID_A: &str = "01890a5d-ac96-774b-bcce-b302099a8057";
const ID_B: &str = "01890a5d-ac96-774b-bcce-b302099a8058";

fn stored(level: Level, subject: &str, name: &str, value: Value) -> StoredSetting {
    StoredSetting { level, subject: subject.into(), name: name.into(), value }
}

fn settings(rows: impl IntoIterator<Item = StoredSetting>) -> Settings {
    let (settings, refused) = Settings::new(rows, Site::Public);
    assert_eq!(refused, []);
    settings
}

fn id<T: FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("{text}"))
}

#[test]
fn without_rows_everything_is_default() {
    let settings = Settings::default();
    assert_eq!(settings.get(&SESSION_IDLE, &Scope::INSTANCE), IsoDuration::from_secs(3600));
    assert_eq!(settings.instance(&TOKEN_REFRESH_GRACE), IsoDuration::from_secs(10));
    assert_eq!(settings.template("mfa.code"), "mfa.code");
}

#[test]
fn the_nearest_level_wins() {
    let name = "accounts.self_service_reset";
    let all = [
        stored(Level::Instance, "", name, json!(false)),
        stored(Level::Profile, ID_A, name, json!(true)),
        stored(Level::Customer, ID_A, name, json!(false)),
        stored(Level::Client, "portal", name, json!(true)),
    ];
    let scope = Scope {
        client: Some("portal"),
        customer: Some(id::<CustomerId>(ID_A)),
        groups: &[],
        profile: Some(id::<ProfileId>(ID_A)),
    };
    // Each nearer level turns the answer round.
    for (rows, expected) in [(1, false), (2, true), (3, false), (4, true)] {
        let settings = settings(all[..rows].to_vec());
        assert_eq!(settings.get(&SELF_SERVICE_RESET, &scope), expected, "{rows} levels");
    }
    let settings = settings(all);
    let other = Scope { client: Some("shop"), customer: Some(id(ID_B)), profile: Some(id(ID_B)), groups: &[] };
    assert!(!settings.get(&SELF_SERVICE_RESET, &other), "what is set for others does not count");
}

#[test]
fn inv_m1_mfa_takes_the_strictest_of_all_levels() {
    let settings = settings([
        stored(Level::Instance, "", "mfa.methods", json!(["passkey", "totp", "sms"])),
        stored(Level::Instance, "", "mfa.remember_device", json!("P30D")),
        stored(Level::Customer, ID_A, "mfa.policy", json!("required")),
        stored(Level::Customer, ID_A, "mfa.remember_device", json!("P7D")),
        stored(Level::Client, "portal", "mfa.policy", json!("off")),
        stored(Level::Client, "portal", "mfa.methods", json!(["sms", "totp", "email"])),
        stored(Level::Group, ID_A, "mfa.methods", json!(["totp", "recovery"])),
        stored(Level::Group, ID_A, "mfa.enrol_until", json!("2027-03-01")),
        stored(Level::Group, ID_B, "mfa.min_acr", json!("phr")),
        stored(Level::Group, ID_B, "mfa.enrol_until", json!("2027-02-01")),
    ]);
    let groups = [id::<GroupId>(ID_A), id::<GroupId>(ID_B)];
    let scope = Scope { client: Some("portal"), customer: Some(id(ID_A)), groups: &groups, profile: None };
    let rules = settings.mfa(&scope);
    assert_eq!(rules.policy, MfaPolicy::Required, "customer required + client off → required");
    assert_eq!(rules.methods, [MfaMethod::Totp]);
    assert_eq!(rules.min_acr(), Acr::PhishingResistant);
    assert_eq!(rules.remember_device.as_secs(), 7 * 86_400);
    assert_eq!(rules.enrol_until.map(|until| until.to_string()).as_deref(), Some("2027-02-01T00:00:00Z"));
}

#[test]
fn a_level_cannot_loosen_what_the_instance_leaves_at_its_default() {
    let settings = settings([
        stored(Level::Customer, ID_A, "password.min_strength", json!("weak")),
        stored(Level::Customer, ID_A, "mfa.policy", json!("off")),
        stored(Level::Customer, ID_A, "mfa.remember_device", json!("P7D")),
        stored(Level::Customer, ID_A, "mfa.methods", json!(["totp", "email"])),
    ]);
    assert_eq!(settings.password(&[id(ID_A)]).min_strength, Strength::Strong);
    let rules = settings.mfa(&Scope { customer: Some(id(ID_A)), ..Scope::INSTANCE });
    assert_eq!((rules.policy, rules.remember_device.is_zero()), (MfaPolicy::Optional, true));
    assert_eq!(rules.methods, [MfaMethod::Totp]);
}

#[test]
fn inv_m25_only_email_allowed_asks_for_2sv() {
    let at = |methods: Value| {
        settings([stored(Level::Instance, "", "mfa.methods", methods)]).mfa(&Scope::INSTANCE).min_acr()
    };
    assert_eq!(at(json!(["email"])), Acr::TwoStep);
    assert_eq!(at(json!(["email", "recovery"])), Acr::TwoStep);
    assert_eq!(at(json!(["email", "totp"])), Acr::Mfa);
    assert_eq!(Settings::default().mfa(&Scope::INSTANCE).min_acr(), Acr::Mfa);
}

#[test]
fn dec_d19_a_password_obeys_the_strictest_of_its_customers() {
    let settings = settings([
        stored(Level::Customer, ID_A, "password.min_length", json!(15)),
        stored(Level::Customer, ID_B, "password.min_length", json!(12)),
        stored(Level::Customer, ID_A, "password.legacy_regex", json!("[a-z]")),
        stored(Level::Customer, ID_B, "password.legacy_regex", json!("[0-9]")),
    ]);
    let rules = settings.password(&[id(ID_B), id(ID_A)]);
    assert_eq!(rules.min_length(true), 15);
    assert_eq!(rules.legacy_regexes, ["[0-9]", "[a-z]"]);
    assert_eq!(settings.password(&[id(ID_B)]).min_length(true), 12);
    assert_eq!(settings.password(&[]).min_length(true), 8);
}

#[test]
fn dec_d19_nist_asks_for_15_characters_where_a_password_stands_alone() {
    let settings = settings([stored(Level::Instance, "", "password.preset", json!("nist"))]);
    assert_eq!(settings.password(&[]).min_length(false), 15);
    assert_eq!(settings.password(&[]).min_length(true), 8);
}

#[test]
fn prot_q_lifetimes_have_their_defaults() {
    let settings = Settings::default();
    let text = |duration: IsoDuration| duration.to_string();
    assert_eq!(text(settings.instance(&TOKEN_ACCESS)), "PT10M");
    assert_eq!(text(settings.instance(&TOKEN_ACCESS_OPAQUE)), "PT1H");
    assert_eq!(text(settings.instance(&TOKEN_ID)), "PT10M");
    assert_eq!(text(settings.instance(&TOKEN_REFRESH_IDLE)), "PT12H");
    assert_eq!(text(settings.instance(&TOKEN_REFRESH_MAX)), "P30D");
    assert_eq!(text(settings.instance(&TOKEN_REFRESH_GRACE)), "PT10S");
}

#[test]
fn the_highest_value_of_any_client_tells_how_long_to_keep_a_key() {
    let settings = settings([stored(Level::Client, "portal", "token.access", json!("PT2H"))]);
    assert_eq!(settings.highest(&TOKEN_ACCESS), IsoDuration::from_secs(7200));
    assert_eq!(settings.highest(&TOKEN_ID), IsoDuration::from_secs(600));
}

#[test]
fn a_later_row_for_the_same_place_counts() {
    let rows = ["a@x.example", "b@x.example"].map(|from| stored(Level::Instance, "", "mail.from", json!(from)));
    assert_eq!(settings(rows).instance(&MAIL_FROM), "b@x.example");
}

#[test]
fn a_row_that_cannot_be_read_keeps_the_default_and_is_reported() {
    let rows = [
        stored(Level::Instance, "", "session.idle", json!("soon")),
        stored(Level::Instance, "", "session.unknown", json!(1)),
        stored(Level::Group, ID_A, "session.max", json!("PT1H")),
        stored(Level::Customer, "ACME", "mfa.policy", json!("off")),
        stored(Level::Instance, "", "password.hash_memory_kib", json!(8)),
        stored(Level::Instance, "", "templates.mfa.code", json!("acme.code")),
    ];
    let (settings, refused) = Settings::new(rows, Site::Public);
    assert_eq!(refused.len(), 5, "{refused:?}");
    assert_eq!(settings.instance(&SESSION_IDLE), SESSION_IDLE.default());
    assert_eq!(settings.instance(&PASSWORD_HASH_MEMORY_KIB), 19_456);
    assert_eq!(settings.template("mfa.code"), "acme.code");
}

//! contract.md's table of settings, row by row: name, default, levels, values taken and values refused.

use serde_json::{Value, json};

use super::*;

struct Row {
    name: &'static str,
    default: Value,
    /// First letters: i c k (client) g p, as in contract.md.
    levels: &'static str,
    good: Vec<Value>,
    bad: Vec<Value>,
}

fn row<const G: usize, const B: usize>(
    name: &'static str,
    default: Value,
    levels: &'static str,
    good: [Value; G],
    bad: [Value; B],
) -> Row {
    Row { name, default, levels, good: good.into(), bad: bad.into() }
}

fn flag(name: &'static str, default: bool, levels: &'static str) -> Row {
    row(name, json!(default), levels, [json!(true), json!(false)], [json!("true"), json!(1), json!(null), json!([])])
}

fn span(name: &'static str, default: &str, levels: &'static str, good: &[&str], bad: &[&str]) -> Row {
    let bad = bad.iter().map(|text| json!(text));
    Row {
        name,
        default: json!(default),
        levels,
        good: good.iter().map(|text| json!(text)).collect(),
        bad: bad
            .chain([json!(900), json!("15m"), json!("P1M"), json!("-PT1M"), json!("PT90.5S"), json!(null)])
            .collect(),
    }
}

fn number(name: &'static str, default: u32, levels: &'static str, good: [u32; 2], bad: &[i64]) -> Row {
    let bad = bad.iter().map(|n| json!(n));
    Row {
        name,
        default: json!(default),
        levels,
        good: good.iter().map(|n| json!(n)).collect(),
        bad: bad.chain([json!(-1), json!(5.5), json!("5"), json!(u64::MAX), json!(true)]).collect(),
    }
}

fn text(name: &'static str, good: &[&str], bad: &[&str]) -> Row {
    let bad = bad.iter().map(|text| json!(text));
    Row {
        name,
        default: json!(""),
        levels: "i",
        good: good.iter().chain(&[""]).map(|text| json!(text)).collect(),
        bad: bad
            .chain([json!(1), json!(null), json!("nul\0"), json!("a\r\nBcc: b"), json!("x".repeat(3000))])
            .collect(),
    }
}

fn words(name: &'static str, default: &str, levels: &'static str, good: &[&str]) -> Row {
    Row {
        name,
        default: json!(default),
        levels,
        good: good.iter().map(|word| json!(word)).collect(),
        bad: vec![json!("Off "), json!("maybe"), json!(true), json!(null), json!(3)],
    }
}

fn rows() -> Vec<Row> {
    vec![
        flag("accounts.auto_create_user", false, "ic"),
        flag("accounts.self_service_reset", true, "ickp"),
        flag("accounts.self_service_password_change", true, "ickp"),
        words("accounts.admin_set_password", "off", "i", &["off", "temporary", "permanent"]),
        flag("accounts.registration", false, "k"),
        number("accounts.quota.base", 100, "i", [0, 50], &[10_000_001]),
        flag("accounts.quota.count_disabled", true, "i"),
        row("accounts.invite.auto_send", json!(null), "i", [json!(true), json!(false)], [json!("yes"), json!(null)]),
        span("users.orphan_retention", "P90D", "i", &["P1D", "P3650D"], &["PT0S", "PT23H", "P3651D"]),
        number("password.min_length", 8, "ic", [8, 128], &[0, 7, 129]),
        words("password.min_strength", "strong", "ic", &["weak", "acceptable", "average", "strong", "excellent"]),
        words("password.preset", "standard", "ic", &["standard", "nist"]),
        Row { levels: "ic", ..text("password.legacy_regex", &["^.{7,}$"], &["(", "[z-a]", "a{99999}{99999}"]) },
        Row {
            levels: "ic",
            ..text("password.range_url", &["https://ranges.example/"], &["ranges.example", "ftp://x/"])
        },
        number("password.hash_memory_kib", 19_456, "i", [19_456, 131_072], &[0, 8, 19_455, 131_073]),
        number("password.hash_passes", 2, "i", [2, 20], &[0, 1, 21]),
        number("lockout.max_attempts", 5, "i", [1, 100], &[0, 101]),
        span("lockout.duration", "PT15M", "i", &["PT0S", "P365D"], &["P366D"]),
        row(
            "lockout.escalation",
            json!([]),
            "i",
            [json!([]), json!(["PT15M", "PT1H", "P1D"])],
            [json!("PT1H"), json!(["PT1H", "PT15M"]), json!(["PT0S"]), json!(["PT1H", "PT1H"]), json!([900])],
        ),
        flag("lockout.notify_user", true, "i"),
        span("lockout.window", "PT15M", "i", &["PT1S", "P365D"], &["PT0S", "P366D"]),
        span("session.idle", "PT1H", "ik", &["PT1M", "P365D"], &["PT0S", "PT59S", "P366D"]),
        span("session.max", "PT12H", "ik", &["PT1M", "P365D"], &["PT0S", "P366D"]),
        span("session.remember", "P14D", "ik", &["PT0S", "P365D"], &["P366D"]),
        words("mfa.policy", "optional", "ickg", &["off", "optional", "required"]),
        row(
            "mfa.methods",
            json!(["passkey", "totp", "recovery"]),
            "ickg",
            [json!(["email"]), json!(["sms", "passkey", "totp", "recovery", "email"])],
            [json!([]), json!("totp"), json!(["fax"]), json!(["totp", "totp"]), json!([1])],
        ),
        row(
            "mfa.min_acr",
            json!(null),
            "ickg",
            [json!("2sv"), json!("mfa"), json!("phr")],
            [json!("pwd"), json!("urn:usher:acr:mfa"), json!(2)],
        ),
        row(
            "mfa.enrol_until",
            json!(null),
            "ickg",
            [json!("2027-01-31T18:00:00Z")],
            [json!("2027-02-30"), json!("tomorrow"), json!(1_800_000_000), json!("P90D")],
        ),
        span("mfa.remember_device", "PT0S", "ickg", &["PT0S", "P30D"], &["P31D"]),
        flag("oidc.password_grant", false, "i"),
        span("token.access", "PT10M", "ik", &["PT10S", "P1D"], &["PT9S", "P2D"]),
        span("token.access_opaque", "PT1H", "ik", &["PT10S", "P30D"], &["PT9S", "P31D"]),
        span("token.id", "PT10M", "ik", &["PT10S", "P1D"], &["PT9S", "P2D"]),
        span("token.refresh_idle", "PT12H", "ik", &["PT1M", "P90D"], &["PT59S", "P3651D"]),
        span("token.refresh_max", "P30D", "ik", &["PT1M", "P3650D"], &["PT59S", "P3651D"]),
        span("token.refresh_grace", "PT10S", "ik", &["PT0S", "PT1M"], &["PT61S"]),
        text(
            "mail.url",
            &["smtp://mail.example:587", "smtps://u:p@mail.example"],
            &["mail.example", "http://mail.example"],
        ),
        text("mail.from", &["Acme <login@acme.example>", "login@acme.example"], &["Acme", "Acme <login>"]),
        words("sms.provider", "", "i", &["", "twilio", "webhook", "log"]),
        text("sms.account_sid", &["AC1"], &[]),
        text("sms.auth_token", &["secret"], &[]),
        text("sms.from", &["+46701740605"], &[]),
        text("sms.webhook_url", &["https://sms.example/send"], &["sms.example", "file:///etc/passwd"]),
        row(
            "sms.countries",
            json!([]),
            "i",
            [json!([]), json!(["SE", "DE"])],
            [json!("SE"), json!(["se"]), json!(["SWE"]), json!(["SE", "SE"])],
        ),
        number("sms.daily_budget", 500, "i", [0, 10_000_000], &[10_000_001]),
        flag("templates.code_in_subject", false, "i"),
        flag("scim.discovery_public", true, "i"),
    ]
}

fn levels(letters: &str) -> Vec<Level> {
    let level = |letter| match letter {
        'i' => Level::Instance,
        'c' => Level::Customer,
        'k' => Level::Client,
        'g' => Level::Group,
        'p' => Level::Profile,
        other => panic!("{other}"),
    };
    letters.chars().map(level).collect()
}

#[test]
fn the_registry_is_the_table() {
    let names: Vec<_> = rows().iter().map(|row| row.name).collect();
    assert_eq!(registry().iter().map(|setting| setting.name()).collect::<Vec<_>>(), names);
    for (setting, row) in registry().iter().zip(rows()) {
        assert_eq!(setting.default_json(), row.default, "{}", row.name);
        assert_eq!(
            Level::ALL.into_iter().filter(|level| setting.levels().contains(level)).collect::<Vec<_>>(),
            Level::ALL.into_iter().filter(|level| levels(row.levels).contains(level)).collect::<Vec<_>>(),
            "{}",
            row.name
        );
        let strictest = ["mfa.", "password."].iter().any(|section| row.name.starts_with(section));
        assert_eq!(setting.is_strictest(), strictest, "{}", row.name);
        assert!(setting.help().ends_with('.') && !setting.help().contains('\n'), "{}", row.name);
    }
}

#[test]
fn every_row_takes_its_values_at_its_levels_only() {
    for row in rows() {
        for level in Level::ALL {
            for value in &row.good {
                let parsed = parse(row.name, level, value, Site::Public);
                if levels(row.levels).contains(&level) {
                    let stored = Parsed { values: vec![(row.name.into(), value.clone())], warnings: vec![] };
                    assert_eq!(parsed, Ok(stored), "{} = {value} at {level}", row.name);
                } else {
                    assert!(matches!(parsed, Err(SettingError::Level { .. })), "{} at {level}", row.name);
                }
            }
        }
    }
}

#[test]
fn every_row_refuses_bad_values() {
    for row in rows() {
        let level = *levels(row.levels).first().unwrap();
        for value in &row.bad {
            let refused = parse(row.name, level, value, Site::Public);
            assert!(
                matches!(&refused, Err(SettingError::Value { name, .. }) if name == row.name),
                "{} = {value}: {refused:?}",
                row.name
            );
        }
    }
}

#[test]
fn a_default_that_is_stated_is_accepted() {
    for setting in registry() {
        let default = setting.default_json();
        if !default.is_null() {
            assert_eq!(setting.canonical(&default, Site::Public), Ok(default), "{}", setting.name());
        }
    }
}

#[test]
fn cheap_hashes_are_for_loopback_only() {
    for (name, value) in [("password.hash_memory_kib", 8), ("password.hash_passes", 1)] {
        assert!(parse(name, Level::Instance, &json!(value), Site::Loopback).is_ok(), "{name}");
        let refused = parse(name, Level::Instance, &json!(value), Site::Public).unwrap_err().to_string();
        assert!(refused.contains("while public_url is loopback"), "{refused}");
    }
}

#[test]
fn one_value_has_one_spelling() {
    let cases = [
        ("session.idle", json!("PT60M"), json!("PT1H")),
        ("users.orphan_retention", json!("PT48H"), json!("P2D")),
        ("mfa.enrol_until", json!("2027-01-31"), json!("2027-01-31T00:00:00Z")),
        ("mfa.enrol_until", json!("2027-01-31T19:00:00+01:00"), json!("2027-01-31T18:00:00Z")),
    ];
    for (name, written, stored) in cases {
        let parsed = parse(name, Level::Instance, &written, Site::Public).unwrap();
        assert_eq!(parsed.values, [(name.to_owned(), stored)]);
    }
}

#[test]
fn an_unknown_name_says_what_was_probably_meant() {
    let cases = [
        ("lockout.max_attemps", "did you mean \"lockout.max_attempts\"?"),
        ("quota.count_disabled", "did you mean \"accounts.quota.count_disabled\"?"),
        ("session.Idle", "did you mean \"session.idle\"?"),
        ("weather", "there is no setting \"weather\""),
        ("templates.", "there is no setting \"templates.\""),
        ("templates.../x", "there is no setting"),
    ];
    for (name, expected) in cases {
        let message = parse(name, Level::Instance, &json!(true), Site::Public).unwrap_err().to_string();
        assert!(message.contains(expected), "{message}");
    }
}

#[test]
fn inv_section_1_old_names_are_aliases_with_a_warning() {
    let cases = [
        ("authentication/autoCreateUserAccount", json!(true), vec![("accounts.auto_create_user", json!(true))]),
        (
            "portal/multiFactorAuthentication",
            json!("Email;SMS;Microsoft Authenticator"),
            vec![("mfa.methods", json!(["email", "sms", "totp"]))],
        ),
        ("portal / multiFactorAuthentication", json!(["SMS"]), vec![("mfa.methods", json!(["sms"]))]),
        ("portal/mfaEmailTemplate", json!("Portal.MFA"), vec![("templates.mfa.code", json!("mfa.code"))]),
        ("portal/mfaEmailTemplate", json!("acme.code"), vec![("templates.mfa.code", json!("acme.code"))]),
        (
            "portal/mfaQREmailTemplate",
            json!("Portal.MFA_QR"),
            vec![("templates.mfa.enroll_link", json!("mfa.enroll_link"))],
        ),
        ("activation/smsAccountNumber", json!("AC1"), vec![("sms.account_sid", json!("AC1"))]),
        ("activation/smsAuthenticationToken", json!("t"), vec![("sms.auth_token", json!("t"))]),
        ("activation/smsPhoneNumber", json!("+4670"), vec![("sms.from", json!("+4670"))]),
    ];
    for (old, value, meant) in cases {
        let parsed = parse(old, Level::Instance, &value, Site::Public).unwrap();
        let meant: Vec<_> = meant.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        assert_eq!(parsed.values, meant, "{old}");
        assert_eq!(parsed.warnings, [format!("{old} is an old name: write {} instead", meant[0].0)]);
    }
    for (old, value) in [
        ("portal/multiFactorAuthentication", json!("fax")),
        ("portal/multiFactorAuthentication", json!("")),
        ("portal/multiFactorAuthentication", json!(true)),
        ("portal/enableMFA", json!("yes")),
        ("portal/mfaEmailTemplate", json!("../../etc/passwd")),
        ("authentication/autoCreateUserAccount", json!(1)),
    ] {
        assert!(matches!(parse(old, Level::Instance, &value, Site::Public), Err(SettingError::Value { .. })), "{old}");
    }
    let elsewhere = parse("server configuration / customerSiteUrl", Level::Instance, &json!("x"), Site::Public);
    assert!(elsewhere.unwrap_err().to_string().contains("public_url"));
}

#[test]
fn inv_m30_enable_mfa_becomes_policy_and_methods() {
    let on = parse("portal/enableMFA", Level::Instance, &json!(true), Site::Public).unwrap();
    assert_eq!(on.values, [("mfa.policy".into(), json!("required")), ("mfa.methods".into(), json!(["email", "sms"]))]);
    assert_eq!(on.warnings, ["portal/enableMFA is an old name: write mfa.policy and mfa.methods instead"]);
    let off = parse("portal/enableMFA", Level::Instance, &json!(false), Site::Public).unwrap();
    assert_eq!(off.values, [("mfa.policy".into(), json!("off"))]);
}

#[test]
fn inv_q19_templates_have_aliases_and_one_level() {
    let parsed = parse("templates.Customer.UserAccount.ResetPwd", Level::Instance, &json!("acme-reset"), Site::Public);
    assert_eq!(parsed.unwrap().values, [("templates.account.reset_password".into(), json!("acme-reset"))]);
    let refused = parse("templates.mfa.code", Level::Client, &json!("x"), Site::Public);
    assert!(matches!(refused, Err(SettingError::Level { .. })));
}

#[test]
fn a_secret_never_shows_in_a_message() {
    let refused = parse("mail.url", Level::Instance, &json!("http://user:hunter2@mail.example"), Site::Public);
    let message = refused.unwrap_err().to_string();
    assert!(!message.contains("hunter2"), "{message}");
    let secret: Vec<_> = registry().iter().filter(|s| s.is_secret()).map(|s| s.name()).collect();
    assert_eq!(secret, ["mail.url", "sms.auth_token"]);
}

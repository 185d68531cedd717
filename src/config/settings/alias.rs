//! From the name and value that somebody wrote to a setting: the registry's names, and those of the replaced products.

use serde_json::{Value, json};

use super::{
    registry::{AUTO_CREATE_USER, MFA_METHODS, MFA_POLICY, SMS_ACCOUNT_SID, SMS_AUTH_TOKEN, SMS_FROM, registry},
    setting::{AnySetting, Level, Parsed, SettingError, Site, shown},
    values::SettingValue,
};
use crate::{authn::factor::MfaMethod, config::suggest::did_you_mean};

/// `templates.<key>` chooses the template for a purpose; the keys belong to the templates, not to the registry.
pub(super) const TEMPLATE_PREFIX: &str = "templates.";

/// Names and values of today, or what is wrong with the old value.
type Translation = Result<Vec<(&'static str, Value)>, String>;

/// What an old name stands for.
enum Alias {
    /// A setting with values of the same kind.
    Same(&'static dyn AnySetting),
    /// A template chosen for a purpose.
    Template(&'static str),
    /// The settings named, with values of another kind; the function translates.
    Translated(&'static str, fn(&Value) -> Translation),
    /// Not a setting any more; the text says where it went.
    Elsewhere(&'static str),
}

/// The properties of the replaced products (inventory 1), written as their manuals write them.
static ALIASES: &[(&str, Alias)] = &[
    ("authentication/autoCreateUserAccount", Alias::Same(&AUTO_CREATE_USER)),
    ("portal/multiFactorAuthentication", Alias::Translated("`mfa.methods`", methods)),
    ("portal/enableMFA", Alias::Translated("`mfa.policy`, `mfa.methods`", enable_mfa)),
    ("portal/mfaEmailTemplate", Alias::Template("mfa.code")),
    ("portal/mfaQREmailTemplate", Alias::Template("mfa.enroll_link")),
    ("activation/smsAccountNumber", Alias::Same(&SMS_ACCOUNT_SID)),
    ("activation/smsAuthenticationToken", Alias::Same(&SMS_AUTH_TOKEN)),
    ("activation/smsPhoneNumber", Alias::Same(&SMS_FROM)),
    ("server configuration/customerSiteUrl", Alias::Elsewhere("links start with public_url of usher.toml")),
];

/// The old names, and what each became, for the reference.
pub(super) fn old_names() -> impl Iterator<Item = (&'static str, String)> {
    ALIASES.iter().map(|(old, alias)| {
        let now = match alias {
            Alias::Same(setting) => format!("`{}`", setting.name()),
            Alias::Template(key) => format!("`{TEMPLATE_PREFIX}{key}`"),
            Alias::Translated(now, _) => (*now).to_owned(),
            Alias::Elsewhere(hint) => format!("none: {hint}"),
        };
        (*old, now)
    })
}

/// "portal / enableMFA" and "portal/enableMFA" are both in the products' manuals.
fn alias(name: &str) -> Option<&'static Alias> {
    let plain = name.split('/').map(str::trim).collect::<Vec<_>>().join("/");
    ALIASES.iter().find(|(old, _)| old.eq_ignore_ascii_case(&plain)).map(|(_, alias)| alias)
}

/// The names that templates had in the replaced products (inventory Q19, M17, M21).
pub fn template_key(name: &str) -> &str {
    match name {
        "Customer.UserAccount.ResetPwd" => "account.reset_password",
        "Portal.MFA" => "mfa.code",
        "Portal.MFA_QR" => "mfa.enroll_link",
        other => other,
    }
}

fn enable_mfa(value: &Value) -> Translation {
    Ok(if bool::read(value)? {
        vec![(MFA_POLICY.name(), json!("required")), (MFA_METHODS.name(), json!(["email", "sms"]))]
    } else {
        vec![(MFA_POLICY.name(), json!("off"))]
    })
}

/// The products wrote `Email;SMS;Microsoft Authenticator`, as one text or as a list.
fn methods(value: &Value) -> Translation {
    let words: Vec<&str> = match value {
        Value::String(text) => text.split([',', ';', '|']).collect(),
        Value::Array(entries) => entries.iter().map(|entry| entry.as_str().unwrap_or_default()).collect(),
        _ => return Err(format!("expected a list of methods, not {}", shown(value, false))),
    };
    let method = |word: &&str| {
        let plain: String = word.chars().filter(|c| c.is_alphanumeric()).collect::<String>().to_lowercase();
        match plain.as_str() {
            "email" => Ok(MfaMethod::Email.write()),
            "sms" => Ok(MfaMethod::Sms.write()),
            "microsoftauthenticator" | "authenticator" | "totp" => Ok(MfaMethod::Totp.write()),
            _ => Err(format!("{word:?} is none of email, SMS, Microsoft Authenticator")),
        }
    };
    Ok(vec![(MFA_METHODS.name(), words.iter().map(method).collect::<Result<Value, String>>()?)])
}

/// The setting of that name.
pub(super) fn find(name: &str) -> Result<&'static dyn AnySetting, SettingError> {
    registry().iter().copied().find(|setting| setting.name() == name).ok_or_else(|| SettingError::Unknown {
        name: name.to_owned(),
        suggestion: did_you_mean(name, registry().iter().map(|setting| setting.name())),
    })
}

/// Checks one setting on its way in, under its own name or an old one.
///
/// A secret comes back as it was given: whoever stores it seals it first ([`AnySetting::is_secret`]).
///
/// # Errors
/// Unknown name (with the one that was probably meant), level or value: see [`SettingError`].
pub fn parse(name: &str, level: Level, value: &Value, site: Site) -> Result<Parsed, SettingError> {
    let checked = |setting: &dyn AnySetting, value: &Value| {
        if !setting.levels().contains(&level) {
            return Err(SettingError::Level { name: setting.name().to_owned(), level, allowed: setting.levels() });
        }
        Ok((setting.name().to_owned(), setting.canonical(value, site)?))
    };
    let Some(alias) = alias(name) else {
        let own = match name.strip_prefix(TEMPLATE_PREFIX) {
            Some(key) if find(name).is_err() => template(key, level, value)?,
            _ => checked(find(name)?, value)?,
        };
        return Ok(Parsed { values: vec![own], warnings: Vec::new() });
    };
    let values = match alias {
        Alias::Same(setting) => vec![checked(*setting, value)?],
        Alias::Template(key) => vec![template(key, level, value)?],
        Alias::Elsewhere(hint) => return Err(SettingError::Elsewhere { name: name.to_owned(), hint }),
        Alias::Translated(_, translate) => translate(value)
            .map_err(|message| SettingError::Value { name: name.to_owned(), message })?
            .iter()
            .map(|(own, value)| checked(find(own)?, value))
            .collect::<Result<_, _>>()?,
    };
    let now = values.iter().map(|(own, _)| own.as_str()).collect::<Vec<_>>().join(" and ");
    Ok(Parsed { warnings: vec![format!("{name} is an old name: write {now} instead")], values })
}

fn template(key: &str, level: Level, value: &Value) -> Result<(String, Value), SettingError> {
    let key = template_key(key);
    Ok((format!("{TEMPLATE_PREFIX}{key}"), json!(template_choice(key, level, value)?)))
}

/// Whether a template may be called that.
pub fn is_template_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'_' | b'-'))
        && !text.starts_with('.')
        && !text.contains("..")
}

/// Checks `templates.<key>`: the key and the name of the template chosen for it.
pub(super) fn template_choice(key: &str, level: Level, value: &Value) -> Result<String, SettingError> {
    let name = || format!("{TEMPLATE_PREFIX}{key}");
    if level != Level::Instance {
        return Err(SettingError::Level { name: name(), level, allowed: &[Level::Instance] });
    }
    if !is_template_name(key) {
        return Err(SettingError::Unknown { name: name(), suggestion: None });
    }
    let chosen = value.as_str().map(template_key).filter(|text| is_template_name(text));
    chosen.map(str::to_owned).ok_or_else(|| SettingError::Value {
        name: name(),
        message: format!("expected the name of a template, such as \"mfa.code\", not {}", shown(value, false)),
    })
}

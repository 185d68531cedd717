//! Settings: of the instance, and inside a customer, client or profile.

use serde_json::{Value, json};

use super::{Context, Entry, Span};
use crate::config::settings::{Level, SettingError, parse};

/// A setting to set, or to take away where a whole value is replaced that it is a part of.
#[derive(Clone, PartialEq, Debug)]
pub struct SettingPatch {
    /// Its name in the registry.
    pub name: String,
    /// Its value in the registry's spelling.
    pub value: Option<Value>,
    /// Where it stands.
    pub span: Span,
}

/// Reads a table of settings for one level.
pub(super) fn read(context: &Context<'_>, entry: &Entry<'_>, level: Level) -> Vec<SettingPatch> {
    let mut patches: Vec<SettingPatch> = Vec::new();
    for (key, value) in entry.flat_json() {
        let parsed = match parse(&key.value, level, &value.value, context.site) {
            Ok(parsed) => parsed,
            Err(error) => {
                let span = if matches!(error, SettingError::Value { .. }) { value.span } else { key.span };
                context.faults.push(span, error.to_string());
                continue;
            }
        };
        for warning in parsed.warnings {
            context.warn(key.span.clone(), warning);
        }
        for (name, value) in parsed.values {
            if patches.iter().any(|patch| patch.name == name) {
                context.faults.push(key.span.clone(), format!("{name} is set twice"));
            }
            patches.push(SettingPatch { name, value: Some(value), span: key.span.clone() });
        }
    }
    patches
}

/// The key `settings` of an object.
pub(super) fn of_object(context: &Context<'_>, entry: &mut Entry<'_>, level: Level) -> Vec<SettingPatch> {
    entry.table("settings", |inner| read(context, &inner, level)).map(|at| at.value).unwrap_or_default()
}

/// Adds a setting that has a key of its own on an object; `settings` may not set it too.
pub(super) fn add(
    context: &Context<'_>,
    patches: &mut Vec<SettingPatch>,
    level: Level,
    name: &str,
    value: Value,
    span: Span,
) {
    match parse(name, level, &value, context.site) {
        Ok(_) if patches.iter().any(|patch| patch.name == name) => {
            context.faults.push(span, format!("{name} is set twice"));
        }
        Ok(parsed) => patches.extend(parsed.values.into_iter().map(|(name, value)| SettingPatch {
            name,
            value: Some(value),
            span: span.clone(),
        })),
        Err(error) => context.faults.push(span, error.to_string()),
    }
}

/// A key of an object that stands for a boolean setting.
pub(super) fn flag(
    context: &Context<'_>,
    entry: &mut Entry<'_>,
    patches: &mut Vec<SettingPatch>,
    level: Level,
    (key, name): (&'static str, &str),
) {
    if let (Some(value), Some(at)) = (entry.flag(key), entry.get(key)) {
        add(context, patches, level, name, json!(value), at.span());
    }
}

/// `mfaPolicy = { policy, methods, minAcr, rememberDeviceDays }`: a whole value, so parts that are absent are taken away.
pub(super) fn mfa_policy(context: &Context<'_>, entry: &mut Entry<'_>, patches: &mut Vec<SettingPatch>, level: Level) {
    let Some(policy) = entry.table("mfaPolicy", |mut inner| {
        let span = |inner: &mut Entry<'_>, key| inner.get(key).map(|at| at.span()).unwrap_or_default();
        let policy = inner.text("policy").map(|at| ("mfa.policy", json!(at.value), at.span));
        let methods = inner.words("methods").map(|it| ("mfa.methods", json!(it), span(&mut inner, "methods")));
        let min_acr = inner.text("minAcr").map(|at| ("mfa.min_acr", json!(at.value), at.span));
        let days = inner.integer("rememberDeviceDays", 0..=30);
        let days = days.map(|days| {
            let duration = if days == 0 { "PT0S".to_owned() } else { format!("P{days}D") };
            ("mfa.remember_device", json!(duration), span(&mut inner, "rememberDeviceDays"))
        });
        inner.finish();
        [policy, methods, min_acr, days]
    }) else {
        return;
    };
    for (name, value, span) in policy.value.iter().flatten().cloned() {
        add(context, patches, level, name, value, span);
    }
    for name in ["mfa.policy", "mfa.methods", "mfa.min_acr", "mfa.remember_device"] {
        if !patches.iter().any(|patch| patch.name == name) {
            patches.push(SettingPatch { name: name.to_owned(), value: None, span: policy.span.clone() });
        }
    }
}

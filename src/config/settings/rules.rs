//! Settings that are decided together.

use super::{
    registry::{
        MFA_ENROL_UNTIL, MFA_METHODS, MFA_MIN_ACR, MFA_POLICY, MFA_REMEMBER_DEVICE, PASSWORD_LEGACY_REGEX,
        PASSWORD_MIN_LENGTH, PASSWORD_MIN_STRENGTH, PASSWORD_PRESET, PASSWORD_RANGE_URL,
    },
    snapshot::{Scope, Settings},
    values::PasswordPreset,
};
use crate::{
    authn::{acr::Acr, mfa_policy::MfaRules, password::Strength, password_policy::PasswordPolicy},
    base::id::CustomerId,
};

/// What is demanded of a second factor in one scope: `mfa.*`.
pub(super) fn mfa(settings: &Settings, scope: &Scope<'_>) -> MfaRules {
    MfaRules {
        policy: settings.get(&MFA_POLICY, scope),
        methods: settings.get(&MFA_METHODS, scope),
        stated_min_acr: settings.get(&MFA_MIN_ACR, scope).map(Acr::from),
        enrol_until: settings.get(&MFA_ENROL_UNTIL, scope),
        remember_device: settings.get(&MFA_REMEMBER_DEVICE, scope).get(),
    }
}

/// What is demanded of a new password: `password.*`, the strictest of several customers.
#[derive(Clone, PartialEq, Debug)]
pub struct PasswordRules {
    min_length: u32,
    preset: PasswordPreset,
    /// Estimated strength at least.
    pub min_strength: Strength,
    /// Patterns it must match, all of them.
    pub legacy_regexes: Vec<String>,
    /// Services that must not know it, none of them.
    pub range_urls: Vec<String>,
}

impl PasswordRules {
    /// Minimum length of the preset `nist` for a password that is the only factor (NIST SP 800-63B-4 §3.1.1.2).
    const NIST_MIN_LENGTH: u32 = 15;

    pub(super) fn of(settings: &Settings, customers: &[CustomerId]) -> Self {
        let here = |customer: Option<CustomerId>| {
            let scope = Scope { customer, ..Scope::INSTANCE };
            Self {
                min_length: settings.get(&PASSWORD_MIN_LENGTH, &scope),
                preset: settings.get(&PASSWORD_PRESET, &scope),
                min_strength: settings.get(&PASSWORD_MIN_STRENGTH, &scope),
                legacy_regexes: settings.get(&PASSWORD_LEGACY_REGEX, &scope).0,
                range_urls: settings.get(&PASSWORD_RANGE_URL, &scope).0,
            }
        };
        customers.iter().map(|id| here(Some(*id))).fold(here(None), Self::and)
    }

    fn and(mut self, other: Self) -> Self {
        let add = |to: &mut Vec<String>, from: Vec<String>| {
            for text in from {
                if !to.contains(&text) {
                    to.push(text);
                }
            }
        };
        add(&mut self.legacy_regexes, other.legacy_regexes);
        add(&mut self.range_urls, other.range_urls);
        Self {
            min_length: self.min_length.max(other.min_length),
            preset: self.preset.max(other.preset),
            min_strength: self.min_strength.max(other.min_strength),
            ..self
        }
    }

    /// Characters at least, for somebody who is, or is not, always asked for a second factor (D19).
    pub fn min_length(&self, second_factor_enforced: bool) -> u32 {
        match self.preset {
            PasswordPreset::Nist if !second_factor_enforced => self.min_length.max(Self::NIST_MIN_LENGTH),
            _ => self.min_length,
        }
    }

    /// The same as the rules that decide (`authn::password_policy`).
    pub fn policy(&self, second_factor_enforced: bool) -> PasswordPolicy {
        PasswordPolicy {
            min_length: usize::try_from(self.min_length(second_factor_enforced)).unwrap_or(usize::MAX),
            min_strength: self.min_strength,
            patterns: self.legacy_regexes.clone(),
            asks_breaches: !self.range_urls.is_empty(),
        }
    }
}

//! Settings: everything an operator may change while Usher runs (contract.md, Configuration).
//!
//! [`registry`] is the one typed list of them. [`parse`] checks a value on its way into the database, under its own
//! name or that of a replaced product; [`Settings`] is the parsed snapshot from which the program reads.

mod alias;
pub mod reference;
mod registry;
mod rules;
mod setting;
mod snapshot;
mod values;

pub use alias::{is_template_name, parse, template_key};
pub use registry::*;
pub use rules::PasswordRules;
pub use setting::{AnySetting, Level, Parsed, Setting, SettingError, Site};
pub use snapshot::{Scope, Settings, StoredSetting};
pub use values::{AdminSetPassword, MinAcr, PasswordPreset, SettingValue, SmsProvider};

/// Whether settings begin with `section` and a dot.
pub fn is_settings_section(section: &str) -> bool {
    registry().iter().any(|setting| setting.name().split('.').next() == Some(section))
}

#[cfg(test)]
mod snapshot_tests;
#[cfg(test)]
mod tests;

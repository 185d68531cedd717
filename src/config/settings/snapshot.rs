//! The settings as the program reads them: parsed once, immutable, swapped whole when one changes.

use std::{collections::HashMap, fmt};

use serde_json::Value;

use super::{
    alias::{TEMPLATE_PREFIX, find, template_choice},
    registry::{Layer, SESSION_IDLE, SESSION_MAX, SESSION_REMEMBER},
    rules::{self, PasswordRules},
    setting::{Combine, Level, Setting, SettingError, Site, shown},
    values::SettingValue,
};
use crate::{
    authn::{mfa_policy::MfaRules, session::SessionLife},
    base::id::{CustomerId, GroupId, ProfileId},
};

/// A row of the settings table.
#[derive(Clone, PartialEq)]
pub struct StoredSetting {
    /// Where it stands.
    pub level: Level,
    /// Whose it is: a client id, the id of a customer, group or profile; empty for the instance.
    pub subject: String,
    /// Name as in the registry; never an alias.
    pub name: String,
    /// The value in the registry's spelling, opened if it was sealed.
    pub value: Value,
}

impl fmt::Debug for StoredSetting {
    /// Without the value of a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_secret = find(&self.name).is_ok_and(|setting| setting.is_secret());
        write!(f, "{}({}) {} = {}", self.level, self.subject, self.name, shown(&self.value, is_secret))
    }
}

/// For whom a setting is asked. An empty scope asks the instance.
#[derive(Clone, Copy, Default, Debug)]
pub struct Scope<'a> {
    /// The client that asks.
    pub client: Option<&'a str>,
    /// The customer the person acts for.
    pub customer: Option<CustomerId>,
    /// The person's groups.
    pub groups: &'a [GroupId],
    /// The permission profile of that customer.
    pub profile: Option<ProfileId>,
}

impl Scope<'_> {
    /// No client, no customer: the instance's own values.
    pub const INSTANCE: Self = Self { client: None, customer: None, groups: &[], profile: None };
}

/// Every setting at every level, typed.
#[derive(Default, Clone)]
pub struct Settings {
    instance: Layer,
    customers: HashMap<CustomerId, Layer>,
    clients: HashMap<String, Layer>,
    groups: HashMap<GroupId, Layer>,
    profiles: HashMap<ProfileId, Layer>,
}

impl Settings {
    /// Parses the rows once. Of two rows for one place the later counts, so that values pinned by the file come last.
    ///
    /// A row that cannot be read never stops the program: its setting keeps the default, and the error is returned
    /// beside the snapshot for the log.
    pub fn new(rows: impl IntoIterator<Item = StoredSetting>, site: Site) -> (Self, Vec<SettingError>) {
        let mut settings = Self::default();
        let refused = rows.into_iter().filter_map(|row| settings.put(row, site).err()).collect();
        (settings, refused)
    }

    fn put(&mut self, row: StoredSetting, site: Site) -> Result<(), SettingError> {
        if let Some(key) = row.name.strip_prefix(TEMPLATE_PREFIX)
            && find(&row.name).is_err()
        {
            let choice = template_choice(key, row.level, &row.value)?;
            self.instance.templates.insert(key.to_owned(), choice);
            return Ok(());
        }
        let setting = find(&row.name)?;
        if !setting.levels().contains(&row.level) {
            return Err(SettingError::Level { name: row.name, level: row.level, allowed: setting.levels() });
        }
        let layer = self.layer_mut(&row)?;
        setting.put(layer, &row.value, site)
    }

    fn layer_mut(&mut self, row: &StoredSetting) -> Result<&mut Layer, SettingError> {
        let subject = row.subject.as_str();
        let fault = || SettingError::Value {
            name: row.name.clone(),
            message: format!("{subject:?} is not the id of a {}", row.level),
        };
        Ok(match row.level {
            Level::Instance => &mut self.instance,
            Level::Client => self.clients.entry(subject.to_owned()).or_default(),
            Level::Customer => self.customers.entry(subject.parse().map_err(|_| fault())?).or_default(),
            Level::Group => self.groups.entry(subject.parse().map_err(|_| fault())?).or_default(),
            Level::Profile => self.profiles.entry(subject.parse().map_err(|_| fault())?).or_default(),
        })
    }

    /// The value that applies in `scope`: the nearest level's (client, group, customer, profile, instance), or the
    /// strictest of all levels for `mfa.*` and `password.*`.
    pub fn get<T: SettingValue>(&self, setting: &Setting<T>, scope: &Scope<'_>) -> T {
        let mut stated = self.layers(scope).filter_map(|layer| (setting.slot)(layer).as_ref());
        match setting.combine {
            Combine::Nearest => stated.next().or((setting.slot)(&self.instance).as_ref()).cloned(),
            Combine::Strictest(stricter) => Some(stated.cloned().fold(self.instance(setting), stricter)),
        }
        .unwrap_or_else(|| setting.default())
    }

    /// The value of the instance itself.
    pub fn instance<T: SettingValue>(&self, setting: &Setting<T>) -> T {
        (setting.slot)(&self.instance).clone().unwrap_or_else(|| setting.default())
    }

    /// The highest value that any client, customer or the instance has: how long to keep what a value made.
    pub fn highest<T: SettingValue + Ord>(&self, setting: &Setting<T>) -> T {
        let others = self.clients.values().chain(self.customers.values());
        let stated = others.filter_map(|layer| (setting.slot)(layer).clone());
        stated.fold(self.instance(setting), std::cmp::max)
    }

    /// The template that `templates.<key>` chose instead of the one called `key`.
    pub fn template<'a>(&'a self, key: &'a str) -> &'a str {
        self.instance.templates.get(key).map_or(key, String::as_str)
    }

    /// What is demanded of a second factor in `scope`.
    pub fn mfa(&self, scope: &Scope<'_>) -> MfaRules {
        rules::mfa(self, scope)
    }

    /// How long a session lives as far as this client is concerned.
    pub fn session(&self, client: Option<&str>) -> SessionLife {
        let scope = Scope { client, ..Scope::INSTANCE };
        SessionLife {
            idle: self.get(&SESSION_IDLE, &scope).get(),
            max: self.get(&SESSION_MAX, &scope).get(),
            remember: self.get(&SESSION_REMEMBER, &scope).get(),
        }
    }

    /// Whether any group has settings of its own: only then it matters which groups somebody is in.
    pub fn knows_groups(&self) -> bool {
        !self.groups.is_empty()
    }

    /// Whether any customer has settings of its own.
    pub fn knows_customers(&self) -> bool {
        !self.customers.is_empty()
    }

    /// What is demanded of a new password of somebody who is a reference at `customers` (domain.md 5).
    pub fn password(&self, customers: &[CustomerId]) -> PasswordRules {
        PasswordRules::of(self, customers)
    }

    /// The layers of a scope but the instance's, nearest first.
    fn layers<'a>(&'a self, scope: &Scope<'a>) -> impl Iterator<Item = &'a Layer> {
        let client = scope.client.and_then(|id| self.clients.get(id));
        let groups = scope.groups.iter().filter_map(|id| self.groups.get(id));
        let customer = scope.customer.and_then(|id| self.customers.get(&id));
        let profile = scope.profile.and_then(|id| self.profiles.get(&id));
        client.into_iter().chain(groups).chain(customer).chain(profile)
    }
}

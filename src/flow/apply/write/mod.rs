//! From what a seed file declares to rows: looks names up, compares, writes what differs. All in one transaction.
//!
//! Something wrong in an entry is noted with its place and the rest is still looked at, so that one run tells of all
//! of it; the caller then rolls back.

mod client;
mod contact;
mod customer;
mod entitlement;
mod group;
mod names;
mod permission;
mod reference;
mod setting;
mod user;

use std::collections::{BTreeMap, HashMap};

use serde_json::Value;

use super::{
    ApplyError,
    fault::Span,
    ledger::Ledger,
    read::{HolderName, Seed},
};
use crate::{
    base::{entropy::Entropy, id::UserId, login_name::LoginName, moment::Moment, secret::Secret},
    config::settings::{Level, Settings, Site, StoredSetting},
    flow::{create_user::Seats, new_password::About},
    identity::{customer::Customer, permission::Permission, profile::PermissionProfile},
    keys::kek::Kek,
    store::{self, Tx},
};

/// A login whose password must be hashed, by its place among the users of the file.
pub(super) struct Unhashed {
    pub index: usize,
    /// What decides about the password.
    pub about: About,
}

/// What writing found and did.
pub(super) struct Written {
    pub ledger: Ledger,
    pub faults: Vec<(Span, String)>,
    /// Passwords that are still missing; none once they are given to [`write`].
    pub unhashed: Vec<Unhashed>,
    /// The settings as they would be.
    pub settings: Settings,
}

/// The circumstances of one run.
pub(super) struct Run<'a> {
    pub now: Moment,
    pub entropy: &'a dyn Entropy,
    pub kek: &'a Kek,
    pub site: Site,
    /// Settings that the configuration decides: they win over those of the database and of the file.
    pub pinned: &'a [StoredSetting],
    /// Hashes of passwords, by the place of their user in the file.
    pub hashes: &'a HashMap<usize, Secret<String>>,
}

/// Where a setting stands: level, subject, name.
type SettingKey = (Level, String, String);

struct Writer<'a> {
    run: &'a Run<'a>,
    seed: &'a Seed,
    tx: &'a mut Tx,
    ledger: Ledger,
    faults: Vec<(Span, String)>,
    unhashed: Vec<(usize, UserId)>,
    catalogue: Vec<Permission>,
    profiles: Vec<PermissionProfile>,
    stored_settings: BTreeMap<SettingKey, Value>,
    names: names::Names,
    seats: Option<Seats>,
    /// The companies that this run makes.
    new_customers: Vec<Customer>,
    /// What the file sets `mfa.methods` to, wherever it does.
    methods: Vec<(Span, Value)>,
}

/// Writes the whole file.
pub(super) async fn write(tx: &mut Tx, seed: &Seed, run: &Run<'_>) -> Result<Written, ApplyError> {
    let catalogue = store::permission::catalogue(tx).await?;
    let profiles = store::profile::all(tx).await?;
    let stored_settings = setting::stored(tx, run.kek).await?;
    let mut writer = Writer {
        run,
        seed,
        tx,
        ledger: Ledger::default(),
        faults: Vec::new(),
        unhashed: Vec::new(),
        catalogue,
        profiles,
        stored_settings,
        names: names::Names::default(),
        seats: None,
        new_customers: Vec::new(),
        methods: Vec::new(),
    };
    writer.all().await?;
    writer.finish().await
}

impl Writer<'_> {
    /// What others refer to comes first.
    async fn all(&mut self) -> Result<(), ApplyError> {
        let seed = self.seed;
        let admins_before = self.count_admins().await?;
        self.instance_settings(&seed.settings).await?;
        for entry in &seed.permissions {
            self.permission(entry).await?;
        }
        for entry in &seed.profiles {
            self.profile(entry).await?;
        }
        for entry in &seed.packages {
            self.package(entry).await?;
        }
        for entry in customer::parents_first(&seed.customers) {
            self.customer(entry).await?;
        }
        for entry in &seed.clients {
            self.client(entry).await?;
        }
        for (index, entry) in seed.users.iter().enumerate() {
            self.user(index, entry).await?;
        }
        for entry in &seed.admin_roles {
            self.admin_role(entry).await?;
        }
        for entry in &seed.references {
            self.reference(entry).await?;
        }
        self.contacts().await?;
        for entry in &seed.groups {
            self.group(entry).await?;
        }
        for entry in &seed.groups {
            self.members(entry).await?;
        }
        for entry in &seed.licenses {
            self.license(entry).await?;
        }
        for entry in &seed.connectors {
            self.connector(entry).await?;
        }
        self.keep_an_admin(admins_before).await
    }

    async fn finish(mut self) -> Result<Written, ApplyError> {
        let settings = self.settings();
        self.demand_channels(&settings);
        if self.faults.is_empty() {
            self.ledger.audit(self.tx, self.run.entropy, self.run.now).await?;
        }
        let mut unhashed = Vec::new();
        for (index, user) in std::mem::take(&mut self.unhashed) {
            unhashed.push(self.describe(index, user).await?);
        }
        Ok(Written { ledger: self.ledger, faults: self.faults, unhashed, settings })
    }

    /// What a guesser would know, and whose rules count: those of every customer where the person is a reference.
    async fn describe(&mut self, index: usize, user: UserId) -> Result<Unhashed, ApplyError> {
        let candidates = store::reference::candidates_for_user(self.tx, user).await?;
        let mut words: Vec<String> =
            candidates.iter().flat_map(|it| [it.customer_name.clone(), it.code.clone()]).collect();
        if let Some(entry) = self.seed.users.get(index) {
            let name = entry.name.clone().unwrap_or_default();
            words.push(entry.user_name.value.text.clone());
            words.extend([name.formatted, name.given_name, name.family_name].into_iter().flatten());
            words.extend(entry.emails.iter().flatten().map(|at| at.value.value.clone()));
        }
        let customers = candidates.iter().map(|it| it.customer).collect();
        Ok(Unhashed { index, about: About { customers, words } })
    }

    fn fault(&mut self, span: &Span, message: impl Into<String>) {
        self.faults.push((span.clone(), message.into()));
    }

    /// The settings as they stand now, the file's included.
    fn settings(&self) -> Settings {
        let rows = self.stored_settings.iter().map(|((level, subject, name), value)| StoredSetting {
            level: *level,
            subject: subject.clone(),
            name: name.clone(),
            value: value.clone(),
        });
        // A row that cannot be read keeps its default; whoever serves logs it.
        Settings::new(rows.chain(self.run.pinned.iter().cloned()), self.run.site).0
    }

    /// The counter of customer logins.
    async fn seats(&mut self) -> Result<Seats, ApplyError> {
        if let Some(known) = self.seats {
            return Ok(known);
        }
        let settings = self.settings();
        Ok(*self.seats.insert(Seats::count(self.tx, &settings, self.run.now).await?))
    }

    /// Whether the file gives this login a role of administration.
    fn becomes_admin(&self, name: &LoginName) -> bool {
        self.seed.admin_roles.iter().any(|entry| match &entry.holder {
            HolderName::User(at) => LoginName::parse(&at.value).is_ok_and(|holder| holder == *name),
            HolderName::Client(_) => false,
        })
    }

    /// How many system administrators there are, if the file could take one away.
    async fn count_admins(&mut self) -> Result<Option<i64>, ApplyError> {
        if self.suspects().is_empty() {
            return Ok(None);
        }
        Ok(Some(store::admin_role::system_admins(self.tx).await?))
    }

    /// The last administrator cannot be switched off (domain.md 5).
    async fn keep_an_admin(&mut self, before: Option<i64>) -> Result<(), ApplyError> {
        if before.is_some_and(|before| before > 0) && store::admin_role::system_admins(self.tx).await? == 0 {
            for span in self.suspects() {
                self.fault(&span, "this would leave nobody with the role system-admin");
            }
        }
        Ok(())
    }

    /// The entries that could take an administrator away.
    fn suspects(&self) -> Vec<Span> {
        let users = self.seed.users.iter().filter(|it| it.active == Some(false)).map(|it| it.span.clone());
        let groups = self.seed.groups.iter().filter(|it| it.customer.is_none());
        let groups = groups.filter(|it| it.members.is_some() || it.admin_role.is_some()).map(|it| it.span.clone());
        users.chain(groups).collect()
    }
}

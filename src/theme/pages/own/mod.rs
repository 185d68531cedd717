//! The pages of the account, for whoever is signed in (screens.md 2).

mod activity;
mod applications;
mod customers;
mod data;
mod email;
mod licences;
mod methods;
mod overview;
mod phone;
mod profile;
mod sessions;

use serde::Serialize;

pub use self::{
    activity::{AccountActivity, HappeningLine},
    applications::{AccountApplications, ApplicationLine},
    customers::{AccountCustomers, MembershipLine},
    data::AccountData,
    email::AccountEmail,
    licences::{AccountLicences, LicenceLine},
    methods::{AccountFactor, AccountMethods, AccountPasskey, AccountRecovery, AccountTotp, FactorLine},
    overview::{AccountOverview, AccountPassword},
    phone::{AccountPhone, PhoneState},
    profile::{AccountProfile, EmailLine, LanguageChoice, PhoneLine},
    sessions::{AccountSessions, SessionLine, TrustedLine},
};
use super::sign_in::Account;
use crate::{
    base::moment::Moment,
    theme::frame::{LastUsed, Stamp},
};

/// What every page of the account shows.
#[derive(Clone, Debug, Serialize)]
pub struct Head {
    /// Who is signed in.
    pub account: Account,
    /// Which page of them it is.
    pub section: Section,
}

/// The pages in the menu.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Section {
    /// `/account`.
    Overview,
    /// `/account/profile`.
    Profile,
    /// `/account/password`.
    Password,
    /// `/account/mfa`.
    Methods,
    /// `/account/sessions`.
    Sessions,
    /// `/account/customers`.
    Customers,
    /// `/account/applications`.
    Applications,
    /// `/account/licences`.
    Licences,
    /// `/account/activity`.
    Activity,
    /// `/account/data`.
    Data,
}

impl Head {
    fn sample(section: Section) -> Self {
        Self { account: Account::sample(), section }
    }
}

/// When the samples happen.
const NOW: Moment = Moment::from_secs(1_795_200_000);

fn days_ago(days: u64) -> Moment {
    NOW.minus(std::time::Duration::from_secs(days * 86_400))
}

fn stamp(days: u64) -> Stamp {
    days_ago(days).into()
}

fn used(days: u64) -> LastUsed {
    LastUsed::new(days_ago(days), NOW)
}

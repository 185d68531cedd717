//! Signing in: who it is, which account, and what the application may know.

use std::time::Duration;

use serde::Serialize;

use super::factor::Ceremony;
use crate::{
    base::moment::Moment,
    theme::{
        forms::Problem,
        frame::{Href, Page, Stamp, TimeSpan},
    },
};

/// A person who is signed in.
#[derive(Clone, Debug, Serialize)]
pub struct Account {
    /// How the person is called; the user name where no name is known.
    pub name: String,
    /// What the person signs in with.
    pub username: String,
}

/// `/signin`: user name and password. Posts `username`, `password`, `remember`.
#[derive(Clone, Debug, Serialize)]
pub struct SignIn {
    /// Where the form posts, with the attempt (`/signin?a=…`).
    pub action: Href,
    /// What stands in the user name field: what was just sent, else `login_hint`.
    pub username: String,
    /// The account that has to prove itself again (`prompt=login`, `max_age`). The user name is then fixed, and a second
    /// form offers "Not you?" (posts `action=other`).
    pub account: Option<Account>,
    /// The box "keep me signed in", ticked or not; absent where policy has none.
    pub remember: Option<bool>,
    /// One line of explanation above the form.
    pub notice: Option<SignInNotice>,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
    /// Where a forgotten password is dealt with, if anywhere.
    pub forgot: Option<Href>,
    /// Signing in with a passkey alone, where the site has that.
    pub passkey: Option<Ceremony>,
}

/// Why a person sees the sign-in page at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignInNotice {
    /// The attempt had ended; this is a new one for the same application.
    Restarted,
    /// A new password was set just now.
    PasswordSaved,
}

impl Page for SignIn {
    const TEMPLATE: &'static str = "sign_in";

    fn samples() -> Vec<(&'static str, Self)> {
        let plain = Self {
            action: Href::local("/signin?a=7sK2"),
            username: String::new(),
            account: None,
            remember: Some(false),
            notice: None,
            problems: vec![],
            forgot: Some(Href::local("/password/forgot?a=7sK2")),
            passkey: Some(Ceremony::sample("/signin/passkey")),
        };
        let typed = "anna@acme.example".to_owned();
        vec![
            ("default", plain.clone()),
            (
                "rejected",
                Self {
                    username: typed.clone(),
                    problems: vec![Problem::SignInRejected],
                    remember: Some(true),
                    ..plain.clone()
                },
            ),
            ("empty", Self { problems: vec![Problem::UsernameMissing, Problem::PasswordMissing], ..plain.clone() }),
            ("stale", Self { username: typed.clone(), problems: vec![Problem::FormStale], ..plain.clone() }),
            ("passkey-failed", Self { problems: vec![Problem::PasskeyFailed], ..plain.clone() }),
            ("bare", Self { remember: None, forgot: None, passkey: None, username: typed.clone(), ..plain.clone() }),
            ("restarted", Self { notice: Some(SignInNotice::Restarted), ..plain.clone() }),
            ("password-saved", Self { notice: Some(SignInNotice::PasswordSaved), ..plain.clone() }),
            (
                "reauth",
                Self { account: Some(Account::sample()), username: typed.clone(), remember: None, ..plain.clone() },
            ),
            (
                "reauth-rejected",
                Self {
                    account: Some(Account::sample()),
                    username: typed,
                    remember: None,
                    problems: vec![Problem::SignInRejected],
                    ..plain.clone()
                },
            ),
            ("hostile", Self { username: super::HOSTILE.to_owned(), ..plain }),
        ]
    }
}

impl Account {
    pub(super) fn sample() -> Self {
        Self { name: "Anna Berg".to_owned(), username: "anna@acme.example".to_owned() }
    }
}

/// `/signin/account`: the account of this browser, or another. Posts `action=continue` or `action=other`.
#[derive(Clone, Debug, Serialize)]
pub struct ChooseAccount {
    /// Where the form posts.
    pub action: Href,
    /// Who is signed in.
    pub account: Account,
}

impl Page for ChooseAccount {
    const TEMPLATE: &'static str = "choose_account";

    fn samples() -> Vec<(&'static str, Self)> {
        let action = Href::local("/signin/account?a=7sK2");
        let arabic = Account { name: "ليلى حداد".to_owned(), username: "layla@acme.example".to_owned() };
        let hostile = Account { name: super::HOSTILE.to_owned(), username: super::HOSTILE.to_owned() };
        vec![
            ("default", Self { action: action.clone(), account: Account::sample() }),
            ("right-to-left-name", Self { action: action.clone(), account: arabic }),
            ("hostile", Self { action, account: hostile }),
        ]
    }
}

/// An attempt whose browser signed in meanwhile, in another tab or before the back button.
#[derive(Clone, Debug, Serialize)]
pub struct AlreadySignedIn {
    /// Who is signed in.
    pub account: Account,
    /// Where it goes on: the attempt, else the application's home.
    pub proceed: Option<Href>,
}

impl Page for AlreadySignedIn {
    const TEMPLATE: &'static str = "already_signed_in";

    fn samples() -> Vec<(&'static str, Self)> {
        let proceed = Some(Href::local("/oauth2/authorize?a=7sK2"));
        vec![
            ("default", Self { account: Account::sample(), proceed }),
            ("nowhere-to-go", Self { account: Account::sample(), proceed: None }),
        ]
    }
}

/// `/consent`: what the application asks for. Posts `action=allow` or `action=deny`.
#[derive(Clone, Debug, Serialize)]
pub struct Consent {
    /// Where the form posts.
    pub action: Href,
    /// Who is signed in.
    pub account: Account,
    /// `client_name`.
    pub client: String,
    /// Host that the answer goes to, from the validated redirect URI.
    pub host: String,
    /// What is asked for, in the order of the request; `openid` may be among them and says nothing.
    pub scopes: Vec<Scope>,
    /// The company acted for, where one was chosen.
    pub customer: Option<String>,
    /// How long it lasts.
    pub life: AccessLife,
    /// The values that will be told.
    pub claims: Vec<Claim>,
    /// The client's terms (`tos_uri`).
    pub terms: Option<Href>,
    /// The client's privacy policy (`policy_uri`).
    pub policy: Option<Href>,
}

/// How long the access lasts that a person is asked for (security.md Q33).
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum AccessLife {
    /// The application cannot renew it.
    Once {
        /// At most.
        at_most: TimeSpan,
    },
    /// Until the person signs out.
    Session {
        /// At most.
        at_most: TimeSpan,
    },
    /// Also after the person signed out.
    Offline {
        /// At most.
        at_most: TimeSpan,
        /// It ends when it was unused for this long, where that is less.
        unused: Option<TimeSpan>,
    },
}

/// A scope on the consent page.
#[derive(Clone, Debug, Serialize)]
pub struct Scope {
    /// As requested: `email`, `customer:ACME`, `license:read`.
    name: String,
    /// Key of its description; a scope of the vendor's own has the description of its name.
    key: &'static str,
}

impl Scope {
    /// The description for a scope of claims.md, or for one that Usher does not know.
    pub fn new(name: &str) -> Self {
        let key = match name {
            "openid" => "scope-openid",
            "profile" => "scope-profile",
            "email" => "scope-email",
            "phone" => "scope-phone",
            "address" => "scope-address",
            "customer:*" => "scope-customer-any",
            "customers" => "scope-customers",
            "roles" => "scope-roles",
            "groups" => "scope-groups",
            "permissions" => "scope-permissions",
            "license:read" => "scope-license-read",
            "license:activate" => "scope-license-activate",
            "license:release" => "scope-license-release",
            "license:download" => "scope-license-download",
            "offline_access" => "scope-offline-access",
            _ if name == "customer" || name.starts_with("customer:") => "scope-customer",
            _ if name.starts_with("admin:") || name.starts_with("scim:") => "scope-administration",
            _ => "scope-other",
        };
        Self { name: name.to_owned(), key }
    }
}

/// A value that the application will be told.
#[derive(Clone, Debug, Serialize)]
pub struct Claim {
    /// Name of the claim (OpenID Connect Core §5.1, claims.md); named in plain words where the theme has them.
    pub name: String,
    /// Its value.
    pub value: ClaimValue,
}

/// The value of a claim, as a person reads it.
#[derive(Clone, Debug, Serialize)]
#[serde(untagged)]
pub enum ClaimValue {
    /// A text.
    Text(String),
    /// Yes or no.
    Flag(bool),
}

impl From<Moment> for ClaimValue {
    fn from(moment: Moment) -> Self {
        Self::Text(Stamp::from(moment).text().to_owned())
    }
}

impl Page for Consent {
    const TEMPLATE: &'static str = "consent";

    fn samples() -> Vec<(&'static str, Self)> {
        let days = |days: u64| TimeSpan::from(Duration::from_secs(86_400 * days));
        let minutes = |minutes: u64| TimeSpan::from(Duration::from_secs(60 * minutes));
        let text = |value: &str| ClaimValue::Text(value.to_owned());
        let claim = |name: &str, value: &str| Claim { name: name.to_owned(), value: text(value) };
        let full = Self {
            action: Href::local("/consent?a=7sK2"),
            account: Account::sample(),
            client: "Acme Portal".to_owned(),
            host: "portal.acme.example".to_owned(),
            scopes: ["openid", "profile", "email", "customer", "permissions", "offline_access"].map(Scope::new).into(),
            customer: Some("Acme AB".to_owned()),
            life: AccessLife::Offline { at_most: days(30), unused: Some(minutes(12 * 60)) },
            claims: vec![
                claim("name", "Anna Berg"),
                claim("email", "anna@acme.example"),
                Claim { name: "email_verified".to_owned(), value: ClaimValue::Flag(true) },
                Claim { name: "phone_number_verified".to_owned(), value: ClaimValue::Flag(false) },
                claim("customer_code", "ACME"),
                claim("x_favourite", "blue"),
            ],
            terms: Href::new("https://portal.acme.example/terms"),
            policy: Href::new("https://portal.acme.example/privacy"),
        };
        let every = [
            "phone",
            "address",
            "customer:*",
            "customers",
            "roles",
            "groups",
            "license:read",
            "license:activate",
            "license:release",
            "license:download",
            "admin:settings",
            "weather:read",
        ];
        let small = Self {
            scopes: vec![Scope::new("openid")],
            customer: None,
            life: AccessLife::Once { at_most: minutes(10) },
            claims: vec![],
            terms: None,
            policy: None,
            ..full.clone()
        };
        vec![
            ("default", full.clone()),
            (
                "every-scope",
                Self {
                    scopes: every.map(Scope::new).into(),
                    life: AccessLife::Session { at_most: minutes(12 * 60) },
                    ..full.clone()
                },
            ),
            ("never-idle", Self { life: AccessLife::Offline { at_most: days(1), unused: None }, ..full.clone() }),
            ("only-who", small),
            (
                "hostile",
                Self {
                    client: super::HOSTILE.to_owned(),
                    host: super::HOSTILE.to_owned(),
                    scopes: vec![Scope::new(super::HOSTILE)],
                    customer: Some(super::HOSTILE.to_owned()),
                    claims: vec![claim(super::HOSTILE, super::HOSTILE)],
                    ..full
                },
            ),
        ]
    }
}

//! `[[user]]`.

use super::{
    At, Entry, Span,
    person::{addresses, emails, name, optional, phone_numbers},
};
use crate::{
    authn::{password::PasswordInput, stored_password::StoredPassword},
    base::{login_name::LoginName, secret::Secret},
    identity::{
        attributes::{Address, Email, Name, PhoneNumber},
        user::{StandardClaims, UserType},
    },
};

/// A name to sign in with: as written, and as compared.
#[derive(Clone, PartialEq, Debug)]
pub struct UserName {
    pub text: String,
    pub key: LoginName,
}

/// The first password of a login.
pub enum NewPassword {
    /// In clear.
    Plain(Secret<String>),
    /// Hashed, by us or by another system.
    Hash(Secret<String>),
}

/// A login.
pub struct UserEntry {
    pub span: Span,
    pub user_name: At<UserName>,
    pub display_name: Option<Option<String>>,
    pub name: Option<Name>,
    pub title: Option<Option<String>>,
    pub emails: Option<Vec<At<Email>>>,
    pub phone_numbers: Option<Vec<PhoneNumber>>,
    pub addresses: Option<Vec<Address>>,
    pub claims: Option<StandardClaims>,
    pub user_type: Option<UserType>,
    pub locale: Option<Option<String>>,
    pub managed_by: Option<At<String>>,
    pub active: Option<bool>,
    pub password: Option<At<NewPassword>>,
}

pub(super) fn read(entry: &mut Entry<'_>) -> Option<UserEntry> {
    let user_name = entry.required("userName").and_then(|at| match LoginName::parse(&at.value) {
        Ok(key) => Some(At { value: UserName { text: at.value, key }, span: at.span }),
        Err(error) => {
            entry.refuse("userName", at.span, error);
            None
        }
    });
    let read = UserEntry {
        span: entry.span.clone(),
        display_name: optional(entry, "displayName"),
        name: name(entry),
        title: optional(entry, "title"),
        emails: emails(entry, true),
        phone_numbers: phone_numbers(entry, true),
        addresses: addresses(entry),
        claims: claims(entry),
        user_type: entry.parsed("userType").map(|at| at.value),
        locale: locale(entry),
        managed_by: entry.text("managedBy"),
        active: entry.flag("active"),
        password: password(entry),
        user_name: user_name?,
    };
    for email in read.emails.iter().flatten().filter(|at| at.value.verified) {
        if let Err(error) = LoginName::parse(&email.value.value) {
            entry.refuse(
                "emails",
                email.span.clone(),
                format_args!("cannot sign in with {:?}: {error}", email.value.value),
            );
        }
    }
    Some(read)
}

fn password(entry: &mut Entry<'_>) -> Option<At<NewPassword>> {
    let plain = entry.text("password").map(|at| At { value: Secret::new(at.value), span: at.span });
    let hash = entry.text("passwordHash").map(|at| At { value: Secret::new(at.value), span: at.span });
    match (plain, hash) {
        (Some(_), Some(hash)) => {
            entry.refuse("passwordHash", hash.span, "there is a password too: keep one of the two");
            None
        }
        (Some(plain), None) => {
            if let Err(error) = PasswordInput::parse(plain.value.expose()) {
                entry.refuse("password", plain.span.clone(), error);
            }
            Some(At { value: NewPassword::Plain(plain.value), span: plain.span })
        }
        (None, Some(hash)) => {
            if let Err(error) = StoredPassword::parse(hash.value.expose()) {
                entry.refuse("passwordHash", hash.span.clone(), error);
            }
            Some(At { value: NewPassword::Hash(hash.value), span: hash.span })
        }
        (None, None) => None,
    }
}

fn locale(entry: &mut Entry<'_>) -> Option<Option<String>> {
    let tag = entry.text("locale")?;
    let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !tag.value.is_empty() && !tag.value.split('-').all(part) {
        entry.refuse("locale", tag.span, "must be a language tag such as \"sv-SE\" (BCP 47)");
        return None;
    }
    Some(Some(tag.value).filter(|tag| !tag.is_empty()))
}

fn claims(entry: &mut Entry<'_>) -> Option<StandardClaims> {
    let read = entry.table("claims", |mut inner| {
        let [nickname, profile, picture, website, gender, birthdate, zoneinfo] =
            StandardClaims::NAMES.map(|claim| inner.text(claim).filter(|at| !at.value.is_empty()));
        for (key, at) in [("profile", &profile), ("picture", &picture), ("website", &website)] {
            let Some(at) = at else { continue };
            if !url::Url::parse(&at.value).is_ok_and(|url| matches!(url.scheme(), "https" | "http")) {
                inner.refuse(key, at.span.clone(), "must be an http or https URL");
            }
        }
        if let Some(at) = birthdate.as_ref().filter(|at| !is_birthdate(&at.value)) {
            inner.refuse(
                "birthdate",
                at.span.clone(),
                "must be YYYY-MM-DD, 0000-MM-DD or YYYY (OpenID Connect Core 5.1)",
            );
        }
        inner.finish();
        let plain = |at: Option<At<String>>| at.map(|at| at.value);
        StandardClaims {
            nickname: plain(nickname),
            profile: plain(profile),
            picture: plain(picture),
            website: plain(website),
            gender: plain(gender),
            birthdate: plain(birthdate),
            zoneinfo: plain(zoneinfo),
        }
    });
    read.map(|at| at.value)
}

fn is_birthdate(text: &str) -> bool {
    let is_year = |year: &str| year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once('-') {
        None => is_year(text),
        // 2000 is a leap year, so that 29 February without a year is a date.
        Some(("0000", day)) => format!("2000-{day}").parse::<jiff::civil::Date>().is_ok() && day.len() == 5,
        Some((year, _)) => is_year(year) && text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
    }
}

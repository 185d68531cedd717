//! What somebody says of themselves.

use serde::Serialize;

use super::{Head, Section};
use crate::theme::{
    Theme,
    forms::Problem,
    frame::{Href, Page},
};

/// `/account/profile`. Posts `given_name`, `family_name`, `locale`.
#[derive(Clone, Debug, Serialize)]
pub struct AccountProfile {
    /// Who, and the menu.
    pub head: Head,
    /// Where the form posts.
    pub action: Href,
    /// What was done just now.
    pub done: Option<&'static str>,
    /// The company's directory owns this login: nothing can be changed here.
    pub managed: bool,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// The languages to choose from.
    pub languages: Vec<LanguageChoice>,
    /// E-mail addresses.
    pub emails: Vec<EmailLine>,
    /// Telephone numbers.
    pub phones: Vec<PhoneLine>,
    /// What is wrong with what was sent.
    pub problems: Vec<Problem>,
}

/// A language to choose.
#[derive(Clone, Debug, Serialize)]
pub struct LanguageChoice {
    /// Its tag.
    pub tag: String,
    /// Its name for itself.
    pub name: String,
    /// It is the one.
    pub selected: bool,
}

impl LanguageChoice {
    /// The languages of a theme; the one that `wanted` is, or is a kind of, is selected.
    pub fn of(theme: &Theme, wanted: &str) -> Vec<Self> {
        let chosen = crate::base::language::choose([wanted], theme.locales());
        let choice = |(tag, name): (&str, &str)| Self {
            tag: tag.to_owned(),
            name: name.to_owned(),
            selected: !wanted.is_empty() && chosen.as_deref() == Some(tag),
        };
        theme.languages_by_name().map(choice).collect()
    }
}

/// An e-mail address.
#[derive(Clone, Debug, Serialize)]
pub struct EmailLine {
    /// The address.
    pub value: String,
    /// The one to write to.
    pub primary: bool,
    /// Its owner proved to read it.
    pub verified: bool,
}

/// A telephone number.
#[derive(Clone, Debug, Serialize)]
pub struct PhoneLine {
    /// The number as written.
    pub value: String,
    /// Its owner proved to hold it.
    pub verified: bool,
}

impl Page for AccountProfile {
    const TEMPLATE: &'static str = "account_profile";

    fn samples() -> Vec<(&'static str, Self)> {
        let language =
            |tag: &str, name: &str, selected| LanguageChoice { tag: tag.to_owned(), name: name.to_owned(), selected };
        let email = |value: &str, primary, verified| EmailLine { value: value.to_owned(), primary, verified };
        let plain = Self {
            head: Head::sample(Section::Profile),
            action: Href::local("/account/profile"),
            done: None,
            managed: false,
            given_name: "Anna".to_owned(),
            family_name: "Berg".to_owned(),
            languages: vec![language("en", "English", false), language("sv", "Svenska", true)],
            emails: vec![email("anna@acme.example", true, true), email("anna@home.example", false, false)],
            phones: vec![PhoneLine { value: "+46 70 123 45 67".to_owned(), verified: true }],
            problems: vec![],
        };
        let evil = || super::super::HOSTILE.to_owned();
        vec![
            ("default", plain.clone()),
            ("saved", Self { done: Some("profile-saved"), ..plain.clone() }),
            ("managed", Self { managed: true, ..plain.clone() }),
            ("nameless", Self { given_name: String::new(), problems: vec![Problem::OwnNameMissing], ..plain.clone() }),
            ("unusable", Self { problems: vec![Problem::OwnNameUnusable], ..plain.clone() }),
            ("bare", Self { emails: vec![], phones: vec![], ..plain.clone() }),
            ("hostile", Self { given_name: evil(), family_name: evil(), ..plain }),
        ]
    }
}

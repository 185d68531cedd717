//! `/account/profile`: name and language.

use axum::{extract::State, response::Response};

use crate::{
    flow::account::profile::{SaveProfile, Typed, is_managed, save_profile},
    http::{
        account::person::Signed,
        error::Trouble,
        form::Form,
        page::see_other,
        state::{SharedWeb, Web},
    },
    identity::{attributes::Email, user::User},
    theme::{
        Href, Problem,
        pages::{AccountProfile, EmailLine, LanguageChoice, PhoneLine, Section},
    },
};

const FORM: &str = "account-profile";
const PATH: &str = "/account/profile";
const DONE: &[&str] = &["profile-saved"];

/// Shows it.
pub async fn get(State(web): State<SharedWeb>, signed: Signed) -> Result<Response, Trouble> {
    let name = &signed.user.attributes.name;
    let given = name.given_name.clone().unwrap_or_default();
    let family = name.family_name.clone().unwrap_or_default();
    let locale = signed.user.locale.clone().unwrap_or_default();
    page(&web, &signed, [&given, &family, &locale], Vec::new())
}

/// Saves it.
pub async fn post(State(web): State<SharedWeb>, signed: Signed, form: Form) -> Result<Response, Trouble> {
    let typed = ["given_name", "family_name", "locale"].map(|name| form.field(name));
    if !signed.sent(&form, FORM) {
        return page(&web, &signed, typed, vec![Problem::FormStale]);
    }
    let [given_name, family_name, locale] = typed;
    let wanted = Typed { given_name, family_name, locale };
    let problem =
        match save_profile(&web.node, &signed.user, &wanted, web.theme.locales(), &signed.visit.caller).await? {
            SaveProfile::Saved => return Ok(see_other(&format!("{PATH}?done=profile-saved"))),
            SaveProfile::NameMissing => Problem::OwnNameMissing,
            SaveProfile::NameUnusable => Problem::OwnNameUnusable,
            SaveProfile::Managed => Problem::ProfileManaged,
        };
    page(&web, &signed, typed, vec![problem])
}

fn page(
    web: &Web,
    signed: &Signed,
    [given_name, family_name, locale]: [&str; 3],
    problems: Vec<Problem>,
) -> Result<Response, Trouble> {
    let attributes = &signed.user.attributes;
    let phones =
        attributes.phone_numbers.iter().map(|phone| PhoneLine { value: phone.value.clone(), verified: phone.verified });
    let page = AccountProfile {
        head: signed.head(Section::Profile),
        action: Href::local(PATH),
        done: signed.done(DONE),
        managed: is_managed(&signed.user),
        given_name: given_name.to_owned(),
        family_name: family_name.to_owned(),
        languages: LanguageChoice::of(&web.theme, locale),
        emails: emails(&signed.user),
        phones: phones.collect(),
        problems,
    };
    signed.show(web, &page, FORM)
}

/// A person's addresses as pages show them.
pub fn emails(user: &User) -> Vec<EmailLine> {
    let line =
        |email: &Email| EmailLine { value: email.value.clone(), primary: email.primary, verified: email.verified };
    user.attributes.emails.iter().map(line).collect()
}

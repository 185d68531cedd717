//! `/account/email`: the addresses of whoever is signed in. Nobody gets here without a fresh proof (Q84).

use axum::{extract::State, response::Response};

use crate::{
    flow::account::{
        email::{EmailOutcome, EmailWish, change_email},
        profile::is_managed,
    },
    http::{
        account::{person::Signed, profile::emails},
        error::Trouble,
        form::Form,
        page::see_other,
        state::{SharedWeb, Web},
    },
    theme::{
        Href, Problem,
        pages::{AccountEmail, Section},
    },
};

const FORM: &str = "account-email";
const PATH: &str = "/account/email";
const DONE: &[&str] = &["email-sent", "email-saved"];

/// Shows them, to whoever has just proved who they are.
pub async fn get(State(web): State<SharedWeb>, signed: Signed) -> Result<Response, Trouble> {
    match signed.unless_fresh(&web, PATH).await? {
        Some(response) => Ok(response),
        None => page(&web, &signed, "", Vec::new()),
    }
}

/// Asks for a link to a new address, or for one to prove an old one; makes one the main one, or takes it off.
pub async fn post(State(web): State<SharedWeb>, signed: Signed, form: Form) -> Result<Response, Trouble> {
    let typed = form.field("email");
    if !signed.sent(&form, FORM) {
        return page(&web, &signed, typed, vec![Problem::FormStale]);
    }
    let listed = form.field("address");
    let wish = match form.field("action") {
        "verify" => EmailWish::Verify(listed),
        "primary" => EmailWish::MakePrimary(listed),
        "remove" => EmailWish::Remove(listed),
        _ => EmailWish::Change(typed),
    };
    let caller = &signed.visit.caller;
    let problem = match change_email(&web.node, &signed.snapshot, &signed.session, wish, caller).await? {
        EmailOutcome::Sent => return Ok(see_other(&format!("{PATH}?done=email-sent"))),
        EmailOutcome::Done => return Ok(see_other(&format!("{PATH}?done=email-saved"))),
        EmailOutcome::Prove(confirm) => return signed.prove(&web, PATH, confirm).await,
        EmailOutcome::NotFound => return Ok(see_other(PATH)),
        EmailOutcome::Malformed => Problem::EmailMalformed,
        EmailOutcome::InUse => Problem::EmailInUse,
        EmailOutcome::Managed => Problem::ProfileManaged,
        EmailOutcome::Wait(wait) => {
            Problem::SentTooOften(u32::try_from(wait.as_secs().div_ceil(60)).unwrap_or(u32::MAX))
        }
    };
    page(&web, &signed, typed, vec![problem])
}

fn page(web: &Web, signed: &Signed, typed: &str, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let page = AccountEmail {
        head: signed.head(Section::Profile),
        action: Href::local(PATH),
        done: signed.done(DONE),
        managed: is_managed(&signed.user),
        emails: emails(&signed.user),
        email: typed.to_owned(),
        back: Href::local("/account/profile"),
        problems,
    };
    signed.show(web, &page, FORM)
}

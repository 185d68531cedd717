//! `/account/phone`: the telephone number of whoever is signed in. Nobody gets here without a fresh proof (Q84).

use axum::{extract::State, response::Response};

use crate::{
    flow::account::{
        phone::{Phone, PhoneOutcome, number_of},
        profile::is_managed,
    },
    http::{
        account::person::Signed,
        error::Trouble,
        form::Form,
        page::see_other,
        signin::factor::locked,
        state::{SharedWeb, Web},
    },
    theme::{
        Href, Problem,
        pages::{AccountPhone, PhoneLine, PhoneState, Section},
    },
};

const FORM: &str = "account-phone";
const PATH: &str = "/account/phone";
const DONE: &[&str] = &["phone-saved"];

/// Shows it, to whoever has just proved who they are.
pub async fn get(State(web): State<SharedWeb>, signed: Signed) -> Result<Response, Trouble> {
    match signed.unless_fresh(&web, PATH).await? {
        Some(response) => Ok(response),
        None => page(&web, &signed, PhoneState::Number, "", Vec::new()),
    }
}

/// Sends a code to a number, keeps the number by its code, or takes the number away.
pub async fn post(State(web): State<SharedWeb>, signed: Signed, form: Form) -> Result<Response, Trouble> {
    let typed = form.field("phone");
    if !signed.sent(&form, FORM) {
        return page(&web, &signed, PhoneState::Number, typed, vec![Problem::FormStale]);
    }
    let phone =
        Phone { node: &web.node, snapshot: &signed.snapshot, session: &signed.session, caller: &signed.visit.caller };
    let confirms = form.field("action") == "confirm";
    let code = form.field("code").trim();
    if confirms && code.is_empty() {
        return page(&web, &signed, PhoneState::Code, typed, vec![Problem::CodeMissing]);
    }
    let outcome = match form.field("action") {
        "confirm" => phone.confirm(typed, code).await?,
        "remove" => phone.remove().await?,
        _ => phone.ask(typed).await?,
    };
    let problem = match outcome {
        PhoneOutcome::Sent(number) => return page(&web, &signed, PhoneState::Code, number.as_str(), Vec::new()),
        PhoneOutcome::Saved => return Ok(see_other(&format!("{PATH}?done=phone-saved"))),
        PhoneOutcome::Prove(confirm) => return signed.prove(&web, PATH, confirm).await,
        PhoneOutcome::Malformed => Problem::PhoneMalformed,
        PhoneOutcome::Unreachable => Problem::PhoneUnreachable,
        PhoneOutcome::Managed => Problem::ProfileManaged,
        PhoneOutcome::Wrong => Problem::CodeWrong,
        PhoneOutcome::Gone => Problem::CodeGone,
        PhoneOutcome::Locked(until) => locked(until, web.node.now()),
        PhoneOutcome::Wait(wait) => {
            Problem::SentTooOften(u32::try_from(wait.as_secs().div_ceil(60)).unwrap_or(u32::MAX))
        }
    };
    let state = if confirms && problem != Problem::CodeGone { PhoneState::Code } else { PhoneState::Number };
    page(&web, &signed, state, typed, vec![problem])
}

fn page(
    web: &Web,
    signed: &Signed,
    state: PhoneState,
    typed: &str,
    problems: Vec<Problem>,
) -> Result<Response, Trouble> {
    let current = number_of(&signed.user);
    let page = AccountPhone {
        head: signed.head(Section::Profile),
        action: Href::local(PATH),
        done: signed.done(DONE),
        managed: is_managed(&signed.user),
        current: current.map(|phone| PhoneLine { value: phone.value.clone(), verified: phone.verified }),
        state,
        phone: typed.to_owned(),
        back: Href::local("/account/profile"),
        problems,
    };
    signed.show(web, &page, FORM)
}

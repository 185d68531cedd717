//! `/signin/account`: go on as who is signed in, or as somebody else (`prompt=select_account`).

use axum::{extract::State, response::Response};

use crate::{
    flow::{answer::Answer, interaction::Step},
    http::{csrf::FormOwner, error::Trouble, form::Form, page::see_other, signin, state::SharedWeb, visit::Visit},
    theme::{Href, pages::ChooseAccount},
};

const FORM: &str = "account";

/// Shows the choice.
pub async fn get(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    let findings = match signin::due(&web, &visit, &open, |step| *step == Step::ChooseAccount).await? {
        Ok((findings, _)) => findings,
        Err(response) => return Ok(response),
    };
    let account = signin::account_of(&web, &findings).await?;
    let action = Href::local(format!("/signin/account?a={}", open.attempt.id));
    web.show(&visit, &ChooseAccount { action, account }, open.setting(&web, &visit.caller, FORM))
}

/// Takes it.
pub async fn post(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    let owner = signin::owner(&visit.caller);
    if !form.is_genuine(&open.snapshot, owner.as_deref().map(FormOwner::Flow), FORM) {
        return Ok(see_other(&visit.here));
    }
    let answer = if form.field("action") == "other" { Answer::OtherAccount } else { Answer::KeepAccount };
    signin::answer(&web, &visit, &open, answer).await
}

//! `/account/data`: everything that is kept about somebody, and its end.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use crate::{
    flow::account::{
        data::export,
        deletion::{Deletion, GRACE, cancel, due, request},
        overview,
        profile::is_managed,
    },
    http::{
        account::person::Signed,
        error::Trouble,
        form::Form,
        page::see_other,
        state::{SharedWeb, Web},
    },
    theme::{
        Href, Problem,
        pages::{AccountData, Section},
    },
};

const FORM: &str = "account-data";
const PATH: &str = "/account/data";
/// Where whoever had to prove who they are first is led.
const CONFIRMED: &str = "/account/data?done=confirmed";
const DONE: &[&str] = &["confirmed", "deletion-requested", "deletion-cancelled"];

/// Tells what can be done.
pub async fn get(State(web): State<SharedWeb>, signed: Signed) -> Result<Response, Trouble> {
    page(&web, &signed, Vec::new()).await
}

/// Hands the data out, schedules the deletion, or calls it off.
pub async fn post(State(web): State<SharedWeb>, signed: Signed, form: Form) -> Result<Response, Trouble> {
    if !signed.sent(&form, FORM) {
        return page(&web, &signed, vec![Problem::FormStale]).await;
    }
    match form.field("action") {
        "download" => download(&web, &signed).await,
        "delete" if !form.has("confirm") => page(&web, &signed, vec![Problem::ConfirmMissing]).await,
        "delete" => delete(&web, &signed).await,
        "keep" if cancel(&web.node, signed.user.id, &signed.visit.caller).await? => {
            Ok(see_other(&format!("{PATH}?done=deletion-cancelled")))
        }
        _ => Ok(see_other(PATH)),
    }
}

/// A file, for whoever has just proved that it is about them.
async fn download(web: &Web, signed: &Signed) -> Result<Response, Trouble> {
    if let Some(response) = signed.unless_fresh(web, CONFIRMED).await? {
        return Ok(response);
    }
    let document = export(&web.node, &signed.snapshot, &signed.user, &signed.visit.caller).await?;
    let body = serde_json::to_vec_pretty(&document).map_err(|error| Trouble::internal(&error))?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("application/json")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"account.json\"")),
    ];
    Ok((headers, body).into_response())
}

async fn delete(web: &Web, signed: &Signed) -> Result<Response, Trouble> {
    let problem = match request(&web.node, &signed.snapshot, &signed.session, &signed.visit.caller).await? {
        Deletion::Scheduled(_) => return Ok(see_other(&format!("{PATH}?done=deletion-requested"))),
        Deletion::Prove(confirm) => return signed.prove(web, CONFIRMED, confirm).await,
        Deletion::Managed => Problem::ProfileManaged,
        Deletion::LastAdministrator => Problem::LastAdministrator,
    };
    page(web, signed, vec![problem]).await
}

async fn page(web: &Web, signed: &Signed, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let page = AccountData {
        head: signed.head(Section::Data),
        action: Href::local(PATH),
        done: signed.done(DONE),
        managed: is_managed(&signed.user),
        due: due(&web.node, signed.user.id).await?.map(Into::into),
        grace: GRACE.as_secs() / 86_400,
        companies: overview::password(&web.node, signed.user.id).await?.companies,
        problems,
    };
    signed.show(web, &page, FORM)
}

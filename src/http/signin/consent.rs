//! `/consent`: what the application asks for.

use axum::{extract::State, response::Response};

use crate::{
    flow::{answer::Answer, interaction::Step},
    http::{csrf::FormOwner, error::Trouble, form::Form, page::see_other, signin, state::SharedWeb, visit::Visit},
    theme::{
        Href,
        pages::{Consent, Scope},
    },
};

const FORM: &str = "consent";

/// Shows what is asked.
pub async fn get(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    let (findings, company, scopes) =
        match signin::due(&web, &visit, &open, |step| matches!(step, Step::Consent { .. })).await? {
            Ok((findings, Step::Consent { company, scopes })) => (findings, company, scopes),
            Ok(_) => return Err(Trouble::not_found()),
            Err(response) => return Ok(response),
        };
    let metadata = open.client.metadata();
    let link = |address: &Option<String>| address.as_deref().and_then(Href::new);
    let page = Consent {
        action: Href::local(format!("/consent?a={}", open.attempt.id)),
        account: signin::account_of(&web, &findings).await?,
        client: open.client.name().to_owned(),
        host: host(&open.attempt.request.request.return_to.redirect_uri),
        scopes: scopes.iter().map(Scope::new).collect(),
        customer: company.map(|company| company.customer_name),
        claims: Vec::new(),
        terms: link(&metadata.tos_uri),
        policy: link(&metadata.policy_uri),
    };
    web.show(&visit, &page, open.setting(&web, &visit.caller, FORM))
}

/// Takes the answer.
pub async fn post(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    let owner = signin::owner(&visit.caller);
    if !form.is_genuine(&open.snapshot, owner.as_deref().map(FormOwner::Flow), FORM) {
        return Ok(see_other(&visit.here));
    }
    let answer = if form.field("action") == "allow" { Answer::Allow } else { Answer::Deny };
    signin::answer(&web, &visit, &open, answer).await
}

/// Where the person is sent afterwards, as they can check it: the host, or the scheme of a native program.
fn host(redirect_uri: &str) -> String {
    let parsed = url::Url::parse(redirect_uri).ok();
    parsed.map(|url| url.host_str().map_or_else(|| url.scheme().to_owned(), str::to_owned)).unwrap_or_default()
}

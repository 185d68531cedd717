//! `/consent`: what the application asks for.

use axum::{extract::State, response::Response};

use crate::{
    base::id::AttemptId,
    flow::{
        answer::Answer,
        grant_life::{Reach, grant_life},
        interaction::Step,
        survey::Findings,
    },
    http::{
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        page::see_other,
        signin::{self, Open, claim_values},
        state::{SharedWeb, Web},
        visit::Visit,
    },
    identity::selection::Candidate,
    oidc::scope::ScopeSet,
    theme::{
        Href, TimeSpan,
        pages::{AccessLife, Consent, Scope},
    },
};

/// The name of the form says what it is an answer to: "Allow" on a page that showed another company, or less, is stale.
fn form_name(attempt: AttemptId, company: Option<&Candidate>, scopes: &ScopeSet) -> String {
    let company = company.map(|company| company.reference.text()).unwrap_or_default();
    format!("consent {attempt} {company} {scopes}")
}

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
    let form = form_name(open.attempt.id, company.as_ref(), &scopes);
    let reference = company.as_ref().map(|company| company.reference);
    let told = open.journey(&web).consent_claims(&findings, reference).await?;
    let metadata = open.client.metadata();
    let link = |address: &Option<String>| address.as_deref().and_then(Href::new);
    let page = Consent {
        action: Href::local(format!("/consent?a={}", open.attempt.id)),
        account: signin::account_of(&web, &findings).await?,
        client: open.client.name().to_owned(),
        host: host(&open.attempt.request.request.return_to.redirect_uri),
        scopes: scopes.iter().map(Scope::new).collect(),
        customer: company.map(|company| company.customer_name),
        life: life(&web, &open, &findings),
        claims: claim_values::values(told),
        terms: link(&metadata.tos_uri),
        policy: link(&metadata.policy_uri),
    };
    web.show(&visit, &page, open.setting(&web, &visit.caller, &form))
}

/// How long the client can use what it asks for, if the person agrees now (security.md Q33).
fn life(web: &Web, open: &Open, findings: &Findings) -> AccessLife {
    let now = web.node.now();
    let session_ends = findings.session.as_ref().map_or(now, |session| session.expires_at);
    let request = &open.attempt.request.request;
    let life = grant_life(&open.snapshot, &open.client, &request.scope, session_ends, now);
    let lasts = life.ends_at.since(now);
    let at_most = TimeSpan::from(lasts);
    match life.reach {
        Reach::Tokens => AccessLife::Once { at_most },
        Reach::Session => AccessLife::Session { at_most },
        Reach::Offline(idle) => AccessLife::Offline { at_most, unused: (idle < lasts).then(|| idle.into()) },
    }
}

/// Takes the answer.
pub async fn post(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    let Step::Consent { company, scopes } = open.journey(&web).look(&visit.caller).await?.1 else {
        return Ok(see_other(&visit.here));
    };
    let owner = signin::owner(&visit.caller);
    let name = form_name(open.attempt.id, company.as_ref(), &scopes);
    if !form.is_genuine(&open.snapshot, owner.as_deref().map(FormOwner::Flow), &name) {
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

//! `/signin/passkey`, `/signin/enrol/passkey`: a passkey as the second factor, alone, and a new one (WebAuthn §7).

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use crate::{
    authn::factor::MfaMethod,
    flow::{factors::verify::Answer, interaction::Step, step_up::Offered},
    http::{
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        page::see_other,
        signin::{
            self, Open, enrol,
            factor::{self, FORM, around, came_of, is_genuine, offers, other_way, proving, trust},
            sign_in,
        },
        state::{SharedWeb, Web},
        visit::Visit,
    },
    theme::{
        Href, Problem,
        pages::{Ceremony, EnrolPasskey, FactorPasskey, NamePasskey},
    },
};

/// Where an answer is posted.
pub const PATH: &str = "/signin/passkey";
const ENROL: &str = "/signin/enrol/passkey";

/// Where the script of a page of this attempt goes.
pub fn ceremony(open: &Open, path: &str) -> Ceremony {
    let attempt = open.attempt.id;
    Ceremony {
        action: Href::local(format!("{path}?a={attempt}")),
        options: Href::local(format!("{PATH}/options?a={attempt}")),
    }
}

/// Asks for a passkey as the second factor.
pub async fn get(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    show(&web, &visit, &open, Vec::new()).await
}

async fn show(web: &Web, visit: &Visit, open: &Open, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let (findings, step) = match proving(web, visit, open).await? {
        Ok(due) => due,
        Err(response) => return Ok(response),
    };
    if !offers(&step, MfaMethod::Passkey) {
        return Ok(see_other(&signin::path(&step, open.attempt.id)));
    }
    let page = FactorPasskey {
        passkey: ceremony(open, PATH),
        around: around(web, open, &findings).await?,
        trust: trust(&findings),
        other_way: other_way(open, &step),
        problems,
    };
    web.show(visit, &page, open.setting(web, &visit.caller, FORM))
}

/// What the browser is to be asked, in JSON, for the script of whichever page is due.
pub async fn options(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    if !is_of_page(&open, &visit, &form, sign_in::FORM) && !is_genuine(&open, &visit, &form) {
        return Err(Trouble::forbidden());
    }
    match open.journey(&web).passkey_options(&open.attempt, web.theme.vendor(), &visit.caller).await? {
        Offered::Offer(options) => Ok(Json(options).into_response()),
        Offered::Elsewhere(step) => Ok(see_other(&signin::path(&step, open.attempt.id))),
        Offered::Unavailable => Err(Trouble::not_found()),
    }
}

fn is_of_page(open: &Open, visit: &Visit, form: &Form, name: &str) -> bool {
    let owner = signin::owner(&visit.caller);
    form.is_genuine(&open.snapshot, owner.as_deref().map(FormOwner::Flow), name)
}

/// Takes the browser's answer: it signs somebody in, or is the second factor of who is signed in.
pub async fn post(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    if let Step::SignIn { again } = open.journey(&web).look(&visit.caller).await?.1 {
        return match is_of_page(&open, &visit, &form, sign_in::FORM) {
            true => sign_in::by_passkey(&web, &visit, &open, &form, again).await,
            false => Ok(see_other(&format!("/signin?a={}", open.attempt.id))),
        };
    }
    if !is_genuine(&open, &visit, &form) {
        return show(&web, &visit, &open, vec![Problem::FormStale]).await;
    }
    let answer = Answer::Passkey(form.field("credential"));
    let trust = form.has("trust_device");
    let proving = open.journey(&web).prove(&open.attempt, answer, trust, &visit.caller).await?;
    match came_of(&web, &visit, &open, proving, Problem::PasskeyFailed, Problem::PasskeyFailed)? {
        Ok(response) => Ok(response),
        Err(problem) => show(&web, &visit, &open, vec![problem]).await,
    }
}

/// Asks for a new passkey.
pub async fn enrol(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    enrol_page(&web, &visit, &open, Vec::new()).await
}

async fn enrol_page(web: &Web, visit: &Visit, open: &Open, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let (findings, step) = match enrol::enrolling(web, visit, open).await? {
        Ok(due) => due,
        Err(response) => return Ok(response),
    };
    if !offers(&step, MfaMethod::Passkey) {
        return Ok(see_other(&signin::path(&step, open.attempt.id)));
    }
    let page = EnrolPasskey {
        passkey: ceremony(open, ENROL),
        around: around(web, open, &findings).await?,
        other_way: enrol::other_way(open),
        problems,
    };
    web.show(visit, &page, open.setting(web, &visit.caller, FORM))
}

/// Takes the browser's new passkey.
pub async fn enrolled(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    if !factor::is_genuine(&open, &visit, &form) {
        return enrol_page(&web, &visit, &open, vec![Problem::FormStale]).await;
    }
    let enrolled = open.journey(&web).enrol_passkey(&open.attempt, form.field("credential"), &visit.caller).await?;
    match enrol::came_of(&web, &visit, &open, enrolled, Problem::PasskeyFailed)? {
        Ok(response) => Ok(response),
        Err(problem) => enrol_page(&web, &visit, &open, vec![problem]).await,
    }
}

/// Where a new passkey is named.
pub fn name_path(open: &Open, id: Uuid) -> String {
    format!("/signin/enrol/passkey/name?a={}&id={id}", open.attempt.id)
}

/// Asks what a new passkey is to be called.
pub async fn ask_name(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    name_page(&web, &visit, &open, Vec::new()).await
}

/// Names it, or leaves it as it is, and goes on.
pub async fn take_name(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    let on = see_other(&format!("/signin?a={}", open.attempt.id));
    if form.field("action") == "later" {
        return Ok(on);
    }
    if !is_genuine(&open, &visit, &form) {
        return name_page(&web, &visit, &open, vec![Problem::FormStale]).await;
    }
    let Some(id) = named(&visit) else { return Ok(on) };
    match open.journey(&web).name_passkey(&open.attempt, id, form.field("factor_name"), &visit.caller).await? {
        true => Ok(on),
        false => name_page(&web, &visit, &open, vec![Problem::FactorNameMissing]).await,
    }
}

fn named(visit: &Visit) -> Option<Uuid> {
    visit.param("id").and_then(|id| id.parse().ok())
}

async fn name_page(web: &Web, visit: &Visit, open: &Open, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let on = format!("/signin?a={}", open.attempt.id);
    let Some(id) = named(visit) else { return Ok(see_other(&on)) };
    let Some(name) = open.journey(web).passkey_name(id, &visit.caller).await? else { return Ok(see_other(&on)) };
    let page = NamePasskey { action: Href::local(name_path(open, id)), name, problems };
    web.show(visit, &page, open.setting(web, &visit.caller, FORM))
}

//! `/signin/enrol`: a second factor to add, because it is demanded here, or because a password alone opens too much.

use axum::{extract::State, response::Response};

use crate::{
    authn::factor::MfaMethod,
    flow::{
        answer::Answer,
        interaction::Step,
        step_up::{Enrolled, Offered},
        survey::{Findings, Next},
    },
    http::{
        error::Trouble,
        form::Form,
        page::see_other,
        signin::{
            self, Open,
            factor::{FORM, around, is_genuine, offers, with_cookies},
            passkey, recovery,
        },
        state::{SharedWeb, Web},
        visit::Visit,
    },
    theme::{
        Href, Problem,
        pages::{EnrolFactor, EnrolTotp, Method},
    },
};

/// Shows what there is to add.
pub async fn get(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    show(&web, &visit, &open, Vec::new()).await
}

/// Goes where the chosen method is set up; or puts it off.
pub async fn post(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    if !is_genuine(&open, &visit, &form) {
        return Ok(see_other(&visit.here));
    }
    if form.field("action") == "later" {
        return signin::answer(&web, &visit, &open, Answer::Later).await;
    }
    let Ok((_, step)) = enrolling(&web, &visit, &open).await? else { return Ok(see_other(&visit.here)) };
    let chosen = form.field("method").parse().ok();
    match chosen.filter(|method| offers(&step, *method)) {
        Some(MfaMethod::Totp) => Ok(see_other(&format!("/signin/enrol/totp?a={}", open.attempt.id))),
        Some(MfaMethod::Passkey) => Ok(see_other(&format!("/signin/enrol/passkey?a={}", open.attempt.id))),
        _ => show(&web, &visit, &open, vec![Problem::MethodMissing]).await,
    }
}

async fn show(web: &Web, visit: &Visit, open: &Open, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let (findings, step) = match enrolling(web, visit, open).await? {
        Ok(due) => due,
        Err(response) => return Ok(response),
    };
    // Whoever cannot do it here and now finds the way back in their mailbox (D33).
    open.journey(web).mail_enrol_link(&findings, &step, &visit.caller).await?;
    let Step::EnrolFactor { methods, forced, until } = step else { return Err(Trouble::not_found()) };
    let methods = methods.into_iter().enumerate();
    let page = EnrolFactor {
        action: Href::local(format!("/signin/enrol?a={}", open.attempt.id)),
        around: around(web, open, &findings).await?,
        methods: methods.map(|(at, it)| Method { method: it.text(), target: None, selected: at == 0 }).collect(),
        forced,
        until: until.map(Into::into),
        problems,
    };
    web.show(visit, &page, open.setting(web, &visit.caller, FORM))
}

/// The step, if a factor is to be added; otherwise the response that leads to what is due.
pub async fn enrolling(web: &Web, visit: &Visit, open: &Open) -> Result<Result<(Findings, Step), Response>, Trouble> {
    signin::due(web, visit, open, |step| matches!(step, Step::EnrolFactor { .. })).await
}

/// Where another method is chosen.
pub fn other_way(open: &Open) -> Href {
    Href::local(format!("/signin/enrol?a={}", open.attempt.id))
}

/// Shows the secret of an authenticator app; the same one however often it is loaded.
pub async fn totp(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    totp_page(&web, &visit, &open, Vec::new()).await
}

async fn totp_page(web: &Web, visit: &Visit, open: &Open, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let findings = match enrolling(web, visit, open).await? {
        Ok((findings, _)) => findings,
        Err(response) => return Ok(response),
    };
    let offer = match open.journey(web).offer_totp(&open.attempt, web.theme.vendor(), &visit.caller).await? {
        Offered::Offer(offer) => offer,
        Offered::Elsewhere(step) => return Ok(see_other(&signin::path(&step, open.attempt.id))),
        Offered::Unavailable => return show(web, visit, open, vec![Problem::MethodMissing]).await,
    };
    let page = EnrolTotp {
        action: Href::local(format!("/signin/enrol/totp?a={}", open.attempt.id)),
        around: around(web, open, &findings).await?,
        uri: offer.uri.expose().clone(),
        link: Href::new(offer.uri.expose()),
        secret: offer.secret.expose().clone(),
        other_way: other_way(open),
        problems,
    };
    web.show(visit, &page, open.setting(web, &visit.caller, FORM))
}

/// Confirms the app by its first code.
pub async fn confirm_totp(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    if !is_genuine(&open, &visit, &form) {
        return totp_page(&web, &visit, &open, vec![Problem::FormStale]).await;
    }
    let typed = form.field("code").trim();
    if typed.is_empty() {
        return totp_page(&web, &visit, &open, vec![Problem::CodeMissing]).await;
    }
    let enrolled = open.journey(&web).enrol_totp(&open.attempt, typed, &visit.caller).await?;
    match came_of(&web, &visit, &open, enrolled, Problem::CodeWrong)? {
        Ok(response) => Ok(response),
        Err(Problem::EnrolmentGone) => show(&web, &visit, &open, vec![Problem::EnrolmentGone]).await,
        Err(problem) => totp_page(&web, &visit, &open, vec![problem]).await,
    }
}

/// What came of a new factor: the recovery codes, the way on, or what is wrong.
pub fn came_of(
    web: &Web,
    visit: &Visit,
    open: &Open,
    enrolled: Enrolled,
    wrong: Problem,
) -> Result<Result<Response, Problem>, Trouble> {
    Ok(Err(match enrolled {
        Enrolled::Raised(raised) => {
            // A passkey is named afterwards (experience.md 13).
            let on = match raised.passkey {
                Some(id) => passkey::name_path(open, id),
                None => format!("/signin?a={}", open.attempt.id),
            };
            let codes: Vec<String> = raised.codes.iter().map(|code| code.expose().clone()).collect();
            let response = match codes.is_empty() {
                true => see_other(&on),
                false => recovery::codes_page(web, visit, open, codes, on)?,
            };
            return Ok(Ok(with_cookies(web, response, &raised)));
        }
        Enrolled::Stale(step) => return Ok(Ok(see_other(&signin::path(&step, open.attempt.id)))),
        Enrolled::Finished => return signin::go_on(web, visit, open, Next::Finished).map(Ok),
        Enrolled::Wrong => wrong,
        Enrolled::Exists => Problem::PasskeyExists,
        Enrolled::Gone => Problem::EnrolmentGone,
    }))
}

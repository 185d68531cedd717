//! `/signin/factor`: by what to confirm who it is; and what the pages of second factors share.

use axum::{extract::State, response::Response};

use crate::{
    authn::{factor::MfaMethod, one_time_code::Channel},
    base::moment::Moment,
    flow::{
        answer::Answer,
        interaction::Step,
        step_up::{Proving, Raised},
        survey::{Findings, Next},
    },
    http::{
        cookies::{CookieName, LONGEST},
        csrf::FormOwner,
        error::Trouble,
        form::Form,
        page::{see_other, with_cookie},
        signin::{self, Open, code, recovery},
        state::{SharedWeb, Web},
        visit::Visit,
    },
    theme::{
        Href, Problem, TimeSpan,
        pages::{Around, ChooseFactor, Method},
    },
};

/// Name of the forms on every page of second factors.
pub const FORM: &str = "factor";

/// Shows the methods.
pub async fn get(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    show(&web, &visit, &open, Vec::new()).await
}

/// Goes where the chosen method is asked for; or leaves company or account.
pub async fn post(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    if !is_genuine(&open, &visit, &form) {
        return Ok(see_other(&visit.here));
    }
    match form.field("action") {
        "company" => return signin::answer(&web, &visit, &open, Answer::OtherCompany).await,
        "other" => return signin::answer(&web, &visit, &open, Answer::OtherAccount).await,
        _ => {}
    }
    let Ok((_, step)) = proving(&web, &visit, &open).await? else { return Ok(see_other(&visit.here)) };
    let chosen = form.field("method").parse().ok();
    match chosen.filter(|method| offers(&step, *method)) {
        Some(MfaMethod::Passkey) => Ok(see_other(&format!("/signin/passkey?a={}", open.attempt.id))),
        Some(method) => match Channel::of(method) {
            Some(channel) => code::send(&web, &visit, &open, channel).await,
            None => Ok(see_other(&code::path(&open, method))),
        },
        None => show(&web, &visit, &open, vec![Problem::MethodMissing]).await,
    }
}

async fn show(web: &Web, visit: &Visit, open: &Open, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let (findings, step) = match proving(web, visit, open).await? {
        Ok(due) => due,
        Err(response) => return Ok(response),
    };
    let Step::ProveFactor { methods, preferred } = step else { return Err(Trouble::not_found()) };
    let mut offered = Vec::new();
    for method in methods {
        let sent = match Channel::of(method) {
            Some(channel) => open.journey(web).sent_code(&open.attempt, &findings, channel, &visit.caller).await?,
            None => None,
        };
        let target = sent.map(|sent| sent.target);
        offered.push(Method { method: method.text(), target, selected: method == preferred });
    }
    let page = ChooseFactor {
        action: Href::local(format!("/signin/factor?a={}", open.attempt.id)),
        around: around(web, open, &findings).await?,
        methods: offered,
        problems,
    };
    web.show(visit, &page, open.setting(web, &visit.caller, FORM))
}

/// The step, if a factor is to be proved; otherwise the response that leads to what is due.
pub async fn proving(web: &Web, visit: &Visit, open: &Open) -> Result<Result<(Findings, Step), Response>, Trouble> {
    signin::due(web, visit, open, |step| matches!(step, Step::ProveFactor { .. })).await
}

/// Whether a step asks for this method among others.
pub fn offers(step: &Step, method: MfaMethod) -> bool {
    match step {
        Step::ProveFactor { methods, .. } | Step::EnrolFactor { methods, .. } => methods.contains(&method),
        _ => false,
    }
}

/// Whether a form of these pages is ours.
pub fn is_genuine(open: &Open, visit: &Visit, form: &Form) -> bool {
    let owner = signin::owner(&visit.caller);
    form.is_genuine(&open.snapshot, owner.as_deref().map(FormOwner::Flow), FORM)
}

/// Who the page is about, and the ways around it.
pub async fn around(web: &Web, open: &Open, findings: &Findings) -> Result<Around, Trouble> {
    Ok(Around {
        account: signin::account_of(web, findings).await?,
        customer: findings.company().map(|company| company.customer_name.clone()),
        leave: Href::local(format!("/signin/factor?a={}", open.attempt.id)),
        others: open.journey(web).has_others(findings),
    })
}

/// For how long the browser can be trusted, if it can: where more is stated than that a factor is to be used, each
/// sign-in is asked for it (claims.md 3).
pub fn trust(findings: &Findings) -> Option<TimeSpan> {
    let rules = &findings.demand.as_ref()?.rules;
    let allowed = !rules.remember_device.is_zero() && rules.stated_min_acr.is_none();
    allowed.then(|| rules.remember_device.into())
}

/// Where another method is chosen, if there is another.
pub fn other_way(open: &Open, step: &Step) -> Option<Href> {
    let several = matches!(step, Step::ProveFactor { methods, .. } if methods.len() > 1);
    several.then(|| Href::local(format!("/signin/factor?a={}", open.attempt.id)))
}

/// What came of a proof: the way on with new cookies, or what is wrong.
pub fn came_of(
    web: &Web,
    visit: &Visit,
    open: &Open,
    proving: Proving,
    wrong: Problem,
    gone: Problem,
) -> Result<Result<Response, Problem>, Trouble> {
    Ok(Err(match proving {
        Proving::Raised(raised) => {
            let on = match raised.recovery_left {
                Some(left) => recovery::used_page(web, visit, open, left)?,
                None => see_other(&format!("/signin?a={}", open.attempt.id)),
            };
            return Ok(Ok(with_cookies(web, on, &raised)));
        }
        Proving::Stale(step) => return Ok(Ok(see_other(&signin::path(&step, open.attempt.id)))),
        Proving::Finished => return signin::go_on(web, visit, open, Next::Finished).map(Ok),
        Proving::Wrong => wrong,
        Proving::Used => Problem::CodeUsed,
        Proving::Gone => gone,
        Proving::Locked(until) => locked(until, web.node.now()),
    }))
}

/// What is wrong where a method takes no code until then.
pub fn locked(until: Moment, now: Moment) -> Problem {
    match until {
        Moment::MAX => Problem::FactorBlocked,
        until => Problem::FactorLocked(u32::try_from(until.since(now).as_secs().div_ceil(60)).unwrap_or(u32::MAX)),
    }
}

/// Sets the session's new cookie, and that of a trusted browser.
pub fn with_cookies(web: &Web, response: Response, raised: &Raised) -> Response {
    let session = &raised.session;
    let response = with_cookie(response, web.cookies.set(CookieName::Session, session.value.expose(), session.keep));
    match &raised.trust {
        Some(trust) => {
            let keep = trust.keep.min(LONGEST);
            with_cookie(response, web.cookies.set(CookieName::TrustedBrowser, trust.value.expose(), Some(keep)))
        }
        None => response,
    }
}

//! `/signin/code`: a code of an app, a recovery code, or a code that was sent.

use axum::{
    extract::State,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};

use crate::{
    authn::{
        factor::MfaMethod,
        one_time_code::{Channel, CodePurpose},
        send_limits::SendRefusal,
    },
    flow::{factors::verify::Answer, interaction::Step, send_code::CodeSending, survey::Findings},
    http::{
        error::Trouble,
        form::Form,
        page::{Setting, see_other},
        signin::{
            self, Open,
            factor::{FORM, around, came_of, is_genuine, offers, other_way, proving, trust},
        },
        state::{SharedWeb, Web},
        visit::Visit,
    },
    theme::{
        Href, Problem,
        pages::{FactorCode, Sent, Wait},
    },
};

/// Asks for the code.
pub async fn get(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    show(&web, &visit, &open, Vec::new()).await
}

/// Verifies it.
pub async fn post(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    if !is_genuine(&open, &visit, &form) {
        return show(&web, &visit, &open, vec![Problem::FormStale]).await;
    }
    let step = match proving(&web, &visit, &open).await? {
        Ok((_, step)) => step,
        Err(response) => return Ok(response),
    };
    let typed = form.field("code").trim();
    if typed.is_empty() {
        return show(&web, &visit, &open, vec![Problem::CodeMissing]).await;
    }
    let (answer, wrong) = match method(&visit, &step) {
        Some(MfaMethod::Totp) => (Answer::Totp(typed), Problem::CodeWrong),
        Some(MfaMethod::Recovery) => (Answer::Recovery(typed), Problem::RecoveryWrong),
        Some(method) => match Channel::of(method) {
            Some(channel) => (sent_answer(channel, typed), Problem::SentCodeWrong),
            None => return Err(Trouble::not_found()),
        },
        None => return Err(Trouble::not_found()),
    };
    let trust = form.has("trust_device");
    let proving = open.journey(&web).prove(&open.attempt, answer, trust, &visit.caller).await?;
    match came_of(&web, &visit, &open, proving, wrong, Problem::CodeGone)? {
        Ok(response) => Ok(response),
        Err(problem) => show(&web, &visit, &open, vec![problem]).await,
    }
}

const fn sent_answer(channel: Channel, typed: &str) -> Answer<'_> {
    Answer::Code { channel, purpose: CodePurpose::SecondFactor, about: "", typed }
}

/// Sends a code by `channel`, and leads to the page that asks for it. Whoever asks too soon is told so (M22).
pub async fn send(web: &Web, visit: &Visit, open: &Open, channel: Channel) -> Result<Response, Trouble> {
    match open.journey(web).send_code(&open.attempt, channel, &visit.caller).await? {
        CodeSending::Sent => Ok(see_other(&path(open, channel.method()))),
        CodeSending::Stale(step) => Ok(see_other(&signin::path(&step, open.attempt.id))),
        CodeSending::Down => {
            let status = StatusCode::SERVICE_UNAVAILABLE;
            unsent(web, visit, open, channel, Problem::CodeUnsendable, status).await
        }
        CodeSending::Refused(refusal) => {
            let problem = match refusal {
                SendRefusal::Wait(_) => Problem::CodeSoon,
                SendRefusal::Budget(_) | SendRefusal::Country | SendRefusal::Range => Problem::CodeUnsendable,
            };
            let mut response = unsent(web, visit, open, channel, problem, StatusCode::TOO_MANY_REQUESTS).await?;
            if let Some(wait) = refusal.retry_after() {
                response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs().max(1)));
            }
            Ok(response)
        }
    }
}

/// The page again, with why no code was sent.
async fn unsent(
    web: &Web,
    visit: &Visit,
    open: &Open,
    channel: Channel,
    problem: Problem,
    status: StatusCode,
) -> Result<Response, Trouble> {
    let (findings, step) = match proving(web, visit, open).await? {
        Ok(due) => due,
        Err(response) => return Ok(response),
    };
    let page = page(web, visit, open, &findings, &step, channel.method(), vec![problem]).await?;
    let setting = open.setting(web, &visit.caller, FORM);
    web.show(visit, &page, Setting { status: Some(status), ..setting })
}

/// Where a code of this kind is asked for.
pub fn path(open: &Open, method: MfaMethod) -> String {
    format!("/signin/code?a={}&method={method}", open.attempt.id)
}

/// What kind of code: the one that the address names, else the preferred one.
fn method(visit: &Visit, step: &Step) -> Option<MfaMethod> {
    let Step::ProveFactor { methods, preferred } = step else { return None };
    let typed = |method: &MfaMethod| *method != MfaMethod::Passkey;
    let named = visit.param("method").and_then(|name| name.parse().ok()).filter(|method| offers(step, *method));
    named.or(Some(*preferred)).filter(typed).or_else(|| methods.iter().copied().find(typed))
}

async fn show(web: &Web, visit: &Visit, open: &Open, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let (findings, step) = match proving(web, visit, open).await? {
        Ok(due) => due,
        Err(response) => return Ok(response),
    };
    let Some(method) = method(visit, &step) else { return Err(Trouble::not_found()) };
    let page = page(web, visit, open, &findings, &step, method, problems).await?;
    web.show(visit, &page, open.setting(web, &visit.caller, FORM))
}

async fn page(
    web: &Web,
    visit: &Visit,
    open: &Open,
    findings: &Findings,
    step: &Step,
    method: MfaMethod,
    problems: Vec<Problem>,
) -> Result<FactorCode, Trouble> {
    let sent = match Channel::of(method) {
        Some(channel) => Some(sent(web, visit, open, findings, channel).await?),
        None => None,
    };
    Ok(FactorCode {
        action: Href::local(path(open, method)),
        around: around(web, open, findings).await?,
        method: method.text(),
        sent,
        trust: trust(findings),
        other_way: other_way(open, step),
        problems,
    })
}

async fn sent(web: &Web, visit: &Visit, open: &Open, findings: &Findings, channel: Channel) -> Result<Sent, Trouble> {
    let sent = open.journey(web).sent_code(&open.attempt, findings, channel, &visit.caller).await?;
    let sent = sent.ok_or_else(Trouble::not_found)?;
    Ok(Sent {
        target: sent.target,
        live: sent.live,
        resend: Href::local(format!("/signin/factor?a={}", open.attempt.id)),
        wait: Wait::new(sent.wait),
    })
}

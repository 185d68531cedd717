//! `/account/sessions`: where somebody is signed in, and the browsers that they trust.

use axum::{extract::State, response::Response};

use crate::{
    flow::{
        account::sessions::{Listed, Trusted, browsers, end_other_sessions, end_session},
        factors::trust::forget_browser,
    },
    http::{
        account::person::Signed,
        error::Trouble,
        form::Form,
        page::see_other,
        state::{SharedWeb, Web},
    },
    theme::{
        Href, LastUsed, Problem,
        pages::{AccountSessions, Section, SessionLine, TrustedLine},
    },
};

const FORM: &str = "account-sessions";
const PATH: &str = "/account/sessions";
const DONE: &[&str] = &["session-ended", "sessions-ended", "browser-forgotten", "confirmed"];

/// Lists them.
pub async fn get(State(web): State<SharedWeb>, signed: Signed) -> Result<Response, Trouble> {
    page(&web, &signed, Vec::new()).await
}

/// Ends one session, all others, or the trust in a browser.
pub async fn post(State(web): State<SharedWeb>, signed: Signed, form: Form) -> Result<Response, Trouble> {
    if !signed.sent(&form, FORM) {
        return page(&web, &signed, vec![Problem::FormStale]).await;
    }
    // Whoever ends a session has just proved who they are (Q83): else a thief could shut the owner out.
    let ends = matches!(form.field("action"), "others" | "end");
    if ends && let Some(response) = signed.unless_fresh(&web, &format!("{PATH}?done=confirmed")).await? {
        return Ok(response);
    }
    let (node, caller) = (&web.node, &signed.visit.caller);
    let done = match form.field("action") {
        "others" => {
            end_other_sessions(node, &signed.session, caller).await?;
            Some("sessions-ended")
        }
        "forget" => match form.field("browser").parse() {
            Ok(id) if forget_browser(node, signed.user.id, id, caller).await? => Some("browser-forgotten"),
            _ => None,
        },
        "end" => match form.field("session").parse() {
            Ok(id) if end_session(node, &signed.session, id, caller).await? => Some("session-ended"),
            _ => None,
        },
        _ => None,
    };
    // What was not there any more is not on the page either.
    Ok(see_other(&done.map_or_else(|| PATH.to_owned(), |word| format!("{PATH}?done={word}"))))
}

async fn page(web: &Web, signed: &Signed, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let found = browsers(&web.node, &signed.snapshot, &signed.session, &signed.visit.caller).await?;
    let now = web.node.now();
    let session = |it: Listed| SessionLine {
        id: it.id.text(),
        here: it.here,
        device: it.device,
        ip: it.ip,
        applications: it.applications,
        since: it.created_at.into(),
        last_used: LastUsed::new(it.last_seen_at, now),
    };
    let trusted = |it: Trusted| TrustedLine {
        id: it.id.to_string(),
        here: it.here,
        device: it.device,
        ip: it.ip,
        since: it.created_at.into(),
    };
    let page = AccountSessions {
        head: signed.head(Section::Sessions),
        action: Href::local(PATH),
        done: signed.done(DONE),
        sessions: found.sessions.into_iter().map(session).collect(),
        trusted: found.trusted.into_iter().map(trusted).collect(),
        sign_out: Href::local("/signout"),
        problems,
    };
    signed.show(web, &page, FORM)
}

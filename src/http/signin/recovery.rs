//! `/signin/recovery`: recovery codes, shown once: a new set in place of one that runs out, and the same set as a file.
//! No code is ever part of an address.

use axum::{
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

use crate::{
    authn::recovery_code::{CODES, RecoveryCode},
    http::{
        error::Trouble,
        form::Form,
        page::see_other,
        signin::{
            self, Open,
            factor::{FORM, is_genuine},
        },
        state::{SharedWeb, Web},
        visit::Visit,
    },
    theme::{
        Href,
        pages::{RecoveryCodes, RecoveryUsed},
    },
};

/// Where the codes are asked for.
const PATH: &str = "/signin/recovery";

/// Nothing is shown twice: goes on with the sign-in.
pub async fn get(State(web): State<SharedWeb>, visit: Visit) -> Result<Response, Trouble> {
    Ok(match signin::open(&web, &visit).await? {
        Ok(open) => see_other(&on(&open)),
        Err(response) => response,
    })
}

/// Makes a new set of codes, or sends the set on the page as a file.
pub async fn post(State(web): State<SharedWeb>, visit: Visit, form: Form) -> Result<Response, Trouble> {
    let open = match signin::open(&web, &visit).await? {
        Ok(open) => open,
        Err(response) => return Ok(response),
    };
    if !is_genuine(&open, &visit, &form) {
        return Ok(see_other(&on(&open)));
    }
    if form.field("action") == "download" {
        return Ok(file(&web, form.field("codes")).unwrap_or_else(|| see_other(&on(&open))));
    }
    match open.journey(&web).new_recovery_codes(&open.attempt, &visit.caller).await? {
        Some(codes) => {
            let codes = codes.iter().map(|code| code.expose().clone()).collect();
            codes_page(&web, &visit, &open, codes, on(&open))
        }
        None => Ok(see_other(&on(&open))),
    }
}

/// Where the sign-in goes on.
fn on(open: &Open) -> String {
    format!("/signin?a={}", open.attempt.id)
}

/// Shows a set of codes, once.
pub fn codes_page(
    web: &Web,
    visit: &Visit,
    open: &Open,
    codes: Vec<String>,
    proceed: String,
) -> Result<Response, Trouble> {
    let keep = Href::local(format!("{PATH}?a={}", open.attempt.id));
    let page = RecoveryCodes { codes, keep, proceed: Href::local(proceed) };
    web.show(visit, &page, open.setting(web, &visit.caller, FORM))
}

/// "n codes left": after one was used.
pub fn used_page(web: &Web, visit: &Visit, open: &Open, left: u32) -> Result<Response, Trouble> {
    let renew = Href::local(format!("{PATH}?a={}", open.attempt.id));
    let page = RecoveryUsed { left, renew, proceed: Href::local(on(open)) };
    web.show(visit, &page, open.setting(web, &visit.caller, FORM))
}

/// The codes of a page of ours as a text file; `None` for anything else.
pub fn file(web: &Web, codes: &str) -> Option<Response> {
    let codes: Vec<_> = codes.split_whitespace().map(RecoveryCode::parse).collect::<Option<_>>()?;
    if codes.is_empty() || codes.len() > CODES {
        return None;
    }
    let lines: Vec<String> = codes.iter().map(|code| code.shown().expose().clone()).collect();
    let text = format!("{}\r\n{}\r\n\r\n{}\r\n", web.theme.vendor(), web.node.issuer, lines.join("\r\n"));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8")),
        (header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"recovery-codes.txt\"")),
    ];
    Some((headers, text).into_response())
}

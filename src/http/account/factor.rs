//! `/account/mfa/…`: adding, renaming and removing one sign-in method. Nobody does without a fresh proof (Q74, Q84).

use axum::{
    Json,
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use uuid::Uuid;

use crate::{
    authn::factor::MfaMethod,
    flow::{
        account::methods::{Added, to_prove},
        factors::{Refusal, list::RemoveFactor, passkeys::BeginPasskey, recovery::CreateCodes, totp::BeginTotp},
        interaction::Confirm,
    },
    http::{
        account::{
            methods::{FORM, PATH, RECOVERY, added, find, line},
            person::Signed,
        },
        error::Trouble,
        form::Form,
        page::see_other,
        signin::recovery::file,
        state::{SharedWeb, Web},
    },
    theme::{
        Href, Problem,
        pages::{AccountFactor, AccountPasskey, AccountRecovery, AccountTotp, RecoveryCodes, Section},
    },
};

const TOTP: &str = "/account/mfa/totp";
const DONE: &[&str] = &["factor-added", "factor-renamed", "confirmed"];

/// The way on for whoever may not change a factor now.
async fn refused(web: &Web, signed: &Signed, path: &str, refusal: Refusal) -> Result<Response, Trouble> {
    match to_prove(refusal) {
        Some(methods) => signed.prove(web, path, Confirm { since: web.node.now(), methods }).await,
        None => Ok(see_other(PATH)),
    }
}

/// Shows one factor.
pub async fn get(State(web): State<SharedWeb>, signed: Signed, Path(id): Path<Uuid>) -> Result<Response, Trouble> {
    page(&web, &signed, id, None, Vec::new()).await
}

/// Renames or removes it.
pub async fn post(
    State(web): State<SharedWeb>,
    signed: Signed,
    Path(id): Path<Uuid>,
    form: Form,
) -> Result<Response, Trouble> {
    let typed = form.field("factor_name");
    if !signed.sent(&form, FORM) {
        return page(&web, &signed, id, Some(typed), vec![Problem::FormStale]).await;
    }
    let here = format!("{PATH}/{id}");
    let methods = signed.methods(&web).await?;
    if form.field("action") != "remove" {
        return match methods.rename(id, typed).await? {
            true => Ok(see_other(&format!("{here}?done=factor-renamed"))),
            false => page(&web, &signed, id, Some(typed), vec![Problem::FactorNameMissing]).await,
        };
    }
    let problem = match methods.remove(id).await? {
        RemoveFactor::Removed { .. } => return Ok(see_other(&format!("{PATH}?done=factor-removed"))),
        RemoveFactor::Refused(refusal) => {
            return refused(&web, &signed, &format!("{here}?done=confirmed"), refusal).await;
        }
        RemoveFactor::NotFound => return Ok(see_other(PATH)),
        RemoveFactor::Required => Problem::FactorRequired,
        RemoveFactor::OnlyCredential => Problem::OnlyCredential,
    };
    page(&web, &signed, id, None, vec![problem]).await
}

async fn page(
    web: &Web,
    signed: &Signed,
    id: Uuid,
    typed: Option<&str>,
    problems: Vec<Problem>,
) -> Result<Response, Trouble> {
    let Some(factor) = find(web, signed, id).await? else { return Err(Trouble::not_found()) };
    let page = AccountFactor {
        head: signed.head(Section::Methods),
        action: Href::local(format!("{PATH}/{id}")),
        done: signed.done(DONE),
        name: typed.map_or_else(|| factor.name.clone(), str::to_owned),
        factor: line(web, &factor),
        back: Href::local(PATH),
        problems,
    };
    signed.show(web, &page, FORM)
}

/// Shows the secret of an authenticator app; the same one however often it is loaded.
pub async fn totp(State(web): State<SharedWeb>, signed: Signed) -> Result<Response, Trouble> {
    totp_page(&web, &signed, Vec::new()).await
}

/// Confirms the app by its first code.
pub async fn confirm_totp(State(web): State<SharedWeb>, signed: Signed, form: Form) -> Result<Response, Trouble> {
    if let Some(response) = signed.unless_fresh(&web, TOTP).await? {
        return Ok(response);
    }
    if !signed.sent(&form, FORM) {
        return totp_page(&web, &signed, vec![Problem::FormStale]).await;
    }
    let typed = form.field("code").trim();
    if typed.is_empty() {
        return totp_page(&web, &signed, vec![Problem::CodeMissing]).await;
    }
    let problem = match signed.methods(&web).await?.confirm_totp(typed).await? {
        Added::Done(new) => return added(&web, &signed, &new),
        Added::Wrong | Added::Exists => Problem::CodeWrong,
        Added::Gone => Problem::EnrolmentGone,
    };
    totp_page(&web, &signed, vec![problem]).await
}

async fn totp_page(web: &Web, signed: &Signed, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let offer = match signed.methods(web).await?.begin_totp(web.theme.vendor()).await? {
        BeginTotp::Offer(offer) => offer,
        BeginTotp::Refused(refusal) => return refused(web, signed, TOTP, refusal).await,
    };
    let page = AccountTotp {
        head: signed.head(Section::Methods),
        action: Href::local(TOTP),
        uri: offer.uri.expose().clone(),
        link: Href::new(offer.uri.expose()),
        secret: offer.secret.expose().clone(),
        back: Href::local(PATH),
        problems,
    };
    signed.show(web, &page, FORM)
}

/// Asks for a new passkey.
pub async fn passkey(State(web): State<SharedWeb>, signed: Signed) -> Result<Response, Trouble> {
    if !signed.methods(&web).await?.list().await?.addable.contains(&MfaMethod::Passkey) {
        return Ok(see_other(PATH));
    }
    match signed.unless_fresh(&web, AccountPasskey::PATH).await? {
        Some(response) => Ok(response),
        None => passkey_page(&web, &signed, Vec::new()),
    }
}

fn passkey_page(web: &Web, signed: &Signed, problems: Vec<Problem>) -> Result<Response, Trouble> {
    signed.show(web, &AccountPasskey::new(signed.head(Section::Methods), problems), FORM)
}

/// What the browser is to be asked, in JSON, for the script of the page.
pub async fn passkey_options(State(web): State<SharedWeb>, signed: Signed, form: Form) -> Result<Response, Trouble> {
    if !signed.sent(&form, FORM) {
        return Err(Trouble::forbidden());
    }
    match signed.methods(&web).await?.begin_passkey(web.theme.vendor()).await? {
        BeginPasskey::Options(options) => Ok(Json(options).into_response()),
        BeginPasskey::Refused(_) => Ok(see_other(AccountPasskey::PATH)),
        BeginPasskey::TooMany | BeginPasskey::Unavailable => Err(Trouble::not_found()),
    }
}

/// Takes the browser's new passkey.
pub async fn finish_passkey(State(web): State<SharedWeb>, signed: Signed, form: Form) -> Result<Response, Trouble> {
    if let Some(response) = signed.unless_fresh(&web, AccountPasskey::PATH).await? {
        return Ok(response);
    }
    if !signed.sent(&form, FORM) {
        return passkey_page(&web, &signed, vec![Problem::FormStale]);
    }
    let problem = match signed.methods(&web).await?.finish_passkey(form.field("credential")).await? {
        Added::Done(new) => return added(&web, &signed, &new),
        Added::Wrong => Problem::PasskeyFailed,
        Added::Exists => Problem::PasskeyExists,
        Added::Gone => Problem::EnrolmentGone,
    };
    passkey_page(&web, &signed, vec![problem])
}

/// Asks whether new recovery codes are wanted.
pub async fn recovery(State(web): State<SharedWeb>, signed: Signed) -> Result<Response, Trouble> {
    match signed.unless_fresh(&web, RECOVERY).await? {
        Some(response) => Ok(response),
        None => recovery_page(&web, &signed, Vec::new()).await,
    }
}

async fn recovery_page(web: &Web, signed: &Signed, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let listed = signed.methods(web).await?.list().await?;
    if !listed.recovery {
        return Ok(see_other(PATH));
    }
    let page = AccountRecovery {
        head: signed.head(Section::Methods),
        action: Href::local(RECOVERY),
        left: listed.factors.recovery_left,
        back: Href::local(PATH),
        problems,
    };
    signed.show(web, &page, FORM)
}

/// Makes them, and shows them once.
pub async fn make_codes(State(web): State<SharedWeb>, signed: Signed, form: Form) -> Result<Response, Trouble> {
    if !signed.sent(&form, FORM) {
        return recovery_page(&web, &signed, vec![Problem::FormStale]).await;
    }
    if form.field("action") == "download" {
        return Ok(file(&web, form.field("codes")).unwrap_or_else(|| see_other(RECOVERY)));
    }
    match signed.methods(&web).await?.make_codes().await? {
        CreateCodes::Created(codes) => {
            let codes = codes.iter().map(|code| code.expose().clone()).collect();
            signed.show(&web, &RecoveryCodes { codes, keep: Href::local(RECOVERY), proceed: Href::local(PATH) }, FORM)
        }
        CreateCodes::Refused(refusal) => refused(&web, &signed, RECOVERY, refusal).await,
    }
}

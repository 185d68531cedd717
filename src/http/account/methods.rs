//! `/account/mfa`: how somebody signs in.

use axum::{extract::State, response::Response};
use uuid::Uuid;

use crate::{
    authn::factor::MfaMethod,
    flow::{
        account::methods::{Methods, NewFactor},
        error::FlowError,
    },
    http::{
        account::person::Signed,
        cookies::CookieName,
        error::Trouble,
        form::Form,
        page::{see_other, with_cookie},
        state::{SharedWeb, Web},
    },
    store::factor::Enrolled,
    theme::{
        Href, LastUsed, Problem,
        pages::{AccountMethods, AccountPasskey, FactorLine, Method, RecoveryCodes, Section},
    },
};

/// Name of the forms on every page of sign-in methods.
pub const FORM: &str = "account-mfa";
/// The page that lists them.
pub const PATH: &str = "/account/mfa";
/// Recovery codes: a new set, or the set on the page as a file.
pub const RECOVERY: &str = "/account/mfa/recovery";
const DONE: &[&str] = &["factor-added", "factor-removed"];

impl Signed {
    /// This person at their sign-in methods.
    pub async fn methods<'a>(&'a self, web: &'a Web) -> Result<Methods<'a>, FlowError> {
        Methods::of(&web.node, &self.snapshot, &self.session, &self.user, &self.visit.caller).await
    }
}

/// Lists them.
pub async fn get(State(web): State<SharedWeb>, signed: Signed) -> Result<Response, Trouble> {
    page(&web, &signed, Vec::new()).await
}

/// Goes where the chosen method is set up.
pub async fn post(State(web): State<SharedWeb>, signed: Signed, form: Form) -> Result<Response, Trouble> {
    if !signed.sent(&form, FORM) {
        return page(&web, &signed, vec![Problem::FormStale]).await;
    }
    match form.field("method").parse() {
        Ok(MfaMethod::Totp) => Ok(see_other("/account/mfa/totp")),
        Ok(MfaMethod::Passkey) => Ok(see_other(AccountPasskey::PATH)),
        _ => page(&web, &signed, vec![Problem::MethodMissing]).await,
    }
}

async fn page(web: &Web, signed: &Signed, problems: Vec<Problem>) -> Result<Response, Trouble> {
    let listed = signed.methods(web).await?.list().await?;
    let addable = listed.addable.iter().enumerate();
    let page = AccountMethods {
        head: signed.head(Section::Methods),
        action: Href::local(PATH),
        done: signed.done(DONE),
        factors: listed.factors.enrolled.iter().map(|factor| line(web, factor)).collect(),
        addable: addable.map(|(at, it)| Method { method: it.text(), target: None, selected: at == 0 }).collect(),
        recovery: listed.recovery.then(|| Href::local("/account/mfa/recovery")),
        recovery_left: listed.factors.recovery_left,
        email: listed.factors.email,
        phone: listed.factors.phone,
        problems,
    };
    signed.show(web, &page, FORM)
}

/// A factor as pages show it.
pub fn line(web: &Web, factor: &Enrolled) -> FactorLine {
    FactorLine {
        href: Href::local(format!("{PATH}/{}", factor.id)),
        method: factor.method.text(),
        name: factor.name.clone(),
        synchronised: factor.synchronised,
        since: factor.created_at.into(),
        last_used: factor.last_used_at.map(|at| LastUsed::new(at, web.node.now())),
    }
}

/// The answer to whoever has just added a factor: its recovery codes, where there are new ones, or the way on; with the
/// new cookie of the session.
pub fn added(web: &Web, signed: &Signed, new: &NewFactor) -> Result<Response, Trouble> {
    let NewFactor { raised, codes, passkey } = new;
    let on = format!("{}?done=factor-added", passkey.map_or_else(|| PATH.to_owned(), |id| format!("{PATH}/{id}")));
    let response = match codes.is_empty() {
        true => see_other(&on),
        false => {
            let codes = codes.iter().map(|code| code.expose().clone()).collect();
            signed.show(web, &RecoveryCodes { codes, keep: Href::local(RECOVERY), proceed: Href::local(on) }, FORM)?
        }
    };
    Ok(with_cookie(response, web.cookies.set(CookieName::Session, raised.cookie.expose(), raised.keep)))
}

/// Whether `id` is a factor of the person, as it stands.
pub async fn find(web: &Web, signed: &Signed, id: Uuid) -> Result<Option<Enrolled>, Trouble> {
    let listed = signed.methods(web).await?.list().await?;
    Ok(listed.factors.enrolled.into_iter().find(|factor| factor.id == id))
}

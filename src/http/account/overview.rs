//! `/account`: the account at a glance; `/account/password`: when it was set, and what it opens.

use axum::{extract::State, response::Response};

use crate::{
    config::settings::{SELF_SERVICE_PASSWORD_CHANGE, Scope},
    flow::account::overview,
    http::{account::person::Signed, error::Trouble, state::SharedWeb},
    theme::{
        Href,
        pages::{AccountOverview, AccountPassword, Section},
    },
};

/// Where the password is changed.
const CHANGE: &str = "/password/change";

/// Shows it.
pub async fn get(State(web): State<SharedWeb>, signed: Signed) -> Result<Response, Trouble> {
    let facts = overview::overview(&web.node, &signed.snapshot, signed.user.id).await?;
    let page = AccountOverview {
        head: signed.head(Section::Overview),
        email: signed.user.email().map(|email| email.value.clone()),
        password_changed_at: facts.password_changed_at.map(Into::into),
        factors: facts.factors,
        recovery_left: facts.recovery_left,
        sessions: facts.sessions,
        companies: facts.companies,
        invitations: facts.invitations,
        sign_out: Href::local("/signout"),
    };
    signed.show(&web, &page, "account")
}

/// Shows what there is to know of the password.
pub async fn password(State(web): State<SharedWeb>, signed: Signed) -> Result<Response, Trouble> {
    let facts = overview::password(&web.node, signed.user.id).await?;
    let allowed = signed.snapshot.settings.get(&SELF_SERVICE_PASSWORD_CHANGE, &Scope::INSTANCE);
    let page = AccountPassword {
        head: signed.head(Section::Password),
        changed_at: facts.changed_at.map(Into::into),
        companies: facts.companies,
        change: allowed.then(|| Href::local(CHANGE)),
    };
    signed.show(&web, &page, "account")
}
